"""What xdomea hears about records that came into being here, from their columns alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from stadtkern.casework.records.models import (
    DocumentFormat,
    DocumentRecord,
    FileRecord,
    Origin,
    ProcessRecord,
)
from stadtkern.casework.records.xdomea import model
from stadtkern.casework.records.xdomea.values import Code, Day, FileName
from stadtkern.foundation.files import api as files
from stadtkern.kernel import clock

ELECTRONIC: Final = Code(code="001")
OPEN: Final = "003"
APPRAISE: Final = Code(code="B")
OTHER_FORMAT: Final = "100"
FORMATS: Final = {
    "bmp": "001", "csv": "002", "doc": "003", "eml": "006", "htm": "007", "html": "008", "jpe": "009", "jpeg": "010", "jpg": "011",
    "msg": "012", "odp": "013", "ods": "014", "odt": "015", "pdf": "018", "png": "019", "ppt": "020", "ps": "021", "rtf": "022",
    "tif": "023", "tiff": "024", "xls": "028", "xml": "030", "xsd": "031", "docx": "035", "xlsx": "036", "pptx": "037", "txt": "045",
}  # fmt: skip


def _day(value: Any) -> Day | None:
    """The day of a point in time in the city's zone, or of a date."""
    if value is None:
        return None
    return Day((clock.local(value).date() if hasattr(value, "hour") else value).isoformat())


def _level(row: FileRecord | ProcessRecord | DocumentRecord) -> Code:
    return Code(code=row.confidentiality or OPEN)


def file_metadata(row: FileRecord) -> model.CommonMetadata:
    """Common metadata of an own file."""
    return model.CommonMetadata(
        subject=row.subject or None,
        reference=row.reference or None,
        lead=row.office.name if row.office else None,
        confidentiality=_level(row),
        medium=ELECTRONIC,
        plan_unit=model.PlanUnitReference(number=row.plan_unit) if row.plan_unit else None,
    )


def process_metadata(row: ProcessRecord) -> model.CommonMetadata:
    """Common metadata of an own process record."""
    unit = row.file.plan_unit if row.file else ""
    return model.CommonMetadata(
        subject=row.subject or None,
        reference=row.reference or None,
        lead=row.office.name if row.office else None,
        confidentiality=_level(row),
        medium=ELECTRONIC,
        plan_unit=model.PlanUnitReference(number=unit) if unit else None,
    )


def document_metadata(row: DocumentRecord) -> model.CommonMetadata:
    """Common metadata of an own document."""
    return model.CommonMetadata(subject=row.subject or None, confidentiality=_level(row), medium=ELECTRONIC)


def closing(row: FileRecord | ProcessRecord) -> dict[str, Any]:
    """zdA. What was taken over keeps the sender's words as long as they are still true."""
    said = bool(row.details.get("closed"))
    if row.origin != Origin.OWN and said == (row.closed_at is not None):
        return {}
    return {"closed": row.closed_at is not None, "closed_on": _day(row.closed_at)}


def life_of_file(row: FileRecord) -> dict[str, Any]:
    """Period of an own file."""
    if row.origin != Origin.OWN or row.opened_at is None:
        return {}
    return {"period": model.Period(begin=_day(row.opened_at), end=_day(row.closed_at))}


def life_of_process(row: ProcessRecord) -> dict[str, Any]:
    """Period and retention of an own process record; what becomes of it then the archive appraises (B)."""
    if row.origin != Origin.OWN:
        return {}
    years = row.retention_years
    end = row.retention_until_on
    return {
        "period": model.Period(begin=_day(row.opened_at), end=_day(row.closed_at)),
        "disposal": model.DisposalMetadata(
            retention=model.RetentionPeriod(years=years) if years is not None else None,
            kind=model.DisposalKind(code=APPRAISE),
            retention_end=_day(end - timedelta(days=1)) if end else None,
        ),
    }


def dates_of_document(row: DocumentRecord) -> dict[str, Any]:
    """When an own document came in or went out, and what it is."""
    if row.origin != Origin.OWN:
        return {}
    day = _day(row.filed_at)
    return {
        "received_on": day if row.direction == "in" else None,
        "sent_on": day if row.direction == "out" else None,
        "written_on": _day(row.written_on),
        "kind": row.kind or None,
    }


def exchange_name(row: DocumentFormat, stored: dict[UUID, files.FileInfo]) -> FileName:
    """The name under which a file travels: a UUID first, as the schema demands, then its own name."""
    if row.file_name or row.file_id is None:
        return FileName(row.file_name or str(row.uid))
    return FileName(f"{row.uid}_{stored[row.file_id].name.replace(' ', '_')}")


def format_of(row: DocumentFormat, stored: dict[UUID, files.FileInfo]) -> model.Format:
    """Format and primary document of an own file."""
    info = stored[row.file_id] if row.file_id else None
    ending = info.name.rpartition(".")[2].lower() if info else ""
    code = FORMATS.get(ending, OTHER_FORMAT)
    return model.Format(
        name=Code(code=code),
        other_name=ending or "unbekannt" if code == OTHER_FORMAT else None,
        version="",
        primary=model.PrimaryDocument(
            file_name=exchange_name(row, stored), original_name=info.original_name if info else None
        ),
    )
