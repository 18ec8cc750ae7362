"""From xdomea's tree to rows: collected first, written level by level in few statements, closed last."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db import models as db

from stadtkern.casework.records.models import (
    CirculationStep,
    CrossReference,
    DocumentFormat,
    DocumentRecord,
    DocumentVersion,
    FileRecord,
    HistoryEntry,
    Origin,
    ProcessRecord,
    RecordContact,
)
from stadtkern.casework.records.xdomea import model
from stadtkern.casework.records.xdomea.codec import to_plain
from stadtkern.casework.records.xdomea.contacts import Contact
from stadtkern.casework.records.xdomea.package import LIMITS, Source
from stadtkern.casework.records.xdomea.values import FileName, as_date, as_datetime
from stadtkern.foundation.files import api as files
from stadtkern.kernel import clock

OWN_TABLES: Final = frozenset(
    {
        "history", "circulations", "references", "contacts", "senders", "recipients", "documents", "processes", "subfiles", "subprocesses",
        "versions", "attachments", "parts",
    }
)  # fmt: skip
SIGNATURE: Final = "signature"
ENCLOSURE: Final = "enclosure"
_UUID_LENGTH: Final = 36
Row = FileRecord | ProcessRecord | DocumentRecord
Around = dict[str, Row]


@dataclass(slots=True)
class Tree:
    """Collects rows; ``save`` writes them. Without ``source`` contents are not stored (an offer has none)."""

    source: Source | None
    origin: Origin
    office_id: UUID | None
    now: datetime
    _levels: dict[tuple[type[db.Model], int], list[tuple[db.Model, str, db.Model | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _closed: list[tuple[int, Row, datetime]] = field(default_factory=list)

    def add_file(
        self, given: model.FileRecord, *, position: int, parent: FileRecord | None = None, depth: int = 0
    ) -> None:
        """A file with everything in it."""
        row = FileRecord(
            **self._common(given, position), plan_unit=_plan_unit(given), opened_at=_begin(given)
        )
        self._put(row, depth, "parent", parent)
        self._around(given, "file", row)
        for at, subfile in enumerate(given.subfiles):
            self.add_file(subfile, position=at, parent=row, depth=depth + 1)
        for at, process in enumerate(given.processes):
            self.add_process(process, position=at, file=row)
        for at, document in enumerate(given.documents):
            self.add_document(document, position=at, under="file", owner=row)
        self._close_later(given, row, depth)

    def add_process(
        self,
        given: model.ProcessRecord,
        *,
        position: int,
        file: FileRecord | None = None,
        parent: ProcessRecord | None = None,
        depth: int = 0,
    ) -> None:
        """A process record with everything in it."""
        disposal = given.disposal
        end = as_date(disposal.retention_end) if disposal else None
        row = ProcessRecord(
            **self._common(given, position),
            opened_at=_begin(given) or self.now,
            retention_years=disposal.retention.years if disposal and disposal.retention else None,
            retention_until_on=end + timedelta(days=1) if end else None,
        )
        self._put(row, depth, "parent" if parent else "file", parent or file)
        self._around(given, "process", row)
        for at, part in enumerate(given.subprocesses):
            self.add_process(part, position=at, parent=row, depth=depth + 1)
        for at, document in enumerate(given.documents):
            self.add_document(document, position=at, under="process", owner=row)
        self._close_later(given, row, depth + 1000)

    def add_document(
        self,
        given: model.DocumentRecord,
        *,
        position: int,
        under: str = "",
        owner: Row | None = None,
        depth: int = 0,
        number: str | None = None,
        enclosure: bool = False,
    ) -> None:
        """A document with its versions, attachments and parts. An ``enclosure`` belongs to a step of a circulation."""
        common = self._common(given, position)
        if enclosure:
            common["details"][ENCLOSURE] = True
        if number is not None:
            common["details"]["attachment_number"] = number
        row = DocumentRecord(
            **common,
            kind=given.kind or "",
            direction="in" if given.received_on else "out" if given.sent_on else "internal",
            written_on=as_date(given.written_on),
            filed_at=self.now,
        )
        self._put(row, depth, under, owner)
        self._around(given, "document", row, depth)
        for at, contacts in (("senders", given.senders), ("recipients", given.recipients)):
            self._contacts(contacts, at, {"document": row})
        for at_version, version in enumerate(given.versions):
            self._version(version, row, at_version)
        for at_attachment, attachment in enumerate(given.attachments):
            self.add_document(
                attachment.document,
                position=at_attachment,
                under="attachment_of",
                owner=row,
                depth=depth + 1,
                number=attachment.number,
            )
        for at_part, part in enumerate(given.parts):
            self.add_document(part, position=at_part, under="part_of", owner=row, depth=depth + 1)

    def _common(self, given: Any, position: int) -> dict[str, Any]:
        metadata = given.metadata or model.CommonMetadata()
        level = metadata.confidentiality or (
            metadata.classification.grade if metadata.classification else None
        )
        uuid = given.identity.uuid
        return {
            "uid": UUID(uuid),
            "uid_text": "" if uuid == str(UUID(uuid)) else uuid,
            "position": position,
            "subject": metadata.subject or "",
            "reference": metadata.reference or "",
            "confidentiality": level.code if level and len(level.code) <= 3 else "",
            "origin": self.origin,
            "office_id": self.office_id,
            "details": to_plain(given, OWN_TABLES),
        }

    def _version(self, given: model.DocumentVersion, document: DocumentRecord, position: int) -> None:
        row = DocumentVersion(position=position, number=given.number, created_at=self.now)
        self._put(row, 0, "document", document)
        signatures = 0
        for at, one in enumerate(given.formats):
            self._format(
                one.primary.file_name, row, at, one.name.code[:20], one.primary.original_name, to_plain(one)
            )
            for name in one.primary.signature.files if one.primary.signature else ():
                signatures += 1
                place = len(given.formats) + signatures
                self._format(name, row, place, SIGNATURE, None, {"signature_of": at})

    def _format(
        self,
        name: FileName,
        version: DocumentVersion,
        position: int,
        code: str,
        original: str | None,
        details: dict[str, Any],
    ) -> None:
        stored = self.store(name, original)
        row = DocumentFormat(
            position=position,
            uid=UUID(name[:_UUID_LENGTH]),
            code=code,
            file_name=name,
            file_id=stored.id if stored else None,
            sha256=stored.sha256 if stored else "",
            details=details,
        )
        self._put(row, 0, "version", version)

    def store(self, name: FileName, original: str | None) -> files.FileInfo | None:
        """Keep a primary document as it came; nothing where the message brings no contents."""
        if self.source is None:
            return None
        shown = original or name[_UUID_LENGTH:].lstrip("_") or name
        shown = f"Dokument{shown}" if shown.startswith(".") else shown
        with self.source.open(name) as stream:
            return files.store(
                stream,  # type: ignore[arg-type]
                name=shown,
                max_bytes=LIMITS.member,
                purpose="record",
                now=self.now,
                as_it_came=True,
            )

    def _around(self, given: Any, kind: str, row: Row, depth: int = 0) -> None:
        on: Around = {kind: row}
        for at, entry in enumerate(given.history):
            when = as_datetime(entry.at) or self.now
            history = HistoryEntry(
                position=at, at=when, actor=entry.actor, action=entry.action, details=to_plain(entry)
            )
            self._put(history, 0, kind, row)
        for number, circulation in enumerate(given.circulations):
            for at, step in enumerate(circulation.steps):
                details = {"identity": to_plain(circulation.identity), "step": to_plain(step)}
                entry_row = CirculationStep(
                    circulation=number,
                    position=at,
                    number=step.number,
                    status=step.status.code[:10],
                    details=details,
                )
                self._put(entry_row, 0, kind, row)
                for each in step.handling.enclosures if step.handling else ():
                    under = "attachment_of" if kind == "document" else kind
                    self.add_document(
                        each, position=0, under=under, owner=row, depth=depth + 1, enclosure=True
                    )
        self._contacts(given.contacts, "contacts", on)
        for at, reference in enumerate(given.references):
            cross = CrossReference(
                position=at,
                target_uid=UUID(reference.uuid) if reference.uuid else None,
                target_reference=reference.reference or "",
                details=to_plain(reference),
            )
            self._put(cross, 0, kind, row)

    def _contacts(self, given: tuple[Contact, ...], part: str, on: Around) -> None:
        ((kind, row),) = on.items()
        for at, contact in enumerate(given):
            role = contact.role_text or (contact.role.name or contact.role.code if contact.role else "")
            entry = RecordContact(
                position=at, part=part, name=contact.title, role=role or "", details=to_plain(contact)
            )
            self._put(entry, 0, kind, row)

    def _put(self, row: db.Model, depth: int, under: str, owner: db.Model | None) -> None:
        self._levels[type(row), depth].append((row, under, owner))

    def _close_later(self, given: model.FileRecord | model.ProcessRecord, row: Row, order: int) -> None:
        if given.closed:
            day = as_date(given.closed_on)
            at = datetime(day.year, day.month, day.day, tzinfo=clock.ZONE) if day else self.now
            self._closed.append((order, row, at))

    def save(self) -> None:
        """Write everything; what the sender had closed is closed once its content is complete, the innermost first."""
        kinds: list[type[db.Model]] = list(_ORDER)
        for key in sorted(self._levels, key=lambda one: (kinds.index(one[0]), one[1])):
            rows = self._levels[key]
            for (row, under, owner), identifier in zip(rows, new_ids(len(rows)), strict=True):
                row.pk = identifier
                if owner is not None:
                    setattr(row, under, owner)
            key[0]._default_manager.bulk_create([row for row, _, _ in rows], batch_size=1000)
        for _, each, at in sorted(self._closed, key=lambda one: -one[0]):
            type(each)._default_manager.filter(pk=each.pk).update(closed_at=at)


_ORDER: Final = (
    FileRecord,
    ProcessRecord,
    DocumentRecord,
    DocumentVersion,
    DocumentFormat,
    HistoryEntry,
    CirculationStep,
    RecordContact,
    CrossReference,
)


def new_ids(number: int) -> list[UUID]:
    """New ids, made by the database beforehand: ``bulk_create`` does not tell those it lets the database make."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, %s)", [number])
        return [row[0] for row in cursor.fetchall()]


def _plan_unit(given: model.FileRecord) -> str:
    unit = given.metadata.plan_unit if given.metadata else None
    return (unit.number if unit else None) or ""


def _begin(given: model.FileRecord | model.ProcessRecord) -> datetime | None:
    day = as_date(given.period.begin) if given.period else None
    return datetime(day.year, day.month, day.day, tzinfo=clock.ZONE) if day else None
