"""The engine: `start` and `step`. A model, a state and an event make a new state and commands; nothing else happens.

    model = …                                              # a `model.Process`
    state, commands = start(model, "V-17", {"betrag": 120})
    state, commands = step(model, state, TaskCompleted(wait=5, data={"ok": True}))

Tokens move one after the other until all of them wait. What fails becomes an incident at its node, with everything that
was known there; the rest goes on. The same events in the same order always give the same state and the same commands.
Signals and messages go to the outside, also those that the same instance waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stadtkern.casework.processes.engine import acting, happening, moving, repairing, repeating, undoing
from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.decisions import Decide
from stadtkern.casework.processes.engine.state import Done, Scope, State, Wait
from stadtkern.casework.processes.engine.trouble import Trouble
from stadtkern.casework.processes.engine.values import plain
from stadtkern.casework.processes.engine.work import ROOT, Limits, Work

DEFAULT_LIMITS = Limits()


class Step(NamedTuple):
    """A new state and what is to be done because of it."""

    state: State
    commands: tuple[c.Command, ...]


def start(
    model: m.Process,
    instance: str,
    variables: Mapping[str, Any] | None = None,
    *,
    at: str | None = None,
    payload: Mapping[str, Any] | None = None,
    decide: Decide | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Step:
    """A new instance. `at`: the start event that happened (message, signal, timer) with its `payload`; else the none
    starts. Raises `ValueError` if there is no such start, `Trouble` if the first variables cannot be computed."""
    starts = model.starts[model.id]
    if not starts if at is None else not isinstance(model.nodes.get(at), m.StartEvent):
        raise ValueError(f"process {model.id!r} has no start {at or ''}")
    w = Work(model, State(instance, model.id), decide, limits)
    w.begin(model.id, "process", 0, 0, plain(variables or {}))
    acting.fill(w, model.id, ROOT)
    if at is not None:
        w.way.append(c.Passed("enter", at))
        acting.answer(w, w.put(at, ROOT, "wait"), payload or {})
    else:
        for node in starts:
            w.put(node, ROOT)
    return _finished(w)


def step(
    model: m.Process,
    state: State,
    event: e.Event,
    *,
    decide: Decide | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Step:
    """What an event makes of a state. An event that nobody waits for changes nothing (`Ignored`)."""
    if state.status != "running":
        return Step(state, (c.Ignored(f"instance is {state.status}"),))
    w = Work(model, state, decide, limits)
    refused = _HAPPENS[type(event)](w, event)
    if refused is not None:
        return Step(state, (c.Ignored(refused),))
    return _finished(w)


def _finished(w: Work) -> Step:
    _drain(w)
    w.tell(c.TookWay(tuple(w.way)))
    return Step(w.freeze(), tuple(w.commands))


# --- tokens move


def _drain(w: Work) -> None:
    """Until every token waits. Beyond the limit of steps tokens stay where they are, the first as an incident."""
    steps = 0
    waiting: list[int] = []
    while w.status == "running":
        if w.queue:
            number = w.queue.popleft()
            token = w.tokens.get(number)
            if token is None or token.phase not in ("enter", "leave"):
                continue
            if token.phase == "leave":
                _leave(w, number)
                continue
            steps += 1
            if steps <= w.limits.steps:
                _enter(w, number)
            elif waiting or steps > w.limits.steps + 1:
                waiting.append(number)
            else:
                w.incident(number, "enter", Trouble("step-limit", limit=w.limits.steps))
        elif not moving.fire_inclusive(w) and not _finish_scopes(w):
            break
    w.ready = tuple(waiting) if w.status == "running" else ()


def _enter(w: Work, number: int) -> None:
    node = w.tokens[number].node
    w.way.append(c.Passed("enter", node))
    try:
        _ENTER[type(w.model.nodes[node])](w, number)
    except Trouble as trouble:
        w.incident(number, "enter", trouble)


def _leave(w: Work, number: int) -> None:
    kind = w.scopes[w.tokens[number].scope].kind
    try:
        if kind == "item":
            repeating.item_done(w, number)
        elif kind == "undo":
            undoing.handler_done(w, number)
        else:
            moving.leave(w, number)
    except Trouble as trouble:
        w.incident(number, "leave", trouble)


_ENTER: dict[type[m.Node], Callable[[Work, int], None]] = {
    m.StartEvent: moving.enter_plain, m.ExclusiveGateway: moving.enter_plain, m.ParallelGateway: moving.enter_parallel,
    m.InclusiveGateway: moving.enter_inclusive, m.EventGateway: happening.enter_choice, m.CatchEvent: happening.enter_catch,
    m.EndEvent: happening.enter_throw, m.ThrowEvent: happening.enter_throw, m.BoundaryEvent: moving.enter_plain,
    **dict.fromkeys(
        (m.NoneTask, m.UserTask, m.ServiceTask, m.ScriptTask, m.BusinessRuleTask, m.SendTask, m.ReceiveTask, m.CallActivity,
         m.SubProcess), acting.enter),
}  # fmt: skip


# --- scopes end


def _finish_scopes(w: Work) -> bool:
    """Ends a scope in which nothing is left to do. False: none."""
    while w.emptied:
        number = w.emptied.pop()
        scope = w.scopes.get(number)
        if scope is None or scope.live or scope.kind not in ("process", "sub", "event"):
            continue
        if scope.joins:
            w.incident(w.put(next(iter(scope.joins)), number, "wait"), "join", Trouble("join"))
        else:
            _finish(w, number, scope)
        return True
    return False


def _finish(w: Work, number: int, scope: Scope) -> None:
    if scope.kind == "process":
        happening.end(w, "completed")
        return
    node = w.model.nodes[scope.node]
    assert isinstance(node, m.SubProcess)
    owner = scope.owner
    try:
        acting.finish_sub(w, number, node)
    except Trouble as trouble:
        w.incident(owner, "sub", trouble)
        return
    close_sub(w, number)


def close_sub(w: Work, number: int) -> None:
    """The scope of a sub-process is over; its token outside goes on. What can be compensated stays known."""
    scope = w.scopes[number]
    if scope.kind == "sub":
        compensable = any(isinstance(b.event, m.Compensation) for b in w.model.boundaries.get(scope.node, ()))
        if scope.done or compensable:
            moving.keep_done(w, scope.parent, Done(scope.node, scope.done, scope.variables))
    w.close(scope.waits)
    del w.scopes[number]
    w.change(scope.owner, inner=0)
    if scope.kind == "event":
        w.way.append(c.Passed("leave", scope.node))
        w.take(scope.owner)
    else:
        w.go(scope.owner)


# --- events; each returns why it was ignored, or nothing

_GONE = "nobody waits for it"


def _waiting(w: Work, number: int, kind: str) -> Wait | None:
    wait = w.waits.get(number)
    return wait if wait is not None and wait.kind == kind else None


def _answered(w: Work, number: int, kind: str, data: Any) -> str | None:
    wait = _waiting(w, number, kind)
    if wait is None:
        return _GONE
    w.used_up(number)
    acting.answer(w, wait.token, data)
    return None


def _error_raised(w: Work, event: e.ErrorRaised) -> str | None:
    wait = _waiting(w, event.wait, "task")
    if wait is None:
        return _GONE
    if event.escalation:
        happening.escalate(w, wait.token, event.code, own=True)
        return None
    return None if happening.raise_error(w, wait.token, event.code, own=True) else "nobody catches the error"


def _failed(w: Work, number: int, kind: str, code: str | None, trouble: Trouble) -> str | None:
    wait = _waiting(w, number, kind)
    if wait is None:
        return _GONE
    w.used_up(number)
    trouble.detail["name"] = wait.name
    if code is None or not happening.raise_error(w, wait.token, code, own=True):
        w.incident(wait.token, "again", trouble)
    return None


def _child_ended(w: Work, event: e.ChildEnded) -> str | None:
    if event.outcome in ("completed", "terminated"):
        return _answered(w, event.wait, "child", dict(event.data))
    code = event.code if event.outcome == "error" else None
    return _failed(w, event.wait, "child", code, Trouble("child", why=event.code or event.outcome))


def _child_escalated(w: Work, event: e.ChildEscalated) -> str | None:
    wait = _waiting(w, event.wait, "child")
    if wait is None:
        return _GONE
    happening.escalate(w, wait.token, event.code, own=True)
    return None


def _timer(w: Work, event: e.TimerFired) -> str | None:
    if _waiting(w, event.wait, "timer") is None:
        return _GONE
    happening.fire(w, event.wait, {})
    return None


def _message(w: Work, event: e.MessageReceived) -> str | None:
    number = event.wait
    if number is None:
        number = next((n for n, found in w.waits.items() if _fits(found, event)), 0)
    if _waiting(w, number, "message") is None:
        return _GONE
    happening.fire(w, number, dict(event.payload))
    return None


def _fits(wait: Wait, event: e.MessageReceived) -> bool:
    return wait.kind == "message" and wait.name == event.name and wait.key in (None, event.key)


def _signal(w: Work, event: e.SignalReceived) -> str | None:
    found = [n for n, wait in w.waits.items() if wait.kind == "signal" and wait.name == event.name]
    if event.wait is not None:
        found = [n for n in found if n == event.wait]
    for number in found:
        if number in w.waits:
            happening.fire(w, number, dict(event.payload))
    return None if found else _GONE


def _set(w: Work, event: e.VariablesSet) -> str | None:
    w.assign(ROOT, plain(event.variables))
    return None


def _cancelled(w: Work, event: e.Cancelled) -> str | None:
    happening.end(w, "cancelled")
    return None


_HAPPENS: dict[type[Any], Callable[[Work, Any], str | None]] = {
    e.TaskCompleted: lambda w, event: _answered(w, event.wait, "task", dict(event.data)),
    e.ErrorRaised: _error_raised,
    e.ConnectorReturned: lambda w, event: _answered(w, event.wait, "connector", event.answer),
    e.ConnectorFailed: lambda w, event: _failed(
        w, event.wait, "connector", event.code, Trouble("connector", why=event.message)
    ),
    e.TimerFired: _timer,
    e.MessageReceived: _message,
    e.SignalReceived: _signal,
    e.ChildEnded: _child_ended,
    e.ChildEscalated: _child_escalated,
    e.IncidentRepaired: repairing.repair,
    e.VariablesSet: _set,
    e.Cancelled: _cancelled,
}
