"""Small models in a few lines, and a player that acts for the outside world."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.engine import start, step
from stadtkern.casework.processes.engine.state import State, dumps, loads


def x(text: str) -> m.Expression:
    return m.Expression(text)


def let(**values: str) -> tuple[m.Assignment, ...]:
    return tuple(m.Assignment(name, x(text)) for name, text in values.items())


def node(kind: type[m.Node], name: str, scope: str = "p", **more: Any) -> m.Node:
    return kind(id=name, scope=scope, **more)


def user(name: str, scope: str = "p", **more: Any) -> m.Node:
    return m.UserTask(id=name, scope=scope, name=name, **more)


def script(name: str, scope: str = "p", **values: str) -> m.Node:
    return m.ScriptTask(id=name, scope=scope, assignments=let(**values))


def begin(name: str = "s", scope: str = "p", **more: Any) -> m.Node:
    return m.StartEvent(id=name, scope=scope, **more)


def end(name: str = "e", scope: str = "p", event: m.EventDefinition | None = None) -> m.Node:
    return m.EndEvent(id=name, scope=scope, event=event)


def edge(name: str, host: str, event: m.EventDefinition, scope: str = "p", **more: Any) -> m.Node:
    return m.BoundaryEvent(id=name, scope=scope, attached_to=host, event=event, **more)


def process(nodes: Iterable[m.Node], *lines: str, data: Iterable[m.DataObject] = ()) -> m.Process:
    """Lines are "a > b > c" or "a|condition|b"; a flow's id is "a>b"."""
    flows: dict[str, m.Flow] = {}
    for line in lines:
        if "|" in line:
            left, condition, right = (part.strip() for part in line.split("|"))
            flows[f"{left}>{right}"] = m.Flow(
                id=f"{left}>{right}", source=left, target=right, condition=x(condition)
            )
            continue
        parts = [part.strip() for part in line.split(">")]
        for left, right in itertools.pairwise(parts):
            flows[f"{left}>{right}"] = m.Flow(id=f"{left}>{right}", source=left, target=right)
    return m.Process(id="p", nodes={n.id: n for n in nodes}, flows=flows, data=tuple(data))


class Player:
    """Plays a model; stores and reads the state between any two steps, as the real thing does."""

    def __init__(self, model: m.Process, variables: dict[str, Any] | None = None, **options: Any) -> None:
        self.model = model
        self.at = {k: options.pop(k) for k in ("at", "payload") if k in options}
        self.options = options
        self.all: list[c.Command] = []
        self.open: dict[int, c.Command] = {}
        self.way: list[tuple[str, str]] = []
        self.state: State
        self._take(start(model, "i", variables, **self.at, **options))

    def _take(self, made: Any) -> tuple[c.Command, ...]:
        self.state, commands = made
        assert loads(dumps(self.state)) == self.state
        self.state = loads(dumps(self.state))
        for command in commands:
            self.all.append(command)
            wait = getattr(command, "wait", None)
            if isinstance(command, c.TookWay):
                self.way += [tuple(p) for p in command.way]
            elif wait is not None and type(command).__name__.startswith(("Cancel", "Unsub")):
                assert wait in self.open, f"{command} closes what is not open"
                del self.open[wait]
            elif wait is not None:
                self.open[wait] = command
        assert set(self.open) >= set(self.state.waits)
        self.open = {k: v for k, v in self.open.items() if k in self.state.waits}
        return commands

    def send(self, event: e.Event) -> tuple[c.Command, ...]:
        return self._take(step(self.model, self.state, event, **self.options))

    def do(self, name: str, /, **data: Any) -> tuple[c.Command, ...]:
        """Completes the first open task (or call) at a node."""
        wait, command = next((k, v) for k, v in self.open.items() if getattr(v, "node", None) == name)
        match command:
            case c.CreateTask():
                return self.send(e.TaskCompleted(wait, data))
            case c.CallConnector():
                return self.send(e.ConnectorReturned(wait, data))
            case c.StartChild():
                return self.send(e.ChildEnded(wait, data=data))
            case c.ScheduleTimer():
                return self.send(e.TimerFired(wait))
            case _:
                raise AssertionError(command)

    def wait_at(self, name: str) -> int:
        return next(k for k, v in self.open.items() if getattr(v, "node", None) == name)

    @property
    def tasks(self) -> list[str]:
        """Open tasks."""
        return [v.node for v in self.open.values() if isinstance(v, c.CreateTask)]

    @property
    def status(self) -> str:
        return self.state.status

    @property
    def vars(self) -> dict[str, Any]:
        return self.state.variables

    @property
    def incidents(self) -> list[str]:
        return [i.code for i in self.state.incidents.values()]

    def of(self, kind: type[Any]) -> list[Any]:
        return [command for command in self.all if isinstance(command, kind)]

    def repair(self, **options: Any) -> tuple[c.Command, ...]:
        return self.send(e.IncidentRepaired(next(iter(self.state.incidents)), **options))
