"""The generic form of a task that a package adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stadtkern.casework.cases import actions, policies, tasks
from stadtkern.casework.cases.desk.steps import _revision
from stadtkern.casework.cases.errors import CaseChanged
from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import staff
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, NotVisible


@staff()
def task(request: HttpRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """Show a task with its form; keep or complete it."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_for_work(actor, case_id)
    found = next((each for each in tasks.of_case(case) if each.id == task_id), None)
    if found is None or not tasks.is_generic(found):
        raise NotVisible()
    form = processes.task_form(task_id)
    if request.method != "POST":
        return _page(request, case, form, form.values, [], status=200)
    entered = _entered(form, request.POST)
    try:
        values, now = processes.read_values(form.fields, entered), clock.now()
        if "speichern" in request.POST:
            actions.save_task(
                actor=actor, case_id=case.pk, task_id=task_id, values=values, revision=_revision(request), now=now
            )  # fmt: skip
            messages.success(request, _("Gespeichert. Die Aufgabe bleibt offen."))
            return redirect("desk:task", case_id=case.pk, task_id=task_id)
        actions.complete_task(
            actor=actor,
            case_id=case.pk,
            task_id=task_id,
            outcome=request.POST.get("outcome", ""),
            values=values,
            revision=_revision(request),
            now=now,
        )
    except DomainError as error:
        return _page(request, policies.find(actor, case_id), form, entered, [error], status=error.status)
    messages.success(request, _("Die Aufgabe ist erledigt."))
    return redirect("desk:case", case_id=case.pk)


def _entered(form: processes.TaskForm, data: Mapping[str, str]) -> dict[str, Any]:
    return {
        field.name: shell.read_date(data, field.name) if field.kind == "date" else data.get(field.name, "")
        for field in form.fields
    }


def _page(
    request: HttpRequest,
    case: Case,
    form: processes.TaskForm,
    values: Mapping[str, Any],
    errors: list[DomainError],
    *,
    status: int,
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    language = get_language() or "de"
    first = form.fields[0].name if form.fields else "inhalt"
    context = {
        "case": case,
        "task": form.task,
        "role": tasks.role_name(form.task.role),
        "form": form,
        "shown": [(name.replace("_", " ").capitalize(), processes.shown(value)) for name, value in form.shown.items()],
        "fields": [
            {
                "id": field.name,
                "kind": field.kind,
                "label": field.label(language),
                "hint": field.hint(language),
                "required": field.required,
                "options": [(value, label(language)) for value, label in field.options],
                "value": values.get(field.name, ""),
            }
            for field in form.fields
        ],
        "outcomes": [pair for pair in form.outcomes if pair[0] in tasks.open_outcomes(form.task)],
        "may_do": tasks.may_do(actor, case, form.task),
        "errors": [(str(error.extra.get("field", first)), error.text(language)) for error in errors],
        "conflict": any(isinstance(error, CaseChanged) for error in errors),
        "breadcrumb": [
            (_("Vorgänge"), reverse("desk:list")),
            (case.number, reverse("desk:case", args=[case.pk])),
            (form.task.name, ""),
        ],
    }  # fmt: skip
    return render(request, "cases/desk/task.html", context, status=status)
