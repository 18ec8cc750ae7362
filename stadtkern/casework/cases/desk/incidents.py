"""Failed steps: a list for those who answer for procedures, and the page on which one is repaired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.cases import policies
from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, NotAllowed, Role, staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, NotVisible

OWNERS: tuple[Role | str, ...] = (Role.SERVICE_MANAGER, "process_designer")


@staff()
def incident_list(request: HttpRequest) -> HttpResponse:
    """Failed steps of all procedures; caseworkers see those of their cases."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.has(*OWNERS, *policies.WORK):
        raise NotAllowed()
    found = [failure for failure in processes.failures() if failure.subject_kind == "case"]
    rows = Case.objects.filter(pk__in={failure.subject_id for failure in found})
    if not actor.has(*OWNERS):
        rows = policies.in_work_of(actor).filter(pk__in=rows)
    numbers = {case.pk: case for case in rows.only("pk", "number", "service_title")}
    shown = [failure for failure in found if failure.subject_id in numbers]
    table = Table(
        caption=_("Störungen"),
        columns=[
            Column(label=_("Schritt")),
            Column(label=_("Was nicht ging")),
            Column(label=_("Vorgang")),
            Column(label=_("Leistung")),
            Column(label=_("Seit")),
            Column(label=_("Stand")),
        ],
        rows=[_row(failure, numbers[failure.subject_id], request.LANGUAGE_CODE) for failure in shown],
    )
    context = {"table": table, "number": len(shown), "breadcrumb": [(_("Störungen"), "")]}
    return render(request, "cases/desk/incidents.html", context)


def _row(failure: processes.Failure, case: Case, language: str) -> Row:
    stage = (
        Cell(text=_("Überspringen vorgeschlagen"), kind="warning")
        if failure.skip
        else Cell(text=_("offen"), kind="danger")
    )
    return Row(
        cells=[
            Cell(text=failure.label, href=reverse("desk:incident", args=[failure.id])),
            Cell(text=failure.text(language)),
            Cell(text=case.number),
            Cell(text=case.service_title),
            Cell(text=clock.local(failure.opened_at).strftime("%d.%m.%Y %H:%M")),
            stage,
        ]
    )


@staff()
def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """One failed step: try again with other values, or let it be skipped by two people."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        failure = processes.failure(incident_id)
    except processes.NoSuchIncident as error:
        if not actor.has(*OWNERS, *policies.WORK):
            raise NotAllowed() from error
        messages.info(request, error.text(request.LANGUAGE_CODE))
        return redirect("desk:incidents")
    case = _require(actor, failure)
    if request.method != "POST":
        audit.record(
            actor=actor, action="processes.step_values.read", obj=("case", case.pk),
            details={"incident": str(failure.id)}, now=clock.now(),
        )  # fmt: skip
        return _page(request, case, failure, request.GET, None)
    try:
        done = _do(request.POST, actor, failure)
    except DomainError as error:
        return _page(request, case, failure, request.POST, error)
    messages.success(request, done)
    if policies.visible_to(actor).filter(pk=case.pk).exists():
        return redirect("desk:case", case_id=case.pk)
    return redirect("desk:incidents")


def _require(actor: Actor, failure: processes.Failure) -> Case:
    """The case of a failure, for those who answer for procedures and those who work on it."""
    rows = Case.objects.all() if actor.has(*OWNERS) else policies.in_work_of(actor)
    case = rows.filter(pk=failure.subject_id).first()
    if case is None:
        raise NotVisible()
    return case


def _do(data: Mapping[str, str], actor: Actor, failure: processes.Failure) -> str:
    """What the pressed button says; returns the sentence for afterwards."""
    now = clock.now()
    if "vorschlagen" in data:
        processes.ask_to_skip(incident_id=failure.id, reason=data.get("reason", ""), actor=actor, now=now)
        return _("Der Vorschlag steht. Eine zweite Person muss ihn bestätigen.")
    if "bestaetigen" in data:
        flow = data.get("flow", "")
        known = {key for key, _name in failure.flows}
        processes.skip(incident_id=failure.id, flow=flow if flow in known else None, actor=actor, now=now)
        return _("Der Schritt ist übersprungen. Der Vorgang geht weiter.")
    if "ablehnen" in data:
        processes.refuse_skip(incident_id=failure.id, actor=actor, now=now)
        return _("Der Vorschlag ist abgelehnt. Die Störung bleibt offen.")
    changed = {
        name: processes.read_literal(name, data[f"wert-{name}"])
        for name, text in failure.reads.items()
        if f"wert-{name}" in data and data[f"wert-{name}"].strip() != text
    }
    processes.retry(incident_id=failure.id, variables=changed, actor=actor, now=now)
    return _("Der Schritt wird noch einmal versucht.")


def _page(
    request: HttpRequest,
    case: Case,
    failure: processes.Failure,
    data: Mapping[str, str],
    error: DomainError | None,
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    field = f"wert-{error.extra['field']}" if error and "field" in error.extra else "reason"
    values: list[dict[str, Any]] = [
        {"id": f"wert-{name}", "label": name, "value": data.get(f"wert-{name}", text)}
        for name, text in failure.reads.items()
    ]
    context = {
        "case": case,
        "failure": failure,
        "text": failure.text(request.LANGUAGE_CODE),
        "at": clock.local(failure.opened_at),
        "values": values,
        "flows": failure.flows if len(failure.flows) > 1 else (),
        "flow": data.get("flow", ""),
        "own_skip": failure.skip is not None and failure.skip.by_id == actor.account_id,
        "reason": data.get("reason", ""),
        "sees_case": policies.visible_to(actor).filter(pk=case.pk).exists(),
        "errors": [(field, error.text(request.LANGUAGE_CODE))] if error else [],
        "breadcrumb": [(_("Störungen"), reverse("desk:incidents")), (failure.label, "")],
    }
    return render(request, "cases/desk/incident.html", context, status=error.status if error else 200)
