"""Reading records, as values for other modules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from stadtkern.casework.records.models import DocumentFormat, ProcessRecord

MOST_DOCUMENTS: Final = 2000


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


def contents(record_id: UUID) -> RecordInfo:
    """The record with its documents in their newest version, oldest document first."""
    row = ProcessRecord.objects.select_related("file").get(pk=record_id)
    formats = (
        DocumentFormat.objects.filter(version__document__process_id=record_id, file_id__isnull=False)
        .select_related("version__document")
        .order_by(
            "version__document__position",
            "version__document__filed_at",
            "version__document_id",
            "-version__position",
            "position",
        )
    )
    newest: dict[UUID, DocumentInfo] = {}
    for each in formats[:MOST_DOCUMENTS]:
        document = each.version.document
        if document.pk in newest or each.file_id is None:
            continue
        newest[document.pk] = DocumentInfo(
            id=document.pk,
            title=document.subject,
            kind=document.kind,
            direction=document.direction,
            file_id=each.file_id,
            sha256=each.sha256,
            filed_at=document.filed_at,
        )
    return RecordInfo(
        id=row.pk,
        reference=row.reference,
        subject=row.subject,
        plan_unit=row.file.plan_unit if row.file else "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        retention_until_on=row.retention_until_on,
        documents=tuple(newest.values()),
    )


def filed_among(file_ids: Iterable[UUID]) -> set[UUID]:
    """Which of the files are documents of a record: they go with the record's own disposal, not before."""
    wanted = list(file_ids)
    found = DocumentFormat.objects.filter(file_id__in=wanted).values_list("file_id", flat=True)
    return {each for each in found if each is not None}
