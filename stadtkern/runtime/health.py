"""Whether the installation is ready: database, schema, worker. Answers 503 until all are, then 200.

The answer has exactly the keys ``status`` ("ok" or "unavailable"), ``version`` and ``checks`` (name -> "ok"
or a code).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from stadtkern.runtime.version import version

log = logging.getLogger("stadtkern.health")

STALE_SECONDS: Final = 30.0  # a worker whose last heartbeat is older counts as missing

_schema_is_complete = False  # once true it stays true for this process: a new release is a new process


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The result of all checks."""

    checks: dict[str, str]

    @property
    def ok(self) -> bool:
        return all(result == "ok" for result in self.checks.values())

    @property
    def status_code(self) -> int:
        return 200 if self.ok else 503

    def as_json(self) -> dict[str, object]:
        return {"status": "ok" if self.ok else "unavailable", "version": version(), "checks": self.checks}


def check() -> Health:
    """Run all checks; never raises. A failed database leaves the others "unknown"."""
    from django.db import Error

    checks = {"database": "unreachable", "migrations": "unknown", "worker": "unknown"}
    try:
        _database()
        checks["database"] = "ok"
        checks["migrations"] = _migrations()
        if checks["migrations"] == "ok":
            checks["worker"] = _worker()
    except Error as error:
        log.warning("health check failed", extra={"code": getattr(error.__cause__, "sqlstate", None)})
        _close()
    return Health(checks=checks)


def _database() -> None:
    from django.db import connection

    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> str:
    global _schema_is_complete
    if not _schema_is_complete:
        from stadtkern.runtime.boot import pending_migrations

        _schema_is_complete = not pending_migrations()
    return "ok" if _schema_is_complete else "pending"


def _worker() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [STALE_SECONDS],
        )
        return "ok" if cursor.fetchone()[0] else "missing"


def _close() -> None:
    """The next check starts with a new connection."""
    from django.db import connection

    connection.close()
