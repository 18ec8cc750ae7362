"""A record of the database as xdomea's tree: few queries for any number of documents; columns win over kept details."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from stadtkern.casework.records import own
from stadtkern.casework.records.actions.storing import ENCLOSURE, SIGNATURE
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
from stadtkern.casework.records.xdomea import contacts, model
from stadtkern.casework.records.xdomea.codec import from_plain
from stadtkern.casework.records.xdomea.values import Code, Uuid
from stadtkern.casework.records.xdomea.walking import AnyRecord
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import NotVisible

M = TypeVar("M", bound=Model)
Row = FileRecord | ProcessRecord | DocumentRecord
_BATCH = 5000
_WITH_ROWS: dict[type[Model], tuple[str, ...]] = {FileRecord: ("office",), ProcessRecord: ("office", "file")}


class NoSuchRecord(NotVisible):
    """There is no file, process record or document with this UUID."""

    code: ClassVar[str] = "no-such-record"
    message = "Zu dieser UUID gibt es hier keine Akte, keinen Vorgang und kein Dokument."
    message_en = "There is no file, process record or document with this UUID here."


def load(uid: UUID) -> AnyRecord:
    """The object with everything in it; raises ``NoSuchRecord``."""
    return load_with_files(uid)[0]


def load_with_files(uid: UUID) -> tuple[AnyRecord, dict[str, UUID]]:
    """The object, and for each exchange name of a primary document the stored file."""
    found = _Loaded()
    for table in (FileRecord, ProcessRecord, DocumentRecord):
        row = table._default_manager.filter(uid=uid).first()
        if row is not None:
            found.collect(row)
            return found.build(row), found.names
    raise NoSuchRecord()


@dataclass(slots=True)
class _Loaded:
    """All rows below one object, by what they hang on."""

    rows: dict[str, dict[Any, list[Any]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    names: dict[str, UUID] = field(default_factory=dict)
    stored: dict[UUID, files.FileInfo] = field(default_factory=dict)

    def collect(self, top: Row) -> None:
        """Read level by level: files, then process records, then documents, then what hangs on them."""
        file_rows = self._down([top] if isinstance(top, FileRecord) else [], FileRecord, "parent")
        process_rows = self._down(
            [top]
            if isinstance(top, ProcessRecord)
            else self._children(ProcessRecord, "file", file_rows, "processes"),
            ProcessRecord,
            "parent",
        )
        documents: list[Any] = [top] if isinstance(top, DocumentRecord) else []
        documents += self._children(DocumentRecord, "file", file_rows, "file_documents")
        documents += self._children(DocumentRecord, "process", process_rows, "process_documents")
        level: Sequence[Any] = documents
        while level:
            level = [
                *self._children(DocumentRecord, "attachment_of", level, "attachments"),
                *self._children(DocumentRecord, "part_of", level, "parts"),
            ]
            documents += level
        versions = self._children(DocumentVersion, "document", documents, "versions")
        formats = self._children(DocumentFormat, "version", versions, "formats")
        for kind, owners in (("file", file_rows), ("process", process_rows), ("document", documents)):
            for table in (HistoryEntry, CirculationStep, RecordContact, CrossReference):
                self._children(table, kind, owners, f"{table.__name__}:{kind}")
        wanted = [each.file_id for each in formats if each.file_id and not each.file_name]
        self.stored = {info.id: info for info in files.infos(wanted)}

    def _down(self, level: Sequence[Any], table: type[M], attribute: str) -> list[Any]:
        found = list(level)
        while level:
            level = self._children(table, attribute, level, f"{table.__name__}:inside")
            found += level
        return found

    def _children(self, table: type[M], attribute: str, owners: Sequence[Any], box: str) -> list[Any]:
        found: list[Any] = []
        keys = [owner.pk for owner in owners]
        order = ["position", "id"]
        with_rows = _WITH_ROWS.get(table, ())
        if table is DocumentRecord:
            order = ["position", "filed_at", "id"]
        elif table is CirculationStep:
            order = ["circulation", "position", "id"]
        for start in range(0, len(keys), _BATCH):
            rows: QuerySet[Any] = table._default_manager.filter(
                **{f"{attribute}_id__in": keys[start : start + _BATCH]}
            )
            found += list(
                rows.select_related(*with_rows).order_by(*order) if with_rows else rows.order_by(*order)
            )
        for row in found:
            self.rows[box][getattr(row, f"{attribute}_id")].append(row)
        return found

    def build(self, row: Row) -> AnyRecord:
        """The object of the model for a row."""
        if isinstance(row, FileRecord):
            return self._file(row)
        return self._process(row) if isinstance(row, ProcessRecord) else self._document(row)

    def _file(self, row: FileRecord) -> model.FileRecord:
        more = self._common(row, "file", own.file_metadata)
        return from_plain(
            model.FileRecord,
            row.details,
            **more,
            subfiles=tuple(self._file(each) for each in self.rows["FileRecord:inside"][row.pk]),
            processes=tuple(self._process(each) for each in self.rows["processes"][row.pk]),
            documents=self._documents(self.rows["file_documents"][row.pk]),
            **own.closing(row),
            **own.life_of_file(row),
        )

    def _process(self, row: ProcessRecord) -> model.ProcessRecord:
        more = self._common(row, "process", own.process_metadata)
        return from_plain(
            model.ProcessRecord,
            row.details,
            **more,
            subprocesses=tuple(self._process(each) for each in self.rows["ProcessRecord:inside"][row.pk]),
            documents=self._documents(self.rows["process_documents"][row.pk]),
            **own.closing(row),
            **own.life_of_process(row),
        )

    def _documents(self, rows: Iterable[DocumentRecord]) -> tuple[model.DocumentRecord, ...]:
        return tuple(self._document(each) for each in self._without_enclosures(rows))

    def _without_enclosures(self, rows: Iterable[DocumentRecord]) -> list[DocumentRecord]:
        """Enclosures of circulation steps stand in their step; here only their files are noted."""
        found = []
        for each in rows:
            if each.details.get(ENCLOSURE):
                self._document(each)
            else:
                found.append(each)
        return found

    def _document(self, row: DocumentRecord) -> model.DocumentRecord:
        more = self._common(row, "document", own.document_metadata)
        attachments = tuple(
            model.Attachment(document=self._document(each), number=each.details.get("attachment_number"))
            for each in self._without_enclosures(self.rows["attachments"][row.pk])
        )
        return from_plain(
            model.DocumentRecord,
            row.details,
            **more,
            versions=tuple(self._version(each) for each in self.rows["versions"][row.pk]),
            attachments=attachments,
            parts=tuple(self._document(each) for each in self.rows["parts"][row.pk]),
            senders=self._contacts(row, "document", "senders"),
            recipients=self._contacts(row, "document", "recipients"),
            **own.dates_of_document(row),
        )

    def _common(self, row: Row, kind: str, made_here: Any) -> dict[str, Any]:
        identity = row.details.get("identity", {})
        metadata = row.details.get("metadata")
        kept = from_plain(model.CommonMetadata, metadata) if metadata is not None else None
        return {
            "identity": model.Identity(
                uuid=Uuid(row.uid_text or str(row.uid)), number=identity.get("number")
            ),
            "metadata": _merged(row, kept) if row.origin != Origin.OWN else made_here(row),
            "history": tuple(
                from_plain(model.HistoryEntry, each.details)
                for each in self.rows[f"HistoryEntry:{kind}"][row.pk]
            ),
            "circulations": self._circulations(self.rows[f"CirculationStep:{kind}"][row.pk]),
            "contacts": self._contacts(row, kind, "contacts"),
            "references": tuple(
                from_plain(model.CrossReference, each.details)
                for each in self.rows[f"CrossReference:{kind}"][row.pk]
            ),
        }

    def _contacts(self, row: Row, kind: str, part: str) -> tuple[contacts.Contact, ...]:
        found = self.rows[f"RecordContact:{kind}"][row.pk]
        return tuple(from_plain(contacts.Contact, each.details) for each in found if each.part == part)

    def _circulations(self, steps: Iterable[CirculationStep]) -> tuple[model.Circulation, ...]:
        grouped: dict[int, list[CirculationStep]] = defaultdict(list)
        for step in steps:
            grouped[step.circulation].append(step)
        return tuple(
            model.Circulation(
                identity=from_plain(model.Identity, found[0].details["identity"]),
                steps=tuple(_step(each) for each in found),
            )
            for found in grouped.values()
        )

    def _version(self, row: DocumentVersion) -> model.DocumentVersion:
        formats = self.rows["formats"][row.pk]
        for each in formats:
            if each.file_id is not None:
                self.names[own.exchange_name(each, self.stored)] = each.file_id
        return model.DocumentVersion(
            number=row.number,
            formats=tuple(
                from_plain(model.Format, each.details) if each.details else own.format_of(each, self.stored)
                for each in formats
                if each.code != SIGNATURE
            ),
        )


def _step(row: CirculationStep) -> model.CirculationStep:
    step = from_plain(model.CirculationStep, row.details["step"])
    if step.status.code == row.status:
        return step
    return dataclasses.replace(step, status=Code(code=row.status))


def _merged(row: Row, kept: model.CommonMetadata | None) -> model.CommonMetadata | None:
    """What was taken over, with the columns where they differ."""
    base = kept or model.CommonMetadata()
    changes: dict[str, Any] = {
        name: column or None
        for name, column in (("subject", row.subject), ("reference", row.reference))
        if (getattr(base, name) or "") != column
    }
    level = base.confidentiality.code if base.confidentiality else ""
    if base.classification is None and level != row.confidentiality:
        changes["confidentiality"] = Code(code=row.confidentiality) if row.confidentiality else None
    if not changes:
        return kept
    return dataclasses.replace(base, **changes)
