"""A process as a list of sentences: what the drawing shows, for everyone who does not see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.extensions import lane_role
from stadtkern.casework.processes.bpmn.graph import Flow, Node, Scope, read_processes
from stadtkern.casework.processes.bpmn.vocabulary import kind_name
from stadtkern.kernel.xml_document import XmlElement

State = Literal["done", "current", "open"]


@dataclass(frozen=True, slots=True)
class Following:
    """Where it goes on: the name of the next step, and on which condition (as the flow is named)."""

    name: str
    condition: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One step. ``depth`` counts the sub-processes around it; ``lane`` names who does it."""

    id: str
    name: str
    kind: str
    lane: str
    depth: int
    state: State
    following: tuple[Following, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The steps of one process, in the order in which they are reached."""

    id: str
    name: str
    entries: tuple[Entry, ...]


def outline(
    document: BpmnDocument,
    *,
    process_id: str | None = None,
    done: Collection[str] = (),
    current: Collection[str] = (),
    language: str = "de",
) -> list[Outline]:
    """The outlines of all processes with a content, or of one. `done` and `current` are ids of nodes."""
    found: list[Outline] = []
    for identifier, scope in read_processes(document).items():
        if scope.nodes and process_id in {None, identifier}:
            entries = tuple(_entries(document, scope, 0, set(done), set(current), language))
            found.append(Outline(identifier, _pool(document, scope), entries))
    return found


def _pool(document: BpmnDocument, scope: Scope) -> str:
    """The name of the process, else of its pool."""
    if scope.name.strip():
        return " ".join(scope.name.split())
    for participant in document.participants:
        if document.target(participant, "processRef") is scope.element:
            return " ".join(participant.attributes.get("name", "").split())
    return ""


def _entries(
    document: BpmnDocument, scope: Scope, depth: int, done: set[str], current: set[str], language: str
) -> Iterator[Entry]:
    for node in _ordered(scope):
        state: State = "current" if node.id in current else "done" if node.id in done else "open"
        lane = document.by_id.get(node.lane)
        yield Entry(
            id=node.id,
            name=" ".join(node.name.split()),
            kind=kind_name(node.kind, language),
            lane=_who(lane) if lane is not None else "",
            depth=depth,
            state=state,
            following=tuple(_following(flow, language) for flow in node.outgoing),
        )
        if node.inner is not None:
            yield from _entries(document, node.inner, depth + 1, done, current, language)


def _who(lane: XmlElement) -> str:
    return " ".join(lane.attributes.get("name", "").split()) or lane_role(lane)


def _following(flow: Flow, language: str) -> Following:
    target = " ".join(flow.target.name.split()) or kind_name(flow.target.kind, language)
    return Following(target, " ".join(flow.name.split()))


def _ordered(scope: Scope) -> list[Node]:
    """From the starts on, each branch to its end; then what nothing leads to."""
    seen: dict[str, Node] = {}
    free = [node for node in scope.nodes.values() if not node.incoming and node.host is None]
    todo = [*scope.starts, *free, *scope.nodes.values()][::-1]
    while todo:
        node = todo.pop()
        if node.id in seen:
            continue
        seen[node.id] = node
        ahead = [flow.target for flow in node.outgoing] + node.boundary
        todo += [target for target in reversed(ahead) if target.id not in seen]
    return list(seen.values())
