"""What a step changes in the tables: collected first, then each table is written once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from stadtkern.casework.processes import jobs
from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine import timers
from stadtkern.casework.processes.engine.state import Due
from stadtkern.casework.processes.engine.values import decode, encode
from stadtkern.casework.processes.models import Incident, Instance, Task, Wait
from stadtkern.casework.processes.packages.procedure import PARAMETER
from stadtkern.casework.processes.situation import actions_of
from stadtkern.casework.processes.statement import DoneTask, StepRow, write_step
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.jobs import api as job_room
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy


@dataclass(slots=True)
class Writes:
    """What a step changes, collected so that each table is written once."""

    tasks: list[Task] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    moved_tasks: list[c.MoveTask] = field(default_factory=list)
    closed_tasks: list[int] = field(default_factory=list)
    closed_waits: list[int] = field(default_factory=list)
    closed_incidents: list[int] = field(default_factory=list)
    decisions: list[c.DecisionMade] = field(default_factory=list)
    children: list[c.StartChild] = field(default_factory=list)
    cancelled_children: list[str] = field(default_factory=list)
    calls: list[c.CallConnector] = field(default_factory=list)
    way: tuple[c.Passed, ...] = ()


def collect(
    row: Instance,
    model: m.Process,
    commands: Iterable[c.Command],
    *,
    now: datetime,
    since: datetime | None = None,
) -> Writes:
    """What the commands mean for the tables. A repeated timer counts from ``since``, when the one before was due."""
    w = Writes()
    for command in commands:
        match command:
            case c.CreateTask():
                node = model.nodes[command.node]
                w.tasks.append(
                    Task(
                        instance=row,
                        number=command.wait,
                        node=command.node,
                        name=command.name[:300],
                        role=command.role or "",
                        assignee_key=command.assignee or "",
                        form=command.form or "",
                        actions=" ".join(actions_of(node)),
                        data=to_json(command.data),
                        due_at=_due(command.due, now),
                        opened_at=now,
                    )
                )
            case c.MoveTask():
                w.moved_tasks.append(command)
            case c.CancelTask():
                w.closed_tasks.append(command.wait)
            case c.ScheduleTimer():
                due = _due(command.due, since if command.repeated and since else now)
                w.closed_waits.append(command.wait)  # a repetition may keep its number
                w.waits.append(
                    Wait(
                        instance=row,
                        number=command.wait,
                        kind="timer",
                        node=command.node,
                        due_at=due,
                        detail={"due": list(command.due)},
                    )
                )
            case c.Subscribe():
                w.waits.append(
                    Wait(
                        instance=row,
                        number=command.wait,
                        kind=command.kind,
                        node=command.node,
                        name=command.name,
                        key=command.key,
                    )
                )
            case c.CallConnector():
                detail = {"operation": command.operation, "data": to_json(command.data), "key": command.key}
                w.waits.append(
                    Wait(
                        instance=row,
                        number=command.wait,
                        kind="call",
                        node=command.node,
                        name=command.connector,
                        detail=detail,
                    )
                )
                w.calls.append(command)
            case c.CancelTimer() | c.Unsubscribe() | c.CancelConnector():
                w.closed_waits.append(command.wait)
            case c.RaiseIncident():
                w.incidents.append(
                    Incident(
                        instance=row,
                        number=command.incident,
                        node=command.node,
                        code=command.code,
                        message=command.message,
                        message_en=command.message_en,
                        detail=to_json(command.detail),
                        opened_at=now,
                    )
                )
            case c.CloseIncident():
                w.closed_incidents.append(command.incident)
            case c.DecisionMade():
                w.decisions.append(command)
            case c.StartChild():
                w.children.append(command)
            case c.CancelChild():
                w.cancelled_children.append(command.child)
            case c.TookWay():
                w.way = command.way
    return w


def write(
    row: Instance,
    w: Writes,
    *,
    event: str,
    actor: Actor,
    now: datetime,
    new: bool = False,
    cause: str = "",
    done: DoneTask | None = None,
) -> None:
    """Write the tables and enqueue what happens after the commit. ``done``: the task a person completed by this."""
    for moved in w.moved_tasks:  # who had taken it keeps it, and its due date stays
        Task.objects.filter(instance=row, number=moved.wait, status="open").update(
            node=moved.node, name=moved.name[:300], role=moved.role or "", form=moved.form or ""
        )
    step = StepRow(
        event=event,
        actor_name=actor.name if actor.kind in ("staff", "resident") else "",
        way=[[passed.what, passed.id] for passed in w.way],
        decisions=[
            {
                "node": made.node,
                "model": made.model,
                "decision": made.decision,
                "result": to_json(made.result),
                "trace": list(made.trace),
                "read": to_json({name: value for name, value in made.read.items() if name != PARAMETER}),
            }
            for made in w.decisions
        ],
        cause=cause,
    )
    write_step(
        row,
        step,
        now=now,
        new=new,
        done=done,
        tasks=w.tasks,
        waits=w.waits,
        incidents=w.incidents,
        closed_tasks=w.closed_tasks,
        closed_waits=w.closed_waits,
        closed_incidents=w.closed_incidents,
        closed_by=actor.name[:200],
    )
    for call in w.calls:
        job_room.enqueue(jobs.call_connector, instance_id=row.pk, wait=call.wait)
    for key in w.cancelled_children:
        job_room.enqueue(jobs.cancel_child, key=key)


def _due(due: Due | None, now: datetime) -> datetime | None:
    return None if due is None else timers.due_at(due, now, state=_land(tenancy.current_id()))


@lru_cache(maxsize=1024)
def _land(tenant: UUID) -> str:
    """The Land whose calendar counts; it follows from the municipality's key and never changes."""
    return organizations.current().state


def to_json(value: Any) -> Any:
    """A kept value as a JSON column takes it, without loss."""
    return json.loads(json.dumps(value, default=encode))


def from_json(value: Any) -> Any:
    """The way back of ``to_json``."""
    return decode(value)
