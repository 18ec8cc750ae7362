"""Values of a dataset as people read them: numbers, days, sizes, rows of a preview. Used by the public page and the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from stadtkern.data.datasets import engine, storage
from stadtkern.foundation.shell.api import Cell, Column, Row, Table

MOST_COLUMNS: Final = 8
LONGEST: Final = 80


def type_name(type: str) -> str:
    """The type of a column in plain words."""
    return {
        "string": _("Text"), "integer": _("ganze Zahl"), "number": _("Zahl"), "boolean": _("ja oder nein"), "date": _("Datum"),
        "datetime": _("Zeitpunkt"), "geometry": _("Lage"),
    }.get(type, type)  # fmt: skip


def size_name(size: int) -> str:
    """A size in KB or MB."""
    if size < 1_000_000:
        return f"{number_format(max(1, round(size / 1000)))} KB"
    return f"{number_format(size / 1_000_000, decimal_pos=1)} MB"


def preview(path: Path, columns: Sequence[Mapping[str, str]], *, first: int, rows: int) -> Table:
    """Some rows of a version; wide tables show their first columns and say so in the caption."""
    plain = [column for column in columns if column["type"] != "geometry"]
    shown = plain[:MOST_COLUMNS]
    listed = ", ".join([engine.ROW, *(engine.name(column["name"]) for column in shown)])
    found = engine.rows(
        storage.root(),
        f"SELECT {listed} FROM {engine.file(path)} WHERE {engine.ROW} > ? AND {engine.ROW} <= ? ORDER BY {engine.ROW}",
        [first, first + rows],
    )
    caption = _("Die Zeilen der Tabelle")
    if len(plain) > len(shown):
        caption = _("Die Zeilen der Tabelle, %(shown)s von %(all)s Spalten") % {
            "shown": len(shown),
            "all": len(plain),
        }
    return Table(
        caption=caption,
        columns=[
            Column(label=_("Nr.")),
            *(
                Column(label=column["name"], numeric=column["type"] in ("integer", "number"))
                for column in shown
            ),
        ],
        rows=[
            Row(
                cells=[
                    Cell(text=row[0]),
                    *(
                        Cell(text=_shown(value, column["type"]))
                        for value, column in zip(row[1:], shown, strict=True)
                    ),
                ]
            )
            for row in found
        ],
    )


def _shown(value: Any, type: str) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return _("ja") if value else _("nein")
        case int() | float():
            return number_format(value) if type == "number" or abs(value) < 10_000 else f"{value}"
        case datetime():
            return date_format(value, "SHORT_DATETIME_FORMAT")
        case date():
            return date_format(value, "SHORT_DATE_FORMAT")
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def columns_table(columns: Sequence[Mapping[str, str]]) -> Table:
    """Which columns there are, and of which type."""
    return Table(
        caption=_("Spalten"),
        caption_hidden=True,
        columns=[Column(label=_("Name")), Column(label=_("Art"))],
        rows=[
            Row(cells=[Cell(text=column["name"]), Cell(text=type_name(column["type"]))]) for column in columns
        ],
    )
