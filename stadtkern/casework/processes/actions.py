"""Every write to running processes: one action = one transaction with all its commands.

``start``, ``act``, ``complete_task``, ``set_variables``, ``cancel`` and ``erase`` are called by the owner of the subject, who holds its
lock; everything else comes from outside and locks the subject first (``locking``)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, QuerySet

from stadtkern.casework.processes import execution, locking
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.errors import MoveNotAllowed, NoSuchTask
from stadtkern.casework.processes.execution import Running
from stadtkern.casework.processes.models import Incident, Instance, Step, Wait
from stadtkern.casework.processes.situation import Situation, actions_of, message_starts, restarts
from stadtkern.casework.processes.statement import DoneTask
from stadtkern.casework.processes.versions import parameters_of, procedure
from stadtkern.casework.processes.writes import from_json
from stadtkern.foundation.access.api import Actor

Subject = tuple[str, UUID]

logger = logging.getLogger("stadtkern.processes")


@transaction.atomic
def start(
    *, subject: Subject, version_id: UUID, facts: Mapping[str, Any], actor: Actor, now: datetime
) -> Situation:
    """Begin the process of a subject. ``facts`` become its variables, beside the parameters of the municipality."""
    variables = {**facts, "parameter": parameters_of(procedure(version_id))}
    running = execution.begin(
        version_id=version_id,
        subject=subject,
        key=f"{subject[0]}-{subject[1]}",
        variables=variables,
        actor=actor,
        now=now,
    )
    return running.situation


@transaction.atomic
def act(
    *,
    subject: Subject,
    action: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> Situation:
    """Do what the process of the subject waits for: complete the task that offers ``action``, or hand over the message of
    that name; an ended process may begin anew by it. Raises ``MoveNotAllowed`` when nobody waits for it."""
    running = _current(subject)
    values = {**(data or {}), "action": action}
    if running.state.status != "running":
        return _restart(running, action, values, actor=actor, now=now).situation
    model = running.procedure.processes[running.row.process]
    for number, wait in running.state.waits.items():
        if wait.kind == "task" and action in actions_of(model.nodes[wait.node]):
            return _complete(running, number, action, values, actor=actor, now=now).situation
    for number, wait in running.state.waits.items():
        if wait.kind == "message" and wait.name == action and wait.key is None:
            event = e.MessageReceived(action, values, wait=number)
            return execution.happen(running, event, actor=actor, now=now)[0].situation
    raise MoveNotAllowed(extra={"state": running.row.state_code, "action": action})


@transaction.atomic
def complete_task(
    *, task_id: UUID, action: str = "", data: Mapping[str, Any], actor: Actor, now: datetime
) -> Situation:
    """Complete one task. The caller has checked that the actor may. Raises ``NoSuchTask`` when it is no longer open."""
    found = execution.find_by_task(task_id)
    if found is None:
        raise NoSuchTask()
    running, number = found
    wait = running.state.waits.get(number)
    if wait is None or wait.kind != "task":
        raise NoSuchTask()
    offered = actions_of(running.procedure.processes[running.row.process].nodes[wait.node])
    if action and offered and action not in offered:
        raise MoveNotAllowed(extra={"state": running.row.state_code, "action": action})
    values, source = {**data, **({"action": action} if action else {})}, running.row.state_code
    after = _complete(running, number, action, values, actor=actor, now=now)
    execution.announce(after, source, now=now)
    return after.situation


@transaction.atomic
def set_variables(
    *, subject: Subject, variables: Mapping[str, Any], actor: Actor, now: datetime
) -> Situation:
    """The subject's facts changed (an application was corrected)."""
    running = _current(subject)
    after, _ = execution.happen(running, e.VariablesSet(dict(variables)), actor=actor, now=now)
    return after.situation


