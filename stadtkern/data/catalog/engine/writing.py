"""Records as RDF in the words of DCAT-AP.de 3.0: RDF/XML, Turtle and JSON-LD.

Only what the rules allow is written: values outside of a list that must be used are left out (``_CHECKED``), every node that the
European shapes want to have a class gets it. An address that two datasets give to different distributions is written once; the second
one gets an address of its own, otherwise both would flow into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from stadtkern.data.catalog.engine import formats
from stadtkern.data.catalog.engine.mending_access import below
from stadtkern.data.catalog.engine.names import (
    ADMS,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    ELI,
    FOAF,
    GEODCAT,
    GEOSPARQL,
    HYDRA,
    PREFIXES,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    VCARD,
    XSD,
)
from stadtkern.data.catalog.engine.records import (
    Agent,
    Catalogue,
    ContactPoint,
    DataService,
    Distribution,
    Entry,
    Listed,
    Period,
    Place,
    Series,
    Texts,
)
from stadtkern.data.catalog.engine.vocabularies import known

PART: Final = 500
MEDIA_TYPES: Final = {"rdf": "application/rdf+xml", "ttl": "text/turtle", "jsonld": "application/ld+json"}
_SERIALIZATIONS: Final = {"rdf": "xml", "ttl": "turtle", "jsonld": "json-ld"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which part of a catalogue this is (Hydra); ``collection`` is the address without a page."""

    collection: str
    this: str
    total: int
    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""


def catalogue_graph(catalogue: Catalogue, listed: Iterable[Listed], paging: Paging | None = None) -> Graph:
    """A catalogue with its entries as a graph."""
    writer = _Writer()
    writer.catalogue(catalogue)
    for one in listed:
        writer.listed(URIRef(catalogue.id), one)
    if paging:
        writer.paging(paging)
    return writer.graph


def turtle_parts(catalogue: Catalogue, listed: Iterable[Listed]) -> Iterator[bytes]:
    """A catalogue of any size as Turtle, ``PART`` entries at a time; together the parts are one document."""
    writer = _Writer()
    writer.catalogue(catalogue)
    for count, one in enumerate(listed, 1):
        writer.listed(URIRef(catalogue.id), one)
        if count % PART == 0:
            yield serialize(writer.graph, "ttl")
            writer.begin()
    yield serialize(writer.graph, "ttl")


def entry_graph(entry: Entry) -> Graph:
    """One dataset alone."""
    writer = _Writer()
    writer.entry(entry)
    return writer.graph


def serialize(graph: Graph, kind: str) -> bytes:
    """``rdf``, ``ttl`` or ``jsonld`` as bytes (UTF-8); raises KeyError for another kind."""
    name = _SERIALIZATIONS[kind]
    if name == "json-ld":
        context = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
        return graph.serialize(
            format=name, context=context, sort_keys=True, ensure_ascii=False, encoding="utf-8"
        )
    return graph.serialize(format=name, encoding="utf-8")


