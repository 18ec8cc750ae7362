"""How many rows of a file a filter finds: for the command and its cases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stadtkern.data.datasets import engine
from stadtkern.data.datasets.cql2.building import Builder
from stadtkern.data.datasets.cql2.reading import checked, from_text

TYPES = {"VARCHAR": "string", "BIGINT": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}


def queryables(columns: Mapping[str, str]) -> dict[str, str]:
    """The types of CQL2 for the columns of a file."""
    found = {}
    for column, type in columns.items():
        if type.startswith("GEOMETRY"):
            found[column] = "geometry"
        elif type.startswith("TIMESTAMP"):
            found[column] = "datetime"
        elif column != engine.ROW:
            found[column] = TYPES[type]
    return found


def count(folder: Path, path: Path, filter: str | dict[str, Any]) -> int:
    """Raises ``FilterRefused``."""
    tree = from_text(filter) if isinstance(filter, str) else checked(filter)
    where = Builder(queryables(engine.columns(folder, path))).condition(tree)
    found = engine.rows(
        folder, f"SELECT count(*) FROM {engine.file(path)} WHERE {where.sql}", where.parameters
    )
    return int(found[0][0])
