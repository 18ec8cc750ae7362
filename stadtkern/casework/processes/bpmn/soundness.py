"""What can never happen or never end: unreachable nodes, no way to an end, joins that wait for ever, missing defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.findings import Finding, finding
from stadtkern.casework.processes.bpmn.graph import Node, Scope
from stadtkern.casework.processes.bpmn.marking import play
from stadtkern.casework.processes.bpmn.vocabulary import MODEL

WAITING = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "receiveTask",
        "serviceTask",
        "sendTask",
        "callActivity",
        "eventBasedGateway",
    }
)
"""Nodes at which a process may wait; a loop without one would never stop by itself."""


def problems(document: BpmnDocument, scope: Scope) -> Iterator[Finding]:
    """All of a process and its sub-processes."""
    for inner in scope.scopes():
        if inner.owner is not None and inner.owner.kind == "adHocSubProcess":
            continue
        yield from _scope_problems(document, inner)


def starting_nodes(document: BpmnDocument, scope: Scope) -> list[Node]:
    """Where tokens begin: start events, else all nodes that nothing leads to."""
    if scope.starts:
        return scope.starts
    return [
        node for node in scope.nodes.values() if not node.incoming and not _started_otherwise(document, node)
    ]


def _started_otherwise(document: BpmnDocument, node: Node) -> bool:
    """Border events, event sub-processes, compensation handlers and the targets of links have no incoming flow."""
    return (
        node.kind == "boundaryEvent"
        or node.is_event_sub_process
        or node.flag("isForCompensation")
        or (node.kind == "intermediateCatchEvent" and node.event == "link")
    )


def _scope_problems(document: BpmnDocument, scope: Scope) -> Iterator[Finding]:
    if not scope.nodes:
        if scope.owner is None:
            yield finding("empty", scope.element)
        return
    starts = starting_nodes(document, scope)
    if not starts:
        yield finding("no-start", scope.element)
    yield from _reachability(document, scope, starts)
    for node in scope.nodes.values():
        yield from _gateway(node)
    yield from _joins(scope, starts)
    yield from _endless(scope)


def _follow(nodes: Iterable[Node], onward: Callable[[Node], Iterable[Node]]) -> set[str]:
    seen: dict[str, Node] = {}
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if node.id not in seen:
            seen[node.id] = node
            todo += onward(node)
    return set(seen)


def _link_name(node: Node) -> str:
    return node.events[0].attributes.get("name", "") if node.event == "link" else ""


def _onward(node: Node) -> list[Node]:
    following = [flow.target for flow in node.outgoing] + node.boundary
    if node.kind == "intermediateThrowEvent" and node.event == "link":
        following += link_targets(node)
    return following


def link_targets(node: Node) -> list[Node]:
    """The catching link events of the same name."""
    return [
        other
        for other in node.scope.nodes.values()
        if other.kind == "intermediateCatchEvent"
        and other.event == "link"
        and _link_name(other) == _link_name(node)
    ]


def _reachability(document: BpmnDocument, scope: Scope, starts: list[Node]) -> Iterator[Finding]:
    extra = [
        node for node in scope.nodes.values() if node.is_event_sub_process or node.flag("isForCompensation")
    ]
    reached = _follow([*starts, *extra], _onward)
    ends = [node for node in scope.nodes.values() if not _onward(node) or node.kind == "endEvent"]
    backward: dict[str, list[Node]] = {}
    for node in scope.nodes.values():
        for following in _onward(node):
            backward.setdefault(following.id, []).append(node)
    ending = _follow(ends, lambda node: backward.get(node.id, []))
    for node in scope.nodes.values():
        if node.id not in reached:
            yield finding("unreachable", node.element)
        elif node.id not in ending:
            yield finding("no-end", node.element)
        elif _ends_without_event(scope, node):
            yield finding("implicit-end", node.element)


def _ends_without_event(scope: Scope, node: Node) -> bool:
    """The standard wants end events everywhere if there is one anywhere in the scope."""
    has_end = any(other.kind == "endEvent" for other in scope.nodes.values())
    ending = not node.outgoing and node.kind not in {"endEvent", "boundaryEvent"} and not _onward(node)
    return has_end and ending and not node.is_event_sub_process and not node.flag("isForCompensation")


def _gateway(node: Node) -> Iterator[Finding]:
    if node.kind == "boundaryEvent" and not node.outgoing and node.event != "compensate":
        yield finding("boundary-leads-nowhere", node.element)
    if node.default and all(flow.id != node.default for flow in node.outgoing):
        yield finding("default-not-outgoing", node.element, default=node.default)
    for flow in node.outgoing:
        if flow.id == node.default and flow.condition is not None:
            yield finding("default-with-condition", flow.element)
    if node.kind not in {"exclusiveGateway", "inclusiveGateway"} or len(node.outgoing) < 2:
        return
    free = [flow for flow in node.outgoing if flow.condition is None and flow.id != node.default]
    needed = free if node.default else free[1:] if node.kind == "exclusiveGateway" else []
    if node.default or len(free) > 1:
        for flow in needed:
            yield finding("missing-condition", flow.element, gateway=node.label, target=flow.target.label)
    if not node.default and not free:
        yield finding("no-default", node.element)


def _joins(scope: Scope, starts: list[Node]) -> Iterator[Finding]:
    joins = [
        node
        for node in scope.nodes.values()
        if node.kind in {"parallelGateway", "inclusiveGateway", "complexGateway"} and len(node.incoming) > 1
    ]
    merges = [node for node in scope.nodes.values() if len(node.incoming) > 1 and node not in joins]
    if not starts or not (joins or merges):
        return
    seen = play(scope, starts)
    for node in joins:
        if node.id in seen.stuck:
            yield finding("join-waits" if node.id in seen.fired else "join-never", node.element)
    if seen.complete:
        for node in merges:
            if any(flow.id in seen.twice for flow in node.outgoing) and not any(
                flow.id in seen.twice for flow in node.incoming
            ):
                yield finding("runs-twice", node.element)


def _endless(scope: Scope) -> Iterator[Finding]:
    """A loop in which nothing waits would run until the engine's limit stops it."""
    automatic = {node.id: node for node in scope.nodes.values() if not _may_wait(node)}
    reported: set[str] = set()
    for node in automatic.values():
        if node.id in reported:
            continue
        ring = _follow(
            (f.target for f in node.outgoing if f.target.id in automatic), _automatic_after(automatic)
        )
        if node.id in ring:
            reported |= ring
            yield finding("endless", node.element)


def _automatic_after(automatic: dict[str, Node]) -> Callable[[Node], list[Node]]:
    return lambda node: [flow.target for flow in node.outgoing if flow.target.id in automatic]


def _may_wait(node: Node) -> bool:
    return (
        node.kind in WAITING
        or (node.kind == "intermediateCatchEvent" and node.event != "link")
        or (node.inner is not None and any(_may_wait(inner) for inner in node.inner.walk()))
    )


def crossing_flows(document: BpmnDocument, scope: Scope) -> Iterator[Finding]:
    """Sequence flows whose ends are not both in their scope."""
    for inner in scope.scopes():
        known = {flow.id for flow in inner.flows}
        for element in inner.element.of(MODEL, "sequenceFlow"):
            if element.attributes.get("id", "") not in known:
                yield finding("flow-crosses-scope", element)
