"""How relief is reckoned, on plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import fmean, median
from uuid import UUID

LEAST = 5
"""Nothing is published about fewer cases: a figure about one case is a figure about a person."""
PAUSE = timedelta(minutes=15)
"""Whoever does nothing on a case for longer has turned to something else."""
SHORTEST = timedelta(minutes=1)


def worked_minutes(marks: Iterable[tuple[UUID, datetime]]) -> int:
    """How long people worked on a case, by the moments at which they opened it or did something: pauses up to ``PAUSE``
    count as work, every stretch of work as one minute at least."""
    times: dict[UUID, list[datetime]] = {}
    for person, at in marks:
        times.setdefault(person, []).append(at)
    total = timedelta()
    for found in times.values():
        found.sort()
        begin = last = found[0]
        for at in found[1:]:
            if at - last > PAUSE:
                total += max(last - begin, SHORTEST)
                begin = at
            last = at
        total += max(last - begin, SHORTEST)
    return ceil(total / timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A decided case in figures."""

    days: int
    online: bool
    automatic: bool
    minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What may be said about a service. ``minutes`` is missing where fewer than ``LEAST`` cases were measured."""

    cases: int
    online_percent: int
    automatic_percent: int
    median_days: int
    minutes: int | None

    def saved(self, minutes_before: int | None) -> int | None:
        """Minutes of work that were not needed, over all cases; negative where it takes longer now."""
        if minutes_before is None or self.minutes is None:
            return None
        return (minutes_before - self.minutes) * self.cases


def reckon(found: Sequence[One]) -> Reckoned | None:
    """The figures of a service; None when there are too few cases."""
    if len(found) < LEAST:
        return None
    measured = [one.minutes for one in found if one.minutes is not None]
    return Reckoned(
        cases=len(found),
        online_percent=_percent(sum(one.online for one in found), len(found)),
        automatic_percent=_percent(sum(one.automatic for one in found), len(found)),
        median_days=round(median(one.days for one in found)),
        minutes=round(fmean(measured)) if len(measured) >= LEAST else None,
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)
