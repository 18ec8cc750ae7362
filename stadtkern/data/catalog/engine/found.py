"""What a source said about its data, as it said it: texts and addresses, nothing judged yet.

The readers of RDF, CKAN, OGC API and WFS fill these; ``mending`` makes records of them, so that every source is repaired alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stadtkern.data.catalog.engine.records import Texts


@dataclass(slots=True, kw_only=True)
class FoundAgent:
    """An organisation or person as named by the source."""

    id: str = ""
    names: Texts = ()
    mail: str = ""
    homepage: str = ""
    kind: str = ""
    typed: bool = True  # False: the source did not say foaf:Agent


@dataclass(slots=True, kw_only=True)
class FoundContact:
    """A contact as named by the source."""

    names: Texts = ()
    mail: str = ""
    telephone: str = ""
    url: str = ""
    typed: bool = True  # False: the source did not say vcard:Kind


@dataclass(slots=True, kw_only=True)
class FoundPeriod:
    """Begin and end as written."""

    start: str = ""
    end: str = ""
    old_names: bool = False  # schema.org's names instead of DCAT's


@dataclass(slots=True, kw_only=True)
class FoundPlace:
    """An area: IRI, name, geometry as WKT or GeoJSON text."""

    id: str = ""
    name: str = ""
    geometry: str = ""


@dataclass(slots=True, kw_only=True)
class FoundDistribution:
    """A file or other access."""

    id: str = ""
    titles: Texts = ()
    descriptions: Texts = ()
    access_urls: list[str] = field(default_factory=list)
    download_urls: list[str] = field(default_factory=list)
    licences: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    media_types: list[str] = field(default_factory=list)
    compress_formats: list[str] = field(default_factory=list)
    package_formats: list[str] = field(default_factory=list)
    byte_size: str = ""
    checksum_algorithm: str = ""
    checksum_value: str = ""
    attribution: str = ""
    rights: str = ""
    issued: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    availability: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    conforms_to: list[str] = field(default_factory=list)
    legislation: list[str] = field(default_factory=list)
    service: str = ""
    literal_iris: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class FoundService:
    """An interface."""

    id: str = ""
    titles: Texts = ()
    descriptions: Texts = ()
    endpoint_urls: list[str] = field(default_factory=list)
    endpoint_descriptions: list[str] = field(default_factory=list)
    publisher: FoundAgent | None = None
    contact: FoundContact | None = None
    licences: list[str] = field(default_factory=list)
    access_rights: list[str] = field(default_factory=list)
    availability: list[str] = field(default_factory=list)
    conforms_to: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    hvd_categories: list[str] = field(default_factory=list)
    legislation: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class FoundEntry:
    """A dataset. ``names`` are all identifiers it gave itself; ``literal_iris`` properties that held text instead of an address."""

    id: str = ""
    identifiers: list[str] = field(default_factory=list)
    titles: Texts = ()
    descriptions: Texts = ()
    publisher: FoundAgent | None = None
    contact: FoundContact | None = None
    creators: list[FoundAgent] = field(default_factory=list)
    contributors: list[FoundAgent] = field(default_factory=list)
    originators: list[FoundAgent] = field(default_factory=list)
    custodians: list[FoundAgent] = field(default_factory=list)
    distributions: list[FoundDistribution] = field(default_factory=list)
    services: list[FoundService] = field(default_factory=list)
    series_id: str = ""
    series_titles: Texts = ()
    series_descriptions: Texts = ()
    themes: list[str] = field(default_factory=list)
    keywords: Texts = ()
    languages: list[str] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    frequencies: list[str] = field(default_factory=list)
    landing_pages: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    spatial: list[FoundPlace] = field(default_factory=list)
    political_levels: list[str] = field(default_factory=list)
    temporal: list[FoundPeriod] = field(default_factory=list)
    contributor_ids: list[str] = field(default_factory=list)
    access_rights: list[str] = field(default_factory=list)
    availability: list[str] = field(default_factory=list)
    dataset_types: list[str] = field(default_factory=list)
    conforms_to: list[str] = field(default_factory=list)
    provenance: str = ""
    version: str = ""
    version_notes: str = ""
    references: list[str] = field(default_factory=list)
    hvd_categories: list[str] = field(default_factory=list)
    legislation: list[str] = field(default_factory=list)
    deprecated: list[str] = field(default_factory=list)  # properties of older releases that were used
    literal_iris: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class FoundPage:
    """One answer of a source: its datasets and where the next ones are."""

    kind: str  # rdf, ckan, ogc, wfs
    entries: list[FoundEntry] = field(default_factory=list)
    titles: Texts = ()
    publisher: FoundAgent | None = None
    homepage: str = ""
    next: str = ""
    total: int | None = None
