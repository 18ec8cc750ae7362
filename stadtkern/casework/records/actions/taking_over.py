"""Taking over what another authority sends by xdomea: one message, one transaction, all or nothing, never twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.records import exporting
from stadtkern.casework.records.actions.storing import Tree
from stadtkern.casework.records.models import (
    Appraisal,
    DocumentRecord,
    FileRecord,
    Origin,
    ProcessRecord,
    RecordMessage,
)
from stadtkern.casework.records.plans import keep_plan
from stadtkern.casework.records.xdomea import messages, model, walking
from stadtkern.casework.records.xdomea.errors import (
    ALREADY_DONE,
    BAD_STRUCTURE,
    DONE,
    UNKNOWN,
    MessageRefused,
)
from stadtkern.casework.records.xdomea.package import Opened
from stadtkern.casework.records.xdomea.translation import to_dialect
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit

KINDS: Final[dict[type, str]] = {
    model.FileRecord: "file",
    model.ProcessRecord: "process",
    model.DocumentRecord: "document",
}
TABLES: Final[dict[str, type[FileRecord | ProcessRecord | DocumentRecord]]] = {
    "file": FileRecord,
    "process": ProcessRecord,
    "document": DocumentRecord,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An object as the sender named it."""

    kind: str
    uuid: str
    title: str

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "uuid": self.uuid, "title": self.title}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a message."""

    message: str
    version: str
    objects: tuple[Named, ...]
    result_code: str


def take_over(*, actor: Actor, opened: Opened, office_id: UUID | None, now: datetime) -> Taken:
    """Keep what a message brings. The same message, or the same objects again, change nothing (0000009).

    Raises ``MessageRefused`` when an object is known here with another content, or the message contradicts itself.
    """
    message = opened.message
    digest = hashlib.sha256(opened.xml).hexdigest()
    objects = tuple(_named(message))
    known = _earlier(message, digest)
    if known is not None:
        return _taken(message, objects, ALREADY_DONE)
    try:
        with transaction.atomic():
            row = _note(message, digest, objects, now)  # first: the unique key makes a second sender wait
            if isinstance(message.body, messages.Handover):
                if _all_known(message.body, opened.xml_name):
                    row.result_code = ALREADY_DONE
                    row.save(update_fields=["result_code"])
                    return _taken(message, objects, ALREADY_DONE)
                _keep(message.body, opened, office_id, now)
            elif isinstance(message.body, messages.Appraisals):
                Appraisal.objects.bulk_create(
                    Appraisal(message=row, target_uid=UUID(each.uuid), kind=_kind_of(each.kind))
                    for each in message.body.appraisals
                )
            audit.record(
                actor=actor,
                action="records.take_over",
                obj=("record_message", row.pk),
                now=now,
                details={
                    "message": message.type.code,
                    "version": message.version.number,
                    "objects": len(objects),
                },
                retention="transfer",
            )
    except IntegrityError:
        if _earlier(message, digest) is None:
            raise
        return _taken(message, objects, ALREADY_DONE)
    return _taken(message, objects, DONE)


def _taken(message: messages.Message, objects: tuple[Named, ...], code: str) -> Taken:
    return Taken(message=message.type.code, version=message.version.number, objects=objects, result_code=code)


def _named(message: messages.Message) -> Iterable[Named]:
    """The objects of a message: a handover's whole tree, or what an answer speaks of."""
    body = message.body
    if isinstance(body, messages.Handover):
        for top in body.objects:
            record = top.file or top.process or top.document
            for each in walking.records_in(record):
                title = (each.metadata.subject or each.metadata.reference if each.metadata else None) or ""
                yield Named(kind=KINDS[type(each)], uuid=each.identity.uuid, title=title)
    elif isinstance(body, messages.Appraisals):
        for one in body.appraisals:
            yield Named(kind="appraisal", uuid=one.uuid, title=_kind_of(one.kind))
    elif isinstance(body, messages.TransferOutcomes | messages.DisposalOutcomes):
        for outcome in body.outcomes:
            if outcome.uuid is not None:
                yield Named(kind="outcome", uuid=outcome.uuid, title="ok" if outcome.successful else "failed")


def _kind_of(kind: model.DisposalKind) -> str:
    return (kind.code.code if kind.code else kind.configured or "")[:20]


def _earlier(message: messages.Message, digest: str) -> RecordMessage | None:
    return RecordMessage.objects.filter(
        direction="in",
        process_uid=UUID(message.header.process_id),
        message_type=message.type.code,
        sha256=digest,
    ).first()


def _note(message: messages.Message, digest: str, objects: tuple[Named, ...], now: datetime) -> RecordMessage:
    return RecordMessage.objects.create(
        direction="in",
        message_type=message.type.code,
        version=message.version.number,
        process_uid=UUID(message.header.process_id),
        sha256=digest,
        result_code=DONE,
        objects_named=[{"kind": each.kind, "uuid": each.uuid} for each in objects],
        at=now,
    )


def _all_known(body: messages.Handover, place: str) -> bool:
    """Whether every object is here already, exactly so. Refuses a message that names one twice or changes a known one."""
    tops = [(top.file or top.process or top.document) for top in body.objects]
    seen: dict[str, set[UUID]] = {"file": set(), "process": set(), "document": set()}
    for top in tops:
        for each in walking.records_in(top):
            kind, uid = KINDS[type(each)], UUID(each.identity.uuid)
            if uid in seen[kind]:
                raise MessageRefused(place, f"Das Schriftgutobjekt {uid} kommt zweimal vor.", BAD_STRUCTURE)
            seen[kind].add(uid)
    known = {
        uid
        for kind, uids in seen.items()
        for uid in TABLES[kind]._default_manager.filter(uid__in=uids).values_list("uid", flat=True)
    }
    if not known:
        return False
    for top in tops:
        if top is not None and not _same(top):
            raise MessageRefused(
                place, f"Das Schriftgutobjekt {top.identity.uuid} ist hier schon mit anderem Inhalt.", UNKNOWN
            )
    return True


def _same(incoming: walking.AnyRecord) -> bool:
    """Whether an object here says the same as the incoming one."""
    try:
        here = exporting.load(UUID(incoming.identity.uuid))
    except exporting.NoSuchRecord:
        return False
    return bool(to_dialect(here, 3) == to_dialect(incoming, 3))


def _keep(body: messages.Handover, opened: Opened, office_id: UUID | None, now: datetime) -> None:
    origin = Origin.TAKEN_OVER if opened.message.type.content else Origin.OFFERED
    source = opened.source if opened.message.type.content else None
    tree = Tree(source=source, origin=origin, office_id=office_id, now=now)
    for position, top in enumerate(body.objects):
        if top.file is not None:
            tree.add_file(top.file, position=position)
        elif top.process is not None:
            tree.add_process(top.process, position=position)
        elif top.document is not None:
            tree.add_document(top.document, position=position)
    for letter in body.letters:
        if not DocumentRecord.objects.filter(uid=UUID(letter.identity.uuid)).exists():
            tree.add_document(letter, position=0)
    tree.save()
    for plan in body.plans:
        keep_plan(plan, tree)
