"""What people see of a running process: where it stands, what was decided and why, its drawing. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from stadtkern.casework.processes.bpmn.document import read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.layout import add_layout
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import loads
from stadtkern.casework.processes.models import Instance, Step, Task, Wait
from stadtkern.casework.processes.packages.model import PROCESS
from stadtkern.casework.processes.queries import TaskInfo, task_info
from stadtkern.casework.processes.reasons import Reason, reason_made, shown
from stadtkern.casework.processes.taskforms import labels_of
from stadtkern.casework.processes.versions import package_of, procedure
from stadtkern.casework.processes.writes import from_json

STEPS_SHOWN = 500
TASKS_SHOWN = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitInfo:
    """Something a process waits for that is not a task: ``kind`` timer, message, signal or call. ``aside``: it may happen
    beside the way (a boundary event, the start of an event sub-process); the process does not need it to go on."""

    kind: str
    node: str
    label: str
    due_at: datetime | None
    aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDecision:
    """A decision that a process made on its way, with the rule or the tables read and the values they met."""

    at: datetime
    node: str
    label: str
    decision: str
    result: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the processes of a subject stand: the elements passed, those where they wait, and what for."""

    version_id: UUID
    process: str
    done: frozenset[str]
    current: frozenset[str]
    waits: tuple[WaitInfo, ...]
    decisions: tuple[MadeDecision, ...]
    labels: Mapping[str, str] = field(repr=False)


def standing(subject: tuple[str, UUID]) -> Standing | None:
    """Where a subject's processes stand, or None when it has none."""
    rows = list(
        Instance.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by("started_at", "id")
    )
    main = next((row for row in reversed(rows) if row.parent_id is None), None)
    if main is None:
        return None
    nodes = {key: node for each in procedure(main.version_id).processes.values() for key, node in each.nodes.items()}  # fmt: skip
    labels = {key: node.name or key for key, node in nodes.items()}
    current: set[str] = set()
    for row in rows:
        if row.status == "running":
            state = loads(row.state)
            current |= {wait.node for wait in state.waits.values()}
            current |= {incident.node for incident in state.incidents.values()}
    steps = list(
        Step.objects.filter(instance__in=rows).order_by("-at", "-id").values("at", "way", "decisions")[:STEPS_SHOWN]
    )[::-1]  # fmt: skip
    return Standing(
        version_id=main.version_id,
        process=main.process,
        done=frozenset(element for step in steps for _what, element in step["way"]) - current,
        current=frozenset(current),
        waits=_waits(rows, labels, {key for key, node in nodes.items() if isinstance(node, _ASIDE)}),
        decisions=tuple(_decisions(main.version_id, steps, labels)),
        labels=labels,
    )


_ASIDE = m.BoundaryEvent | m.StartEvent


def _waits(
    rows: Sequence[Instance], labels: Mapping[str, str], aside: Collection[str]
) -> tuple[WaitInfo, ...]:
    found = Wait.objects.filter(instance__in=rows).order_by("due_at", "id")
    return tuple(
        WaitInfo(
            kind=row.kind,
            node=row.node,
            label=labels.get(row.node, row.name or row.node),
            due_at=row.due_at,
            aside=row.node in aside,
        )
        for row in found[:200]
    )


def _decisions(
    version_id: UUID, steps: Iterable[Mapping[str, Any]], labels: Mapping[str, str]
) -> Iterable[MadeDecision]:
    found = procedure(version_id)
    for step in steps:
        for made in step["decisions"]:
            yield MadeDecision(
                at=step["at"],
                node=made["node"],
                label=labels.get(made["node"], made["node"]),
                decision=made["decision"],
                result=shown(from_json(made["result"])),
                reason=reason_made(
                    found,
                    made["decision"],
                    from_json(made.get("read", {})),
                    made["trace"],
                    labels_of(version_id),
                ),
            )


@lru_cache(maxsize=128)
def drawing(version_id: UUID) -> str:
    """The BPMN file of a version as text; a file without coordinates gets some."""
    document = read_bpmn(package_of(version_id).files[PROCESS])
    add_layout(document)
    return write_bpmn(document).decode("utf-8")


def tasks_of_subjects(kind: str, subject_ids: Iterable[UUID]) -> dict[UUID, list[TaskInfo]]:
    """The open tasks of several subjects in one query, the earliest due first."""
    rows = (
        Task.objects.filter(
            instance__subject_kind=kind, instance__subject_id__in=list(subject_ids), status=Task.Status.OPEN
        )
        .order_by("due_at", "opened_at", "id")
        .select_related("instance")
        .only("id", "name", "node", "role", "assignee_key", "actions", "form", "due_at", "opened_at", "instance__subject_id")
    )  # fmt: skip
    found: dict[UUID, list[TaskInfo]] = {}
    for row in rows[:TASKS_SHOWN]:
        found.setdefault(row.instance.subject_id, []).append(task_info(row))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneTask:
    """A completed task: who did it and when."""

    subject_id: UUID
    role: str
    opened_at: datetime
    closed_at: datetime
    closed_by_id: UUID | None


def done_tasks(kind: str, subject_ids: Iterable[UUID]) -> list[DoneTask]:
    """What people completed for these subjects, in order (for measuring work and for the rule of the second person)."""
    rows = (
        Task.objects.filter(
            instance__subject_kind=kind, instance__subject_id__in=list(subject_ids), status=Task.Status.DONE
        )
        .order_by("closed_at", "id")
        .values_list("instance__subject_id", "role", "opened_at", "closed_at", "closed_by_id")
    )
    return [
        DoneTask(subject_id=subject, role=role, opened_at=opened, closed_at=closed, closed_by_id=by)
        for subject, role, opened, closed, by in rows[:TASKS_SHOWN]
        if closed is not None
    ]
