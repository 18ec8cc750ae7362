"""The process that runs jobs. The supervisor calls ``run()``; SIGTERM and SIGINT let running jobs finish."""

from __future__ import annotations

import logging
from collections.abc import Callable

from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector

from stadtkern.foundation.jobs import registry
from stadtkern.foundation.jobs.queue import defer_once
from stadtkern.foundation.jobs.running import run_job
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

logger = logging.getLogger("stadtkern.jobs")

STALLED_SECONDS = 30
SHUTDOWN_SECONDS = 20


def run(*, concurrency: int | None = None, wait: bool = True) -> None:
    """Run jobs until a signal comes (``wait=False``: until none is due). Needs ``django.setup()`` before.

    Raises what the database raises when it goes away: the supervisor starts a new worker, and jobs that were
    running are found by their worker's missing heartbeat and run again.
    """
    if concurrency is None:
        from stadtkern.runtime.environment import read

        concurrency = read().worker_concurrency
    build_app().run_worker(
        concurrency=concurrency,
        wait=wait,
        fetch_job_polling_interval=2.0,
        delete_jobs="successful",
        listen_notify=wait,
        install_signal_handlers=wait,
        shutdown_graceful_timeout=SHUTDOWN_SECONDS,
        update_heartbeat_interval=10,
        stalled_worker_timeout=STALLED_SECONDS,
    )


def build_app() -> App:
    """A procrastinate app with all registered jobs and a connection pool of its own."""
    app = DjangoApp(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=6))
    for job in registry.JOBS.values():
        app.task(
            name=job.name,
            queue=job.queue,
            pass_context=True,
            retry=RetryStrategy(max_attempts=job.retry, exponential_wait=4) if job.retry else False,
        )(_runner(job))
    for entry in registry.PERIODICS.values():
        fan_out = app.task(name=f"{entry.name}.all", queue="periodic")(_fan_out(registry.JOBS[entry.name]))
        app.periodic(cron=entry.cron)(fan_out)
    _add_rescue(app)
    return app


def _runner(job: registry.Job) -> Callable[..., None]:
    def runner(context: JobContext, **arguments: str) -> None:
        run_job(job, number=context.job.id or 0, attempt=context.job.attempts + 1, arguments=dict(arguments))

    return runner


def _fan_out(job: registry.Job) -> Callable[[int], None]:
    """One job per municipality, so that one which fails does not stop the others."""

    def fan_out(timestamp: int) -> None:
        for municipality in organizations.municipalities():
            defer_once(job, tenant_id=municipality.id)

    return fan_out


def _add_rescue(app: App) -> None:
    """Jobs whose worker was killed run again."""

    async def rescue(timestamp: int) -> None:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            logger.warning("job of a lost worker", extra={"job": job.task_name, "number": job.id})
            try:
                await app.job_manager.retry_job(job, retry_at=clock.real_now())
            except UniqueViolation:
                # A periodic job: its successor is already waiting and does the work.
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)

    app.periodic(cron="* * * * * */15")(app.task(name="jobs.rescue", queue="periodic")(rescue))
