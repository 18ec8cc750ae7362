"""What DCAT-AP.de 3.0 needs to know of a dataset, as plain records.

Texts are pairs of language and text; "" is a text without a language. Addresses (IRIs) are strings, values of code lists their whole
IRI. Dates are ISO 8601 as text, because a catalogue knows years, days and instants side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

Texts = tuple[tuple[str, str], ...]

HVD_REGULATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"


def text(values: Texts, language: str = "de") -> str:
    """The text in this language, else without one, else in any."""
    by_language = dict(reversed(values))
    return by_language.get(language) or by_language.get("") or (values[0][1] if values else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who publishes or answers for data (foaf:Agent); ``kind`` is an IRI of the publisher types."""

    name: str
    id: str = ""
    mail: str = ""
    homepage: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """Whom to ask (vcard:Kind): at least one of mail, telephone (E.164) and address of a page."""

    name: str
    mail: str = ""
    telephone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From day to day, both included (dcterms:PeriodOfTime); one end may be open."""

    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What area the data cover: an IRI (key of a municipality), a name, a box (west, south, east, north in CRS84)."""

    id: str = ""
    name: str = ""
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """``algorithm`` as SPDX names it (sha256), ``value`` in hexadecimal digits."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One way to get the data."""

    id: str
    access_url: str
    licence: str
    download_url: str = ""
    title: Texts = ()
    description: Texts = ()
    format: str = ""
    media_type: str = ""
    compress_format: str = ""
    package_format: str = ""
    byte_size: int | None = None
    checksum: Checksum | None = None
    attribution: str = ""
    rights: str = ""
    issued: str = ""
    modified: str = ""
    languages: tuple[str, ...] = ()
    availability: str = ""
    status: str = ""
    conforms_to: tuple[str, ...] = ()
    legislation: tuple[str, ...] = ()
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataService:
    """An interface through which data can be asked (OGC API, WFS); ``licence`` may differ from that of the files."""

    id: str
    title: Texts
    endpoint_url: str
    description: Texts = ()
    endpoint_description: str = ""
    publisher: Agent | None = None
    contact: ContactPoint | None = None
    licence: str = ""
    access_rights: str = ""
    availability: str = ""
    conforms_to: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    hvd_categories: tuple[str, ...] = ()
    legislation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Datasets that belong together (dcat:DatasetSeries), for example one per year."""

    id: str
    title: Texts
    description: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One dataset in a catalogue. ``identifier`` stays for ever; ``id`` is its address in RDF."""

    id: str
    identifier: str
    title: Texts
    description: Texts
    publisher: Agent
    contact: ContactPoint | None = None
    creators: tuple[Agent, ...] = ()
    contributors: tuple[Agent, ...] = ()
    originators: tuple[Agent, ...] = ()
    custodians: tuple[Agent, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    services: tuple[DataService, ...] = ()
    series: Series | None = None
    themes: tuple[str, ...] = ()
    keywords: Texts = ()
    languages: tuple[str, ...] = ()
    issued: str = ""
    modified: str = ""
    frequency: str = ""
    landing_page: str = ""
    pages: tuple[str, ...] = ()
    spatial: tuple[Place, ...] = ()
    political_level: tuple[str, ...] = ()
    temporal: tuple[Period, ...] = ()
    contributor_ids: tuple[str, ...] = ()
    access_rights: str = ""
    availability: str = ""
    dataset_type: str = ""
    conforms_to: tuple[str, ...] = ()
    provenance: str = ""
    version: str = ""
    version_notes: str = ""
    references: tuple[str, ...] = ()
    hvd_categories: tuple[str, ...] = ()
    legislation: tuple[str, ...] = ()

    @property
    def high_value(self) -> bool:
        """Whether it is a High-Value Dataset (Implementing Regulation (EU) 2023/138)."""
        return bool(self.hvd_categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The frame around the entries: whose catalogue it is."""

    id: str
    title: Texts
    description: Texts
    publisher: Agent
    homepage: str = ""
    languages: tuple[str, ...] = ()
    licence: str = ""
    issued: str = ""
    modified: str = ""
    spatial: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry as a catalogue lists it: since when, changed when in this catalogue (dcat:CatalogRecord)."""

    entry: Entry
    record_id: str
    issued: str = ""
    modified: str = ""
