"""Plays compiled processes to their end: does every task, answers every call, delivers messages, lets timers ring rarely."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.decisions import Decided
from stadtkern.casework.processes.engine.engine import start, step
from stadtkern.casework.processes.engine.state import State

PATIENCE = 400


@dataclass
class Run:
    """One play: the states by instance, the nodes entered, what became of each instance, the incidents."""

    models: Mapping[str, m.Process]
    data: Callable[[], Mapping[str, Any]]
    chance: random.Random
    states: dict[str, State] = field(default_factory=dict)
    entered: Counter[str] = field(default_factory=Counter)
    outcomes: dict[str, str] = field(default_factory=dict)
    incidents: list[c.RaiseIncident] = field(default_factory=list)
    now: list[tuple[str, e.Event]] = field(default_factory=list)
    later: list[tuple[str, e.Event]] = field(default_factory=list)
    parents: dict[str, tuple[str, int]] = field(default_factory=dict)

    def begin(
        self, process: str, instance: str, data: Mapping[str, Any] | None = None, at: str | None = None
    ) -> None:
        """Starts an instance."""
        made, commands = start(
            self.models[process], instance, {**self.data(), **(data or {})}, at=at, decide=self._decide
        )
        self.states[instance] = made
        self._obey(instance, commands)

    def play(self) -> Run:
        """Until nothing more can happen; what happens next is drawn, timers and messages come rarely."""
        for _ in range(PATIENCE):
            running = [
                entry for entry in (*self.now, *self.later) if self.states[entry[0]].status == "running"
            ]
            self.now = [entry for entry in self.now if entry in running]
            self.later = [entry for entry in self.later if entry in running]
            if not running:
                break
            pool = self.later if not self.now or (self.later and self.chance.random() < 0.25) else self.now
            instance, event = pool.pop(self.chance.randrange(len(pool)))
            state = self.states[instance]
            following, commands = step(self.models[state.process], state, event, decide=self._decide)
            self.states[instance] = following
            self._obey(instance, commands)
        return self

    def _answer(self, instance: str, command: c.CreateTask) -> e.Event:
        """A task is done, or ended by an error or escalation that its border catches."""
        model = self.models[self.states[instance].process]
        for border in model.boundaries.get(command.node, ()):
            if isinstance(border.event, m.Error | m.Escalation) and self.chance.random() < 0.3:
                code = border.event.code or "some-code"
                return e.ErrorRaised(command.wait, code, escalation=isinstance(border.event, m.Escalation))
        return e.TaskCompleted(wait=command.wait, data=dict(self.data()))

    def _decide(self, _model: str, _decision: str, _inputs: Mapping[str, Any]) -> Decided:
        """The answer of every decision table."""
        return Decided(self.data().get("decided"), (), {})

    def _call(self, instance: str, command: c.CallConnector) -> e.Event:
        """A connector answers, or fails with an error that somebody catches."""
        codes = self._caught(instance, command.node)
        if codes and self.chance.random() < 0.2:
            return e.ConnectorFailed(command.wait, "failed", self.chance.choice(codes))
        return e.ConnectorReturned(wait=command.wait, answer={})

    def _child_of_another_file(self, instance: str, command: c.StartChild) -> e.Event:
        """It ends well, or by an error that somebody here catches."""
        codes = self._caught(instance, command.node)
        if codes and self.chance.random() < 0.5:
            return e.ChildEnded(wait=command.wait, outcome="error", code=self.chance.choice(codes))
        return e.ChildEnded(wait=command.wait, data=dict(self.data()))

    def _caught(self, instance: str, node: str) -> list[str]:
        model = self.models[self.states[instance].process]
        events = [border.event for border in model.boundaries.get(node, ())]
        events += [s.event for starts in model.event_starts.values() for s in starts if s.event is not None]
        return [event.code for event in events if isinstance(event, m.Error) and event.code]

    def _obey(self, instance: str, commands: tuple[c.Command, ...]) -> None:
        for command in commands:
            self._one(instance, command)

    def _one(self, instance: str, command: c.Command) -> None:
        match command:
            case c.CreateTask():
                self.now.append((instance, self._answer(instance, command)))
            case c.CallConnector():
                self.now.append((instance, self._call(instance, command)))
            case c.ScheduleTimer():
                self.later.append((instance, e.TimerFired(wait=command.wait)))
            case c.Subscribe(kind="message"):
                self.later.append(
                    (instance, e.MessageReceived(name=command.name, key=command.key, wait=command.wait))
                )
            case c.Subscribe():
                self.later.append((instance, e.SignalReceived(name=command.name, wait=command.wait)))
            case c.StartChild() if command.process in self.models:
                self.parents[command.child] = (instance, command.wait)
                self.begin(command.process, command.child, dict(command.data))
            case c.StartChild():
                self.now.append((instance, self._child_of_another_file(instance, command)))
            case c.RaiseIncident():
                self.incidents.append(command)
                if command.code in {
                    "step-limit",
                    "connector",
                }:  # a loop without a stop, or an error nobody caught
                    self.now.append(
                        (instance, e.IncidentRepaired(command.incident, variables=dict(self.data())))
                    )
            case c.Completed():
                self.outcomes[instance] = command.outcome
                if instance in self.parents:
                    parent, wait = self.parents[instance]
                    self.now.append((parent, _ended(wait, command)))
            case c.TookWay():
                self.entered.update(passed.id for passed in command.way if passed.what == "enter")


def starts(model: m.Process) -> str | None:
    """None for a process that starts on demand, else its first start event."""
    if model.starts[model.id]:
        return None
    return next(node.id for node in model.members[model.id] if isinstance(node, m.StartEvent))


def _ended(wait: int, command: c.Completed) -> e.ChildEnded:
    outcome = cast(Literal["completed", "terminated", "error", "cancelled"], command.outcome)
    return e.ChildEnded(wait=wait, outcome=outcome, data=command.data, code=command.code)
