"""Tables as values: built in a view, drawn by ``{% kern_table table %}``; sorting, paging, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

T = TypeVar("T")
M = TypeVar("M", bound=Model)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; ``sort`` is the key of ``?sort=`` (empty: not sortable), ``numeric`` sets figures to the right."""

    label: str
    sort: str = ""
    numeric: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: text, maybe a link, maybe a status (``kind``) with its shape."""

    text: object = ""
    href: str = ""
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; its first cell is the row's head."""

    cells: Sequence[Cell]
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A whole table. ``caption`` is required; ``caption_hidden`` keeps it for screen readers only."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    caption_hidden: bool = False
    default_sort: str = ""
    tall: bool = False

    def lines(self) -> list[tuple[str, list[tuple[Cell, Column]]]]:
        """For the template: the key of each row, and each cell with its column."""
        return [(row.key, list(zip(row.cells, self.columns, strict=True))) for row in self.rows]


def paginate(request: HttpRequest, rows: QuerySet[M] | Sequence[T], per_page: int = 50) -> Page[Any]:
    """The page of ``?seite=``; a wrong number gives the first or last page."""
    paginator: Paginator[Any] = Paginator(rows, per_page)
    return paginator.get_page(request.GET.get("seite"))


def sort_key(
    request: HttpRequest, allowed: Mapping[str, Sequence[str]], default: str
) -> tuple[str, list[str]]:
    """Which sorting is asked for (``?sort=key`` or ``-key``) and its ``order_by`` fields; unknown keys give the default.

    ``allowed`` maps a key to the fields of the ascending order.
    """
    asked = request.GET.get("sort", default)
    if asked.lstrip("-") not in allowed or asked.startswith("--"):
        asked = default
    fields = allowed[asked.lstrip("-")]
    if asked.startswith("-"):
        return asked, [name[1:] if name.startswith("-") else f"-{name}" for name in fields]
    return asked, list(fields)


def sort_link(request: HttpRequest, key: str, default: str = "") -> tuple[str, str]:
    """The address that sorts by ``key`` (or turns the order round), and the present direction of this column."""
    current = request.GET.get("sort", default)
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    query = request.GET.copy()
    query.pop("seite", None)
    query["sort"] = f"-{key}" if direction == "ascending" else key
    return f"?{query.urlencode()}", direction


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file for spreadsheets: UTF-8 with mark, semicolons, no cell that a spreadsheet takes for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in head])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def safe_cell(value: object) -> str:
    """Text that starts like a formula gets an apostrophe in front (numbers keep their sign)."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return text
    return f"'{text}" if text.startswith(_FORMULA) else text