class _Writer:
    def __init__(self) -> None:
        self.written: dict[str, object] = {}
        self.begin()

    def begin(self) -> None:
        """An empty graph for the next part; what was written before stays known."""
        self.graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace)

    def add(self, subject: Node, predicate: URIRef, *objects: Node | None) -> None:
        for value in objects:
            if value is not None:
                self.graph.add((subject, predicate, value))

    def texts(self, subject: Node, predicate: URIRef, values: Texts) -> None:
        for language, words in values:
            self.add(subject, predicate, Literal(words, lang=language or None))

    def plain(self, subject: Node, predicate: URIRef, words: str) -> None:
        self.add(subject, predicate, Literal(words) if words else None)

    def iris(
        self, subject: Node, predicate: URIRef, addresses: Iterable[str], kind: URIRef | None = None
    ) -> None:
        for address in addresses:
            if address:
                self.add(subject, predicate, URIRef(address))
                self.add(URIRef(address), RDF.type, kind)

    def coded(self, subject: Node, predicate: URIRef, name: str, values: Iterable[str]) -> None:
        """Values of a list that must be used: others are left out."""
        concepts = known(name).concepts
        self.iris(subject, predicate, (value for value in values if value in concepts))

    def catalogue(self, catalogue: Catalogue) -> None:
        """The frame."""
        node = URIRef(catalogue.id)
        self.add(node, RDF.type, DCAT.Catalog)
        self.texts(node, DCTERMS.title, catalogue.title)
        self.texts(node, DCTERMS.description, catalogue.description)
        self.add(node, DCTERMS.publisher, self.agent(catalogue.publisher, below(catalogue.id, "publisher")))
        self.iris(node, FOAF.homepage, [catalogue.homepage], FOAF.Document)
        self.coded(node, DCTERMS.language, "language", catalogue.languages)
        self.iris(node, DCTERMS.license, [catalogue.licence], DCTERMS.LicenseDocument)
        self.dates(node, catalogue.issued, catalogue.modified)
        self.places(node, catalogue.spatial)
        self.add(node, DCAT.themeTaxonomy, URIRef(known("theme").scheme))
        self.add(URIRef(known("theme").scheme), RDF.type, SKOS.ConceptScheme)
        self.texts(
            URIRef(known("theme").scheme), DCTERMS.title, (("de", "Datenthemen"), ("en", "Data theme"))
        )

    def listed(self, catalogue: URIRef, one: Listed) -> None:
        """An entry with its record in this catalogue."""
        entry = self.entry(one.entry)
        record = URIRef(one.record_id)
        self.add(catalogue, DCAT.dataset, entry)
        self.add(catalogue, DCAT.record, record)
        self.add(catalogue, DCAT.service, *(URIRef(service.id) for service in one.entry.services))
        self.add(record, RDF.type, DCAT.CatalogRecord)
        self.add(record, FOAF.primaryTopic, entry)
        self.dates(record, one.issued, one.modified or one.entry.modified or one.issued)

    def entry(self, entry: Entry) -> URIRef:
        """A dataset with all that belongs to it."""
        node = URIRef(entry.id)
        self.add(node, RDF.type, DCAT.Dataset, DCAT.Resource)
        self.plain(node, DCTERMS.identifier, entry.identifier)
        self.texts(node, DCTERMS.title, entry.title)
        self.texts(node, DCTERMS.description, entry.description)
        self.texts(node, DCAT.keyword, entry.keywords)
        self.dates(node, entry.issued, entry.modified)
        self._people(node, entry)
        self._classes(node, entry)
        self.places(node, entry.spatial)
        for period in entry.temporal:
            self.add(node, DCTERMS.temporal, self.period(period))
        self.iris(node, DCAT.landingPage, [entry.landing_page], FOAF.Document)
        self.iris(node, FOAF.page, entry.pages, FOAF.Document)
        self.iris(node, DCTERMS.conformsTo, entry.conforms_to, DCTERMS.Standard)
        self.iris(node, DCTERMS.references, entry.references)
        self.plain(node, DCAT.version, entry.version)
        self.plain(node, ADMS.versionNotes, entry.version_notes)
        if entry.provenance:
            self.add(node, DCTERMS.provenance, self._statement(DCTERMS.ProvenanceStatement, entry.provenance))
        if entry.series:
            self.add(node, DCAT.inSeries, self.series(entry.series, entry.publisher))
        for distribution in entry.distributions:
            self.add(node, DCAT.distribution, self.distribution(distribution, entry))
        for service in entry.services:
            self.service(service, node)
        return node

    def _people(self, node: URIRef, entry: Entry) -> None:
        self.add(node, DCTERMS.publisher, self.agent(entry.publisher, below(entry.id, "publisher")))
        roles = (
            (DCTERMS.creator, "creator", entry.creators),
            (DCTERMS.contributor, "contributor", entry.contributors),
            (GEODCAT.originator, "originator", entry.originators),
            (GEODCAT.custodian, "custodian", entry.custodians),
        )
        for predicate, role, agents in roles:
            for at, agent in enumerate(agents, 1):
                self.add(node, predicate, self.agent(agent, below(entry.id, f"{role}-{at}")))
        if entry.contact:
            self.add(node, DCAT.contactPoint, self.contact(entry.contact, below(entry.id, "contact")))

    def _classes(self, node: URIRef, entry: Entry) -> None:
        self.coded(node, DCAT.theme, "theme", entry.themes)
        self.coded(node, DCTERMS.language, "language", entry.languages)
        self.coded(node, DCTERMS.accrualPeriodicity, "frequency", [entry.frequency])
        self.coded(node, DCTERMS.accessRights, "access_right", [entry.access_rights])
        self.coded(node, DCATAP.availability, "availability", [entry.availability])
        self.iris(node, DCTERMS.type, [entry.dataset_type])
        self.iris(node, DCATDE.contributorID, entry.contributor_ids)
        self.iris(node, DCATDE.politicalGeocodingLevelURI, entry.political_level)
        self._high_value(node, entry.hvd_categories, entry.legislation)

    def _high_value(self, node: Node, categories: Iterable[str], legislation: Iterable[str]) -> None:
        self.iris(node, DCATAP.hvdCategory, categories)
        self.iris(node, DCATAP.applicableLegislation, legislation, ELI.LegalResource)

    def distribution(self, one: Distribution, entry: Entry) -> URIRef:
        """One way to the data."""
        taken = self.written.setdefault(one.id, one)
        if taken != one or one.id == entry.id:
            one = replace(one, id=below(entry.id, f"distribution-{entry.distributions.index(one) + 1}"))
        node = URIRef(one.id)
        self.add(node, RDF.type, DCAT.Distribution)
        self.texts(node, DCTERMS.title, one.title)
        self.texts(node, DCTERMS.description, one.description)
        self.iris(node, DCAT.accessURL, [one.access_url])
        self.iris(node, DCAT.downloadURL, [one.download_url])
        self.iris(node, DCTERMS.license, [one.licence], DCTERMS.LicenseDocument)
        self.plain(node, DCATDE.licenseAttributionByText, one.attribution)
        self.coded(node, DCTERMS["format"], "file_type", [one.format])
        for predicate, media in ((DCAT.mediaType, one.media_type), (DCAT.compressFormat, one.compress_format), (DCAT.packageFormat, one.package_format)):  # fmt: skip
            self.iris(node, predicate, [formats.IANA + media if media else ""])
        if one.byte_size is not None:
            self.add(node, DCAT.byteSize, Literal(str(one.byte_size), datatype=XSD.nonNegativeInteger))
        if one.checksum:
            self.add(node, SPDX.checksum, self._checksum(one))
        self.dates(node, one.issued, one.modified)
        self.coded(node, DCTERMS.language, "language", one.languages)
        self.coded(node, DCATAP.availability, "availability", [one.availability])
        self.coded(node, ADMS.status, "status", [one.status])
        self.iris(node, DCTERMS.conformsTo, one.conforms_to, DCTERMS.Standard)
        self.iris(node, DCATAP.applicableLegislation, one.legislation, ELI.LegalResource)
        self.iris(node, DCAT.accessService, [one.service])
        if one.rights:
            self.add(node, DCTERMS.rights, self._statement(DCTERMS.RightsStatement, one.rights))
        return node

    def _checksum(self, one: Distribution) -> Node:
        assert one.checksum is not None
        node = BNode()
        self.add(node, RDF.type, SPDX.Checksum)
        self.iris(
            node,
            SPDX.algorithm,
            [f"{SPDX}checksumAlgorithm_{one.checksum.algorithm}"],
            SPDX.ChecksumAlgorithm,
        )
        self.add(node, SPDX.checksumValue, Literal(one.checksum.value, datatype=XSD.hexBinary))
        return node

    def service(self, service: DataService, serves: URIRef) -> None:
        """An interface and what it serves."""
        node = URIRef(service.id)
        self.add(node, DCAT.servesDataset, serves)
        if self.written.setdefault(f"service {service.id}", service) is not service:
            return
        self.add(node, RDF.type, DCAT.DataService, DCAT.Resource)
        self.texts(node, DCTERMS.title, service.title)
        self.texts(node, DCTERMS.description, service.description)
        self.iris(node, DCAT.endpointURL, [service.endpoint_url])
        self.iris(node, DCAT.endpointDescription, [service.endpoint_description])
        if service.publisher:
            self.add(node, DCTERMS.publisher, self.agent(service.publisher, below(service.id, "publisher")))
        if service.contact:
            self.add(node, DCAT.contactPoint, self.contact(service.contact, below(service.id, "contact")))
        self.iris(node, DCTERMS.license, [service.licence], DCTERMS.LicenseDocument)
        self.coded(node, DCTERMS.accessRights, "access_right", [service.access_rights])
        self.coded(node, DCATAP.availability, "availability", [service.availability])
        self.iris(node, DCTERMS.conformsTo, service.conforms_to, DCTERMS.Standard)
        self.iris(node, FOAF.page, service.pages, FOAF.Document)
        self._high_value(node, service.hvd_categories, service.legislation)

    def series(self, series: Series, publisher: Agent) -> URIRef:
        """A series; its publisher is that of its datasets."""
        node = URIRef(series.id)
        if self.written.setdefault(f"series {series.id}", series) is series:
            self.add(node, RDF.type, DCAT.DatasetSeries, DCAT.Resource)
            self.texts(node, DCTERMS.title, series.title)
            self.texts(node, DCTERMS.description, series.description)
            self.add(node, DCTERMS.publisher, self.agent(publisher, below(series.id, "publisher")))
        return node

    def agent(self, agent: Agent, address: str) -> URIRef:
        """Who it is, under its own address or one below its dataset."""
        taken = self.written.setdefault(f"agent {agent.id}", agent) if agent.id else None
        node = URIRef(agent.id if taken == agent else address)
        self.add(node, RDF.type, FOAF.Agent)
        self.plain(node, FOAF.name, agent.name)
        self.iris(node, FOAF.mbox, [f"mailto:{agent.mail}" if agent.mail else ""])
        self.iris(node, FOAF.homepage, [agent.homepage], FOAF.Document)
        self.coded(node, DCTERMS.type, "publisher_type", [agent.kind])
        return node

    def contact(self, contact: ContactPoint, address: str) -> URIRef:
        """Whom to ask."""
        node = URIRef(address)
        self.add(node, RDF.type, VCARD.Kind)
        self.plain(node, VCARD.fn, contact.name)
        self.iris(
            node,
            VCARD.hasEmail,
            [f"mailto:{quote(contact.mail, safe='@!$&*+/=?^_~.-')}" if contact.mail else ""],
        )
        self.iris(node, VCARD.hasTelephone, [f"tel:{contact.telephone}" if contact.telephone else ""])
        self.iris(node, VCARD.hasURL, [contact.url])
        return node

    def period(self, period: Period) -> Node:
        """From day to day."""
        node = BNode()
        self.add(node, RDF.type, DCTERMS.PeriodOfTime)
        self.add(node, DCAT.startDate, _moment(period.start))
        self.add(node, DCAT.endDate, _moment(period.end))
        return node

    def places(self, subject: URIRef, places: Iterable[Place]) -> None:
        """Areas."""
        for place in places:
            node: Node = URIRef(place.id) if place.id else BNode()
            self.add(subject, DCTERMS.spatial, node)
            self.add(node, RDF.type, DCTERMS.Location)
            self.plain(node, SKOS.prefLabel, place.name)
            if place.box and self.written.setdefault(f"box {place.id or id(place)}", place.box) == place.box:
                self.add(node, DCAT.bbox, Literal(_polygon(place.box), datatype=GEOSPARQL.wktLiteral))

    def dates(self, subject: Node, issued: str, modified: str) -> None:
        """Since when, changed when."""
        self.add(subject, DCTERMS.issued, _moment(issued))
        self.add(subject, DCTERMS.modified, _moment(modified))

    def _statement(self, kind: URIRef, words: str) -> Node:
        node = BNode()
        self.add(node, RDF.type, kind)
        self.plain(node, RDFS.label, words)
        return node

    def paging(self, paging: Paging) -> None:
        """The page in its collection (Hydra core vocabulary, PartialCollectionView)."""
        view, collection = URIRef(paging.this), URIRef(paging.collection)
        self.add(collection, RDF.type, HYDRA.Collection)
        self.add(collection, HYDRA.totalItems, Literal(paging.total))
        self.add(collection, HYDRA.view, view)
        self.add(view, RDF.type, HYDRA.PartialCollectionView)
        for predicate, address in ((HYDRA.first, paging.first), (HYDRA.previous, paging.previous), (HYDRA.next, paging.next), (HYDRA.last, paging.last)):  # fmt: skip
            self.iris(view, predicate, [address])


def _moment(written: str) -> Literal | None:
    """A date with the type that its spelling has."""
    if not written:
        return None
    kind = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}.get(len(written), XSD.dateTime)
    return Literal(written, datatype=kind, normalize=False)


def _polygon(box: tuple[float, float, float, float]) -> str:
    west, south, east, north = box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({','.join(f'{x:.10g} {y:.10g}' for x, y in corners)}))"
