"""Arithmetic and comparison of FEEL values (DMN 1.5, tables 50-58). Each operator notes why it yields null."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.temporal import (
    DAY,
    SECOND,
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    add_months,
    datetime_from_local,
    from_ordinal,
    local_of_instant,
    make_date,
    time_from_nanos,
    zone_offset,
)
from stadtkern.kernel.feel.types import kind_of
from stadtkern.kernel.feel.values import ARITHMETIC_ERRORS, DECIMAL, Range

Handler = Callable[..., object]
MAX_MONTHS = 12 * 10**11


def add_duration(
    a: Date | DateTime | Time, b: YearsMonthsDuration | DaysTimeDuration, sign: int = 1
) -> object:
    """A moment some time later; None if there is no such moment."""
    if isinstance(b, YearsMonthsDuration):
        if isinstance(a, Time):
            return None
        day = add_months(a if isinstance(a, Date) else a.date, sign * b.months)
        return None if day is None else day if isinstance(a, Date) else DateTime(day, a.time)
    nanos = sign * b.nanos
    if isinstance(a, Time):
        return time_from_nanos(a.nanos + nanos, a.zone)
    if isinstance(a, Date):
        return _valid(from_ordinal((a.ordinal * DAY + nanos) // DAY))
    moment = (
        local_of_instant(a.instant + nanos, a.time.zone)
        if isinstance(a.time.zone, str)
        else datetime_from_local(a.local + nanos, a.time.zone)
    )
    return moment if _valid(moment.date) else None


def _valid(day: Date) -> Date | None:
    return make_date(*day)


def difference(a: object, b: object) -> object:
    """The days and time between two moments; None if only one of them has a zone."""
    if isinstance(a, Time) and isinstance(b, Time):
        if (a.zone is None) != (b.zone is None):
            return None
        return DaysTimeDuration(time_key(a) - time_key(b))
    x, y = moment_of(a), moment_of(b)
    if x is None or y is None or (x.time.zone is None) != (y.time.zone is None):
        return None
    return DaysTimeDuration(x.instant - y.instant)


def moment_of(value: object) -> DateTime | None:
    """A date counts as midnight UTC (DMN 1.5, 10.3.2.3.6)."""
    if isinstance(value, Date):
        return DateTime(value, Time(0, 0, 0, 0, 0))
    return value if isinstance(value, DateTime) else None


def time_key(value: Time) -> int:
    """Nanoseconds since midnight UTC (without zone: local midnight)."""
    return value.nanos - (zone_offset(value.zone, None, value) or 0) * SECOND


def _scale(duration: YearsMonthsDuration | DaysTimeDuration, factor: Decimal) -> object:
    if isinstance(duration, YearsMonthsDuration):
        months = int(DECIMAL.multiply(Decimal(duration.months), factor))
        return YearsMonthsDuration(months) if abs(months) <= MAX_MONTHS else None
    nanos = DECIMAL.multiply(Decimal(duration.nanos), factor)
    return DaysTimeDuration(int(nanos)) if nanos.adjusted() < 30 else None


def _shrink(duration: YearsMonthsDuration | DaysTimeDuration, divisor: Decimal) -> object:
    if divisor == 0:
        return None
    if isinstance(duration, YearsMonthsDuration):
        return YearsMonthsDuration(int(DECIMAL.divide(Decimal(duration.months), divisor)))
    return DaysTimeDuration(int(DECIMAL.divide(Decimal(duration.nanos), divisor)))


def _ratio(a: int, b: int) -> Decimal | None:
    return DECIMAL.divide(Decimal(a), Decimal(b)) if b else None


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """base to the exponent with 34 digits."""
    if base == 0 and exponent == 0:
        return Decimal(1)
    return DECIMAL.power(base, exponent)


YM, DT = YearsMonthsDuration, DaysTimeDuration
_moments = ((Date, YM), (Date, DT), (DateTime, YM), (DateTime, DT), (Time, DT))
ADD: dict[tuple[type, type], Handler] = {
    (Decimal, Decimal): DECIMAL.add,
    (str, str): lambda a, b: a + b,
    (YM, YM): lambda a, b: YM(a.months + b.months),
    (DT, DT): lambda a, b: DT(a.nanos + b.nanos),
    **dict.fromkeys(_moments, add_duration),
    **{(b, a): lambda x, y: add_duration(y, x) for a, b in _moments},
}
SUBTRACT: dict[tuple[type, type], Handler] = {
    (Decimal, Decimal): DECIMAL.subtract,
    (YM, YM): lambda a, b: YM(a.months - b.months),
    (DT, DT): lambda a, b: DT(a.nanos - b.nanos),
    **{pair: lambda a, b: add_duration(a, b, -1) for pair in _moments},
    **dict.fromkeys(
        ((Date, Date), (Date, DateTime), (DateTime, Date), (DateTime, DateTime), (Time, Time)), difference
    ),
}
MULTIPLY: dict[tuple[type, type], Handler] = {
    (Decimal, Decimal): DECIMAL.multiply,
    (YM, Decimal): _scale,
    (DT, Decimal): _scale,
    (Decimal, YM): lambda a, b: _scale(b, a),
    (Decimal, DT): lambda a, b: _scale(b, a),
}
DIVIDE: dict[tuple[type, type], Handler] = {
    (Decimal, Decimal): DECIMAL.divide,
    (YM, Decimal): _shrink,
    (DT, Decimal): _shrink,
    (YM, YM): lambda a, b: _ratio(a.months, b.months),
    (DT, DT): lambda a, b: _ratio(a.nanos, b.nanos),
}
POWER: dict[tuple[type, type], Handler] = {(Decimal, Decimal): power}
ARITHMETIC = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY, "/": DIVIDE, "**": POWER}


def arithmetic(op: str, a: object, b: object, rt: Runtime, pos: int) -> object:
    """a op b, or null with a problem."""
    handler = ARITHMETIC[op].get((type(a), type(b)))
    if handler is None:
        return rt.note("feel-operands", pos, op=op, left=kind_of(a), right=kind_of(b))
    try:
        result = handler(a, b)
    except ARITHMETIC_ERRORS:
        result = None
    if result is None:
        return rt.note("feel-arithmetic", pos, op=op)
    if type(result) is str:
        rt.check_size(len(result))
    return result


def negate(value: object, rt: Runtime, pos: int) -> object:
    """-value for numbers and durations."""
    if isinstance(value, Decimal):
        return DECIMAL.minus(value)
    if isinstance(value, YM):
        return YM(-value.months)
    if isinstance(value, DT):
        return DT(-value.nanos)
    return rt.note("feel-operand", pos, op="-", left=kind_of(value))


def order_key(value: object) -> tuple[str, object] | None:
    """Something to compare values of one kind by; None if the kind has no order."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return ("number", value)
    if isinstance(value, str):
        return ("string", value)
    if isinstance(value, Date):
        return ("date", value)
    if isinstance(value, DateTime):
        return ("date and time" if value.time.zone is None else "zoned date and time", value.instant)
    if isinstance(value, Time):
        return ("time" if value.zone is None else "zoned time", time_key(value))
    if isinstance(value, YM):
        return ("years and months duration", value.months)
    if isinstance(value, DT):
        return ("days and time duration", value.nanos)
    return None


