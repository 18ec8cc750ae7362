"""iCalendar as text: escaped, folded by octets, stable. No database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.casework.kita.interfaces.ical import Event, calendar, escaped, folded

STAMP = datetime(2026, 3, 4, 8, tzinfo=UTC)


def test_days_and_moments_by_time_with_crlf() -> None:
    text = calendar(
        "Kita, Mainz",
        [
            Event(
                uid="b",
                title="Kennenlernen; 2. Teil",
                at=datetime(2026, 8, 3, 9, 30, tzinfo=UTC),
                place="Kita A, Weg 1",
            ),
            Event(uid="a", title="Erster Tag", at=date(2026, 8, 1)),
        ],
        stamp=STAMP,
    )
    rows = text.split("\r\n")
    assert rows[0] == "BEGIN:VCALENDAR" and rows[-2:] == ["END:VCALENDAR", ""]
    assert "X-WR-CALNAME:Kita\\, Mainz" in rows and "SUMMARY:Kennenlernen\\; 2. Teil" in rows
    assert rows.index("DTSTART;VALUE=DATE:20260801") < rows.index("DTSTART:20260803T093000Z")
    assert (
        "DTEND;VALUE=DATE:20260802" in rows
        and "DTEND:20260803T103000Z" in rows
        and "DTSTAMP:20260304T080000Z" in rows
    )


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_lines_are_short_whole_and_cannot_begin_a_property(text: str) -> None:
    clean = "".join(char for char in text if not 0xD800 <= ord(char) < 0xE000)
    row = f"SUMMARY:{escaped(clean)}"
    lines = folded(row).split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines) and all(line.startswith(" ") for line in lines[1:])
    assert lines[0] + "".join(line[1:] for line in lines[1:]) == row
    assert "\n" not in row and "\r" not in row
