"""Filing by cases: open a process record, put documents into it, close it (zdA)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from django.db import transaction

from stadtkern.casework.records.models import (
    DocumentFormat,
    DocumentRecord,
    DocumentVersion,
    FileRecord,
    ProcessRecord,
)
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import Conflict

FIRST_VERSION: Final = "1"


class RecordClosed(Conflict):
    """The record is closed (zdA): nothing in it may change."""

    code: ClassVar[str] = "record-closed"
    message = "Die Akte ist geschlossen (zdA). Sie kann nicht mehr geändert werden."
    message_en = "The record is closed and cannot be changed."


def open_record(
    *,
    plan_unit: str,
    reference: str,
    subject: str,
    retention_years: int,
    now: datetime,
    office_id: UUID | None = None,
) -> UUID:
    """Open a process record in the collective file of ``plan_unit`` (made when it does not exist yet); returns its id."""
    file, _ = FileRecord.objects.get_or_create(
        plan_unit=plan_unit,
        collective=True,
        defaults={"subject": f"Akte {plan_unit}", "reference": plan_unit, "opened_at": now},
    )
    row = ProcessRecord.objects.create(
        file=file,
        reference=reference,
        subject=subject,
        opened_at=now,
        retention_years=retention_years,
        office_id=office_id,
    )
    return row.pk


def file_document(
    *, record_id: UUID, title: str, kind: str, direction: str, file_id: UUID, sha256: str, now: datetime
) -> UUID:
    """Put a document into the record (once); raises ``RecordClosed``."""
    subject = title[:300]
    with transaction.atomic():
        # The lock makes filing and closing wait for each other, and the same document be filed once.
        process = ProcessRecord.objects.select_for_update(no_key=True).get(pk=record_id)
        if process.closed_at is not None:
            raise RecordClosed()
        known = DocumentRecord.objects.filter(
            process_id=record_id, subject=subject, versions__formats__file_id=file_id
        ).first()
        if known is not None:
            return known.pk
        document = DocumentRecord.objects.create(
            process=process,
            subject=subject,
            kind=kind,
            direction=direction,
            office_id=process.office_id,
            confidentiality=process.confidentiality,
            filed_at=now,
        )
        version = DocumentVersion.objects.create(document=document, number=FIRST_VERSION, created_at=now)
        DocumentFormat.objects.create(version=version, file_id=file_id, sha256=sha256)
    return document.pk


def close_record(*, actor: Actor, record_id: UUID, now: datetime) -> None:
    """zdA: close the record; its retention period begins with the next calendar year."""
    row = ProcessRecord.objects.select_for_update().get(pk=record_id)
    if row.closed_at is not None:
        return
    row.closed_at = now
    row.retention_until_on = date(now.year + 1 + (row.retention_years or 0), 1, 1)
    row.save(update_fields=["closed_at", "retention_until_on"])
    audit.record(actor=actor, action="records.close", obj=("record", record_id), now=now)


def reopen_record(*, actor: Actor, record_id: UUID, reason: str, now: datetime) -> None:
    """Open a closed record again, with a reason (audited)."""
    ProcessRecord.objects.filter(pk=record_id).update(closed_at=None, retention_until_on=None)
    audit.record(actor=actor, action="records.reopen", obj=("record", record_id), reason=reason, now=now)
