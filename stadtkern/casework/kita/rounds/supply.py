"""The seats of a round: staffed, not blocked, not occupied by children who stay, not promised by an open offer; by class and month."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.models import (
    FREE_LEVELS,
    BlockedSeat,
    Contract,
    Facility,
    Offer,
    SeatClass,
    SeatCount,
)
from stadtkern.casework.kita.rounds import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """Seats of one class that are free from one month on."""

    seat_class: SeatClass
    free_from: date
    count: int

    def takes(self, *, born: date, hours: int, start: date, tags: Collection[str]) -> bool:
        """Whether a child may sit here with this contract."""
        seat = self.seat_class
        months = kita_rules.months_between(born, start)
        return (
            seat.from_months <= months < seat.to_months
            and hours <= seat.max_hours
            and start >= max(self.free_from, seat.free_from_on or self.free_from)
            and (not seat.tag or seat.tag in tags)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Seats by Kita; ``over``: Kitas with more children than staff, with how many too many."""

    lines: dict[UUID, list[SeatLine]]
    over: dict[UUID, int]


def taking_part(first: date) -> list[Facility]:
    """Kitas whose provider takes part in rounds (level 2 and more) and that are open then, in a fixed order."""
    rows = Facility.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=first),
        provider__active=True,
    ).exclude(provider__level__in=FREE_LEVELS)
    return list(rows.select_related("provider").order_by("key", "id"))


def supply(
    facilities: Iterable[Facility], first: date, last: date, *, movers: Collection[UUID] = ()
) -> Supply:
    """Seats for a round over [first, last); ``movers``: children in the round, whose own places come along and are free for others."""
    keys = [row.pk for row in facilities]
    months = rules.months(first, last)
    classes = list(
        SeatClass.objects.filter(facility__in=keys).order_by("facility_id", "position", "name", "id")
    )
    staffed = {row.pk: [0] * len(months) for row in classes}
    _add_staff(staffed, months, first, last)
    by_facility: dict[UUID, list[SeatClass]] = {}
    for row in classes:
        by_facility.setdefault(row.facility_id, []).append(row)
    _take_blocked(staffed, months, first, last)
    _take_children(staffed, by_facility, months, first, last, movers)
    lines: dict[UUID, list[SeatLine]] = {key: [] for key in keys}
    over: dict[UUID, int] = {}
    for row in classes:
        available = staffed[row.pk]
        if min(available, default=0) < 0:
            over[row.facility_id] = over.get(row.facility_id, 0) - min(available)
        for month, count in zip(months, rules.seats_by_month(available), strict=True):
            if count:
                lines[row.facility_id].append(SeatLine(seat_class=row, free_from=month, count=count))
    return Supply(lines=lines, over=over)


def _covers(start: date, end: date | None, month: date) -> bool:
    return start <= month and (end is None or month < end)


def _add_staff(staffed: dict[UUID, list[int]], months: list[date], first: date, last: date) -> None:
    rows = SeatCount.objects.filter(
        Q(to_on=None) | Q(to_on__gt=first), seat_class__in=list(staffed), from_on__lt=last
    )
    for key, start, end, count in rows.values_list("seat_class_id", "from_on", "to_on", "staffed"):
        for at, month in enumerate(months):
            if _covers(start, end, month):
                staffed[key][at] += count


def _take_blocked(staffed: dict[UUID, list[int]], months: list[date], first: date, last: date) -> None:
    rows = BlockedSeat.objects.filter(
        seat_class__in=list(staffed), lifted_at=None, from_on__lt=last, to_on__gt=first
    )
    for key, start, end, count in rows.values_list("seat_class_id", "from_on", "to_on", "count"):
        for at, month in enumerate(months):
            if _covers(start, end, month):
                staffed[key][at] -= count


def _take_children(
    staffed: dict[UUID, list[int]],
    classes: dict[UUID, list[SeatClass]],
    months: list[date],
    first: date,
    last: date,
    movers: Collection[UUID],
) -> None:
    contracts = (
        Contract.objects.filter(
            Q(to_on=None) | Q(to_on__gt=first),
            facility__in=list(classes),
            state=Contract.State.ACTIVE,
            from_on__lt=last,
        )
        .exclude(child__in=movers)
        .values_list(
            "facility_id",
            "seat_class_id",
            "from_on",
            "to_on",
            "hours",
            "child__birth_date",
            "child__expected_on",
        )
    )
    offers = (
        Offer.objects.filter(facility__in=list(classes), state__in=("ready", "sent"), start_on__lt=last)
        .exclude(registration__child__in=movers)
        .values_list(
            "facility_id",
            "seat_class_id",
            "start_on",
            "contract__to_on",
            "hours",
            "registration__child__birth_date",
            "registration__child__expected_on",
        )
    )
    for facility, seat, start, end, hours, birth, expected in [*contracts, *offers]:
        key = seat if seat in staffed else _likely(classes[facility], birth or expected, hours, first)
        if key is not None:
            for at, month in enumerate(months):
                if _covers(start, end, month):
                    staffed[key][at] -= 1


def _likely(classes: list[SeatClass], born: date | None, hours: int, on: date) -> UUID | None:
    """The class of a contract that names none: the first that fits its age and hours, else the first of all."""
    age = kita_rules.months_between(born, on) if born else 0
    fit = [row for row in classes if row.from_months <= age < row.to_months and not row.tag]
    right = [row for row in fit if hours <= row.max_hours] or fit or classes
    return right[0].pk if right else None
