"""Events: what is thrown, who catches it, and what a wait does when it happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stadtkern.casework.processes.engine import acting, undoing
from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import Due, Wait
from stadtkern.casework.processes.engine.trouble import Trouble
from stadtkern.casework.processes.engine.work import ROOT, Opening, Work

_Catcher = tuple[int, m.BoundaryEvent | m.StartEvent]


def enter_catch(w: Work, number: int) -> None:
    """An intermediate catching event waits."""
    node = w.node(number)
    assert isinstance(node, m.CatchEvent)
    opening = acting.opening_for(w, node.id, node.event, w.view(w.tokens[number].scope), token=number)
    if opening is None:
        raise Trouble("not-executable")
    w.change(number, phase="wait")
    w.open([opening], number)


def enter_choice(w: Work, number: int) -> None:
    """An event-based gateway waits for everything behind it at once."""
    token = w.tokens[number]
    view = w.view(token.scope)
    found: list[Opening] = []
    for flow in w.model.out(token.node):
        node = w.model.nodes[flow.target]
        event = node.message if isinstance(node, m.ReceiveTask) else getattr(node, "event", None)
        opening = acting.opening_for(w, node.id, event, view, token=number) if event else None
        if opening is None:
            raise Trouble("not-executable")
        found.append(opening)
    w.change(number, phase="wait")
    w.open(found, number)


def enter_throw(w: Work, number: int) -> None:
    """An end event or an intermediate throwing event."""
    node = w.node(number)
    assert isinstance(node, m.EndEvent | m.ThrowEvent)
    match node.event:
        case m.Message():
            acting.send(w, number, node.event)
        case m.Signal():
            payload = w.data(node.event.payload, w.view(w.tokens[number].scope))
            w.tell(c.BroadcastSignal(node.id, node.event.name, payload, f"{w.instance}:{number}"))
        case m.Escalation():
            escalate(w, number, node.event.code)
            if number not in w.tokens:
                return
        case m.Compensation():
            undoing.begin(w, number, node.event)
            return
        case m.Error():
            if not raise_error(w, number, node.event.code):
                end(w, "error", node.event.code, node.id)
            return
        case m.Terminate():
            _terminate(w, number)
            return
        case _:
            pass
    w.go(number)


def _terminate(w: Work, number: int) -> None:
    scope = w.tokens[number].scope
    if scope == ROOT:
        end(w, "terminated", None, w.tokens[number].node)
        return
    w.cancel_inside(scope, but=number)
    w.way.append(c.Passed("leave", w.tokens[number].node))
    w.take(number)


def end(w: Work, outcome: Any, code: str | None = None, node: str | None = None) -> None:
    """The whole instance ends; nothing is left but its variables."""
    w.cancel_inside(ROOT)
    w.close(w.scopes[ROOT].waits)
    w.edit(ROOT, waits=(), done=())
    w.queue.clear()
    w.status = outcome
    w.tell(c.Completed(outcome, w.scopes[ROOT].variables, code, node))


# --- errors and escalations climb


def raise_error(w: Work, number: int, code: str | None, own: bool = False) -> bool:
    """Climbs from a token outwards to whoever catches the error. `own`: at the edge of its own activity too."""
    caught = _find(w, number, code, m.Error, own)
    if caught is None:
        return False
    _catch(w, caught, code)
    return True


def escalate(w: Work, number: int, code: str | None, own: bool = False) -> None:
    """Climbs like an error; without a catcher the outside is told and the token goes on."""
    caught = _find(w, number, code, m.Escalation, own)
    if caught is None:
        w.tell(c.Escalated(w.tokens[number].node, code))
    else:
        _catch(w, caught, code)


def _find(
    w: Work, number: int, code: str | None, kind: type[m.Error] | type[m.Escalation], own: bool
) -> _Catcher | None:
    for place, candidates in _places(w, number, own):
        for wanted in (code, None) if code is not None else (None,):
            for node in candidates:
                event = node.event
                if isinstance(event, m.Error | m.Escalation) and type(event) is kind and event.code == wanted:
                    return place, node
    return None


def _places(
    w: Work, number: int, own: bool
) -> Iterator[tuple[int, tuple[m.BoundaryEvent | m.StartEvent, ...]]]:
    """From the inside out: edges of activities (with their token) and event sub-processes (with their scope)."""
    token = w.tokens[number]
    if own and w.scopes[token.scope].kind != "item":
        yield number, w.model.boundaries.get(token.node, ())
    scope, came = token.scope, ""
    while scope:
        found = w.scopes[scope]
        if found.kind in ("process", "sub", "event") and came != "event":
            yield scope, w.model.event_starts.get(found.node, ())
        inside = found.kind == "sub" and w.scopes[found.parent].kind != "item"
        if inside or found.kind == "multi":
            yield found.owner, w.model.boundaries.get(found.node, ())
        scope, came = found.parent, found.kind


def _catch(w: Work, caught: _Catcher, code: str | None) -> None:
    place, node = caught
    if isinstance(node, m.BoundaryEvent):
        _from_edge(w, place, node, code)
    else:
        _begin_event_sub(w, place, node, code)


# --- waits happen


def fire(w: Work, number: int, payload: Any) -> None:
    """A wait (timer, message, signal) has happened."""
    wait = w.waits[number]
    node = w.model.nodes[wait.node]
    if isinstance(node, m.BoundaryEvent):
        if not node.interrupting:
            _happened_once(w, number, wait)
        _from_edge(w, wait.token, node, payload, number)
    elif isinstance(node, m.StartEvent):
        if not node.interrupting:
            _happened_once(w, number, wait)
        _begin_event_sub(w, wait.scope, node, payload, number)
    elif w.tokens[wait.token].node == wait.node:
        w.used_up(number)
        acting.answer(w, wait.token, payload)
    else:
        _chosen(w, number, wait, payload)


def _chosen(w: Work, number: int, wait: Wait, payload: Any) -> None:
    gateway = w.tokens[wait.token]
    flow = next(f for f in w.model.out(gateway.node) if f.target == wait.node)
    w.close(gateway.waits, but=number)
    w.way += [c.Passed("leave", gateway.node), c.Passed("flow", flow.id), c.Passed("enter", wait.node)]
    token = w.put(wait.node, gateway.scope, "wait", flow.id)
    w.take(wait.token)
    acting.answer(w, token, payload)


def _happened_once(w: Work, number: int, wait: Wait) -> None:
    """What does not interrupt may happen again: messages and signals always, a cycle while repetitions are left."""
    if wait.kind != "timer":
        return
    w.used_up(number)
    if wait.due is not None and wait.due.left:
        due: Due = wait.due._replace(left=wait.due.left - 1 if wait.due.left > 0 else -1)
        again = Opening(wait._replace(due=due), lambda n: c.ScheduleTimer(n, wait.node, due, True))
        if wait.token:
            w.open([again], wait.token)
        else:
            w.open_scope([again], wait.scope)


def _from_edge(w: Work, owner: int, node: m.BoundaryEvent, payload: Any, wait: int = 0) -> None:
    scope = w.tokens[owner].scope
    if node.interrupting:
        w.cancel_token(owner, but=wait)
    token = w.put(node.id, scope, "wait")
    w.way.append(c.Passed("enter", node.id))
    acting.answer(w, token, payload)


def _begin_event_sub(w: Work, scope: int, start: m.StartEvent, payload: Any, wait: int = 0) -> None:
    if start.interrupting:
        waits = w.scopes[scope].waits
        w.cancel_inside(scope)
        w.close(waits, but=wait)
        w.edit(scope, waits=())
    token = w.put(start.scope, scope, "wait")
    w.way.append(c.Passed("enter", start.scope))
    fill_event_sub(w, token, start, payload)


def fill_event_sub(w: Work, number: int, start: m.StartEvent, payload: Any) -> None:
    """The inside of an event sub-process whose token stands in the scope around it."""
    inner = w.begin(start.scope, "event", w.tokens[number].scope, number, {})
    try:
        acting.fill(w, start.scope, inner)
    except Trouble as trouble:
        w.cancel_scope(inner)
        w.incident(number, "answer", trouble, payload)
        return
    w.change(number, phase="wait", inner=inner)
    w.way.append(c.Passed("enter", start.id))
    acting.answer(w, w.put(start.id, inner, "wait"), payload)
