"""What is owed and how it was paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel


class Charge(TenantModel):
    """A fee. States as in XBezahldienste; the reference is the Kassenzeichen."""

    class State(models.TextChoices):
        INITIAL = "INITIAL", "offen"
        BOOKED = "BOOKED", "bezahlt"
        FAILED = "FAILED", "fehlgeschlagen"
        CANCELED = "CANCELED", "abgebrochen"

    class Method(models.TextChoices):
        ONLINE = "OTHER", "online"
        INVOICE = "INVOICE", "auf Rechnung"

    case_id = models.UUIDField("Vorgang")
    purpose = models.CharField("Verwendungszweck", max_length=200)
    reference = models.CharField("Kassenzeichen", max_length=40)
    amount_cents = models.PositiveIntegerField("Betrag in Cent")
    state = models.CharField("Stand", max_length=10, choices=State, default=State.INITIAL)
    method = models.CharField("Zahlungsart", max_length=10, choices=Method, default=Method.ONLINE)
    provider = models.CharField("Bezahldienst", max_length=40, blank=True)
    transaction_id = models.CharField("Transaktion", max_length=80, blank=True)
    return_path = models.CharField("zurück zu", max_length=300, blank=True)
    created_at = models.DateTimeField("angelegt")
    booked_at = models.DateTimeField("bezahlt am", null=True, blank=True)

    class Meta:
        verbose_name = "Gebühr"
        verbose_name_plural = "Gebühren"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "reference"], name="charge_reference_once"),
            models.UniqueConstraint(
                fields=["provider", "transaction_id"],
                condition=~Q(transaction_id=""),
                name="transaction_once",
            ),
            models.CheckConstraint(
                condition=(Q(state="BOOKED") & Q(booked_at__isnull=False)) | ~Q(state="BOOKED"),
                name="booked_charge_has_date",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "case_id"], name="charge_of_case")]


from stadtkern.casework.payments.testing_models import TestTransaction  # noqa: E402  (one app, one module of models)

__all__ = ["Charge", "TestTransaction"]
