"""Small steps on a case: each is a short form of its own with an address, works without script, keeps all input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stadtkern.casework.cases import actions, policies
from stadtkern.casework.cases.desk.step_forms import STEPS, Field, Step
from stadtkern.casework.cases.errors import CaseChanged
from stadtkern.casework.cases.models import Case
from stadtkern.foundation.access.api import NotAllowed, NotVisible, staff
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@staff()
def step(request: HttpRequest, case_id: UUID, step: str) -> HttpResponse:
    """Show the form of a step, or do it."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen = STEPS.get(step)
    if chosen is None:
        raise NotVisible()
    case = policies.find(actor, case_id)
    if step != "stellungnahme" and not policies.in_work_of(actor).filter(pk=case.pk).exists():
        raise NotAllowed()
    if request.method != "POST":
        return _form(request, case, step, chosen, request.GET, [], status=200)
    try:
        chosen.run(actor, case, request.POST, _revision(request), clock.now())
    except DomainError as error:
        fresh = policies.find(actor, case_id)
        return _form(request, fresh, step, chosen, request.POST, [error], status=error.status)
    messages.success(request, _(chosen.done))
    if not policies.visible_to(actor).filter(pk=case.pk).exists():
        return redirect("desk:list")  # handed over to a team whose cases the actor does not see
    return redirect("desk:case", case_id=case.pk)


@staff()
@require_POST
def take(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the case into one's own work."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        actions.take(actor=actor, case_id=case_id, revision=_revision(request), now=clock.now())
        messages.success(request, _("Der Vorgang gehört jetzt Ihnen."))
    except CaseChanged as error:
        messages.warning(request, error.text(request.LANGUAGE_CODE))
    return redirect("desk:case", case_id=case_id)


def _revision(request: HttpRequest) -> int | None:
    value = request.POST.get("revision", "")
    return int(value) if value.isdigit() and len(value) < 10 else None


def _form(
    request: HttpRequest,
    case: Case,
    slug: str,
    chosen: Step,
    data: Mapping[str, str],
    errors: list[DomainError],
    *,
    status: int,
) -> HttpResponse:
    fields = chosen.fields(request.actor, case, clock.today(), data)  # type: ignore[attr-defined]
    posted = request.method == "POST"
    shown = [{"field": field, "value": _value(field, data) if posted else field.value} for field in fields]
    context = {
        "case": case,
        "step": chosen,
        "button": _(chosen.button),
        "fields": shown,
        "errors": [
            (fields[0].id if fields else "inhalt", error.text(request.LANGUAGE_CODE)) for error in errors
        ],
        "conflict": any(isinstance(error, CaseChanged) for error in errors),
        "breadcrumb": [
            (_("Vorgänge"), reverse("desk:list")),
            (case.number, reverse("desk:case", args=[case.pk])),
            (_(chosen.button), ""),
        ],
    }
    return render(request, "cases/desk/step.html", context, status=status)


def _value(field: Field, data: Mapping[str, str]) -> Any:
    if field.kind == "date":
        return shell.read_date(data, field.id)
    if field.kind == "checkbox":
        return bool(data.get(field.id))
    return data.get(field.id, "")
