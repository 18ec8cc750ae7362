"""The needs plan of the youth office: places and demand by district, as a page and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from stadtkern.casework.kita import planning
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.desk.kitas import HOME
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.queries import plan as figures
from stadtkern.foundation.access.api import Role
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, csv_response
from stadtkern.kernel import clock
from stadtkern.kernel.strict_reading import InputRefused

MOST_BYTES = 2_000_000
QUOTAS: dict[planning.Group, int] = {"U2": 55, "Ü2": 100}
FIELDS: dict[planning.Group, str] = {"U2": "quote-u2", "Ü2": "quote-ue2"}


@desk(Role.KITA_OFFICE)
def plan(request: HttpRequest) -> HttpResponse:
    """One Kita year on the page, five in the file; with the figures of the statistics office also what is missing."""
    first = planning.kita_year(clock.today())
    quotas: dict[planning.Group, int] = {
        group: number if (number := whole(request.POST.get(FIELDS[group]))) is not None else QUOTAS[group]
        for group in planning.GROUPS
    }
    lines, error = figures.lines(first), ""
    if request.method == "POST":
        try:
            lines = _expecting(request, lines, first, quotas)
        except InputRefused as refused:
            error = str(refused)
    shown = planning.hidden(planning.with_city(lines))
    if not error and "csv" in (request.GET.get("als"), request.POST.get("als")):
        return csv_response(f"kita-bedarfsplan-{first}.csv", _head(), [_cells(line, "<5") for line in shown])
    years = {str(at): at for at in range(first, first + planning.YEARS)}
    year = years.get(request.POST.get("jahr") or request.GET.get("jahr", ""), first + 1)
    mine = [line for line in shown if line.year == year]
    context = {
        "table": _table(mine, year),
        "year": f"{year}/{year + 1}",
        "years": [(key, f"{at}/{at + 1}") for key, at in years.items()],
        "chosen": str(year),
        "missing": _missing(mine),
        "quotas": {group: (FIELDS[group], quota) for group, quota in quotas.items()},
        "expected": any(line.expected is not None for line in mine),
        "errors": [("kinder", error)] if error else [],
        "error": error,
        "breadcrumb": [(_("Kita"), HOME), (_("Bedarfsplan"), "")],
    }
    return render(request, "kita/desk/plan.html", context, status=422 if error else 200)


def _expecting(
    request: HttpRequest, lines: list[planning.Line], first: int, quotas: dict[planning.Group, int]
) -> list[planning.Line]:
    children, births = request.FILES.get("kinder"), request.FILES.get("geburten")
    if children is None or births is None:
        raise InputRefused("kinder.csv", _("bitte wählen Sie beide Dateien"))
    data = [upload.read(MOST_BYTES + 1) for upload in (children, births)]
    if max(map(len, data)) > MOST_BYTES:
        raise InputRefused("kinder.csv", _("die Datei ist zu groß (höchstens 2 MB)"))
    expected = planning.expectation(data[0], data[1], first=first, quotas=quotas)
    if {district for district, _year, _group in expected} == {planning.CITY}:
        # no districts in the file: the city as a whole, in a line of its own without places
        extra = [
            planning.Line(
                district=_("Stadt (ohne Ortsbezirke)"), year=year, group=group, expected=count, needed=needed
            )
            for (_none, year, group), (count, needed) in expected.items()
        ]
        return [*lines, *extra]
    known = {line.district for line in lines}
    strange = sorted({district for district, _year, _group in expected} - known)
    if strange:
        raise InputRefused("kinder.csv", _("diese Ortsbezirke gibt es hier nicht: ") + ", ".join(strange[:5]))
    return figures.expecting(lines, expected)


def _head() -> list[str]:
    return [
        _("Ortsbezirk"),
        _("Kita-Jahr"),
        _("Alter"),
        _("Plätze erlaubt"),
        _("Plätze geplant"),
        _("Plätze mit Personal"),
        _("Kinder mit Vertrag"),
        _("Kinder suchen"),
        _("Kinder erwartet"),
        _("Plätze gebraucht"),
        _("Plätze fehlen"),
    ]


def _cells(line: planning.Line, few: str) -> list[object]:
    def said(number: int | None) -> object:
        return few if number is None else number

    def known(number: int | None) -> object:
        return "" if number is None else number

    return [
        line.district or _("Stadt"),
        f"{line.year}/{line.year + 1}",
        line.group,
        line.permitted,
        line.planned,
        line.staffed,
        said(line.placed),
        said(line.looking),
        known(line.expected),
        known(line.needed),
        known(line.gap),
    ]


def _table(lines: Sequence[planning.Line], year: int) -> Table:
    skip = {1} if any(line.expected is not None for line in lines) else {1, 8, 9, 10}
    columns = [Column(label=label, numeric=at > 2) for at, label in enumerate(_head()) if at not in skip]
    rows = [
        Row(cells=[Cell(text=cell) for at, cell in enumerate(_cells(line, _("unter 5"))) if at not in skip])
        for line in lines
    ]
    return Table(
        caption=_("Plätze und Bedarf %(year)s") % {"year": f"{year}/{year + 1}"}, columns=columns, rows=rows
    )


def _missing(lines: Sequence[planning.Line]) -> list[dict[str, Any]]:
    """For the head: how many look for a place and how many places there are, for the city."""
    return [
        {"group": line.group, "looking": line.looking, "planned": line.planned, "gap": line.gap}
        for line in lines
        if line.district == planning.CITY
    ]
