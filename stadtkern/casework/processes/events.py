"""Facts about running processes. Published in the transaction of their cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectLocking:
    """An instance of this subject is about to be locked without its owner's doing: the owner locks its own row first
    (``locking`` says why)."""

    subject_kind: str
    subject_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectMoved:
    """A subject moved without its owner's doing (timer, answer, task); ``state`` is where it is now."""

    subject_kind: str
    subject_id: UUID
    source: str
    state: str
    ended: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTraced:
    """A decision was evaluated for a subject; the trace says which rules hit."""

    subject_kind: str
    subject_id: UUID
    decision: str
    value: Any
    trace: tuple[Any, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRaised:
    """A step failed and waits for repair."""

    subject_kind: str
    subject_id: UUID
    instance_id: UUID
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectMigrated:
    """A subject goes on under another version of its procedure; ``state`` is where it is now, ``source`` where it was."""

    subject_kind: str
    subject_id: UUID
    version_id: UUID
    source: str
    state: str
    at: datetime
