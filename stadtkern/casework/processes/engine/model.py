"""The compiled process: frozen values that the compiler of BPMN files makes once and the engine only reads.

Whoever makes a model gives `Process` its nodes and flows; the indices follow by themselves. Wrong structure raises
`BadModel`, a wrong FEEL text `kernel.feel.FeelError`; whether an element is executable at all is the compiler's question
(it leaves out or refuses what has no class here).

Scopes: every node stands in the process itself or in one sub-process; `Node.scope` is the id of that process or
sub-process. An embedded sub-process is a node and at the same time a scope. Variables are looked up from the innermost
scope outwards; an assignment goes to the innermost scope that knows the name, else to the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from stadtkern.kernel import feel

Unit = Literal["working_days", "days", "weeks", "months"]
_T = TypeVar("_T")


class BadModel(ValueError):
    """A structure no compiler may hand over: unknown ids, flows across scopes, double ids."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL text, compiled when it is made. Raises `FeelError` with the position of the first mistake.

    `names`: names with signs other than letters, digits and spaces that the text uses."""

    text: str
    names: tuple[str, ...] = ()
    compiled: feel.Compiled = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", feel.compile(self.text, self.names))


@dataclass(frozen=True, slots=True)
class Assignment:
    """`target` gets the value of an expression."""

    target: str
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sequence flow; without `condition` always taken (behind an exclusive or inclusive gateway: see `Node.default`)."""

    id: str
    source: str
    target: str
    condition: Expression | None = None
    name: str = ""


# --- event definitions -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """When: `value` gives a duration, a date (and time), or a cycle.

    With `unit`, `value` is a number of that unit counted in the calendar of the Land (``duration`` and ``cycle`` only).
    Without, it is a FEEL duration or date and time, or their ISO 8601 text; a cycle is a text such as "R3/PT10H" or a
    duration. `repetitions` limits a cycle (None: as its text says, else endless)."""

    kind: Literal["duration", "date", "cycle"]
    value: Expression
    unit: Unit | None = None
    repetitions: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message, correlated by `key` (a value that both sides compute; None: by name only).

    Throwing: `payload` is sent. Catching: `outputs` are evaluated with the payload's entries as variables and the whole
    payload as `result`; without `outputs` all entries of the payload become variables."""

    name: str
    key: Expression | None = None
    payload: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal to everyone who listens; `payload` and `outputs` as with messages."""

    name: str
    payload: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A BPMN error; catching with `code` None catches every error. `variable` receives the code when caught."""

    code: str | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """An escalation; catching with `code` None catches every one."""

    code: str | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """Throwing: undo `activity`, or everything completed in this scope (None). Boundary: the mark of a handler."""

    activity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminate:
    """End event only: ends the innermost (sub-)process at once."""


EventDefinition = Timer | Message | Signal | Error | Escalation | Compensation | Terminate


