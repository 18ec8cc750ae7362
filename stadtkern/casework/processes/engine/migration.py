"""Moving a running instance to another version of its model.

`plan_migration` says once where each node goes; `Plan.dry_run` says for one state exactly what would happen (it is the
migration itself, thrown away); `migrate` does it. Nodes with the same id (or a mapping) and of the same kind go by
themselves, with their tasks, calls and running deadlines; a deadline that already runs keeps running as it was set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from stadtkern.casework.processes.engine import acting
from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.engine import DEFAULT_LIMITS, Step
from stadtkern.casework.processes.engine.state import Done, Incident, Scope, State, Token, Wait
from stadtkern.casework.processes.engine.trouble import Trouble, sentence
from stadtkern.casework.processes.engine.work import Opening, Work

_SENTENCES = {
    "no-target": (
        "Für „{node}“ ist im neuen Ablauf kein Platz bestimmt.",
        "“{node}” has no place in the new process.",
    ),
    "other-kind": (
        "„{node}“ ist im neuen Ablauf etwas anderes.",
        "“{node}” is something else in the new process.",
    ),
    "other-scope": (
        "„{node}“ liegt im neuen Ablauf in einem anderen Teil.",
        "“{node}” is in another part of the new process.",
    ),
    "waiting-flow": (
        "An „{node}“ wartet etwas auf einem Weg, den es nicht mehr gibt.",
        "At “{node}” something waits on a flow that is gone.",
    ),
    "value": ("An „{node}“: {why}", "At “{node}”: {why}"),
    "wait-lost": ("Auf „{node}“ wird nicht mehr gewartet.", "“{node}” is no longer waited for."),
    "undo-lost": ("„{node}“ lässt sich nicht mehr rückgängig machen.", "“{node}” can no longer be undone."),
    "wait-added": ("Auf „{node}“ wird neu gewartet.", "“{node}” is newly waited for."),
}


class Note(NamedTuple):
    """Something a person should know before moving: a node and what is with it."""

    code: str
    node: str
    why: str = ""

    def text(self, language: str = "de") -> str:
        """The sentence for people."""
        return _SENTENCES[self.code][0 if language == "de" else 1].format(node=self.node, why=self.why)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What moving one instance would mean. It can be moved if nothing `needs` a mapping; `lost` wants a person's yes."""

    needs: tuple[Note, ...]
    lost: tuple[Note, ...]
    added: tuple[Note, ...]

    @property
    def ok(self) -> bool:
        """Nothing missing, nothing lost."""
        return not self.needs and not self.lost


