"""Reading JSON answers of foreign interfaces: values of the wrong kind count as absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.kernel.strict_reading import InputRefused, load_json


def document(data: bytes, name: str) -> Mapping[str, Any]:
    """The object in these bytes; raises ``SourceRefused``."""
    try:
        found = load_json(data, name)
    except InputRefused as error:
        raise SourceRefused("not-json", str(error), name) from error
    if not isinstance(found, dict):
        raise SourceRefused("not-json", "die Antwort ist kein JSON-Objekt", name)
    return found


def words(value: object) -> str:
    """A text or number as text, else ""."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def objects(value: object) -> Sequence[Mapping[str, Any]]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The texts of a list, of a JSON list written as text (CKAN's extras) or of one value."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = load_json(value.encode(), "extras")
        except InputRefused:
            return [value] if isinstance(value, str) else []
    if isinstance(value, list):
        return [found for item in value if (found := words(item))]
    return [found] if (found := words(value)) else []
