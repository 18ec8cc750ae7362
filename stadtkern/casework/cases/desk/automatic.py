"""The stop switch and the sampling share of automatic decisions, per service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.casework.cases import automatic
from stadtkern.foundation.access.api import Actor, Role, staff
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

WINDOW = timedelta(days=90)
ROLES = (Role.SERVICE_MANAGER, Role.TEAM_LEAD, Role.PROCESS_DESIGNER)


@require_safe
@staff(*ROLES)
def overview(request: HttpRequest) -> HttpResponse:
    """The services that can decide automatically, and how often they did in the last 90 days."""
    since = clock.now() - WINDOW
    rows = [
        {
            "slug": slug,
            "title": title,
            "setting": automatic.setting_of(slug),
            **automatic.counts(slug, since=since),
        }
        for slug, title in automatic.services_with_automatic()
    ]
    context = {"rows": rows, "breadcrumb": [(_("Automatische Bescheide"), "")]}
    return render(request, "cases/desk/automatic_list.html", context)


@require_http_methods(["GET", "POST"])
@staff(*ROLES)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop, allow again, set the share a person looks at; always with a reason."""
    actor: Actor = cast(Any, request).actor
    title = dict(automatic.services_with_automatic()).get(slug)
    if title is None:
        raise Http404
    setting, error = automatic.setting_of(slug), ""
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
            error = refused.text(actor.language)
        else:
            messages.success(request, _("Die Einstellung ist gespeichert."))
            return redirect("desk:automatic")
    context = {
        "title": title,
        "given": given,
        "setting": setting,
        "errors": [("reason", error)] if error else [],
        "breadcrumb": [(_("Automatische Bescheide"), "desk:automatic"), (title, "")],
    }
    return render(request, "cases/desk/automatic.html", context, status=422 if error else 200)
