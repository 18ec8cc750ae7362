"""Pages that change services. Each makes one call into the actions; input is kept when something is refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.services import actions, queries, rules, shipped, xzufi
from stadtkern.casework.services.content import BadContent, parse
from stadtkern.casework.services.desk import forms
from stadtkern.casework.services.desk.edit_page import Shown, edit_page, read_form
from stadtkern.casework.services.desk.views import actor_of, crumbs, find
from stadtkern.casework.services.models import Service
from stadtkern.foundation.access.api import Role, staff
from stadtkern.kernel import clock, german_order
from stadtkern.kernel.errors import Conflict, DomainError

MOST_IMPORT_BYTES = 20 * 1024 * 1024


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the texts; nothing becomes public before the next publication."""
    service = find(request, slug)
    newest = queries.versions(service.pk)[0]
    if request.method != "POST":
        values = forms.values_of(newest.content)
        chosen = (newest.content["life_situations"], newest.content["audience"])
        shown = Shown(values=values, chosen=chosen, reviewed_on=newest.content.get("reviewed_on"))
        return edit_page(request, service, shown, base=newest.number)
    values, chosen, data, problems = read_form(request, newest.content)
    base = int(values["base_version"]) if values.get("base_version", "").isdigit() else newest.number
    if not problems:
        try:
            number = actions.save_draft(
                actor=actor_of(request),
                service_id=service.pk,
                content=parse(data),
                base_version=base,
                now=clock.now(),
                note=values.get("note", "").strip()[:300],
            )
        except Conflict as conflict:
            problems.append(("", conflict.text(request.LANGUAGE_CODE)))
            base = newest.number
        else:
            messages.success(
                request,
                _("Gespeichert als Fassung %(number)s. Öffentlich ist sie noch nicht.") % {"number": number},
            )
            return redirect("services-desk:detail", slug=slug)
    shown = Shown(values=values, chosen=chosen, reviewed_on=data["reviewed_on"], errors=dict(problems))
    return edit_page(request, service, shown, base=base)


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks once more with the difference, then publishes."""
    service = find(request, slug)
    newest = queries.versions(service.pk)[0]
    if request.method == "POST":
        version = request.POST.get("version", "")
        number = int(version) if version.isdigit() else 0
        actions.publish(actor=actor_of(request), service_id=service.pk, version=number, now=clock.now())
        messages.success(
            request,
            _("Veröffentlicht. Bürgerinnen und Bürger sehen jetzt Fassung %(number)s.") % {"number": number},
        )
        return redirect("services-desk:detail", slug=slug)
    before = service.published_version.content if service.published_version else None
    context = {
        "service": service,
        "newest": newest,
        "first": before is None,
        "changes": rules.differences(before, newest.content) if before else [],
        "breadcrumb": crumbs(
            (service.title, reverse("services-desk:detail", args=[slug])), (_("Veröffentlichen"), "")
        ),
    }
    return render(request, "services/publish.html", context)


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes a service off the public pages, with a reason."""
    service = find(request, slug)
    reason = request.POST.get("reason", "").strip()
    error = ""
    if request.method == "POST":
        if reason:
            actions.unpublish(
                actor=actor_of(request), service_id=service.pk, now=clock.now(), reason=reason[:500]
            )
            messages.success(request, _("Zurückgezogen. Laufende Vorgänge gehen weiter."))
            return redirect("services-desk:detail", slug=slug)
        error = _("Nennen Sie den Grund; er steht im Protokoll.")
    context = {
        "service": service,
        "reason": reason,
        "error": error,
        "errors": [("reason", error)] if error else [],
        "breadcrumb": crumbs(
            (service.title, reverse("services-desk:detail", args=[slug])), (_("Zurückziehen"), "")
        ),
    }
    return render(request, "services/withdraw.html", context, status=422 if error else 200)


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def upstream(request: HttpRequest, slug: str) -> HttpResponse:
    """The template changed and so did we: decide field by field."""
    service = find(request, slug)
    if request.method == "POST":
        accepted = frozenset(request.POST.getlist("fields")) & frozenset(rules.LABELS)
        actions.accept_upstream(
            actor=actor_of(request), service_id=service.pk, accepted=accepted, now=clock.now()
        )
        done = (
            _("Übernommen. Prüfen und veröffentlichen Sie die neue Fassung.")
            if accepted
            else _("Ihre Texte bleiben, wie sie sind.")
        )
        messages.success(request, done)
        return redirect("services-desk:detail", slug=slug)
    newest = queries.versions(service.pk)[0]
    changes = rules.differences(newest.content, service.upstream_pending) if service.upstream_pending else []
    context = {
        "service": service,
        "changes": changes,
        "breadcrumb": crumbs(
            (service.title, reverse("services-desk:detail", args=[slug])), (_("Vorlage"), "")
        ),
    }
    return render(request, "services/upstream.html", context)


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest) -> HttpResponse:
    """Templates shipped with the product that this municipality does not have yet."""
    if request.method == "POST":
        slug = request.POST.get("slug", "")
        actions.adopt(actor=actor_of(request), slug=slug, now=clock.now())
        messages.success(
            request, _("Übernommen. Passen Sie die Texte an und veröffentlichen Sie die Leistung.")
        )
        return redirect("services-desk:detail", slug=slug)
    here = frozenset(Service.objects.values_list("slug", flat=True))
    rows = [shipped.load(slug).content for slug in shipped.slugs() if slug not in here]
    context = {
        "templates": german_order.in_order(rows, lambda content: content.title.de),
        "breadcrumb": crumbs((_("Aus Vorlage"), "")),
    }
    return render(request, "services/adopt.html", context)


@staff(Role.SERVICE_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Reads XZuFi (XML or JSON): new services become drafts, known ones get a new upstream state."""
    context: dict[str, Any] = {"breadcrumb": crumbs((_("Einlesen"), ""))}
    if request.method != "POST":
        return render(request, "services/import.html", context)
    upload = request.FILES.get("file")
    error = ""
    if upload is None:
        error = _("Wählen Sie eine Datei aus.")
    elif (upload.size or 0) > MOST_IMPORT_BYTES:
        error = _("Die Datei ist größer als 20 MB. Teilen Sie sie auf.")
    else:
        try:
            context["results"] = _import(request, upload.read())
        except BadContent as problem:
            error = problem.text(request.LANGUAGE_CODE)
    context |= {"error": error, "errors": [("file", error)] if error else []}
    return render(request, "services/import.html", context, status=422 if error else 200)


def _import(request: HttpRequest, data: bytes) -> list[dict[str, Any]]:
    results = []
    actor = actor_of(request)
    for content in xzufi.read_any(data):
        row: dict[str, Any] = {
            "title": content.title.de,
            "href": reverse("services-desk:detail", args=[content.slug]),
        }
        try:
            outcome = actions.take_in(
                actor=actor, content=content, now=clock.now(), note=_("Aus XZuFi eingelesen")
            )
            row |= {"outcome": outcome, "kind": "warning" if outcome == "pending" else "success"}
        except DomainError as problem:
            row |= {"outcome": "refused", "kind": "danger", "text": problem.text(request.LANGUAGE_CODE)}
        results.append(row)
    return results
