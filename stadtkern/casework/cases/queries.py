"""Every read of cases worth a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from stadtkern.casework.cases import policies
from stadtkern.casework.cases.models import Case, CheckVerdict
from stadtkern.casework.cases.pages import LIMIT, Counted
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor

SERVICES_IN_WORK = (Path(__file__).parent / "services_in_work.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCheck:
    """A check as the desk shows it: the computed outcome, and a person's verdict if there is one."""

    check: processes.Check
    outcome: str
    verdict_ok: bool | None
    verdict_reason: str
    verdict_by: str
    reason: processes.Reason

    @property
    def is_ok(self) -> bool:
        return self.verdict_ok if self.verdict_ok is not None else self.outcome == "ok"

    @property
    def blocks(self) -> bool:
        return self.check.severity == "block" and not self.is_ok


def facts_of(case: Case) -> Mapping[str, Any]:
    """What decisions see: the application's values by alias, the values of the municipality on the day the case began, and
    what the process knows beyond, above all what caseworkers entered in tasks. An objection has no answers of its own."""
    answers = forms.facts(case.submission_id) if case.parent_id is None else {}
    return {**answers, **_known(case)}


def _known(case: Case) -> Mapping[str, Any]:
    """The variables of the process; it began with the answers, so what it says is the newer state."""
    try:
        return processes.variables(("case", case.pk))
    except processes.MoveNotAllowed:
        return {}


def checks_of(case: Case) -> list[ShownCheck]:
    """All checks of a case with verdicts."""
    procedure = processes.procedure(case.process_version_id)
    verdicts = {verdict.check_id: verdict for verdict in CheckVerdict.objects.filter(case=case)}
    shown, facts = [], facts_of(case)
    labels = processes.entry_labels(case.process_version_id)
    for result in processes.run_checks(procedure, facts):
        verdict = verdicts.get(result.check.id)
        shown.append(
            ShownCheck(
                check=result.check,
                outcome=result.outcome,
                verdict_ok=verdict.ok if verdict else None,
                verdict_reason=verdict.reason if verdict else "",
                verdict_by=verdict.by_name if verdict else "",
                reason=processes.reason_of(procedure, result.decided, facts, labels),
            )
        )
    return shown


def answers_of(case: Case, language: str, *, file_url: str) -> list[tuple[str, list[dict[str, str]]]]:
    """The application as shown: groups with their answers; uploads link to the URL name ``file_url``."""
    return [
        (group.label, [_answer(case, answer, file_url) for answer in group.answers])
        for group in forms.render_answers(case.submission_id, language)
    ]


def _answer(case: Case, answer: forms.Answer, file_url: str) -> dict[str, str]:
    href = reverse(file_url, args=[case.pk, answer.file_id]) if answer.file_id else ""
    return {"term": answer.label, "value": answer.text, "href": href}


def state_label(case: Case, language: str = "de") -> str:
    """The state's name for staff."""
    procedure = processes.procedure(case.process_version_id)
    return (
        procedure.texts.states[case.state].label(language)
        if case.state in procedure.texts.states
        else case.state
    )


def public_state(case: Case, language: str) -> str:
    """The sentence that tells the applicant where her case stands."""
    procedure = processes.procedure(case.process_version_id)
    return procedure.texts.states[case.state].public(language) if case.state in procedure.texts.states else ""


def services_in_work(actor: Actor) -> list[tuple[str, str]]:
    """Services that have cases in the actor's responsibility, for the filter."""
    if not actor.is_staff or not actor.has(*policies.WORK):
        return []
    place = policies.responsibility(actor)
    with connection.cursor() as cursor:
        cursor.execute(SERVICES_IN_WORK, place)
        return [(slug, title) for slug, title in dict(cursor.fetchall()).items() if title]


def headline_counts(actor: Actor, today: date) -> dict[str, Counted]:
    """How many cases of the actor's responsibility are overdue, due today, unassigned, waiting for release.

    One statement; each count has an index and stops after ``LIMIT``.
    """
    rows = policies.in_work_of(actor).filter(state_kind__in=["open", "waiting"])
    asked = {
        "overdue": rows.filter(due_on__lt=today),
        "today": rows.filter(due_on=today),
        "unassigned": rows.filter(assignee__isnull=True),
        "release": rows.filter(state="awaiting_second"),
    }
    return {key: Counted(number=number) for key, number in _counts(asked).items()}


def _counts(asked: Mapping[str, QuerySet[Case]]) -> dict[str, int]:
    """How many rows each query finds, at most one more than ``LIMIT``, in one statement."""
    columns: list[str] = []
    parameters: list[Any] = []
    for rows in asked.values():
        try:
            text, values = rows.order_by().values("pk")[: LIMIT + 1].query.sql_with_params()
        except EmptyResultSet:
            text, values = "SELECT WHERE false", ()
        columns.append(f"(SELECT count(*) FROM ({text}) AS found)")
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", parameters)
        return dict(zip(asked, cursor.fetchone(), strict=True))
