"""The process of a case: where it stands, the drawing with the way taken, what was decided and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtkern.casework.cases import policies, queries, tasks
from stadtkern.casework.cases.actions.common import subject_of
from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import NotVisible

WAITS = {
    "timer": gettext_noop("eine Frist"),
    "message": gettext_noop("eine Nachricht"),
    "signal": gettext_noop("ein Signal"),
    "call": gettext_noop("die Antwort eines Systems"),
}


@staff()
def process_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The tab „Ablauf“ of a case."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find(actor, case_id)
    standing = processes.standing(subject_of(case))
    if standing is None:
        raise NotVisible()
    audit.record(actor=actor, action="cases.read", obj=("case", case.pk), now=clock.now())
    language = request.LANGUAGE_CODE
    found = tasks.of_case(case)
    context = {
        "case": case,
        "tab": "ablauf",
        "state": queries.state_label(case, language),
        "headline": _headline(found, standing),
        "tasks": _table(actor, case, found),
        "waits": _waits([wait for wait in standing.waits if not wait.aside]),
        "aside": _waits([wait for wait in standing.waits if wait.aside]),
        "xml": processes.drawing(standing.version_id),
        "done": standing.done,
        "current": standing.current,
        "decisions": [{"made": made, "at": clock.local(made.at)} for made in reversed(standing.decisions)],
        "failures": failures_of(case, language),
        "breadcrumb": [
            (_("Vorgänge"), reverse("desk:list")),
            (case.number, reverse("desk:case", args=[case.pk])),
            (_("Ablauf"), ""),
        ],
    }
    return render(request, "cases/desk/process.html", context)


def _headline(found: list[processes.TaskInfo], standing: processes.Standing) -> str:
    if found:
        return ", ".join(dict.fromkeys(task.name for task in found))
    return ", ".join(dict.fromkeys(wait.label for wait in standing.waits if not wait.aside))


def _waits(found: list[processes.WaitInfo]) -> list[dict[str, Any]]:
    """Waits as the page shows them, the same ones once with their number."""
    shown: dict[tuple[str, Any], dict[str, Any]] = {}
    for wait in found:
        at = clock.local(wait.due_at) if wait.due_at else None
        row = shown.setdefault(
            (wait.node, at), {"label": wait.label, "kind": _(WAITS[wait.kind]), "due_at": at, "number": 0}
        )
        row["number"] += 1
    return list(shown.values())


def _table(actor: Actor, case: Case, found: list[processes.TaskInfo]) -> Table | None:
    if not found:
        return None
    works = policies.in_work_of(actor).filter(pk=case.pk).exists()
    rows = []
    for task in found:
        open_here = works and tasks.is_generic(task) and tasks.may_do(actor, case, task)
        href = reverse("desk:task", args=[case.pk, task.id]) if open_here else ""
        due = clock.local(task.due_at).strftime("%d.%m.%Y") if task.due_at else "–"
        cells = [
            Cell(text=task.name, href=href),
            Cell(text=tasks.role_name(task.role)),
            Cell(text=due),
            Cell(text=clock.local(task.opened_at).strftime("%d.%m.%Y")),
        ]
        rows.append(Row(cells=cells))
    columns = [
        Column(label=_("Aufgabe")),
        Column(label=_("Wer")),
        Column(label=_("Fällig")),
        Column(label=_("Offen seit")),
    ]
    return Table(caption=_("Offene Aufgaben"), columns=columns, rows=rows)


def failures_of(case: Case, language: str) -> list[dict[str, Any]]:
    """Failed steps of a case as its pages show them."""
    return [
        {
            "label": failure.label,
            "text": failure.text(language),
            "at": clock.local(failure.opened_at),
            "skip": failure.skip,
            "href": reverse("desk:incident", args=[failure.id]),
        }
        for failure in processes.failures(subject=subject_of(case))
    ]