def compare(a: object, b: object) -> int | None:
    """-1, 0, 1, or None if the two cannot be compared."""
    if type(a) is Decimal and type(b) is Decimal:
        return -1 if a < b else 1 if a > b else 0
    x, y = order_key(a), order_key(b)
    if x is None or y is None or x[0] != y[0]:
        return None
    left, right = x[1], y[1]
    return -1 if left < right else 1 if left > right else 0  # type: ignore[operator]


_PLAIN = frozenset({Decimal, str, bool, Date, YM, DT})


def equal(a: object, b: object) -> bool | None:
    """Three-valued equality: None if the kinds differ (DMN 1.5, table 42)."""
    kind = type(a)
    if kind is type(b) and kind in _PLAIN:
        return a == b
    if a is None or b is None:
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return _all_equal(zip(a, b, strict=True)) if len(a) == len(b) else False
    if isinstance(a, dict) and isinstance(b, dict):
        return _all_equal((v, b[k]) for k, v in a.items()) if a.keys() == b.keys() else False
    if isinstance(a, Range) and isinstance(b, Range):
        same = (a.start_included, a.end_included) == (b.start_included, b.end_included)
        return _all_equal(((a.start, b.start), (a.end, b.end))) if same else False
    if isinstance(a, DateTime | Time) and isinstance(b, DateTime | Time):
        return compare(a, b) == 0 if type(a) is type(b) else None
    if kind_of(a) == "function" and kind_of(b) == "function":
        return a is b
    return None


def _all_equal(pairs: object) -> bool:
    return all(equal(x, y) is True for x, y in pairs)  # type: ignore[attr-defined]


def in_range(value: object, range_: Range) -> bool | None:
    """Is the value inside? None if it cannot be compared with the ends."""
    if range_.start is not None:
        low = compare(value, range_.start)
        if low is None:
            return None
        if low < 0 or (low == 0 and not range_.start_included):
            return False
    if range_.end is not None:
        high = compare(value, range_.end)
        if high is None:
            return None
        if high > 0 or (high == 0 and not range_.end_included):
            return False
    return True


def holds(value: object, test: object) -> bool | None:
    """Does a value satisfy a test that is a value itself: equal, inside a range, member of a list?"""
    if isinstance(test, Range):
        if isinstance(value, Range):
            return equal(value, test)
        return in_range(value, test)
    if isinstance(test, list):
        if isinstance(value, list) and equal(value, test):
            return True
        return any(_member(value, entry) for entry in test)
    return equal(value, test)


def _member(value: object, entry: object) -> bool:
    if isinstance(entry, Range) and not isinstance(value, Range):
        return in_range(value, entry) is True
    return equal(value, entry) is True
