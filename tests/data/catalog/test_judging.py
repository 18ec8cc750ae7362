"""The official shapes judge: official cases, our own export, and the real catalogues of Bremen and destatis after repair."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from stadtkern.data.catalog.engine import writing
from stadtkern.data.catalog.engine.fetching import from_file
from stadtkern.data.catalog.engine.graphs import read_graph
from stadtkern.data.catalog.engine.harvesting import Reading, read_source
from stadtkern.data.catalog.engine.judging import judge
from stadtkern.data.catalog.engine.names import DCAT, DCATAP, RDF
from stadtkern.data.catalog.engine.records import Listed
from stadtkern.runtime.cli import main
from tests.data.catalog.samples import OLD_RDF, catalogue, full_entry, listed
from tests.shared import shared_data


def export(reading: Reading, most: int = 10_000) -> Graph:
    entries = [one.entry for one in list(reading.mended.values())[:most]]
    ours = [
        Listed(entry=entry, record_id=f"https://x.example/record/{n}", modified="2026-01-01")
        for n, entry in enumerate(entries)
    ]
    return writing.catalogue_graph(catalogue(), ours)


def test_a_full_export_breaks_no_rule() -> None:
    """Every field filled, a High-Value Dataset with its service, judged by both sets of shapes."""
    judgement = judge(
        writing.catalogue_graph(catalogue(), listed(full_entry(1), full_entry(2, high_value=False)))
    )
    assert judgement.findings == ()


def test_a_high_value_dataset_without_its_legal_basis_is_found() -> None:
    entry = full_entry(1)
    graph = writing.catalogue_graph(catalogue(), listed(replace(entry, legislation=())))
    found = {
        (finding.path, finding.focus) for finding in judge(graph).findings if finding.severity == "violation"
    }
    assert (str(DCATAP.applicableLegislation), entry.id) in found


def test_a_missing_licence_is_a_violation_with_its_place() -> None:
    graph = writing.catalogue_graph(catalogue(), listed(full_entry(1, high_value=False)))
    (distribution,) = [d for d in graph.subjects(RDF.type, DCAT.Distribution) if str(d).endswith("/csv")]
    graph.remove((distribution, URIRef("http://purl.org/dc/terms/license"), None))
    (finding,) = [one for one in judge(graph).findings if one.severity == "violation"]
    assert (finding.focus, finding.path) == (str(distribution), "http://purl.org/dc/terms/license")
    assert "MUSS" in finding.message


def test_an_old_catalogue_breaks_rules_until_it_is_mended(tmp_path: Path) -> None:
    assert judge(read_graph(OLD_RDF, "alt")).violations >= 8
    path = tmp_path / "alt.rdf"
    path.write_bytes(OLD_RDF)
    assert judge(export(read_source(str(path), from_file))).findings == ()


@pytest.mark.parametrize(
    ("name", "violations", "warnings"), [("quicktest-valid.ttl", 0, 1), ("deprecated-warnings.ttl", 0, 11)]
)
def test_the_official_cases(name: str, violations: int, warnings: int) -> None:
    """The one warning of the valid case is the algorithm of a checksum outside of a list that SPDX keeps elsewhere."""
    path = shared_data(f"geo/dcat/{name}")
    for shapes in (None, path.parent):
        judgement = judge(read_graph(path.read_bytes(), name), shapes)
        assert (judgement.violations, judgement.warnings) == (violations, warnings)


@pytest.mark.parametrize("name", ["katalog-bremen-2021.rdf.gz", "katalog-destatis.rdf.gz"])
def test_a_part_of_a_real_catalogue(name: str) -> None:
    reading = read_source(str(shared_data(f"geo/dcat/{name}")), from_file)
    assert reading.complete
    assert judge(export(reading, 12)).findings == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "datasets", "before"),
    [("katalog-bremen-2021.rdf.gz", 153, 1101), ("katalog-destatis.rdf.gz", 135, 547)],
)
def test_a_whole_real_catalogue(name: str, datasets: int, before: int) -> None:
    path = shared_data(f"geo/dcat/{name}")
    assert judge(read_graph(gzip.decompress(path.read_bytes()), name), path.parent).violations == before
    reading = read_source(str(path), from_file)
    assert (len(reading.mended) + len(reading.doubled), reading.refused) == (datasets, [])
    graph = read_graph(writing.serialize(export(reading), "ttl"), name)
    assert Counter(finding.severity for finding in judge(graph, path.parent).findings) == {}


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "gut.ttl", tmp_path / "alt.rdf"
    good.write_bytes(writing.serialize(writing.catalogue_graph(catalogue(), listed(full_entry(1))), "ttl"))
    bad.write_bytes(OLD_RDF)
    assert main(["catalog", "validate", str(good)]) == 0
    assert json.loads(capsys.readouterr().out) == {"violations": 0, "warnings": 0, "results": []}
    assert main(["catalog", "validate", str(bad)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["violations"] == sum(one["severity"] == "violation" for one in told["results"]) > 0
    assert set(told["results"][0]) == {"severity", "focus", "path", "value", "message", "shape"}
    (tmp_path / "seite.ttl").write_text("<html><body>Wartung</body></html>")
    assert main(["catalog", "validate", str(tmp_path / "seite.ttl")]) == 2
    assert "HTML" in capsys.readouterr().err
    assert main(["catalog", "validate", str(tmp_path / "fehlt.ttl")]) == 2
