"""For tests: run what is waiting, at once and in the test's own transaction."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from stadtkern.foundation.jobs import registry
from stadtkern.foundation.jobs.running import run_job


def run_pending(*names: str, limit: int = 1000, even_later: bool = False) -> list[str]:
    """Run waiting jobs (of these names, or all) and those they enqueue, in order; returns the names that ran.

    Jobs whose time has not come stay, unless ``even_later``. A job that raises makes the test fail.
    """
    ran: list[str] = []
    while len(ran) < limit and (row := _take(names, even_later)):
        number, name, arguments = row
        run_job(registry.JOBS[name], number=number, attempt=1, arguments=arguments)
        ran.append(name)
    return ran


def pending(name: str) -> list[dict[str, Any]]:
    """Arguments of the waiting jobs of this name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s ORDER BY id", [name]
        )
        return [_parsed(args) for (args,) in cursor.fetchall()]


def _take(names: tuple[str, ...], even_later: bool) -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (%s OR scheduled_at IS NULL OR scheduled_at <= clock_timestamp())"
            " AND task_name = ANY(%s) ORDER BY id LIMIT 1) RETURNING id, task_name, args",
            [even_later, list(names) or list(registry.JOBS)],
        )
        row = cursor.fetchone()
    return (row[0], row[1], _parsed(row[2])) if row else None


def _parsed(args: Any) -> dict[str, Any]:
    return dict(json.loads(args)) if isinstance(args, str) else dict(args)
