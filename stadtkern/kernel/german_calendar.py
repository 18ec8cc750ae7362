"""Working days, public holidays of the Länder and legal deadlines (§§ 187, 188, 193 BGB; § 31 VwVfG).

Pure and exact to the day: no clock, no time zone. ``state`` is an ISO 3166-2 code such as ``DE-RP``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from holidays.countries.germany import Germany

Unit = Literal["working_days", "days", "weeks", "months"]
Period = tuple[date, date]

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def public_holidays(year: int, state: str = "DE-RP") -> dict[date, str]:
    """The public holidays of a Land in a year, with their German names. Raises ``ValueError`` for an unknown Land."""
    country, _, land = state.partition("-")
    if country != "DE" or land not in Germany.subdivisions:
        raise ValueError(f"unknown Land: {state}")
    return dict(Germany(subdiv=land, years=year, language="de"))


def is_working_day(day: date, state: str = "DE-RP") -> bool:
    """Neither Saturday, Sunday nor a public holiday of the Land."""
    return day.weekday() < 5 and day not in public_holidays(day.year, state)


def next_working_day(day: date, state: str = "DE-RP") -> date:
    """``day`` itself, or the first working day after it (§ 193 BGB, § 31 (3) VwVfG)."""
    while not is_working_day(day, state):
        day += ONE_DAY
    return day


def add_working_days(start: date, amount: int, state: str = "DE-RP", pauses: Sequence[Period] = ()) -> date:
    """The ``amount``-th working day after ``start``; days inside ``pauses`` are not counted."""
    if amount < 0:
        raise ValueError("amount must not be negative")
    day, left = start, amount
    while left:
        day += ONE_DAY
        if is_working_day(day, state) and not _paused(day, pauses):
            left -= 1
    return day


def add_months(start: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month if it has no such day (§ 188 (2), (3) BGB)."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def deadline(
    start: date, amount: int, unit: Unit, *, state: str = "DE-RP", pauses: Sequence[Period] = ()
) -> date:
    """The last day of a period that begins with an event on ``start``.

    The day of the event does not count (§ 187 (1) BGB). A period of days, weeks or months that would end on a
    Saturday, Sunday or holiday ends on the next working day (§ 193 BGB). ``pauses`` are [from, to): days on which
    the period stands still and which are not counted (§ 209 BGB). Raises ``ValueError`` for a negative amount.
    """
    if amount < 0:
        raise ValueError("amount must not be negative")
    if unit == "working_days":
        return next_working_day(add_working_days(start, amount, state, pauses), state)
    if unit == "months":
        end = add_months(start, amount)
    else:
        end = start + timedelta(days=amount * (7 if unit == "weeks" else 1))
    return next_working_day(_extended(start, end, pauses), state)


def _extended(start: date, end: date, pauses: Sequence[Period]) -> date:
    """``end`` moved by every day after ``start`` on which the period stood still before it was over."""
    for begin, stop in _merged(pauses):
        first = max(begin, start + ONE_DAY)
        if first > end:
            break
        if stop > first:
            end += stop - first
    return end


def _merged(pauses: Iterable[Period]) -> list[Period]:
    """Overlapping and touching pauses as one, in order."""
    merged: list[Period] = []
    for begin, stop in sorted(pauses):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((begin, stop))
    return merged


def _paused(day: date, pauses: Sequence[Period]) -> bool:
    return any(begin <= day < stop for begin, stop in pauses)
