"""The test provider's own books."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class TestTransaction(TenantModel):
    """A transaction at the test provider."""

    __test__ = False  # not a pytest class

    transaction_id = models.CharField("Transaktion", max_length=40, unique=True)
    amount_cents = models.PositiveIntegerField("Betrag in Cent")
    reference = models.CharField("Kassenzeichen", max_length=40)
    purpose = models.CharField("Verwendungszweck", max_length=200)
    state = models.CharField("Stand", max_length=10, default="INITIAL")

    class Meta:
        app_label = "payments"
        verbose_name = "Transaktion des Testbezahldienstes"
        verbose_name_plural = "Transaktionen des Testbezahldienstes"
