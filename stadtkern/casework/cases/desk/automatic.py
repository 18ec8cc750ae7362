"""The stop switch and the sampling share of automatic decisions, per service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.casework.cases import automatic
from stadtkern.foundation.access.api import Actor, Role, staff
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

WINDOW = timedelta(days=90)
ROLES = (Role.SERVICE_MANAGER, Role.TEAM_LEAD, Role.PROCESS_DESIGNER)


@require_safe
@staff(*ROLES)
def overview(request: HttpRequest) -> HttpResponse:
    """The services that can decide automatically, and how often they did in the last 90 days."""
    titles = dict(automatic.services_with_automatic())
    context = {
        "table": _table(titles) if titles else None,
        "breadcrumb": [(_("Automatische Bescheide"), "")],
    }
    return render(request, "cases/desk/automatic_list.html", context)


def _table(titles: Mapping[str, str]) -> Table:
    settings = automatic.settings_of(titles)
    counts = automatic.counts(titles, since=clock.now() - WINDOW)
    rows = []
    for slug, title in titles.items():
        setting, (machine, every) = settings[slug], counts[slug]
        state = _("angehalten") if setting.stopped else _("in Betrieb")
        cells = [
            Cell(text=title, href=reverse("desk:automatic-change", args=[slug])),
            Cell(text=state, kind="warning" if setting.stopped else "success"),
            Cell(text=f"{setting.sample_percent} %"),
            Cell(text=machine),
            Cell(text=every),
        ]
        rows.append(Row(cells=cells))
    columns = [
        Column(label=_("Leistung")),
        Column(label=_("Stand")),
        Column(label=_("Stichprobe"), numeric=True),
        Column(label=_("Automatisch"), numeric=True),
        Column(label=_("Bescheide insgesamt"), numeric=True),
    ]
    caption = _("Leistungen mit automatischen Bescheiden, letzte 90 Tage")
    return Table(caption=caption, columns=columns, rows=rows)


@require_http_methods(["GET", "POST"])
@staff(*ROLES)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop, allow again, set the share a person looks at; always with a reason."""
    actor: Actor = cast(Any, request).actor
    title = dict(automatic.services_with_automatic()).get(slug)
    if title is None:
        raise Http404
    setting = automatic.setting_of(slug)
    errors: list[tuple[str, str]] = []
    given = {"stopped": setting.stopped, "sample_percent": str(setting.sample_percent), "reason": ""}
    if request.method == "POST":
        given = {
            "stopped": request.POST.get("stopped") == "1",
            "sample_percent": request.POST.get("sample_percent", "").strip(),
            "reason": request.POST.get("reason", ""),
        }
        try:
            percent = str(given["sample_percent"])
            automatic.change_setting(
                actor=actor,
                slug=slug,
                stopped=bool(given["stopped"]),
                sample_percent=int(percent) if percent.isdecimal() and len(percent) < 4 else 0,
                reason=str(given["reason"]),
                now=clock.now(),
            )
        except DomainError as refused:
            errors = [(str(refused.extra.get("field", "reason")), refused.text(actor.language))]
        else:
            messages.success(request, _("Die Einstellung ist gespeichert."))
            return redirect("desk:automatic")
    context = {
        "title": title,
        "given": given,
        "setting": setting,
        "errors": errors,
        "error": dict(errors),
        "breadcrumb": [(_("Automatische Bescheide"), reverse("desk:automatic")), (title, "")],
    }
    return render(request, "cases/desk/automatic.html", context, status=422 if errors else 200)
