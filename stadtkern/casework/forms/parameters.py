"""The values of the municipality as the rules of a form see them: ``parameter.name``, the same that its procedures see.

Whoever knows them (cases, the workshop) registers a source; this room asks only for forms whose rules name ``parameter``. What
held when an application was judged is kept with it, so that a later change of a fee never changes what somebody was told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Parameters = Mapping[str, object]
Source = Callable[[str], Parameters | None]

_sources: list[Source] = []


def register_parameters(source: Source) -> None:
    """``source(service slug)`` gives the values, or None when it does not know that service."""
    if source not in _sources:
        _sources.append(source)


def parameters_of(service_slug: str) -> Parameters | None:
    """What holds in this municipality now; None when nobody knows the service."""
    found = (source(service_slug) for source in _sources)
    return next((values for values in found if values is not None), None)


def kept(parameters: Parameters) -> dict[str, Any]:
    """The values as JSON that keeps their types."""
    return {name: _kept(value) for name, value in parameters.items()}


def _kept(value: object) -> Any:
    if isinstance(value, bool | str):
        return value
    return {"date": value.isoformat()} if isinstance(value, date) else {"number": str(value)}


def read(stored: Mapping[str, Any]) -> dict[str, object]:
    """What ``kept`` wrote."""
    return {name: _read(value) for name, value in stored.items()}


def _read(value: Any) -> object:
    if isinstance(value, Mapping):
        return date.fromisoformat(value["date"]) if "date" in value else Decimal(value["number"])
    return value
