"""Tasks that a package adds: kept half done, and completed. Failed steps: tried again, skipped by two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.cases import tasks
from stadtkern.casework.cases.actions.common import lock_for_work, subject_of, write_history
from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, NotAllowed


@transaction.atomic
def save_task(
    *,
    actor: Actor,
    case_id: UUID,
    task_id: UUID,
    values: Mapping[str, Any],
    revision: int | None,
    now: datetime,
) -> None:
    """Keep what was typed so far; the task stays open."""
    case = lock_for_work(actor, case_id, revision)
    task = _mine(actor, case, task_id)
    processes.set_variables(subject=subject_of(case), variables=values, actor=actor, now=now)
    write_history(case, "task_saved", actor=actor, now=now, data={"task": task.name})


@transaction.atomic
def complete_task(
    *,
    actor: Actor,
    case_id: UUID,
    task_id: UUID,
    outcome: str,
    values: Mapping[str, Any],
    revision: int | None,
    now: datetime,
) -> None:
    """Complete a task of the case with its values. Raises ``NoSuchTask``, ``NotAllowed`` or ``MoveNotAllowed``."""
    case = lock_for_work(actor, case_id, revision)
    task = _mine(actor, case, task_id)
    offered = tasks.open_outcomes(task)
    if outcome not in (offered or ("",)):
        raise processes.MoveNotAllowed(extra={"state": case.state, "action": outcome})
    write_history(case, "task_done", actor=actor, now=now, data={"task": task.name, "outcome": outcome})
    processes.complete_task(task_id=task_id, action=outcome, data=values, actor=actor, now=now)


def _mine(actor: Actor, case: Case, task_id: UUID) -> processes.TaskInfo:
    task = next((task for task in tasks.of_case(case) if task.id == task_id), None)
    if task is None or not tasks.is_generic(task):
        raise processes.NoSuchTask()
    if not tasks.may_do(actor, case, task):
        raise NotAllowed()
    return task
