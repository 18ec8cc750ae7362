"""The simple types of xdomea. Their lexical form is kept as sent, for a record must leave as it came.

A day may carry a time zone and a point in time may lack one (XML Schema); ``as_date`` and ``as_datetime`` make Python values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NewType

Uuid = NewType("Uuid", str)
Day = NewType("Day", str)
Clock = NewType("Clock", str)
Moment = NewType("Moment", str)
FileName = NewType("FileName", str)
RawXml = NewType("RawXml", str)

_HEX: Final = "[0-9A-Fa-f]"
UUID_SHAPE: Final = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_ZONE: Final = r"(?:Z|[+-]\d{2}:\d{2})?"
_DAY: Final = r"(\d{4}-\d{2}-\d{2})"
SHAPES: Final = {
    Uuid: re.compile(UUID_SHAPE),
    Day: re.compile(_DAY + _ZONE),
    Clock: re.compile(r"\d{2}:\d{2}:\d{2}(?:\.\d+)?" + _ZONE),
    Moment: re.compile(_DAY + r"T\d{2}:\d{2}:\d{2}(?:\.\d+)?" + _ZONE),
    FileName: re.compile(UUID_SHAPE + r"[^/\\\x00-\x1f]{0,220}"),
}
EXPECTED: Final = {
    Uuid: "eine UUID",
    Day: "ein Datum (JJJJ-MM-TT)",
    Clock: "eine Uhrzeit",
    Moment: "ein Zeitpunkt (JJJJ-MM-TTThh:mm:ss)",
    FileName: "ein Dateiname, der mit einer UUID beginnt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An entry of a code list (XÖV type Code)."""

    code: str
    name: str | None = None
    list_uri: str | None = None
    list_version: str | None = None


@dataclass(frozen=True, slots=True)
class CodeList:
    """The list a slot draws from.

    ``fixed`` names the dialects whose schema prescribes the version, ``required`` those that demand one, ``bare`` those without names;
    ``open`` lists may be somebody else's; ``closed_3`` are the only codes xdomea 3 allows of a list that is open in 4.0; ``uri_2`` is the
    list xdomea 2 drew from, where it was another one.
    """

    uri: str
    version: str
    fixed: frozenset[int] = frozenset({3, 4})
    required: frozenset[int] = frozenset()
    bare: frozenset[int] = frozenset()
    version_4: str | None = None
    open: bool = False
    closed_3: frozenset[str] = frozenset()
    uri_2: str | None = None

    def version_in(self, dialect: int) -> str:
        """The version the dialect's schema prescribes or we use."""
        return self.version_4 if dialect == 4 and self.version_4 else self.version


def as_date(value: Day | None) -> date | None:
    """The day without its zone."""
    return None if value is None else date.fromisoformat(value[:10])


def as_datetime(value: Moment | None) -> datetime | None:
    """The point in time; one without a zone is read as UTC."""
    if value is None:
        return None
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fits(kind: object, text: str) -> bool:
    """Whether a text is a value of the kind: its shape, and for days and times that the day exists."""
    if not SHAPES[kind].fullmatch(text):  # type: ignore[index]
        return False
    try:
        if kind in (Day, Moment):
            datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True
