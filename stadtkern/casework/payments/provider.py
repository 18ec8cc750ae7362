"""The interface of a payment provider, and the demo's own one.

A real adapter (ePayBL, pmPayment) implements the same four lines and passes ``tests/casework/payments/contract.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A transaction at the provider, and the page to which the payer is sent."""

    transaction_id: str
    redirect_url: str


class Provider(Protocol):
    """What we need of a payment provider (states INITIAL, BOOKED, FAILED, CANCELED of XBezahldienste)."""

    name: str

    def start(self, *, charge_id: UUID, amount_cents: int, reference: str, purpose: str) -> Started:
        """Open a transaction; raises ``ProviderUnavailable``."""
        ...

    def state(self, transaction_id: str) -> str:
        """The state of a transaction at the provider."""
        ...


class TestProvider:
    """A named stand-in with pages of its own (``/zahlung/test/``): pays, fails or cancels as the tester chooses.

    It keeps its transactions in its own table, as a provider would, and tells us only when asked.
    """

    name = "test"
    __test__ = False  # not a pytest class

    def start(self, *, charge_id: UUID, amount_cents: int, reference: str, purpose: str) -> Started:
        from stadtkern.casework.payments.testing_models import TestTransaction

        transaction = TestTransaction.objects.create(
            transaction_id=uuid4().hex, amount_cents=amount_cents, reference=reference, purpose=purpose
        )
        url = reverse("payments:test-page", args=[transaction.transaction_id])
        return Started(transaction_id=transaction.transaction_id, redirect_url=url)

    def state(self, transaction_id: str) -> str:
        from stadtkern.casework.payments.testing_models import TestTransaction

        found = (
            TestTransaction.objects.filter(transaction_id=transaction_id)
            .values_list("state", flat=True)
            .first()
        )
        return str(found or "FAILED")


def provider() -> Provider:
    """The provider of this installation (setting PAYMENT_PROVIDER; only the test provider ships so far)."""
    name = getattr(settings, "PAYMENT_PROVIDER", "test")
    if name != "test":
        raise ValueError(f"unknown payment provider: {name}")
    return TestProvider()
