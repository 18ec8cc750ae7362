"""Writing models: what is written reads the same, what was not edited stays byte for byte, drawings follow."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import stadtkern.content
from stadtkern.kernel.dmn import DmnError, load, write
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.layout import layout
from stadtkern.kernel.dmn.reader import read
from tests.kernel.dmn.models import DOG_TAX, model
from tests.kernel.dmn.strategies import models
from tests.shared import shared_data

SHIPPED = sorted(Path(stadtkern.content.__file__).parent.glob("services/*/decisions/*.dmn"))
QUICK = settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@QUICK
@given(models())
def test_what_is_written_reads_the_same(definitions: m.Definitions) -> None:
    data = write(definitions)
    assert read(data) == definitions
    assert write(definitions) == data


@QUICK
@given(models(), st.booleans())
def test_writing_over_its_own_file_changes_nothing(definitions: m.Definitions, diagram: bool) -> None:
    data = write(definitions, diagram=diagram)
    assert write(definitions, data, diagram=diagram) == data
    assert read(data) == definitions


@QUICK
@given(models(), models())
def test_any_model_can_be_written_over_any_other(before: m.Definitions, after: m.Definitions) -> None:
    data = write(after, write(before, diagram=True))
    assert read(data) == after
    for reference in re.findall(rb'dmnElementRef="([^"]+)"', data):
        assert b' id="' + reference + b'"' in data


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_shipped_models_come_back_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    written = write(read(data), data)
    assert written.replace(b"&gt;", b">") == data.replace(b"&gt;", b">")


def test_models_of_the_test_kit_come_back(tmp_path: Path) -> None:
    with zipfile.ZipFile(shared_data("services/dmn/dmn-tck-cases.zip")) as archive:
        archive.extractall(tmp_path)
    files = sorted(tmp_path.rglob("*.dmn"))
    assert len(files) > 100
    for path in files:
        data = path.read_bytes()
        try:
            definitions = read(data)
        except DmnError:
            continue
        current = replace(definitions, version=max(definitions.version, "1.5"))
        assert read(write(definitions, data)) == current, path.name
        assert read(write(definitions)) == replace(_canonical(definitions), version="1.5"), path.name


def _canonical(definitions: m.Definitions) -> m.Definitions:
    """References into other files may stand in another kind of requirement when there is no original to look at."""
    rank = {f"#{e.id}": isinstance(e, m.KnowledgeModel | m.DecisionService) for e in definitions.elements}
    elements: list[m.Element] = []
    for element in definitions.elements:
        if isinstance(element, m.Decision):
            own = definitions.namespace + "#"
            needs = sorted(
                element.requires,
                key=lambda h: rank.get("#" + h.removeprefix(own) if h.startswith(own) else h, False),
            )
            element = replace(element, requires=tuple(needs))
        elements.append(element)
    return replace(definitions, elements=tuple(elements))


# -- editing a file of another program --------------------------------------------------------------------------------

FOREIGN = b"""<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
    xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" xmlns:x="urn:x"
    id="defs" name="M" namespace="urn:m" exporter="Werkzeug" x:mark="1">
    <!-- Herr Meier hat das gezeichnet -->
    <dmn:inputData id="alter" name="Alter"><dmn:variable id="v1" name="Alter" typeRef="feel:number"/></dmn:inputData>
    <dmn:decision id="preis" name="Preis" x:colour="red">
        <dmn:description>Was es kostet</dmn:description>
        <dmn:extensionElements><x:keep a="1">genau  so</x:keep></dmn:extensionElements>
        <dmn:allowedAnswers>Zahl</dmn:allowedAnswers>
        <dmn:variable id="v2" name="Preis" typeRef="number"/>
        <dmn:informationRequirement id="q1"><dmn:requiredInput href="#alter"/></dmn:informationRequirement>
        <dmn:authorityRequirement id="q2"><dmn:requiredAuthority href="#satzung"/></dmn:authorityRequirement>
        <dmn:decisionTable id="t" hitPolicy="UNIQUE">
            <dmn:input id="in1" label="Alter"><dmn:inputExpression id="ie" typeRef="number"><dmn:text>Alter</dmn:text></dmn:inputExpression></dmn:input>
            <dmn:output id="o1" name="Preis"/>
            <dmn:annotation name="Quelle"/>
            <!-- Kinder -->
            <dmn:rule id="r1">
                <dmn:description>bis 17</dmn:description>
                <dmn:inputEntry id="c1"><dmn:text>&lt; 18</dmn:text></dmn:inputEntry>
                <dmn:outputEntry id="c2"><dmn:text>5</dmn:text></dmn:outputEntry>
                <dmn:annotationEntry><dmn:text>Satzung</dmn:text></dmn:annotationEntry>
            </dmn:rule>
            <dmn:rule id="r2">
                <dmn:inputEntry id="c3"><dmn:text>&gt;= 18</dmn:text></dmn:inputEntry>
                <dmn:outputEntry id="c4"><dmn:text>9</dmn:text></dmn:outputEntry>
                <dmn:annotationEntry><dmn:text/></dmn:annotationEntry>
            </dmn:rule>
        </dmn:decisionTable>
    </dmn:decision>
    <dmn:knowledgeSource id="satzung" name="Satzung"/>
    <dmn:textAnnotation id="zettel"><dmn:text>Achtung</dmn:text></dmn:textAnnotation>
    <dmndi:DMNDI>
        <dmndi:DMNDiagram id="bild">
            <dmndi:DMNShape id="s1" dmnElementRef="alter"><dc:Bounds height="50" width="100" x="10" y="200"/></dmndi:DMNShape>
            <dmndi:DMNShape id="s2" dmnElementRef="preis"><dc:Bounds height="80" width="180" x="10" y="10"/></dmndi:DMNShape>
            <dmndi:DMNEdge id="e1" dmnElementRef="q1"><di:waypoint x="60" y="200"/><di:waypoint x="60" y="90"/></dmndi:DMNEdge>
        </dmndi:DMNDiagram>
    </dmndi:DMNDI>
