"""One value of one field: from what people or programs send to what is stored, or what is wrong with it.

Stored values are plain JSON: text, whole or decimal number (at most 15 digits, so nothing is lost), true/false, dates as
``2025-12-24``, times as ``14:30:00``, codes of lists, uploads as {name, size, media_type, sha256, id}. Reading a stored
value again gives the same value. Nothing here raises on any input.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from stadtkern.casework.forms.messages import Fault, fault
from stadtkern.casework.forms.model import Datatype, Field, Kind
from stadtkern.casework.forms.patterns import PatternError, matches
from stadtkern.kernel.din91379 import first_foreign, normalize

Stored = str | int | float | bool | dict[str, Any]

MAX_TEXT = 10_000
MAX_CODE = 200
MAX_DIGITS = 15

_TRUE = frozenset({"true", "ja", "wahr", "on", "1", "yes"})
_FALSE = frozenset({"false", "nein", "falsch", "off", "0", "no"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_GERMAN_DATE = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?:\s*Uhr)?")
_GROUPED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_COMMA = re.compile(r"[0-9]+,[0-9]+")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_blank(raw: object) -> bool:
    """True when nothing was given: None, an empty text, an empty list or object."""
    return (
        raw is None
        or (isinstance(raw, str) and not raw.strip())
        or (isinstance(raw, list | dict) and not raw)
    )


def parse_value(field: Field, raw: object, codes: frozenset[str] | None = None) -> Stored | Fault:
    """The stored value of a non-blank ``raw``, or the fault. ``codes`` are the entries of the field's list."""
    if field.datatype is Datatype.FILE:
        return _file(field, raw)
    if field.kind is Kind.SELECT or field.values or field.code_list is not None:
        return _code(raw, codes)
    match field.datatype:
        case Datatype.BOOL:
            return _bool(raw)
        case Datatype.NUM | Datatype.NUM_INT | Datatype.NUM_CURRENCY:
            return _number(field, raw)
        case Datatype.DATE | Datatype.TIME | Datatype.DATETIME:
            return _temporal(field, raw)
        case _:
            return _text(field, raw)


def _text(field: Field, raw: object) -> Stored | Fault:
    text = _as_text(raw)
    if text is None:
        return fault("shape")
    broken = _CONTROL.search(text)
    if broken is not None:
        return fault("control_character", position=broken.start() + 1)
    if field.datatype is Datatype.TEXT_LATIN:
        foreign = first_foreign(text)
        if foreign is not None:
            return fault("not_latin", detail=foreign.message, detail_en=foreign.message_en)
    return _limited_text(field, text)


def _limited_text(field: Field, text: str) -> Stored | Fault:
    limits = field.constraints
    if limits.pattern:
        text = _matching_form(limits.pattern, text)
    length = len(text)
    if limits.shortest is not None and length < limits.shortest:
        return fault("too_short", min=limits.shortest, length=length)
    longest = MAX_TEXT if limits.longest is None else min(limits.longest, MAX_TEXT * 10)
    if length > longest:
        return fault("too_long", max=longest, length=length)
    if limits.pattern and not _matches(limits.pattern, text):
        return fault("pattern")
    return text


def _matching_form(pattern: str, text: str) -> str:
    """People group IBANs and chip numbers with spaces and write small letters; the pattern decides what is kept."""
    squeezed = "".join(text.split())
    for form in (text, squeezed, squeezed.upper()):
        if len(form) <= MAX_TEXT and _matches(pattern, form):
            return form
    return text


def _matches(pattern: str, text: str) -> bool:
    try:
        return matches(pattern, text)
    except PatternError:
        return True  # reported when the form is checked; people must not suffer from it


