"""What is to be done because of a step, in the transaction that stores the new state.

`wait` numbers the wait; the event that answers must carry it. `key` is the same when a failed call is tried again, and
never used for anything else: outside systems recognise a repeated call by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stadtkern.casework.processes.engine.state import Due

_Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CreateTask:
    """A task for the work list of `role`. `index`: the number of the instance in a multi-instance."""

    wait: int
    node: str
    name: str
    role: str | None
    assignee: str | None
    form: str | None
    due: Due | None
    data: _Data
    manual: bool = False
    index: int | None = None


@dataclass(frozen=True, slots=True)
class CancelTask:
    """The task is no longer to be done."""

    wait: int


@dataclass(frozen=True, slots=True)
class MoveTask:
    """A task goes on under another version of the process; who had taken it keeps it."""

    wait: int
    node: str
    name: str
    role: str | None
    form: str | None


@dataclass(frozen=True, slots=True)
class CallConnector:
    """Call an operation, after the commit."""

    wait: int
    node: str
    connector: str
    operation: str
    data: _Data
    key: str


@dataclass(frozen=True, slots=True)
class CancelConnector:
    """The answer is no longer wanted."""

    wait: int


@dataclass(frozen=True, slots=True)
class ScheduleTimer:
    """Wake the instance; `timers.due_at` says when. A repetition counts from the moment the one before was due."""

    wait: int
    node: str
    due: Due
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """The timer is no longer needed."""

    wait: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Messages (with this key, if there is one) or signals of this name are wanted. `kind`: message or signal."""

    wait: int
    node: str
    kind: str
    name: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """They are no longer wanted."""

    wait: int


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a message to whoever waits for this name and correlation."""

    node: str
    name: str
    correlation: str | None
    payload: _Data
    key: str


@dataclass(frozen=True, slots=True)
class BroadcastSignal:
    """Tell everyone, this instance too."""

    node: str
    name: str
    payload: _Data
    key: str


@dataclass(frozen=True, slots=True)
class StartChild:
    """Start a called process as instance `child`."""

    wait: int
    node: str
    process: str
    child: str
    data: _Data


@dataclass(frozen=True, slots=True)
class CancelChild:
    """Call the child off."""

    wait: int
    child: str


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A decision was evaluated; the trace goes into the record, and so does what it ``read``."""

    node: str
    model: str
    decision: str
    result: Any
    trace: tuple[Any, ...]
    read: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RaiseIncident:
    """A token cannot go on until `IncidentRepaired`. `message` and `message_en` are for people."""

    incident: int
    node: str
    code: str
    message: str
    message_en: str
    detail: _Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """The incident was repaired or its token no longer exists."""

    incident: int


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation that nobody in this process caught; a parent gets it as `ChildEscalated`."""

    node: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Completed:
    """The instance has ended: completed, terminated, error (with its code), cancelled. `data`: its final variables."""

    outcome: str
    data: _Data
    code: str | None = None
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """The event found nobody waiting for it; the state is the same."""

    reason: str


class Passed(NamedTuple):
    """One step of the way. `what`: enter, leave, cancel (a node) or flow."""

    what: str
    id: str


@dataclass(frozen=True, slots=True)
class TookWay:
    """The way taken in this step, for the diagram and the history. Always the last command."""

    way: tuple[Passed, ...]


Command = (
    CreateTask | CancelTask | MoveTask | CallConnector | CancelConnector | ScheduleTimer | CancelTimer | Subscribe | Unsubscribe
    | SendMessage | BroadcastSignal | StartChild | CancelChild | DecisionMade | RaiseIncident | CloseIncident | Escalated
    | Completed | Ignored | TookWay
)  # fmt: skip
