"""Pieces of SQL with their parameters and what kind of value they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stadtkern.data.datasets.errors import FilterRefused

TEXT, NUMBER, BOOLEAN, DATE, DATETIME, GEOMETRY, NULL = (
    "string", "number", "boolean", "date", "datetime", "geometry", "null",
)  # fmt: skip
KINDS: Final = {"integer": NUMBER, "number": NUMBER, "string": TEXT, "boolean": BOOLEAN, "date": DATE, "datetime": DATETIME, "geometry": GEOMETRY}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fragment:
    """SQL, its parameters in order, the kind of its value. ``box`` encloses a literal geometry."""

    sql: str
    parameters: tuple[Any, ...] = ()
    kind: str = BOOLEAN
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    column: bool = False


def joined(separator: str, parts: list[Fragment]) -> Fragment:
    """Parts in brackets between separators."""
    return Fragment(
        "(" + separator.join(part.sql for part in parts) + ")",
        tuple(value for part in parts for value in part.parameters),
    )


def wrong(message: str, message_en: str) -> FilterRefused:
    """A refusal with its reason."""
    return FilterRefused(message, message_en=message_en)
