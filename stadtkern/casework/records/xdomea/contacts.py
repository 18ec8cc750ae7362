"""Kontakt and what hangs on it: authority, organization, person, addresses, channels; and the sender's own extensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from stadtkern.casework.records.xdomea import lists
from stadtkern.casework.records.xdomea.binding import el
from stadtkern.casework.records.xdomea.values import Code, Day, RawXml


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Feld of an application's own extension."""

    name: Annotated[str, el("Name")]
    description: Annotated[str | None, el("Beschreibung")] = None
    data_type: Annotated[Code | None, el("Datentyp", codes=lists.DATA_TYPE)] = None
    value: Annotated[str | None, el("Wert")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Feldgruppe of an application's own extension."""

    name: Annotated[str, el("Name")]
    description: Annotated[str, el("Beschreibung")]
    groups: Annotated[tuple[FieldGroup, ...], el("Unterfeldgruppe")] = ()
    fields: Annotated[tuple[Field, ...], el("Feld")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """AnwendungsspezifischeErweiterung."""

    mark: Annotated[str, el("Kennung")]
    name: Annotated[str, el("Name")]
    description: Annotated[str | None, el("Beschreibung")] = None
    version: Annotated[str | None, el("Versionsnummer")] = None
    version_on: Annotated[Day | None, el("Versionsdatum")] = None
    groups: Annotated[tuple[FieldGroup, ...], el("Feldgruppe")] = ()
    fields: Annotated[tuple[Field, ...], el("Feld")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityMark:
    """Behoerdenkennung: key and prefix (up to 3.1), directory and key (4.0)."""

    key: Annotated[Code | None, el("Behoerdenschluessel", v2="Kennung", v4=None)] = None
    prefix: Annotated[Code | None, el("Praefix", v4=None)] = None
    directory: Annotated[Code | None, el(None, v4="verzeichnisdienst", codes=lists.DIRECTORY)] = None
    directory_key: Annotated[str | None, el(None, v4="kennung")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Institution."""

    name: Annotated[str | None, el("Name")] = None
    short_name: Annotated[str | None, el("Kurzbezeichnung")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """NameNatuerlichePerson."""

    salutation: Annotated[str | None, el("Anrede")] = None
    title: Annotated[str | None, el("Titel")] = None
    family_name: Annotated[str | None, el("Familienname/Name")] = None
    given_name: Annotated[str | None, el("Vorname/Name")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Anschrift."""

    country: Annotated[Code | None, el("Staat/Staat", codes=lists.COUNTRY)] = None
    street: Annotated[str | None, el("Strasse")] = None
    house_number: Annotated[str | None, el("Hausnummer")] = None
    post_box: Annotated[str | None, el("Postfach")] = None
    postal_code: Annotated[str | None, el("Postleitzahl")] = None
    town: Annotated[str | None, el("Ort")] = None
    addition: Annotated[str | None, el("Zusatz")] = None
    kind: Annotated[Code | None, el("Typ", codes=lists.ADDRESS_KIND)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesAddress:
    """UnstrukturierteAnschrift."""

    kind: Annotated[Code | None, el("Typ", codes=lists.ADDRESS_KIND)] = None
    line_1: Annotated[str | None, el("Zeile1")] = None
    line_2: Annotated[str | None, el("Zeile2")] = None
    line_3: Annotated[str | None, el("Zeile3")] = None
    line_4: Annotated[str | None, el("Zeile4")] = None
    line_5: Annotated[str | None, el("Zeile5")] = None
    line_6: Annotated[str | None, el("Zeile6")] = None
    addition: Annotated[str | None, el("Zusatz")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Kommunikation: a way to reach somebody."""

    ORDER_4: ClassVar = ("kind", "mark", "addition", "official", "institutional")

    official: Annotated[bool | None, el("IstDienstlich")] = None
    kind: Annotated[Code | None, el("Kanal", v4="~kanal", codes=lists.CHANNEL)] = None
    mark: Annotated[str | None, el("Kennung", v4="~kennung")] = None
    addition: Annotated[str | None, el("Zusatz", v4="~zusatz")] = None
    institutional: Annotated[bool | None, el("IstInstitution", v2=None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Kontakt: an authority, organization or person with its role."""

    authority: Annotated[AuthorityMark | None, el("Behoerdenkennung")] = None
    organization: Annotated[Organization | None, el("Institution", v4="NameInstitution")] = None
    unit: Annotated[str | None, el("Organisationseinheit/Name", v4="NameOrganisationseinheit/Name")] = None
    person: Annotated[PersonName | None, el("Name", v4="NameAnsprechpartner")] = None
    activity: Annotated[str | None, el("Taetigkeit")] = None
    responsibility: Annotated[str | None, el("Zustaendigkeit")] = None
    addresses: Annotated[tuple[Address, ...], el("Anschrift")] = ()
    channels: Annotated[tuple[Channel, ...], el("Kommunikation", v4="erreichbarkeit")] = ()
    role_text: Annotated[str | None, el(None, v4="Rolle")] = None
    role: Annotated[Code | None, el("Rolle", v4="RolleCode")] = None
    lines: Annotated[tuple[LinesAddress, ...], el("UnstrukturierteAnschrift")] = ()
    born_on: Annotated[Day | None, el("Geburt/Datum")] = None
    extensions: Annotated[tuple[Extension, ...], el(None, v4="AnwendungsspezifischeErweiterung")] = ()
    extension_xml: Annotated[RawXml | None, el(None, v4="AnwendungsspezifischeErweiterungXML")] = None

    @property
    def title(self) -> str:
        """How people call this contact."""
        person = self.person
        name = f"{person.given_name or ''} {person.family_name or ''}".strip() if person else ""
        return name or (self.organization.name if self.organization else None) or self.unit or ""
