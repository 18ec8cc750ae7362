"""Timers: what an expression says, and when that is.

The engine only reads (`read_due`); whoever stores a timer asks `due_at` for the absolute moment and keeps that together
with the `Due`, so that it can be computed again when the calendar changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from stadtkern.casework.processes.engine.model import Timer
from stadtkern.casework.processes.engine.state import Due
from stadtkern.casework.processes.engine.trouble import Trouble
from stadtkern.casework.processes.engine.values import text
from stadtkern.kernel.feel import DaysTimeDuration, YearsMonthsDuration, from_python
from stadtkern.kernel.feel.temporal import Date, DateTime, parse_any
from stadtkern.kernel.feel.values import to_python
from stadtkern.kernel.german_calendar import Period, add_months, deadline

BERLIN = ZoneInfo("Europe/Berlin")
_CYCLE = re.compile(r"R(\d*)/(.+)")
_WEEKS = re.compile(r"P(\d+)W")
_NANOS_A_DAY = 86_400 * 10**9


def read_due(timer: Timer, value: Any) -> Due:
    """What the value of a timer's expression means. Raises `Trouble` when it means nothing."""
    left = 0
    if timer.kind == "cycle":
        left = -1 if timer.repetitions is None else max(timer.repetitions - 1, 0)
        match = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
        if match:
            value = match[2]
            if match[1] and timer.repetitions is None:
                left = max(int(match[1]) - 1, 0)
    if timer.unit is not None:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= 36_500:
            raise Trouble("timer", text=timer.value.text)
        return Due("duration", int(value), timer.unit, left)
    found = _weeks(parse_any(value.strip()) or value) if isinstance(value, str) else from_python(value)
    if isinstance(found, DaysTimeDuration | YearsMonthsDuration) and timer.kind != "date":
        return Due("duration", text(found), None, left)
    if isinstance(found, Date | DateTime):
        return Due("date", text(found), None, 0)
    raise Trouble("timer", text=timer.value.text)


def _weeks(value: object) -> object:
    match = _WEEKS.fullmatch(value.strip()) if isinstance(value, str) else None
    return parse_any(f"P{int(match[1]) * 7}D") if match else value


def due_at(
    due: Due,
    start: dt.datetime,
    *,
    state: str = "DE-RP",
    pauses: Sequence[Period] = (),
    zone: dt.tzinfo = BERLIN,
) -> dt.datetime:
    """The moment a timer is due that begins at `start` (aware).

    A period in units of law ends with its last day (§§ 187, 188, 193 BGB; § 31 VwVfG): due is the midnight after it, by
    the calendar of the Land. Days and months of a duration are days of the calendar, also over daylight saving; hours and
    minutes are time that passes."""
    if start.tzinfo is None:
        raise ValueError("start must be aware")
    local = start.astimezone(zone)
    if due.unit is not None:
        last = deadline(local.date(), int(due.value), due.unit, state=state, pauses=pauses)  # type: ignore[arg-type]
        return dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
    value = parse_any(str(due.value))
    if isinstance(value, YearsMonthsDuration):
        return dt.datetime.combine(add_months(local.date(), value.months), local.timetz())
    if isinstance(value, DaysTimeDuration):
        days, rest = divmod(value.nanos, _NANOS_A_DAY)
        day = (
            local + dt.timedelta(days=days) if days else local
        )  # adding forgets which of two equal hours it was
        passed = day.astimezone(dt.UTC) + dt.timedelta(microseconds=rest / 1000)
        return passed.astimezone(zone)
    return _moment(to_python(value), zone)


def _moment(value: object, zone: dt.tzinfo) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(), zone)
    raise ValueError(f"not a moment: {value!r}")
