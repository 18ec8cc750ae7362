"""The working copy of a state during one step, and the small moves everything else is made of.

Only the tables of the state are copied (shallowly), a scope's variables when they are first written: cost follows what is
live, never how long the instance has been running."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine.decisions import Decide
from stadtkern.casework.processes.engine.model import Assignment, Expression, Node, Process
from stadtkern.casework.processes.engine.state import Incident, Scope, State, Token, Wait
from stadtkern.casework.processes.engine.trouble import Trouble, sentence
from stadtkern.casework.processes.engine.values import NotStorable, plain
from stadtkern.kernel.feel import FeelError

ROOT = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """`steps` a step of the engine may take before it suspects an endless loop (more than the `items` of a multi-instance)."""

    steps: int = 20_000
    items: int = 5_000


class Opening(NamedTuple):
    """A wait that is ready to be opened, with the command that announces it."""

    wait: Wait
    command: Callable[[int], c.Command]


class _Inside(NamedTuple):
    """Tokens and inner scopes by scope."""

    tokens: dict[int, list[int]]
    scopes: dict[int, list[int]]


class View(Mapping[str, Any]):
    """The variables a scope sees, from the inside out; `extra` first."""

    __slots__ = ("_chain",)

    def __init__(self, chain: list[Mapping[str, Any]]) -> None:
        self._chain = chain

    def __getitem__(self, name: str) -> Any:
        for variables in self._chain:
            if name in variables:
                return variables[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in variables for variables in self._chain)

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for variables in reversed(self._chain) for name in variables})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Work:
    """See the module. Not to be used after its step."""

    __slots__ = (
        "_owned", "commands", "counter", "decide", "emptied", "incidents", "instance", "joining", "limits", "model", "queue", "ready",
        "scopes", "status", "tokens", "waits", "way",
    )  # fmt: skip

    def __init__(self, model: Process, state: State, decide: Decide | None, limits: Limits) -> None:
        self.model = model
        self.decide = decide
        self.limits = limits
        self.instance = state.instance
        self.status = state.status
        self.counter = state.counter
        self.tokens = state.tokens.copy()
        self.scopes = state.scopes.copy()
        self.waits = state.waits.copy()
        self.incidents = state.incidents.copy()
        self.joining = dict.fromkeys(state.joining)
        self.queue: deque[int] = deque(state.ready)
        self.ready: tuple[int, ...] = ()
        self.emptied: list[int] = []
        self.commands: list[c.Command] = []
        self.way: list[c.Passed] = []
        self._owned: set[int] = set()

    def freeze(self) -> State:
        """The new state."""
        return State(
            self.instance, self.model.id, self.status, self.counter, self.tokens, self.scopes, self.waits, self.incidents,
            self.ready, tuple(self.joining),
        )  # fmt: skip

    def new(self) -> int:
        """The next number."""
        number = self.counter
        self.counter = number + 1
        return number

    def tell(self, command: c.Command) -> None:
        """Remembers a command."""
        self.commands.append(command)

    # --- variables

    def view(self, scope: int, extra: Mapping[str, Any] | None = None) -> View:
        """What an expression in a scope sees."""
        chain: list[Mapping[str, Any]] = [extra] if extra else []
        while scope:
            found = self.scopes[scope]
            if found.variables:
                chain.append(found.variables)
            scope = found.parent
        return View(chain)

    def evaluate(self, expression: Expression, view: Mapping[str, Any]) -> Any:
        """The value, ready to be kept. Raises `Trouble` when it is null for a reason other than a missing variable."""
        try:
            outcome = expression.compiled.run(view)
            if (
                outcome.value is None
                and outcome.problems
                and expression.text.strip() not in _names(expression)
            ):
                why = outcome.problems[0]
                raise Trouble(
                    "expression",
                    text=expression.text,
                    why=why.message,
                    why_en=why.message_en,
                    position=why.offset,
                )
            return plain(outcome.value)
        except FeelError as error:
            raise Trouble(
                "expression", text=expression.text, why=str(error), why_en=error.message_en
            ) from error
        except NotStorable as error:
            raise Trouble("not-storable", text=expression.text) from error

    def condition(self, expression: Expression, view: Mapping[str, Any]) -> bool:
        """Yes or no; raises `Trouble` for anything else."""
        value = self.evaluate(expression, view)
        if not isinstance(value, bool):
            raise Trouble("condition", text=expression.text)
        return value

    def data(self, assignments: tuple[Assignment, ...], view: Mapping[str, Any]) -> dict[str, Any]:
        """The values of assignments that do not see each other."""
        return {a.target: self.evaluate(a.value, view) for a in assignments}

    def assign(self, scope: int, values: Mapping[str, Any]) -> None:
        """Sets variables, each in the innermost scope that knows its name, else in the process."""
        for name, value in values.items():
            self._own(self._home(scope, name))[name] = value

    def _home(self, scope: int, name: str) -> int:
        while True:
            found = self.scopes[scope]
            if name in found.variables or not found.parent:
                return scope
            scope = found.parent

    def _own(self, scope: int) -> dict[str, Any]:
        found = self.scopes[scope]
        if scope in self._owned:
            return found.variables
        self._owned.add(scope)
        variables = found.variables.copy()
        self.scopes[scope] = found._replace(variables=variables)
        return variables

    # --- tokens and scopes

    def put(self, node: str, scope: int, phase: str = "enter", via: str = "") -> int:
        """A new token, queued when it is on its way."""
        number = self.new()
        self.tokens[number] = Token(node, scope, phase, via)
        inside = self.scopes[scope]
        self.scopes[scope] = inside._replace(live=inside.live + 1)
        if phase == "enter" or phase == "leave":
            self.queue.append(number)
        return number

    def go(self, token: int, phase: str = "leave") -> None:
        """Sends a token on: it will leave its node (or enter it) next."""
        self.change(token, phase=phase)
        self.queue.appendleft(token)

    def change(self, token: int, **values: Any) -> Token:
        """Changes a token."""
        changed = self.tokens[token]._replace(**values)
        self.tokens[token] = changed
        return changed

    def take(self, token: int) -> Token:
        """Removes a token whose waits are closed; its scope may be empty now."""
        gone = self.tokens.pop(token)
        inside = self.scopes[gone.scope]
        self.scopes[gone.scope] = inside._replace(live=inside.live - 1)
        if inside.live == 1:
            self.emptied.append(gone.scope)
        return gone

    def begin(self, node: str, kind: str, parent: int, owner: int, variables: dict[str, Any]) -> int:
        """A new scope."""
        number = self.new()
        self.scopes[number] = Scope(node, kind, parent, owner, 0, variables)
        self._owned.add(number)
        return number

    def edit(self, scope: int, **values: Any) -> Scope:
        """Changes a scope."""
        changed = self.scopes[scope]._replace(**values)
        self.scopes[scope] = changed
        return changed

    def node(self, token: int) -> Node:
        """Where a token stands."""
        return self.model.nodes[self.tokens[token].node]

    # --- waits

    def open(self, openings: list[Opening], token: int) -> None:
        """Opens waits of a token, after those it has."""
        if not openings:
            return
        numbers = [self._opened(o) for o in openings]
        self.change(token, waits=(*self.tokens[token].waits, *numbers))

    def open_scope(self, openings: list[Opening], scope: int) -> None:
        """Opens waits of a scope (starts of event sub-processes)."""
        if openings:
            numbers = [self._opened(o) for o in openings]
            self.edit(scope, waits=(*self.scopes[scope].waits, *numbers))

    def _opened(self, opening: Opening) -> int:
        number = self.new()
        self.waits[number] = opening.wait
        self.tell(opening.command(number))
        return number

    def close(self, numbers: tuple[int, ...], but: int = 0) -> None:
        """Closes waits; the one that just happened needs no command."""
        for number in numbers:
            wait = self.waits.pop(number, None)
            if wait is not None and number != but:
                self.tell(_closing(number, wait, self.instance))

    def used_up(self, number: int) -> None:
        """A wait has happened and is over."""
        wait = self.waits.pop(number)
        if wait.token:
            token = self.tokens[wait.token]
            self.change(wait.token, waits=tuple(w for w in token.waits if w != number))
        else:
            scope = self.scopes[wait.scope]
            self.edit(wait.scope, waits=tuple(w for w in scope.waits if w != number))

    # --- ending things

    def cancel_token(self, token: int, but: int = 0, inside: _Inside | None = None) -> None:
        """Removes a token with everything that hangs on it."""
        found = self.tokens[token]
        self.close(found.waits, but)
        if found.inner:
            self.cancel_scope(found.inner, inside)
        self.forget_incident(token)
        self.way.append(c.Passed("cancel", found.node))
        self.take(token)

    def cancel_inside(self, scope: int, but: int = 0, inside: _Inside | None = None) -> None:
        """Removes everything inside a scope, but not the scope."""
        inside = inside or self._inside()
        for token in inside.tokens.get(scope, ()):
            if token != but and token in self.tokens:
                self.cancel_token(token, 0, inside)
        for inner in inside.scopes.get(scope, ()):
            if inner in self.scopes:
                self.cancel_scope(inner, inside)
        for key in [k for k in self.joining if k[0] == scope]:
            del self.joining[key]
        self.edit(scope, joins={})

    def cancel_scope(self, scope: int, inside: _Inside | None = None) -> None:
        """Removes a scope with everything inside."""
        self.cancel_inside(scope, 0, inside)
        self.close(self.scopes[scope].waits)
        del self.scopes[scope]

    def _inside(self) -> _Inside:
        """What stands where, looked up once for everything that is cancelled together."""
        found = _Inside({}, {})
        for number, token in self.tokens.items():
            found.tokens.setdefault(token.scope, []).append(number)
        for number, scope in self.scopes.items():
            found.scopes.setdefault(scope.parent, []).append(number)
        return found

    def forget_incident(self, token: int) -> None:
        """Closes the incident of a token, if it has one."""
        if self.tokens[token].phase == "incident":
            for number in [n for n, i in self.incidents.items() if i.token == token]:
                del self.incidents[number]
                self.tell(c.CloseIncident(number))

    def incident(self, token: int, phase: str, trouble: Trouble, answer: Any = None) -> None:
        """The token stays where it is until someone has repaired the cause."""
        number = self.new()
        node = self.change(token, phase="incident").node
        self.incidents[number] = Incident(token, node, phase, trouble.code, trouble.detail, answer)
        de, en = (sentence(trouble.code, trouble.detail, language) for language in ("de", "en"))
        self.tell(c.RaiseIncident(number, node, trouble.code, de, en, trouble.detail))


def _names(expression: Expression) -> frozenset[str]:
    return expression.compiled.variables


def _closing(number: int, wait: Wait, instance: str) -> c.Command:
    match wait.kind:
        case "task":
            return c.CancelTask(number)
        case "connector":
            return c.CancelConnector(number)
        case "timer":
            return c.CancelTimer(number)
        case "child":
            return c.CancelChild(number, f"{instance}.{number}")
        case _:
            return c.Unsubscribe(number)
