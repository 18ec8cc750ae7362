"""A file of places or a waiting list: the good rows as values, the bad ones with place and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final

from stadtkern.casework.kita.importing.cells import NotThis, is_null
from stadtkern.casework.kita.importing.fields import FIELDS, TITLES, Kind, plain
from stadtkern.casework.kita.importing.mapping import Column, Recognised, readable, recognise
from stadtkern.casework.kita.importing.table import Line, RawTable, read_table
from stadtkern.kernel.strict_reading import InputRefused

Value = object
OLDEST_YEARS: Final = 7
UNBORN: Final = timedelta(days=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem:
    """Why a row is not taken: ``column`` counts from 1 (None: the row as a whole), ``line`` is the place in the file."""

    row: int
    line: int
    column: int | None
    name: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One good row by field."""

    row: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Everything about one file."""

    table: RawTable
    mapping: Recognised
    taken: Sequence[Taken]
    problems: Sequence[CellProblem]
    left_out: Sequence[CellProblem]
    warnings: Sequence[str]

    @property
    def rejected(self) -> int:
        return len({problem.row for problem in self.problems})


def read_import(
    data: bytes,
    name: str,
    *,
    today: date,
    kind: Kind | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Import:
    """Raises ``InputRefused`` for a file without any usable column; bad rows are told, the rest is taken."""
    table = read_table(data, name)
    mapping = recognise(table, kind, chosen)
    have = {column.field.name for column in mapping.columns}
    missing = [field for field in FIELDS[mapping.kind] if field.required and field.name not in have]
    if missing:
        listed = ", ".join(f"»{column}«" for column in table.header[:12])
        labels = " und ".join(f"»{field.label}«" for field in missing)
        raise InputRefused(f"{name}:1:1", f"Es fehlt eine Spalte für {labels}; gefunden: {listed}")
    warnings = list(mapping.warnings)
    if table.repaired:
        warnings.append("Die Umlaute waren doppelt umgewandelt (Ã¤ statt ä) und sind wiederhergestellt.")
    taken: list[Taken] = []
    problems: list[CellProblem] = []
    left_out: list[CellProblem] = []
    seen: dict[tuple[str, ...], int] = {}
    for line in table.lines:
        values, wrong, soft = _row(table, mapping, line, today)
        if not wrong:
            wrong = _doubles(mapping, line, values, seen)
        if wrong:
            problems += wrong
        else:
            taken.append(Taken(row=line.row, values=values))
            left_out += soft
    return Import(
        table=table, mapping=mapping, taken=taken, problems=problems, left_out=left_out, warnings=warnings
    )


def _row(
    table: RawTable, mapping: Recognised, line: Line, today: date
) -> tuple[dict[str, Value], list[CellProblem], list[CellProblem]]:
    """The values, what makes the row a bad one, and what is left out of a good one."""
    extra = [cell for cell in line.cells[len(table.header) :] if cell.strip()]
    if extra:
        reason = f"{len(line.cells)} Zellen statt {len(table.header)} (ein Trennzeichen im Text ohne Anführungszeichen?)"
        return {}, [_problem(line, None, extra[0], reason)], []
    values: dict[str, Value] = {}
    soft: list[CellProblem] = []
    wrong: list[CellProblem] = []
    for column in mapping.columns:
        cell = line.cells[column.index] if column.index < len(line.cells) else ""
        if is_null(cell):
            if column.field.required:
                wrong.append(_problem(line, column, cell, f"»{column.field.label}« fehlt"))
            continue
        try:
            values[column.field.name] = column.field.read(cell)
        except NotThis as error:
            told = _problem(line, column, cell, f"{error}{_elsewhere(mapping, line, column)}")
            (soft if column.field.soft else wrong).append(told)
    if not wrong:
        wrong = _plausible(mapping, line, values, today)
    return values, wrong, soft


def _elsewhere(mapping: Recognised, line: Line, column: Column) -> str:
    """A hint when this row alone has two cells in each other's place."""
    own = line.cells[column.index]
    for other in mapping.columns:
        cell = line.cells[other.index] if other.index < len(line.cells) else ""
        if other.index == column.index or is_null(cell) or readable(other.field, cell):
            continue
        if readable(column.field, cell) and readable(other.field, own):
            return f"; in Spalte {other.index + 1} »{other.name}« steht etwas Passendes: vertauscht?"
    return ""