</dmn:definitions>
"""
EXTRAS = (
    b"Herr Meier", b'exporter="Werkzeug"', b'x:mark="1"', b'x:colour="red"', b"Was es kostet", b'<x:keep a="1">genau  so</x:keep>',
    b"allowedAnswers", b'id="q2"', b'id="in1"', b'name="Quelle"', b"<!-- Kinder -->", b"bis 17", b'id="c1"', b"knowledgeSource", b"Achtung",
    b'dmnElementRef="alter"',
)  # fmt: skip


def _edited(change: Callable[[m.DecisionTable], m.DecisionTable]) -> m.Definitions:
    d = read(FOREIGN)
    decision = next(e for e in d.elements if isinstance(e, m.Decision))
    logic = change(cast(m.DecisionTable, decision.logic))
    return replace(
        d, elements=tuple(replace(decision, logic=logic) if e is decision else e for e in d.elements)
    )


def _cell(table: m.DecisionTable) -> m.DecisionTable:
    first, *rest = table.rules
    return replace(table, rules=(replace(first, outputs=("6",)), *rest))


def test_an_older_file_becomes_current_and_loses_nothing() -> None:
    data = write(read(FOREIGN), FOREIGN)
    assert b"20230324/MODEL/" in data and b"20230324/DMNDI/" in data and b"2019" not in data
    assert read(data) == replace(read(FOREIGN), version="1.5")
    assert all(extra in data for extra in EXTRAS)


def test_one_cell_is_one_line_of_difference() -> None:
    before = write(read(FOREIGN), FOREIGN).decode().splitlines()
    after = write(_edited(_cell), FOREIGN).decode().splitlines()
    assert all(extra.decode() in "\n".join(after) for extra in EXTRAS)
    changed = [line for line in after if line not in before]
    assert [line.strip() for line in changed if "<dmn:text>6" in line]
    assert len([line for line in before if "bis 17" in line or 'id="r2"' in line]) == 2
    r2 = before.index(next(line for line in before if 'id="r2"' in line))
    assert "\n".join(before[r2 : r2 + 5]) in "\n".join(after)


def test_a_moved_rule_takes_its_description_along() -> None:
    edited = _edited(lambda table: replace(table, rules=table.rules[::-1]))
    data = write(edited, FOREIGN)
    assert read(data) == replace(edited, version="1.5")
    assert data.index(b'id="r2"') < data.index(b'id="r1"') < data.index(b"bis 17")


def test_a_removed_element_leaves_the_drawing_and_a_new_one_enters_it() -> None:
    d = read(FOREIGN)
    decision = next(e for e in d.elements if isinstance(e, m.Decision))
    fresh = m.InputData("i_rabatt", "rabatt", "")
    d = replace(d, elements=(fresh, replace(decision, requires=("#i_rabatt",))))
    data = write(d, FOREIGN)
    assert read(data) == replace(d, version="1.5")
    assert b'dmnElementRef="alter"' not in data and b'dmnElementRef="q1"' not in data
    assert b'dmnElementRef="i_rabatt"' in data and b'dmnElementRef="r_preis_rabatt"' in data
    assert b'dmnElementRef="preis"' in data


def test_a_drawing_is_made_on_request() -> None:
    d = read(model(DOG_TAX))
    data = write(d, diagram=True)
    assert data.count(b"DMNShape ") == len(d.elements)
    assert data.count(b"<dmndi:DMNEdge ") == sum(len(getattr(e, "requires", ())) for e in d.elements)
    assert load(data).evaluate("Steuer", {"Zahl der Hunde": 2, "Rasse": "Dackel"}).value == 432
    kept = write(d, model(DOG_TAX), diagram=True)
    assert read(kept) == d and b"DMNShape" in kept


def test_boxes_do_not_touch_and_needs_stand_below() -> None:
    d = read(model(DOG_TAX))
    picture = layout(d)
    boxes = {b.id: b for b in picture.boxes}
    for a in picture.boxes:
        for b in picture.boxes:
            assert (
                a is b
                or a.x + a.width <= b.x
                or b.x + b.width <= a.x
                or a.y + a.height <= b.y
                or b.y + b.height <= a.y
            )
    assert picture.lines
    for line in picture.lines:
        assert boxes[line.source].y > boxes[line.target].y


def test_a_character_that_xml_cannot_hold_is_refused() -> None:
    d = read(model(DOG_TAX))
    with pytest.raises(DmnError) as caught:
        write(replace(d, name="a\x00b"))
    assert caught.value.code == "dmn-character"


@pytest.mark.parametrize("data", [b"", b"<a/>", b"<!DOCTYPE a><a/>"])
def test_an_original_that_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(DmnError):
        write(read(model(DOG_TAX)), data)
