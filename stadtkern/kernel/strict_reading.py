"""Reading tables and documents we do not trust: every refusal names its place, nothing is half read.

A table's place is ``FILE: Zeile 5, Spalte 3 »LPI«`` (row 1 is the header, as a spreadsheet counts), a document's is a JSON Pointer (RFC 6901).
Decimal marks: a point in tables separated by commas; in tables separated by semicolons or tabs the comma too, but never both.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from stadtkern.kernel.errors import InvalidInput

MOST_BYTES: Final = 1 << 28
LARGEST: Final = 2**53 - 1  # what every reader of JSON keeps exactly (RFC 8259, section 6)
GAPS: Final = frozenset({"", "NA"})
_WHOLE: Final = {int}
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", re.ASCII)


class InputRefused(InvalidInput):
    """A file is not what it should be; ``place`` says where."""

    code = "input-refused"

    def __init__(self, place: str, message: str) -> None:
        self.place = place
        super().__init__(f"{place}: {message}", extra={"place": place})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A header and its rows; every row is as long as the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    decimal_comma: bool

    def place(self, row: int, column: str | None = None) -> str:
        """Where a value stands; ``row`` counts from 0 behind the header."""
        at = f"{self.name}: Zeile {row + 2}"
        return at if column is None else f"{at}, Spalte {self.header.index(column) + 1} »{column}«"

    def require(self, columns: Sequence[str]) -> None:
        """Refuses a header that lacks one of these; a similar name is offered, for it was probably renamed."""
        for column in columns:
            if column not in self.header:
                near = difflib.get_close_matches(column, [h for h in self.header if h not in columns], 1, 0.5)
                hint = (
                    f"; gemeint ist vielleicht Spalte {self.header.index(near[0]) + 1} »{near[0]}«"
                    if near
                    else ""
                )
                raise InputRefused(f"{self.name}: Zeile 1", f"die Spalte »{column}« fehlt{hint}")

    def text(self, row: int, column: str) -> str:
        """A text, stripped; empty where the table does not know the column."""
        return self.rows[row][self.header.index(column)].strip() if column in self.header else ""

    def number(self, row: int, column: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A number between two limits, or nothing where the cell is a gap."""
        given = self.text(row, column)
        if given in GAPS:
            return None
        return self.parsed(given, row, column, low, high)

    def parsed(self, given: str, row: int, column: str, low: float, high: float) -> float:
        """The number that ``given`` writes, judged as the cell's own."""
        if not _NUMBER.fullmatch(given):
            raise InputRefused(self.place(row, column), f"»{given[:40]}« ist keine Zahl")
        if "," in given and not self.decimal_comma:
            raise InputRefused(self.place(row, column), f"»{given[:40]}«: Dezimalzeichen ist hier der Punkt")
        if "." in given and self.decimal_comma:
            raise InputRefused(self.place(row, column), f"»{given[:40]}«: Dezimalzeichen ist hier das Komma")
        value = float(given.replace(",", "."))
        if not math.isfinite(value) or not low <= value <= high:
            raise InputRefused(
                self.place(row, column), f"{given[:40]} liegt nicht zwischen {low:g} und {high:g}"
            )
        return value

    def whole(self, row: int, column: str, low: int, high: int) -> int | None:
        """A whole number between two limits, or nothing."""
        value = self.number(row, column, low, high)
        if value is not None and value != int(value):
            raise InputRefused(self.place(row, column), f"{value:g} ist keine ganze Zahl")
        return None if value is None else int(value)

    def unique(self, columns: Sequence[str], what: str) -> None:
        """Refuses the second row with the same values in these columns, and names the first."""
        seen: dict[tuple[str, ...], int] = {}
        for row in range(len(self.rows)):
            key = tuple(self.text(row, column) for column in columns)
            if key in seen:
                raise InputRefused(
                    self.place(row, columns[-1]),
                    f"{what} »{', '.join(key)}« steht schon in Zeile {seen[key] + 2}",
                )
            seen[key] = row


def load_table(data: bytes, name: str) -> Table:
    """A CSV file with header, in UTF-8, separated by comma, semicolon or tab."""
    if len(data) > MOST_BYTES:
        raise InputRefused(name, "Die Datei ist zu groß (mehr als 256 MiB).")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused(f"{name}: Byte {error.start + 1}", "kein gültiges UTF-8") from error
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    lines = list(_records(text, separator, name))
    if len(lines) < 2:
        raise InputRefused(
            name, "Die Tabelle ist leer: erwartet werden eine Kopfzeile und wenigstens eine Zeile."
        )
    header = tuple(column.strip() for column in lines[0])
    for at, column in enumerate(header):
        if header.index(column) != at:
            raise InputRefused(f"{name}: Zeile 1, Spalte {at + 1}", f"die Spalte »{column}« steht zweimal da")
    for at, line in enumerate(lines[1:], 2):
        if len(line) != len(header):
            raise InputRefused(
                f"{name}: Zeile {at}", f"{len(line)} Spalten statt {len(header)} wie in der Kopfzeile"
            )
    commas = separator != "," and any(
        "," in cell and _NUMBER.fullmatch(cell.strip()) is not None for line in lines[1:] for cell in line
    )
    return Table(name=name, header=header, rows=tuple(map(tuple, lines[1:])), decimal_comma=commas)


