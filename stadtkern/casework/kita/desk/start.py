"""The start page of the desk: my Kitas with their numbers of today; for the youth office all of them, to search, filter and sort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.queries import desk as lists
from stadtkern.casework.kita.queries import overview
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, paginate, sort_key
from stadtkern.kernel import clock, german_order

PER_PAGE = 25
FEW = 10
"""So many Kitas need no filter."""


@desk()
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The figures of the head are those of all Kitas, whatever the filter leaves."""
    on = clock.today()
    scope = policies.scope_of(request.actor, on)  # type: ignore[attr-defined]
    kitas = list(
        policies.facilities_of(request.actor, on)  # type: ignore[attr-defined]
        .select_related("provider", "district")
        .only("name", "street", "provider__name", "district__key", "district__name")
    )
    asked = _asked(request)
    counted = asked.sort.lstrip("-") == "bewerbungen"
    rows = lists.kitas_today(kitas, on, with_applicants=counted)
    shown = overview.pick(rows, asked)
    page = paginate(request, shown, PER_PAGE)
    context = {
        "table": _table(_with_applicants(page, counted)) if shown else None,
        "page": page,
        "total": len(rows),
        "shown": len(shown),
        "asked": asked,
        "filters": len(rows) > FEW,
        "providers": _providers(rows),
        "districts": _districts(rows),
        "standings": [
            ("frei", _("mit freien Plätzen")),
            ("voll", _("ohne freien Platz")),
            ("zu-viele", _("mehr Kinder als Personal")),
            ("sperre", _("Sperre abgelaufen")),
        ],
        "reset": reverse("kita-desk:today") if asked.narrows else "",
        "free": sum(max(0, row.free) for row in rows),
        "over": sum(1 for row in rows if row.occupied > row.staffed),
        "overdue": sum(row.overdue_blocks for row in rows),
        "office": scope.office,
        "manages": scope.office or bool(scope.manages),
        "breadcrumb": [(_("Kita"), "")],
    }
    return render(request, "kita/desk/today.html", context)


def _asked(request: HttpRequest) -> overview.Asked:
    given = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:100]
        for name in ("q", "traeger", "bezirk", "stand")
    }
    sort, _fields = sort_key(request, {name: (name,) for name in overview.SORTS}, "name")
    return overview.Asked(
        text=given["q"],
        provider=given["traeger"],
        district=given["bezirk"],
        standing=given["stand"],
        sort=sort,
    )


def _with_applicants(page: Page[Any], counted: bool) -> list[lists.KitaToday]:
    """Applicants are counted for the rows that are shown only."""
    rows: list[lists.KitaToday] = list(page)
    if counted:
        return rows
    known = lists.count_applicants([row.facility.pk for row in rows])
    return [replace(row, applicants=known.get(row.facility.pk, 0)) for row in rows]


def _providers(rows: Sequence[lists.KitaToday]) -> list[tuple[str, str]]:
    found = {str(row.facility.provider_id): row.facility.provider.name for row in rows}
    return german_order.in_order(found.items(), lambda item: item[1])


def _districts(rows: Sequence[lists.KitaToday]) -> list[tuple[str, str]]:
    found = {row.facility.district.key: row.facility.district.name for row in rows if row.facility.district}
    return german_order.in_order(found.items(), lambda item: item[1])


def _table(rows: Sequence[lists.KitaToday]) -> Table:
    columns = [
        Column(label=_("Kita"), sort="name"),
        Column(label=_("Träger"), sort="traeger"),
        Column(label=_("Frei"), sort="frei", numeric=True),
        Column(label=_("Belegt"), sort="belegt", numeric=True),
        Column(label=_("Mit Personal"), sort="personal", numeric=True),
        Column(label=_("Geplant"), numeric=True),
        Column(label=_("Erlaubt"), numeric=True),
        Column(label=_("Bewerbungen"), sort="bewerbungen", numeric=True),
    ]
    body = []
    for row in rows:
        kita = row.facility
        over = row.occupied > row.staffed
        body.append(
            Row(
                cells=[
                    Cell(
                        text=kita.name,
                        href=reverse("kita-desk:kita", args=[kita.pk]),
                        note=kita.district.name if kita.district else "",
                    ),
                    Cell(text=kita.provider.name),
                    Cell(text=max(0, row.free)),
                    Cell(text=row.occupied, note=_("mehr als Personal") if over else ""),
                    Cell(text=row.staffed),
                    Cell(text=row.planned),
                    Cell(text=row.permitted),
                    Cell(text=row.applicants, href=reverse("kita-desk:applicants", args=[kita.pk])),
                ]
            )
        )
    return Table(caption=_("Heute"), columns=columns, rows=body, default_sort="name")
