"""A variable gets another name in every expression of a drawing; everything else in the file stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stadtkern.casework.processes.bpmn import extensions
from stadtkern.casework.processes.bpmn.compiler import declared_names
from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.graph import read_processes
from stadtkern.casework.processes.bpmn.vocabulary import MODEL, OURS, ZEEBE
from stadtkern.kernel.feel import FeelError
from stadtkern.kernel.feel.renaming import NameHidden, renamed
from stadtkern.kernel.xml_document import XmlElement

_TEXTS = ("conditionExpression", "timeDuration", "timeDate", "timeCycle", "script", "loopCardinality", "completionCondition")  # fmt: skip
_OURS_ANYWHERE = ("assignee", "correlation", "initial", "collection", "collect")
_OURS_INSIDE = {"input": ("value",), "output": ("value",), "assign": ("value",), "due": ("amount", "at")}
_ZEEBE = ("source", "expression", "inputCollection", "outputElement", "correlationKey", "dueDate", "assignee")


@dataclass(frozen=True, slots=True)
class Place:
    """An expression of a drawing: the element it belongs to, and where in the XML it stands (``attribute`` empty: its text)."""

    owner: str
    holder: XmlElement
    attribute: str = ""

    @property
    def text(self) -> str:
        """The expression as it is written."""
        return self.holder.attributes[self.attribute] if self.attribute else self.holder.text

    def write(self, text: str) -> None:
        """Another expression."""
        if self.attribute:
            self.holder.attributes[self.attribute] = text
        else:
            self.holder.write(text)


def own_names(document: BpmnDocument) -> set[str]:
    """What the processes themselves set or ask for: data objects, outputs, assignments, fields of tasks, items of lists,
    and what one hands to another that it calls."""
    found = {name for scope in read_processes(document).values() for name in declared_names(document, scope)}
    for element in document.by_id.values():
        if element.namespace == MODEL:
            found |= set(extensions.fields(element))
            if element.name == "callActivity":
                found |= {mapping.name for mapping in extensions.inputs(element)}
    return found - {""}


def rename_variable(
    document: BpmnDocument, old: str, new: str, *, write: bool = True
) -> tuple[list[str], list[str]]:
    """Writes the new name into the document. Returns the elements that changed, one entry per expression, and those whose
    expression names it and could not be changed: another language, a mistake, or the new name means something there.
    With ``write`` false nothing changes, and every element that names it is among the latter."""
    changed: list[str] = []
    left: list[str] = []
    whole = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    for place in expressions(document.root):
        text = place.text
        if whole.search(text) is None:
            continue
        sign = re.match(r"\s*=(?!=)\s*", text)
        start = sign.end() if sign else 0
        try:
            fresh = text[:start] + renamed(text[start:], old, new)
        except (FeelError, NameHidden):
            left.append(place.owner)
            continue
        if fresh != text and write:
            place.write(fresh)
        if fresh != text:
            (changed if write else left).append(place.owner)
    return changed, left


def expressions(root: XmlElement, owner: str = "") -> Iterator[Place]:
    """Everything in a file that is an expression."""
    owner = root.attributes.get("id", owner) if root.namespace == MODEL else owner
    for name in _OURS_ANYWHERE:
        if (key := f"{{{OURS}}}{name}") in root.attributes:
            yield Place(owner, root, key)
    if root.namespace == OURS:
        yield from (Place(owner, root, name) for name in _OURS_INSIDE.get(root.name, ()) if name in root.attributes)  # fmt: skip
    elif root.namespace == ZEEBE:
        said = (name for name in _ZEEBE if root.attributes.get(name, "").lstrip().startswith("="))
        yield from (Place(owner, root, name) for name in said)
    elif root.namespace == MODEL and root.name in _TEXTS:
        yield Place(root.above.attributes.get("id", owner) if root.above is not None else owner, root)
    for child in root.elements:
        yield from expressions(child, owner)
