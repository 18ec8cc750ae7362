"""What other modules use of jobs.

@job(name="cases.send_receipt", retry=5)
def send_receipt(*, tenant_id: str, case_id: str) -> None: ...

enqueue(send_receipt, case_id=case.id)     # in the caller's transaction; the tenant is added by itself
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from stadtkern.foundation.jobs import registry
from stadtkern.foundation.jobs.queries import (
    FailedJob,
    JobNotFound,
    failed_jobs,
    retry_failed,
    unfinished,
    waiting_jobs,
    worker_is_alive,
)
from stadtkern.foundation.jobs.queue import defer
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

__all__ = [
    "FailedJob",
    "JobNotFound",
    "enqueue",
    "failed_jobs",
    "job",
    "periodic",
    "retry_failed",
    "unfinished",
    "waiting_jobs",
    "worker_is_alive",
]

Function = TypeVar("Function", bound=Callable[..., None])
Argument = str | int | float | bool | None | UUID | list[str]


def job(*, name: str, queue: str = "default", retry: int = 5) -> Callable[[Function], Function]:
    """Mark a function as a job. It runs inside ``tenancy.act_for(tenant)``, gets ``tenant_id`` as text, and may run twice.

    A failed attempt is repeated ``retry`` times after 4, 16, 64, 256, 1024 … seconds; then it waits on the page
    of failed jobs.
    """

    def register(function: Function) -> Function:
        registry.add_job(registry.Job(name=name, queue=queue, retry=retry, function=function))
        return function

    return register


def periodic(*, cron: str, name: str) -> Callable[[Function], Function]:
    """Run ``function(now=…)`` by the clock (real time), once for every active municipality, never twice at once."""

    def register(function: Function) -> Function:
        def run(*, tenant_id: str) -> None:
            function(now=clock.now())

        run.__module__, run.__qualname__ = function.__module__, function.__qualname__
        registry.add_job(registry.Job(name=name, queue="periodic", retry=0, function=run))
        registry.PERIODICS[name] = registry.Periodic(name=name, cron=cron, function=function)
        return function

    return register


def enqueue(
    function: Callable[..., None],
    *,
    run_at: datetime | None = None,
    lock: str | None = None,
    **arguments: Argument,
) -> None:
    """Run the job after the commit of the current transaction; nothing runs for work that was rolled back.

    ``run_at`` is a moment of the domain's time (the demo's clock is taken into account); jobs with the same
    ``lock`` never run at the same time and keep their order. Raises ``ValueError`` for a function that is no job.
    """
    name = registry.NAMES.get(function)
    if name is None:
        raise ValueError(f"{function.__qualname__} is not a job; mark it with @job")
    at = None if run_at is None else clock.real_now() + (run_at - clock.now())
    tenant = tenancy.current_id()
    plain = {key: str(value) if isinstance(value, UUID) else value for key, value in arguments.items()}
    defer(
        registry.JOBS[name],
        tenant_id=tenant,
        arguments=plain,
        at=at,
        lock=f"{tenant}:{lock}" if lock else None,
    )