def _as_text(raw: object) -> str | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    text = raw if isinstance(raw, str) else repr(raw)
    return normalize(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _code(raw: object, codes: frozenset[str] | None) -> Stored | Fault:
    text = _as_text(raw)
    if text is None:
        return fault("shape")
    if len(text) > MAX_CODE or _CONTROL.search(text) or (codes is not None and text not in codes):
        return fault("not_in_list", value=_CONTROL.sub("", text[:40]))
    return text


def _bool(raw: object) -> Stored | Fault:
    if isinstance(raw, bool):
        return raw
    text = (_as_text(raw) or "").lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    return fault("not_bool")


def _number(field: Field, raw: object) -> Stored | Fault:
    currency = field.datatype is Datatype.NUM_CURRENCY
    number = _decimal(raw, currency=currency)
    if number is None:
        return fault("not_currency" if currency else "not_number")
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(int(number.as_tuple().exponent)) > MAX_DIGITS:
        return fault("too_many_digits")
    whole = number == number.to_integral_value()
    if field.datatype is Datatype.NUM_INT and not whole:
        return fault("not_integer")
    if currency and number != number.quantize(Decimal("0.01")):
        return fault("not_currency")
    low, high = field.constraints.lowest, field.constraints.highest
    if low is not None and number < low:
        return fault("below_min", min=german_number(low))
    if high is not None and number > high:
        return fault("above_max", max=german_number(high))
    return int(number) if whole else float(number)


def _decimal(raw: object, *, currency: bool) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if abs(raw) < 10**MAX_DIGITS else Decimal(10) ** (MAX_DIGITS + 1) + 1
    text = _number_text(raw, currency=currency) if isinstance(raw, str) else repr(raw)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number.normalize() if number.is_finite() else None


def _number_text(raw: str, *, currency: bool) -> str:
    """German notation as Python notation; anything else becomes unreadable on purpose."""
    text = "".join(raw.split()).replace("\N{MINUS SIGN}", "-")
    if currency:
        text = text.removesuffix("€").removesuffix("EUR")
    sign = "-" if text.startswith("-") else ""
    digits = text.removeprefix("-").removeprefix("+")
    if len(digits) > 40:
        return "x"
    if _GROUPED.fullmatch(digits):
        return sign + digits.replace(".", "").replace(",", ".")
    if _COMMA.fullmatch(digits):
        return sign + digits.replace(",", ".")
    return sign + digits if _PLAIN.fullmatch(digits) else "x"


def _temporal(field: Field, raw: object) -> Stored | Fault:
    name = field.datatype.value
    text = _as_text(raw)
    parsers = {"date": parse_date, "time": parse_time, "datetime": parse_datetime}
    value = parsers[name](text[:60]) if text else None
    if value is None:
        return fault(f"not_{name}")
    limits = field.constraints
    low, high = parsers[name](limits.min_value), parsers[name](limits.max_value)
    if low is not None and _before(value, low):
        return fault("too_early", min=german_moment(low))
    if high is not None and _before(high, value):
        return fault("too_late", max=german_moment(high))
    return value.isoformat()


def _before(left: date | time, right: date | time) -> bool:
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left.replace(tzinfo=None) < right.replace(tzinfo=None)
    return type(left) is type(right) and left < right  # type: ignore[operator]


def parse_date(text: str) -> date | None:
    """``24.12.2025`` or ``2025-12-24``; None when it is neither."""
    german = _GERMAN_DATE.fullmatch(text)
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """``14:30``, ``14.30 Uhr`` or ``14:30:00``."""
    match = _TIME.fullmatch(text)
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    """``24.12.2025 14:30`` or ISO 8601 (``2025-12-24T14:30:00+01:00``)."""
    day_text, _, rest = text.replace("T", " ", 1).partition(" ")
    day, clock = parse_date(day_text), parse_time(rest.strip().removeprefix("um ").strip())
    if day is not None and clock is not None:
        return datetime.combine(day, clock)
    try:
        return datetime.fromisoformat(text).replace(microsecond=0) if "T" in text else None
    except ValueError:
        return None


def _file(field: Field, raw: object) -> Stored | Fault:
    if not isinstance(raw, Mapping):
        return fault("not_file")
    name, size, media_type = raw.get("name"), raw.get("size"), raw.get("media_type")
    digest, id = raw.get("sha256"), raw.get("id", "")
    texts = (name, media_type, digest, id)
    if not all(isinstance(text, str) and len(text) <= 500 and not _CONTROL.search(text) for text in texts):
        return fault("not_file")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0 or not _SHA256.fullmatch(str(digest)):
        return fault("not_file")
    if field.media_types and media_type not in field.media_types:
        return fault("file_type", name=name, types=", ".join(field.media_types))
    if field.max_size is not None and size > field.max_size:
        return fault("file_size", name=name, max=german_number(Decimal(field.max_size) / 1_000_000))
    stored = {"name": name, "size": size, "media_type": media_type, "sha256": digest}
    return {**stored, "id": id} if id else stored


def german_number(number: Decimal | int | float) -> str:
    """``1.234,5`` for people."""
    value = number if isinstance(number, Decimal) else Decimal(repr(number))
    return f"{value.normalize():,f}".replace(",", "\0").replace(".", ",").replace("\0", ".")


def german_moment(moment: date | time) -> str:
    """``24.12.2025``, ``14:30`` or ``24.12.2025 14:30`` for people."""
    if isinstance(moment, datetime):
        return f"{moment.day:02}.{moment.month:02}.{moment.year} {moment:%H:%M}"
    if isinstance(moment, date):
        return f"{moment.day:02}.{moment.month:02}.{moment.year}"
    return f"{moment:%H:%M}"
