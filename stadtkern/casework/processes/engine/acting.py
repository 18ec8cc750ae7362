"""Activities: what a token does when it enters one, and what an answer from outside does to the variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine import repeating
from stadtkern.casework.processes.engine.decisions import NoDecision
from stadtkern.casework.processes.engine.state import Wait
from stadtkern.casework.processes.engine.timers import read_due
from stadtkern.casework.processes.engine.trouble import Trouble
from stadtkern.casework.processes.engine.values import NotStorable, plain, text
from stadtkern.casework.processes.engine.work import Opening, View, Work
from stadtkern.kernel.feel import FeelError

_Perform = Callable[[Work, int, Any, View, list[Opening]], None]


def enter(w: Work, number: int, again: bool = False) -> None:
    """The activity begins. `again`: a repaired call; what listens at its edge still listens."""
    token = w.tokens[number]
    node = w.model.nodes[token.node]
    assert isinstance(node, m.Activity)
    item = w.scopes[token.scope].kind == "item"
    view = w.view(token.scope)
    openings = [] if again or item else edge(w, node, number, view)
    if node.multi is not None and not item:
        repeating.begin(w, number, node, node.multi, openings)
    else:
        _PERFORM[type(node)](w, number, node, view, openings)


def edge(w: Work, node: m.Node, number: int, view: View) -> list[Opening]:
    """What boundary events wait for."""
    found: list[Opening] = []
    for boundary in w.model.boundaries.get(node.id, ()):
        opening = opening_for(w, boundary.id, boundary.event, view, token=number)
        if opening is not None:
            found.append(opening)
    return found


def opening_for(
    w: Work, node: str, event: m.EventDefinition, view: View, *, token: int = 0, scope: int = 0
) -> Opening | None:
    """The wait for an event, None for events that come from inside (errors, escalations)."""
    match event:
        case m.Timer():
            due = read_due(event, w.evaluate(event.value, view))
            return Opening(
                Wait("timer", node, token, scope, due=due), lambda n: c.ScheduleTimer(n, node, due)
            )
        case m.Message():
            key = None if event.key is None else text(w.evaluate(event.key, view))
            wait = Wait("message", node, token, scope, event.name, key)
            return Opening(wait, lambda n: c.Subscribe(n, node, "message", event.name, key))
        case m.Signal():
            wait = Wait("signal", node, token, scope, event.name)
            return Opening(wait, lambda n: c.Subscribe(n, node, "signal", event.name))
        case _:
            return None


def fill(w: Work, node: str, scope: int) -> None:
    """Declares the variables of a new scope and lets the event sub-processes in it listen."""
    for declared in w.model.declared.get(node, ()):
        value = w.evaluate(declared.initial, w.view(scope)) if declared.initial else None
        w.scopes[scope].variables.setdefault(declared.name, value)
    view = w.view(scope)
    found = (
        opening_for(w, start.id, start.event, view, scope=scope)
        for start in w.model.event_starts.get(node, ())
        if start.event is not None
    )
    w.open_scope([opening for opening in found if opening is not None], scope)


# --- what an activity does


def _user(w: Work, number: int, node: m.UserTask, view: View, openings: list[Opening]) -> None:
    data = w.data(node.inputs, view)
    assignee = None if node.assignee is None else w.evaluate(node.assignee, view)
    due = None if node.due is None else read_due(node.due, w.evaluate(node.due.value, view))
    scope = w.scopes[w.tokens[number].scope]
    index = scope.variables["loopCounter"] if scope.kind == "item" else None
    who = None if assignee is None else text(assignee)

    def command(wait: int) -> c.Command:
        return c.CreateTask(
            wait, node.id, node.name, node.role, who, node.form, due, data, node.manual, index
        )

    _wait(w, number, [Opening(Wait("task", node.id, number, 0), command), *openings])


def _service(w: Work, number: int, node: m.ServiceTask, view: View, openings: list[Opening]) -> None:
    data = w.data(node.inputs, view)
    key = f"{w.instance}:{number}"
    opening = Opening(
        Wait("connector", node.id, number, 0, node.connector),
        lambda n: c.CallConnector(n, node.id, node.connector, node.operation, data, key),
    )
    _wait(w, number, [opening, *openings])


def _call(w: Work, number: int, node: m.CallActivity, view: View, openings: list[Opening]) -> None:
    data = w.data(node.inputs, view)
    opening = Opening(
        Wait("child", node.id, number, 0, node.process),
        lambda n: c.StartChild(n, node.id, node.process, f"{w.instance}.{n}", data),
    )
    _wait(w, number, [opening, *openings])


def _receive(w: Work, number: int, node: m.ReceiveTask, view: View, openings: list[Opening]) -> None:
    opening = opening_for(w, node.id, node.message, view, token=number)
    assert opening is not None
    _wait(w, number, [opening, *openings])


def _wait(w: Work, number: int, openings: list[Opening]) -> None:
    w.change(number, phase="wait")
    w.open(openings, number)


def _none(w: Work, number: int, node: m.NoneTask, view: View, openings: list[Opening]) -> None:
    w.go(number)


def _script(w: Work, number: int, node: m.ScriptTask, view: View, openings: list[Opening]) -> None:
    values: dict[str, Any] = {}
    seen = View([values, view])
    for assignment in node.assignments:
        values[assignment.target] = w.evaluate(assignment.value, seen)
    w.assign(w.tokens[number].scope, values)
    w.go(number)


def _decide(w: Work, number: int, node: m.BusinessRuleTask, view: View, openings: list[Opening]) -> None:
    inputs = w.data(node.inputs, view) if node.inputs else dict(view)
    if w.decide is None:
        raise Trouble("no-decision", name=node.decision, why="-")
    try:
        decided = w.decide(node.model, node.decision, inputs)
        value = plain(decided.value)
    except (NoDecision, FeelError, NotStorable) as error:
        raise Trouble("no-decision", name=node.decision, why=str(error)) from error
    _store(w, number, node.outputs, node.result, value)
    w.tell(c.DecisionMade(node.id, node.model, node.decision, value, decided.trace, decided.read))
    w.go(number)


def _send(w: Work, number: int, node: m.SendTask, view: View, openings: list[Opening]) -> None:
    send(w, number, node.message)
    w.go(number)


def send(w: Work, number: int, message: m.Message) -> None:
    """Sends a message from a token."""
    token = w.tokens[number]
    view = w.view(token.scope)
    correlation = None if message.key is None else text(w.evaluate(message.key, view))
    payload = w.data(message.payload, view)
    w.tell(c.SendMessage(token.node, message.name, correlation, payload, f"{w.instance}:{number}"))


def _sub(w: Work, number: int, node: m.SubProcess, view: View, openings: list[Opening]) -> None:
    starts = w.model.starts[node.id]
    if not starts:
        raise Trouble("no-start")
    token = w.tokens[number]
    scope = w.begin(node.id, "sub", token.scope, number, w.data(node.inputs, view))
    try:
        fill(w, node.id, scope)
    except Trouble:
        w.cancel_scope(scope)
        raise
    w.change(number, phase="wait", inner=scope)
    w.open(openings, number)
    for start in starts:
        w.put(start, scope)


_PERFORM: dict[type[m.Node], _Perform] = {
    m.NoneTask: _none, m.UserTask: _user, m.ServiceTask: _service, m.ScriptTask: _script, m.BusinessRuleTask: _decide,
    m.SendTask: _send, m.ReceiveTask: _receive, m.CallActivity: _call, m.SubProcess: _sub,
}  # fmt: skip


# --- answers


def answer(w: Work, number: int, data: Any) -> None:
    """The answer a token waited for: variables are set, the token goes on. What cannot be used becomes an incident that
    keeps the answer."""
    try:
        try:
            kept = plain(data)
        except (NotStorable, RecursionError) as error:
            raise Trouble("not-storable", text=w.node(number).id) from error
        data = kept
        _use(w, number, w.node(number), data)
    except Trouble as trouble:
        w.incident(number, "answer", trouble, None if trouble.code == "not-storable" else data)
        return
    w.go(number)


def _use(w: Work, number: int, node: m.Node, data: Any) -> None:
    match node:
        case m.UserTask():
            _store(w, number, node.outputs, None, data, merge=True, kept=node.fields)
        case m.ServiceTask() | m.CallActivity():
            _store(w, number, node.outputs, node.result, data)
        case m.ReceiveTask():
            _store(w, number, node.outputs or node.message.outputs, None, data, merge=True)
        case m.CatchEvent() | m.BoundaryEvent() | m.StartEvent():
            _caught(w, number, node.event, data)


def _caught(w: Work, number: int, event: m.EventDefinition | None, data: Any) -> None:
    match event:
        case m.Message() | m.Signal():
            _store(w, number, event.outputs, None, data, merge=True)
        case m.Error() | m.Escalation() if event.variable is not None:
            w.assign(w.tokens[number].scope, {event.variable: data})


def _store(
    w: Work,
    number: int,
    outputs: tuple[m.Assignment, ...],
    result: str | None,
    data: Any,
    merge: bool = False,
    kept: tuple[str, ...] = (),
) -> None:
    """Sets what came in: ``result`` the whole of it, outputs what they compute; without any, ``merge`` all entries. Of the
    entries those ``kept`` become variables in any case."""
    scope = w.tokens[number].scope
    entries: Mapping[str, Any] = data if isinstance(data, dict) else {}
    values: dict[str, Any] = {name: entries[name] for name in kept if name in entries}
    if result is not None:
        values[result] = data
    if outputs:
        values |= w.data(outputs, w.view(scope, {**entries, "result": data}))
    elif merge and result is None:
        values |= entries
    w.assign(scope, values)


def finish_sub(w: Work, scope: int, node: m.SubProcess) -> None:
    """The outputs of a sub-process, seen from inside, set outside. Raises `Trouble`."""
    if node.outputs:
        w.assign(w.scopes[scope].parent, w.data(node.outputs, w.view(scope)))
