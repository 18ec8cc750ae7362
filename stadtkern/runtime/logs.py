"""Logs as one JSON object per line, without personal data: ids, codes, durations, never names or free text.

``configure`` is Django's ``LOGGING_CONFIG``. The request id comes from ``stadtkern.runtime.requests``.
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

request_id: ContextVar[str] = ContextVar("stadtkern_request_id", default="")

# Only these extra fields of a record are written; anything else a caller adds stays out of the log.
FIELDS: Final = (
    "reference",
    "method",
    "route",
    "status",
    "duration_ms",
    "tenant_id",
    "actor_id",
    "object_id",
    "job_id",
    "task",
    "job",
    "number",
    "error",
    "provider",
    "code",
    "attempt",
    "pid",
    "exit_code",
)
# Third-party loggers whose messages may repeat values (SQL parameters, paths, mail addresses, job arguments).
TEMPLATE_ONLY: Final = ("django", "procrastinate", "allauth", "asyncio", "psycopg", "gunicorn", "py.warnings")


class JsonLines(logging.Formatter):
    """One record as one line of JSON.

    Messages of libraries are written as their template (``%s`` unfilled): the arguments may be personal data.
    Of an exception the type and the place in the code are written, not its text, for the same reason.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        if current := request_id.get():
            entry["request_id"] = current
        for field in FIELDS:
            value = record.__dict__.get(field)
            if value is not None:
                entry[field] = value if isinstance(value, int | float | bool) else str(value)
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = _exception(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        if record.name.split(".")[0] in TEMPLATE_ONLY or record.name in TEMPLATE_ONLY:
            return str(record.msg)[:200] if record.args else record.name + " message"
        return record.getMessage()


def _exception(error: BaseException | None) -> dict[str, Any]:
    if error is None:
        return {}
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "code": getattr(error, "code", None) or getattr(error, "sqlstate", None),
        "at": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
        "cause": type(error.__cause__ or error.__context__).__qualname__,
    }


def _short(filename: str) -> str:
    for mark in ("site-packages/", "/stadtkern/"):
        if mark in filename:
            return filename.rpartition(mark)[2]
    return filename.rpartition("/")[2]


def configure(options: Mapping[str, Any]) -> None:
    """Set up all loggers of this process; ``options`` is Django's ``LOGGING`` (only ``level`` is read)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, JsonLines)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(str(options.get("level", "INFO")).upper())
    for noisy in ("procrastinate", "psycopg.pool", "asyncio", "django.utils.autoreload"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Our own request line (stadtkern.runtime.requests) replaces Django's "Not Found: /path".
    logging.getLogger("django.request").setLevel(logging.ERROR)
