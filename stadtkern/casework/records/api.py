"""What other modules use of records: file what happened, close it, read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from stadtkern.casework.records.models import DocumentRecord, FileRecord, ProcessRecord
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import Conflict


class RecordClosed(Conflict):
    """The record is closed (zdA): nothing in it may change."""

    code: ClassVar[str] = "record-closed"
    message = "Die Akte ist geschlossen (zdA). Sie kann nicht mehr geändert werden."
    message_en = "The record is closed and cannot be changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """A document as others see it."""

    id: UUID
    title: str
    kind: str
    direction: str
    file_id: UUID
    sha256: str
    filed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInfo:
    """A process record as others see it."""

    id: UUID
    reference: str
    subject: str
    plan_unit: str
    opened_at: datetime
    closed_at: datetime | None
    retention_until_on: date | None
    documents: tuple[DocumentInfo, ...]


def open_record(*, plan_unit: str, reference: str, subject: str, retention_years: int, now: datetime) -> UUID:
    """Open a process record in the file of ``plan_unit`` (made when it does not exist yet)."""
    file, _ = FileRecord.objects.get_or_create(plan_unit=plan_unit, defaults={"title": f"Akte {plan_unit}"})
    row = ProcessRecord.objects.create(
        file=file, reference=reference, subject=subject, opened_at=now, retention_years=retention_years
    )
    return row.pk


def file_document(
    *, record_id: UUID, title: str, kind: str, direction: str, file_id: UUID, sha256: str, now: datetime
) -> UUID:
    """Put a document into the record (once); raises ``RecordClosed``."""
    if ProcessRecord.objects.filter(pk=record_id, closed_at__isnull=False).exists():
        raise RecordClosed()
    row, _ = DocumentRecord.objects.get_or_create(
        process_id=record_id,
        file_id=file_id,
        title=title[:300],
        defaults={"kind": kind, "direction": direction, "sha256": sha256, "filed_at": now},
    )
    return row.pk


def close_record(*, actor: Actor, record_id: UUID, now: datetime) -> None:
    """zdA: close the record; its retention period begins with the next calendar year."""
    row = ProcessRecord.objects.select_for_update().get(pk=record_id)
    if row.closed_at is not None:
        return
    row.closed_at = now
    row.retention_until_on = date(now.year + 1 + row.retention_years, 1, 1)
    row.save(update_fields=["closed_at", "retention_until_on"])
    audit.record(actor=actor, action="records.close", obj=("record", record_id), now=now)


def reopen_record(*, actor: Actor, record_id: UUID, reason: str, now: datetime) -> None:
    """Open a closed record again, with a reason (audited)."""
    ProcessRecord.objects.filter(pk=record_id).update(closed_at=None, retention_until_on=None)
    audit.record(actor=actor, action="records.reopen", obj=("record", record_id), reason=reason, now=now)


def contents(record_id: UUID) -> RecordInfo:
    """The record with its documents, oldest first."""
    row = ProcessRecord.objects.select_related("file").get(pk=record_id)
    documents = tuple(
        DocumentInfo(
            id=document.pk,
            title=document.title,
            kind=document.kind,
            direction=document.direction,
            file_id=document.file_id,
            sha256=document.sha256,
            filed_at=document.filed_at,
        )
        for document in row.documents.order_by("filed_at", "id")[:2000]
    )
    return RecordInfo(
        id=row.pk,
        reference=row.reference,
        subject=row.subject,
        plan_unit=row.file.plan_unit,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        retention_until_on=row.retention_until_on,
        documents=documents,
    )


def filed_among(file_ids: Iterable[UUID]) -> set[UUID]:
    """Which of the files are documents of a record: they go with the record's own disposal, not before."""
    return set(DocumentRecord.objects.filter(file_id__in=list(file_ids)).values_list("file_id", flat=True))
