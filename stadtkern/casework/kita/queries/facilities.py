"""Searching Kitas, and what a parent reads about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q

from stadtkern.casework.kita import policies, rules
from stadtkern.casework.kita.models import Facility, Level, SeatClass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched for; empty fields do not narrow."""

    text: str = ""
    born: date | None = None
    start: date | None = None
    hours: int | None = None
    concept: str = ""
    district: str = ""
    kind: str = ""
    language: str = ""
    home: Point | None = None
    work: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A Kita in a list, with ways as straight lines in metres."""

    facility: Facility
    home_metres: int | None = None
    work_metres: int | None = None
    chance: str = ""

    @property
    def home_minutes(self) -> int | None:
        return None if self.home_metres is None else rules.walk_minutes(self.home_metres)

    @property
    def work_minutes(self) -> int | None:
        return None if self.work_metres is None else rules.walk_minutes(self.work_metres)

    @property
    def detour(self) -> int | None:
        """Home and work together, for the order of the list."""
        known = [item for item in (self.home_metres, self.work_metres) if item is not None]
        return sum(known) if known else None


def search(query: Search, today: date) -> list[Found]:
    """Kitas that fit, the nearest first; without a place by name."""
    rows = policies.public_facilities().filter(Q(closed_on=None) | Q(closed_on__gt=query.start or today))
    for word in query.text.split()[:6]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(street__icontains=word)
            | Q(provider__name__icontains=word)
            | Q(district__name__icontains=word)
        )
    if query.district:
        rows = rows.filter(district__key=query.district)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.concept:
        rows = rows.filter(concepts__contains=[query.concept])
    if query.language:
        rows = rows.filter(languages__contains=[query.language])
    seats = _seats(query, today)
    if seats is not None:
        rows = rows.filter(pk__in=seats)
    found = [
        Found(facility=row, home_metres=_between(query.home, row), work_metres=_between(query.work, row))
        for row in rows
    ]
    far = 10**9
    return sorted(found, key=lambda item: (far if item.detour is None else item.detour, item.facility.name))


def _seats(query: Search, today: date) -> list[UUID] | None:
    """Kitas with a seat for this age and these hours; None when neither is asked."""
    if query.born is None and query.hours is None:
        return None
    rows = SeatClass.objects.all()
    if query.born is not None:
        months = max(0, rules.months_between(query.born, query.start or today))
        rows = rows.filter(from_months__lte=months, to_months__gt=months)
    if query.hours is not None:
        rows = rows.filter(max_hours__gte=query.hours)
    return list(rows.values_list("facility_id", flat=True).distinct())


def _between(point: Point | None, facility: Facility) -> int | None:
    if point is None or facility.longitude is None or facility.latitude is None:
        return None
    return rules.metres(point, (facility.longitude, facility.latitude))


def by_keys(keys: Sequence[str]) -> list[Facility]:
    """Kitas in the order of their keys, with their seats; unknown ones are left out."""
    seats = Prefetch("seat_classes", queryset=SeatClass.objects.all())
    rows = {
        row.key: row
        for row in policies.public_facilities().filter(key__in=list(keys)).prefetch_related(seats)
    }
    return [rows[key] for key in dict.fromkeys(keys) if key in rows]


def takes_part(facility: Facility) -> bool:
    """Whether its provider takes registrations through the platform at all."""
    return facility.provider.active and facility.provider.level >= Level.SHARED


def is_open(facility: Facility, today: date) -> bool:
    """Whether it takes registrations today."""
    return rules.is_open(
        takes_part=takes_part(facility), accepting_from=facility.accepting_from_on, today=today
    )


def facts_of(facility: Facility) -> rules.KitaFacts:
    """A Kita as the rules judge it."""
    return rules.KitaFacts(
        key=facility.key,
        name=facility.name,
        takes_part=takes_part(facility),
        accepting_from=facility.accepting_from_on,
        closed=facility.closed_on,
        seats=[
            rules.SeatKind(
                from_months=seat.from_months,
                to_months=seat.to_months,
                max_hours=seat.max_hours,
                free_from=seat.free_from_on,
            )
            for seat in facility.seat_classes.all()
        ],
    )


def concepts_in_use() -> list[str]:
    """Concepts that some Kita has."""
    rows = policies.public_facilities().values_list("concepts", flat=True)
    return sorted({concept for row in rows for concept in row})


def languages_in_use() -> list[str]:
    """Languages of everyday life that some Kita has."""
    rows = policies.public_facilities().values_list("languages", flat=True)
    return sorted({language for row in rows for language in row})
