"""Calls of connectors: outside any transaction, tried again with growing pauses, an incident when they fail for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from stadtkern.casework.processes import connectors, execution, jobs
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine.values import NotStorable, plain
from stadtkern.casework.processes.models import Wait
from stadtkern.casework.processes.writes import from_json
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.jobs import api as job_room

PAUSE = timedelta(seconds=4)


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
    event: e.Event
    if connector is None:
        event = e.ConnectorFailed(wait, f"Den Anschluss „{row.name}“ gibt es hier nicht.")
    else:
        asked = connectors.Call(
            subject_kind=row.instance.subject_kind,
            subject_id=row.instance.subject_id,
            operation=row.detail["operation"],
            data=from_json(row.detail["data"]),
            key=row.detail["key"],
        )
        try:
            event = e.ConnectorReturned(wait, plain(connector.run(asked)))
        except NotStorable as error:
            event = e.ConnectorFailed(wait, f"Unbrauchbare Antwort von „{row.name}“: {error}")
        except connectors.ConnectorError as error:
            if not error.final and row.attempts + 1 < connector.attempts:
                _again(row, now)
                return
            event = e.ConnectorFailed(wait, error.message, error.code)
    _tell(instance_id, wait, event, actor=actor, now=now)


@transaction.atomic
def _again(row: Wait, now: datetime) -> None:
    attempts = row.attempts + 1
    Wait.objects.filter(pk=row.pk).update(attempts=attempts)
    job_room.enqueue(
        jobs.call_connector,
        run_at=now + PAUSE * 4 ** (attempts - 1),
        instance_id=row.instance_id,
        wait=row.number,
    )


@transaction.atomic
def _tell(instance_id: UUID, wait: int, event: e.Event, *, actor: Actor, now: datetime) -> None:
    running = execution.lock(instance_id)
    if wait in running.state.waits:
        source = running.row.state_code
        after, _ = execution.happen(running, event, actor=actor, now=now)
        execution.announce(after, source, now=now)
