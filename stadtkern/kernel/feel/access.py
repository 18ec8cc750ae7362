"""Members of values (`base.member`) and filters (`base[condition]`), DMN 1.5, 10.3.2.5 and 10.3.2.6."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.temporal import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    zone_offset,
)
from stadtkern.kernel.feel.types import kind_of
from stadtkern.kernel.feel.values import Range

Vars = dict[str, object]


def member(value: object, name: str, rt: Runtime, pos: int) -> object:
    """value.name; on a list the members of all elements."""
    if isinstance(value, dict):
        return value[name] if name in value else rt.note("feel-unknown-member", pos, name=name)
    if isinstance(value, list):
        return [member(entry, name, rt, pos) for entry in value]
    found = properties(value)
    if found is None or name not in found:
        return rt.note("feel-unknown-member", pos, name=name)
    result = found[name]()
    return Decimal(result) if isinstance(result, int) and not isinstance(result, bool) else result


def properties(value: object) -> dict[str, Callable[[], object]] | None:
    """The named parts of temporal values and ranges (DMN 1.5, table 66)."""
    if isinstance(value, Date):
        return _date(value)
    if isinstance(value, DateTime):
        return _date(value.date) | _time(value.time, value.date)
    if isinstance(value, Time):
        return _time(value, None)
    if isinstance(value, YearsMonthsDuration):
        return {"years": lambda: _part(value.months, 12, 0), "months": lambda: _part(value.months, 1, 12)}
    if isinstance(value, DaysTimeDuration):
        n = value.nanos
        return {
            "days": lambda: _part(n, DAY, 0), "hours": lambda: _part(n, HOUR, 24),
            "minutes": lambda: _part(n, MINUTE, 60), "seconds": lambda: _seconds(n),
        }  # fmt: skip
    if isinstance(value, Range):
        return {
            "start": lambda: value.start, "end": lambda: value.end,
            "start included": lambda: value.start_included, "end included": lambda: value.end_included,
        }  # fmt: skip
    return None


def _part(value: int, unit: int, modulus: int) -> int:
    amount = abs(value) // unit
    amount = amount % modulus if modulus else amount
    return -amount if value < 0 else amount


def _seconds(nanos: int) -> Decimal:
    amount = Decimal(abs(nanos) % MINUTE).scaleb(-9).normalize()
    return -amount if nanos < 0 else amount


def _date(date: Date) -> dict[str, Callable[[], object]]:
    return {
        "year": lambda: date.year,
        "month": lambda: date.month,
        "day": lambda: date.day,
        "weekday": lambda: date.weekday,
    }


def _time(time: Time, date: Date | None) -> dict[str, Callable[[], object]]:
    def offset() -> object:
        seconds = zone_offset(time.zone, date, time)
        return None if seconds is None else DaysTimeDuration(seconds * SECOND)

    return {
        "hour": lambda: time.hour, "minute": lambda: time.minute,
        "second": lambda: Decimal(time.second) + Decimal(time.nano).scaleb(-9) if time.nano else time.second,
        "time offset": offset, "timezone": lambda: time.zone if isinstance(time.zone, str) else None,
    }  # fmt: skip


def apply_filter(
    base: object, condition: Callable[[Vars, Runtime], object], v: Vars, rt: Runtime, pos: int
) -> object:
    """The element at a position, or the elements for which the condition is true."""
    items = base if isinstance(base, list) else [] if base is None else [base]
    if not items:
        index = condition({**v, "item": None}, Runtime(rt.limits))
        return rt.note("feel-index", pos, index=index) if isinstance(index, Decimal) else []
    kept: list[object] = []
    for number, entry in enumerate(items):
        scope = {**v, "item": entry, **entry} if isinstance(entry, dict) else {**v, "item": entry}
        rt.tick()
        decided = condition(scope, rt)
        if decided is True:
            kept.append(entry)
        elif number == 0 and isinstance(decided, Decimal):
            return element(items, decided, rt, pos)
        elif decided is not False and decided is not None:
            return rt.note("feel-filter", pos, left=kind_of(decided))
    return kept


def element(items: list[object], index: Decimal, rt: Runtime, pos: int) -> object:
    """Counted from 1, negative from the end."""
    at = int(index)
    if at != index or at == 0 or abs(at) > len(items):
        return rt.note("feel-index", pos, index=index)
    return items[at - 1 if at > 0 else at]
