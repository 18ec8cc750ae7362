"""Multi-instance: one token outside, one item scope with its own token for each instance."""

from __future__ import annotations

from typing import Any

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import Multi
from stadtkern.casework.processes.engine.trouble import Trouble
from stadtkern.casework.processes.engine.work import Opening, View, Work


def begin(w: Work, number: int, node: m.Activity, multi: m.MultiInstance, openings: list[Opening]) -> None:
    """Begins all instances, or the first. Raises `Trouble` when the collection is none."""
    token = w.tokens[number]
    items = _items(w, multi, w.view(token.scope))
    scope = w.begin(node.id, "multi", token.scope, number, {})
    w.change(number, phase="wait", inner=scope)
    w.edit(scope, multi=Multi(len(items), 0, 0, items))
    if not items:
        _finish(w, scope, multi)
        return
    w.open(openings, number)
    for _ in items[:1] if multi.sequential else items:
        _begin_next(w, scope, node, multi)


def _items(w: Work, multi: m.MultiInstance, view: View) -> tuple[Any, ...]:
    limit = w.limits.items
    if multi.collection is not None:
        found: object = w.evaluate(multi.collection, view)
        if not isinstance(found, list):
            raise Trouble("not-a-list", text=multi.collection.text)
        if len(found) > limit:
            raise Trouble("not-a-number", text=multi.collection.text, limit=limit)

        return tuple(found)
    if multi.cardinality is None:
        raise Trouble("not-executable")
    count = w.evaluate(multi.cardinality, view)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= limit:
        raise Trouble("not-a-number", text=multi.cardinality.text, limit=limit)
    return (None,) * int(count)


def _begin_next(w: Work, scope: int, node: m.Activity, multi: m.MultiInstance) -> None:
    found = w.scopes[scope].multi
    assert found is not None
    index = found.begun
    variables: dict[str, Any] = {"loopCounter": index + 1}
    if multi.item:
        variables[multi.item] = found.items[index]
    items = found.items if index + 1 < found.total else ()
    w.edit(scope, multi=found._replace(begun=index + 1, items=items))
    w.put(node.id, w.begin(node.id, "item", scope, 0, variables))


def item_done(w: Work, number: int, skipped: bool = False) -> None:
    """An instance has ended: collect, then end the whole, begin the next, or wait. `skipped`: without output."""
    token = w.tokens[number]
    item = token.scope
    scope = w.scopes[item].parent
    found = w.scopes[scope].multi
    node = w.model.nodes[token.node]
    assert found is not None and isinstance(node, m.Activity) and node.multi is not None
    multi = node.multi
    done = found.done + 1
    results = found.results
    if multi.output_item is not None and not skipped:
        index = w.scopes[item].variables["loopCounter"] - 1
        results = {**results, index: w.evaluate(multi.output_item, w.view(item))}
    enough = done == found.total or (not skipped and _enough(w, scope, multi, found, done))
    w.close(token.waits)
    w.way.append(c.Passed("leave", node.id))
    w.take(number)
    del w.scopes[item]
    w.edit(scope, multi=found._replace(done=done, results=results))
    if enough:
        _finish(w, scope, multi)
    elif multi.sequential:
        _begin_next(w, scope, node, multi)


def _enough(w: Work, scope: int, multi: m.MultiInstance, found: Multi, done: int) -> bool:
    if multi.completion is None:
        return False
    numbers = {
        "numberOfInstances": found.total,
        "numberOfActiveInstances": found.begun - done,
        "numberOfCompletedInstances": done,
        "numberOfTerminatedInstances": 0,
    }
    return w.condition(multi.completion, w.view(scope, numbers))


def _finish(w: Work, scope: int, multi: m.MultiInstance) -> None:
    found = w.scopes[scope]
    assert found.multi is not None
    w.cancel_scope(scope)
    if multi.output_collection:
        results = [found.multi.results.get(index) for index in range(found.multi.total)]
        w.assign(found.parent, {multi.output_collection: results})
    w.change(found.owner, inner=0)
    w.go(found.owner)