def _records(text: str, separator: str, name: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from (record for record in reader if record)
    except csv.Error as error:
        raise InputRefused(f"{name}: Zeile {reader.line_num}", f"kein lesbares CSV ({error})") from error


def load_json(data: bytes, name: str) -> object:
    """A document; refused where it is no JSON, has a key twice or a number that is none."""
    if len(data) > MOST_BYTES:
        raise InputRefused(name, "Die Datei ist zu groß (mehr als 256 MiB).")
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        raise InputRefused(place, f"kein gültiges JSON ({error.msg})") from error
    except UnicodeDecodeError as error:
        raise InputRefused(f"{name}: Byte {error.start + 1}", "kein gültiges UTF-8") from error
    except RecursionError as error:
        raise InputRefused(name, "zu tief verschachtelt") from error
    except ValueError as error:
        raise InputRefused(name, str(error)) from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"der Schlüssel »{twice}« steht zweimal in einem Objekt")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} ist keine Zahl")


def as_object(value: object, path: str) -> Mapping[str, object]:
    """An object."""
    if not isinstance(value, dict):
        raise InputRefused(path or "/", f"erwartet wird ein Objekt, gefunden: {_kind(value)}")
    return value


def member(parent: Mapping[str, object], name: str, path: str) -> object:
    """A member that must be there."""
    if name not in parent:
        raise InputRefused(f"{path}/{name}", "fehlt")
    return parent[name]


def as_list(value: object, path: str, length: int | None = None) -> list[object]:
    """A list, of the given length if there is one."""
    if not isinstance(value, list):
        raise InputRefused(path or "/", f"erwartet wird eine Liste, gefunden: {_kind(value)}")
    if length is not None and len(value) != length:
        raise InputRefused(path, f"erwartet werden {length} Einträge, gefunden: {len(value)}")
    return value


def as_number(value: object, path: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A number between two limits (true and false are none)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputRefused(path, f"erwartet wird eine Zahl, gefunden: {_kind(value)}")
    if not low <= value <= high or not math.isfinite(value):
        raise InputRefused(path, f"{value} liegt nicht zwischen {low:g} und {high:g}")
    return float(value)


def as_whole(value: object, path: str, low: int, high: int) -> int:
    """A whole number between two limits."""
    if type(value) is not int:
        raise InputRefused(path, f"erwartet wird eine ganze Zahl, gefunden: {_kind(value)}")
    if not low <= value <= high:
        raise InputRefused(path, f"{value} liegt nicht zwischen {low} und {high}")
    return value


def as_wholes(value: object, path: str, low: int, high: int, length: int | None = None) -> list[int]:
    """A list of whole numbers; the common case is checked in C, for lists of a hundred thousand."""
    items = as_list(value, path, length)
    if items and not (_WHOLE.issuperset(map(type, items)) and low <= min(items) and max(items) <= high):  # type: ignore[type-var, operator]
        for at, item in enumerate(items):
            as_whole(item, f"{path}/{at}", low, high)
    return items  # type: ignore[return-value]


def distinct(items: Sequence[int], path: str, what: str) -> None:
    """Refuses what is named twice."""
    if len(set(items)) == len(items):
        return
    seen: set[int] = set()
    for at, item in enumerate(items):
        if item in seen:
            raise InputRefused(f"{path}/{at}", f"{what} {item} steht zweimal da")
        seen.add(item)


def as_text(value: object, path: str, known: Collection[str] | None = None) -> str:
    """A text that is not empty, one of the known ones if there are any."""
    if not isinstance(value, str) or not value or len(value) > 200:
        raise InputRefused(path, "erwartet wird ein Text mit 1 bis 200 Zeichen")
    if known is not None and value not in known:
        near = difflib.get_close_matches(value, list(known), 1)
        raise InputRefused(
            path, f"»{value}« gibt es nicht" + (f"; gemeint ist vielleicht »{near[0]}«" if near else "")
        )
    return value


def _kind(value: object) -> str:
    names = {
        dict: "ein Objekt",
        list: "eine Liste",
        str: "ein Text",
        bool: "ja/nein",
        int: "eine ganze Zahl",
        float: "eine Kommazahl",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)
