"""Background work of processes. Every job may run twice: an event that nobody waits for any more changes nothing."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from stadtkern.foundation.access.api import system
from stadtkern.foundation.jobs.api import job, periodic
from stadtkern.kernel import clock

TIMERS_AT_ONCE = 500


@job(name="processes.call_connector", queue="default")
def call_connector(*, tenant_id: str, instance_id: str, wait: int) -> None:
    """Call the connector of a service task and tell the process how it went."""
    from stadtkern.casework.processes import calling

    calling.call(actor=system(UUID(tenant_id)), instance_id=UUID(instance_id), wait=wait, now=clock.now())


@job(name="processes.deliver_message", queue="default")
def deliver_message(
    *,
    tenant_id: str,
    name: str,
    correlation: str | None,
    payload: str,
    subject_kind: str,
    subject_id: str,
    cause: str = "",
) -> None:
    """A message to every instance that waits for this name and correlation; without one, to those of the same subject.

    ``cause`` is made when it is sent: whoever got it takes no second one when the job runs again."""
    from stadtkern.casework.processes import actions

    actions.deliver_message(
        actor=system(UUID(tenant_id)),
        name=name,
        correlation=correlation,
        payload=json.loads(payload),
        subject=None if correlation else (subject_kind, UUID(subject_id)),
        now=clock.now(),
        cause=cause,
    )


@job(name="processes.broadcast_signal", queue="default")
def broadcast_signal(*, tenant_id: str, name: str, payload: str, cause: str = "") -> None:
    """A signal to everyone who listens."""
    from stadtkern.casework.processes import actions

    actions.broadcast_signal(
        actor=system(UUID(tenant_id)), name=name, payload=json.loads(payload), now=clock.now(), cause=cause
    )


@job(name="processes.end_of_child", queue="default")
def end_of_child(
    *, tenant_id: str, instance_id: str, wait: int, outcome: str, code: str | None, data: str
) -> None:
    """A called process has ended."""
    from stadtkern.casework.processes import actions

    actions.end_of_child(
        actor=system(UUID(tenant_id)),
        instance_id=UUID(instance_id),
        wait=wait,
        outcome=outcome,
        code=code,
        data=json.loads(data),
        now=clock.now(),
    )


@job(name="processes.escalation_of_child", queue="default")
def escalation_of_child(
    *, tenant_id: str, instance_id: str, wait: int, code: str | None, cause: str = ""
) -> None:
    """A called process has escalated and goes on."""
    from stadtkern.casework.processes import actions

    actions.escalation_of_child(
        actor=system(UUID(tenant_id)),
        instance_id=UUID(instance_id),
        wait=wait,
        code=code,
        now=clock.now(),
        cause=cause,
    )


@job(name="processes.cancel_child", queue="default")
def cancel_child(*, tenant_id: str, key: str) -> None:
    """A called process is no longer needed."""
    from stadtkern.casework.processes import actions

    actions.cancel_by_key(actor=system(UUID(tenant_id)), key=key, now=clock.now())


@job(name="processes.migrate_batch", queue="default")
def migrate_batch(
    *, tenant_id: str, source: str, target: str, mapping: str, accept_lost: bool, after: str, by: str
) -> None:
    """Move the next running subjects to another version of their procedure, then those after them."""
    from stadtkern.casework.processes import migrating
    from stadtkern.foundation.jobs import api as job_room

    move = migrating.transfer(source=UUID(source), target=UUID(target), mapping=json.loads(mapping))
    last, _ = migrating.migrate_batch(
        move,
        accept_lost=accept_lost,
        after=UUID(after) if after else None,
        by=by,
        actor=system(UUID(tenant_id)),
        now=clock.now(),
    )
    if last is not None:
        job_room.enqueue(
            migrate_batch,
            source=source,
            target=target,
            mapping=mapping,
            accept_lost=accept_lost,
            after=str(last),
            by=by,
        )


@periodic(cron="* * * * *", name="processes.fire_timers")
def fire_timers(*, now: datetime) -> None:
    """Everything that is due by the domain's time, each in its own transaction."""
    from stadtkern.casework.processes import actions
    from stadtkern.foundation.tenancy import api as tenancy

    actions.fire_due_timers(actor=system(tenancy.current_id()), now=now, limit=TIMERS_AT_ONCE)


@periodic(cron="*/10 * * * *", name="processes.call_forgotten")
def call_forgotten(*, now: datetime) -> None:
    """A call whose job was given up (the database was away for too long) is made after all."""
    from stadtkern.casework.processes import calling
    from stadtkern.foundation.jobs.api import unfinished

    def live() -> set[tuple[str, int]]:
        rows = unfinished("processes.call_connector")
        return {(str(row["instance_id"]), int(row["wait"])) for row in rows}

    calling.call_forgotten(live)
