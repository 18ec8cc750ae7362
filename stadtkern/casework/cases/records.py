"""How cases file themselves into records."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.casework.records import api as records
from stadtkern.foundation.files import api as files


def open_for(case: Case, procedure: processes.Procedure, *, now: datetime) -> UUID:
    """Open the process record of a case in the file of its plan unit."""
    return records.open_record(
        plan_unit=procedure.texts.file_plan,
        reference=case.number,
        subject=f"{case.service_title}: {case.applicant_name}"[:300],
        retention_years=procedure.texts.retention_years,
        now=now,
        office_id=case.office_id,
    )


def file_bytes(
    case: Case, content: bytes, *, name: str, title: str, kind: str, direction: str, now: datetime
) -> UUID:
    """Store a document and file it; returns the stored file's id."""
    info = files.store(
        content, name=name, max_bytes=50_000_000, purpose=f"case-{kind}", now=now, trusted=True
    )
    file_stored(case, info.id, title=title, kind=kind, direction=direction, now=now)
    return info.id


def file_stored(case: Case, file_id: UUID, *, title: str, kind: str, direction: str, now: datetime) -> None:
    """File bytes that are already stored."""
    if case.record_id is None:
        return
    records.file_document(
        record_id=case.record_id,
        title=title,
        kind=kind,
        direction=direction,
        file_id=file_id,
        sha256=files.info(file_id).sha256,
        now=now,
    )
