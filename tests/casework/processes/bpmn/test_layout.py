"""Drawings made for models without one, and models made from code."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from stadtkern.casework.processes.bpmn import BpmnDocument, check, compare, compile, read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.builder import ProcessBuilder
from stadtkern.casework.processes.bpmn.graph import read_processes
from stadtkern.casework.processes.bpmn.layout import add_layout
from stadtkern.casework.processes.bpmn.vocabulary import DC, DD_DI
from stadtkern.casework.processes.engine import model
from stadtkern.kernel.xml_document import XmlElement
from tests.casework.processes.bpmn.models import END, START, flows, read

Rectangle = tuple[float, float, float, float]


def rectangle(shape: XmlElement) -> Rectangle:
    bounds = shape.first(DC, "Bounds")
    assert bounds is not None
    x, y, width, height = (float(bounds.attributes[key]) for key in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def assert_drawn(document: BpmnDocument) -> None:
    """Every node and flow has a shape; nodes of one scope do not touch; flows begin and end at their nodes."""
    shapes = document.shapes()
    for process in read_processes(document).values():
        for scope in process.scopes():
            nodes = [node for node in scope.nodes.values() if node.kind != "boundaryEvent"]
            boxes = {node.id: rectangle(shapes[node.id]) for node in scope.nodes.values()}
            for i, node in enumerate(nodes):
                assert not any(overlap(boxes[node.id], boxes[other.id]) for other in nodes[i + 1 :]), node.id
            for flow in scope.flows:
                points = [
                    (float(p.attributes["x"]), float(p.attributes["y"]))
                    for p in shapes[flow.id].of(DD_DI, "waypoint")
                ]
                for (x, y), node in ((points[0], flow.source), (points[-1], flow.target)):
                    left, top, right, bottom = boxes[node.id]
                    assert left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1, flow.id


def dog_tax() -> ProcessBuilder:
    process = ProcessBuilder("hundesteuer", "Hundesteuer anmelden", documentation="Satzung der Stadt")
    process.lane("amt", "Steueramt", role="caseworker")
    process.lane("leitung", "Leitung", role="head")
    process.start("eingang", "Antrag eingegangen", lane="amt")
    process.user_task(
        "pruefen", "Antrag prüfen", lane="amt", form="pruefung", due=(10, "working_days"), legal_basis="§ 42a"
    )
    process.timer(
        "frist", "Frist abgelaufen", (12, "working_days"), on="pruefen", interrupting=False, lane="amt"
    )
    process.user_task("erinnern", "An die Frist erinnern", lane="leitung", outputs={"erinnert": "true"})
    process.end("erinnert_ende", lane="leitung")
    process.exclusive("vollstaendig", "Vollständig?", lane="amt")
    process.rule_task("gebuehr", "Steuer festsetzen", "steuer", "Jahressteuer", "jahressteuer", lane="amt")
    process.script_task("runden", "Runden", {"betrag": "round half up(jahressteuer, 0)"}, lane="amt")
    process.service_task(
        "brief", "Bescheid schicken", "letter", "send", inputs={"betrag": "betrag"}, lane="amt"
    )
    process.wait_for_message("antwort", "Nachreichung", "nachreichung", lane="amt")
    process.end("fertig", "Bescheid verschickt", lane="amt")
    process.flows("eingang", "pruefen", "vollstaendig")
    process.flows("frist", "erinnern", "erinnert_ende")
    process.flow("vollstaendig", "gebuehr", "ja", default=True)
    process.flow("vollstaendig", "antwort", "nein", condition='ergebnis = "unvollständig"')
    process.flow("antwort", "pruefen")
    process.flows("gebuehr", "runden", "brief", "fertig")
    return process


def test_a_built_process_is_sound_executable_and_drawn() -> None:
    document = dog_tax().document()
    report = check(document)
    assert report.executable and report.findings == ()
    assert_drawn(document)
    assert compare(document, read_bpmn(dog_tax().xml())) == []
    process = compile(document)
    task = process.nodes["pruefen"]
    assert isinstance(task, model.UserTask) and task.due is not None
    assert (task.role, task.form, task.due.unit, task.settings) == (
        "caseworker", "pruefung", "working_days", {"legal_basis": "§ 42a"},
    )  # fmt: skip
    assert process.nodes["erinnern"].role == "head"
    assert [lane.role for lane in process.lanes] == ["caseworker", "head"]


def test_a_drawing_that_exists_is_left_alone() -> None:
    data = dog_tax().xml()
    assert write_bpmn(add_layout(read_bpmn(data))) == data


def test_sub_processes_grow_with_what_is_in_them() -> None:
    inner = '<subProcess id="u"><startEvent id="us"/><task id="ua"/><endEvent id="ue"/>' + flows(
        "us>ua", "ua>ue"
    )
    event = '<subProcess id="v" triggeredByEvent="true"><startEvent id="vs"><timerEventDefinition/></startEvent></subProcess>'
    document = add_layout(read(START + inner + "</subProcess>" + event + END + flows("s>u", "u>e")))
    shapes = document.shapes()
    outer = rectangle(shapes["u"])
    assert all(
        outer[0] < rectangle(shapes[part])[0] and rectangle(shapes[part])[2] < outer[2]
        for part in ("us", "ua", "ue")
    )
    assert shapes["u"].attributes["isExpanded"] == "true"
    assert_drawn(document)


@pytest.mark.parametrize("seed", range(30))
def test_random_processes_are_drawn_without_overlap(seed: int) -> None:
    chance = random.Random(seed)
    process = ProcessBuilder("p", "Zufall")
    lanes = [process.lane(f"lane{i}", f"Bahn {i}") for i in range(chance.randint(0, 3))]
    names = ["n0"]
    process.start("n0", lane=lanes[0] if lanes else "")
    for i in range(1, chance.randint(3, 25)):
        makers: list[Callable[..., str]] = [process.exclusive, process.parallel, process.end]
        make = chance.choice(makers)
        lane = chance.choice(lanes) if lanes else ""
        names.append(
            make(f"n{i}", "Name", lane=lane)
            if chance.random() < 0.5
            else process.user_task(f"n{i}", "Aufgabe", lane=lane)
        )
    for i in range(1, len(names)):
        process.flow(names[chance.randrange(i)], names[i])
    for _ in range(chance.randint(0, 6)):
        process.flow(chance.choice(names), chance.choice(names))
    assert_drawn(process.document())
