"""What the form of a task asks for, as the drawing declares it: ``stadtkern:field`` inside ``extensionElements``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stadtkern.casework.processes.bpmn import extensions
from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.vocabulary import OURS
from stadtkern.casework.processes.packages.texts import Text

Kind = Literal["text", "long", "number", "date", "boolean", "choice"]
KINDS = ("text", "long", "number", "date", "boolean", "choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskField:
    """One thing a task asks for."""

    name: str
    kind: Kind
    label: Text
    hint: Text
    required: bool
    options: tuple[tuple[str, Text], ...] = ()


def declared_fields(document: BpmnDocument) -> dict[str, tuple[TaskField, ...]]:
    """The declared fields of all tasks, by the id of the task."""
    found = {}
    for key, element in document.by_id.items():
        rows = tuple(_read(child.attributes) for child in extensions.children(element, OURS, "field"))
        if rows:
            found[key] = rows
    return found


def _read(given: Mapping[str, str]) -> TaskField:
    kind = given.get("type", "text").strip()
    name = given.get("name", "").strip()
    options = tuple(
        (value.strip(), Text((label or value).strip()))
        for value, _, label in (part.partition(":") for part in given.get("options", "").split("|"))
        if value.strip()
    )
    return TaskField(
        name=name,
        kind="choice" if options else kind if kind in KINDS else "text",  # type: ignore[arg-type]  # tested
        label=Text(given.get("label", "").strip() or name, given.get("labelEn", "").strip()),
        hint=Text(given.get("hint", "").strip(), given.get("hintEn", "").strip()),
        required=given.get("required", "true").strip() != "false",
        options=options,
    )
