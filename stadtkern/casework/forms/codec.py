"""Forms as JSON and back: what the database stores. Default values are left out, reading is strict.

``from_json(to_json(x)) == x`` for every form, group, position and code list.
"""

from __future__ import annotations

import types
from collections.abc import Hashable
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from stadtkern.casework.forms.model import CodeList, Field, Form, Group

JsonValue = dict[str, Any] | list[Any] | str | int | bool | None

_TAGS: dict[str, type[Any]] = {"form": Form, "group": Group, "field": Field, "code_list": CodeList}
_TAG_OF = {cls: tag for tag, cls in _TAGS.items()}
_MAX_DEPTH = 400


class FormJsonError(ValueError):
    """The stored JSON is not a form; ``path`` says where."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


def to_json(value: Form | Group | CodeList) -> dict[str, Any]:
    """The value as plain JSON data (dicts, lists, strings, numbers)."""
    dumped = _dump(value)
    assert isinstance(dumped, dict)
    return dumped


def from_json(data: object) -> Form | Group | CodeList:
    """The form, group or code list stored as ``data``. Raises FormJsonError with the place."""
    tag = data.get("type") if isinstance(data, dict) else None
    if tag not in ("form", "group", "code_list"):
        raise FormJsonError("$", "Das ist weder Formular noch Gruppe noch Codeliste.")
    loaded = _load_object(data, _TAGS[tag], "$", 0)
    assert isinstance(loaded, Form | Group | CodeList)
    return loaded


def form_from_json(data: object) -> Form:
    """The form stored as ``data``. Raises FormJsonError, also when it is something else."""
    loaded = from_json(data)
    if not isinstance(loaded, Form):
        raise FormJsonError("$", "Das ist kein Formular.")
    return loaded


def _dump(value: Any) -> JsonValue:
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if not is_dataclass(value):
        return cast(JsonValue, value)
    result: dict[str, Any] = {}
    tag = _TAG_OF.get(type(value))
    if tag:
        result["type"] = tag
    for field in fields(value):
        item = getattr(value, field.name)
        if field.default is MISSING or item != field.default:
            result[_json_name(field.name, tagged=tag is not None)] = _dump(item)
    return result


def _json_name(name: str, *, tagged: bool) -> str:
    return f"{name}_" if tagged and name == "type" else name


@lru_cache(maxsize=64)
def _hints(cls: Hashable) -> dict[str, Any]:
    return get_type_hints(cast(type[Any], cls))


@lru_cache(maxsize=64)
def _required(cls: Hashable) -> frozenset[str]:
    return frozenset(field.name for field in fields(cast(type[Any], cls)) if field.default is MISSING)


def _load_object(data: object, cls: type[Any], path: str, depth: int) -> Any:
    if not isinstance(data, dict):
        raise FormJsonError(path, "Hier fehlt ein Objekt.")
    if depth > _MAX_DEPTH:
        raise FormJsonError(path, "Zu tief verschachtelt.")
    hints = _hints(cast(Hashable, cls))
    given = {key: value for key, value in data.items() if not (key == "type" and cls in _TAG_OF)}
    for key in given:
        if key not in hints:
            raise FormJsonError(f"{path}.{key}", "Unbekannte Angabe.")
    missing = _required(cast(Hashable, cls)) - given.keys()
    if missing:
        raise FormJsonError(f"{path}.{min(missing)}", "Pflichtangabe fehlt.")
    return cls(**{key: _load(value, hints[key], f"{path}.{key}", depth + 1) for key, value in given.items()})


def _load(data: object, expected: Any, path: str, depth: int) -> Any:
    origin = get_origin(expected)
    if origin is tuple:
        if not isinstance(data, list):
            raise FormJsonError(path, "Hier fehlt eine Liste.")
        item_type = get_args(expected)[0]
        return tuple(_load(item, item_type, f"{path}[{i}]", depth) for i, item in enumerate(data))
    if origin in (Union, types.UnionType):
        return _load_union(data, get_args(expected), path, depth)
    if isinstance(expected, type) and issubclass(expected, StrEnum):
        try:
            return expected(str(data))
        except ValueError:
            raise FormJsonError(path, f"Unbekannter Wert {data!r}.") from None
    if is_dataclass(expected):
        assert isinstance(expected, type)
        return _load_object(data, expected, path, depth)
    if type(data) is not expected:
        raise FormJsonError(path, f"Hier wird {expected.__name__} erwartet.")
    return data


def _load_union(data: object, members: tuple[Any, ...], path: str, depth: int) -> Any:
    if data is None and type(None) in members:
        return None
    choices = [member for member in members if member is not type(None)]
    if len(choices) == 1:
        return _load(data, choices[0], path, depth)
    tag = data.get("type") if isinstance(data, dict) else None
    cls = _TAGS.get(tag) if isinstance(tag, str) else None
    if cls is None or cls not in choices:
        raise FormJsonError(path, "Hier wird ein Feld oder eine Gruppe erwartet.")
    return _load_object(data, cls, path, depth)
