"""Appointments and online payments of a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.cases.actions.common import lock_for_applicant, save, write_history
from stadtkern.casework.payments import api as payments
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel.errors import InvalidInput


@transaction.atomic
def book_appointment(
    *, actor: Actor, case_id: UUID, slot_id: UUID | None, cancel: bool, now: datetime
) -> None:
    """Book or change the appointment of the case, or cancel it. Raises ``SlotTaken``."""
    case = lock_for_applicant(actor, case_id)
    if cancel:
        booking = appointments.booking_of(case.pk)
        if booking is not None:
            appointments.cancel(actor=actor, booking_id=booking.id, now=now)
            case.appointment_at = None
            save(case)
            write_history(case, "appointment_cancelled", actor=actor, now=now, public=True)
        return
    if slot_id is None:
        raise InvalidInput("Bitte wählen Sie einen Termin.", message_en="Please choose an appointment.")
    booked = appointments.book(
        actor=actor, slot_id=slot_id, case_id=case.pk, name=case.applicant_name, now=now
    )
    case.appointment_at = booked.starts_at
    save(case)
    data = {"starts_at": booked.starts_at.isoformat()}
    write_history(case, "appointment_booked", actor=actor, now=now, public=True, data=data)


@transaction.atomic
def settle_online_payment(
    *, actor: Actor, case_id: UUID, charge_id: UUID, now: datetime
) -> payments.ChargeInfo:
    """Ask the provider how the payment of a fee of this case ended."""
    case = lock_for_applicant(actor, case_id)
    if charge_id not in {charge.id for charge in payments.charges_of(case.pk)}:
        raise InvalidInput("Diese Gebühr gehört nicht zu diesem Vorgang.")
    return payments.settle(actor=actor, charge_id=charge_id, now=now)
