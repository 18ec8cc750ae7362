"""How a field of the model is called in each version: one table instead of one reader and one writer per version.

Dialect 2 is xdomea 2.3 and 2.4, dialect 3 is 3.0 and 3.1, dialect 4 is 4.0. A name is a path below the object's element:
``"Akteninhalt/Vorgang"`` lies in a wrapper, ``"Anlage*/Dokument"`` in a wrapper of its own per value, ``"A|B"`` is a choice, ``"~code"`` has
no namespace, ``"."`` is the object's own element, None means that the version does not know the field.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from stadtkern.casework.records.xdomea.values import Code, CodeList

SAME: Final = "="


@dataclass(frozen=True, slots=True)
class Slot:
    """The names of one field, by dialect, and the code list it draws from."""

    names: dict[int, str | None]
    codes: CodeList | None = None


def el(
    name: str | None, *, v2: str | None = SAME, v4: str | None = SAME, codes: CodeList | None = None
) -> Slot:
    """What a field is called; ``name`` is the word of xdomea 3, the others are given where they differ."""
    return Slot({2: name if v2 == SAME else v2, 3: name, 4: name if v4 == SAME else v4}, codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A field in one dialect."""

    attribute: str
    path: tuple[str, ...]
    kind: Any
    repeated: bool
    required: bool
    codes: CodeList | None

    @property
    def is_object(self) -> bool:
        return dataclasses.is_dataclass(self.kind) and self.kind is not Code


@cache
def bound(cls: type, dialect: int) -> tuple[Bound, ...]:
    """The fields of ``cls`` in the order the dialect's schema prescribes."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found = []
    for each in dataclasses.fields(cls):
        slot = next(
            (one for one in getattr(hints[each.name], "__metadata__", ()) if isinstance(one, Slot)), None
        )
        name = slot.names[dialect] if slot else None
        if slot is None or name is None:
            continue
        kind, repeated = kind_of(hints[each.name].__origin__)
        missing = dataclasses.MISSING
        found.append(
            Bound(
                attribute=each.name,
                path=tuple(name.split("/")),
                kind=kind,
                repeated=repeated,
                required=each.default is missing and each.default_factory is missing,
                codes=slot.codes,
            )
        )
    order: tuple[str, ...] = getattr(cls, "ORDER_4", ()) if dialect == 4 else ()
    if order:
        found.sort(key=lambda one: order.index(one.attribute))
    return tuple(found)


def kind_of(hint: Any) -> tuple[Any, bool]:
    """The kind behind ``X | None`` and ``tuple[X, ...]``."""
    origin = typing.get_origin(hint)
    if origin is tuple:
        return typing.get_args(hint)[0], True
    if origin in (typing.Union, types.UnionType):
        return next(one for one in typing.get_args(hint) if one is not types.NoneType), False
    return hint, False
