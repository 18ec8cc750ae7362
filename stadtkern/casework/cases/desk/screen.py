"""The screen of one case as a view model: everything the template shows, nothing it would have to ask for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.cases import parties, policies, queries, rules, tasks, timeline, worklist
from stadtkern.casework.cases.actions.common import subject_of
from stadtkern.casework.cases.desk.process import failures_of
from stadtkern.casework.cases.models import Case, Decision
from stadtkern.casework.cases.statements import showing
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.casework.records import api as records
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel import clock

OUTCOMES = {
    "ok": ("success", gettext_noop("erfüllt")),
    "problem": ("danger", gettext_noop("nicht erfüllt")),
    "unknown": ("warning", gettext_noop("unklar")),
}

# (step, label, shortcut, the step of the process it needs or "")
STEPS = (
    ("nachfordern", gettext_noop("Unterlage nachfordern"), "n", "ask_applicant"),
    ("zuweisen", gettext_noop("Zuweisen"), "z", ""),
    ("abgeben", gettext_noop("An ein anderes Team abgeben"), "", ""),
    ("beteiligen", gettext_noop("Kollegin oder Kollegen fragen"), "f", ""),
    ("nachricht", gettext_noop("Nachricht schreiben"), "", ""),
    ("vermerk", gettext_noop("Vermerk schreiben"), "v", ""),
    ("loeschsperre", gettext_noop("Löschsperre setzen"), "", ""),
    ("loeschsperre-aufheben", gettext_noop("Löschsperre aufheben"), "", ""),
)

HOLDS = ("loeschsperre", "loeschsperre-aufheben")


def build_screen(actor: Actor, case: Case, today: date, language: str = "de") -> dict[str, Any]:
    """All values of ``cases/desk/case.html``."""
    procedure = processes.procedure(case.process_version_id)
    allowed = processes.allowed(subject_of(case))
    may_work = policies.in_work_of(actor).filter(pk=case.pk).exists()
    pauses = list(case.pauses.order_by("from_on", "id"))
    paused = any(pause.to_on is None for pause in pauses)
    light = rules.traffic_light(due_on=case.due_on, today=today, state_kind=case.state_kind, paused=paused)
    checks = queries.checks_of(case) if case.parent_id is None else []
    before, after = worklist.neighbours(actor, case) if may_work else (None, None)
    decisions = list(
        case.decisions.select_related("proposed_by", "released_by").order_by("-proposed_at", "-id")
    )
    return {
        "case": case,
        "tab": "vorgang",
        "state": queries.state_label(case, language),
        "reason": light.reason_en if language == "en" else light.reason,
        "channel": _(case.get_channel_display()),
        "light": light,
        "paused": paused,
        "pauses": pauses,
        "deadline_basis": procedure.texts.deadline.legal_basis if procedure.texts.deadline else "",
        "answers": queries.answers_of(case, language, file_url="desk:file"),
        "versions_differ": case.submission_id != case.root_submission_id,
        "checks": [_check(case, shown, language) for shown in checks],
        "open_checks": sum(1 for shown in checks if not shown.is_ok),
        "reasons": [
            {"label": shown.check.label(language), "reason": shown.reason}
            for shown in checks
            if not shown.reason.is_empty
        ],
        "failures": failures_of(case, language),
        "asked": showing.summary(case),
        "waits_for_statements": "go_on" in allowed,
        "tasks": _tasks(actor, case) if may_work else [],
        "history": timeline.for_staff(case.events.order_by("at", "id")[:500]),
        "messages_shown": list(case.messages.order_by("-sent_at", "-id")[:100]),
        "requests": list(case.requests.order_by("-asked_at")[:50]),
        "participations": list(case.participations.select_related("account").order_by("asked_at")),
        "asked_me": case.participations.filter(account_id=actor.key, answered_at__isnull=True).first(),
        "decisions": decisions,
        "proposal": _proposal(case, decisions),
        "may_release": _may_release(actor, case, decisions),
        "charges": payments.charges_of(case.pk),
        "booking": appointments.booking_of(case.pk),
        "record": records.contents(case.record_id) if case.record_id else None,
        "linked": list(case.linked.order_by("received_at")),
        "assignee_name": str(case.assignee) if case.assignee else "",
        "may_work": may_work,
        "allowed": allowed,
        "steps": _steps(case, allowed) if may_work else [],
        "may_decide": may_work and "decide" in allowed,
        "before": reverse("desk:case", args=[before]) if before else "",
        "after": reverse("desk:case", args=[after]) if after else "",
        "received_at": clock.local(case.received_at),
        "sender": parties.sender_of(case, clock.now()),
    }


def _check(case: Case, shown: queries.ShownCheck, language: str) -> dict[str, Any]:
    kind, word = OUTCOMES[shown.outcome]
    if shown.verdict_ok is not None:
        kind, word = (
            ("success", gettext_noop("geklärt"))
            if shown.verdict_ok
            else ("danger", gettext_noop("nicht erfüllt"))
        )
    note = shown.check.legal_basis
    if shown.verdict_reason:
        note = f"{shown.verdict_by}: {shown.verdict_reason}"
    elif not shown.is_ok and shown.check.otherwise():
        note = f"{shown.check.otherwise(language)} ({shown.check.legal_basis})"
    return {
        "id": shown.check.id,
        "label": shown.check.label(language),
        "note": note,
        "kind": "warning" if kind == "danger" and shown.check.severity == "hint" else kind,
        "word": _(word),
        "is_ok": shown.is_ok,
        "href": reverse("desk:step", args=[case.pk, "pruefung"]) + f"?check={shown.check.id}",
    }


def _steps(case: Case, allowed: frozenset[str]) -> list[dict[str, str]]:
    shown = []
    for step, label, key, action in STEPS:
        if case.state_kind == "closed" and step not in ("vermerk", "nachricht", *HOLDS):
            continue
        if step in HOLDS and (case.held_at is None) is not (step == HOLDS[0]):
            continue
        if action and action not in allowed:
            continue
        shown.append({"href": reverse("desk:step", args=[case.pk, step]), "label": _(label), "key": key})
    return shown


def _tasks(actor: Actor, case: Case) -> list[dict[str, Any]]:
    """Tasks without a page of their own, for the column of the next steps."""
    return [
        {
            "name": task.name,
            "href": reverse("desk:task", args=[case.pk, task.id]),
            "mine": tasks.may_do(actor, case, task),
            "role": tasks.role_name(task.role),
            "due_at": clock.local(task.due_at) if task.due_at else None,
        }
        for task in tasks.of_case(case)
        if tasks.is_generic(task)
    ]


def _proposal(case: Case, decisions: list[Decision]) -> Decision | None:
    if case.state != "awaiting_second":
        return None
    return next((d for d in decisions if d.released_at is None and not d.sent_back_reason), None)


def _may_release(actor: Actor, case: Case, decisions: list[Decision]) -> bool:
    proposal = _proposal(case, decisions)
    return proposal is not None and proposal.proposed_by_id != actor.account_id


# Words of the models that the pages show through ``gettext``; here they are found by the collector of messages.
MODEL_WORDS = (
    gettext_noop("online"),
    gettext_noop("am Schalter"),
    gettext_noop("am Telefon"),
    gettext_noop("per Post"),
    gettext_noop("über eine Schnittstelle"),
    gettext_noop("an die antragstellende Person"),
    gettext_noop("von der antragstellenden Person"),
    gettext_noop("interner Vermerk"),
    gettext_noop("stattgeben"),
    gettext_noop("teilweise stattgeben"),
    gettext_noop("ablehnen"),
    gettext_noop("im Postfach"),
    gettext_noop("als Brief"),
)
