"""Four different numbers per month: permitted, planned, staffed, occupied. Plus what is blocked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from stadtkern.casework.kita import rules
from stadtkern.casework.kita.models import BlockedSeat, Contract, Facility, SeatCount

MONTHS = 24
U2 = 24


def free_seats(staffed: int, occupied: int, blocked: int) -> int:
    """What could be offered: staffed without occupied and blocked; below zero there are more children than staff."""
    return staffed - occupied - blocked


@dataclass(slots=True, kw_only=True)
class Month:
    """One month of one Kita on its first day."""

    on: date
    permitted: int = 0
    planned: int = 0
    staffed: int = 0
    occupied: int = 0
    under_two: int = 0
    blocked: int = 0

    @property
    def free(self) -> int:
        return free_seats(self.staffed, self.occupied, self.blocked)

    @property
    def over(self) -> int:
        """More children than staff for them."""
        return max(0, self.occupied - self.staffed)


def months(facility: Facility, today: date, count: int = MONTHS) -> list[Month]:
    """The coming months, the present one first; three queries whatever the number of months."""
    first = rules.first_of(today)
    rows = [Month(on=rules.add_months(first, ahead)) for ahead in range(count)]
    last = rules.add_months(first, count)
    _count_seats(rows, facility, first, last)
    _count_children(rows, facility, first, last)
    _count_blocked(rows, facility, first, last)
    return rows


def _count_seats(rows: Sequence[Month], facility: Facility, first: date, last: date) -> None:
    counts = SeatCount.objects.filter(
        Q(to_on=None) | Q(to_on__gt=first), seat_class__facility=facility, from_on__lt=last
    )
    for count in counts:
        for month in rows:
            if count.from_on <= month.on and (count.to_on is None or month.on < count.to_on):
                month.permitted += count.permitted
                month.planned += count.planned
                month.staffed += count.staffed


def _count_children(rows: Sequence[Month], facility: Facility, first: date, last: date) -> None:
    contracts = Contract.objects.filter(
        Q(to_on=None) | Q(to_on__gt=first),
        facility=facility,
        state=Contract.State.ACTIVE,
        from_on__lt=last,
    ).values_list("from_on", "to_on", "child__birth_date", "child__expected_on")
    for start, end, birth, expected in contracts:
        born = birth or expected
        for month in rows:
            if start <= month.on and (end is None or month.on < end):
                month.occupied += 1
                month.under_two += born is not None and rules.months_between(born, month.on) < U2


def _count_blocked(rows: Sequence[Month], facility: Facility, first: date, last: date) -> None:
    blocked = BlockedSeat.objects.filter(
        seat_class__facility=facility, lifted_at=None, from_on__lt=last, to_on__gt=first
    )
    for row in blocked:
        for month in rows:
            if row.from_on <= month.on < row.to_on:
                month.blocked += row.count
