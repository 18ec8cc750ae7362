"""What the pages of the reading room show: lists with filters, one record as a tree, one document with its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from stadtkern.casework.records import policies
from stadtkern.casework.records.actions.storing import ENCLOSURE, SIGNATURE
from stadtkern.casework.records.models import (
    DocumentFormat,
    DocumentRecord,
    FileRecord,
    HistoryEntry,
    Origin,
    ProcessRecord,
    RecordContact,
)
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.files import api as files

KINDS: Final = ("akten", "vorgaenge")
STATES: Final = ("alle", "offen", "zda")
MOST_LETTERS: Final = 200
R = TypeVar("R", FileRecord, ProcessRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody looks for."""

    kind: str = "akten"
    state: str = "alle"
    office: UUID | None = None
    origin: str = ""
    query: str = ""


def read_filters(data: Mapping[str, Any]) -> Filters:
    """The filters of an address; what it does not know it ignores."""

    def one_of(name: str, known: tuple[str, ...]) -> str:
        return data[name] if data.get(name) in known else known[0]

    try:
        office = UUID(data.get("amt", ""))
    except ValueError:
        office = None
    return Filters(
        kind=one_of("art", KINDS),
        state=one_of("stand", STATES),
        office=office,
        origin=one_of("herkunft", ("", *Origin.values)),
        query=str(data.get("q", "")).strip()[:MOST_LETTERS],
    )


def listed(actor: Actor, asked: Filters) -> QuerySet[FileRecord] | QuerySet[ProcessRecord]:
    """Files (without sub-files) or process records that fit, by reference."""
    if asked.kind == "akten":
        top = _fitting(policies.visible_to(actor, FileRecord).filter(parent=None), asked)
        return top.order_by("reference", "subject", "id")
    rows = policies.visible_to(actor, ProcessRecord).filter(parent=None).select_related("file")
    return _fitting(rows, asked).order_by("-opened_at", "id")


def _fitting(rows: QuerySet[R], asked: Filters) -> QuerySet[R]:
    rows = rows.select_related("office")
    if asked.state != "alle":
        rows = rows.filter(closed_at__isnull=asked.state == "offen")
    if asked.office is not None:
        rows = rows.filter(office_id=asked.office)
    if asked.origin:
        rows = rows.filter(origin=asked.origin)
    for word in asked.query.split():
        rows = rows.filter(Q(subject__icontains=word) | Q(reference__icontains=word))
    return rows


def process_counts(actor: Actor, file_ids: list[UUID]) -> dict[UUID, int]:
    """How many process records of each file the actor may see, in one query."""
    rows = policies.visible_to(actor, ProcessRecord).filter(file_id__in=file_ids)
    found = rows.order_by().values_list("file_id").annotate(number=Count("pk"))
    return {file_id: number for file_id, number in found if file_id is not None}


def document_counts(actor: Actor, process_ids: list[UUID]) -> dict[UUID, int]:
    """How many documents each process record holds."""
    rows = policies.visible_to(actor, DocumentRecord).filter(process_id__in=process_ids)
    found = rows.order_by().values_list("process_id").annotate(number=Count("pk"))
    return {process_id: number for process_id, number in found if process_id is not None}


def subfiles(actor: Actor, file: FileRecord) -> list[FileRecord]:
    """The sub-files directly inside."""
    rows = policies.visible_to(actor, FileRecord).filter(parent=file)
    return list(rows.order_by("position", "reference", "id")[:500])


def processes(actor: Actor, node: FileRecord | ProcessRecord) -> QuerySet[ProcessRecord]:
    """The process records directly inside a file, or the parts of a process record."""
    rows = policies.visible_to(actor, ProcessRecord)
    if isinstance(node, FileRecord):
        return rows.filter(file=node).order_by("position", "-opened_at", "id")
    return rows.filter(parent=node).order_by("position", "opened_at", "id")


def documents(actor: Actor, node: FileRecord | ProcessRecord) -> QuerySet[DocumentRecord]:
    """The documents directly inside, as they were filed."""
    rows = policies.visible_to(actor, DocumentRecord).exclude(details__has_key=ENCLOSURE)
    here = Q(file=node) if isinstance(node, FileRecord) else Q(process=node)
    return rows.filter(here).order_by("position", "filed_at", "id")


def attachments(actor: Actor, of: list[UUID]) -> dict[UUID, list[DocumentRecord]]:
    """Attachments and parts of documents, in one query."""
    rows = policies.visible_to(actor, DocumentRecord).filter(Q(attachment_of__in=of) | Q(part_of__in=of))
    found: dict[UUID, list[DocumentRecord]] = {}
    for row in rows.order_by("position", "id")[:5000]:
        owner = row.attachment_of_id or row.part_of_id
        if owner is not None and not row.details.get(ENCLOSURE):
            found.setdefault(owner, []).append(row)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A stored file of a version, as the page shows it."""

    id: UUID
    version: str
    name: str
    size: int
    media_type: str
    sha256: str
    scan: str

    @property
    def readable(self) -> bool:
        """Whether a browser shows it."""
        return self.media_type in files.DOCUMENTS


def contents(document: DocumentRecord) -> list[Content]:
    """The files of a document, the newest version first."""
    rows = list(
        DocumentFormat.objects.filter(version__document=document, file_id__isnull=False)
        .exclude(code=SIGNATURE)
        .select_related("version")
        .order_by("-version__position", "position")[:200]
    )
    stored = {info.id: info for info in files.infos(row.file_id for row in rows if row.file_id)}
    return [
        Content(
            id=row.pk,
            version=row.version.number,
            name=stored[row.file_id].name,
            size=stored[row.file_id].size,
            media_type=stored[row.file_id].media_type,
            sha256=row.sha256,
            scan=stored[row.file_id].scan,
        )
        for row in rows
        if row.file_id in stored
    ]


def history(**on: Any) -> list[HistoryEntry]:
    """The history of an object, the newest first."""
    return list(HistoryEntry.objects.filter(**on).order_by("-at", "-id")[:100])


def contacts(**on: Any) -> list[RecordContact]:
    """Who has to do with an object."""
    return list(RecordContact.objects.filter(**on).order_by("part", "position", "id")[:100])
