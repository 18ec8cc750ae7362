"""Datasets as an RDF catalogue tells them, in any release of DCAT-AP and DCAT-AP.de.

Properties of the German additions are recognised in the namespaces of all releases (``…/dcatde/1.0/`` …). What is not RDF at all is
refused by ``graphs``; everything else is taken as it is and judged by ``mending``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from stadtkern.data.catalog.engine.found import (
    FoundAgent,
    FoundContact,
    FoundDistribution,
    FoundEntry,
    FoundPage,
    FoundPeriod,
    FoundPlace,
    FoundService,
)
from stadtkern.data.catalog.engine.names import (
    ADMS,
    DCAT,
    DCATAP,
    DCATAP_HASH,
    DCATDE,
    DCTERMS,
    FOAF,
    GEODCAT,
    HYDRA,
    LOCN,
    OWL,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    SPDX,
    TIME,
    VCARD,
)
from stadtkern.data.catalog.engine.records import Texts

_OLD_DCATDE: Final = re.compile(r"https?://(www\.)?dcat-ap\.de/def/dcatde/\d[\w.]*/(\w+)")
_KINDS: Final = {VCARD.Kind, VCARD.Organization, VCARD.Individual, VCARD.Group, VCARD.Location}
_AGENTS: Final = {FOAF.Agent, FOAF.Organization, FOAF.Person, FOAF.Group}


def page_from_graph(graph: Graph) -> FoundPage:
    """Every dataset of the graph, in the order of their addresses, and what it says about the catalogue and its next page."""
    reader = _Reader(graph)
    catalogue = next(iter(sorted(graph.subjects(RDF.type, DCAT.Catalog), key=str)), None)
    subjects = sorted(set(graph.subjects(RDF.type, DCAT.Dataset)), key=str)
    page = FoundPage(
        kind="rdf", entries=[reader.entry(subject) for subject in subjects], next=reader.next_page()
    )
    if catalogue is not None:
        page.titles = reader.texts(catalogue, DCTERMS.title)
        page.publisher = reader.agent(graph.value(catalogue, DCTERMS.publisher))
        page.homepage = reader.first(catalogue, FOAF.homepage)
    total = next(graph.objects(None, HYDRA.totalItems), None)
    page.total = int(str(total)) if total is not None and str(total).isdigit() else None
    return page


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.renamed: dict[URIRef, list[URIRef]] = {}
        for predicate in set(graph.predicates()):
            old = _OLD_DCATDE.fullmatch(str(predicate))
            new = DCATDE[old.group(2)] if old else None
            if new is None and str(predicate).startswith(str(DCATAP_HASH)):
                new = DCATAP[str(predicate).removeprefix(str(DCATAP_HASH))]
            if new is not None:
                self.renamed.setdefault(new, []).append(URIRef(str(predicate)))
        self.services: dict[Node, list[Node]] = {}
        for service, served in graph.subject_objects(DCAT.servesDataset):
            self.services.setdefault(served, []).append(service)

    def objects(self, subject: Node, *predicates: URIRef) -> Iterator[Node]:
        """Values in a stable order, whichever release wrote the property."""
        for predicate in predicates:
            for name in (predicate, *self.renamed.get(predicate, ())):
                yield from sorted(
                    self.graph.objects(subject, name),
                    key=lambda node: (str(node), str(getattr(node, "language", ""))),
                )

    def strings(self, subject: Node, *predicates: URIRef) -> list[str]:
        """Values as text: addresses and literals alike; of a node without address its label."""
        return [word for node in self.objects(subject, *predicates) if (word := self._word(node))]

    def first(self, subject: Node, *predicates: URIRef) -> str:
        return next(iter(self.strings(subject, *predicates)), "")

    def texts(self, subject: Node, *predicates: URIRef) -> Texts:
        return tuple(
            (node.language or "", str(node))
            for node in self.objects(subject, *predicates)
            if isinstance(node, Literal)
        )

    def _word(self, node: Node) -> str:
        if not isinstance(node, BNode):
            return str(node)
        for predicate in (RDFS.label, SKOS.prefLabel, DCTERMS.title, RDF.value, FOAF.name, SKOS.notation):
            value = self.graph.value(node, predicate)
            if value is not None:
                return str(value)
        return ""

    def entry(self, subject: Node) -> FoundEntry:
        """One dataset."""
        found = FoundEntry(id=_iri(subject))
        found.identifiers = [
            *self.strings(subject, DCTERMS.identifier),
            *self.strings(subject, ADMS.identifier),
        ]
        found.titles, found.descriptions = (
            self.texts(subject, DCTERMS.title),
            self.texts(subject, DCTERMS.description),
        )
        found.publisher = self.agent(next(self.objects(subject, DCTERMS.publisher), None))
        found.contact = self.contact(next(self.objects(subject, DCAT.contactPoint, ADMS.contactPoint), None))
        self._people(subject, found)
        found.distributions = [self.distribution(node) for node in self.objects(subject, DCAT.distribution)]
        found.services = [self.service(node) for node in sorted(self.services.get(subject, ()), key=str)]
        self._classes(subject, found)
        self._coverage(subject, found)
        self._series(subject, found)
        found.provenance = self.first(subject, DCTERMS.provenance)
        found.version = self.first(subject, DCAT.version, OWL.versionInfo)
        found.version_notes = self.first(subject, ADMS.versionNotes)
        found.references = self.strings(subject, DCTERMS.references)
        found.deprecated = [
            self._short(name) for name in _DEPRECATED if next(self.objects(subject, name), None) is not None
        ]
        found.literal_iris = self._literals(subject, _IRI_VALUED)
        return found

    def _people(self, subject: Node, found: FoundEntry) -> None:
        found.creators = self._agents(subject, DCTERMS.creator)
        found.contributors = self._agents(subject, DCTERMS.contributor)
        found.originators = self._agents(subject, GEODCAT.originator, DCATDE.originator)
        found.custodians = self._agents(subject, GEODCAT.custodian, DCATDE.maintainer)

    def _classes(self, subject: Node, found: FoundEntry) -> None:
        found.themes = self.strings(subject, DCAT.theme)
        found.keywords = self.texts(subject, DCAT.keyword)
        found.languages = self.strings(subject, DCTERMS.language)
        found.issued, found.modified = (
            self.strings(subject, DCTERMS.issued),
            self.strings(subject, DCTERMS.modified),
        )
        found.frequencies = self.strings(subject, DCTERMS.accrualPeriodicity)
        found.landing_pages, found.pages = (
            self.strings(subject, DCAT.landingPage),
            self.strings(subject, FOAF.page),
        )
        found.contributor_ids = self.strings(subject, DCATDE.contributorID)
        found.access_rights = self.strings(subject, DCTERMS.accessRights)
        found.availability = self.strings(subject, DCATAP.availability, DCATDE.plannedAvailability)
        found.dataset_types = self.strings(subject, DCTERMS.type)
        found.conforms_to = self.strings(subject, DCTERMS.conformsTo)
        found.hvd_categories = self.strings(subject, DCATAP.hvdCategory)
        found.legislation = self.strings(subject, DCATAP.applicableLegislation)

    def _coverage(self, subject: Node, found: FoundEntry) -> None:
        found.political_levels = self.strings(subject, DCATDE.politicalGeocodingLevelURI)
        found.spatial = [self._place(node) for node in self.objects(subject, DCTERMS.spatial)]
        found.spatial += [FoundPlace(id=iri) for iri in self.strings(subject, DCATDE.politicalGeocodingURI)]
        found.spatial += [
            FoundPlace(name=name)
            for name in self.strings(subject, DCATDE.geocodingDescription, DCATDE.geocodingText)
        ]
        found.temporal = [self._period(node) for node in self.objects(subject, DCTERMS.temporal)]

    def _series(self, subject: Node, found: FoundEntry) -> None:
        series = next(self.objects(subject, DCAT.inSeries), None)
        if series is not None:
            found.series_id = _iri(series)
            found.series_titles = self.texts(series, DCTERMS.title)
            found.series_descriptions = self.texts(series, DCTERMS.description)

    def _place(self, node: Node) -> FoundPlace:
        if isinstance(node, Literal):
            return FoundPlace(name=str(node))
        unit = self.first(node, LOCN.adminUnitL2, LOCN.adminUnitL1)
        return FoundPlace(
            id=_iri(node) or unit,
            name=self.first(node, SKOS.prefLabel, RDFS.label, LOCN.geographicName),
            geometry=self.first(node, DCAT.bbox, LOCN.geometry),
        )

    def _period(self, node: Node) -> FoundPeriod:
        if isinstance(node, Literal):
            start, _, end = str(node).partition("/")
            return FoundPeriod(start=start, end=end)
        start, end = self.first(node, DCAT.startDate), self.first(node, DCAT.endDate)
        for moment, instant in ((TIME.hasBeginning, "start"), (TIME.hasEnd, "end")):
            for stated in self.objects(node, moment):
                value = self.first(stated, TIME.inXSDDateTime, TIME.inXSDDate, TIME.inXSDDateTimeStamp)
                start, end = (start or value, end) if instant == "start" else (start, end or value)
        old = not (start or end)
        if old:
            start, end = self.first(node, SCHEMA.startDate), self.first(node, SCHEMA.endDate)
        return FoundPeriod(start=start, end=end, old_names=old and bool(start or end))

    def _agents(self, subject: Node, *predicates: URIRef) -> list[FoundAgent]:
        found = (self.agent(node) for node in self.objects(subject, *predicates))
        return [agent for agent in found if agent is not None]

    def agent(self, node: Node | None) -> FoundAgent | None:
        """Who is named there; a literal is a name, an address without more only an address."""
        if node is None:
            return None
        if isinstance(node, Literal):
            return FoundAgent(names=((node.language or "", str(node)),), typed=False)
        types = set(self.graph.objects(node, RDF.type))
        return FoundAgent(
            id=_iri(node),
            names=self.texts(node, FOAF.name, VCARD.fn, DCTERMS.title, RDFS.label, SKOS.prefLabel),
            mail=self.first(node, FOAF.mbox),
            homepage=self.first(node, FOAF.homepage),
            kind=self.first(node, DCTERMS.type),
            typed=FOAF.Agent in types if types else False,
        )

    def contact(self, node: Node | None) -> FoundContact | None:
        """Whom to ask; addresses may stand directly or in a node with vcard:hasValue."""
        if node is None:
            return None
        if isinstance(node, Literal):
            return FoundContact(names=((node.language or "", str(node)),), typed=False)
        types = set(self.graph.objects(node, RDF.type))
        known = types & _KINDS or types & _AGENTS
        iri = _iri(node)
        return FoundContact(
            names=self.texts(node, VCARD.fn, VCARD["organization-name"], FOAF.name),
            mail=self._valued(node, VCARD.hasEmail, VCARD.email, FOAF.mbox)
            or (iri if iri.startswith("mailto:") else ""),
            telephone=self._valued(node, VCARD.hasTelephone, VCARD.tel),
            url=self._valued(node, VCARD.hasURL, VCARD.url, FOAF.homepage) or ("" if known else iri),
            typed=VCARD.Kind in types,
        )

    def _valued(self, node: Node, *predicates: URIRef) -> str:
        for value in self.objects(node, *predicates):
            inner = next(self.graph.objects(value, VCARD.hasValue), value)
            if not isinstance(inner, BNode) and str(inner).strip():
                return str(inner)
        return ""

    def distribution(self, node: Node) -> FoundDistribution:
        """One way to get the data; a bare address is one, too."""
        found = FoundDistribution(id=_iri(node))
        if isinstance(node, Literal) or next(self.graph.predicate_objects(node), None) is None:
            found.access_urls = [str(node)]
            return found
        found.titles, found.descriptions = (
            self.texts(node, DCTERMS.title),
            self.texts(node, DCTERMS.description),
        )
        found.access_urls, found.download_urls = (
            self.strings(node, DCAT.accessURL),
            self.strings(node, DCAT.downloadURL),
        )
        found.licences = self.strings(node, DCTERMS.license)
        found.formats, found.media_types = (
            self.strings(node, DCTERMS["format"]),
            self.strings(node, DCAT.mediaType),
        )
        found.compress_formats = self.strings(node, DCAT.compressFormat)
        found.package_formats = self.strings(node, DCAT.packageFormat)
        found.byte_size = self.first(node, DCAT.byteSize)
        checksum = next(self.objects(node, SPDX.checksum), None)
        if checksum is not None and not isinstance(checksum, Literal):
            found.checksum_algorithm = self.first(checksum, SPDX.algorithm)
            found.checksum_value = self.first(checksum, SPDX.checksumValue)
        found.attribution = self.first(node, DCATDE.licenseAttributionByText)
        found.rights = self.first(node, DCTERMS.rights)
        found.issued, found.modified = (
            self.strings(node, DCTERMS.issued),
            self.strings(node, DCTERMS.modified),
        )
        found.languages, found.status = self.strings(node, DCTERMS.language), self.strings(node, ADMS.status)
        found.availability = self.strings(node, DCATAP.availability, DCATDE.plannedAvailability)
        found.conforms_to = self.strings(node, DCTERMS.conformsTo)
        found.legislation = self.strings(node, DCATAP.applicableLegislation)
        found.service = self.first(node, DCAT.accessService)
        found.literal_iris = self._literals(node, _IRI_VALUED_OF_DISTRIBUTIONS)
        return found

    def service(self, node: Node) -> FoundService:
        """An interface that serves datasets."""
        return FoundService(
            id=_iri(node),
            titles=self.texts(node, DCTERMS.title),
            descriptions=self.texts(node, DCTERMS.description),
            endpoint_urls=self.strings(node, DCAT.endpointURL),
            endpoint_descriptions=self.strings(node, DCAT.endpointDescription),
            publisher=self.agent(next(self.objects(node, DCTERMS.publisher), None)),
            contact=self.contact(next(self.objects(node, DCAT.contactPoint), None)),
            licences=self.strings(node, DCTERMS.license),
            access_rights=self.strings(node, DCTERMS.accessRights),
            availability=self.strings(node, DCATAP.availability),
            conforms_to=self.strings(node, DCTERMS.conformsTo),
            pages=self.strings(node, FOAF.page),
            hvd_categories=self.strings(node, DCATAP.hvdCategory),
            legislation=self.strings(node, DCATAP.applicableLegislation),
        )

    def _literals(self, subject: Node, names: tuple[URIRef, ...]) -> list[str]:
        """Properties that must hold an address and hold a text."""
        return [
            self._short(name)
            for name in names
            if any(isinstance(node, Literal) and node.strip() for node in self.objects(subject, name))
        ]

    def next_page(self) -> str:
        """The address of the next page (Hydra, in both of its forms)."""
        for predicate in (HYDRA.next, HYDRA.nextPage):
            for value in sorted(self.graph.objects(None, predicate), key=str):
                return str(value)
        return ""

    def _short(self, name: URIRef) -> str:
        return (
            str(name)
            .replace(str(DCTERMS), "dct:")
            .replace(str(DCATDE), "dcatde:")
            .replace(str(OWL), "owl:")
            .replace(str(DCAT), "dcat:")
        )


_DEPRECATED: Final = (
    DCATDE.politicalGeocodingURI,
    DCATDE.geocodingDescription,
    OWL.versionInfo,
    DCATDE.legalBasis,
    DCATDE.qualityProcessURI,
    DCTERMS.hasVersion,
    DCTERMS.isVersionOf,
    DCATDE.maintainer,
    DCATDE.originator,
)
_IRI_VALUED: Final = (
    DCATDE.contributorID,
    DCTERMS.language,
    DCAT.theme,
    DCTERMS.accessRights,
    DCTERMS.accrualPeriodicity,
    DCAT.landingPage,
    DCATDE.politicalGeocodingLevelURI,
    DCTERMS.conformsTo,
)
_IRI_VALUED_OF_DISTRIBUTIONS: Final = (
    DCAT.accessURL,
    DCAT.downloadURL,
    DCTERMS.language,
    DCTERMS.license,
    DCTERMS["format"],
    DCAT.mediaType,
)


def _iri(node: Node) -> str:
    return "" if isinstance(node, BNode | Literal) else str(node)
