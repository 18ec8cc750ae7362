"""The needs plan (Bedarfsplan, § 80 SGB VIII): places and demand by district, Kita year and age group. Pure.

Numbers of children below five are not told, and never a single one of a column alone, since the total would give it away.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from stadtkern.casework.kita.allocation.forecast import forecast, read_births, read_children
from stadtkern.kernel.strict_reading import InputRefused

Group = Literal["U2", "Ü2"]
GROUPS: Final[tuple[Group, ...]] = ("U2", "Ü2")
AGES: Final[Mapping[Group, range]] = {"U2": range(2), "Ü2": range(2, 6)}
SMALLEST: Final = 5
YEARS: Final = 5
CITY: Final = ""
_DISTRICT: Final = ("ortsbezirk", "stadtteil", "bezirk", "district")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One district (``CITY``: all), Kita year (by its August) and age group. None: fewer than five children, or not known."""

    district: str
    year: int
    group: Group
    permitted: int = 0
    planned: int = 0
    staffed: int = 0
    placed: int | None = 0
    looking: int | None = 0
    expected: int | None = None
    needed: int | None = None

    @property
    def gap(self) -> int | None:
        """Places missing (above zero) or left over when every child expected is counted with the quota."""
        return None if self.needed is None else self.needed - self.planned


def kita_year(on: date) -> int:
    """The Kita year a day belongs to: August to July, named by its August."""
    return on.year if on.month >= 8 else on.year - 1


def group_of_seats(from_months: int, to_months: int) -> Group:
    """Seats that small children alone use are U2 (a childminder's too); everything else is Ü2."""
    return "U2" if from_months < 24 and to_months <= 36 else "Ü2"


def group_of_child(months: int) -> Group:
    return "U2" if months < 24 else "Ü2"


def with_city(lines: Sequence[Line]) -> list[Line]:
    """The sums of the city before the districts; an expectation only where every district has one."""
    found: list[Line] = []
    for year in sorted({line.year for line in lines}):
        for group in GROUPS:
            part = [line for line in lines if (line.year, line.group) == (year, group)]
            expected = [line.expected for line in part if line.expected is not None]
            needed = [line.needed for line in part if line.needed is not None]
            found.append(
                Line(
                    district=CITY, year=year, group=group, permitted=sum(line.permitted for line in part),
                    planned=sum(line.planned for line in part), staffed=sum(line.staffed for line in part),
                    placed=sum(line.placed or 0 for line in part), looking=sum(line.looking or 0 for line in part),
                    expected=sum(expected) if expected else None, needed=sum(needed) if needed else None,
                )
            )  # fmt: skip
    return found + list(lines)


def hidden(lines: Sequence[Line]) -> list[Line]:
    """The same lines with small numbers of children left out, per column of a year and group."""
    found = list(lines)
    for name in ("placed", "looking", "expected"):
        columns: dict[tuple[int, Group], list[int]] = {}
        for at, line in enumerate(found):
            columns.setdefault((line.year, line.group), []).append(at)
        for places in columns.values():
            for at in _to_hide({at: getattr(found[at], name) for at in places if found[at].district != CITY}):
                found[at] = _without(found[at], name)
            for at in places:
                total = getattr(found[at], name)
                if found[at].district == CITY and total is not None and 0 < total < SMALLEST:
                    found[at] = _without(found[at], name)
    return [
        replace(line, needed=None) if line.expected is None and line.district != CITY else line
        for line in found
    ]


def _without(line: Line, name: str) -> Line:
    if name == "placed":
        return replace(line, placed=None)
    return replace(line, looking=None) if name == "looking" else replace(line, expected=None)


def _to_hide(values: Mapping[int, int | None]) -> list[int]:
    known = {at: value for at, value in values.items() if value}
    small = [at for at, value in known.items() if value < SMALLEST]
    if len(small) == 1 and len(known) > 1:
        others = sorted((value, at) for at, value in known.items() if at not in small)
        small.append(others[0][1])
    return small


# --- what the statistics office expects --------------------------------------------------------------------------


def expectation(
    children: bytes, births: bytes, *, first: int, quotas: Mapping[Group, int]
) -> dict[tuple[str, int, Group], tuple[int, int]]:
    """(children, places needed) by district, Kita year and group, from ``year,age,children`` and ``year,births``.

    Both files may have a column of districts; without it the figures are those of the city. Raises ``InputRefused``.
    """
    if any(not 0 <= quota <= 100 for quota in quotas.values()):
        raise InputRefused("quote", "erwartet wird ein Anteil zwischen 0 und 100")
    parts, born = by_district(children, "kinder.csv"), by_district(births, "geburten.csv")
    if set(parts) != set(born):
        raise InputRefused("geburten.csv", "die Ortsbezirke der beiden Dateien sind nicht dieselben")
    found: dict[tuple[str, int, Group], tuple[int, int]] = {}
    for district, data in parts.items():
        known = read_children(data, "kinder.csv")
        if not known:
            raise InputRefused("kinder.csv", "die Datei hat keine Zeilen")
        origin = max(year for year, _age in known)
        ahead = first + YEARS - 1 - origin
        if not 0 <= ahead <= 10:
            raise InputRefused(
                "kinder.csv",
                f"die letzten Zahlen sind von {origin}; das reicht nicht bis {first + YEARS - 1}",
            )
        expected = dict(known)
        if ahead:
            for row in forecast(known, read_births(born[district], "geburten.csv"), years=ahead):
                expected[int(row["year"]), int(row["age"])] = round(row["children"])
        for year in range(first, first + YEARS):
            for group in GROUPS:
                count = sum(expected.get((year, age), 0) for age in AGES[group])
                needed = -((-count * Fraction(quotas[group], 100)) // 1)
                found[district, year, group] = (count, int(needed))
    return found


def by_district(data: bytes, name: str) -> dict[str, bytes]:
    """The file cut by its column of districts (first letters and case do not matter); one part named "" without such a column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    at = next((names.index(word) for word in _DISTRICT if word in names), None)
    if at is None:
        return {CITY: data}
    parts: dict[str, list[list[str]]] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= at or not row[at].strip():
            raise InputRefused(f"{name}:{number}:{at + 1}", "der Ortsbezirk fehlt")
        parts.setdefault(row[at].strip(), []).append(row)
    return {district: _written([rows[0], *part], separator) for district, part in parts.items()}


def _written(rows: Iterable[Sequence[str]], separator: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()
