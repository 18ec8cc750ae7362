"""Reading and writing: nothing is lost, and what cannot be trusted is refused with its place."""

from __future__ import annotations

from xml.etree.ElementTree import canonicalize

import pytest

from stadtkern.casework.processes.bpmn import BpmnError, compare, read_bpmn, write_bpmn
from stadtkern.kernel.xml_document import read_document, write_document
from tests.casework.processes.bpmn.models import END, HEAD, START, flows, read, xml


def refused(data: bytes) -> BpmnError:
    with pytest.raises(BpmnError) as caught:
        read_bpmn(data)
    return caught.value


def test_a_file_comes_back_with_everything_in_it() -> None:
    data = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><!-- davor --><?tool x?>'
        '<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:q="urn:other" xmlns="urn:default" '
        'xmlns:xs="urn:types" targetNamespace="urn:t"><!-- drin --><b:itemDefinition id="i" structureRef="xs:T"/>'
        '<b:process id="P" q:mehr="a&#10;b &lt; &quot;c&quot;"><b:extensionElements><q:x id="P">vor<q:y/>nach &amp; Größe'
        '</q:x><ohne xmlns=""/></b:extensionElements></b:process></b:definitions>'
    ).encode("iso-8859-1")
    written = write_bpmn(read_bpmn(data))
    assert canonicalize(data.decode("iso-8859-1"), with_comments=True) == canonicalize(
        written.decode(), with_comments=True
    )
    assert b'structureRef="xs:T"' in written and b'xmlns:xs="urn:types"' in written
    assert write_bpmn(read_bpmn(written)) == written


def test_new_elements_find_or_declare_their_prefix() -> None:
    from stadtkern.kernel.xml_document import XmlElement

    document = read_document(b'<a xmlns="urn:a"><b/></a>')
    child = document.root.add(XmlElement("urn:new", "c", {"{urn:a}x": "1"}, prefix="n"))
    child.add(XmlElement("urn:a", "d"))
    again = read_document(write_document(document)).root.elements[1]
    assert (again.namespace, again.attributes, again.elements[0].namespace) == (
        "urn:new",
        {"{urn:a}x": "1"},
        "urn:a",
    )


@pytest.mark.parametrize(
    ("data", "reason", "place"),
    [
        (b"", "not-xml", (1, 1)),
        (b"<definitions>\n <process>", "not-xml", (2, 11)),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "doctype-refused", (1, 1)),
        (b'<!DOCTYPE a SYSTEM "http://example.org/x.dtd"><a/>', "doctype-refused", (1, 1)),
        (b"<html/>", "not-bpmn", (1, 1)),
        (b"PK\x03\x04", "not-xml", (1, 1)),
        (("<a>" * 300).encode(), "too-deep", (1, 301)),
    ],
)
def test_hostile_and_broken_files_are_refused(data: bytes, reason: str, place: tuple[int, int]) -> None:
    error = refused(data)
    assert error.reason == reason
    assert error.message and error.message_en and error.message != error.message_en
    if reason in {"not-xml", "not-bpmn", "too-deep"}:
        assert error.line == place[0]


def test_an_id_given_twice_names_both_places() -> None:
    error = refused(xml('<task id="a"/>\n<task id="b"/>\n  <task id="a"/>'))
    assert (error.reason, error.line, error.column) == ("duplicate-id", 3, 3)
    assert "Zeile 1" in error.message


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('<task id="a"/>\n<sequenceFlow id="f" sourceRef="a" targetRef="weg"/>', "dangling-reference"),
        ('<task id="a"/>\n<sequenceFlow id="f" sourceRef="a"/>', "missing-reference"),
        ('<task id="a"><incoming>weg</incoming></task>', "dangling-reference"),
        (
            '<dataObject id="d"/><task id="a"/>\n<sequenceFlow id="f" sourceRef="a" targetRef="d"/>',
            "wrong-reference",
        ),
        ('<exclusiveGateway id="g" default="weg"/>', "dangling-reference"),
    ],
)
def test_references_to_nothing_are_refused(body: str, reason: str) -> None:
    error = refused(xml(body))
    assert error.reason == reason
    assert error.line == 1 + body.count("\n")


def test_a_reference_into_another_file_is_kept() -> None:
    data = HEAD.replace("<definitions", '<definitions xmlns:o="urn:other"').encode()
    body = b'<process id="P"><callActivity id="c" calledElement="o:X"/><receiveTask id="r" messageRef="o:M"/></process>'
    assert read_bpmn(data + body + b"</definitions>").find("o:M") is None


def test_comparing_finds_every_kind_of_change() -> None:
    before = read(
        START + '<task id="a" name="A"><documentation>x</documentation></task>' + END + flows("s>a", "a>e")
    )
    changes = {
        (d.id, d.change, d.what)
        for d in compare(
            before,
            read(
                START
                + '<task id="a" name="B"><documentation>y</documentation></task>'
                + END
                + flows("s>a", "s>e")
            ),
        )
    }
    assert changes == {
        ("P", "changed", "content"),
        ("a", "changed", "@name"),
        ("a/documentation[1]", "changed", "text"),
        ("a_e", "removed", ""),
        ("s_e", "added", ""),
    }
    assert compare(before, before) == []
