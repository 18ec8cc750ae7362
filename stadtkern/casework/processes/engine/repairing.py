"""Incidents are repaired: the failed part is tried again, or skipped by someone who answers for it."""

from __future__ import annotations

from stadtkern.casework.processes.engine import acting, happening, moving, repeating
from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import Incident
from stadtkern.casework.processes.engine.trouble import Trouble
from stadtkern.casework.processes.engine.values import plain
from stadtkern.casework.processes.engine.work import Work


def repair(w: Work, event: e.IncidentRepaired) -> str | None:
    """Sets the variables, closes the incident, lets its token go on; returns why it cannot."""
    found = w.incidents.get(event.incident)
    if found is None:
        return "no such incident"
    flows = [f for f in w.model.out(found.node) if f.id == event.flow]
    if event.flow is not None and not flows:
        return "no such flow"
    del w.incidents[event.incident]
    w.tell(c.CloseIncident(event.incident))
    token = w.tokens[found.token]
    w.assign(token.inner or token.scope, plain(event.variables))
    w.change(found.token, phase="wait")
    if event.action == "retry" or found.phase == "join":
        _retry(w, found)
    elif flows:
        moving.follow(w, found.token, flows)
    else:
        _skip(w, found)
    return None


def _retry(w: Work, found: Incident) -> None:
    node = w.model.nodes[found.node]
    match found.phase:
        case "join":
            moving.force_join(w, found.token)
        case "answer" if isinstance(node, m.SubProcess):
            start = next(s for s in w.model.event_starts[node.scope] if s.scope == node.id)
            happening.fill_event_sub(w, found.token, start, found.answer)
        case "answer":
            acting.answer(w, found.token, found.answer)
        case "again":
            try:
                acting.enter(w, found.token, again=True)
            except Trouble as trouble:
                w.incident(found.token, "again", trouble)
        case "sub":
            w.emptied.append(w.tokens[found.token].inner)
        case phase:
            w.go(found.token, phase)


def _skip(w: Work, found: Incident) -> None:
    token = w.tokens[found.token]
    if found.phase == "sub":
        w.cancel_scope(token.inner)
        w.change(found.token, inner=0)
    if found.phase != "leave":
        w.go(found.token)
    elif w.scopes[token.scope].kind == "item":
        repeating.item_done(w, found.token, skipped=True)
    else:
        flows = w.model.out(found.node)
        chosen = [f for f in flows if f.id == w.model.nodes[found.node].default] or list(flows[:1])
        moving.follow(w, found.token, chosen)
