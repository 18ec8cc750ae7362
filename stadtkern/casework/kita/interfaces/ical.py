"""iCalendar (RFC 5545) as text: escaped, folded at 75 octets, the same bytes for the same events. No database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

PRODUCT: Final = "-//Stadtkern//Kita//DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A day, or a moment with its length in minutes. ``uid`` stays the same when the event moves."""

    uid: str
    title: str
    at: date | datetime
    minutes: int = 60
    place: str = ""
    url: str = ""


def calendar(name: str, events: Iterable[Event], *, stamp: datetime) -> str:
    """The calendar of these events, by time."""
    rows = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    rows.append(f"X-WR-CALNAME:{escaped(name)}")
    for event in sorted(events, key=lambda item: (_day(item.at), item.uid)):
        rows += _event(event, stamp)
    rows.append("END:VCALENDAR")
    return "".join(f"{folded(row)}\r\n" for row in rows)


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def _event(event: Event, stamp: datetime) -> list[str]:
    rows = ["BEGIN:VEVENT", f"UID:{escaped(event.uid)}", f"DTSTAMP:{_moment(stamp)}"]
    if isinstance(event.at, datetime):
        rows.append(f"DTSTART:{_moment(event.at)}")
        rows.append(f"DTEND:{_moment(event.at + timedelta(minutes=event.minutes))}")
    else:
        rows.append(f"DTSTART;VALUE=DATE:{event.at:%Y%m%d}")
        rows.append(f"DTEND;VALUE=DATE:{event.at + timedelta(days=1):%Y%m%d}")
        rows.append("TRANSP:TRANSPARENT")
    rows.append(f"SUMMARY:{escaped(event.title)}")
    if event.place:
        rows.append(f"LOCATION:{escaped(event.place)}")
    if event.url:
        rows.append(f"URL:{event.url}")
    return [*rows, "END:VEVENT"]


def _moment(at: datetime) -> str:
    """In UTC, so that no definition of a time zone is needed."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text of a property (3.3.11): backslash, semicolon, comma, line break; other control characters fall away."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(char for char in plain if char >= " " or char == "\t")


def folded(row: str) -> str:
    """Lines of at most 75 octets, never cut inside of a character (3.1)."""
    parts: list[str] = []
    line, length = "", 0
    for char in row:
        size = len(char.encode())
        if length + size > (75 if not parts else 74):
            parts.append(line)
            line, length = "", 0
        line, length = line + char, length + size
    return "\r\n ".join([*parts, line])
