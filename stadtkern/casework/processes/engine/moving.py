"""Tokens on their way: which flows are taken, and how gateways split and join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import Done, Scope, Token
from stadtkern.casework.processes.engine.trouble import Trouble
from stadtkern.casework.processes.engine.work import Work


def leave(w: Work, number: int) -> None:
    """The token leaves its node by all flows that apply. Raises `Trouble` if there are flows but none applies."""
    token = w.tokens[number]
    node = w.model.nodes[token.node]
    follow(w, number, _chosen(w, node, token))


def follow(w: Work, number: int, flows: Sequence[m.Flow]) -> None:
    """The token leaves its node by these flows; without any it ends here."""
    token = w.tokens[number]
    w.close(token.waits)
    w.way.append(c.Passed("leave", token.node))
    _remember(w, token)
    for flow in flows:
        w.way.append(c.Passed("flow", flow.id))
        w.put(flow.target, token.scope, via=flow.id)
    w.take(number)


def _chosen(w: Work, node: m.Node, token: Token) -> Sequence[m.Flow]:
    flows = w.model.out(node.id)
    if not flows or isinstance(node, m.ParallelGateway):
        return flows
    view = w.view(token.scope)
    found: list[m.Flow] = []
    for flow in flows:
        if flow.id != node.default and (flow.condition is None or w.condition(flow.condition, view)):
            found.append(flow)
            if isinstance(node, m.ExclusiveGateway):
                break
    found = found or [flow for flow in flows if flow.id == node.default]
    if not found:
        raise Trouble("no-flow")
    return found


def _remember(w: Work, token: Token) -> None:
    """Completed and can be compensated: the scope keeps it (sub-processes are kept when they end)."""
    if isinstance(w.model.nodes[token.node], m.SubProcess):
        return
    for boundary in w.model.boundaries.get(token.node, ()):
        if isinstance(boundary.event, m.Compensation):
            keep_done(w, token.scope, Done(token.node))


def keep_done(w: Work, scope: int, done: Done) -> None:
    """Keeps a completed activity in the scope where compensation looks for it."""
    home = home_of(w, scope)
    w.edit(home, done=(*w.scopes[home].done, done))


def home_of(w: Work, scope: int) -> int:
    """The scope itself, or the one around a multi-instance or a compensation."""
    while w.scopes[scope].kind in ("item", "multi", "undo"):
        scope = w.scopes[scope].parent
    return scope


# --- joins


def enter_plain(w: Work, number: int) -> None:
    """Exclusive gateways and none events pass every token on."""
    w.go(number)


def enter_parallel(w: Work, number: int) -> None:
    """The last of the awaited tokens goes on; the others end here."""
    token = w.tokens[number]
    into = w.model.into(token.node)
    if len(into) < 2:
        w.go(number)
        return
    counts = _arrived(w.scopes[token.scope], token)
    if all(counts.get(flow.id) for flow in into):
        _count(w, token.scope, token.node, {f: n - 1 for f, n in counts.items()})
        w.go(number)
    else:
        _count(w, token.scope, token.node, counts)
        w.take(number)


def enter_inclusive(w: Work, number: int) -> None:
    """Waits; `fire_inclusive` decides when everything else has moved as far as it can."""
    token = w.tokens[number]
    if len(w.model.into(token.node)) < 2:
        w.go(number)
        return
    _count(w, token.scope, token.node, _arrived(w.scopes[token.scope], token))
    w.joining[(token.scope, token.node)] = None
    w.take(number)


def _arrived(scope: Scope, token: Token) -> dict[str, int]:
    counts = dict(scope.joins.get(token.node, {}))
    counts[token.via] = counts.get(token.via, 0) + 1
    return counts


def _count(w: Work, scope: int, node: str, counts: Mapping[str, int]) -> None:
    joins = {name: found for name, found in w.scopes[scope].joins.items() if name != node}
    left = {flow: n for flow, n in counts.items() if n > 0}
    if left:
        joins[node] = left
    w.edit(scope, joins=joins)


def fire_inclusive(w: Work) -> bool:
    """Lets the first inclusive join go on that no more token can reach. False: none."""
    for scope, node in w.joining:
        if _complete(w, scope, node):
            force_join(w, w.put(node, scope, "wait"))
            return True
    return False


def force_join(w: Work, number: int) -> None:
    """One token for those that wait in the join, on each flow one."""
    token = w.tokens[number]
    counts = {flow: n - 1 for flow, n in w.scopes[token.scope].joins.get(token.node, {}).items()}
    _count(w, token.scope, token.node, counts)
    if not any(counts.values()):
        w.joining.pop((token.scope, token.node), None)
    w.go(number)


def _complete(w: Work, scope: int, join: str) -> bool:
    """BPMN 2.0.2, 13.4.3 (inclusive gateway): every token that could still reach an empty incoming flow without passing
    the gateway could just as well reach one that already has a token."""
    filled = w.scopes[scope].joins[join]
    reaching = w.model.upstream[join]
    empty = [sources for flow, sources in reaching.items() if flow not in filled]
    full = [sources for flow, sources in reaching.items() if flow in filled]
    places = {t.node for t in w.tokens.values() if t.scope == scope}
    places |= {node for node in w.scopes[scope].joins if node != join}
    for place in places:
        if any(place in sources for sources in empty) and not any(place in sources for sources in full):
            return False
    return True
