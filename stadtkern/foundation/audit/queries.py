"""Reading the log: for auditors, and for people who ask who read their data (DSGVO Art. 15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadtkern.foundation.audit.models import Entry
from stadtkern.kernel.canonical import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInfo:
    """One entry. After erasure only id, ``recorded_at``, ``retention`` and place are left (``erased``)."""

    id: UUID
    at: datetime | None
    recorded_at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    object_kind: str
    object_id: UUID | None
    outcome: str
    reason: str
    details: Mapping[str, JSON]
    retention: str
    leaf_index: int | None
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What an auditor looks for; empty fields do not narrow."""

    actor_id: UUID | None = None
    action: str = ""
    object_kind: str = ""
    object_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries_for(kind: str, id: UUID, *, limit: int = 200) -> list[EntryInfo]:
    """The newest entries about one object of the current tenant, newest first."""
    rows = Entry.objects.filter(object_kind=kind, object_id=id).order_by("-id")
    return [info_of(row) for row in rows[:limit]]


def entries_by(account_id: UUID, *, limit: int = 200) -> list[EntryInfo]:
    """The newest entries of one account, newest first."""
    return [info_of(row) for row in Entry.objects.filter(actor_id=account_id).order_by("-id")[:limit]]


def readers_of(objects: Iterable[tuple[str, UUID]], *, limit: int = 500) -> list[EntryInfo]:
    """Who read these objects ("who read my data"): entries whose action ends in ``.read`` or ``.export``."""
    found: list[EntryInfo] = []
    for kind, object_id in objects:
        rows = Entry.objects.filter(object_kind=kind, object_id=object_id).order_by("-id")[:limit]
        found += [info_of(row) for row in rows if row.action.endswith((".read", ".export"))]
    return sorted(found, key=lambda entry: entry.id.int, reverse=True)[:limit]


def search(wanted: Filter, *, after: UUID | None = None, limit: int = 50) -> list[EntryInfo]:
    """One page of the log, newest first; ``after`` is the last id of the page before."""
    rows = Entry.objects.order_by("-id")
    if wanted.actor_id:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.object_kind:
        rows = rows.filter(object_kind=wanted.object_kind)
    if wanted.object_id:
        rows = rows.filter(object_id=wanted.object_id)
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    if after:
        rows = rows.filter(pk__lt=after)
    return [info_of(row) for row in rows[:limit]]


def entry(id: UUID) -> EntryInfo | None:
    """One entry of the current tenant."""
    row = Entry.objects.filter(pk=id).first()
    return info_of(row) if row else None


def info_of(row: Entry) -> EntryInfo:
    return EntryInfo(
        id=row.pk,
        at=row.at,
        recorded_at=row.recorded_at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        action=row.action,
        object_kind=row.object_kind,
        object_id=row.object_id,
        outcome=row.outcome,
        reason=row.reason,
        details=row.details or {},
        retention=row.retention,
        leaf_index=row.leaf_index,
        erased=row.erased_at is not None,
    )
