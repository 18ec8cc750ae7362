"""What other modules use of appointments: offer, find, book, cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from stadtkern.casework.appointments.models import Booking, Slot
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict

KEPT = timedelta(days=90)  # after the appointment: enough to settle who came, Art. 5 (1) (e) GDPR


class SlotTaken(Conflict):
    """Somebody else was faster."""

    code: ClassVar[str] = "slot-taken"
    message = "Dieser Termin ist gerade vergeben worden. Bitte wählen Sie einen anderen."
    message_en = "This appointment has just been taken. Please choose another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotInfo:
    """A free slot."""

    id: UUID
    office_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingInfo:
    """An appointment."""

    id: UUID
    office_id: UUID
    starts_at: datetime
    ends_at: datetime


def offer(*, office_id: UUID, day: date, first: time, last: time, minutes: int, desk: str = "1") -> int:
    """Offer slots of ``minutes`` from ``first`` to ``last`` on a day; existing ones stay. Returns how many."""
    begin = datetime.combine(day, first, tzinfo=clock.ZONE)
    end = datetime.combine(day, last, tzinfo=clock.ZONE)
    length = timedelta(minutes=minutes)
    slots = []
    while begin + length <= end:
        slots.append(Slot(office_id=office_id, desk=desk, starts_at=begin, ends_at=begin + length))
        begin += length
    return len(Slot.objects.bulk_create(slots, ignore_conflicts=True))


def free_slots(*, office_id: UUID, after: datetime, limit: int = 40) -> list[SlotInfo]:
    """The next free slots of an office."""
    taken = Booking.objects.filter(slot=OuterRef("pk"), cancelled_at__isnull=True)
    rows = Slot.objects.filter(~Exists(taken), office_id=office_id, starts_at__gt=after)
    return [
        SlotInfo(id=row.pk, office_id=row.office_id, starts_at=row.starts_at, ends_at=row.ends_at)
        for row in rows.order_by("starts_at", "id")[:limit]
    ]


def book(*, actor: Actor, slot_id: UUID, case_id: UUID, name: str, now: datetime) -> BookingInfo:
    """Book a slot for a case; an earlier appointment of the case is cancelled. Raises ``SlotTaken``."""
    try:
        with transaction.atomic():
            Booking.objects.filter(case_id=case_id, cancelled_at__isnull=True).update(cancelled_at=now)
            row = Booking.objects.create(slot_id=slot_id, case_id=case_id, name=name[:300], booked_at=now)
            slot = Slot.objects.get(pk=slot_id)
            audit.record(
                actor=actor,
                action="appointments.book",
                obj=("booking", row.pk),
                details={"case": str(case_id)},
                now=now,
            )
    except (IntegrityError, Slot.DoesNotExist) as error:
        raise SlotTaken() from error
    return BookingInfo(id=row.pk, office_id=slot.office_id, starts_at=slot.starts_at, ends_at=slot.ends_at)


def booking_of(case_id: UUID) -> BookingInfo | None:
    """The appointment of a case, if it has one."""
    row = Booking.objects.filter(case_id=case_id, cancelled_at__isnull=True).select_related("slot").first()
    if row is None:
        return None
    slot = row.slot
    return BookingInfo(id=row.pk, office_id=slot.office_id, starts_at=slot.starts_at, ends_at=slot.ends_at)


def cancel(*, actor: Actor, booking_id: UUID, now: datetime) -> None:
    """Cancel an appointment (again is fine)."""
    changed = Booking.objects.filter(pk=booking_id, cancelled_at__isnull=True).update(cancelled_at=now)
    if changed:
        audit.record(actor=actor, action="appointments.cancel", obj=("booking", booking_id), now=now)


def forgotten_before(now: datetime) -> datetime:
    """Appointments that ended before are erased; what mattered of them is in the history of the case."""
    return now - KEPT


def due_for_erasure(now: datetime) -> list[tuple[UUID, datetime]]:
    """Bookings (cancelled ones, too) whose appointment is long over, with its end (at most 10,000)."""
    rows = Booking.objects.filter(slot__ends_at__lt=forgotten_before(now)).order_by("slot__ends_at", "id")
    return list(rows.values_list("id", "slot__ends_at")[:10_000])


def erase_due(*, actor: Actor, now: datetime) -> int:
    """Erase them, with one audit entry; returns how many."""
    ids = [booking_id for booking_id, _ in due_for_erasure(now)]
    if ids:
        Booking.objects.filter(pk__in=ids).delete()
        audit.record(
            actor=actor, action="appointments.erase_due", obj=("tenant", actor.tenant_id), now=now,
            details={"count": len(ids)}, retention="administration",
        )  # fmt: skip
    return len(ids)


def erase_of_case(case_id: UUID) -> int:
    """Erase the bookings of a case whose retention has ended."""
    return Booking.objects.filter(case_id=case_id).delete()[0]