# --- nodes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has. `default`: id of the default flow. `role`: of the innermost lane. `settings`: texts the engine
    does not read (extension attributes for forms, letters, work lists)."""

    id: str
    scope: str
    name: str = ""
    role: str | None = None
    default: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent(Node):
    """`event` None: none start. In an event sub-process `event` is required and `interrupting` counts.

    Allowed: Timer, Message, Signal; in an event sub-process also Error, Escalation."""

    event: EventDefinition | None = None
    interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEvent(Node):
    """None, Message, Signal, Error, Escalation, Compensation or Terminate."""

    event: EventDefinition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchEvent(Node):
    """Intermediate catching event: Timer, Message or Signal."""

    event: EventDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowEvent(Node):
    """Intermediate throwing event: None, Message, Signal, Escalation or Compensation."""

    event: EventDefinition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryEvent(Node):
    """On the edge of an activity: Timer, Message, Signal, Error, Escalation; Compensation with its `handler` activity."""

    attached_to: str
    event: EventDefinition
    interrupting: bool = True
    handler: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """One instance for each item of `collection`, or `cardinality` many.

    `item` names the variable with the item; `loopCounter` counts from 1. `output_item` is evaluated when an instance
    ends, and the list of its values becomes `output_collection` (in the order of the items; null where cancelled).
    `completion` sees numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances, numberOfTerminatedInstances;
    true cancels the rest."""

    sequential: bool = False
    collection: Expression | None = None
    cardinality: Expression | None = None
    item: str | None = None
    output_item: Expression | None = None
    output_collection: str | None = None
    completion: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Node):
    """What tasks, sub-processes and call activities share. `for_compensation`: only reached as a handler.

    `inputs` are what the other side gets (form, connector, child; None of them: a sub-process's own variables).
    `outputs` are evaluated with the entries of the answer as variables and the whole answer as `result`; without
    `outputs` the entries of a person's answer become variables, other answers only where `result` says so."""

    multi: MultiInstance | None = None
    for_compensation: bool = False
    inputs: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneTask(Activity):
    """An abstract task: passes at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask(Activity):
    """Work for a person in the work list. `form`: id in the package. `assignee`: who exactly. `due`: when at the latest."""

    form: str | None = None
    assignee: Expression | None = None
    due: Timer | None = None
    manual: bool = False
    """A manual task: done outside the system, a person only confirms."""
    fields: tuple[str, ...] = ()
    """What its form asks for. These entries become variables, also where outputs compute others from them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask(Activity):
    """An operation of a connector; `result` names the variable for the whole answer."""

    connector: str
    operation: str = ""
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(Activity):
    """Assignments in order; each sees what the ones before it set."""

    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRuleTask(Activity):
    """A decision of a DMN model. `inputs` empty: the model sees all variables. `result`: variable for the answer."""

    model: str
    decision: str
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTask(Activity):
    """Sends a message."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTask(Activity):
    """Waits for a message."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CallActivity(Activity):
    """Another process as a child instance. `inputs` empty: it starts with no variables. `result`: variable for all its
    final variables."""

    process: str
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity):
    """An embedded sub-process. `by_event`: an event sub-process, with exactly one start event that has an event."""

    by_event: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusiveGateway(Node):
    """The first flow whose condition is true, else the default; a join passes every token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelGateway(Node):
    """Waits for one token on each incoming flow, then takes all outgoing flows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusiveGateway(Node):
    """Waits until no more token can come, then takes every flow whose condition is true, else the default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGateway(Node):
    """Whichever of the catching events (or receive tasks) behind it happens first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataObject:
    """A variable declared in a scope: lives and ends with it. `initial` is evaluated when the scope begins."""

    id: str
    scope: str
    name: str
    initial: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane; `role` is the code in the package, `nodes` the ids inside it."""

    id: str
    name: str
    role: str | None = None
    nodes: tuple[str, ...] = ()


# --- the process -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """All of it. `nodes` and `flows` in the order of the file; flows decide in that order."""

    id: str
    name: str = ""
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    data: tuple[DataObject, ...] = ()
    lanes: tuple[Lane, ...] = ()
    outgoing: Mapping[str, tuple[Flow, ...]] = field(init=False, repr=False, compare=False)
    incoming: Mapping[str, tuple[Flow, ...]] = field(init=False, repr=False, compare=False)
    boundaries: Mapping[str, tuple[BoundaryEvent, ...]] = field(init=False, repr=False, compare=False)
    members: Mapping[str, tuple[Node, ...]] = field(init=False, repr=False, compare=False)
    starts: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """Where a token begins in a scope: none starts, else every node that nothing leads to."""
    event_starts: Mapping[str, tuple[StartEvent, ...]] = field(init=False, repr=False, compare=False)
    """By scope: the start events of the event sub-processes in it."""
    declared: Mapping[str, tuple[DataObject, ...]] = field(init=False, repr=False, compare=False)
    upstream: Mapping[str, Mapping[str, frozenset[str]]] = field(init=False, repr=False, compare=False)
    """For each inclusive join and each of its incoming flows: the nodes from which a token can reach that flow without
    passing the join."""

    def __post_init__(self) -> None:
        self._validate()
        nodes = self.nodes.values()
        put = object.__setattr__
        put(self, "outgoing", _grouped((f.source, f) for f in self.flows.values()))
        put(self, "incoming", _grouped((f.target, f) for f in self.flows.values()))
        put(self, "boundaries", _grouped((n.attached_to, n) for n in nodes if isinstance(n, BoundaryEvent)))
        put(self, "members", _grouped((n.scope, n) for n in nodes))
        put(self, "starts", {scope: self._starts(scope) for scope in self.scopes()})
        put(
            self,
            "event_starts",
            _grouped(
                (sub.scope, start)
                for sub in nodes
                if isinstance(sub, SubProcess) and sub.by_event
                for start in self.members.get(sub.id, ())
                if isinstance(start, StartEvent)
            ),
        )
        put(self, "declared", _grouped((d.scope, d) for d in self.data))
        joins = [n.id for n in nodes if isinstance(n, InclusiveGateway) and len(self.into(n.id)) > 1]
        put(
            self,
            "upstream",
            {join: {f.id: self._reaching(f, join) for f in self.into(join)} for join in joins},
        )

    def scopes(self) -> Iterator[str]:
        """The ids of all scopes: the process and its sub-processes."""
        yield self.id
        for node in self.nodes.values():
            if isinstance(node, SubProcess):
                yield node.id

    def out(self, node: str) -> tuple[Flow, ...]:
        """The flows that leave a node."""
        return self.outgoing.get(node, ())

    def into(self, node: str) -> tuple[Flow, ...]:
        """The flows that lead to a node."""
        return self.incoming.get(node, ())

    def _validate(self) -> None:
        scopes = set(self.scopes())
        for key, node in self.nodes.items():
            if key != node.id or key == self.id:
                raise BadModel(f"node {key!r} is stored under a wrong id")
            if node.scope not in scopes:
                raise BadModel(f"node {key!r} stands in the unknown scope {node.scope!r}")
            if node.default is not None and node.default not in self.flows:
                raise BadModel(f"node {key!r} has the unknown default flow {node.default!r}")
            if isinstance(node, BoundaryEvent):
                self._validate_boundary(node)
            if isinstance(node, SubProcess) and node.by_event:
                self._validate_event_sub(node)
        for key, flow in self.flows.items():
            source, target = self.nodes.get(flow.source), self.nodes.get(flow.target)
            if key != flow.id or source is None or target is None:
                raise BadModel(f"flow {key!r} does not connect two nodes")
            if source.scope != target.scope:
                raise BadModel(f"flow {key!r} crosses the border of a sub-process")

    def _validate_boundary(self, node: BoundaryEvent) -> None:
        host = self.nodes.get(node.attached_to)
        if not isinstance(host, Activity) or host.scope != node.scope:
            raise BadModel(f"boundary event {node.id!r} is attached to no activity of its scope")
        if isinstance(node.event, Compensation) and not isinstance(
            self.nodes.get(node.handler or ""), Activity
        ):
            raise BadModel(f"compensation event {node.id!r} has no handler")

    def _validate_event_sub(self, node: SubProcess) -> None:
        starts = [n for n in self.nodes.values() if n.scope == node.id and isinstance(n, StartEvent)]
        if len(starts) != 1 or starts[0].event is None:
            raise BadModel(f"event sub-process {node.id!r} needs exactly one start event with an event")

    def _starts(self, scope: str) -> tuple[str, ...]:
        inside = self.members.get(scope, ())
        found = tuple(n.id for n in inside if isinstance(n, StartEvent) and n.event is None)
        if found or any(isinstance(n, StartEvent) for n in inside):
            return found
        return tuple(n.id for n in inside if not self.into(n.id) and _may_begin(n))

    def _reaching(self, flow: Flow, join: str) -> frozenset[str]:
        found: set[str] = set()
        ahead = [flow.source]
        while ahead:
            name = ahead.pop()
            if name in found or name == join:
                continue
            found.add(name)
            ahead += [f.source for f in self.into(name)]
            node = self.nodes[name]
            if isinstance(node, BoundaryEvent):
                ahead.append(node.attached_to)
        return frozenset(found)


def _may_begin(node: Node) -> bool:
    if isinstance(node, BoundaryEvent) or (isinstance(node, SubProcess) and node.by_event):
        return False
    return not (isinstance(node, Activity) and node.for_compensation)


def _grouped(pairs: Iterator[tuple[str, _T]]) -> dict[str, tuple[_T, ...]]:
    found: dict[str, list[_T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
