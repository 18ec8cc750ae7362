"""Objects of the model as JSON and back: what a record says beyond its columns is kept this way, field by field."""

from __future__ import annotations

import dataclasses
import typing
from functools import cache
from typing import Any, TypeVar

from stadtkern.casework.records.xdomea.binding import kind_of

T = TypeVar("T")


def to_plain(value: Any, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What ``value`` says, without empty fields and those named in ``without`` (of the outermost object only)."""
    found: dict[str, Any] = {}
    for one in dataclasses.fields(value):
        given = getattr(value, one.name)
        if given is None or given == () or (given is False and one.default is False) or one.name in without:
            continue
        if isinstance(given, tuple):
            found[one.name] = [_plain(item) for item in given]
        else:
            found[one.name] = _plain(given)
    return found


def _plain(item: Any) -> Any:
    return to_plain(item) if dataclasses.is_dataclass(item) else item


def from_plain(cls: type[T], data: dict[str, Any], **more: Any) -> T:
    """The object that ``to_plain`` described; ``more`` are fields that were left out."""
    values = dict(more)
    for name, (kind, repeated) in _kinds(cls).items():  # type: ignore[arg-type]
        if name not in data or name in more:
            continue
        given = data[name]
        if dataclasses.is_dataclass(kind):
            known: Any = kind
            values[name] = (
                tuple(from_plain(known, item) for item in given) if repeated else from_plain(known, given)
            )
        else:
            values[name] = tuple(given) if repeated else given
    return cls(**values)


@cache
def _kinds(cls: type) -> dict[str, tuple[Any, bool]]:
    hints = typing.get_type_hints(cls)
    return {one.name: kind_of(hints[one.name]) for one in dataclasses.fields(cls)}
