"""Calls of connectors: tried again with growing pauses, an incident when they fail for good, never a worker that waits for ever.

A connector of the house works in one transaction with the answer it gives: after a crash both happened or neither. One that
leaves the house is called outside of any transaction and has a time limit; whoever hangs keeps at most ``AT_ONCE`` threads.
"""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.utils import InterfaceError, OperationalError

from stadtkern.casework.processes import connectors, execution, jobs
from stadtkern.casework.processes.connectors import Call, Connector, ConnectorError
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine.values import NotStorable, plain
from stadtkern.casework.processes.models import Wait
from stadtkern.casework.processes.writes import from_json, to_json
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.jobs import api as job_room
from stadtkern.kernel.errors import DomainError

logger = logging.getLogger("stadtkern.processes")

PAUSE = timedelta(seconds=4)
AT_ONCE = 2  # calls of one outside system at the same time; the worker has four places, so others go on
FAILED = "connector-failed"  # the BPMN error of every call that failed for good and names no other; uncaught: an incident
MAX_ANSWER = 200_000  # characters of an answer as it is kept


class _Busy(Exception):
    """All places of an outside system are taken by calls that hang; this is no attempt."""


class _NotWanted(Exception):
    """The instance no longer waits for this call: what the connector did in this transaction is undone."""


def call(*, actor: Actor, instance_id: UUID, wait: int, now: datetime) -> None:
    """Call the connector an instance waits for, and let the answer (or the failure) happen."""
    row = (
        Wait.objects.select_related("instance")
        .filter(instance_id=instance_id, number=wait, kind="call")
        .first()
    )
    if row is None:
        return
    connector = connectors.known().get(row.name)
    if connector is None:
        failed = e.ConnectorFailed(wait, f"Den Anschluss „{row.name}“ gibt es hier nicht.")
        _tell(instance_id, wait, failed, actor=actor, now=now)
        return
    asked = Call(
        subject_kind=row.instance.subject_kind,
        subject_id=row.instance.subject_id,
        operation=row.detail["operation"],
        data=from_json(row.detail["data"]),
        key=row.detail["key"],
        version_id=row.instance.version_id,
        now=now,
    )
    try:
        _work(connector, asked, row, actor=actor, now=now)
    except _NotWanted:
        return
    except _Busy:
        _again(row, now, attempts=row.attempts, factor=1)
    except ConnectorError as error:
        if not error.final and row.attempts + 1 < connector.attempts:
            _again(row, now, attempts=row.attempts + 1, factor=4**row.attempts)
            return
        _tell(
            instance_id,
            wait,
            e.ConnectorFailed(wait, error.message, error.code or FAILED),
            actor=actor,
            now=now,
        )


def _work(connector: Connector, asked: Call, row: Wait, *, actor: Actor, now: datetime) -> None:
    """Ask and store the answer. Raises ``ConnectorError`` for everything that can go wrong with a connector."""
    _judge(connector, asked.operation, asked.data, answer=False)
    if connector.outside:
        if connector.prepare is not None:
            asked = replace(asked, prepared=connector.prepare(asked))
        answer = _answer(connector, asked, lambda: _within(connector, asked))
        _tell(row.instance_id, row.number, e.ConnectorReturned(row.number, answer), actor=actor, now=now)
        return
    with transaction.atomic():
        answer = _answer(connector, asked, lambda: connector.run(asked))
        event = e.ConnectorReturned(row.number, answer)
        if not _tell(row.instance_id, row.number, event, actor=actor, now=now):
            raise _NotWanted


