"""Writes a step with one statement: the parts of ``writes.sql`` that it needs, joined, and one round trip."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import psycopg
from django.db import connection

from stadtkern.casework.processes.models import Incident, Instance, Task, Wait
from stadtkern.foundation.tenancy import api as tenancy

_PARTS: Mapping[str, str] = {
    name: text.strip()
    for name, text in re.findall(
        r"^-- part: (\w+)\n(.*?)(?=^-- part:|\Z)",
        (Path(__file__).parent / "writes.sql").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
}
_ROWS: Mapping[str, tuple[str, ...]] = {
    "tasks": ("number", "node", "name", "role", "assignee_key", "form", "actions", "data", "due_at"),
    "waits": ("number", "kind", "node", "name", "key", "due_at", "detail"),
    "incidents": ("number", "node", "code", "message", "message_en", "detail"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneTask:
    """The task that a person completed by this step."""

    number: int
    action: str
    closed_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """The line of the history."""

    event: str
    actor_name: str
    way: list[Any]
    decisions: list[Any]
    cause: str


def write_step(
    row: Instance,
    step: StepRow,
    *,
    now: datetime,
    new: bool,
    done: DoneTask | None,
    tasks: list[Task],
    waits: list[Wait],
    incidents: list[Incident],
    closed_tasks: list[int],
    closed_waits: list[int],
    closed_incidents: list[int],
    closed_by: str,
) -> None:
    """The new state of the instance and everything that follows from it. A new instance is stored already."""
    again = {wait.number for wait in waits}  # a repeated timer keeps its row
    gone = [number for number in closed_waits if number not in again]
    needed = {
        "moved": not new,
        "done_task": done is not None,
        "closed_tasks": bool(closed_tasks),
        "closed_waits": bool(gone),
        "closed_incidents": bool(closed_incidents),
        "tasks": bool(tasks),
        "waits": bool(waits),
        "incidents": bool(incidents),
    }
    parameters: dict[str, Any] = {
        "instance": row.pk,
        "tenant": tenancy.current_id(),
        "state": row.state,
        "status": row.status,
        "state_code": row.state_code,
        "ended_at": row.ended_at,
        "now": now,
        "done": done.number if done else None,
        "action": done.action if done else "",
        "closed_by": done.closed_by if done else None,
        "closed_tasks": closed_tasks,
        "closed_waits": gone,
        "closed_incidents": closed_incidents,
        "actor_full": closed_by,
        "tasks": _rows("tasks", tasks),
        "waits": _rows("waits", waits),
        "incidents": _rows("incidents", incidents),
        "event": step.event,
        "actor": step.actor_name,
        "way": json.dumps(step.way, ensure_ascii=False),
        "decisions": json.dumps(step.decisions, ensure_ascii=False),
        "cause": step.cause,
    }
    prepared(_joined(tuple(name for name, wanted in needed.items() if wanted)), parameters)


@cache
def _joined(names: tuple[str, ...]) -> str:
    if not names:
        return _PARTS["step"]
    parts = ", ".join(f"{name} AS ({_PARTS[name]})" for name in names)
    return f"WITH {parts} {_PARTS['step']}"


def _rows(name: str, rows: list[Any]) -> str:
    if not rows:
        return "[]"
    return json.dumps(
        [{column: _value(getattr(row, column)) for column in _ROWS[name]} for row in rows], ensure_ascii=False
    )


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


class _Prepared(psycopg.Cursor[Any]):
    """A cursor that lets the server plan a statement once per connection, not once per call."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Self:
        return super().execute(query, params, **{**more, "prepare": True})


def prepared(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one of the few statements of the hot path, planned once per connection; its rows."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:  # Django's own cursors never prepare, whatever this says
        raw.prepare_threshold = 5
    made = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with made(_Prepared(raw)) as cursor:  # type: ignore[arg-type]  # it wraps any cursor of psycopg
        cursor.execute(sql, parameters)
        if connection.queries_logged:
            connection.queries_log[-1]["sql"] = sql  # Django cannot tell a prepared statement's text
        return cursor.fetchall() if cursor.description else []
