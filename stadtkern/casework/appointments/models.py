"""Slots that offices offer and the bookings of residents."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel


class Slot(TenantModel):
    """A time at which one person can come to an office."""

    office = models.ForeignKey("organizations.Office", models.CASCADE, verbose_name="Amt")
    purpose = models.CharField("Anliegen", max_length=60, blank=True)
    starts_at = models.DateTimeField("Beginn")
    ends_at = models.DateTimeField("Ende")
    desk = models.CharField("Platz", max_length=40, blank=True)

    class Meta:
        verbose_name = "Terminangebot"
        verbose_name_plural = "Terminangebote"
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "office", "desk", "starts_at"], name="slot_once_per_desk"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_begin"),
        ]
        indexes = [models.Index(fields=["tenant_id", "office", "starts_at"], name="slot_next")]


class Booking(TenantModel):
    """A slot is taken. A slot has at most one booking that is not cancelled."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings", verbose_name="Terminangebot")
    case_id = models.UUIDField("Vorgang", null=True, blank=True)
    name = models.CharField("Name", max_length=300)
    booked_at = models.DateTimeField("gebucht")
    cancelled_at = models.DateTimeField("abgesagt", null=True, blank=True)

    class Meta:
        verbose_name = "Termin"
        verbose_name_plural = "Termine"
        constraints = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(cancelled_at__isnull=True),
                name="slot_booked_once",
                violation_error_message="Dieser Termin ist gerade vergeben worden. Bitte wählen Sie einen anderen.",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "case_id"],
                condition=Q(cancelled_at__isnull=True, case_id__isnull=False),
                name="one_appointment_per_case",
            ),
        ]
