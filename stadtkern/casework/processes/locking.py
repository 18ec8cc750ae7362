"""The one place that locks instances, and the order in which everybody locks:

    1. the subject (a case), by its owner
    2. its instance, callers before those they called
    3. what hangs on them: waits, tasks, incidents; statements, requests, charges

A person's step comes from the owner of the subject, who has locked the subject's row (``of_subject``, ``of_task``). A timer, a
message, a signal, an answer, a repair or a migration begins here (``by_id``): the owner hears ``SubjectLocking`` first and
locks its row, because it will write the new state into it. So two steps of one case meet at the case, and none holds what
the other still needs. The locks are FOR NO KEY UPDATE: rows that only refer to a case or an instance need not wait.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from stadtkern.casework.processes.events import SubjectLocking
from stadtkern.casework.processes.models import Instance
from stadtkern.casework.processes.statement import prepared
from stadtkern.kernel import events

_FIELDS = [field.attname for field in Instance._meta.concrete_fields]
_COLUMNS = ", ".join(f'i."{field.column}"' for field in Instance._meta.concrete_fields)
_BY_ID = f"SELECT {_COLUMNS} FROM processes_instance i WHERE i.id = %(id)s FOR NO KEY UPDATE"
_OF_TASK = (
    f"SELECT {_COLUMNS}, t.number FROM processes_task t JOIN processes_instance i ON i.id = t.instance_id"
    " WHERE t.id = %(id)s FOR NO KEY UPDATE OF i"
)
_OF_SUBJECT = (
    f"SELECT {_COLUMNS} FROM processes_instance i WHERE i.subject_kind = %(kind)s AND i.subject_id = %(id)s"
    " AND i.parent_id IS NULL ORDER BY i.started_at DESC, i.id DESC LIMIT 1 FOR NO KEY UPDATE"
)


def by_id(instance_id: UUID) -> Instance | None:
    """The instance, after its subject; None when it was erased meanwhile."""
    subject = Instance.objects.filter(pk=instance_id).values_list("subject_kind", "subject_id").first()
    if subject is None:
        return None
    events.publish(SubjectLocking(subject_kind=subject[0], subject_id=subject[1]))
    rows = prepared(_BY_ID, {"id": instance_id})
    return _instance(rows[0]) if rows else None


def of_task(task_id: UUID) -> tuple[Instance, int] | None:
    """The instance of a task and the number of its wait; None when there is no such task. The caller owns the subject."""
    rows = prepared(_OF_TASK, {"id": task_id})
    return (_instance(rows[0][:-1]), int(rows[0][-1])) if rows else None


def of_subject(subject: tuple[str, UUID]) -> Instance | None:
    """The latest instance of a subject; None when it has none. The caller owns the subject."""
    rows = prepared(_OF_SUBJECT, {"kind": subject[0], "id": subject[1]})
    return _instance(rows[0]) if rows else None


def called_by(row: Instance) -> list[Instance]:
    """The running instances that a locked one has called."""
    rows = Instance.objects.select_for_update(no_key=True).filter(parent=row, status="running")
    return list(rows.order_by("id"))


def _instance(values: tuple[Any, ...]) -> Instance:
    return Instance.from_db("default", _FIELDS, values)
