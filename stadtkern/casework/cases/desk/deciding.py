"""Deciding: choose, write with text blocks, look at the letter, release in four eyes."""

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

from stadtkern.casework.cases import actions, letters, parties, policies, queries
from stadtkern.casework.cases.desk.steps import _revision
from stadtkern.casework.cases.errors import BlockedByChecks, CaseChanged
from stadtkern.casework.cases.models import Case, Decision
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import staff
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput


@staff()
def decide(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose the kind of decision, edit its text, and decide or propose."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_for_work(actor, case_id)
    if request.method != "POST":
        return _page(request, case, _draft(case, request.GET), [], status=200)
    entered = _entered(request.POST)
    if "bausteine" in request.POST:
        return _page(request, case, _with_blocks(case, entered), [], status=200)
    try:
        decision_id = actions.propose_decision(
            actor=actor,
            case_id=case.pk,
            kind=entered["kind"],
            text=entered["text"],
            reason=entered["reason"],
            block_ids=entered["blocks"],
            fee_cents=_cents(entered["fee"]),
            delivery=entered["delivery"],
            revision=_revision(request),
            now=clock.now(),
        )
    except DomainError as error:
        return _page(request, policies.find(actor, case_id), entered, [error], status=error.status)
    released = Decision.objects.filter(pk=decision_id, released_at__isnull=False).exists()
    done = (
        _("Der Bescheid ist erteilt und liegt im Postfach.")
        if released
        else _("Der Vorschlag wartet auf die Freigabe.")
    )
    messages.success(request, done)
    return redirect("desk:case", case_id=case.pk)


@staff()
@require_POST
def preview_letter(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The letter as it would be sent, without deciding anything."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_for_work(actor, case_id)
    entered = _entered(request.POST)
    procedure = processes.procedure(case.process_version_id)
    remedy = processes.fill_text(procedure.texts.remedy, letters.context(case, queries.facts_of(case)))[0]
    draft = Decision(
        case=case, kind=entered["kind"], text=entered["text"] or " ", reason=entered["reason"], remedy=remedy
    )
    response = HttpResponse(
        letters.decision_pdf(case, draft, now=clock.now()), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="Entwurf-{case.number}.pdf"'
    return response


@staff()
def release(request: HttpRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """The second person looks at a proposal and releases it or gives it back."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_for_work(actor, case_id)
    decision = case.decisions.select_related("proposed_by").filter(pk=decision_id).first()
    if decision is None or decision.released_at is not None:
        return redirect("desk:case", case_id=case.pk)
    errors: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        try:
            _release_or_return(request, actor, case, decision_id)
            return redirect("desk:case", case_id=case.pk)
        except DomainError as error:
            errors, status = [("reason", error.text(request.LANGUAGE_CODE))], error.status
    context = {
        "case": policies.find(actor, case_id),
        "decision": decision,
        "errors": errors,
        "own": decision.proposed_by_id == actor.account_id,
        "reason": request.POST.get("reason", ""),
        "breadcrumb": _breadcrumb(case, _("Freigabe")),
    }
    return render(request, "cases/desk/release.html", context, status=status)


def _release_or_return(request: HttpRequest, actor: Any, case: Case, decision_id: UUID) -> None:
    now, revision = clock.now(), _revision(request)
    if "zurueck" in request.POST:
        actions.send_back(
            actor=actor,
            case_id=case.pk,
            decision_id=decision_id,
            reason=request.POST.get("reason", ""),
            revision=revision,
            now=now,
        )
        messages.success(request, _("Der Vorschlag ist zurückgegeben."))
        return
    actions.release_decision(
        actor=actor, case_id=case.pk, decision_id=decision_id, revision=revision, now=now
    )
    messages.success(request, _("Der Bescheid ist erteilt und liegt im Postfach."))


def _draft(case: Case, query: Mapping[str, str]) -> dict[str, Any]:
    procedure = processes.procedure(case.process_version_id)
    kind = query.get("art", procedure.texts.decision_kinds[0])
    if kind not in procedure.texts.decision_kinds:
        kind = procedure.texts.decision_kinds[0]
    facts = queries.facts_of(case)
    text, missing = letters.draft_text(case, procedure, kind, facts)
    cents = procedure.fee_cents(facts) if procedure.texts.fee.when == "with_decision" else 0
    delivery = "online" if parties.reads_online(case) else "letter"
    return {
        "kind": kind,
        "text": text,
        "missing": missing,
        "reason": "",
        "blocks": [],
        "fee": f"{(cents or 0) / 100:.2f}".replace(".", ",") if kind != "refuse" else "0,00",
        "delivery": delivery,
    }


def _entered(data: Any) -> dict[str, Any]:
    return {
        "kind": data.get("kind", ""),
        "text": data.get("text", "")[:100_000],
        "reason": data.get("reason", "")[:20_000],
        "blocks": data.getlist("blocks")[:50],
        "fee": data.get("fee", "0"),
        "delivery": "letter" if data.get("delivery") == "letter" else "online",
        "missing": [],
    }


def _with_blocks(case: Case, entered: dict[str, Any]) -> dict[str, Any]:
    """Put the chosen text blocks behind the text (once each)."""
    procedure = processes.procedure(case.process_version_id)
    facts = letters.context(case, queries.facts_of(case))
    text = entered["text"].rstrip()
    for block in procedure.texts.blocks:
        filled, _missing = processes.fill_text(block.text, facts)
        if block.id in entered["blocks"] and filled not in text:
            text += f"\n\n{filled}"
    return {**entered, "text": text}


def _cents(text: str) -> int:
    clean = text.replace("€", "").replace("\u00a0", "").strip().replace(".", "").replace(",", ".") or "0"
    try:
        return round(float(clean) * 100)
    except ValueError as error:
        raise InvalidInput("Bitte schreiben Sie die Gebühr als Betrag, zum Beispiel 30,00.") from error


def _page(
    request: HttpRequest, case: Case, entered: dict[str, Any], errors: list[DomainError], *, status: int
) -> HttpResponse:
    procedure = processes.procedure(case.process_version_id)
    checks = queries.checks_of(case) if case.parent_id is None else []
    context = {
        "case": case,
        "entered": entered,
        "kinds": [(kind, _(Decision.Kind(kind).label)) for kind in procedure.texts.decision_kinds],
        "kind_label": Decision.Kind(entered["kind"]).label
        if entered["kind"] in procedure.texts.decision_kinds
        else "",
        "blocks": [(block.id, block.label) for block in procedure.texts.blocks_for(entered["kind"])],
        "open_checks": [
            {"id": shown.check.id, "text": shown.check.label(request.LANGUAGE_CODE)}
            for shown in checks
            if shown.blocks
        ],
        "second_person": processes.needs_second_person(procedure, queries.facts_of(case)),
        "fee": procedure.texts.fee,
        "errors": [(_field_of(error), error.text(request.LANGUAGE_CODE)) for error in errors],
        "conflict": any(isinstance(error, CaseChanged) for error in errors),
        "deliveries": [(value, _(label)) for value, label in Decision.Delivery.choices],
        "breadcrumb": _breadcrumb(case, _("Entscheiden")),
    }
    return render(request, "cases/desk/decide.html", context, status=status)


def _field_of(error: DomainError) -> str:
    if error.code == "reason-missing":
        return "reason"
    return "pruefungen" if isinstance(error, BlockedByChecks) else "text"


def _breadcrumb(case: Case, last: str) -> list[tuple[str, str]]:
    return [
        (_("Vorgänge"), reverse("desk:list")),
        (case.number, reverse("desk:case", args=[case.pk])),
        (last, ""),
    ]
