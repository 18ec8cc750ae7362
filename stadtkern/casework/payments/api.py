"""What other modules use of payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadtkern.casework.payments.events import ChargeSettled
from stadtkern.casework.payments.models import Charge
from stadtkern.casework.payments.provider import provider
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import events

__all__ = [
    "ChargeInfo",
    "ChargeSettled",
    "charge",
    "charges_of",
    "erase_of_case",
    "invoice",
    "settle",
    "start",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeInfo:
    """A fee as others see it."""

    id: UUID
    case_id: UUID
    purpose: str
    reference: str
    amount_cents: int
    state: str
    state_label: str
    method: str
    booked_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state != "BOOKED"


def _info(row: Charge) -> ChargeInfo:
    return ChargeInfo(
        id=row.pk,
        case_id=row.case_id,
        purpose=row.purpose,
        reference=row.reference,
        amount_cents=row.amount_cents,
        state=row.state,
        state_label=Charge.State(row.state).label,
        method=row.method,
        booked_at=row.booked_at,
    )


def charge(
    *,
    actor: Actor,
    case_id: UUID,
    reference: str,
    purpose: str,
    amount_cents: int,
    invoice: bool,
    now: datetime,
) -> ChargeInfo:
    """Owe a fee (once per reference)."""
    method = Charge.Method.INVOICE if invoice else Charge.Method.ONLINE
    row, created = Charge.objects.get_or_create(
        reference=reference,
        defaults={
            "case_id": case_id,
            "purpose": purpose[:200],
            "amount_cents": amount_cents,
            "method": method,
            "created_at": now,
        },
    )
    if created:
        audit.record(
            actor=actor,
            action="payments.charge",
            obj=("charge", row.pk),
            details={"case": str(case_id), "cents": amount_cents, "method": method},
            now=now,
        )
    return _info(row)


def charges_of(case_id: UUID) -> list[ChargeInfo]:
    """All fees of a case, oldest first."""
    return [_info(row) for row in Charge.objects.filter(case_id=case_id).order_by("created_at", "id")]


def start(*, charge_id: UUID, return_path: str) -> str:
    """Begin an online payment; returns the provider's page. A booked fee is not paid twice: the way back."""
    row = Charge.objects.get(pk=charge_id)
    if row.state == Charge.State.BOOKED:
        return return_path
    used = provider()
    started = used.start(
        charge_id=row.pk, amount_cents=row.amount_cents, reference=row.reference, purpose=row.purpose
    )
    Charge.objects.filter(pk=row.pk).exclude(state=Charge.State.BOOKED).update(
        provider=used.name,
        transaction_id=started.transaction_id,
        return_path=return_path,
        state=Charge.State.INITIAL,
        method=Charge.Method.ONLINE,
    )
    return started.redirect_url


def settle(*, actor: Actor, charge_id: UUID, now: datetime) -> ChargeInfo:
    """Ask the provider for the state and keep it; ``ChargeSettled`` is published once when it is paid."""
    row = Charge.objects.select_for_update().get(pk=charge_id)
    if row.state == Charge.State.BOOKED or not row.transaction_id:
        return _info(row)
    state = provider().state(row.transaction_id)
    if state != row.state:
        _keep_state(actor, row, state, now)
    return _info(row)


def invoice(*, actor: Actor, charge_id: UUID, now: datetime) -> ChargeInfo:
    """The cash office reports that the invoice was paid."""
    row = Charge.objects.select_for_update().get(pk=charge_id)
    if row.state != Charge.State.BOOKED:
        _keep_state(actor, row, Charge.State.BOOKED, now)
    return _info(row)


def _keep_state(actor: Actor, row: Charge, state: str, now: datetime) -> None:
    row.state = Charge.State(state)
    row.booked_at = now if row.state == Charge.State.BOOKED else None
    row.save(update_fields=["state", "booked_at"])
    audit.record(
        actor=actor, action="payments.settle", obj=("charge", row.pk), outcome=state.lower(), now=now
    )
    if row.state == Charge.State.BOOKED:
        events.publish(ChargeSettled(charge_id=row.pk, case_id=row.case_id, at=now))


def erase_of_case(case_id: UUID) -> int:
    """Erase the fees of a case whose retention has ended; the books of the cash office are not here."""
    return Charge.objects.filter(case_id=case_id).delete()[0]
