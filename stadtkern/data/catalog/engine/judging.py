"""A catalogue judged by the official shapes of DCAT-AP.de 3.0 and, for High-Value Datasets, by those of the EU.

As the official validator does it: all shape files together, code lists merged into the data (only the concepts that the data name),
results of severity ``sh:Violation`` counted. Every node is an ``rdfs:Resource`` (RDF Schema 1.1, 2.1), so demands of that class are met.
The shapes for High-Value Datasets judge only datasets that name such a category, with their distributions and services.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from stadtkern.data.catalog.engine.graphs import read_graph
from stadtkern.data.catalog.engine.names import DCAT, DCATAP, DCTERMS, RDF, RDFS, SKOS
from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.data.catalog.engine.vocabularies import all_names, known

SH: Final = "http://www.w3.org/ns/shacl#"
SHAPES: Final = (
    "dcat-ap-SHACL-3.0.0.ttl",
    "dcat-ap-SHACL-DE.ttl",
    "dcat-ap-spec-german-additions.ttl",
    "dcat-ap-de-controlledvocabularies.ttl",
    "dcat-ap-de-deprecated.ttl",
)
HVD_SHAPES: Final = "hvd-SHACL-3.0.0.ttl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result: how grave, at which node, which property, which value, why."""

    severity: str
    focus: str
    path: str
    value: str
    message: str
    shape: str

    def as_json(self) -> dict[str, str]:
        """For ``--json``."""
        return {
            name: getattr(self, name) for name in ("severity", "focus", "path", "value", "message", "shape")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All findings, violations first."""

    findings: tuple[Finding, ...]

    @property
    def violations(self) -> int:
        """How many break a rule."""
        return sum(finding.severity == "violation" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many break a recommendation."""
        return sum(finding.severity == "warning" for finding in self.findings)


def judge(graph: Graph, shapes: Path | None = None) -> Judgement:
    """Judge a graph; ``shapes``: a folder with other editions of the files in ``SHAPES``. Raises ``SourceRefused``."""
    together = Graph(bind_namespaces="none")
    for triple in graph:
        together.add(triple)
    for triple in _concepts(graph, shapes):
        together.add(triple)
    found = _run(together, _shapes(SHAPES, shapes))
    part = _high_value_part(together)
    if part is not None:
        found += _run(part, _shapes((HVD_SHAPES,), shapes))
    order = {"violation": 0, "warning": 1}
    return Judgement(
        findings=tuple(
            sorted(found, key=lambda f: (order.get(f.severity, 2), f.focus, f.path, f.message, f.value))
        )
    )


def _run(data: Graph, shapes: Graph) -> list[Finding]:
    from pyshacl import validate

    _, report, _ = validate(
        data,
        shacl_graph=shapes,
        inference="none",
        advanced=False,
        js=False,
        meta_shacl=False,
        do_owl_imports=False,
    )
    return [
        _finding(report, result)
        for result in report.subjects(RDF.type, URIRef(SH + "ValidationResult"))
        if not _everything_is_a_resource(report, shapes, result)
    ]


def _everything_is_a_resource(report: Graph, shapes: Graph, result: Node) -> bool:
    component = report.value(result, URIRef(SH + "sourceConstraintComponent"))
    shape = report.value(result, URIRef(SH + "sourceShape"))
    return (
        component == URIRef(SH + "ClassConstraintComponent")
        and shape is not None
        and set(shapes.objects(shape, URIRef(SH + "class"))) == {RDFS.Resource}
    )


def _finding(report: Graph, result: Node) -> Finding:
    def value(name: str) -> str:
        return str(report.value(result, URIRef(SH + name)) or "")

    messages = sorted(
        report.objects(result, URIRef(SH + "resultMessage")), key=lambda m: getattr(m, "language", "") != "de"
    )
    path = report.value(result, URIRef(SH + "resultPath"))
    return Finding(
        severity=value("resultSeverity").removeprefix(SH).lower(),
        focus=value("focusNode"),
        path=str(path) if isinstance(path, URIRef) else "",
        value=value("value")[:500],
        message=str(messages[0]) if messages else "",
        shape=value("sourceShape")
        if isinstance(report.value(result, URIRef(SH + "sourceShape")), URIRef)
        else "",
    )


def _shapes(names: Iterable[str], folder: Path | None) -> Graph:
    if folder is None:
        return _shipped(tuple(names))
    graph = Graph(bind_namespaces="none")
    for name in names:
        path = folder / name
        if path.is_file():
            graph.parse(path, format="turtle")
        elif name == SHAPES[0]:
            raise SourceRefused("no-shapes", f"dort fehlt {name}", str(folder))
    return graph


@cache
def _shipped(names: tuple[str, ...]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for name in names:
        graph.parse(
            data=files("stadtkern.data.catalog").joinpath(f"shapes/{name}").read_text("utf-8"),
            format="turtle",
        )
    return graph


def _concepts(graph: Graph, folder: Path | None) -> list[tuple[Node, URIRef, Node]]:
    """Concepts of the code lists that the data name, as the lists describe them."""
    named = {node for node in graph.objects() if isinstance(node, URIRef)}
    if folder is not None:
        found = [triple for triple in _foreign_lists(folder) if triple[0] in named]
        if found:
            return found
    triples: list[tuple[Node, URIRef, Node]] = []
    for name in all_names():
        vocabulary = known(name)
        for concept in vocabulary.concepts.values():
            node = URIRef(concept.id)
            if node in named:
                triples += [
                    (node, RDF.type, SKOS.Concept),
                    (node, SKOS.inScheme, URIRef(vocabulary.scheme)),
                    (node, SKOS.prefLabel, Literal(concept.de, lang="de")),
                ]
    return triples


def _foreign_lists(folder: Path) -> list[tuple[Any, Any, Any]]:
    lists = Graph(bind_namespaces="none")
    for pattern in ("vocab*.ttl", "licenses*.rdf", "contributors*.rdf"):
        for path in sorted(folder.glob(pattern)):
            for triple in read_graph(path.read_bytes(), path.name):
                lists.add(triple)
    return list(lists)


def _high_value_part(graph: Graph) -> Graph | None:
    """What belongs to High-Value Datasets; None if there are none."""
    datasets = set(graph.subjects(DCATAP.hvdCategory, None)) & set(graph.subjects(RDF.type, DCAT.Dataset))
    if not datasets:
        return None
    part = Graph(bind_namespaces="none")
    for dataset in datasets:
        part += graph.cbd(dataset)
        for distribution in graph.objects(dataset, DCAT.distribution):
            part += graph.cbd(distribution)
        for service in graph.subjects(DCAT.servesDataset, dataset):
            if graph.value(service, DCATAP.hvdCategory) is not None:
                part += graph.cbd(service)
    for triple in [
        *part.triples((None, DCAT.servesDataset, None)),
        *part.triples((None, DCAT.inSeries, None)),
    ]:
        if triple[2] not in datasets and graph.value(triple[2], DCATAP.hvdCategory) is None:
            part.remove(triple)  # what is no High-Value Dataset is not judged as one
    for node in set(part.objects()) - set(part.subjects()):
        for kind in graph.objects(node, RDF.type):
            if kind not in (
                DCAT.Dataset,
                DCAT.DataService,
                DCAT.Catalog,
                DCAT.CatalogRecord,
                DCTERMS.PeriodOfTime,
            ):
                part.add((node, RDF.type, kind))
        for triple in graph.triples((node, SKOS.prefLabel, None)):
            part.add(triple)
    return part
