"""xdomea's messages of transfer (0401-0403) and disposal (0501-0507): header and body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from stadtkern.casework.records.xdomea import lists
from stadtkern.casework.records.xdomea.binding import el
from stadtkern.casework.records.xdomea.contacts import Contact, Extension
from stadtkern.casework.records.xdomea.model import (
    DisposalKind,
    DocumentRecord,
    FilePlan,
    FileRecord,
    ProcessRecord,
)
from stadtkern.casework.records.xdomea.values import Code, Moment, RawXml, Uuid
from stadtkern.casework.records.xdomea.versions import Version

_HEAD: Final = "nachrichtenkopf"
_IDENTITY: Final = f"{_HEAD}/identifikation.nachricht"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Kopf (4.0: nachrichtenkopf and the attributes of the message). ``confirm_*`` ask the receiver for an answer."""

    ORDER_4: ClassVar = (
        "message_id", "type", "created_at", "recipient", "sender", "process_id", "instance", "note", "extensions", "extension_xml",
        "further_recipients", "confirm_import", "report_archive_mark", "confirm_receipt",
    )  # fmt: skip

    process_id: Annotated[Uuid, el("Kopf/ProzessID", v4=f"{_HEAD}/ProzessID")]
    message_id: Annotated[Uuid | None, el(None, v4=f"{_IDENTITY}/~nachrichtenUUID")] = None
    type: Annotated[
        Code, el("Kopf/Nachrichtentyp", v4=f"{_IDENTITY}/~nachrichtentyp", codes=lists.MESSAGE_TYPE)
    ]
    created_at: Annotated[Moment, el("Kopf/Erstellungszeitpunkt", v4=f"{_IDENTITY}/~erstellungszeitpunkt")]
    sender: Annotated[Contact, el("Kopf/Absender", v4=f"{_HEAD}/autor")]
    recipient: Annotated[Contact, el("Kopf/Empfaenger", v4=f"{_HEAD}/leser")]
    instance: Annotated[str | None, el("Kopf/SendendesSystem/InstanzID", v4=f"{_HEAD}/InstanzID")] = None
    product: Annotated[str | None, el("Kopf/SendendesSystem/Produktname", v4=None)] = None
    product_version: Annotated[str | None, el("Kopf/SendendesSystem/Version", v4=None)] = None
    note: Annotated[str | None, el("Kopf/Hinweis", v4=f"{_HEAD}/Hinweis")] = None
    extensions: Annotated[
        tuple[Extension, ...],
        el("Kopf/AnwendungsspezifischeErweiterung", v4=f"{_HEAD}/AnwendungsspezifischeErweiterung"),
    ] = ()
    extension_xml: Annotated[
        RawXml | None,
        el(
            "Kopf/AnwendungsspezifischeErweiterungXML",
            v2=None,
            v4=f"{_HEAD}/AnwendungsspezifischeErweiterungXML",
        ),
    ] = None
    further_recipients: Annotated[tuple[Contact, ...], el("Kopf/WeitererEmpfaenger", v4="WeitererLeser")] = ()
    confirm_import: Annotated[bool | None, el("Kopf/Importbestaetigung", v4="Importbestaetigung")] = None
    report_archive_mark: Annotated[
        bool | None, el("Kopf/RueckmeldungArchivkennung", v4="RueckmeldungArchivkennung")
    ] = None
    confirm_receipt: Annotated[bool | None, el("Kopf/Empfangsbestaetigung", v4="Empfangsbestaetigung")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordObject:
    """Schriftgutobjekt: one of file, process record and document."""

    file: Annotated[FileRecord | None, el("Akte")] = None
    process: Annotated[ProcessRecord | None, el("Vorgang")] = None
    document: Annotated[DocumentRecord | None, el("Dokument", v4=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Body of 0401, 0501 and 0503: objects with their tree, perhaps with cover letters and the file plan."""

    number: Annotated[int | None, el(None, v4="LfdNrNachrichtProTyp")] = None
    total: Annotated[int | None, el(None, v4="GesamtanzahlNachrichtenProTyp")] = None
    letters: Annotated[
        tuple[DocumentRecord, ...], el("Anschreiben", v4="Anschreiben*/Dokument|DokumentMitSchriftstueck")
    ] = ()
    objects: Annotated[tuple[RecordObject, ...], el("Schriftgutobjekt")] = ()
    plans: Annotated[tuple[FilePlan, ...], el("Aktenplan")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """BewertetesObjekt (4.0: BewertetesSGO): what the archive decided about one object."""

    uuid: Annotated[Uuid, el("ID", v4="xdomeaUUID")]
    kind: Annotated[DisposalKind, el("Aussonderungsart")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisals:
    """Body of 0502."""

    origin: Annotated[Uuid | None, el(None, v4="UUIDUrsprungsnachricht")] = None
    number: Annotated[int | None, el(None, v4="LfdNrNachrichtProTyp")] = None
    total: Annotated[int | None, el(None, v4="GesamtanzahlNachrichtenProTyp")] = None
    appraisals: Annotated[tuple[Appraisal, ...], el("BewertetesObjekt", v4="BewertetesSGO")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMark:
    """Rueckgabeparameter of xdomea 2: the archive's mark of one object."""

    uuid: Annotated[Uuid, el("ID")]
    mark: Annotated[str, el("Archivkennung")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether an object could be taken over (0402, 0506)."""

    uuid: Annotated[Uuid | None, el("IDSGO", v2=None, v4="xdomeaUUID")] = None
    successful: Annotated[bool, el("Erfolgreich", v4="ErfolgOderMisserfolg/Erfolgreich")]
    errors: Annotated[tuple[str, ...], el("Fehlermeldung", v4="ErfolgOderMisserfolg/Fehlermeldung")] = ()
    error_codes: Annotated[
        tuple[Code, ...], el("FehlermeldungCode", v2=None, v4="ErfolgOderMisserfolg/FehlermeldungCode")
    ] = ()
    archive_mark: Annotated[str | None, el("Archivkennung", v2=None)] = None
    marks: Annotated[tuple[ArchiveMark, ...], el(None, v2="Rueckgabeparameter", v4=None)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOutcomes:
    """Body of 0402."""

    outcomes: Annotated[tuple[Outcome, ...], el("AbgegebenesObjekt", v2="ErfolgOderMisserfolg", v4=None)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalOutcome:
    """Whether a whole message could be taken over (4.0)."""

    successful: Annotated[bool, el("Erfolgreich")]
    errors: Annotated[tuple[str, ...], el("Fehlermeldung")] = ()
    error_codes: Annotated[tuple[Code, ...], el("FehlermeldungCode")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalOutcomes:
    """Body of 0506."""

    origin: Annotated[Uuid | None, el(None, v4="UUIDUrsprungsnachricht")] = None
    number: Annotated[int | None, el(None, v4="LfdNrNachrichtProTyp")] = None
    total: Annotated[int | None, el(None, v4="GesamtanzahlNachrichtenProTyp")] = None
    overall: Annotated[TotalOutcome | None, el(None, v4="ErfolgOderMisserfolg")] = None
    outcomes: Annotated[tuple[Outcome, ...], el("AusgesondertesSGO", v2="ErfolgOderMisserfolg")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Body of 0403, 0504, 0505 and 0507: nothing but which message arrived."""

    origin: Annotated[Uuid | None, el(None, v4="UUIDUrsprungsnachricht")] = None
    number: Annotated[int | None, el(None, v4="LfdNrNachrichtProTyp")] = None
    total: Annotated[int | None, el(None, v4="GesamtanzahlNachrichtenProTyp")] = None


Body = Handover | Appraisals | TransferOutcomes | DisposalOutcomes | Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageType:
    """A message of the standard. ``content`` tells that primary documents travel with it."""

    code: str
    element: str
    body: type[Body]
    content: bool = False


TYPES: Final = {
    each.code: each
    for each in (
        MessageType(code="0401", element="Abgabe.Abgabe.0401", body=Handover, content=True),
        MessageType(code="0402", element="Abgabe.ImportBestaetigen.0402", body=TransferOutcomes),
        MessageType(code="0403", element="Abgabe.EmpfangBestaetigen.0403", body=Receipt),
        MessageType(code="0501", element="Aussonderung.Anbieteverzeichnis.0501", body=Handover),
        MessageType(code="0502", element="Aussonderung.Bewertungsverzeichnis.0502", body=Appraisals),
        MessageType(code="0503", element="Aussonderung.Aussonderung.0503", body=Handover, content=True),
        MessageType(code="0504", element="Aussonderung.AnbietungEmpfangBestaetigen.0504", body=Receipt),
        MessageType(code="0505", element="Aussonderung.BewertungEmpfangBestaetigen.0505", body=Receipt),
        MessageType(
            code="0506", element="Aussonderung.AussonderungImportBestaetigen.0506", body=DisposalOutcomes
        ),
        MessageType(code="0507", element="Aussonderung.AussonderungEmpfangBestaetigen.0507", body=Receipt),
    )
}
BY_ELEMENT: Final = {each.element: each for each in TYPES.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as a whole. ``product`` (4.0) are the attributes that name the sending software."""

    version: Version
    type: MessageType
    header: Header
    body: Body
    product: str = ""
    maker: str = ""
    product_version: str | None = None
    test: str | None = None
