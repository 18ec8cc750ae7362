"""Connectors: what a service task may call. Other rooms register theirs; a package names what it needs.

A connector runs in a job of its own and is called again with the same ``key`` after a crash.

One of the house (``outside=False``) works in the transaction that also stores its answer: both happen, or neither. One that
reaches an outside system works outside of any transaction, within its own time limit, and must recognise a repeated ``key``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

Kind = Literal["text", "number", "date", "boolean", "list", "context", "any"]


class ConnectorError(Exception):
    """The call failed. ``code``: a BPMN error that the model may catch. ``final``: trying again makes no sense."""

    def __init__(self, message: str, *, code: str | None = None, final: bool = False) -> None:
        super().__init__(message)
        self.message, self.code, self.final = message, code, final


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: for whom, with what. ``key`` is the same whenever this call is tried again."""

    subject_kind: str
    subject_id: UUID
    operation: str
    data: Mapping[str, Any]
    key: str
    version_id: UUID | None = None
    """The version of the procedure, for connectors that are described in the package."""
    now: datetime | None = None
    """The domain's time of this call."""
    prepared: Mapping[str, Any] = field(default_factory=dict)
    """What ``Connector.prepare`` read from the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value that goes in or comes out."""

    name: str
    kind: Kind = "any"
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a connector can do, typed, so that the designer can check a diagram before it runs."""

    name: str
    label: str
    label_en: str
    inputs: tuple[Field, ...] = ()
    outputs: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """A named outside system or room of the house."""

    name: str
    label: str
    label_en: str
    operations: tuple[Operation, ...]
    run: Callable[[Call], Mapping[str, Any]] = field(repr=False)
    attempts: int = 5
    outside: bool = False
    """Whether it waits for a system that is not ours. It then has no database at hand, except through ``prepare``."""
    prepare: Callable[[Call], Mapping[str, Any]] | None = field(default=None, repr=False)
    seconds: float = 20
    """How long an outside system may take before the call counts as failed."""

    def operation(self, name: str) -> Operation | None:
        """The operation of this name; without a name the only one; None also where the package describes them."""
        if not name and len(self.operations) == 1:
            return self.operations[0]
        return next((found for found in self.operations if found.name == name), None)


_connectors: dict[str, Connector] = {}


def register(connector: Connector) -> None:
    """Make a connector known; the last registration of a name counts (tests replace outside systems so)."""
    _connectors[connector.name] = connector


def known() -> dict[str, Connector]:
    """All connectors by name."""
    return dict(_connectors)


def problems_of(connector: str, operation: str, inputs: frozenset[str]) -> list[str]:
    """Why a service task with these inputs cannot be called, as sentences."""
    found = _connectors.get(connector)
    if found is None:
        return [
            f"Den Anschluss „{connector}“ gibt es hier nicht. Vorhanden: {', '.join(sorted(_connectors)) or 'keine'}."
        ]
    wanted = found.operation(operation)
    if wanted is None:
        names = ", ".join(row.name for row in found.operations)
        return [f"„{connector}“ kann „{operation}“ nicht. Möglich: {names}."]
    missing = [row.name for row in wanted.inputs if row.required and row.name not in inputs]
    return [f"Für „{connector}“ fehlt die Angabe „{name}“." for name in missing]


def forget(name: str) -> None:
    """Remove a connector (tests)."""
    _connectors.pop(name, None)


def misfits(fields: tuple[Field, ...], values: Mapping[str, Any]) -> list[str]:
    """What is missing in ``values`` or of the wrong kind, as sentences; values nobody asked for are left alone."""
    told = []
    for wanted in fields:
        value = values.get(wanted.name)
        if value is None:
            told += [f"Die Angabe „{wanted.name}“ fehlt."] if wanted.required else []
        elif not _fits(wanted.kind, value):
            told.append(f"Die Angabe „{wanted.name}“ ist kein Wert der Art „{wanted.kind}“.")
    return told


def _fits(kind: Kind, value: Any) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "number":
            return isinstance(value, int | Decimal | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, date)
        case "list":
            return isinstance(value, list | tuple)
        case "context":
            return isinstance(value, Mapping)
        case "any":
            return True
