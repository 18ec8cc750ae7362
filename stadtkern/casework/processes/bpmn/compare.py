"""Compare two models by id: what was added, removed or changed; the proof of the round trip and the base of a diff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.vocabulary import DI, STANDARD
from stadtkern.kernel.xml_document import XmlElement


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``id`` is the element's id, or its path if it has none."""

    id: str
    kind: str
    change: Literal["added", "removed", "changed"]
    what: str = ""
    diagram: bool = False


def compare(before: BpmnDocument, after: BpmnDocument) -> list[Difference]:
    """Every difference in elements, attributes, texts, extensions, order and diagram. Equal models give an empty list.

    Attributes count by their expanded name, texts without the space around them, so prefixes and layout do not matter."""
    left, right = dict(_items(before.root)), dict(_items(after.root))
    found = [_difference(key, left[key], "removed") for key in left if key not in right]
    found += [_difference(key, right[key], "added") for key in right if key not in left]
    for key in left:
        if key in right:
            found += _changes(key, left[key], right[key])
    return found


def _items(element: XmlElement, path: str = "") -> Iterator[tuple[str, XmlElement]]:
    """Every element under its id, or under its place in the nearest element with one."""
    key = element.attributes.get("id", "") if element.namespace in STANDARD else ""
    key = key or path or element.name
    yield key, element
    seen: dict[str, int] = {}
    for child in element.elements:
        seen[child.name] = seen.get(child.name, 0) + 1
        yield from _items(child, f"{key}/{child.name}[{seen[child.name]}]")


def _changes(key: str, left: XmlElement, right: XmlElement) -> Iterator[Difference]:
    if (left.namespace, left.name) != (right.namespace, right.name):
        yield _difference(key, right, "changed", f"kind {left.name} -> {right.name}")
    for name in sorted({*left.attributes, *right.attributes}):
        if left.attributes.get(name) != right.attributes.get(name):
            yield _difference(key, right, "changed", f"@{name}")
    if left.text.strip() != right.text.strip():
        yield _difference(key, right, "changed", "text")
    if _order(left) != _order(right):
        yield _difference(key, right, "changed", "content")


def _order(element: XmlElement) -> list[tuple[str, str, str]]:
    return [(child.namespace, child.name, child.attributes.get("id", "")) for child in element.elements]


def _difference(
    key: str, element: XmlElement, change: Literal["added", "removed", "changed"], what: str = ""
) -> Difference:
    diagram = False
    node: XmlElement | None = element
    while node is not None:
        diagram = diagram or node.namespace == DI
        node = node.above
    return Difference(key, element.name, change, what, diagram)
