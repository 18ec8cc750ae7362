"""Putting jobs into the queue through Django's own connection: same transaction as the caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from stadtkern.foundation.jobs.registry import Job

# Not procrastinate's own app: inside the worker that one gets a connection of its own, and jobs enqueued by jobs
# would no longer belong to their transaction.
manager = JobManager(DjangoConnector())


def defer(
    job: Job,
    *,
    tenant_id: UUID,
    arguments: Mapping[str, Any],
    at: datetime | None = None,
    lock: str | None = None,
) -> None:
    """One more row in the queue. ``at`` is real time."""
    configure_task(
        name=job.name,
        job_manager=manager,
        queue=job.queue,
        schedule_at=at,
        lock=lock,
        task_kwargs={"tenant_id": str(tenant_id), **arguments},
    ).defer()


def defer_once(job: Job, *, tenant_id: UUID) -> bool:
    """Like ``defer``, unless the same job of this tenant is still waiting; tells whether it was added."""
    key = f"{tenant_id}:{job.name}"
    try:
        with transaction.atomic():
            configure_task(
                name=job.name,
                job_manager=manager,
                queue=job.queue,
                lock=key,
                queueing_lock=key,
                task_kwargs={"tenant_id": str(tenant_id)},
            ).defer()
    except AlreadyEnqueued:
        return False
    return True
