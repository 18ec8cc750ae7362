"""Carries out what the engine says, in the transaction that stores the new state.

The instance's row is locked (``locking``). Everything slow or outside happens after the commit, through jobs; a message or
signal also goes by job, so that two instances never wait for each other's lock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from stadtkern.casework.processes import jobs, locking
from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import engine
from stadtkern.casework.processes.engine.decisions import by_models
from stadtkern.casework.processes.engine.events import Event
from stadtkern.casework.processes.engine.state import State, dumps, loads
from stadtkern.casework.processes.events import DecisionTraced, IncidentRaised, SubjectMoved
from stadtkern.casework.processes.models import Instance
from stadtkern.casework.processes.packages.procedure import Procedure
from stadtkern.casework.processes.situation import Situation, situation, state_code
from stadtkern.casework.processes.statement import DoneTask
from stadtkern.casework.processes.versions import procedure
from stadtkern.casework.processes.writes import collect, to_json, write
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.jobs import api as job_room
from stadtkern.kernel import clock, events


@dataclass(frozen=True, slots=True)
class Running:
    """An instance with its row locked, its procedure and its state."""

    row: Instance
    procedure: Procedure
    state: State

    @property
    def situation(self) -> Situation:
        """Where it stands."""
        process = self.procedure.processes[self.row.process]
        return situation(self.procedure.texts, process, self.state, state_code=self.row.state_code)


def find(instance_id: UUID) -> Running | None:
    """The instance, locked after its subject; None when it was erased meanwhile."""
    row = locking.by_id(instance_id)
    return None if row is None else running(row)


def find_by_task(task_id: UUID) -> tuple[Running, int] | None:
    """The instance of a task, locked, and the number of its wait; None when there is no such task."""
    found = locking.of_task(task_id)
    return None if found is None else (running(found[0]), found[1])


def running(row: Instance) -> Running:
    """What a locked row holds."""
    return Running(row, procedure(row.version_id), loads(row.state))


def begin(
    *,
    version_id: UUID,
    subject: tuple[str, UUID],
    key: str,
    variables: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    process: str = "",
    at: str | None = None,
    payload: Mapping[str, Any] | None = None,
    parent: Instance | None = None,
    parent_wait: int = 0,
    state_code: str = "",
) -> Running:
    """A new instance that has taken its first step."""
    found = procedure(version_id)
    model = found.processes[process or found.process.id]
    with clock.standing_at(now):
        step = engine.start(model, key, variables, at=at, payload=payload, decide=by_models(found.models))
    row = Instance(
        version_id=version_id,
        process=model.id,
        subject_kind=subject[0],
        subject_id=subject[1],
        parent=parent,
        parent_wait=parent_wait,
        key=key,
        started_at=now,
        state="",
        state_code=state_code,
    )
    return store(
        Running(row, found, step.state), step.commands, event="started", actor=actor, now=now, new=True
    )


def happen(
    before: Running,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
    since: datetime | None = None,
    cause: str = "",
    done: DoneTask | None = None,
) -> tuple[Running, bool]:
    """Let an event happen; False when nobody waited for it (nothing is written then).

    ``since``: for a timer, when it was due; its repetition counts from there. ``cause``: what brought the event, kept with the
    step so that it happens once. ``done``: the row of the task that the event completes."""
    model = before.procedure.processes[before.row.process]
    with clock.standing_at(now):
        step = engine.step(model, before.state, event, decide=by_models(before.procedure.models))
    if any(isinstance(command, c.Ignored) for command in step.commands):
        return before, False
    after = Running(before.row, before.procedure, step.state)
    return store(
        after,
        step.commands,
        event=type(event).__name__,
        actor=actor,
        now=now,
        fired=0 if done else getattr(event, "wait", None) or 0,
        since=since,
        cause=cause,
        done=done,
    ), True


def store(
    after: Running,
    commands: Iterable[c.Command],
    *,
    event: str,
    actor: Actor,
    now: datetime,
    new: bool = False,
    fired: int = 0,
    since: datetime | None = None,
    cause: str = "",
    done: DoneTask | None = None,
) -> Running:
    """Write what a step made of an instance: its state, its rows, and what follows for others."""
    row, found, state = after.row, after.procedure, after.state
    model = found.processes[row.process]
    commands = tuple(commands)
    source = row.state_code
    row.state, row.status = dumps(state), state.status
    row.state_code = state_code(found.texts, model, state, commands, source)
    row.ended_at = now if state.status != "running" else None
    if new:
        row.save(force_insert=True)
    writes = collect(row, model, commands, now=now, since=since)
    if fired and fired not in state.waits:
        writes.closed_waits.append(fired)
    write(row, writes, event=event, actor=actor, now=now, new=new, cause=cause, done=done)
    for child in writes.children:
        begin(
            version_id=row.version_id,
            subject=(row.subject_kind, row.subject_id),
            key=child.child,
            variables=child.data,
            actor=actor,
            now=now,
            process=child.process,
            parent=row,
            parent_wait=child.wait,
        )
    for command in commands:
        _tell(row, command, now=now)
    return after


def announce(after: Running, source: str, *, now: datetime) -> None:
    """Tell the owner of the subject that it moved without her doing (a timer, an answer, somebody's task)."""
    row = after.row
    if row.parent_id is None and (row.state_code != source or row.ended_at):
        events.publish(
            SubjectMoved(
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                source=source,
                state=row.state_code,
                ended=row.ended_at is not None,
                at=now,
            )
        )


def _tell(row: Instance, command: c.Command, *, now: datetime) -> None:
    match command:
        case c.SendMessage():
            job_room.enqueue(
                jobs.deliver_message,
                name=command.name,
                correlation=command.correlation,
                payload=json.dumps(to_json(command.payload)),
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                cause=str(uuid4()),
            )
        case c.BroadcastSignal():
            job_room.enqueue(
                jobs.broadcast_signal,
                name=command.name,
                payload=json.dumps(to_json(command.payload)),
                cause=str(uuid4()),
            )
        case c.DecisionMade():
            events.publish(
                DecisionTraced(
                    subject_kind=row.subject_kind,
                    subject_id=row.subject_id,
                    decision=command.decision,
                    value=to_json(command.result),
                    trace=tuple(command.trace),
                    at=now,
                )
            )
        case c.RaiseIncident():
            events.publish(
                IncidentRaised(
                    subject_kind=row.subject_kind,
                    subject_id=row.subject_id,
                    instance_id=row.pk,
                    code=command.code,
                    at=now,
                )
            )
        case c.Completed() if row.parent_id is not None:
            job_room.enqueue(
                jobs.end_of_child,
                instance_id=row.parent_id,
                wait=row.parent_wait,
                outcome=command.outcome,
                code=command.code,
                data=json.dumps(to_json(command.data)),
            )
        case c.Escalated() if row.parent_id is not None:
            job_room.enqueue(
                jobs.escalation_of_child,
                instance_id=row.parent_id,
                wait=row.parent_wait,
                code=command.code,
                cause=str(uuid4()),
            )
