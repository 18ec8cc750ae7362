"""Handing over by xdomea: offer to the archive (0501), disposal (0503), transfer to another authority (0401)."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, BinaryIO, Final
from uuid import UUID

from django.db import transaction

from stadtkern.casework.records import exporting
from stadtkern.casework.records.models import RecordMessage
from stadtkern.casework.records.xdomea import contacts, lists, messages, model, walking, writing
from stadtkern.casework.records.xdomea.errors import BAD_STRUCTURE, DONE, FILE_MISSING, MessageRefused
from stadtkern.casework.records.xdomea.package import write_package
from stadtkern.casework.records.xdomea.translation import lost, to_dialect
from stadtkern.casework.records.xdomea.values import Code, FileName, Moment, Uuid
from stadtkern.casework.records.xdomea.versions import Version
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.organizations import api as organizations

PRODUCT: Final = "Stadtkern"
MAKER: Final = "Stadtkern (EUPL-1.2)"
WRITTEN: Final = ("0401", "0501", "0503")
RECEIVERS: Final = {"0401": "Aufnehmende Behörde", "0501": "Zuständiges Archiv", "0503": "Zuständiges Archiv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What was written, and what the version has no word for."""

    message: str
    version: str
    process_uid: UUID
    objects: int
    contents: int
    lost: tuple[str, ...]


def hand_over(
    *,
    actor: Actor,
    uid: UUID,
    message_type: str,
    version: Version,
    target: BinaryIO,
    now: datetime,
    recipient: str = "",
    product_version: str = "",
) -> Handed:
    """Write the object with everything in it as a package.

    Raises ``NoSuchRecord``; ``MessageRefused`` for a message or version that is not written, or an object it cannot carry.
    """
    if message_type not in WRITTEN:
        raise MessageRefused("--message", f"{message_type} wird nicht geschrieben, nur {', '.join(WRITTEN)}.")
    record, names = exporting.load_with_files(uid)
    kind = messages.TYPES[message_type]
    if not kind.content:
        record, names = without_content(record), {}
    message = _message(kind, version, record, now=now, recipient=recipient, product_version=product_version)
    wanted = list(walking.file_names(message))
    missing = [name for name in wanted if name not in names] if kind.content else []
    if missing:
        raise MessageRefused(
            missing[0], "Zu diesem Primärdokument ist hier kein Inhalt gespeichert.", FILE_MISSING
        )
    given = dict.fromkeys(wanted) if kind.content else {}
    write_package(target, message, _contents(names, list(given)))
    _note(actor, message, len(given), now)
    return Handed(
        message=message_type,
        version=version.number,
        process_uid=UUID(message.header.process_id),
        objects=sum(1 for _ in walking.records(message)),
        contents=len(given),
        lost=tuple(sorted(set(lost(to_dialect(message.body, version.dialect), version.dialect)))),
    )


def without_content(record: walking.AnyRecord) -> walking.AnyRecord:
    """An offer names what there is: documents without their versions."""
    stripped: walking.AnyRecord = _strip(record)
    return stripped


def _strip(value: Any) -> Any:
    changes: dict[str, Any] = {}
    for one in dataclasses.fields(value):
        given = getattr(value, one.name)
        if isinstance(value, model.DocumentRecord) and one.name == "versions":
            changes[one.name] = ()
        elif isinstance(given, tuple) and given and dataclasses.is_dataclass(given[0]):
            changes[one.name] = tuple(_strip(item) for item in given)
        elif dataclasses.is_dataclass(given) and not isinstance(given, type):
            changes[one.name] = _strip(given)
    return dataclasses.replace(value, **changes) if changes else value


def _message(
    kind: messages.MessageType,
    version: Version,
    record: walking.AnyRecord,
    *,
    now: datetime,
    recipient: str,
    product_version: str,
) -> messages.Message:
    if isinstance(record, model.FileRecord):
        top = messages.RecordObject(file=record)
    elif isinstance(record, model.ProcessRecord):
        top = messages.RecordObject(process=record)
    elif version.dialect == 4:
        raise MessageRefused(
            "--file", "xdomea 4.0.0 übergibt Akten und Vorgänge, keine einzelnen Dokumente.", BAD_STRUCTURE
        )
    else:
        top = messages.RecordObject(document=record)
    return messages.Message(
        version=version,
        type=kind,
        header=_header(kind, version, now, recipient or RECEIVERS[kind.code], product_version),
        body=messages.Handover(objects=(top,)),
        product=PRODUCT,
        maker=MAKER,
        product_version=product_version or None,
    )


def _header(
    kind: messages.MessageType, version: Version, now: datetime, recipient: str, product_version: str
) -> messages.Header:
    city = organizations.current()
    code = lists.MESSAGE_TYPE
    return messages.Header(
        process_id=Uuid(str(uuid.uuid4())),
        message_id=Uuid(str(uuid.uuid4())) if version.dialect == 4 else None,
        type=Code(code=kind.code, list_uri=code.uri, list_version=code.version_in(version.dialect)),
        created_at=Moment(now.isoformat(timespec="seconds")),
        sender=_organization(city.name),
        recipient=_organization(recipient),
        product=PRODUCT if version.dialect == 3 else None,
        product_version=product_version or None,
        confirm_import=True if kind.content else None,
        report_archive_mark=True if kind.code == "0503" else None,
        confirm_receipt=True,
    )


def _organization(name: str) -> contacts.Contact:
    return contacts.Contact(organization=contacts.Organization(name=name))


def _contents(names: dict[str, UUID], wanted: list[FileName]) -> Iterator[tuple[FileName, IO[bytes]]]:
    """Each content, opened when its turn comes and closed before the next."""
    for name in wanted:
        with ExitStack() as opened:
            yield name, opened.enter_context(files.open_stream(names[name]))


@transaction.atomic
def _note(actor: Actor, message: messages.Message, contents: int, now: datetime) -> None:
    digest = hashlib.sha256(writing.write(message)).hexdigest()
    named = [{"kind": type(each).__name__, "uuid": each.identity.uuid} for each in walking.records(message)]
    row = RecordMessage.objects.create(
        direction="out",
        message_type=message.type.code,
        version=message.version.number,
        process_uid=UUID(message.header.process_id),
        sha256=digest,
        result_code=DONE,
        objects_named=named[:1000],
        at=now,
    )
    audit.record(
        actor=actor,
        action="records.hand_over",
        obj=("record_message", row.pk),
        now=now,
        details={"message": message.type.code, "objects": len(named), "contents": contents},
        retention="transfer",
    )
