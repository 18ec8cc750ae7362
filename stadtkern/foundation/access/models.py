"""Which account has which role where, and who stands in for whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel


class Role(models.TextChoices):
    """The roles of the house. A role is always given for a tenant, and may be narrowed to an office or a team."""

    CASEWORKER = "caseworker", "Sachbearbeitung"
    TEAM_LEAD = "team_lead", "Teamleitung"
    COUNTER = "counter", "Bürgerservice (Schalter und Post)"
    SERVICE_MANAGER = "service_manager", "Leistungsredaktion"
    PROCESS_DESIGNER = "process_designer", "Prozessgestaltung"
    ADMINISTRATOR = "administrator", "Verwaltung des Systems"
    AUDITOR = "auditor", "Revision und Datenschutz"
    RECORDS_MANAGER = "records_manager", "Schriftgutverwaltung"
    KITA_OFFICE = "kita_office", "Kita: Jugendamt"
    KITA_STAFF = "kita_staff", "Kita: Leitung und Träger"
    DATA_EDITOR = "data_editor", "Datenredaktion"


class RoleAssignment(TenantModel):
    """An account has a role, from one day to another."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_assignments", verbose_name="Konto"
    )
    role = models.CharField("Rolle", max_length=40, choices=Role)
    office = models.ForeignKey(
        "organizations.Office", models.PROTECT, null=True, blank=True, verbose_name="Amt"
    )
    team = models.ForeignKey("organizations.Team", models.PROTECT, null=True, blank=True, verbose_name="Team")
    valid_from_on = models.DateField("gilt ab")
    valid_to_on = models.DateField("gilt bis (ausschließlich)", null=True, blank=True)

    class Meta:
        verbose_name = "Rolle eines Kontos"
        verbose_name_plural = "Rollen der Konten"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")),
                name="role_period_not_empty",
                violation_error_message="Das Ende muss nach dem Beginn liegen.",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "account", "role", "office", "team", "valid_from_on"],
                nulls_distinct=False,
                name="role_assigned_once",
                violation_error_message="Diese Rolle hat das Konto schon.",
            ),
        ]


class Absence(TenantModel):
    """Somebody is away; a deputy sees and does her work meanwhile."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name="Konto"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deputizing", verbose_name="Vertretung"
    )
    from_on = models.DateField("von")
    to_on = models.DateField("bis (ausschließlich)")

    class Meta:
        verbose_name = "Abwesenheit"
        verbose_name_plural = "Abwesenheiten"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gt=F("from_on")),
                name="absence_period_not_empty",
                violation_error_message="Das Ende muss nach dem Beginn liegen.",
            ),
            models.CheckConstraint(
                condition=~Q(account=F("deputy")),
                name="absence_deputy_is_another",
                violation_error_message="Niemand kann sich selbst vertreten.",
            ),
        ]
