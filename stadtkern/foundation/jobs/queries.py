"""What is waiting, what failed, and whether a worker lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from stadtkern.foundation.jobs.models import JobFailure
from stadtkern.foundation.jobs.queue import manager
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

HEARTBEAT_LIMIT = timedelta(seconds=35)


class JobNotFound(DomainError):
    """There is no failed job of this number in this municipality."""

    code = "job-not-found"
    status = 404
    message = "Diesen fehlgeschlagenen Auftrag gibt es nicht mehr. Laden Sie die Liste neu."
    message_en = "This failed job no longer exists. Reload the list."


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job that used up all its attempts."""

    number: int
    name: str
    queue: str
    attempts: int
    error: str
    place: str
    failed_at: datetime | None


def failed_jobs(*, limit: int = 200) -> list[FailedJob]:
    """Jobs of the current tenant that will not run again by themselves, the newest first."""
    rows = list(
        ProcrastinateJob.objects.filter(status="failed", args__tenant_id=str(tenancy.current_id())).order_by(
            "-id"
        )[:limit]
    )
    reasons: dict[int, JobFailure] = {}
    for failure in JobFailure.objects.filter(job_number__in=[row.id for row in rows]).order_by(
        "failed_at", "id"
    ):
        reasons[failure.job_number] = failure
    return [_failed(row, reasons.get(row.id)) for row in rows]


def _failed(row: ProcrastinateJob, reason: JobFailure | None) -> FailedJob:
    return FailedJob(
        number=row.id,
        name=row.task_name,
        queue=row.queue_name,
        attempts=row.attempts,
        error=reason.error if reason else "",
        place=reason.place if reason else "",
        failed_at=reason.failed_at if reason else None,
    )


def waiting_jobs() -> int:
    """How many jobs of the current tenant wait or run."""
    return ProcrastinateJob.objects.filter(
        status__in=["todo", "doing"], args__tenant_id=str(tenancy.current_id())
    ).count()


def unfinished(name: str) -> list[Mapping[str, Any]]:
    """Arguments of the jobs of this name that wait or run for the current tenant."""
    rows = ProcrastinateJob.objects.filter(
        task_name=name, status__in=["todo", "doing"], args__tenant_id=str(tenancy.current_id())
    )
    return list(rows.order_by("id").values_list("args", flat=True))


def retry_failed(number: int) -> None:
    """Let a failed job of the current tenant run again; raises ``JobNotFound``."""
    known = ProcrastinateJob.objects.filter(
        pk=number, status="failed", args__tenant_id=str(tenancy.current_id())
    )
    if not known.exists():
        raise JobNotFound()
    manager.retry_job_by_id(number, retry_at=clock.real_now())


def worker_is_alive() -> bool:
    """Whether some worker gave a sign of life in the last half minute (for the health page)."""
    since = clock.real_now() - HEARTBEAT_LIMIT
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists()
