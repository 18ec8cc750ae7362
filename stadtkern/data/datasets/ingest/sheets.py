"""The first filled sheet of an XLSX file as rows of text; values keep what they are (dates ISO, numbers with a point)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import pyarrow

from stadtkern.data.datasets.engine import ROW
from stadtkern.data.datasets.errors import FileRefused
from stadtkern.data.datasets.ingest.naming import clean_names
from stadtkern.data.datasets.ingest.report import INFO, Notes

BATCH: Final = 20_000
LOOKED_AT: Final = 50
MOST_COLUMNS: Final = 2_000


def rows(path: Path, notes: Notes) -> pyarrow.RecordBatchReader:
    """All rows of the first sheet that has some. Raises ``FileRefused``."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise FileRefused(
            "Die Excel-Datei ist beschädigt oder mit einem Kennwort geschützt.",
            message_en="The Excel file is damaged or protected by a password.",
        ) from error
    for sheet in book.worksheets:
        if not hasattr(sheet, "iter_rows"):
            continue
        sheet.reset_dimensions()  # what the file says about its size is often wrong
        values = ((number, cells) for number, cells in enumerate(sheet.iter_rows(values_only=True), 1))
        filled = (
            (number, cells) for number, cells in values if any(cell not in (None, "") for cell in cells)
        )
        beginning = list(islice(filled, LOOKED_AT))
        if len(beginning) < 2:
            continue
        others = [other.title for other in book.worksheets if other.title != sheet.title]
        if others:
            notes.add(
                "other-sheets",
                INFO,
                f"Gelesen wurde das Blatt „{sheet.title}“; nicht gelesen: {', '.join(others)[:200]}.",
            )
        return _reader(beginning, filled, notes)
    raise FileRefused(
        "In der Excel-Datei steht keine Tabelle mit Kopfzeile und Werten.",
        message_en="The Excel file has no table with a header and values.",
    )


def _reader(
    beginning: Sequence[tuple[int, tuple[Any, ...]]],
    rest: Iterator[tuple[int, tuple[Any, ...]]],
    notes: Notes,
) -> pyarrow.RecordBatchReader:
    widths = [sum(1 for cell in cells if cell not in (None, "")) for _, cells in beginning]
    usual = sorted(widths)[len(widths) // 2]
    at = next(place for place, width in enumerate(widths) if width >= max(usual * 0.7, 1))
    if at:
        notes.add(
            "preamble",
            INFO,
            f"{at} Zeilen vor der Kopfzeile gehören nicht zur Tabelle und wurden übergangen.",
        )
    header = [_text(cell) for cell in beginning[at][1]]
    while header and not header[-1]:
        header.pop()
    if not header or len(header) > MOST_COLUMNS:
        raise FileRefused("Die Kopfzeile ist nicht lesbar.", message_en="The header cannot be read.")
    names = clean_names(header, notes)
    schema = pyarrow.schema([(ROW, pyarrow.int64()), *((name, pyarrow.string()) for name in names)])
    body = iter([*beginning[at + 1 :]])

    def batches() -> Iterator[pyarrow.RecordBatch]:
        both = (one for part in (body, rest) for one in part)
        while piece := list(islice(both, BATCH)):
            columns: list[list[Any]] = [[number for number, _ in piece]]
            for place in range(len(names)):
                columns.append([_text(cells[place]) if place < len(cells) else "" for _, cells in piece])
            yield pyarrow.RecordBatch.from_arrays(
                [pyarrow.array(values, field.type) for values, field in zip(columns, schema, strict=True)],
                schema=schema,
            )

    return pyarrow.RecordBatchReader.from_batches(schema, batches())


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
