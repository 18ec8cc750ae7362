"""A procedure played by hand: no database, a clock that stands until it is moved, outside systems that answer what one says.

The designer plays a process so, and test cases run so. What the engine asks for is done at once: called processes begin,
messages and signals reach whoever waits in the same play. Calls of connectors and timers wait for ``answer`` and ``advance``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal, cast

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import engine, timers
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.decisions import by_models
from stadtkern.casework.processes.engine.state import Due, State, Wait
from stadtkern.casework.processes.packages.parameters import effective
from stadtkern.casework.processes.packages.procedure import Procedure
from stadtkern.casework.processes.packages.refusing import Refusal
from stadtkern.casework.processes.situation import actions_of, message_starts, restarts, state_code
from stadtkern.kernel import clock
from stadtkern.kernel.feel import DaysTimeDuration, YearsMonthsDuration
from stadtkern.kernel.feel.temporal import Date, DateTime, parse_any
from stadtkern.kernel.feel.values import to_python

MAX_EFFECTS = 2_000
MAIN = "main"


class NotPlayable(Refusal):
    """The step is not possible now; the text says what is."""


@dataclass(slots=True)
class _Instance:
    model: m.Process
    state: State
    parent: str = ""
    wait: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Something the play waits for. ``kind`` as in the engine; ``actions`` of a task; ``due`` of a timer (or a task)."""

    instance: str
    number: int
    kind: str
    node: str
    name: str
    role: str = ""
    actions: tuple[str, ...] = ()
    due: datetime | None = None


