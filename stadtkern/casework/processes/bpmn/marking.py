"""Which markings a process can reach: tokens on flows, every choice open, no data. The base of `soundness`.

A process is played as a net: a node takes tokens from its incoming flows and puts tokens on outgoing ones. Choices
(conditions, events on the border) are all tried. A flow never holds more than two tokens here, which is enough to see
that something can run twice. Exploration stops at a limit; then nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from stadtkern.casework.processes.bpmn.graph import Flow, Node, Scope
from stadtkern.casework.processes.bpmn.vocabulary import ACTIVITIES

Marking = tuple[tuple[str, int], ...]
LIMIT = 4_000
MANY_FLOWS = 8


@dataclass(slots=True)
class Play:
    """What was seen: which joins fired, where tokens waited for ever, which flows carried two tokens."""

    complete: bool = True
    fired: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Net:
    scope: Scope
    reaches: dict[str, set[str]]


def play(scope: Scope, starts: list[Node], limit: int = LIMIT) -> Play:
    """Plays a scope from each of its starts on its own (each starts a separate instance)."""
    found = Play()
    net = _Net(scope, {flow.id: _flows_leading_to(flow) for flow in scope.flows})
    together = not any(node.kind == "startEvent" for node in starts)
    groups = [starts] if together else [[node] for node in starts]
    for group in groups:
        first: dict[str, int] = {}
        for node in group:
            for flow in node.outgoing if node.kind == "startEvent" else ():
                first[flow.id] = 1
            if node.kind != "startEvent":
                first.update(dict.fromkeys((flow.id for flow in node.outgoing), 1))
        _explore(net, _freeze(first), found, limit)
    return found


def _explore(net: _Net, first: Marking, found: Play, limit: int) -> None:
    seen, todo = {first}, [first]
    while todo:
        marking = todo.pop()
        moved = False
        for following in _steps(net, dict(marking), found):
            moved = True
            if following not in seen:
                if len(seen) >= limit:
                    found.complete = False
                    return
                seen.add(following)
                todo.append(following)
        if not moved:
            found.stuck |= {_target(net, flow).id for flow, _ in marking}


def _target(net: _Net, flow_id: str) -> Node:
    return next(flow.target for flow in net.scope.flows if flow.id == flow_id)


def _steps(net: _Net, marking: dict[str, int], found: Play) -> Iterator[Marking]:
    for node in {id(node): node for node in (_target(net, flow) for flow in marking)}.values():
        taken = _takes(net, node, marking)
        if taken is None:
            continue
        found.fired.add(node.id)
        rest = dict(marking)
        for flow in taken:
            rest[flow] -= 1
        if node.kind == "endEvent" and node.event == "terminate":
            yield ()
            continue
        for outcome in _outcomes(node):
            after = dict(rest)
            for flow in outcome:
                after[flow] = after.get(flow, 0) + 1
                if after[flow] > 1:
                    found.twice.add(flow)
                    after[flow] = 2
            yield _freeze(after)


def _takes(net: _Net, node: Node, marking: dict[str, int]) -> list[str] | None:
    """The flows a node takes one token from; None if it cannot act yet."""
    waiting = [flow.id for flow in node.incoming if marking.get(flow.id)]
    if node.kind == "parallelGateway" and len(node.incoming) > 1:
        return waiting if len(waiting) == len(node.incoming) else None
    if node.kind in {"inclusiveGateway", "complexGateway"} and len(node.incoming) > 1:
        missing = [flow.id for flow in node.incoming if not marking.get(flow.id)]
        # A token may still come to a missing flow without passing a flow that already holds one.
        held = set().union(*(net.reaches[flow] | {flow} for flow in waiting))
        coming = any(
            other in net.reaches[flow] and other not in held for flow in missing for other in marking
        )
        return None if coming else waiting
    return waiting[:1]


def _outcomes(node: Node) -> Iterator[list[str]]:
    """Every set of outgoing flows the node may choose."""
    regular = list(_regular(node))
    yield from regular
    for event in node.boundary:
        if event.event == "compensate":
            continue
        ways = [flow.id for flow in event.outgoing]
        if event.flag("cancelActivity", True):
            yield ways
        else:
            yield from ([*outcome, *ways] for outcome in regular[:1])


def _regular(node: Node) -> Iterator[list[str]]:
    ways = [flow.id for flow in node.outgoing]
    if len(ways) < 2:
        yield ways
    elif node.kind in {"exclusiveGateway", "eventBasedGateway", "complexGateway"}:
        yield from ([way] for way in ways)
    elif node.kind == "inclusiveGateway" or _conditional(node):
        fixed = (
            [] if node.kind == "inclusiveGateway" else [f.id for f in node.outgoing if not _chosen(node, f)]
        )
        open_ways = [way for way in ways if way not in fixed]
        sizes = (
            range(0 if fixed else 1, len(open_ways) + 1) if len(ways) <= MANY_FLOWS else (1, len(open_ways))
        )
        for size in sizes:
            yield from ([*fixed, *some] for some in combinations(open_ways, size))
    else:
        yield ways


def _conditional(node: Node) -> bool:
    return node.kind in ACTIVITIES and any(_chosen(node, flow) for flow in node.outgoing)


def _chosen(node: Node, flow: Flow) -> bool:
    return flow.condition is not None or flow.id == node.default


def _flows_leading_to(flow: Flow) -> set[str]:
    """All flows from which a token can come to `flow`."""
    found: set[str] = set()
    todo = [flow.source]
    seen: set[str] = set()
    while todo:
        node = todo.pop()
        if node.id in seen:
            continue
        seen.add(node.id)
        found |= {incoming.id for incoming in node.incoming}
        todo += [incoming.source for incoming in node.incoming]
        if node.host is not None:
            todo.append(node.host)
    return found


def _freeze(marking: dict[str, int]) -> Marking:
    return tuple(sorted((flow, count) for flow, count in marking.items() if count > 0))
