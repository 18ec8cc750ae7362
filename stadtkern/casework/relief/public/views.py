"""The page „Was es bringt“: one finding, three numbers with their yardstick, one chart, the table."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.relief import chart, queries
from stadtkern.casework.relief.models import Figure
from stadtkern.casework.relief.rules import LEAST
from stadtkern.foundation.access.api import public
from stadtkern.foundation.shell.api import Cell, Column, Row, Table

IN_CHART = 8


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the digital services bring, from the figures of last night."""
    found = queries.published()
    compared = [row for row in found.services if row.minutes is not None and row.minutes_before is not None]
    context = {
        "total": found.total,
        "saved_hours": _hours(found.total),
        "compared": sum(row.cases for row in compared),
        "chart": chart.before_and_now(
            [(_title(row), row.minutes_before or 0, row.minutes or 0) for row in compared[:IN_CHART]]
        ),
        "faster": sum(1 for row in compared if (row.minutes or 0) < (row.minutes_before or 0)),
        "in_chart": len(compared),
        "table": _table(found.services) if found.services else None,
        "least": LEAST,
        "breadcrumb": [(_("Startseite"), "/"), (_("Was es bringt"), "")],
    }
    return render(request, "relief/page.html", context)


def _hours(total: Figure | None) -> int | None:
    if total is None or total.saved_minutes is None:
        return None
    return round(total.saved_minutes / 60)


def _title(row: Figure) -> str:
    return row.title_en if get_language() == "en" and row.title_en else row.title


def _table(rows: tuple[Figure, ...]) -> Table:
    columns = [
        Column(label=_("Leistung")),
        *(
            Column(label=label, numeric=True)
            for label in (
                _("Entschieden"),
                _("Online"),
                _("Automatisch"),
                _("Tage vorher"),
                _("Tage heute"),
                _("Minuten vorher"),
                _("Minuten heute"),
            )
        ),
    ]
    return Table(
        caption=_("Je Leistung, letzte zwölf Monate"),
        columns=columns,
        rows=[Row(cells=[Cell(text=text) for text in _cells(row)]) for row in rows],
    )


def _cells(row: Figure) -> list[Any]:
    return [
        _title(row),
        row.cases,
        f"{row.online_percent} %",
        f"{row.automatic_percent} %",
        "–" if row.days_before is None else row.days_before,
        row.median_days,
        "–" if row.minutes_before is None else row.minutes_before,
        "–" if row.minutes is None else row.minutes,
    ]
