"""Open tasks of a case: which have a page of their own, who may do the others, how roles are called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtkern.casework.cases.actions.common import subject_of
from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, Role

# Steps with a page or button of their own; a task that offers anything else gets the generic form.
KNOWN_ACTIONS = frozenset(
    {"take", "ask_applicant", "answer", "propose", "decide", "release", "send_back", "close", "withdraw", "reopen", "consult", "go_on"}
)  # fmt: skip

ROLES = {
    "caseworker": gettext_noop("Sachbearbeitung"),
    "second_person": gettext_noop("zweite Person"),
    "team_lead": gettext_noop("Teamleitung"),
    "counter": gettext_noop("Bürgerservice"),
    "applicant": gettext_noop("antragstellende Person"),
    "service_manager": gettext_noop("Leistungsredaktion"),
}


def role_name(role: str) -> str:
    """A role of a process for people; an unknown one as the package writes it."""
    return _(ROLES[role]) if role in ROLES else role


def open_outcomes(task: processes.TaskInfo) -> tuple[str, ...]:
    """The outcomes for which only the generic form exists."""
    return tuple(action for action in task.actions if action not in KNOWN_ACTIONS)


def is_generic(task: processes.TaskInfo) -> bool:
    """Whether a task needs the generic form: it has no outcomes at all, or some that no page knows."""
    return not task.actions or bool(open_outcomes(task))


def may_do(actor: Actor, case: Case, task: processes.TaskInfo) -> bool:
    """Whether an actor who works on the case may do this task of it."""
    if task.assignee_key:
        return task.assignee_key == str(actor.account_id)
    if task.role == "second_person":
        return actor.account_id != _last_worker(case, task.opened_at)
    if task.role in Role.values and task.role != Role.CASEWORKER:
        return actor.has(task.role)
    return task.role != "applicant"


def _last_worker(case: Case, before: datetime) -> object:
    """Who did the last task before this one (the first pair of eyes)."""
    done = [
        task for task in processes.done_tasks("case", [case.pk])
        if task.closed_by_id and task.role != "second_person" and task.closed_at <= before
    ]  # fmt: skip
    return done[-1].closed_by_id if done else None


def of_case(case: Case) -> list[processes.TaskInfo]:
    """The open tasks of a case, the oldest first."""
    return processes.open_tasks(subject_of(case))


def of_list(cases: Iterable[Case]) -> dict[UUID, list[processes.TaskInfo]]:
    """The open tasks of the cases of a page in one query."""
    return processes.tasks_of_subjects("case", [case.pk for case in cases])
