"""A service from nothing, and one from another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.services import actions
from stadtkern.casework.services.content import BadContent, parse
from stadtkern.casework.services.desk.edit_page import Shown, edit_page, read_form
from stadtkern.casework.services.desk.views import actor_of, crumbs, find
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

EMPTY: dict[str, Any] = {"audience": ["citizen"], "assurance_level": "none", "online": False}


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """All fields of a service, empty. It becomes a draft; publishing is a step of its own."""
    if request.method != "POST":
        return edit_page(request, None, Shown(values={"assurance_level": "none"}, chosen=([], ["citizen"])))
    slug = request.POST.get("slug", "").strip() or organizations.short_name(request.POST.get("title_de", ""))
    values, chosen, data, problems = read_form(request, {**EMPTY, "slug": slug})
    if not slug and ("title_de", "") not in problems:
        problems = [
            row for row in problems if row[0] != "slug"
        ]  # it follows from the title, which is missing
    if not problems:
        try:
            actions.create(
                actor=actor_of(request),
                content=parse(data),
                now=clock.now(),
                note=values.get("note", "")[:300],
            )
        except actions.AlreadyThere as error:
            problems.append(("slug", error.text(request.LANGUAGE_CODE)))
        else:
            messages.success(
                request, _("Angelegt als Entwurf. Prüfen Sie die Vorschau und veröffentlichen Sie.")
            )
            return redirect("services-desk:detail", slug=slug)
    shown = Shown(values=values, chosen=chosen, reviewed_on=data["reviewed_on"], errors=dict(problems))
    return edit_page(request, None, shown)


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the name of the copy and makes it."""
    service = find(request, slug)
    title = request.POST.get("title", "").strip()[:300]
    name = request.POST.get("slug", "").strip()
    errors: dict[str, str] = {}
    if request.method == "POST" and not title:
        errors["title"] = _("Geben Sie den Namen der neuen Leistung an.")
    elif request.method == "POST":
        made = name or organizations.short_name(title)
        try:
            actions.duplicate(
                actor=actor_of(request), service_id=service.pk, slug=made, title=title, now=clock.now()
            )
        except (actions.AlreadyThere, BadContent) as error:
            errors["slug"] = error.text(request.LANGUAGE_CODE)
        else:
            messages.success(request, _("Kopiert. Passen Sie die Texte an, bevor Sie veröffentlichen."))
            return redirect("services-desk:edit", slug=made)
    context = {
        "service": service,
        "title": title,
        "slug": name,
        "error": errors,
        "errors": list(errors.items()),
        "breadcrumb": crumbs(
            (service.title, reverse("services-desk:detail", args=[slug])), (_("Kopieren"), "")
        ),
    }
    return render(request, "services/copy.html", context, status=422 if errors else 200)
