"""Reads of running processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from stadtkern.casework.processes.engine.state import loads
from stadtkern.casework.processes.errors import MoveNotAllowed
from stadtkern.casework.processes.models import Incident, Instance, Step, Task
from stadtkern.casework.processes.situation import Situation
from stadtkern.casework.processes.situation import situation as situation_of
from stadtkern.casework.processes.versions import procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskInfo:
    """An open task of a subject."""

    id: UUID
    subject_id: UUID
    name: str
    node: str
    role: str
    assignee_key: str
    actions: tuple[str, ...]
    form: str
    due_at: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentInfo:
    """A failed step that waits for repair."""

    id: UUID
    instance_id: UUID
    subject_kind: str
    subject_id: UUID
    node: str
    code: str
    message: str
    message_en: str
    opened_at: datetime


def _latest(subject: tuple[str, UUID]) -> Instance:
    row = (
        Instance.objects.filter(subject_kind=subject[0], subject_id=subject[1], parent=None)
        .order_by("-started_at", "-id")
        .first()
    )
    if row is None:
        raise MoveNotAllowed()
    return row


def situation(subject: tuple[str, UUID]) -> Situation:
    """Where the process of a subject stands. Raises ``MoveNotAllowed`` when it has none."""
    row = _latest(subject)
    found = procedure(row.version_id)
    return situation_of(
        found.texts, found.processes[row.process], loads(row.state), state_code=row.state_code
    )


def allowed(subject: tuple[str, UUID]) -> frozenset[str]:
    """What somebody may do with a subject now; nothing when it has no process."""
    try:
        return situation(subject).actions
    except MoveNotAllowed:
        return frozenset()


def variables(subject: tuple[str, UUID]) -> Mapping[str, Any]:
    """The variables of the process of a subject."""
    return loads(_latest(subject).state).variables


def open_tasks(subject: tuple[str, UUID]) -> list[TaskInfo]:
    """What is to be done for a subject, the oldest first."""
    rows = (
        Task.objects.filter(
            instance__subject_kind=subject[0], instance__subject_id=subject[1], status=Task.Status.OPEN
        )
        .order_by("opened_at", "id")
        .select_related("instance")
    )
    return [task_info(row) for row in rows[:200]]


def tasks_of(*, roles: Sequence[str], person: str = "", offset: int = 0, limit: int = 50) -> list[TaskInfo]:
    """Open tasks of roles or of one person, the most urgent first, without due date last. Each role and the person have
    an index; their first rows are merged."""
    wanted = [Task.objects.filter(status="open", role=role) for role in dict.fromkeys(roles)]
    if person:
        wanted.append(Task.objects.filter(status="open", assignee_key=person))
    order = (F("due_at").asc(nulls_last=True), "id")
    skipped = offset if len(wanted) == 1 else 0  # the database skips where nothing has to be merged
    far = datetime.max.replace(tzinfo=UTC)
    due: dict[UUID, datetime | None] = {}
    for query in wanted:  # only keys are walked over; the rows of the page are read afterwards
        due.update(query.order_by(*order).values_list("pk", "due_at")[skipped : offset + limit])
    page = sorted(due, key=lambda pk: (due[pk] or far, pk))[offset - skipped :][:limit]
    rows = Task.objects.filter(pk__in=page).select_related("instance").defer("instance__state").in_bulk()
    return [task_info(rows[pk]) for pk in page if pk in rows]


def task_info(row: Task) -> TaskInfo:
    """A task as others see it."""
    return TaskInfo(
        id=row.pk,
        subject_id=row.instance.subject_id,
        name=row.name,
        node=row.node,
        role=row.role,
        assignee_key=row.assignee_key,
        actions=tuple(row.actions.split()),
        form=row.form,
        due_at=row.due_at,
        opened_at=row.opened_at,
    )


def way(subject: tuple[str, UUID]) -> list[tuple[str, str]]:
    """The elements and flows a subject's processes passed, in order, for the diagram."""
    rows = (
        Step.objects.filter(instance__subject_kind=subject[0], instance__subject_id=subject[1])
        .order_by("at", "id")
        .values_list("way", flat=True)
    )
    return [(what, element) for row in rows[:2_000] for what, element in row]


def open_incidents(limit: int = 200) -> list[IncidentInfo]:
    """Failed steps that wait for repair, the oldest first."""
    rows = Incident.objects.filter(closed_at=None).select_related("instance").order_by("opened_at", "id")
    return [
        IncidentInfo(
            id=row.pk,
            instance_id=row.instance_id,
            subject_kind=row.instance.subject_kind,
            subject_id=row.instance.subject_id,
            node=row.node,
            code=row.code,
            message=row.message,
            message_en=row.message_en,
            opened_at=row.opened_at,
        )
        for row in rows[:limit]
    ]