def _answer(connector: Connector, asked: Call, run: Any) -> Mapping[str, Any]:
    """The answer as it is kept, checked against the declaration. A broken connector is a failed call, not a lost one."""
    try:
        found = run()
        if not isinstance(found, Mapping):
            raise NotStorable(type(found).__name__)
        answer: Mapping[str, Any] = plain(found)
    except (ConnectorError, _Busy, OperationalError, InterfaceError):
        raise  # without its database nobody can note a failure: the job runs again
    except DomainError as error:
        raise ConnectorError(error.message, final=True) from error
    except NotStorable as error:
        raise ConnectorError(f"Unbrauchbare Antwort von „{connector.name}“: {error}", final=True) from error
    except Exception as error:
        logger.exception("connector failed", extra={"connector": connector.name})
        raise ConnectorError(f"Fehler im Anschluss „{connector.name}“: {type(error).__name__}") from error
    if len(str(to_json(answer))) > MAX_ANSWER:
        raise ConnectorError(f"Die Antwort von „{connector.name}“ ist zu groß.", final=True)
    _judge(connector, asked.operation, answer, answer=True)
    return answer


def _judge(connector: Connector, operation: str, values: Mapping[str, Any], *, answer: bool) -> None:
    """Raises ``ConnectorError`` when values do not fit what the operation declares."""
    wanted = connector.operation(operation)
    if wanted is None:
        if connector.operations:
            raise ConnectorError(f"„{connector.name}“ kann „{operation}“ nicht.", final=True)
        return
    told = connectors.misfits(wanted.outputs if answer else wanted.inputs, values)
    if told:
        start = f"Unbrauchbare Antwort von „{connector.name}“: " if answer else f"„{connector.name}“: "
        raise ConnectorError(start + " ".join(told), final=True)


_places: dict[str, threading.BoundedSemaphore] = {}
_places_lock = threading.Lock()


def _within(connector: Connector, asked: Call) -> Mapping[str, Any]:
    """Run an outside connector in a thread of its own and stop waiting at its time limit.

    A thread cannot be stopped: it keeps its place until the system answers, so that a system which hangs takes two threads
    and not all of them."""
    with _places_lock:
        places = _places.setdefault(connector.name, threading.BoundedSemaphore(AT_ONCE))
    if not places.acquire(blocking=False):
        raise _Busy
    box: queue.SimpleQueue[tuple[Mapping[str, Any] | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            box.put((connector.run(asked), None))
        except BaseException as error:
            box.put((None, error))
        finally:
            connections.close_all()
            places.release()

    context = contextvars.copy_context()
    threading.Thread(
        target=context.run, args=(work,), daemon=True, name=f"connector-{connector.name}"
    ).start()
    try:
        found, error = box.get(timeout=connector.seconds)
    except queue.Empty:
        told = f"„{connector.name}“ hat nach {connector.seconds:g} Sekunden nicht geantwortet."
        raise ConnectorError(told) from None
    if error is not None:
        raise error
    return found  # type: ignore[return-value]  # what is no mapping is refused by the caller


@transaction.atomic
def _again(row: Wait, now: datetime, *, attempts: int, factor: int) -> None:
    Wait.objects.filter(pk=row.pk).update(attempts=attempts)
    job_room.enqueue(
        jobs.call_connector, run_at=now + PAUSE * factor, instance_id=row.instance_id, wait=row.number
    )


@transaction.atomic
def _tell(instance_id: UUID, wait: int, event: e.Event, *, actor: Actor, now: datetime) -> bool:
    """Let the event happen; False when nobody waits for it any more."""
    running = execution.find(instance_id)
    if running is None or wait not in running.state.waits:
        return False
    source = running.row.state_code
    after, taken = execution.happen(running, event, actor=actor, now=now)
    execution.announce(after, source, now=now)
    return taken


def call_forgotten(live: Callable[[], set[tuple[str, int]]]) -> int:
    """Enqueue every call that waits without a job; ``live`` gives those that have one. Returns how many.

    The waits are read before the jobs: a call that begins in between has its job, one that ends is not made again."""
    rows = Wait.objects.filter(kind="call").values_list("instance_id", "number").order_by("id")
    waiting = list(rows[:10_000])
    known = live()
    lost = [(pk, number) for pk, number in waiting if (str(pk), number) not in known]
    for pk, number in lost:
        job_room.enqueue(jobs.call_connector, instance_id=pk, wait=number)
    return len(lost)