class CannotMigrate(ValueError):
    """The instance cannot be moved as planned; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("; ".join(note.text() for note in verdict.needs))
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Plan:
    """Where every node of the old model goes."""

    old: m.Process
    new: m.Process
    mapping: Mapping[str, str]

    @property
    def homeless(self) -> tuple[str, ...]:
        """Nodes of the old model without a place in the new one; only a problem where a token stands."""
        return tuple(name for name in self.old.nodes if self.target(name) not in self.new.nodes)

    def target(self, name: str) -> str:
        """The id in the new model (which may not exist)."""
        return self.new.id if name == self.old.id else self.mapping.get(name, name)

    def dry_run(self, state: State) -> Verdict:
        """What would happen to this instance."""
        return _Move(self, state).verdict()


def plan_migration(old: m.Process, new: m.Process, mapping: Mapping[str, str] | None = None) -> Plan:
    """A plan; `mapping` leads from old to new ids of nodes (and flows into joins) whose id changed.

    Raises `ValueError` for ids that do not exist."""
    given = dict(mapping or {})
    wrong = [k for k in given if k not in old.nodes and k not in old.flows]
    wrong += [v for v in given.values() if v not in new.nodes and v not in new.flows]
    if wrong:
        raise ValueError(f"unknown ids in the mapping: {', '.join(sorted(wrong))}")
    return Plan(old, new, given)


def migrate(state: State, plan: Plan) -> Step:
    """The state under the new model and what is to be done because of it. Raises `CannotMigrate`.

    Instances that have ended stay as they are."""
    if state.status != "running":
        return Step(state, ())
    move = _Move(plan, state)
    verdict = move.verdict()
    if verdict.needs:
        raise CannotMigrate(verdict)
    return Step(move.work.freeze(), tuple(move.work.commands))


class _Move:
    """One migration. Everything is worked out at once; what is found on the way are notes."""

    def __init__(self, plan: Plan, state: State) -> None:
        self.plan, self.state = plan, state
        self.needs: dict[Note, None] = {}
        self.lost: dict[Note, None] = {}
        self.added: dict[Note, None] = {}
        self.work = Work(plan.new, state, None, DEFAULT_LIMITS)
        if state.status == "running":
            self._names()
            if not self.needs:
                self._declare()
                self._listen()

    def verdict(self) -> Verdict:
        """The notes."""
        return Verdict(tuple(self.needs), tuple(self.lost), tuple(self.added))

    # --- names: tokens, scopes, joins, incidents

    def _names(self) -> None:
        w, target = self.work, self.plan.target
        w.scopes = {n: self._scope(s) for n, s in self.state.scopes.items()}
        w.tokens = {n: self._token(t) for n, t in self.state.tokens.items()}
        w.incidents = {n: Incident(i.token, target(i.node), *i[2:]) for n, i in self.state.incidents.items()}
        w.joining = {(scope, target(node)): None for scope, node in self.state.joining}

    def _token(self, token: Token) -> Token:
        node = self._place(token.node)
        if node is not None:
            around = self.work.scopes[token.scope]
            inside = around.node if around.kind in ("process", "sub", "event") else node.scope
            if node.scope != inside:
                self.needs[Note("other-scope", token.node)] = None
        return token._replace(node=self.plan.target(token.node), via=self.plan.target(token.via))

    def _place(self, name: str) -> m.Node | None:
        old, new = self.plan.old.nodes[name], self.plan.new.nodes.get(self.plan.target(name))
        if new is None:
            self.needs[Note("no-target", name)] = None
        elif _kind(old) != _kind(new):
            self.needs[Note("other-kind", name)] = None
        else:
            return new
        return None

    def _scope(self, scope: Scope) -> Scope:
        if scope.node != self.plan.old.id:
            self._place(scope.node)
        joins = {self.plan.target(node): self._join(node, counts) for node, counts in scope.joins.items()}
        done = tuple(d for d in map(self._done, scope.done) if d is not None)
        return scope._replace(node=self.plan.target(scope.node), joins=joins, done=done)

    def _join(self, node: str, counts: Mapping[str, int]) -> dict[str, int]:
        new = self._place(node)
        found = {self.plan.target(flow): n for flow, n in counts.items()}
        if new is not None and not {f.id for f in self.plan.new.into(new.id)} >= set(found):
            self.needs[Note("waiting-flow", node)] = None
        return found

    def _done(self, done: Done) -> Done | None:
        name = self.plan.target(done.node)
        inside = tuple(d for d in map(self._done, done.inside) if d is not None)
        undone = any(isinstance(b.event, m.Compensation) for b in self.plan.new.boundaries.get(name, ()))
        if not undone and not inside:
            self.lost[Note("undo-lost", done.node)] = None
            return None
        return done._replace(node=name, inside=inside)

    # --- new variables, and what is waited for

    def _declare(self) -> None:
        w = self.work
        for number, scope in w.scopes.items():
            for declared in self.plan.new.declared.get(scope.node, ()):
                if scope.kind in ("process", "sub", "event") and declared.name not in scope.variables:
                    value = self._value(declared.id, declared.initial, number)
                    w.edit(number, variables={**w.scopes[number].variables, declared.name: value})

    def _value(self, node: str, expression: m.Expression | None, scope: int) -> object:
        try:
            return None if expression is None else self.work.evaluate(expression, self.work.view(scope))
        except Trouble as trouble:
            self.needs[Note("value", node, sentence(trouble.code, trouble.detail))] = None
            return None

    def _listen(self) -> None:
        for number, token in list(self.state.tokens.items()):
            if token.waits or token.inner:
                wanted = self._around(number)
                before = {n.id for n in _listeners(self.plan.old, token.node)}
                self._reconcile(number, 0, token.waits, wanted, before)
        for number, scope in list(self.state.scopes.items()):
            if scope.kind in ("process", "sub", "event") and self._still_listens(number, scope):
                starts = self.plan.new.event_starts.get(self.work.scopes[number].node, ())
                before = {s.id for s in self.plan.old.event_starts.get(scope.node, ())}
                self._reconcile(0, number, scope.waits, {s.id: s.event for s in starts}, before)

    def _still_listens(self, number: int, scope: Scope) -> bool:
        """Not once an interrupting event sub-process has begun."""
        inside = {t.node for t in self.state.tokens.values() if t.scope == number}
        starts = self.plan.old.event_starts.get(scope.node, ())
        return not any(s.interrupting and s.scope in inside for s in starts)

    def _around(self, number: int) -> dict[str, m.EventDefinition | None]:
        token = self.work.tokens[number]
        nodes = _listeners(self.plan.new, token.node)
        if self.work.scopes[token.scope].kind == "item":
            nodes = [n for n in nodes if n.id == token.node]
        elif token.inner:
            nodes = [n for n in nodes if n.id != token.node]
        return {n.id: n.message if isinstance(n, m.ReceiveTask) else getattr(n, "event", None) for n in nodes}

    def _reconcile(
        self,
        token: int,
        scope: int,
        waits: tuple[int, ...],
        wanted: Mapping[str, m.EventDefinition | None],
        before: set[str],
    ) -> None:
        """Keeps what is still waited for, closes the rest, opens what is new. `before`: listeners of the old model (one
        that has already happened is not opened again)."""
        w = self.work
        known = {self.plan.target(name) for name in before}
        for number in waits:
            wait = w.waits[number]
            name = self.plan.target(wait.node)
            if wait.kind in ("task", "connector", "child"):
                self._keep(number, wait, name)
                continue
            opening = self._opening(name, wanted.get(name), token, scope)
            if opening is None or opening.wait.kind != wait.kind:
                w.used_up(number)
                w.tell(c.CancelTimer(number) if wait.kind == "timer" else c.Unsubscribe(number))
                self.lost[Note("wait-lost", wait.node)] = None
            elif wait.kind != "timer" and (wait.name, wait.key) != (opening.wait.name, opening.wait.key):
                w.used_up(number)
                w.tell(c.Unsubscribe(number))
                self._open(token, scope, opening)
            else:
                w.waits[number] = wait._replace(node=name)
        for name, event in wanted.items():
            opening = self._opening(name, event, token, scope) if name not in known else None
            if opening is not None:
                self.added[Note("wait-added", name)] = None
                self._open(token, scope, opening)

    def _keep(self, number: int, wait: Wait, name: str) -> None:
        self.work.waits[number] = wait._replace(node=name)
        old, new = self.plan.old.nodes[wait.node], self.plan.new.nodes[name]
        if isinstance(old, m.UserTask) and isinstance(new, m.UserTask):
            then = (old.id, old.name, old.role, old.form)
            now = (new.id, new.name, new.role, new.form)
            if then != now:
                self.work.tell(c.MoveTask(number, *now))

    def _opening(self, name: str, event: m.EventDefinition | None, token: int, scope: int) -> Opening | None:
        if event is None:
            return None
        view = self.work.view(scope or self.work.tokens[token].scope)
        try:
            return acting.opening_for(self.work, name, event, view, token=token, scope=scope)
        except Trouble as trouble:
            self.needs[Note("value", name, sentence(trouble.code, trouble.detail))] = None
            return None

    def _open(self, token: int, scope: int, opening: Opening) -> None:
        if token:
            self.work.open([opening], token)
        else:
            self.work.open_scope([opening], scope)


def _listeners(model: m.Process, name: str) -> list[m.Node]:
    """The nodes whose events a token at a node waits for: boundaries, itself, or what is behind an event gateway."""
    node = model.nodes[name]
    if isinstance(node, m.EventGateway):
        return [model.nodes[f.target] for f in model.out(name)]
    own = [node] if isinstance(node, m.CatchEvent | m.ReceiveTask) else []
    return [*own, *model.boundaries.get(name, ())]


def _kind(node: m.Node) -> tuple[object, ...]:
    """What must stay the same for a token to stay where it is."""
    multi = getattr(node, "multi", None)
    by_event = isinstance(node, m.SubProcess) and node.by_event
    return type(node), multi is None, multi is not None and multi.sequential, by_event
