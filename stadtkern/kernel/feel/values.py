"""The values FEEL works with, and the way in and out of it.

Numbers are `Decimal` with 34 digits, rounded half even (DMN 1.5, 10.3.2.3.1: IEEE 754-2008 decimal128)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stadtkern.kernel.feel.temporal import (
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    date_text,
    datetime_text,
    time_text,
)

if TYPE_CHECKING:
    from stadtkern.kernel.feel.runtime import Runtime
    from stadtkern.kernel.feel.types import FeelType

DECIMAL = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[Overflow, InvalidOperation, DivisionByZero],
)
ARITHMETIC_ERRORS = (Overflow, InvalidOperation, DivisionByZero)
_DIRECT = frozenset({str, bool, type(None), Date, Time, DateTime, YearsMonthsDuration, DaysTimeDuration})


@dataclass(frozen=True, slots=True)
class Range:
    """A range; an end of None is open to that side."""

    start: object
    end: object
    start_included: bool
    end_included: bool


class Function:
    """A function as a value. `invoke` gets the arguments in order; missing ones are not allowed unless `variadic`."""

    __slots__ = ("invoke", "name", "params", "result", "types")

    def __init__(
        self,
        name: str,
        params: tuple[str, ...],
        invoke: Callable[[Sequence[object], Runtime, int], object],
        types: tuple[FeelType | None, ...] | None = None,
        result: FeelType | None = None,
    ) -> None:
        self.name = name
        self.params = params
        self.invoke = invoke
        self.types = types
        self.result = result

    def call(self, args: Sequence[object], names: tuple[str, ...] | None, rt: Runtime, pos: int) -> object:
        """Calls with arguments by position, or by the given names."""
        if names is not None:
            by_name = dict(zip(names, args, strict=True))
            if len(by_name) != len(self.params) or set(by_name) != set(self.params):
                return rt.note("feel-arguments", pos, name=self.name)
            args = [by_name[p] for p in self.params]
        elif len(args) != len(self.params):
            return rt.note("feel-arguments", pos, name=self.name)
        return self.invoke(args, rt, pos)


def from_python(value: object) -> object:
    """A Python or JSON value as a FEEL value: numbers to Decimal, dates, mappings and sequences deeply."""
    kind = type(value)
    if kind in _DIRECT:
        return value
    if kind is Decimal:
        return value if value.is_finite() else None  # type: ignore[attr-defined]
    if kind is int:
        return Decimal(value)  # type: ignore[arg-type]
    if kind is float:
        return _float(value)  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        return {str(k): from_python(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [from_python(v) for v in value]
    return _scalar(value)


def _float(value: float) -> Decimal | None:
    number = Decimal(repr(value))
    return number if number.is_finite() else None


def _scalar(value: object) -> object:
    if isinstance(value, dt.datetime):
        return DateTime(Date(value.year, value.month, value.day), _time(value.timetz(), value))
    if isinstance(value, dt.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, dt.time):
        return _time(value, None)
    if isinstance(value, dt.timedelta):
        return DaysTimeDuration(
            (value.days * 86_400 * 1_000_000 + value.seconds * 1_000_000 + value.microseconds) * 1000
        )
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Range):
        return Range(
            from_python(value.start), from_python(value.end), value.start_included, value.end_included
        )
    return value


def _time(value: dt.time, moment: dt.datetime | None) -> Time:
    zone: int | str | None = None
    if value.tzinfo is not None:
        key = getattr(value.tzinfo, "key", None)
        offset = value.tzinfo.utcoffset(moment)
        zone = (
            key
            if isinstance(key, str) and key != "UTC"
            else int(offset.total_seconds())
            if offset is not None
            else None
        )
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, zone)


def to_python(value: object) -> object:
    """A FEEL value as Python value: `date`, `time`, `datetime` where Python can hold it, deeply."""
    kind = type(value)
    if kind is Date or kind is Time or kind is DateTime:
        return _temporal(value)
    if kind is list:
        return [to_python(v) for v in value]  # type: ignore[attr-defined]
    if kind is dict:
        return {k: to_python(v) for k, v in value.items()}  # type: ignore[attr-defined]
    if kind is Range:
        assert isinstance(value, Range)
        return Range(to_python(value.start), to_python(value.end), value.start_included, value.end_included)
    return value


def _temporal(value: object) -> object:
    if isinstance(value, Date):
        return dt.date(*value) if 1 <= value.year <= 9999 else value
    if isinstance(value, Time):
        return (
            value
            if value.nano % 1000
            else dt.time(value.hour, value.minute, value.second, value.nano // 1000, _tzinfo(value.zone))
        )
    assert isinstance(value, DateTime)
    day, time = value.date, value.time
    if time.nano % 1000 or not 1 <= day.year <= 9999:
        return value
    zone = _tzinfo(time.zone)
    return dt.datetime(*day, time.hour, time.minute, time.second, time.nano // 1000, tzinfo=zone)


def _tzinfo(zone: int | str | None) -> dt.tzinfo | None:
    if zone is None:
        return None
    return (
        ZoneInfo(zone)
        if isinstance(zone, str)
        else dt.UTC
        if zone == 0
        else dt.timezone(dt.timedelta(seconds=zone))
    )


def to_json(value: object) -> object:
    """A FEEL (or Python) value as JSON: whole numbers as int, others as the nearest float, dates and durations as text."""
    value = from_python(value)
    if isinstance(value, Decimal):
        return _json_number(value)
    if isinstance(value, list):
        return [to_json(v) for v in value]
    if isinstance(value, dict):
        return {k: to_json(v) for k, v in value.items()}
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Range):
        return {
            "start": to_json(value.start),
            "end": to_json(value.end),
            "start included": value.start_included,
            "end included": value.end_included,
        }
    return text_of(value)


def _json_number(value: Decimal) -> object:
    if value == value.to_integral_value() and value.adjusted() < 40:
        return int(value)
    return float(value)


def number_text(value: Decimal) -> str:
    """Plain digits without exponent while that is readable."""
    if value == 0:
        return "0"
    value = value.normalize(DECIMAL)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -34 <= exponent <= 34:
        return format(value, "f")
    return str(value)


def text_of(value: object, nested: bool = False) -> str:
    """What the function `string` makes of a value; strings inside lists and contexts are quoted."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if nested else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if value is None:
        return "null"
    if isinstance(value, Date):
        return date_text(value)
    if isinstance(value, Time):
        return time_text(value)
    if isinstance(value, DateTime):
        return datetime_text(value)
    return _compound_text(value)


def _compound_text(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(text_of(v, True) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key_text(str(k))}: {text_of(v, True)}" for k, v in value.items()) + "}"
    if isinstance(value, Range):
        low = "" if value.start is None else text_of(value.start, True)
        high = "" if value.end is None else text_of(value.end, True)
        return f"{'[' if value.start_included else '('}{low}..{high}{']' if value.end_included else ')'}"
    if isinstance(value, Function):
        return f"function({', '.join(value.params)})"
    return str(value)


def key_text(key: str) -> str:
    """A context key, quoted if it would not read as a name."""
    plain = (
        key and all(c.isalnum() or c in "_ ?'" for c in key) and not key[0].isdigit() and key.strip() == key
    )
    return key if plain else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
