"""Records as JSON and back; what is empty is left out, so that a stored record stays readable when fields are added."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

Record = TypeVar("Record")
_HINTS: dict[type, dict[str, Any]] = {}


def to_json(record: Any) -> dict[str, Any]:
    """A record as plain JSON values."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if value is not None and value != "" and value != ():
            found[field.name] = _plain(value)
    return found


def from_json(kind: type[Record], stored: Mapping[str, Any]) -> Record:
    """The record of this kind; unknown members (of a newer release) are ignored."""
    hints = _hints(kind)
    values = {name: _typed(hints[name], value) for name, value in stored.items() if name in hints}
    return kind(**values)


def fingerprint(record: Any) -> str:
    """SHA-256 over sorted JSON: equal exactly if the records are."""
    plain = json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_json(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]


def _typed(hint: Any, value: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        chosen = next(part for part in typing.get_args(hint) if part is not type(None))
        return None if value is None else _typed(chosen, value)
    if typing.get_origin(hint) is tuple:
        parts = typing.get_args(hint)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_typed(parts[0], item) for item in value)
        return tuple(_typed(part, item) for part, item in zip(parts, value, strict=True))
    return from_json(hint, value) if dataclasses.is_dataclass(hint) and isinstance(hint, type) else value
