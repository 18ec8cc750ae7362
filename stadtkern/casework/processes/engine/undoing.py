"""Compensation: the handlers of what was completed, one after the other, the last first."""

from __future__ import annotations

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.moving import home_of
from stadtkern.casework.processes.engine.state import Done
from stadtkern.casework.processes.engine.work import Work


def begin(w: Work, number: int, event: m.Compensation) -> None:
    """The throwing token waits until every handler has run. An event sub-process undoes the scope around it."""
    token = w.tokens[number]
    home = home_of(w, token.scope)
    while not _wanted(w, home, event) and w.scopes[home].kind == "event":
        home = home_of(w, w.scopes[home].parent)
    entries = _wanted(w, home, event)
    if not entries:
        w.go(number)
        return
    w.edit(home, done=tuple(d for d in w.scopes[home].done if d not in entries))
    scope = w.begin(token.node, "undo", token.scope, number, {})
    w.edit(scope, done=entries)
    w.change(number, phase="wait", inner=scope)
    _next(w, scope)


def _wanted(w: Work, scope: int, event: m.Compensation) -> tuple[Done, ...]:
    done = w.scopes[scope].done
    return done if event.activity is None else tuple(d for d in done if d.node == event.activity)


def handler_done(w: Work, number: int) -> None:
    """A handler has ended; the next one begins."""
    token = w.tokens[number]
    w.close(token.waits)
    w.way.append(c.Passed("leave", token.node))
    w.take(number)
    _next(w, token.scope)


def _next(w: Work, scope: int) -> None:
    while w.scopes[scope].done:
        found = w.scopes[scope]
        entry, rest = found.done[-1], found.done[:-1]
        handler = _handler(w.model, entry.node)
        if handler is not None:
            w.edit(scope, done=rest, variables=dict(entry.variables))
            w.put(handler, scope)
            return
        w.edit(scope, done=(*rest, *(_seeing(inner, entry) for inner in entry.inside)))
    owner = w.scopes[scope].owner
    w.cancel_scope(scope)
    w.change(owner, inner=0)
    w.go(owner)


def _seeing(inner: Done, outer: Done) -> Done:
    """What was done inside a sub-process saw that sub-process's variables."""
    return inner._replace(variables={**outer.variables, **inner.variables})


def _handler(model: m.Process, node: str) -> str | None:
    for boundary in model.boundaries.get(node, ()):
        if isinstance(boundary.event, m.Compensation):
            return boundary.handler
    return None
