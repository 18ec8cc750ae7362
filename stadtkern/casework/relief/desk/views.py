"""What it took before: entered by the service manager, with the source of the estimate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.relief import actions, queries
from stadtkern.casework.relief.models import Baseline
from stadtkern.casework.relief.rules import LEAST
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, NotVisible


@staff(Role.SERVICE_MANAGER, Role.TEAM_LEAD)
def service_list(request: HttpRequest) -> HttpResponse:
    """The online services with what is known before and now."""
    before = {row.service_slug: row for row in Baseline.objects.all()}
    now = {row.service_slug: row for row in queries.published().services}
    rows = []
    for info in services.services(online=True):
        known, figure = before.get(info.slug), now.get(info.slug)
        cells = [
            Cell(
                text=info.title(request.LANGUAGE_CODE), href=reverse("relief-desk:baseline", args=[info.slug])
            ),
            Cell(text=known.minutes if known else _("noch nicht geschätzt")),
            Cell(text="–" if figure is None or figure.minutes is None else figure.minutes),
            Cell(text=figure.cases if figure else _("weniger als %(least)s") % {"least": LEAST}),
        ]
        rows.append(Row(cells=cells))
    columns = [
        Column(label=_("Leistung")),
        Column(label=_("Minuten vorher"), numeric=True),
        Column(label=_("Minuten heute"), numeric=True),
        Column(label=_("Entschieden"), numeric=True),
    ]
    context = {
        "table": Table(caption=_("Entlastung je Leistung"), columns=columns, rows=rows),
        "missing": sum(1 for info in services.services(online=True) if info.slug not in before),
        "breadcrumb": [(_("Entlastung"), "")],
    }
    return render(request, "relief/list.html", context)


@staff(Role.SERVICE_MANAGER)
def baseline(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter or change the estimate of one service."""
    info = services.find(slug)
    if info is None:
        raise NotVisible()
    known = Baseline.objects.filter(service_slug=slug).first()
    error: DomainError | None = None
    if request.method == "POST":
        try:
            actions.set_baseline(
                actor=request.actor,  # type: ignore[attr-defined]
                slug=slug,
                minutes=_number(request.POST.get("minutes", "")),
                days=_number(request.POST.get("days", "")) if request.POST.get("days", "").strip() else None,
                source=request.POST.get("source", ""),
                now=clock.now(),
            )
            messages.success(request, _("Gespeichert. Die Seite „Was es bringt“ rechnet jetzt damit."))
            return redirect("relief-desk:list")
        except DomainError as caught:
            error = caught
    shown = request.POST if error else {}
    context = {
        "title": info.title(request.LANGUAGE_CODE),
        "minutes": shown.get("minutes", known.minutes if known else ""),
        "days": shown.get("days", known.days if known and known.days is not None else ""),
        "source": shown.get("source", known.source if known else ""),
        "known": known,
        "errors": [(str(error.extra.get("field", "minutes")), error.text(request.LANGUAGE_CODE))] if error else [],
        "breadcrumb": [(_("Entlastung"), reverse("relief-desk:list")), (info.title(request.LANGUAGE_CODE), "")],
    }  # fmt: skip
    return render(request, "relief/baseline.html", context, status=error.status if error else 200)


def _number(text: str) -> int:
    clean = text.strip().replace(".", "")
    return int(clean) if clean.isdecimal() and len(clean) < 8 else -1
