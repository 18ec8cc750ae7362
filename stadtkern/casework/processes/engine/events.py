"""What may happen to an instance. `wait` is the number that the command which opened the wait carried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

_Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskCompleted:
    """A person has done a task."""

    wait: int
    data: _Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorRaised:
    """A person reports a BPMN error (or escalation) from a task instead of completing it."""

    wait: int
    code: str
    escalation: bool = False


@dataclass(frozen=True, slots=True)
class ConnectorReturned:
    """A connector has answered."""

    wait: int
    answer: Any = None


@dataclass(frozen=True, slots=True)
class ConnectorFailed:
    """A connector has failed for good (retries are over). `code`: a BPMN error the model may catch; else an incident."""

    wait: int
    message: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer is due."""

    wait: int


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message for this instance; without `wait` it goes to the first wait with this name and key."""

    name: str
    payload: _Data = field(default_factory=dict)
    key: str | None = None
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class SignalReceived:
    """A signal; without `wait` everyone in the instance who listens gets it."""

    name: str
    payload: _Data = field(default_factory=dict)
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """A called process has ended; `outcome` and `code` as in its `Completed`."""

    wait: int
    outcome: Literal["completed", "terminated", "error", "cancelled"] = "completed"
    data: _Data = field(default_factory=dict)
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ChildEscalated:
    """An escalation that the called process did not catch; it goes on."""

    wait: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class IncidentRepaired:
    """Someone has dealt with an incident: try again, or skip what failed. `variables` are set first. `flow`: the way to
    take where a decision at a gateway failed (with ``skip``)."""

    incident: int
    action: Literal["retry", "skip"] = "retry"
    variables: _Data = field(default_factory=dict)
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class VariablesSet:
    """Variables of the process changed from outside (the case was corrected)."""

    variables: _Data


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The instance is called off."""

    reason: str = ""


Event = (
    TaskCompleted | ErrorRaised | ConnectorReturned | ConnectorFailed | TimerFired | MessageReceived | SignalReceived
    | ChildEnded | ChildEscalated | IncidentRepaired | VariablesSet | Cancelled
)  # fmt: skip
