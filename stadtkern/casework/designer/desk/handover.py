"""Handing over, and the second person: see the difference, publish or give back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.casework.designer import actions, contents, policies, queries
from stadtkern.casework.designer.desk.common import (
    actor_of,
    crumbs,
    find,
    gate,
    is_editable,
    revision_of,
    trouble_rows,
)
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.services import api as services
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The last look of the author; with errors there is nothing to hand over."""
    row = find(request, draft_id)
    note, error = request.POST.get("note", ""), ""
    if request.method == "POST":
        try:
            actions.submit(
                actor=actor_of(request),
                draft_id=row.pk,
                revision=revision_of(request),
                note=note,
                now=clock.now(),
            )
        except DomainError as problem:
            error = problem.text(request.LANGUAGE_CODE)
        else:
            messages.success(request, _("Übergeben. Eine zweite Person prüft und veröffentlicht."))
            return redirect("designer:overview", draft_id=row.pk)
    found = queries.troubles_of(row, run=True)
    context = {
        "row": row,
        "troubles": trouble_rows(row, found),
        "ready": not any(each.severity == "error" for each in found) and is_editable(row),
        "has_form": queries.has_form(row),
        "note": note,
        "error": error,
        "errors": [("note", error)] if error else [],
        "breadcrumb": crumbs(row, (_("Übergeben"), "")),
    }
    return render(request, "designer/submit.html", context, status=422 if error else 200)  # fmt: skip


@gate
@require_POST
def take_back(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Work on it again."""
    actions.take_back(actor=actor_of(request), draft_id=draft_id, now=clock.now())
    messages.success(request, _("Der Entwurf ist wieder in Arbeit."))
    return redirect("designer:overview", draft_id=draft_id)


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What would change; the second person publishes or gives back with a reason."""
    row = find(request, draft_id)
    reason, errors = request.POST.get("reason", ""), list[tuple[str, str]]()
    if request.method == "POST":
        try:
            if request.POST.get("decision") == "publish":
                number = actions.publish(
                    actor=actor_of(request), draft_id=row.pk, revision=revision_of(request), now=clock.now()
                )
                text = _(
                    "Veröffentlicht als Fassung %(number)s. Neue Anträge laufen darauf; laufende Vorgänge bleiben bei ihrer Fassung."
                )
                messages.success(request, text % {"number": number})
            else:
                actions.give_back(actor=actor_of(request), draft_id=row.pk, reason=reason, now=clock.now())
                messages.success(request, _("Zurückgegeben mit Ihrer Begründung."))
        except DomainError as problem:
            field = "reason" if problem.code == "procedure-reason-needed" else ""
            errors = [(field, problem.text(request.LANGUAGE_CODE))]
        else:
            return redirect("designer:overview", draft_id=row.pk)
    context = _shown(request, row)
    context |= {"reason": reason, "errors": errors, "error": dict(errors)}
    return render(request, "designer/review.html", context, status=422 if errors else 200)  # fmt: skip


def _shown(request: HttpRequest, row: ProcedureDraft) -> dict[str, object]:
    before = queries.published_files(row.slug)
    service = services.installed(row.slug)
    found = queries.troubles_of(row, run=True)
    return {
        "row": row,
        "first": not before,
        "changes": contents.differences(before, contents.procedure_part(row.files)),
        "files": sorted(row.files),
        "troubles": trouble_rows(row, found),
        "ready": not any(each.severity == "error" for each in found),
        "service": service,
        "stale": bool(service and row.base_version and service.number != row.base_version),
        "has_form": queries.has_form(row),
        "may_review": policies.may_review(actor_of(request), row),
        "submitted": row.state == ProcedureDraft.State.SUBMITTED,
        "breadcrumb": crumbs(row, (_("Prüfen und veröffentlichen"), "")),
    }


@gate
@require_safe
def difference(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What differs from the public version, file by file."""
    row = find(request, draft_id)
    before = queries.published_files(row.slug)
    context = {
        "row": row,
        "first": not before,
        "changes": contents.differences(before, contents.procedure_part(row.files)) if before else [],
        "breadcrumb": crumbs(row, (_("Unterschied"), "")),
    }
    return render(request, "designer/difference.html", context)
