"""Cells of a CSV file of unknown encoding and separator."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stadtkern.kernel.strict_reading import InputRefused

MOST_BYTES: Final = 64 << 20
MOST_COLUMNS: Final = 400
SEPARATORS: Final = ";,\t|"
# UTF-8 read as CP1252 and written as UTF-8 again: two wrong letters where there was one
_MOJIBAKE: Final = ("Ã¤", "Ã¶", "Ã¼", "ÃŸ", "Ã„", "Ã–", "Ãœ", "Ã©")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record: ``row`` as a spreadsheet counts (the header is 1), ``line`` where it begins in the file."""

    row: int
    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """Header and records; records may be shorter or longer than the header."""

    name: str
    encoding: str
    separator: str
    header: Sequence[str]
    lines: Sequence[Line]
    repaired: bool


def read_table(data: bytes, name: str) -> RawTable:
    """Raises ``InputRefused`` with FILE:LINE:COL for what is no table."""
    if len(data) > MOST_BYTES:
        raise InputRefused(f"{name}:1:1", "Die Datei ist zu groß (mehr als 64 MiB).")
    text, encoding = _decoded(data, name)
    repaired = any(wrong in text for wrong in _MOJIBAKE)
    if repaired:
        text, repaired = _without_mojibake(text)
    separator = _separator(text)
    records = _records(text, separator, name)
    if not records:
        raise InputRefused(f"{name}:1:1", "Die Datei ist leer.")
    header = [cell.strip().strip("\ufeff") for cell in records[0].cells]
    if len(header) > MOST_COLUMNS:
        raise InputRefused(f"{name}:1:1", f"mehr als {MOST_COLUMNS} Spalten")
    while header and not header[-1]:
        header.pop()
    return RawTable(
        name=name,
        encoding=encoding,
        separator=separator,
        header=header,
        lines=records[1:],
        repaired=repaired,
    )


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """UTF-16 and UTF-8 by their marks, UTF-8 if it is valid, else what Windows programs write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            raise InputRefused(f"{name}:1:{error.start + 1}", "kein gültiges UTF-16") from error
    if b"\x00" in data:
        raise InputRefused(
            f"{name}:1:{data.index(0) + 1}", "keine Textdatei (eine Excel-Datei bitte als CSV speichern)"
        )
    if data.startswith((b"PK\x03\x04", b"%PDF")):
        raise InputRefused(f"{name}:1:1", "keine Textdatei (eine Excel-Datei bitte als CSV speichern)")
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "ISO-8859-1"


def _without_mojibake(text: str) -> tuple[str, bool]:
    lines = text.splitlines(keepends=True)
    found = []
    for line in lines:
        if any(wrong in line for wrong in _MOJIBAKE):
            try:
                line = line.encode("cp1252").decode("utf-8")
            except UnicodeError:
                return text, False
        found.append(line)
    return "".join(found), True


def _separator(text: str) -> str:
    """The one that cuts the first lines into the same number of cells, as many as possible."""
    sample = "\n".join(text.splitlines()[:50])

    def fitness(separator: str) -> tuple[float, int]:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample), delimiter=separator) if any(row)]
        except csv.Error:
            return 0.0, 0
        if not rows:
            return 0.0, 0
        widths = Counter(map(len, rows))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        return (count / len(rows) if width > 1 else 0.0), width

    return max(SEPARATORS, key=lambda s: (round(fitness(s)[0], 1), fitness(s)[1]))


def _records(text: str, separator: str, name: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[Line] = []
    begin, row = 1, 0
    try:
        for cells in reader:
            row += 1
            if any(cell.strip() for cell in cells):
                found.append(Line(row=row, line=begin, cells=cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise InputRefused(f"{name}:{reader.line_num}:1", f"kein lesbares CSV ({error})") from error
    return found
