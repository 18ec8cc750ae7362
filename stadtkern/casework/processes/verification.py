"""Whether the tables say what the states say: every wait of every running instance has exactly its row, and no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from stadtkern.casework.processes.engine.state import State, loads
from stadtkern.casework.processes.models import Incident, Instance, Task, Wait
from stadtkern.foundation.jobs import api as job_room

CHUNK = 500
_KINDS = {"connector": "call", "timer": "timer", "message": "message", "signal": "signal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """What differs: the table, the number of the wait, and whether its row is ``missing``, ``extra`` or ``different``."""

    instance_id: UUID
    table: str
    number: int
    what: str

    def as_json(self) -> dict[str, str | int]:
        """For the command line."""
        return {
            "instance": str(self.instance_id),
            "table": self.table,
            "number": self.number,
            "what": self.what,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How much was looked at, and what was found (at most ``limit``)."""

    instances: int
    waits: int
    discrepancies: tuple[Discrepancy, ...]


@contextmanager
def one_picture() -> Iterator[None]:
    """Everything that is read inside is of the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def verify(*, limit: int = 1_000) -> Verified:
    """Compare every instance of the current municipality. While processes run, call it inside ``one_picture``."""
    found: list[Discrepancy] = []
    instances = waits = 0
    last: UUID | None = None
    while len(found) < limit:
        rows = Instance.objects.order_by("id")
        chunk = _states(rows.filter(pk__gt=last) if last else rows)
        if not chunk:
            break
        last = chunk[-1][0]
        for told, count in _compare(chunk):
            found += told
            waits += count
        instances += len(chunk)
    return Verified(instances=instances, waits=waits, discrepancies=tuple(found[:limit]))


def _states(rows: QuerySet[Instance]) -> list[tuple[UUID, State]]:
    return [(row.pk, loads(row.state)) for row in rows[:CHUNK]]


def _compare(chunk: list[tuple[UUID, State]]) -> Iterator[tuple[list[Discrepancy], int]]:
    ids = [pk for pk, _ in chunk]
    tasks = _by_instance(
        Task.objects.filter(instance_id__in=ids, status="open").values_list("instance_id", "number", "node")
    )
    rows: dict[UUID, dict[int, tuple[str, str, str | None]]] = {}
    for pk, number, kind, node, key in Wait.objects.filter(instance_id__in=ids).values_list(
        "instance_id", "number", "kind", "node", "key"
    ):
        rows.setdefault(pk, {})[number] = (kind, node, key)
    incidents = _by_instance(
        Incident.objects.filter(instance_id__in=ids, closed_at=None).values_list(
            "instance_id", "number", "node"
        )
    )
    children = _children(ids)
    for pk, state in chunk:
        told = list(_of(pk, state, tasks.get(pk, {}), rows.get(pk, {}), incidents.get(pk, {}), children))
        yield told, len(state.waits)


def _of(
    pk: UUID,
    state: State,
    tasks: dict[int, str],
    rows: dict[int, tuple[str, str, str | None]],
    incidents: dict[int, str],
    children: set[tuple[UUID, int]],
) -> Iterator[Discrepancy]:
    wanted_tasks = {number: wait.node for number, wait in state.waits.items() if wait.kind == "task"}
    yield from _differences(pk, "task", wanted_tasks, tasks)
    wanted_rows = {
        number: (_KINDS[wait.kind], wait.node, wait.key if wait.kind in ("message", "signal") else None)
        for number, wait in state.waits.items()
        if wait.kind in _KINDS
    }
    yield from _differences(pk, "wait", wanted_rows, rows)
    wanted_incidents = {number: incident.node for number, incident in state.incidents.items()}
    yield from _differences(pk, "incident", wanted_incidents, incidents)
    for number, wait in state.waits.items():
        if wait.kind == "child" and (pk, number) not in children:
            yield Discrepancy(instance_id=pk, table="child", number=number, what="missing")


def _differences(
    pk: UUID, table: str, wanted: Mapping[int, object], there: Mapping[int, object]
) -> Iterator[Discrepancy]:
    for number in sorted(wanted.keys() | there.keys()):
        if number not in there:
            what = "missing"
        elif number not in wanted:
            what = "extra"
        elif wanted[number] != there[number]:
            what = "different"
        else:
            continue
        yield Discrepancy(instance_id=pk, table=table, number=number, what=what)


def _by_instance(rows: Iterable[tuple[UUID, int, str]]) -> dict[UUID, dict[int, str]]:
    found: dict[UUID, dict[int, str]] = {}
    for pk, number, node in rows:
        found.setdefault(pk, {})[number] = node
    return found


def _children(ids: list[UUID]) -> set[tuple[UUID, int]]:
    """Where a called process still runs, or has ended and its caller is about to hear it."""
    rows = Instance.objects.filter(parent_id__in=ids).values_list("parent_id", "parent_wait")
    return {(parent, number) for parent, number in rows if parent is not None}


def calls_without_job() -> int:
    """How many calls wait for a job that no longer exists (the job ``call_forgotten`` makes them again)."""
    waiting = {
        (str(pk), number)
        for pk, number in Wait.objects.filter(kind="call").values_list("instance_id", "number")
    }
    live = {
        (str(row["instance_id"]), int(row["wait"])) for row in job_room.unfinished("processes.call_connector")
    }
    return len(waiting - live)
