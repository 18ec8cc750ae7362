"""Values of variables: what may be kept, and their way to JSON and back without loss.

Kept are JSON values, Decimal, dates, times, durations and ranges. Whole numbers are `int`; what JSON does not know is
written as an object with the single key ``@feel`` (literal text) or ``@number``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stadtkern.kernel.feel import DaysTimeDuration, Function, Range, YearsMonthsDuration, from_python
from stadtkern.kernel.feel.temporal import Date, DateTime, Time, parse_any
from stadtkern.kernel.feel.values import text_of, to_python

_KEPT = frozenset({str, int, bool, type(None), dt.date, dt.time, dt.datetime})
_OTHERS = (Date, Time, DateTime, YearsMonthsDuration, DaysTimeDuration)
_TAGS = ("@feel", "@number", "@range")


class NotStorable(ValueError):
    """A value that no variable can keep, such as a function."""


def plain(value: object) -> Any:
    """A Python or FEEL value as it is kept; never shares mutable parts with the caller. Raises `NotStorable`."""
    kind = type(value)
    if kind in _KEPT:
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Mapping):
        return {_key(k): plain(v) for k, v in value.items()}
    if isinstance(value, _OTHERS):
        kept = to_python(value)
        if isinstance(kept, Date):  # a year that Python does not know
            raise NotStorable("date")
        return kept
    if isinstance(value, Range):
        return Range(plain(value.start), plain(value.end), value.start_included, value.end_included)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, dt.timedelta):
        return from_python(value)
    if isinstance(value, Function):
        raise NotStorable(value.name)
    if isinstance(value, str | int):
        return str(value) if isinstance(value, str) else int(value)
    raise NotStorable(kind.__name__)


def _number(value: Decimal) -> int | Decimal | None:
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() and value.adjusted() < 40 else value


def _key(key: object) -> str:
    text = str(key)
    return text[1:] if text in _TAGS else text


def encode(value: object) -> dict[str, object]:
    """The `default` hook of `json.dumps` for kept values."""
    if isinstance(value, Decimal):
        return {"@number": str(value)}
    if isinstance(value, Range):
        return {"@range": [value.start, value.end, value.start_included, value.end_included]}
    return {"@feel": text_of(from_python(value))}


def decode(value: Any) -> Any:
    """Kept values out of what `json.loads` gave."""
    if isinstance(value, list):
        return [decode(v) for v in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, inner),) = value.items()
        if key == "@number":
            return Decimal(inner)
        if key == "@feel":
            return to_python(parse_any(inner))
        if key == "@range":
            return Range(decode(inner[0]), decode(inner[1]), inner[2], inner[3])
    return {k: decode(v) for k, v in value.items()}


def text(value: object) -> str:
    """A value as text, for correlation keys."""
    return text_of(from_python(value))
