"""What one version says and another says differently: put into the words of the version that is written.

Nothing is invented. What the target does not know is left out; ``lost`` names it, so that nobody believes it was sent.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import Any, Final

from stadtkern.casework.records.xdomea import lists
from stadtkern.casework.records.xdomea.binding import bound
from stadtkern.casework.records.xdomea.contacts import AuthorityMark, Channel, Contact
from stadtkern.casework.records.xdomea.messages import Handover
from stadtkern.casework.records.xdomea.model import (
    Attachment,
    Classification,
    CommonMetadata,
    CrossReference,
    DisposalMetadata,
    DocumentRecord,
    FilePlanUnit,
    FileRecord,
    Identity,
    ProcessRecord,
)
from stadtkern.casework.records.xdomea.values import Code, Day

CONFIDENTIALITY_CODES: Final = frozenset({"001", "002", "003", "004", "005"})


def to_dialect(value: Any, dialect: int) -> Any:
    """The same object with every field in the words of ``dialect``."""
    changes: dict[str, Any] = {}
    for one in dataclasses.fields(value):
        given = getattr(value, one.name)
        if isinstance(given, tuple):
            new: Any = tuple(_each(item, dialect) for item in given)
            if any(a is not b for a, b in zip(new, given, strict=True)):
                changes[one.name] = new
        else:
            new = _each(given, dialect)
            if new is not given:
                changes[one.name] = new
    if changes:
        value = dataclasses.replace(value, **changes)
    rule = _RULES.get((type(value), dialect))
    return rule(value) if rule else value


def lost(value: Any, dialect: int, path: str = "") -> list[str]:
    """Paths of what an object says and the dialect has no word for (after translation)."""
    cls: Any = type(value)
    known = {one.attribute for one in bound(cls, dialect)} | {"compound"}
    found = []
    for one in dataclasses.fields(value):
        given = getattr(value, one.name)
        if given is None or given == ():
            continue
        here = f"{path}/{one.name}"
        if one.name not in known:
            found.append(here)
            continue
        if isinstance(given, tuple) and len(given) > most(value, one.name, dialect):
            found.append(f"{here}/1")
        for item in given if isinstance(given, tuple) else (given,):
            if dataclasses.is_dataclass(item) and not isinstance(item, Code):
                found += lost(item, dialect, here)
    return found


def most(value: Any, attribute: str, dialect: int) -> int:
    """How many values a repeated field may have: before 4.0 only documents carry several extensions, and nothing has several circulations or plans."""
    if dialect != 3:
        return sys.maxsize
    if attribute in ("circulations", "plans") or (
        attribute == "extensions" and not isinstance(value, DocumentRecord)
    ):
        return 1
    return sys.maxsize


def _each(item: Any, dialect: int) -> Any:
    if dataclasses.is_dataclass(item) and not isinstance(item, Code | type):
        return to_dialect(item, dialect)
    return item


def _metadata_4(value: CommonMetadata) -> CommonMetadata:
    """Vertraulichkeitsstufe became the grade of a Geheimhaltung."""
    if value.confidentiality is None or value.classification is not None:
        return value
    grade = Classification(grade=value.confidentiality)
    return dataclasses.replace(value, confidentiality=None, classification=grade)


def _metadata_3(value: CommonMetadata) -> CommonMetadata:
    """Only a grade of the old list has a word in xdomea 3."""
    grade = value.classification.grade if value.classification else None
    if value.confidentiality is not None or grade is None or grade.code not in CONFIDENTIALITY_CODES:
        return value
    return dataclasses.replace(
        value, confidentiality=Code(code=grade.code, name=grade.name), classification=None
    )


def _channel(value: Channel) -> Channel:
    """xdomea 2 drew from another list whose codes mean something else; the address itself stays."""
    if value.kind is not None and value.kind.list_uri == lists.CHANNEL.uri_2:
        return dataclasses.replace(value, kind=None)
    return value


def _contact_4(value: Contact) -> Contact:
    """A role needs a list in 4.0; without one it is a text. Channels need kind and mark."""
    changes: dict[str, Any] = {}
    if value.role is not None and not (value.role.list_uri and value.role.list_version):
        changes |= {"role": None, "role_text": value.role_text or value.role.name or value.role.code}
    whole = tuple(each for each in value.channels if each.kind is not None and each.mark)
    if len(whole) != len(value.channels):
        changes["channels"] = whole
    mark = value.authority
    if mark is not None and (mark.directory is None or not mark.directory_key):
        changes["authority"] = _authority_4(mark)
    return dataclasses.replace(value, **changes) if changes else value


def _authority_4(mark: AuthorityMark) -> AuthorityMark | None:
    """Prefix and key name directory and entry; without both, 4.0 has no word for it."""
    if mark.prefix is None or mark.key is None:
        return None
    return AuthorityMark(directory=Code(code=mark.prefix.code), directory_key=mark.key.code)


def _contact_3(value: Contact) -> Contact:
    mark = value.authority
    if mark is not None and mark.key is None and mark.directory is not None and mark.directory_key:
        mark = AuthorityMark(key=Code(code=mark.directory_key), prefix=Code(code=mark.directory.code))
    role = value.role or (Code(code=value.role_text) if value.role_text else None)
    return dataclasses.replace(value, authority=mark, role=role, role_text=None)


def _document_3(value: DocumentRecord) -> DocumentRecord:
    """A document of several pieces of writing: xdomea 3 has attachments for that."""
    if not value.compound:
        return value
    pieces = tuple(Attachment(document=part) for part in value.parts)
    return dataclasses.replace(value, compound=False, parts=(), attachments=(*value.attachments, *pieces))


def _identity_3(value: Identity) -> Identity:
    """The number in the container is a number since 3.0."""
    if value.number is not None and not (value.number.isascii() and value.number.isdigit()):
        return dataclasses.replace(value, number=None)
    return value


def _disposal(value: DisposalMetadata) -> DisposalMetadata:
    """xdomea 2 knew the year in which retention ends only: that is its last day."""
    if value.retention_end is None and value.retention_end_year:
        end = Day(f"{value.retention_end_year[:4]}-12-31")
        return dataclasses.replace(value, retention_end=end, retention_end_year=None)
    return value


def _file_4(value: FileRecord) -> FileRecord:
    return value if value.context is not None else dataclasses.replace(value, context=False)


def _process_4(value: ProcessRecord) -> ProcessRecord:
    return value if value.context is not None else dataclasses.replace(value, context=False)


def _unit(value: FilePlanUnit) -> FilePlanUnit:
    return value if value.abandoned is not None else dataclasses.replace(value, abandoned=False)


def _reference_3(value: CrossReference) -> CrossReference:
    return value if value.kind is not None else dataclasses.replace(value, kind=Code(code="002"))


def _handover_4(value: Handover) -> Handover:
    """4.0 counts the messages of a type; single documents are not handed over by it."""
    return dataclasses.replace(
        value,
        number=value.number or 1,
        total=value.total or 1,
        objects=tuple(each for each in value.objects if each.document is None),
    )


_RULES: Final[dict[tuple[type, int], Any]] = {
    (CommonMetadata, 4): _metadata_4,
    (CommonMetadata, 3): _metadata_3,
    (Channel, 3): _channel,
    (Channel, 4): _channel,
    (Contact, 4): _contact_4,
    (Contact, 3): _contact_3,
    (DocumentRecord, 3): _document_3,
    (Identity, 3): _identity_3,
    (Identity, 4): _identity_3,
    (DisposalMetadata, 3): _disposal,
    (DisposalMetadata, 4): _disposal,
    (FileRecord, 4): _file_4,
    (ProcessRecord, 4): _process_4,
    (FilePlanUnit, 3): _unit,
    (FilePlanUnit, 4): _unit,
    (CrossReference, 3): _reference_3,
    (Handover, 4): _handover_4,
}
