"""Tables of statements. An app of its own inside the room of cases, with its own migrations."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel

ACCOUNT = settings.AUTH_USER_MODEL


class Contact(TenantModel):
    """An outside body that is asked again and again (police, fire brigade, public transport)."""

    slug = models.SlugField("Kurzname", max_length=60)
    name = models.CharField("Name", max_length=200)
    email = models.EmailField("E-Mail")
    active = models.BooleanField("wird gefragt", default=True)

    class Meta:
        verbose_name = "Träger öffentlicher Belange"
        verbose_name_plural = "Träger öffentlicher Belange"
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant_id", "slug"], name="contact_slug_once")]


class Statement(TenantModel):
    """Somebody is asked for a statement on a case. ``key``: the call of the process that asked; once per call."""

    class Status(models.TextChoices):
        OPEN = "open", "erbeten"
        ANSWERED = "answered", "eingegangen"
        SILENT = "silent", "ohne Antwort abgelaufen"
        CANCELLED = "cancelled", "zurückgenommen"

    class Silence(models.TextChoices):
        NO_OBJECTION = "no_objection", "Keine Antwort gilt als keine Bedenken"
        CONTINUE = "continue", "Ohne Antwort geht es ohne Stellungnahme weiter"

    class Verdict(models.TextChoices):
        AGREE = "agree", "keine Bedenken"
        CONDITIONS = "conditions", "keine Bedenken mit Auflagen"
        OBJECT = "object", "Bedenken"

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="statements", verbose_name="Vorgang")
    key = models.CharField("Aufruf des Ablaufs", max_length=300, null=True, blank=True)
    office = models.ForeignKey(
        "organizations.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Amt"
    )
    team = models.ForeignKey(
        "organizations.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Team"
    )
    party_name = models.CharField("Gefragt", max_length=200)
    party_email = models.EmailField("E-Mail", blank=True)
    question = models.TextField("Frage")
    file_ids = ArrayField(models.UUIDField(), verbose_name="freigegebene Dokumente", default=list)
    groups = ArrayField(
        models.CharField(max_length=300), verbose_name="freigegebene Teile des Antrags", default=list
    )
    asked_by = models.ForeignKey(
        ACCOUNT, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Konto"
    )
    asked_by_name = models.CharField("gefragt von", max_length=200)
    asked_at = models.DateTimeField("gefragt")
    due_on = models.DateField("Frist")
    remind_on = models.DateField("Erinnerung am", null=True, blank=True)
    reminded_at = models.DateTimeField("erinnert", null=True, blank=True)
    silence = models.CharField("Ohne Antwort", max_length=20, choices=Silence, default=Silence.NO_OBJECTION)
    status = models.CharField("Stand", max_length=10, choices=Status, default=Status.OPEN)
    verdict = models.CharField("Ergebnis", max_length=12, choices=Verdict, blank=True)
    text = models.TextField("Stellungnahme", blank=True)
    answer_file_ids = ArrayField(models.UUIDField(), verbose_name="Anlagen der Antwort", default=list)
    answered_by_name = models.CharField("beantwortet von", max_length=200, blank=True)
    answered_at = models.DateTimeField("beantwortet", null=True, blank=True)
    late = models.BooleanField("nach Ablauf der Frist", default=False)
    told_at = models.DateTimeField("dem Ablauf gemeldet", null=True, blank=True)

    class Meta:
        verbose_name = "Stellungnahme"
        verbose_name_plural = "Stellungnahmen"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="statement_once_per_call"),
            models.CheckConstraint(
                condition=Q(office__isnull=False) | Q(team__isnull=False) | ~Q(party_email=""),
                name="statement_reaches_somebody",
                violation_error_message="Wer gefragt wird, braucht ein Amt, ein Team oder eine E-Mail-Adresse.",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | (~Q(verdict="") & Q(answered_at__isnull=False)),
                name="statement_answer_has_verdict",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "case", "asked_at"], name="statement_of_case"),
            models.Index(fields=["tenant_id", "office", "status"], name="statement_of_office"),
            models.Index(fields=["tenant_id", "team", "status"], name="statement_of_team"),
            models.Index(
                fields=["tenant_id", "due_on"], condition=Q(status="open"), name="statement_open_by_due"
            ),
            models.Index(
                fields=["tenant_id", "id"],
                condition=Q(key__isnull=False, told_at__isnull=True) & ~Q(status="open"),
                name="statement_to_tell",
            ),
        ]

    @property
    def is_outside(self) -> bool:
        """Whether somebody outside the house is asked (by mail, link and code)."""
        return self.office_id is None and self.team_id is None
