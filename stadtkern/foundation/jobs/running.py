"""Running one job: for its tenant, with a trace of every failure."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any
from uuid import UUID

from stadtkern.foundation.jobs.models import JobFailure
from stadtkern.foundation.jobs.registry import Job
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

logger = logging.getLogger("stadtkern.jobs")


def run_job(job: Job, *, number: int, attempt: int, arguments: dict[str, Any]) -> None:
    """Call the function inside ``act_for(tenant)``; a failure is kept and raised again."""
    with tenancy.act_for(UUID(arguments["tenant_id"])):
        try:
            job.function(**arguments)
        except Exception as error:
            _keep(job, number=number, attempt=attempt, error=error)
            raise


def _keep(job: Job, *, number: int, attempt: int, error: Exception) -> None:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    logger.warning("job failed", extra={"job": job.name, "number": number, "attempt": attempt, "error": kind})
    JobFailure.objects.create(
        job_number=number,
        name=job.name,
        attempt=attempt,
        error=kind[:200],
        place=_place(error)[:300],
        failed_at=clock.real_now(),
    )


def _place(error: Exception) -> str:
    """The innermost line of our own code, else of any."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    ours = [frame for frame in frames if "/stadtkern/" in frame.filename] or frames
    if not ours:
        return ""
    last = ours[-1]
    parts = Path(last.filename).parts
    start = len(parts) - parts[::-1].index("stadtkern") - 1 if "stadtkern" in parts else -1
    return f"{'/'.join(parts[start:])}:{last.lineno}"