@transaction.atomic
def repair(
    *,
    incident_id: UUID,
    way: Literal["retry", "skip"],
    variables: Mapping[str, Any],
    flow: str | None = None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Try a failed step again, or skip it; variables are set first. False: it was repaired already."""
    incident = (
        Incident.objects.filter(pk=incident_id, closed_at=None).values_list("instance_id", "number").first()
    )
    if incident is None:
        return False
    running = execution.find(incident[0])
    event = e.IncidentRepaired(incident[1], way, dict(variables), flow)
    return running is not None and _happen(running, event, actor=actor, now=now)


@transaction.atomic
def cancel(*, subject: Subject, reason: str, actor: Actor, now: datetime) -> None:
    """Call the running process of a subject off."""
    running = _current(subject)
    if running.state.status == "running":
        _happen(running, e.Cancelled(reason), actor=actor, now=now)


@transaction.atomic
def cancel_by_key(*, key: str, actor: Actor, now: datetime) -> None:
    """Call a called process off; nothing if it has ended or was never begun."""
    found = Instance.objects.filter(key=key).values_list("pk", flat=True).first()
    running = execution.find(found) if found is not None else None
    if running is not None and running.state.status == "running":
        execution.happen(running, e.Cancelled("caller"), actor=actor, now=now)


def deliver_message(
    *,
    name: str,
    correlation: str | None,
    payload: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    subject: Subject | None = None,
    cause: str = "",
) -> int:
    """A message to everyone who waits for it, each in its own transaction; returns how many waits took it.

    ``cause`` names this one message: delivering it again reaches only those it has not reached yet."""
    waits = Wait.objects.filter(kind="message", name=name, key=correlation)
    if subject is not None:
        waits = waits.filter(instance__subject_kind=subject[0], instance__subject_id=subject[1])
    data = from_json(payload)
    return _everyone(
        waits,
        lambda wait: e.MessageReceived(name, data, correlation, wait),
        actor=actor,
        now=now,
        cause=cause,
    )


def broadcast_signal(
    *, name: str, payload: Mapping[str, Any], actor: Actor, now: datetime, cause: str = ""
) -> int:
    """A signal to everyone who listens, each in its own transaction; returns how many waits took it."""
    waits, data = Wait.objects.filter(kind="signal", name=name), from_json(payload)
    return _everyone(
        waits, lambda wait: e.SignalReceived(name, data, wait), actor=actor, now=now, cause=cause
    )


def fire_due_timers(*, actor: Actor, now: datetime, limit: int) -> int:
    """Everything that is due, the earliest first, each in its own transaction; returns how many fired.

    One that fails is tried again in the next round, after all others."""
    rows = list(
        Wait.objects.filter(kind="timer", due_at__lte=now)
        .order_by("attempts", "due_at", "id")
        .values_list("instance_id", "number", "due_at")[:limit]
    )
    fired = 0
    for pk, number, due in rows:
        try:
            fired += _one(pk, number, e.TimerFired(number), actor=actor, now=now, since=due)
        except Exception:
            logger.exception("timer failed", extra={"instance": str(pk), "wait": number})
            Wait.objects.filter(instance_id=pk, number=number).update(attempts=F("attempts") + 1)
    return fired


def end_of_child(
    *,
    instance_id: UUID,
    wait: int,
    outcome: str,
    code: str | None,
    data: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """A called process ended; its caller goes on."""
    ended = cast(Literal["completed", "terminated", "error", "cancelled"], outcome)
    _one(instance_id, wait, e.ChildEnded(wait, ended, from_json(data), code), actor=actor, now=now)


def escalation_of_child(
    *, instance_id: UUID, wait: int, code: str | None, actor: Actor, now: datetime, cause: str = ""
) -> None:
    """A called process escalated (and goes on: its caller keeps waiting, so ``cause`` tells one escalation from the next)."""
    _each(instance_id, [(wait, e.ChildEscalated(wait, code))], actor=actor, now=now, cause=cause)


def _everyone(
    waits: QuerySet[Wait], event: Callable[[int], e.Event], *, actor: Actor, now: datetime, cause: str
) -> int:
    """One event to many instances. One that fails does not keep it from the others; the failures are raised at the end."""
    found: dict[UUID, list[tuple[int, e.Event]]] = {}
    for pk, number in waits.order_by("instance_id", "number").values_list("instance_id", "number"):
        found.setdefault(pk, []).append((number, event(number)))
    taken, failures = 0, []
    for pk, events_of in found.items():
        try:
            taken += _each(pk, events_of, actor=actor, now=now, cause=cause)
        except Exception as error:
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(found)} instances", failures)
    return taken


@transaction.atomic
def _each(
    instance_id: UUID, happenings: list[tuple[int, e.Event]], *, actor: Actor, now: datetime, cause: str
) -> int:
    """What one cause does to one instance: all of it, once."""
    before = execution.find(instance_id)
    if before is None or (cause and Step.objects.filter(instance_id=instance_id, cause=cause).exists()):
        return 0
    current, taken = before, 0
    source = before.row.state_code
    for number, event in happenings:
        if number in current.state.waits:
            current, took = execution.happen(
                current, event, actor=actor, now=now, cause="" if taken else cause
            )
            taken += took
    if taken:
        execution.announce(current, source, now=now)
    return taken


@transaction.atomic
def _one(
    instance_id: UUID,
    number: int,
    event: e.Event,
    *,
    actor: Actor,
    now: datetime,
    since: datetime | None = None,
) -> bool:
    """``since``: a timer that was due then. A repetition may keep its number, so the number alone does not tell whether
    somebody else has fired it meanwhile."""
    running = execution.find(instance_id)
    if running is None or number not in running.state.waits:
        return False
    if since is not None:
        waiting = Wait.objects.filter(instance_id=instance_id, number=number, kind="timer", due_at=since)
        if not waiting.exists():
            return False
    return _happen(running, event, actor=actor, now=now, since=since)


def _happen(
    running: Running, event: e.Event, *, actor: Actor, now: datetime, since: datetime | None = None
) -> bool:
    source = running.row.state_code
    after, taken = execution.happen(running, event, actor=actor, now=now, since=since)
    if taken:
        execution.announce(after, source, now=now)
    return taken


def _current(subject: Subject) -> Running:
    """The latest instance of the subject, locked. Raises ``MoveNotAllowed`` when it has none."""
    row = locking.of_subject(subject)
    if row is None:
        raise MoveNotAllowed()
    return execution.running(row)


def _complete(
    running: Running, number: int, action: str, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Running:
    by = actor.account_id if actor.kind in ("staff", "resident") else None
    done = DoneTask(number=number, action=action, closed_by=by)
    return execution.happen(running, e.TaskCompleted(number, values), actor=actor, now=now, done=done)[0]


def _restart(
    running: Running, action: str, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Running:
    model = running.procedure.processes[running.row.process]
    newer = Instance.objects.filter(
        subject_kind=running.row.subject_kind,
        subject_id=running.row.subject_id,
        parent=None,
        pk__gt=running.row.pk,
    )
    # Somebody else may have begun anew while we waited for the lock.
    if action not in restarts(model, running.row.state_code) or newer.exists():
        raise MoveNotAllowed(extra={"state": running.row.state_code, "action": action})
    node = next(node for node in message_starts(model) if getattr(node.event, "name", "") == action)
    subject = (running.row.subject_kind, running.row.subject_id)
    return execution.begin(
        version_id=running.row.version_id,
        subject=subject,
        key=f"{subject[0]}-{subject[1]}-{uuid4()}",
        variables=running.state.variables,
        actor=actor,
        now=now,
        at=node.id,
        payload=values,
        state_code=running.row.state_code,
    )


@transaction.atomic
def erase(subject: Subject) -> int:
    """Erase the processes of a subject with their variables, tasks and steps; returns how many there were."""
    rows = Instance.objects.filter(subject_kind=subject[0], subject_id=subject[1])
    rows.filter(parent__isnull=False).delete()
    return rows.delete()[1].get("processes.Instance", 0)
