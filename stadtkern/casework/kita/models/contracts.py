"""Who really sits on a seat."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from stadtkern.casework.kita.models.facilities import Facility, SeatClass
from stadtkern.casework.kita.models.providers import DateSpan, Provider
from stadtkern.casework.kita.models.registrations import Child, Registration
from stadtkern.foundation.tenancy.api import TenantModel


class Contract(TenantModel):
    """A child has a place in [from, to). At any time at most one per child; the database holds that."""

    class State(models.TextChoices):
        DRAFT = "draft", "vorbereitet"
        ACTIVE = "active", "geschlossen"
        CANCELLED = "cancelled", "nicht zustande gekommen"

    child = models.ForeignKey(Child, models.PROTECT, related_name="contracts", verbose_name="Kind")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="contracts", verbose_name="Kita")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name="Träger")
    seat_class = models.ForeignKey(
        SeatClass, models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name="Platzart"
    )
    registration = models.ForeignKey(
        Registration,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contracts",
        verbose_name="Anmeldung",
    )
    hours = models.PositiveSmallIntegerField("Stunden am Tag")
    from_on = models.DateField("von")
    to_on = models.DateField("bis (ausschließlich)", null=True, blank=True)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.ACTIVE)
    signed_on = models.DateField("unterschrieben", null=True, blank=True)
    created_at = models.DateTimeField("eingetragen")
    source = models.CharField("Herkunft", max_length=60, blank=True)
    lunch = models.BooleanField("mit Mittagessen", default=True)
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="folgt auf"
    )

    class Meta:
        verbose_name = "Betreuungsvertrag"
        verbose_name_plural = "Betreuungsverträge"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=F("from_on")), name="contract_period_not_empty"
            ),
            ExclusionConstraint(
                name="one_active_contract_per_child",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (DateSpan(F("from_on"), F("to_on")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="active"),
                violation_error_message="Das Kind hat in dieser Zeit schon einen Platz.",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "facility", "from_on"], name="contract_of_facility")]
