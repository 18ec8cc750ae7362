"""xdomea's tree, one class per type of its building kit ("Baukasten"), in the words of our glossary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from stadtkern.casework.records.xdomea import lists
from stadtkern.casework.records.xdomea.binding import el
from stadtkern.casework.records.xdomea.contacts import Contact, Extension
from stadtkern.casework.records.xdomea.values import Clock, Code, Day, FileName, Moment, RawXml, Uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Identifikation: the object's UUID (its spelling is kept) and its number inside its container."""

    uuid: Annotated[Uuid, el("ID", v4="xdomeaUUID")]
    number: Annotated[str | None, el("NummerImUebergeordnetenContainer")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Zeitraum; xdomea's end is the last day."""

    begin: Annotated[Day | None, el("Beginn")] = None
    end: Annotated[Day | None, el("Ende")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanUnitReference:
    """Aktenplaneinheit as an object names it."""

    number: Annotated[str | None, el("Kennzeichen")] = None
    content: Annotated[str | None, el("Inhaltsangabe")] = None
    short_subject: Annotated[str | None, el("BetreffKurz", v2=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Geheimhaltung (4.0)."""

    grade: Annotated[Code, el(None, v4="Geheimhaltungsgrad", codes=lists.CLASSIFICATION)]
    until_year: Annotated[str | None, el(None, v4="Einstufungsfrist")] = None
    classified_on: Annotated[Day | None, el(None, v4="EingestuftAm")] = None
    publisher: Annotated[str | None, el(None, v4="Herausgeber")] = None
    ends_on: Annotated[Day | None, el(None, v4="EinstufungEndetAm")] = None
    remark: Annotated[str | None, el(None, v4="Bemerkung")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathElement:
    """One step of the structural path (4.0)."""

    name: Annotated[str, el("Name")]
    kind: Annotated[Code, el("Typ", codes=lists.STRUCTURE)]
    inner: Annotated[PathElement | None, el("Pfadelement")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonMetadata:
    """AllgemeineMetadaten: what every object may say about itself."""

    subject: Annotated[str | None, el("Betreff")] = None
    reference: Annotated[str | None, el("Kennzeichen")] = None
    lead: Annotated[str | None, el("Federfuehrung")] = None
    custodian: Annotated[str | None, el("Aktenfuehrung", v2=None)] = None
    confidentiality: Annotated[
        Code | None, el("Vertraulichkeitsstufe", v4=None, codes=lists.CONFIDENTIALITY)
    ] = None
    classification: Annotated[Classification | None, el(None, v4="Geheimhaltung")] = None
    remark: Annotated[str | None, el("Bemerkung")] = None
    medium: Annotated[Code | None, el("Medium", codes=lists.MEDIUM)] = None
    plan_unit: Annotated[PlanUnitReference | None, el("Aktenplaneinheit")] = None
    changed_at: Annotated[Moment | None, el(None, v4="ZeitpunktLetzteAenderung")] = None
    structural_path: Annotated[PathElement | None, el(None, v4="Strukturpfad/Pfadelement")] = None
    protection_text: Annotated[str | None, el(None, v4="Datenschutzstufe")] = None
    protection: Annotated[Code | None, el(None, v4="DatenschutzstufeCode")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPeriod:
    """Aufbewahrungsdauer: a number of years or for ever (xdomea 2 knows years only)."""

    years: Annotated[int | None, el("AnzahlJahre", v2=".")] = None
    unlimited: Annotated[bool | None, el("Unbefristet", v2=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalKind:
    """Aussonderungsart: A (archive), B (appraise), V (destroy), or a kind of the sender's own."""

    code: Annotated[Code | None, el("Aussonderungsart", v2=".", codes=lists.DISPOSAL_KIND)] = None
    configured: Annotated[str | None, el("AussonderungsartKonfigurierbar", v2=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalMetadata:
    """ArchivspezifischeMetadaten (4.0: Aussonderungsmetadaten)."""

    retention: Annotated[RetentionPeriod | None, el("Aufbewahrungsdauer")] = None
    kind: Annotated[DisposalKind | None, el("Aussonderungsart")] = None
    mark: Annotated[str | None, el("Kennung")] = None
    proposal: Annotated[Code | None, el("Bewertungsvorschlag", codes=lists.PROPOSAL)] = None
    proposal_reason: Annotated[str | None, el(None, v4="BewertungsvorschlagBegruendung")] = None
    retention_end: Annotated[Day | None, el("Aufbewahrungsende", v2=None)] = None
    retention_end_year: Annotated[str | None, el(None, v2="Aufbewahrungsende")] = None
    transfer_end: Annotated[Day | None, el(None, v4="Transferfristende")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """HistorienProtokollInformation: who did what when, with the metadatum's old and new value."""

    metadatum: Annotated[str | None, el("MetadatumName", v2="Metadatum")] = None
    old_value: Annotated[str | None, el("MetadatumAlterWert", v2="AlterWert")] = None
    new_value: Annotated[str | None, el("MetadatumNeuerWert", v2="NeuerWert")] = None
    actor: Annotated[str, el("Akteur")]
    at: Annotated[Moment, el("DatumUhrzeit")]
    remark: Annotated[str | None, el("Bemerkung")] = None
    action: Annotated[str, el("Aktion")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """SignaturSiegel: inside the document, or files beside it."""

    embedded: Annotated[bool | None, el("SignaturSiegelEingebettet")] = None
    files: Annotated[tuple[FileName, ...], el("SignaturSiegelDatei")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hash:
    """Hash of a primary document (4.0)."""

    value: Annotated[str, el("Wert")]
    algorithm: Annotated[Code | None, el("Algorithmus", codes=lists.HASHES)] = None
    other_algorithm: Annotated[str | None, el("SonstigerAlgorithmus")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryDocument:
    """Primaerdokument: the file that holds the content."""

    file_name: Annotated[FileName, el("Dateiname")]
    original_name: Annotated[str | None, el("DateinameOriginal", v2=None)] = None
    creator: Annotated[str | None, el("Ersteller")] = None
    at: Annotated[Moment | None, el("DatumUhrzeit")] = None
    signature: Annotated[Signature | None, el("SignaturSiegel", v2=None)] = None
    signature_data: Annotated[RawXml | None, el(None, v2="Signaturdaten", v4=None)] = None
    changed_at: Annotated[Moment | None, el(None, v4="ZeitpunktLetzteAenderung")] = None
    hash: Annotated[Hash | None, el(None, v4="Hash")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Format: one file of a version, in one file format."""

    name: Annotated[Code, el("Name", codes=lists.FILE_FORMAT)]
    other_name: Annotated[str | None, el("SonstigerName")] = None
    version: Annotated[str, el("Version")]
    primary: Annotated[PrimaryDocument, el("Primaerdokument")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersion:
    """Version of a document in one or more formats."""

    number: Annotated[str, el("Nummer")]
    formats: Annotated[tuple[Format, ...], el("Format")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossReference:
    """Verweis to another object."""

    uuid: Annotated[Uuid | None, el("ID", v4="xdomeaUUID")] = None
    kind: Annotated[Code | None, el("SGOTyp", codes=lists.OBJECT_KIND)] = None
    reference: Annotated[str | None, el("SGOKennzeichen")] = None
    remark: Annotated[str | None, el("Bemerkung")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """Verfuegung: what one person asks of another in a circulation."""

    creator: Annotated[Contact, el("Ersteller")]
    addressee: Annotated[Contact, el("Adressat")]
    created_on: Annotated[Day, el("Erstellungsdatum")]
    created_time: Annotated[Clock | None, el("Erstellungsuhrzeit")] = None
    text: Annotated[str | None, el("Verfuegung")] = None
    due_on: Annotated[Day | None, el("TerminDatum")] = None
    due_time: Annotated[Clock | None, el("TerminUhrzeit")] = None
    note: Annotated[str | None, el("Notiz")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Bearbeitung: what the addressee did."""

    editor: Annotated[Contact, el("Bearbeiter")]
    on: Annotated[Day, el("Datum")]
    time: Annotated[Clock | None, el("Uhrzeit")] = None
    remark: Annotated[str | None, el("Vermerk")] = None
    note: Annotated[str | None, el("Notiz")] = None
    enclosures: Annotated[
        tuple[DocumentRecord, ...], el("Anlage", v4="Anlage*/Dokument|DokumentMitSchriftstueck")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationStep:
    """Beteiligungsschritt of a circulation."""

    number: Annotated[str, el("Nummer")]
    status: Annotated[Code, el("Status", codes=lists.STEP_STATUS)]
    disposition: Annotated[Disposition, el("Verfuegung")]
    handling: Annotated[Handling | None, el("Bearbeitung")] = None
    parallel_to: Annotated[tuple[str, ...], el(None, v4="ParallelZuBeteiligungsschritt")] = ()
    version_number: Annotated[str | None, el(None, v4="VersionNummer")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulation:
    """InternerGeschaeftsgang (4.0 allows several per object)."""

    identity: Annotated[Identity, el("Identifikation")]
    steps: Annotated[tuple[CirculationStep, ...], el("Beteiligungsschritt")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """Dokument, or (4.0) a document made of several pieces of writing (``compound``, with ``parts`` instead of versions)."""

    ORDER_4: ClassVar = (
        "identity", "metadata", "foreign_reference", "received_on", "sent_on", "written_on", "concerning", "here", "editor", "kind",
        "history", "circulations", "references", "attachments", "senders", "recipients", "contacts", "extensions", "extension_xml",
        "versions", "parts",
    )  # fmt: skip

    identity: Annotated[Identity, el("Identifikation")]
    metadata: Annotated[CommonMetadata | None, el("AllgemeineMetadaten")] = None
    foreign_reference: Annotated[str | None, el("FremdesGeschaeftszeichen")] = None
    received_on: Annotated[Day | None, el("Posteingangsdatum")] = None
    sent_on: Annotated[Day | None, el("Postausgangsdatum")] = None
    written_on: Annotated[Day | None, el("DatumDesSchreibens")] = None
    concerning: Annotated[str | None, el("Bezug")] = None
    here: Annotated[str | None, el("Hier")] = None
    editor: Annotated[str | None, el("Bearbeiter")] = None
    kind: Annotated[str | None, el("Typ")] = None
    history: Annotated[tuple[HistoryEntry, ...], el("HistorienProtokollInformation")] = ()
    circulations: Annotated[tuple[Circulation, ...], el("InternerGeschaeftsgang")] = ()
    versions: Annotated[tuple[DocumentVersion, ...], el("Version")] = ()
    references: Annotated[tuple[CrossReference, ...], el("Verweis")] = ()
    attachments: Annotated[tuple[Attachment, ...], el("Anlage")] = ()
    senders: Annotated[tuple[Contact, ...], el("Absender", v4="Autor")] = ()
    recipients: Annotated[tuple[Contact, ...], el("Empfaenger", v4="Leser")] = ()
    contacts: Annotated[tuple[Contact, ...], el("WeitererKontakt")] = ()
    extensions: Annotated[tuple[Extension, ...], el("AnwendungsspezifischeErweiterung")] = ()
    extension_xml: Annotated[RawXml | None, el("AnwendungsspezifischeErweiterungXML", v2=None)] = None
    parts: Annotated[tuple[DocumentRecord, ...], el(None, v4="Schriftstueck")] = ()
    compound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Anlage: a document that belongs to another one."""

    document: Annotated[DocumentRecord, el(".", v4="Dokument|DokumentMitSchriftstueck")]
    number: Annotated[str | None, el("Nummer")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRecord:
    """Vorgang (Teilvorgang inside another one). ``context`` (4.0): only its place is told, it is not itself handed over."""

    ORDER_4: ClassVar = (
        "identity", "context", "metadata", "disposal", "file_subject", "kind", "closed", "closed_on", "period", "history", "circulations",
        "documents", "references", "contacts", "subprocesses", "extensions", "extension_xml",
    )  # fmt: skip

    identity: Annotated[Identity, el("Identifikation")]
    context: Annotated[bool | None, el(None, v4="Kontextobjekt")] = None
    metadata: Annotated[CommonMetadata | None, el("AllgemeineMetadaten")] = None
    disposal: Annotated[
        DisposalMetadata | None, el("ArchivspezifischeMetadaten", v4="Aussonderungsmetadaten")
    ] = None
    file_subject: Annotated[str | None, el("Aktenbetreff")] = None
    kind: Annotated[str | None, el("Typ")] = None
    closed: Annotated[bool | None, el("ZdA")] = None
    closed_on: Annotated[Day | None, el("ZdADatum", v2=None)] = None
    period: Annotated[Period | None, el("Laufzeit")] = None
    history: Annotated[tuple[HistoryEntry, ...], el("HistorienProtokollInformation")] = ()
    circulations: Annotated[tuple[Circulation, ...], el("InternerGeschaeftsgang")] = ()
    documents: Annotated[
        tuple[DocumentRecord, ...],
        el("Dokument", v4="DokumentOderDokumentMitSchriftstueck*/Dokument|DokumentMitSchriftstueck"),
    ] = ()
    references: Annotated[tuple[CrossReference, ...], el("Verweis")] = ()
    contacts: Annotated[tuple[Contact, ...], el("Kontakt")] = ()
    subprocesses: Annotated[tuple[ProcessRecord, ...], el("Teilvorgang")] = ()
    extensions: Annotated[tuple[Extension, ...], el("AnwendungsspezifischeErweiterung")] = ()
    extension_xml: Annotated[RawXml | None, el("AnwendungsspezifischeErweiterungXML", v2=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """Akte (Teilakte inside another one)."""

    identity: Annotated[Identity, el("Identifikation")]
    context: Annotated[bool | None, el(None, v4="Kontextobjekt")] = None
    metadata: Annotated[CommonMetadata | None, el("AllgemeineMetadaten")] = None
    disposal: Annotated[
        DisposalMetadata | None, el("ArchivspezifischeMetadaten", v4="Aussonderungsmetadaten")
    ] = None
    location: Annotated[str | None, el("Standort")] = None
    kind: Annotated[str | None, el("Typ")] = None
    period: Annotated[Period | None, el("Laufzeit")] = None
    history: Annotated[tuple[HistoryEntry, ...], el("HistorienProtokollInformation")] = ()
    circulations: Annotated[tuple[Circulation, ...], el("InternerGeschaeftsgang")] = ()
    documents: Annotated[
        tuple[DocumentRecord, ...],
        el(
            "Akteninhalt/Dokument",
            v4="Akteninhalt/DokumentOderDokumentMitSchriftstueck*/Dokument|DokumentMitSchriftstueck",
        ),
    ] = ()
    processes: Annotated[tuple[ProcessRecord, ...], el("Akteninhalt/Vorgang")] = ()
    subfiles: Annotated[tuple[FileRecord, ...], el("Akteninhalt/Teilakte", v2="Teilakte")] = ()
    references: Annotated[tuple[CrossReference, ...], el("Verweis")] = ()
    contacts: Annotated[tuple[Contact, ...], el("Kontakt")] = ()
    closed: Annotated[bool | None, el("ZdA", v2=None)] = None
    closed_on: Annotated[Day | None, el("ZdADatum", v2=None)] = None
    extensions: Annotated[tuple[Extension, ...], el("AnwendungsspezifischeErweiterung")] = ()
    extension_xml: Annotated[RawXml | None, el("AnwendungsspezifischeErweiterungXML", v2=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlanUnit:
    """Aktenplaneinheit inside a file plan."""

    number: Annotated[str | None, el("Kennzeichen")] = None
    content: Annotated[str | None, el("Inhaltsangabe")] = None
    short_subject: Annotated[str | None, el("BetreffKurz", v2=None)] = None
    kind: Annotated[DisposalKind, el("Aussonderungsart")]
    validity: Annotated[Period | None, el("Gueltigkeit", v2=None)] = None
    abandoned: Annotated[bool | None, el("Stillgelegt")] = None
    retention: Annotated[RetentionPeriod, el("Aufbewahrungsdauer")]
    units: Annotated[tuple[FilePlanUnit, ...], el("Einheit")] = ()
    see_also: Annotated[tuple[str, ...], el("VerweisAktenplaneinheit", v2=None)] = ()
    extensions: Annotated[tuple[Extension, ...], el("AnwendungsspezifischeErweiterung", v2=None)] = ()
    extension_xml: Annotated[RawXml | None, el("AnwendungsspezifischeErweiterungXML", v2=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """Aktenplan."""

    title: Annotated[str, el("Bezeichnung")]
    kind: Annotated[str | None, el("Typ")] = None
    version: Annotated[str, el("Version")]
    units: Annotated[tuple[FilePlanUnit, ...], el("Einheit")] = ()
    validity: Annotated[Period | None, el("Gueltigkeit")] = None
    files: Annotated[tuple[Format, ...], el("Aktenplandatei")] = ()
