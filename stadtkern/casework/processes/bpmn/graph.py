"""Processes as graphs: nodes, flows and scopes, read from a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.vocabulary import (
    EVENT_DEFINITIONS,
    FLOW_NODES,
    MODEL,
    SUB_PROCESSES,
)
from stadtkern.kernel.xml_document import XmlElement


@dataclass(slots=True, eq=False)
class Flow:
    """A sequence flow."""

    id: str
    name: str
    source: Node
    target: Node
    element: XmlElement

    @property
    def condition(self) -> XmlElement | None:
        """The condition, if there is one with text."""
        found = self.element.first(MODEL, "conditionExpression")
        return found if found is not None and found.text.strip() else None


@dataclass(slots=True, eq=False)
class Node:
    """A flow node."""

    id: str
    kind: str
    name: str
    element: XmlElement
    scope: Scope
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundary: list[Node] = field(default_factory=list)
    host: Node | None = None
    lane: str = ""
    inner: Scope | None = None

    @property
    def events(self) -> list[XmlElement]:
        """The event definitions of an event."""
        return self.element.of(MODEL, *EVENT_DEFINITIONS)

    @property
    def event(self) -> str:
        """``timer``, ``message``, …; ``none`` without a definition, ``multiple`` with several."""
        found = [definition.name.removesuffix("EventDefinition") for definition in self.events]
        found += ["reference"] * len(self.element.of(MODEL, "eventDefinitionRef"))
        return "none" if not found else found[0] if len(found) == 1 else "multiple"

    @property
    def label(self) -> str:
        """The name, or the id if there is none; on one line."""
        return " ".join(self.name.split()) or self.id

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean attribute."""
        value = self.element.attributes.get(name)
        return default if value is None else value.strip() in {"true", "1"}

    @property
    def default(self) -> str:
        """The id of the default flow."""
        return self.element.attributes.get("default", "").strip()

    @property
    def is_event_sub_process(self) -> bool:
        """A sub-process that an event starts."""
        return self.kind == "subProcess" and self.flag("triggeredByEvent")


@dataclass(slots=True, eq=False)
class Scope:
    """A process or sub-process with what is directly in it."""

    id: str
    name: str
    element: XmlElement
    owner: Node | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    @property
    def starts(self) -> list[Node]:
        """The start events."""
        return [node for node in self.nodes.values() if node.kind == "startEvent"]

    def walk(self) -> Iterator[Node]:
        """All nodes, those of inner scopes after their sub-process."""
        for node in self.nodes.values():
            yield node
            if node.inner is not None:
                yield from node.inner.walk()

    def scopes(self) -> Iterator[Scope]:
        """This scope and all within."""
        yield self
        for node in self.nodes.values():
            if node.inner is not None:
                yield from node.inner.scopes()


def read_scope(document: BpmnDocument, element: XmlElement, owner: Node | None = None) -> Scope:
    """The graph of a process or sub-process. Flows that leave their scope are left out (`check` reports them)."""
    scope = Scope(element.attributes.get("id", ""), element.attributes.get("name", ""), element, owner)
    for child in element.of(MODEL, *FLOW_NODES):
        identifier = child.attributes.get("id", "")
        node = Node(identifier, child.name, child.attributes.get("name", ""), child, scope)
        scope.nodes[identifier] = node
        if child.name in SUB_PROCESSES:
            node.inner = read_scope(document, child, node)
    for child in element.of(MODEL, "sequenceFlow"):
        _connect(document, scope, child)
    _attach(document, scope)
    for lanes in element.of(MODEL, "laneSet"):
        _lanes(document, scope, lanes)
    return scope


def _connect(document: BpmnDocument, scope: Scope, element: XmlElement) -> None:
    source, target = document.target(element, "sourceRef"), document.target(element, "targetRef")
    if source is None or target is None:
        return
    first = scope.nodes.get(source.attributes.get("id", ""))
    last = scope.nodes.get(target.attributes.get("id", ""))
    if first is None or last is None:
        return
    flow = Flow(element.attributes.get("id", ""), element.attributes.get("name", ""), first, last, element)
    scope.flows.append(flow)
    first.outgoing.append(flow)
    last.incoming.append(flow)


def _attach(document: BpmnDocument, scope: Scope) -> None:
    for node in scope.nodes.values():
        if node.kind == "boundaryEvent":
            host = document.target(node.element, "attachedToRef")
            node.host = scope.nodes.get(host.attributes.get("id", "")) if host is not None else None
            if node.host is not None:
                node.host.boundary.append(node)


def _lanes(document: BpmnDocument, scope: Scope, lanes: XmlElement) -> None:
    """The innermost lane wins."""
    for lane in lanes.of(MODEL, "lane"):
        for element in document.targets(lane, "flowNodeRef"):
            node = scope.nodes.get(element.attributes.get("id", ""))
            if node is not None:
                node.lane = lane.attributes.get("id", "")
        for inner in lane.of(MODEL, "childLaneSet"):
            _lanes(document, scope, inner)


def read_processes(document: BpmnDocument) -> dict[str, Scope]:
    """The graphs of all processes by id."""
    return {
        process.attributes.get("id", f"process[{number}]"): read_scope(document, process)
        for number, process in enumerate(document.processes, 1)
    }