def _plausible(
    mapping: Recognised, line: Line, values: Mapping[str, Value], today: date
) -> list[CellProblem]:
    """What each cell allows and the row as a whole does not."""
    by_name = {column.field.name: column for column in mapping.columns}

    def told(name: str, reason: str) -> list[CellProblem]:
        column = by_name[name]
        return [_problem(line, column, line.cells[column.index], reason)]

    born, start = values.get("birth_date"), values.get("start_on")
    if isinstance(born, date):
        if born > today + UNBORN:
            return told("birth_date", "das Kind ist noch lange nicht geboren")
        if born.replace(day=1) < today.replace(year=today.year - OLDEST_YEARS, day=1):
            return told("birth_date", "das Kind ist zu alt für einen Kitaplatz")
        if isinstance(start, date) and start < born:
            return told("start_on", "der Beginn liegt vor der Geburt")
    parts = [values.get(name) for name in ("places_u2", "places_o2")]
    whole = values.get("places")
    if isinstance(whole, int) and sum(part for part in parts if isinstance(part, int)) > whole:
        return told("places", "die Plätze U2 und Ü2 sind zusammen mehr als alle Plätze")
    counts = [name for name in ("places", "places_u2", "places_o2") if name in by_name]
    if mapping.kind == "places" and counts and not any(name in values for name in counts):
        return told(counts[0], "die Zahl der Plätze fehlt")
    return []


def _doubles(
    mapping: Recognised, line: Line, values: Mapping[str, Value], seen: dict[tuple[str, ...], int]
) -> list[CellProblem]:
    """The same child (name and day of birth) or Kita (name and address) a second time."""
    names = (
        ("family_name", "given_names", "birth_date")
        if mapping.kind == "waiting"
        else ("name", "street", "house_number", "postcode")
    )
    if mapping.kind == "waiting" and "given_names" not in values:
        return []  # twins share name and day
    key = tuple(plain(str(values.get(name, ""))) for name in names)
    if key in seen:
        what = "das Kind" if mapping.kind == "waiting" else "die Kita"
        return [_problem(line, None, "", f"{what} steht schon in Zeile {seen[key]}")]
    seen[key] = line.row
    return []


def _problem(line: Line, column: Column | None, value: str, reason: str) -> CellProblem:
    return CellProblem(
        row=line.row,
        line=line.line,
        column=column.index + 1 if column else None,
        name=column.name if column else "",
        value=value.strip()[:80],
        reason=reason,
    )


def report(found: Import) -> dict[str, object]:
    """The result for programs; the first rows show how values were understood."""
    table, mapping = found.table, found.mapping
    return {
        "file": table.name,
        "dry_run": True,
        "kind": mapping.kind,
        "title": TITLES[mapping.kind],
        "encoding": table.encoding,
        "separator": table.separator,
        "rows": len(table.lines),
        "taken": len(found.taken),
        "rejected": found.rejected,
        "columns": [
            {
                "column": column.index + 1,
                "name": column.name,
                "field": column.field.name,
                "label": column.field.label,
                "how": column.how,
                "fit": column.fit,
            }
            for column in mapping.columns
        ],
        "unmapped": list(mapping.unmapped),
        "warnings": list(found.warnings),
        "problems": [asdict(problem) for problem in found.problems],
        "left_out": [asdict(problem) for problem in found.left_out],
        "sample": [{"row": row.row, **row.values} for row in found.taken[:3]],
    }
