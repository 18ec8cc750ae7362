"""Judgements about contracts on plain values: notice, settling-in, periods of the same cost. No database.

Law and custom here are from the authors' memory and marked so; a municipality or provider sets its own terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from stadtkern.casework.kita.fees.calculator import Cost
from stadtkern.casework.kita.rules import add_months
from stadtkern.kernel.german_calendar import add_working_days, next_working_day

NOTICE: Final = {"family": 28, "kita": 84}
"""Days of notice to the end of a month: four weeks by the family, twelve by the Kita. Custom of German Kita contracts, from memory, not a law."""
SETTLING_DAYS: Final = 15
SETTLING_AT_ONCE: Final = 2
"""So many children settle in at once in one Kita: each needs its key person."""
LONGEST_ABSENCE: Final = 366
PhaseCode = Literal["arrive", "part", "stay", "whole"]


def end_for(by: str, today: date) -> date:
    """The first day without contract when notice is given today: the first of a month that is far enough away."""
    earliest = today + timedelta(days=NOTICE[by])
    return earliest if earliest.day == 1 else add_months(earliest, 1)


def ends(by: str, today: date, last: date | None, count: int = 12) -> list[date]:
    """First days without contract that may be chosen, the earliest first; none after the contract ends anyway."""
    first = end_for(by, today)
    days = [add_months(first, ahead) for ahead in range(count)]
    return [day for day in days if last is None or day < last]


def change_months(today: date, from_on: date, to_on: date | None, count: int = 12) -> list[date]:
    """Firsts of months from which other hours may hold: after next month begins, inside the contract."""
    first = max(add_months(today, 1), from_on)
    first = first if first.day == 1 else add_months(first, 1)
    days = [add_months(first, ahead) for ahead in range(count)]
    return [day for day in days if day > from_on and (to_on is None or day < to_on)]


# --- settling in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the settling-in: from this day on."""

    code: PhaseCode
    from_on: date


def settling_end(start: date, days: int) -> date:
    """The first day after so many working days."""
    return add_working_days(next_working_day(start), days)


def phases(start: date, days: int) -> list[Phase]:
    """Four parts, after the Berlin model as the authors remember it: arrive, part, stay, whole day. Short plans leave the middle out."""
    first = next_working_day(start)
    at: list[tuple[PhaseCode, int]] = [
        ("arrive", 0),
        ("part", 3),
        ("stay", 5),
        ("whole", max(6, days * 2 // 3)),
    ]
    return [Phase(code=code, from_on=add_working_days(first, n)) for code, n in at if n < days]


def at_once(start: date, end: date, others: Iterable[tuple[date, date]]) -> int:
    """How many of ``others`` settle in on the busiest day of [start, end)."""
    overlapping = [(a, b) for a, b in others if a < end and start < b]
    return max((sum(a <= day < b for a, b in overlapping) for day in _starts(start, overlapping)), default=0)


def _starts(start: date, spans: Sequence[tuple[date, date]]) -> list[date]:
    return sorted({start, *(a for a, _ in spans if a >= start)})


def free_start(
    wanted: date, days: int, others: Sequence[tuple[date, date]], limit: int = SETTLING_AT_ONCE
) -> date:
    """The first working day from ``wanted`` on at which one more child can settle in."""
    day = next_working_day(wanted)
    while at_once(day, settling_end(day, days), others) >= limit:
        day = next_working_day(day + timedelta(days=1))
    return day


# --- cost --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Months of the same cost: [from, to), and what one of them costs."""

    from_on: date
    to_on: date | None
    cost: Cost


def stretches(costs: Sequence[Cost]) -> list[Stretch]:
    """Consecutive months of the same cost as one line; the last one is open."""
    found: list[Stretch] = []
    for cost in costs:
        amounts = [(line.item, line.cents) for line in cost.lines]
        if found and [(line.item, line.cents) for line in found[-1].cost.lines] == amounts:
            continue
        if found:
            found[-1] = Stretch(from_on=found[-1].from_on, to_on=cost.month, cost=found[-1].cost)
        found.append(Stretch(from_on=cost.month, to_on=None, cost=cost))
    return found
