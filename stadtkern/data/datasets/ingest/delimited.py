"""CSV as it is met in town halls: any separator, lines before the header, footers, rows of the wrong length.

Rows are streamed as text (Arrow), typed later. Row numbers are those a spreadsheet shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy
import pyarrow
import pyarrow.csv

from stadtkern.data.datasets.engine import ROW
from stadtkern.data.datasets.errors import FileRefused
from stadtkern.data.datasets.ingest.naming import clean_names
from stadtkern.data.datasets.ingest.report import INFO, REJECTED, REPAIRED, Notes

SEPARATORS: Final = (";", ",", "\t", "|")
SAMPLE: Final = 1 << 16
LOOKED_AT: Final = 60
BLOCK: Final = 4 << 20
MOST_COLUMNS: Final = 2_000
NUMBER: Final = re.compile(r"\s*[+-]?[\d.,]*\d\s*%?\s*|\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a file is written: separator, physical lines before the first data row, row number of that row, names."""

    separator: str
    skip: int
    first_row: int
    names: tuple[str, ...]
    quoted: bool = True


def sniffed(path: Path, notes: Notes) -> Dialect:
    """Separator, header and names, judged on the beginning of the file. Raises ``FileRefused``."""
    with path.open("rb") as file:
        raw = file.read(SAMPLE)
        cut = len(raw) == SAMPLE
    text = raw.decode("utf-8", "ignore")
    if cut:
        text = text[: text.rfind("\n") + 1] or text
    separator = max(SEPARATORS, key=lambda one: _score(text, one))
    records = list(_records(text, separator))
    if not records:
        raise FileRefused("Die Datei enthält keine Zeilen.", message_en="The file has no rows.")
    width = _width(records)
    if width > MOST_COLUMNS:
        raise FileRefused(
            "Die Tabelle hat zu viele Spalten (mehr als 2000).",
            message_en="The table has too many columns (more than 2000).",
        )
    at = _header(records, width)
    line, header = records[at]
    if at:
        notes.add(
            "preamble",
            INFO,
            f"{at} Zeilen vor der Kopfzeile gehören nicht zur Tabelle und wurden übergangen.",
        )
    if _is_data(header):
        notes.add(
            "no-header",
            REPAIRED,
            "Die Tabelle hat keine Kopfzeile; die Spalten heißen jetzt spalte_1, spalte_2 …",
        )
        before = records[at - 1][0] if at else 0
        return Dialect(
            separator=separator,
            skip=before,
            first_row=before + 1,
            names=tuple(f"spalte_{number}" for number in range(1, width + 1)),
        )
    names = clean_names(header, notes)
    return Dialect(separator=separator, skip=line, first_row=line + 1, names=tuple(names))


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
            if reader.line_num > 400:
                return
    except csv.Error:
        return


def _score(text: str, separator: str) -> float:
    """How well the separator explains the first rows: agreement about a width, wide beats narrow a little."""
    widths = Counter(len(cells) for _, cells in list(_records(text, separator))[:LOOKED_AT])
    if not widths:
        return 0.0
    total = sum(widths.values())
    wide = {width: number for width, number in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, number = max(wide.items(), key=lambda one: (one[1], one[0]))
    return number / total + min(width, 50) / 1000


def _width(records: list[tuple[int, list[str]]]) -> int:
    return Counter(len(cells) for _, cells in records[:LOOKED_AT]).most_common(1)[0][0]


def _header(records: list[tuple[int, list[str]]], width: int) -> int:
    """The first row of full width that is about as filled as the others: titles above a table fill one cell."""
    full = [
        (at, sum(1 for cell in cells if cell.strip()))
        for at, (_, cells) in enumerate(records)
        if len(cells) == width
    ]
    usual = sorted(filled for _, filled in full)[len(full) // 2]
    return next((at for at, filled in full if filled >= 0.6 * usual), full[0][0])


def _is_data(header: list[str]) -> bool:
    filled = [cell for cell in header if cell.strip()]
    return bool(filled) and sum(1 for cell in filled if NUMBER.fullmatch(cell)) * 2 > len(filled)


def rows(path: Path, dialect: Dialect, notes: Notes) -> pyarrow.RecordBatchReader:
    """All rows as text with their number. Rows of the wrong length are noted and left out."""
    wrong: list[int] = []

    def refuse(row: Any) -> str:
        number = row.number or 0  # of the line, the skipped ones counted in
        wrong.append(number - dialect.first_row)
        notes.add(
            "row-length",
            REJECTED,
            f"Zeile {number} hat {row.actual_columns} statt {row.expected_columns} Felder: „{str(row.text)[:60]}“",
            row=number,
        )
        return "skip"

    try:
        reader = pyarrow.csv.open_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK,
                skip_rows=dialect.skip,
                column_names=list(dialect.names),
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=dialect.separator,
                quote_char='"' if dialect.quoted else False,
                newlines_in_values=dialect.quoted,
                invalid_row_handler=refuse,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={column: pyarrow.string() for column in dialect.names},
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
                null_values=[],
            ),
        )
    except (pyarrow.ArrowInvalid, StopIteration) as error:
        raise FileRefused(
            "Die Tabelle enthält keine lesbaren Zeilen.", message_en="The table has no readable rows."
        ) from error
    schema = pyarrow.schema([pyarrow.field(ROW, pyarrow.int64()), *reader.schema])
    return pyarrow.RecordBatchReader.from_batches(schema, _numbered(reader, schema, dialect.first_row, wrong))


def _numbered(
    reader: Any, schema: pyarrow.Schema, first_row: int, wrong: list[int]
) -> Iterator[pyarrow.RecordBatch]:
    """Each batch with the numbers of its rows: those left out before it are counted in."""
    done = 0
    for batch in reader:
        at = numpy.arange(done, done + batch.num_rows, dtype=numpy.int64)
        if wrong:
            left_out = numpy.asarray(wrong, dtype=numpy.int64)
            at = at + numpy.searchsorted(left_out - numpy.arange(len(left_out)), at, side="right")
        done += batch.num_rows
        yield pyarrow.RecordBatch.from_arrays([pyarrow.array(at + first_row), *batch.columns], schema=schema)
