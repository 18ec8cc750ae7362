"""Which column is which field: by its name, by a similar name, and corrected by what stands in it.

Two columns whose contents say that they changed places (days of birth in the column of postcodes and the other way round; a day of
birth after the registration in most rows) are swapped back, with a warning.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final, Literal

from stadtkern.casework.kita.importing.cells import NotThis, is_null
from stadtkern.casework.kita.importing.fields import FIELDS, Field, Kind, plain
from stadtkern.casework.kita.importing.table import RawTable

How = Literal["name", "similar", "swapped", "chosen"]
SAMPLE: Final = 400
BAD_FIT: Final = 0.5
GOOD_FIT: Final = 0.8
# the first should not be greater than the second in most rows
_IN_ORDER: Final = (("birth_date", "registered_on"), ("birth_date", "start_on"), ("places_u2", "places"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One recognised column; ``fit`` is the share of filled cells that can be read as this field."""

    index: int
    name: str
    field: Field
    how: How
    fit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What was recognised, what was not, and what is to be told about it."""

    kind: Kind
    columns: Sequence[Column]
    unmapped: Sequence[str]
    warnings: Sequence[str]


def recognise(
    table: RawTable, kind: Kind | None = None, chosen: Mapping[str, str] | None = None
) -> Recognised:
    """The mapping for this kind, or for the kind that fits better. ``chosen``: field by column name, from the wizard."""
    kinds: Sequence[Kind] = (kind,) if kind else ("waiting", "places")
    return max((_mapped(table, one, chosen or {}) for one in kinds), key=_score)


def _score(found: Recognised) -> tuple[int, int, float]:
    need = {field.name for field in FIELDS[found.kind] if field.required}
    have = {column.field.name for column in found.columns}
    return len(need & have) - len(need), len(have), sum(column.fit for column in found.columns)


def _mapped(table: RawTable, kind: Kind, chosen: Mapping[str, str]) -> Recognised:
    fields = {field.name: field for field in FIELDS[kind]}
    taken: dict[str, tuple[int, How]] = {}
    used: set[int] = set()
    for index, name in enumerate(table.header):
        if name in chosen and chosen[name] in fields and chosen[name] not in taken:
            taken[chosen[name]] = (index, "chosen")
        if name in chosen:
            used.add(index)
    names = [plain(name) for name in table.header]
    _by_name(fields, names, taken, used)
    _by_name(fields, [plain(re.sub(r"\(.*?\)|\[.*?\]", " ", name)) for name in table.header], taken, used)
    for field in fields.values():
        if field.name not in taken:
            near = _similar(field, names, used)
            if near is not None:
                taken[field.name] = (near, "similar")
                used.add(near)
    taken, warnings = _swapped(table, fields, taken)
    columns = [
        Column(
            index=index,
            name=table.header[index],
            field=fields[name],
            how=how,
            fit=_fit(table, index, fields[name]),
        )
        for name, (index, how) in sorted(taken.items(), key=lambda item: item[1][0])
    ]
    return Recognised(
        kind=kind,
        columns=columns,
        unmapped=[name for i, name in enumerate(table.header) if i not in used and name],
        warnings=warnings,
    )


def _by_name(
    fields: Mapping[str, Field], names: Sequence[str], taken: dict[str, tuple[int, How]], used: set[int]
) -> None:
    """Exact names, the usual ones of every field before the rarer ones of any."""
    for place in range(max(len(field.names) for field in fields.values())):
        for field in fields.values():
            if field.name in taken or place >= len(field.names):
                continue
            index = next((i for i, n in enumerate(names) if i not in used and n == field.names[place]), None)
            if index is not None:
                taken[field.name] = (index, "name")
                used.add(index)


def _similar(field: Field, names: Sequence[str], used: set[int]) -> int | None:
    """A name with a typing error ("Geburtsdaum"); short names must be exact."""
    open_ = [i for i, name in enumerate(names) if i not in used and len(name) > 4]
    for known in field.names:
        if len(known) > 4:
            near = difflib.get_close_matches(known, [names[i] for i in open_], 1, 0.86)
            if near:
                return next(i for i in open_ if names[i] == near[0])
    return None


def _cells(table: RawTable, index: int) -> list[str]:
    found = [line.cells[index] for line in table.lines[:SAMPLE] if index < len(line.cells)]
    return [cell for cell in found if not is_null(cell)]


def _fit(table: RawTable, index: int, field: Field) -> float:
    values = _cells(table, index)
    if not values:
        return 0.0
    return round(sum(readable(field, value) for value in values) / len(values), 3)


def readable(field: Field, cell: str) -> bool:
    """Whether a cell can be read as this field."""
    try:
        field.read(cell)
    except NotThis:
        return False
    return True


def _swapped(
    table: RawTable, fields: Mapping[str, Field], taken: dict[str, tuple[int, How]]
) -> tuple[dict[str, tuple[int, How]], list[str]]:
    """Pairs of columns that changed places, put back."""
    found, warnings = dict(taken), []
    fit = {
        name: _fit(table, index, fields[name]) for name, (index, _) in taken.items() if _cells(table, index)
    }
    for a, b in combinations(
        [name for name, (_, how) in taken.items() if how != "chosen" and name in fit], 2
    ):
        crossed = (_fit(table, found[b][0], fields[a]), _fit(table, found[a][0], fields[b]))
        contents = min(fit[a], fit[b]) < BAD_FIT and min(crossed) >= GOOD_FIT
        if contents or _in_wrong_order(table, fields, found, a, b):
            (i, _), (j, _) = found[a], found[b]
            found[a], found[b] = (j, "swapped"), (i, "swapped")
            fit[a], fit[b] = crossed
            warnings.append(
                f"Die Spalten {i + 1} »{table.header[i]}« und {j + 1} »{table.header[j]}« sind dem Inhalt nach vertauscht; "
                f"gelesen wird »{fields[a].label}« aus Spalte {j + 1} und »{fields[b].label}« aus Spalte {i + 1}."
            )
    return found, warnings


def _in_wrong_order(
    table: RawTable, fields: Mapping[str, Field], taken: Mapping[str, tuple[int, How]], a: str, b: str
) -> bool:
    """Whether what should be the smaller is greater in most rows: births after registrations, parts above the whole."""
    pair = next(((x, y) for x, y in _IN_ORDER if {x, y} == {a, b}), None)
    if pair is None:
        return False
    wrong = right = 0
    first, second = (taken[name][0] for name in pair)
    for line in table.lines[:SAMPLE]:
        if max(first, second) < len(line.cells):
            x = _order(fields[pair[0]], line.cells[first])
            y = _order(fields[pair[1]], line.cells[second])
            if x is not None and y is not None:
                wrong += x > y
                right += x < y
    return wrong > right and wrong >= 3


def _order(field: Field, cell: str) -> int | None:
    if is_null(cell):
        return None
    try:
        value = field.read(cell)
    except NotThis:
        return None
    return value.toordinal() if isinstance(value, date) else int(str(value))
