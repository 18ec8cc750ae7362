"""Facts about cases that others may react to. Published in the transaction of their cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """An application became a case."""

    case_id: UUID
    service_slug: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved:
    """A case changed its state."""

    case_id: UUID
    service_slug: str
    source: str
    target: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseErased:
    """The retention of a case has ended and its content is gone; its record follows its own disposal."""

    case_id: UUID
    service_slug: str
    record_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided:
    """A decision was released."""

    case_id: UUID
    service_slug: str
    kind: str
    at: datetime
