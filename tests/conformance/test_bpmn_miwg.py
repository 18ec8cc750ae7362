"""The reference models of the BPMN Model Interchange Working Group: all are read, kept and written without loss."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import lru_cache
from xml.etree.ElementTree import canonicalize, fromstring

import pytest

from stadtkern.casework.processes.bpmn import check, compare, read_bpmn, write_bpmn
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
DIAGRAM = "{http://www.omg.org/spec/BPMN/20100524/DI}"


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