@dataclass(slots=True)
class Player:
    """A play. Every step that succeeded is in ``steps``, so that a play can be kept as a test case."""

    procedure: Procedure
    input: Mapping[str, Any]
    now: datetime
    own: Mapping[str, Any] = field(default_factory=dict)
    land: str = "DE-RP"
    way: list[c.Passed] = field(default_factory=list)
    state_code: str = ""
    decisions: dict[str, Any] = field(default_factory=dict)
    traces: list[c.DecisionMade] = field(default_factory=list)
    incidents: list[c.RaiseIncident] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    began_at: datetime = field(init=False)
    _instances: dict[str, _Instance] = field(default_factory=dict)
    _timers: dict[tuple[str, int], datetime] = field(default_factory=dict)
    _due: dict[tuple[str, int], Due | None] = field(default_factory=dict)
    _todo: deque[Callable[[], object]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.began_at = self.now
        variables: dict[str, Any] = dict(self.input)
        if self.procedure.parameters:
            variables["parameter"] = effective(self.procedure.parameters, self.own)
        self._begin(MAIN, self.procedure.process, variables)
        self._settle()

    # --- what is

    @property
    def state(self) -> State:
        """The state of the main process."""
        return self._instances[MAIN].state

    @property
    def ended(self) -> bool:
        """Whether the main process is over."""
        return self.state.status != "running"

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the main process."""
        return self.state.variables

    @property
    def path(self) -> list[str]:
        """The elements entered, in order."""
        return [passed.id for passed in self.way if passed.what == "enter"]

    def waiting(self) -> Iterator[Open]:
        """Everything somebody may do or that may happen now."""
        for key, instance in self._instances.items():
            for number, wait in instance.state.waits.items():
                yield self._open(key, instance, number, wait)

    def _open(self, key: str, instance: _Instance, number: int, wait: Wait) -> Open:
        node = instance.model.nodes[wait.node]
        due = self._due.get((key, number))
        return Open(
            instance=key,
            number=number,
            kind=wait.kind,
            node=wait.node,
            name=wait.name if wait.kind in ("message", "signal", "connector") else node.name or node.id,
            role=node.role or "",
            actions=actions_of(node) if wait.kind == "task" else (),
            due=self._timers.get((key, number))
            or (timers.due_at(due, self.now, state=self.land) if due else None),
        )

    # --- what may be done

    def task(self, name: str = "", action: str = "", values: Mapping[str, Any] | None = None) -> None:
        """Complete a task by its name (or id) and the outcome chosen."""
        found = [
            row
            for row in self.waiting()
            if row.kind == "task"
            and name in ("", row.name, row.node)
            and (not action or action in row.actions)
        ]
        if not found:
            raise self._no(
                f"Die Aufgabe „{name or action}“ ist nicht offen.",
                f"The task “{name or action}” is not open.",
                "task",
            )
        data = {**(values or {}), **({"action": action} if action else {})}
        self._happen(found[0].instance, e.TaskCompleted(found[0].number, data))
        self._note(task=name or found[0].name, action=action, set=values)

    def message(
        self,
        name: str,
        values: Mapping[str, Any] | None = None,
        key: str | None = None,
        *,
        noted: bool = True,
    ) -> None:
        """A message arrives; an ended process may begin anew by it."""
        data = {**(values or {}), "action": name}
        found = [
            row
            for row in self.waiting()
            if row.kind == "message" and row.name == name and key in (None, self._wait(row).key)
        ]
        if found:
            number = found[0].number
            self._happen(found[0].instance, e.MessageReceived(name, data, self._wait(found[0]).key, number))
        elif self.ended and name in restarts(self.procedure.process, self.state_code):
            self._restart(name, data)
        else:
            raise self._no(
                f"Auf die Nachricht „{name}“ wartet niemand.",
                f"Nobody waits for the message “{name}”.",
                "message",
            )
        if noted:
            self._note(message=name, set=values)

    def signal(self, name: str, values: Mapping[str, Any] | None = None) -> None:
        """A signal to everyone who listens."""
        if not self._signal(name, values or {}):
            raise self._no(
                f"Auf das Signal „{name}“ hört niemand.", f"Nobody listens to the signal “{name}”.", "signal"
            )
        self._settle()
        self._note(signal=name, set=values)

    def answer(self, connector: str, answer: Any = None, *, fails: str = "", code: str | None = None) -> None:
        """A called system answers, or fails for good (``code``: with a BPMN error)."""
        found = [
            row for row in self.waiting() if row.kind == "connector" and connector in (row.name, row.node)
        ]
        if not found:
            raise self._no(
                f"„{connector}“ ist nicht gerufen worden.", f"“{connector}” was not called.", "connector"
            )
        number = found[0].number
        event = (
            e.ConnectorFailed(number, fails, code) if fails or code else e.ConnectorReturned(number, answer)
        )
        self._happen(found[0].instance, event)
        said = {"fails": fails, "code": code} if fails or code else {"answer": answer}
        self._note(connector=connector, **said)

    def error(self, code: str, task: str = "") -> None:
        """A person reports an error from a task instead of completing it."""
        found = [row for row in self.waiting() if row.kind == "task" and task in ("", row.name, row.node)]
        if not found:
            raise self._no(
                f"Die Aufgabe „{task}“ ist nicht offen.", f"The task “{task}” is not open.", "task"
            )
        self._happen(found[0].instance, e.ErrorRaised(found[0].number, code))
        self._note(task=task or found[0].name, error=code)

    def change(self, values: Mapping[str, Any]) -> None:
        """The facts change (the application was corrected)."""
        self._happen(MAIN, e.VariablesSet(dict(values)))
        self._note(set=values)

    def advance(self, by: str) -> int:
        """Move the clock by a duration, to a date, or to what is due ``next``; what is due on the way happens in order.
        Returns how many timers fired; raises ``NotPlayable`` where none did."""
        target = self._moment(by)
        fired = 0
        while due := [(at, key) for key, at in self._timers.items() if at <= target]:
            at, (key, number) = min(due)
            self.now = max(self.now, at)
            del self._timers[key, number]
            self._happen(key, e.TimerFired(number), since=at)
            fired += 1
            if fired > MAX_EFFECTS:
                raise NotPlayable("Die Uhren laufen ohne Ende.", "The timers never end.")
        if not fired:
            raise self._no("Bis dahin läuft keine Uhr ab.", "No timer is due until then.", "timer")
        self.now = max(self.now, target)
        self._note(timer=by)
        return fired

    def _moment(self, by: str) -> datetime:
        if by == "next":
            if not self._timers:
                raise NotPlayable("Es läuft keine Uhr.", "No timer is running.")
            return min(self._timers.values())
        value = parse_any(by.strip())
        if isinstance(value, DaysTimeDuration | YearsMonthsDuration):
            return timers.due_at(Due("duration", by.strip()), self.now, state=self.land)
        if isinstance(value, Date | DateTime):
            found = to_python(value)
            if isinstance(found, datetime):
                return found if found.tzinfo else found.replace(tzinfo=timers.BERLIN)
            if isinstance(found, date):
                return datetime.combine(found, time(), timers.BERLIN)
        raise NotPlayable(
            f"„{by}“ ist weder Dauer (P14D) noch Datum (2026-01-31) noch „next“.",
            f"“{by}” is neither a duration (P14D) nor a date (2026-01-31) nor “next”.",
        )

    def _no(self, message: str, message_en: str, kind: str) -> NotPlayable:
        """Why not, and what of this kind is possible now."""
        rows = [row for row in self.waiting() if row.kind == kind]
        names = [f"„{row.name}“" + (f" ({', '.join(row.actions)})" if row.actions else "") for row in rows]
        return NotPlayable(message, message_en, names)

    def _note(self, **step: Any) -> None:
        self.steps.append({key: value for key, value in step.items() if value not in (None, "", {})})

    # --- how it goes on

    def _wait(self, row: Open) -> Wait:
        return self._instances[row.instance].state.waits[row.number]

    def _begin(self, key: str, model: m.Process, variables: Mapping[str, Any], **more: Any) -> None:
        with clock.standing_at(self.now):
            step = engine.start(model, key, variables, decide=by_models(self.procedure.models), **more)
        self._instances[key] = _Instance(model, step.state)
        self._carry_out(key, step.commands)

    def _restart(self, name: str, data: Mapping[str, Any]) -> None:
        model = self.procedure.process
        start = next(node for node in message_starts(model) if getattr(node.event, "name", "") == name)
        self._begin(MAIN, model, self.variables, at=start.id, payload=data)
        self._settle()

    def _happen(self, key: str, event: e.Event, since: datetime | None = None) -> None:
        self._step(key, event, since)
        self._settle()

    def _step(self, key: str, event: e.Event, since: datetime | None = None) -> bool:
        instance = self._instances[key]
        with clock.standing_at(self.now):
            step = engine.step(instance.model, instance.state, event, decide=by_models(self.procedure.models))
        if any(isinstance(command, c.Ignored) for command in step.commands):
            return False
        instance.state = step.state
        self._carry_out(key, step.commands, since)
        return True

    def _settle(self) -> None:
        for _ in range(MAX_EFFECTS):
            if not self._todo:
                return
            self._todo.popleft()()
        raise NotPlayable("Der Ablauf kommt nicht zur Ruhe.", "The process never comes to rest.")

    def _carry_out(self, key: str, commands: Iterable[c.Command], since: datetime | None = None) -> None:
        commands = tuple(commands)
        for command in commands:
            self._one(key, command, since)
        if key == MAIN:
            main = self._instances[MAIN]
            self.state_code = state_code(
                self.procedure.texts, main.model, main.state, commands, self.state_code
            )

    def _one(self, key: str, command: c.Command, since: datetime | None) -> None:
        match command:
            case c.TookWay():
                self.way += command.way
            case c.CreateTask():
                self._due[key, command.wait] = command.due
            case c.ScheduleTimer():
                start = since if command.repeated and since else self.now
                self._timers[key, command.wait] = timers.due_at(command.due, start, state=self.land)
            case c.CancelTimer():
                self._timers.pop((key, command.wait), None)
            case c.SendMessage():
                self._todo.append(lambda: self._deliver(command))
            case c.BroadcastSignal():
                self._todo.append(lambda: self._signal(command.name, command.payload))
            case c.StartChild():
                self._todo.append(lambda: self._child(key, command))
            case c.CancelChild():
                self._instances.pop(command.child, None)
            case c.DecisionMade():
                self.decisions[command.decision] = command.result
                self.traces.append(command)
            case c.RaiseIncident():
                self.incidents.append(command)
            case c.Completed() | c.Escalated():
                self._todo.append(lambda: self._back(key, command))

    def _deliver(self, sent: c.SendMessage) -> None:
        for row in [row for row in self.waiting() if row.kind == "message" and row.name == sent.name]:
            if self._wait(row).key == sent.correlation:
                event = e.MessageReceived(sent.name, sent.payload, sent.correlation, row.number)
                self._step(row.instance, event)

    def _signal(self, name: str, values: Mapping[str, Any]) -> bool:
        rows = [row for row in self.waiting() if row.kind == "signal" and row.name == name]
        taken = [self._step(row.instance, e.SignalReceived(name, values, row.number)) for row in rows]
        return any(taken)

    def _child(self, parent: str, command: c.StartChild) -> None:
        if command.process not in self.procedure.processes:
            event = e.ChildEnded(command.wait, "error", {}, f"Ablauf „{command.process}“ fehlt")
            self._step(parent, event)
            return
        model = self.procedure.processes[command.process]
        with clock.standing_at(self.now):
            step = engine.start(model, command.child, command.data, decide=by_models(self.procedure.models))
        self._instances[command.child] = _Instance(model, step.state, parent, command.wait)
        self._carry_out(command.child, step.commands)

    def _back(self, key: str, command: c.Completed | c.Escalated) -> None:
        child = self._instances.get(key)
        if child is None or not child.parent or child.parent not in self._instances:
            return
        if isinstance(command, c.Escalated):
            self._step(child.parent, e.ChildEscalated(child.wait, command.code))
            return
        del self._instances[key]
        outcome = cast(Literal["completed", "terminated", "error", "cancelled"], command.outcome)
        self._step(child.parent, e.ChildEnded(child.wait, outcome, command.data, command.code))
