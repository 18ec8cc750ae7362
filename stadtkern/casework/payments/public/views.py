"""The page of the test provider: pay, fail or cancel."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from stadtkern.casework.payments.models import Charge, TestTransaction
from stadtkern.foundation.access.api import NotVisible, public

OUTCOMES = {"bezahlen": "BOOKED", "scheitern": "FAILED", "abbrechen": "CANCELED"}


@public
def test_page(request: HttpRequest, transaction_id: str) -> HttpResponse:
    """What a payer sees at the test provider; afterwards she goes back to us."""
    row = TestTransaction.objects.filter(transaction_id=transaction_id).first()
    if row is None:
        raise NotVisible()
    if request.method == "POST":
        chosen = next((state for name, state in OUTCOMES.items() if name in request.POST), None)
        if chosen and row.state == "INITIAL":
            row.state = chosen
            row.save(update_fields=["state"])
        back = (
            Charge.objects.filter(transaction_id=transaction_id).values_list("return_path", flat=True).first()
        )
        return redirect(back or "/")
    return render(request, "payments/test_page.html", {"transaction": row})
