"""The form of a task that no page of its own knows: what it shows, what it asks, how it ends.

What is asked stands in the diagram: ``stadtkern:field`` inside ``extensionElements`` (docs/bpmn-extensions.md), else every
name that the outputs of the task read and nobody knows yet. How it ends: the outcomes of the task, named as the flows
behind it are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from uuid import UUID

from stadtkern.casework.processes.bpmn.document import read_bpmn
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import loads
from stadtkern.casework.processes.errors import NoSuchTask
from stadtkern.casework.processes.models import Task
from stadtkern.casework.processes.packages.model import PROCESS
from stadtkern.casework.processes.packages.task_fields import TaskField, declared_fields
from stadtkern.casework.processes.packages.texts import Text
from stadtkern.casework.processes.queries import TaskInfo, task_info
from stadtkern.casework.processes.versions import package_of, procedure
from stadtkern.casework.processes.writes import from_json
from stadtkern.kernel import feel
from stadtkern.kernel.errors import InvalidInput

_ACTION = re.compile(r'^\s*action\s*=\s*"([^"]+)"\s*$')
MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForm:
    """A task with its form. ``shown`` are its inputs, ``outcomes`` (code, name); none: it is simply done."""

    task: TaskInfo
    instruction: str
    legal_basis: str
    shown: Mapping[str, Any]
    fields: tuple[TaskField, ...]
    outcomes: tuple[tuple[str, str], ...]
    values: Mapping[str, Any]


def task_form(task_id: UUID) -> TaskForm:
    """The form of an open task; raises ``NoSuchTask``. The caller has checked who asks."""

    row = Task.objects.select_related("instance").filter(pk=task_id, status=Task.Status.OPEN).first()
    if row is None:
        raise NoSuchTask()
    instance = row.instance
    model = procedure(instance.version_id).processes[instance.process]
    node = model.nodes[row.node]
    known = loads(instance.state).variables
    fields = tuple(_declared(instance.version_id).get(row.node, ())) or tuple(_from_outputs(node, known))
    data = from_json(row.data)
    return TaskForm(
        task=task_info(row),
        instruction=node.settings.get("documentation", ""),
        legal_basis=node.settings.get("legal_basis", ""),
        shown=data if isinstance(data, Mapping) else {},
        fields=fields,
        outcomes=tuple((code, outcome_name(model, row.node, code)) for code in row.actions.split()),
        values={field.name: known[field.name] for field in fields if field.name in known},
    )


def outcome_name(model: m.Process, node: str, code: str) -> str:
    """How the diagram calls an outcome: the name of the flow that is taken on it, else the code itself."""
    todo, seen = [flow.target for flow in model.out(node)], set()
    while todo:
        found = todo.pop(0)
        if found in seen or not isinstance(model.nodes.get(found), m.ExclusiveGateway | m.InclusiveGateway):
            continue
        seen.add(found)
        for flow in model.out(found):
            match = _ACTION.match(flow.condition.text) if flow.condition else None
            if match and match.group(1) == code and flow.name:
                return flow.name[0].upper() + flow.name[1:]
            todo.append(flow.target)
    return code.replace("_", " ").capitalize()


@lru_cache(maxsize=256)
def _declared(version_id: UUID) -> Mapping[str, tuple[TaskField, ...]]:
    """The declared fields of all tasks of a version, by the id of the task."""
    return declared_fields(read_bpmn(package_of(version_id).files[PROCESS]))


@lru_cache(maxsize=256)
def labels_of(version_id: UUID) -> Mapping[str, str]:
    """What the tasks of a version ask for: the name of each entry and how the form calls it."""
    found = (row for rows in _declared(version_id).values() for row in rows)
    return {row.name: row.label() for row in found if row.label() != row.name}


def _from_outputs(node: m.Node, known: Mapping[str, Any]) -> Iterator[TaskField]:
    """Names that the outputs read and nobody has said yet: a person must say them."""
    asked: dict[str, None] = {}
    for output in getattr(node, "outputs", ()):
        for name in sorted(feel.variables(output.value.text, output.value.names)):
            if name not in known and name not in ("action", "parameter", "result"):
                asked[name] = None
    for name in asked:
        label = Text(name.replace("_", " ").capitalize())
        yield TaskField(name=name, kind="text", label=label, hint=Text(), required=True)


def read_values(fields: tuple[TaskField, ...], entered: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values of what was typed (dates already read); raises ``InvalidInput`` whose ``extra`` names the field."""
    return {field.name: _value(field, entered.get(field.name)) for field in fields}


def _value(field: TaskField, entered: Any) -> Any:
    text = entered.strip() if isinstance(entered, str) else entered
    if field.kind == "boolean":
        return bool(entered)
    if text in (None, ""):
        if field.required:
            raise _wrong(
                field, f"Bitte füllen Sie „{field.label()}“ aus.", f"Please fill in “{field.label('en')}”."
            )
        return None
    if field.kind == "date":
        if not isinstance(text, date):
            raise _wrong(field, f"„{field.label()}“: Dieses Datum gibt es nicht.", "There is no such date.")
        return text
    if field.kind == "number":
        try:
            number = Decimal(str(text).replace(".", "").replace(",", ".") if "," in str(text) else str(text))
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite():
            raise _wrong(
                field, f"„{field.label()}“: Bitte schreiben Sie eine Zahl.", "Please enter a number."
            )
        return number
    if field.kind == "choice" and text not in {value for value, _label in field.options}:
        raise _wrong(
            field, f"„{field.label()}“: Bitte wählen Sie aus der Liste.", "Please choose from the list."
        )
    if len(str(text)) > MAX_TEXT:
        raise _wrong(field, f"„{field.label()}“: Der Text ist zu lang.", "The text is too long.")
    return text


def _wrong(field: TaskField, message: str, message_en: str) -> InvalidInput:
    return InvalidInput(message, message_en=message_en, extra={"field": field.name})
