"""The reference models of the BPMN Model Interchange Working Group: all are read, kept and written without loss."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from xml.etree.ElementTree import canonicalize, fromstring

import pytest

from stadtkern.casework.processes.bpmn import check, compare, compile, read_bpmn, write_bpmn
from stadtkern.casework.processes.engine import model as m
from tests.casework.processes.bpmn.driver import Run, starts
from tests.shared import shared_data

NAMES = [
    "A.1.0",
    "A.2.0",
    "A.2.1",
    "A.3.0",
    "A.4.0",
    "A.4.1",
    "B.1.0",
    "B.2.0",
    "C.1.0",
    "C.1.1",
    "C.2.0",
    "C.3.0",
    "C.4.0",
    "C.5.0",
    "C.6.0",
    "C.7.0",
    "C.8.0",
    "C.8.1",
    "C.9.0",
    "C.9.1",
    "C.9.2",
]
EXECUTABLE = {
    "A.1.0",
    "A.2.0",
    "A.2.1",
    "A.3.0",
    "A.4.0",
    "A.4.1",
    "C.2.0",
    "C.3.0",
    "C.5.0",
    "C.9.0",
    "C.9.1",
    "C.9.2",
}
# Every play is drawn from its number; most models are entered whole after a few.
LEAST_PLAYS, MOST_PLAYS = 6, 100

BESIDE_AN_EMPTY_SUB_PROCESS = {
    "A.3.0": {
        "Boundary Intermediate Event Non-Interrupting Message",
        "Boundary Intermediate Event Interrupting Escalation",
        "Task 3",
        "Task 4",
        "End Event 2",
    }
}
"""Behind events on the border of a collapsed sub-process that the file leaves empty: nothing waits there."""
NOTHING_RUNS = {"C.1.0", "C.1.1", "C.6.0", "C.7.0", "C.8.0", "C.8.1"}


@lru_cache
def models() -> Mapping[str, bytes]:
    """The files by name."""
    with zipfile.ZipFile(shared_data("services/bpmn/miwg-reference-bpmn.zip")) as archive:
        return {name.removesuffix(".bpmn"): archive.read(name) for name in sorted(archive.namelist())}


def test_the_set_is_complete() -> None:
    assert sorted(models()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_round_trip_loses_nothing(name: str) -> None:
    original = read_bpmn(models()[name])
    written = write_bpmn(original)
    assert compare(original, read_bpmn(written)) == []
    # an independent reader sees the same information set, comments and foreign elements included
    before, after = fromstring(models()[name]), fromstring(written)
    assert _flat(before) == _flat(after)
    source = models()[name].decode(_encoding(models()[name]))
    assert canonicalize(source, with_comments=True) == canonicalize(written.decode(), with_comments=True)


def _flat(root: object) -> list[tuple[str, dict[str, str], str]]:
    return [(e.tag, dict(e.attrib), (e.text or "").strip()) for e in root.iter()]  # type: ignore[attr-defined]


def _encoding(data: bytes) -> str:
    return "iso-8859-1" if b"ISO-8859-1" in data[:100] else "utf-8-sig"


@pytest.mark.parametrize("name", NAMES)
def test_every_element_of_the_diagram_is_indexed(name: str) -> None:
    document = read_bpmn(models()[name])
    drawn = {
        e.get("bpmnElement", "").rpartition(":")[2]
        for e in fromstring(models()[name]).iter()
        if "Plane" not in e.tag
    }
    assert {identifier for identifier in drawn if identifier} <= set(document.by_id)
    assert set(document.shapes()) == {identifier for identifier in drawn if identifier}


@pytest.mark.parametrize("name", NAMES)
def test_every_reason_is_complete(name: str) -> None:
    document = read_bpmn(models()[name])
    report = check(document)
    assert report.executable is (name in EXECUTABLE)
    assert {e.kind for e in report.elements} & {"startEvent"}
    for found in report.findings:
        assert found.element_id in document.by_id and found.message and found.message_en
        if found.severity == "error":
            assert found.suggestion and found.suggestion_en and found.line > 1


def choose_ways(process: m.Process) -> m.Process:
    """Gateways drawn without conditions take the way that the variable `ways` names."""
    flows = dict(process.flows)
    for node in process.nodes.values():
        out = process.out(node.id)
        if (
            isinstance(node, m.ExclusiveGateway)
            and len(out) > 1
            and all(flow.condition is None for flow in out)
        ):
            for flow in out:
                condition = m.Expression(f'get value(ways, "{node.id}") = "{flow.id}"')
                flows[flow.id] = replace(flow, condition=condition)
    nodes = {
        key: replace(node, default=None) if _chosen(process, flows, key) else node
        for key, node in process.nodes.items()
    }
    return replace(process, nodes=nodes, flows=flows)


def _chosen(process: m.Process, flows: Mapping[str, m.Flow], node: str) -> bool:
    out = process.out(node)
    return len(out) > 1 and all(flows[f.id].condition is not None and f.condition is None for f in out)


def some_data(ready: Mapping[str, m.Process], chance: random.Random) -> dict[str, Any]:
    """Values for everything the models' conditions ask for, and a way out of every gateway."""
    risks = chance.choices(["green", "yellow", "red"], k=1)
    return {
        "decided": {"riskLevel": risks, "risk": ["a"]},
        "ways": {n: chance.choice(p.out(n)).id for p in ready.values() for n in p.nodes if p.out(n)},
        "approved": chance.random() < 0.5,
        "fraud": chance.random() < 0.5,
        "riskLevels": risks,
        "risks": ["a", "b"],
        "documents": ["x", "y"],
        "applicant": {"name": "A", "age": 30, "email": "a@example.org"},
        "applicationNumber": "1",
        "product": "p",
        "corporation": "c",
        "Service Level": chance.choice(["Premium", "Basic"]),
    }


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOTHING_RUNS])
def test_executable_processes_run_to_their_end(name: str) -> None:
    """Played with drawn ways, answers, errors and timers: every play ends, and together they enter every node."""
    document = read_bpmn(models()[name])
    ready = {p.id: choose_ways(compile(document, p.id)) for p in check(document).processes if p.executable}
    assert ready
    for identifier, process in ready.items():
        entered: set[str] = set()
        for seed in range(MOST_PLAYS):
            if seed >= LEAST_PLAYS and entered.issuperset(wanted(process, name)):
                break
            chance = random.Random(seed)
            run = Run(ready, partial(some_data, ready, chance), chance)
            run.begin(identifier, "i", at=starts(process))
            run.play()
            assert {incident.code for incident in run.incidents} <= {"step-limit", "connector"}
            assert run.outcomes["i"] in {"completed", "terminated", "error"}, (identifier, seed)
            entered |= set(run.entered)
        missing = {process.nodes[key].name or key for key in process.nodes if key not in entered}
        assert missing == BESIDE_AN_EMPTY_SUB_PROCESS.get(name, set())


def wanted(process: m.Process, name: str) -> set[str]:
    """The nodes that plays can reach."""
    beside = BESIDE_AN_EMPTY_SUB_PROCESS.get(name, set())
    return {key for key, node in process.nodes.items() if (node.name or key) not in beside}
