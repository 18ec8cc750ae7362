"""Places and demand by district, Kita year and age group: a handful of queries for any number of years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Q

from stadtkern.casework.kita import rules
from stadtkern.casework.kita.models import Contract, Registration, SeatCount, State
from stadtkern.casework.kita.planning import GROUPS, YEARS, Group, Line, group_of_child, group_of_seats
from stadtkern.foundation.places import api as places
from stadtkern.kernel import german_order

NOWHERE = "–"
Cell = tuple[UUID | None, int, Group]
LOOKING = (State.REGISTERED, State.FROZEN, State.OFFERED)


def lines(first: int) -> list[Line]:
    """Every district (and what has none) for the Kita years from ``first``; numbers of children are exact here."""
    years = range(first, first + YEARS)
    names: dict[UUID | None, str] = {row.id: row.name for row in places.districts()}
    seats, placed, looking = _seats(years), _placed(years), _looking(years)
    if any(cell[0] is None for cell in (*seats, *placed, *looking)):
        names[None] = NOWHERE
    ordered = german_order.in_order(names.items(), lambda item: item[1])
    return [
        Line(
            district=name, year=year, group=group, placed=placed[key, year, group], looking=looking[key, year, group],
            **dict(zip(("permitted", "planned", "staffed"), seats.get((key, year, group), (0, 0, 0)), strict=True)),
        )
        for year in years
        for key, name in ordered
        for group in GROUPS
    ]  # fmt: skip


def expecting(found: list[Line], expected: Mapping[tuple[str, int, Group], tuple[int, int]]) -> list[Line]:
    """The lines with what the statistics office expects in their district."""
    return [
        replace(line, expected=known[0], needed=known[1])
        if (known := expected.get((line.district, line.year, line.group))) is not None
        else line
        for line in found
    ]


def _at(year: int) -> date:
    """The day of a Kita year for which is counted: when everybody has begun."""
    return date(year, 10, 1)


def _seats(years: range) -> dict[Cell, tuple[int, int, int]]:
    rows = SeatCount.objects.filter(
        Q(to_on=None) | Q(to_on__gt=_at(years[0])),
        from_on__lte=_at(years[-1]),
        seat_class__facility__provider__active=True,
    ).order_by()
    found: dict[Cell, tuple[int, int, int]] = {}
    for start, end, closed, district, youngest, oldest, *counts in rows.values_list(
        "from_on",
        "to_on",
        "seat_class__facility__closed_on",
        "seat_class__facility__district_id",
        "seat_class__from_months",
        "seat_class__to_months",
        "permitted",
        "planned",
        "staffed",
    ):
        for year in years:
            day = _at(year)
            if start <= day and (end is None or day < end) and (closed is None or day < closed):
                cell = (district, year, group_of_seats(youngest, oldest))
                before = found.get(cell, (0, 0, 0))
                found[cell] = (before[0] + counts[0], before[1] + counts[1], before[2] + counts[2])
    return found


def _placed(years: range) -> Counter[Cell]:
    """Children with a contract, by the district of their Kita."""
    rows = Contract.objects.filter(
        Q(to_on=None) | Q(to_on__gt=_at(years[0])),
        state=Contract.State.ACTIVE,
        from_on__lte=_at(years[-1]),
    ).order_by()
    found: Counter[Cell] = Counter()
    for start, end, district, born, due in rows.values_list(
        "from_on", "to_on", "facility__district_id", "child__birth_date", "child__expected_on"
    ):
        for year in years:
            day = _at(year)
            if start <= day and (end is None or day < end):
                found[district, year, _group(born or due, day)] += 1
    return found


def _looking(years: range) -> Counter[Cell]:
    """Children who look for a place, by the district of their home and the year they want to begin; those left over count in the first."""
    rows = Registration.objects.filter(state__in=LOOKING, start_on__lt=date(years[-1] + 1, 8, 1)).order_by()
    found: Counter[Cell] = Counter()
    for start, district, born, due in rows.values_list(
        "start_on", "district_id", "child__birth_date", "child__expected_on"
    ):
        year = max(years[0], start.year if start.month >= 8 else start.year - 1)
        day = max(start, date(year, 8, 1))
        found[district, year, _group(born or due, day)] += 1
    return found


def _group(born: date | None, day: date) -> Group:
    return group_of_child(max(0, rules.months_between(born, day)) if born is not None else 0)
