"""The state of a running instance: only what is live. History is no part of it (see `commands.Passed`).

A state is never changed; `step` shares everything that stays the same with the state before. Tokens, scopes and waits are
tuples by number; numbers come from one counter of the instance and are never used twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from stadtkern.casework.processes.engine.values import decode, encode

Status = Literal["running", "completed", "terminated", "error", "cancelled"]
FORMAT = 1


class Due(NamedTuple):
    """When a timer is due, before the calendar has spoken (`timers.due_at`). `left`: repetitions still to come after this
    one, -1 for endless."""

    kind: str
    value: str | int
    unit: str | None = None
    left: int = 0


class Token(NamedTuple):
    """A token: where it stands, in which scope, and what it does there.

    `phase`: ``enter`` and ``leave`` (on its way), ``wait``, ``incident``. `via`: the flow it came by. `inner`: the scope
    it waits for (sub-process, multi-instance, compensation)."""

    node: str
    scope: int
    phase: str
    via: str = ""
    waits: tuple[int, ...] = ()
    inner: int = 0


class Multi(NamedTuple):
    """How far a multi-instance is. `items` only while instances are still to begin."""

    total: int
    begun: int
    done: int
    items: tuple[Any, ...] = ()
    results: Mapping[int, Any] = {}


class Done(NamedTuple):
    """A completed activity that can be compensated; for a sub-process with what was done in it and its variables."""

    node: str
    inside: tuple[Any, ...] = ()
    variables: Mapping[str, Any] = {}


class Scope(NamedTuple):
    """A scope with its variables. `kind`: process, sub, event (sub-process), multi, item (of a multi-instance), undo.

    `live` counts its tokens; `joins` holds tokens that wait in a joining gateway, by gateway and flow."""

    node: str
    kind: str
    parent: int
    owner: int
    live: int
    variables: dict[str, Any]
    joins: Mapping[str, Mapping[str, int]] = {}
    waits: tuple[int, ...] = ()
    done: tuple[Done, ...] = ()
    multi: Multi | None = None


class Wait(NamedTuple):
    """What may happen from outside. `kind`: task, connector, timer, message, signal, child. `token` 0: the start of an
    event sub-process in `scope`."""

    kind: str
    node: str
    token: int
    scope: int
    name: str = ""
    key: str | None = None
    due: Due | None = None


class Incident(NamedTuple):
    """A token that cannot go on. `phase`: what failed (``enter``, ``again``, ``answer``, ``leave``, ``join``);
    `answer`: what had come in, so that nothing is lost."""

    token: int
    node: str
    phase: str
    code: str
    detail: Mapping[str, Any]
    answer: Any = None


@dataclass(frozen=True, slots=True)
class State:
    """All of it. `ready`: tokens left on their way when the limit of steps was reached; `joining`: inclusive gateways
    with waiting tokens."""

    instance: str
    process: str
    status: Status = "running"
    counter: int = 1
    tokens: dict[int, Token] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)
    waits: dict[int, Wait] = field(default_factory=dict)
    incidents: dict[int, Incident] = field(default_factory=dict)
    ready: tuple[int, ...] = ()
    joining: tuple[tuple[int, str], ...] = ()

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process itself (not those of sub-processes). Not to be changed."""
        root = self.scopes.get(1)
        return root.variables if root else {}


def dumps(state: State) -> str:
    """Compact JSON."""
    special: list[bool] = []

    def default(value: object) -> object:
        special.append(True)
        return encode(value)

    data = {
        "i": state.instance,
        "p": state.process,
        "s": state.status,
        "n": state.counter,
        "t": [(k, *v) for k, v in state.tokens.items()],
        "c": [(k, *v) for k, v in state.scopes.items()],
        "w": [(k, *v) for k, v in state.waits.items()],
    }
    if state.incidents:
        data["x"] = [(k, *v) for k, v in state.incidents.items()]
    if state.ready:
        data["r"] = state.ready
    if state.joining:
        data["j"] = state.joining
    text = _encoder(default).encode(data)
    return f'{text[:-1]},"f":{FORMAT},"v":{"true" if special else "false"}}}'


def _encoder(default: Any) -> json.JSONEncoder:
    return json.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), default=default, check_circular=False, allow_nan=False
    )


def loads(text: str | bytes | Mapping[str, Any]) -> State:
    """The state out of its JSON (or out of what a JSON column gave). Raises `ValueError` for another format."""
    data = text if isinstance(text, Mapping) else json.loads(text)
    if data.get("f") != FORMAT:
        raise ValueError(f"unknown format of a state: {data.get('f')!r}")
    if data["v"]:
        data = decode(data)
    return State(
        data["i"],
        data["p"],
        data["s"],
        data["n"],
        {row[0]: _token(row) for row in data["t"]},
        {row[0]: _scope(row) for row in data["c"]},
        {row[0]: _wait(row) for row in data["w"]},
        {row[0]: Incident(*row[1:]) for row in data.get("x", ())},
        tuple(data.get("r", ())),
        tuple((s, n) for s, n in data.get("j", ())),
    )


def _token(row: list[Any]) -> Token:
    _, node, scope, phase, via, waits, inner = row
    return Token(node, scope, phase, via, tuple(waits), inner)


def _wait(row: list[Any]) -> Wait:
    _, kind, node, token, scope, name, key, due = row
    return Wait(kind, node, token, scope, name, key, Due(*due) if due else None)


def _scope(row: list[Any]) -> Scope:
    _, node, kind, parent, owner, live, variables, joins, waits, done, multi = row
    return Scope(
        node, kind, parent, owner, live, variables, joins, tuple(waits), tuple(map(_done, done)), _multi(multi)
    )  # fmt: skip


def _done(row: list[Any]) -> Done:
    return Done(row[0], tuple(map(_done, row[1])), row[2])


def _multi(row: list[Any] | None) -> Multi | None:
    if row is None:
        return None
    total, begun, done, items, results = row
    return Multi(total, begun, done, tuple(items), {int(k): v for k, v in results.items()})
