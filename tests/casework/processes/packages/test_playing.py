"""Test cases of a package: they hold, and they fail when something is not as expected."""

from __future__ import annotations

import copy
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from stadtkern.casework.processes.engine.timers import BERLIN
from stadtkern.casework.processes.packages.playing import NotPlayable, Player
from stadtkern.casework.processes.packages.procedure import Procedure, read_procedure
from stadtkern.casework.processes.packages.tests import as_file, record, run_test
from stadtkern.kernel.feel.types import DATE
from tests.casework.processes.packages_of import shipped, small

NOW = datetime(2025, 10, 14, 9, tzinfo=BERLIN)


def play(process: str, values: Any = None, **more: Any) -> Player:
    return Player(
        read_procedure(small(process, states=("received", "late", "done"), **more)), values or {}, NOW
    )


@pytest.fixture(scope="module")
def dog_tax() -> Procedure:
    return read_procedure(shipped("hundesteuer-anmeldung"))


STANDARD: dict[str, Any] = {
    "name": "Standard",
    "input": {"jahressteuer": 186, "geburtsdatum": "1988-03-14"},
    "steps": [
        {"task": "Übernehmen", "action": "take"},
        {"task": "pruefen", "action": "decide"},
        {"action": "close"},
    ],
    "expect": {
        "passes": ["sichten", "pruefen", "abschliessen"],
        "never": ["freigeben"],
        "state": "closed",
        "ends_at": "abgeschlossen",
        "decision": {"four_eyes": False, "fee": 0, "check_keeper_adult": True},
        "values": {"four_eyes": False},
    },
}


def changed(**expect: Any) -> dict[str, Any]:
    case = copy.deepcopy(STANDARD)
    case["expect"] = expect
    return case


def test_a_test_case_holds(dog_tax: Procedure) -> None:
    case = {**STANDARD, "input": {**STANDARD["input"], "antragsdatum": "2025-10-14"}}
    types = {"geburtsdatum": DATE, "antragsdatum": DATE}
    result = run_test(case, dog_tax, types)
    assert result.problems == () and result.as_text().startswith("ok")


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"state": "decided"}, "Der Stand ist „closed“"),
        ({"ends_at": "zurueckgenommen_ende"}, "Das Ende war „abgeschlossen“"),
        ({"passes": ["pruefen", "sichten"]}, "„sichten“ wurde nicht"),
        ({"never": ["sichten"]}, "durfte nicht"),
        ({"path": ["eingang"]}, "Der Weg war eingang → bearbeitung"),
        ({"values": {"four_eyes": True}}, "„four_eyes“ ist false, erwartet war true"),
        ({"decision": {"fee": 5}}, "„fee“ ist 0, erwartet war 5"),
        ({"decision": {"gibtsnicht": 5}}, "gibt es nicht"),
        ({"waits_for": ["Antrag prüfen"]}, "Gewartet wird auf nichts"),
        ({"incidents": 1}, "Störungen: 0, erwartet 1"),
        ({"stand": "x"}, "lässt sich nicht erwarten"),
        ({}, "was herauskommen soll"),
    ],
)
def test_a_test_case_fails(dog_tax: Procedure, expect: Any, words: str) -> None:
    problems = run_test(changed(**expect), dog_tax, {}).problems
    assert len(problems) == 1 and words in problems[0]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"task": "Freigeben"}, "Möglich: „Übernehmen“ (take)"),
        ({"task": "Übernehmen", "action": "decide"}, "nicht offen"),
        ({"message": "answer"}, "Möglich: „withdraw“"),
        ({"timer": "P1Y"}, "läuft keine Uhr ab"),
        ({"timer": "bald"}, "weder Dauer"),
        ({"connector": "mail"}, "nicht gerufen"),
        ({"signal": "alarm"}, "hört niemand"),
        ({}, "Diesen Schritt gibt es nicht"),
        ({"task": "Übernehmen", "set": 3}, "kein Objekt"),
    ],
)
def test_a_step_that_is_not_possible_says_what_is(dog_tax: Procedure, step: Any, words: str) -> None:
    case = {"name": "x", "steps": [step], "expect": {"state": "received"}}
    problems = run_test(case, dog_tax, {}).problems
    assert len(problems) == 1 and problems[0].startswith("Schritt 1: ") and words in problems[0]


@pytest.mark.parametrize(
    "case", [None, [], {"steps": 3, "expect": {"state": "x"}}, {"input": [], "expect": {"state": "x"}},
             {"now": "gestern", "expect": {"state": "x"}}, {"expect": {"values": []}}, {"parameters": {"p": 1}, "expect": {"state": "x"}}]
)  # fmt: skip
def test_what_is_no_test_case_is_told(dog_tax: Procedure, case: Any) -> None:
    assert len(run_test(case, dog_tax, {}).problems) == 1


def test_a_play_becomes_a_test_case_that_holds(dog_tax: Procedure) -> None:
    player = Player(dog_tax, {"jahressteuer": Decimal("900.50")}, NOW)
    player.task("Übernehmen", "take")
    player.task("Antrag prüfen", "decide", {"bemerkung": "gut"})
    player.task("Entscheidung freigeben", "send_back")
    player.message("withdraw")
    case = json.loads(as_file(record(player, "Zurück")))
    assert case["expect"]["ends_at"] == "zurueckgenommen_ende" and case["expect"]["decision"] == {
        "four_eyes": True
    }
    assert run_test(case, dog_tax, {}).problems == ()
    case["input"]["jahressteuer"] = 10
    assert not run_test(case, dog_tax, {}).ok


def test_an_ended_procedure_is_taken_up_again(dog_tax: Procedure) -> None:
    player = Player(dog_tax, {"jahressteuer": 1}, NOW)
    for action in ("take", "decide", "close"):
        player.task("", action)
    assert player.ended
    player.message("reopen")
    assert not player.ended and player.state_code == "in_review"


TIMERS = """<process id="p" isExecutable="true">
<startEvent id="s"/><userTask id="t" name="T" stadtkern:actions="done" stadtkern:state="received"/>
<endEvent id="e" stadtkern:state="done"/>
<boundaryEvent id="remind" attachedToRef="t" cancelActivity="false"><timerEventDefinition>
 <timeCycle>R3/P1D</timeCycle></timerEventDefinition></boundaryEvent>
<scriptTask id="count"><script>{ erinnert: if erinnert = null then 1 else erinnert + 1 }</script></scriptTask>
<endEvent id="e2"/>
<boundaryEvent id="late" attachedToRef="t"><timerEventDefinition><timeDuration>P10D</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="e3" stadtkern:state="late"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
<sequenceFlow id="f3" sourceRef="remind" targetRef="count"/><sequenceFlow id="f4" sourceRef="count" targetRef="e2"/>
<sequenceFlow id="f5" sourceRef="late" targetRef="e3"/></process>"""


def test_the_clock_moves_and_everything_due_happens_in_order() -> None:
    player = play(TIMERS)
    assert player.advance("P2D") == 2 and player.variables["erinnert"] == 2
    assert player.advance("next") == 1 and player.now.day == 17
    with pytest.raises(NotPlayable, match="läuft keine Uhr ab"):
        player.advance("P1D")
    assert player.advance("2025-11-01") == 1
    assert player.ended and player.state_code == "late" and player.variables["erinnert"] == 3
    assert run_test(record(player, "Uhr"), player.procedure, {}).ok


CALLS = """<message id="m" name="ruf"/><error id="er" errorCode="BUSY"/><process id="p" isExecutable="true">
<startEvent id="s"/><serviceTask id="a" name="Brief"><extensionElements><stadtkern:connector type="letter">
 <stadtkern:input name="text" value="wort"/></stadtkern:connector><stadtkern:output name="datei" value="file_id"/></extensionElements></serviceTask>
<boundaryEvent id="busy" attachedToRef="a"><errorEventDefinition errorRef="er"/></boundaryEvent><endEvent id="e2" stadtkern:state="late"/>
<callActivity id="c" calledElement="q"/><endEvent id="e" stadtkern:state="done"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="c"/>
<sequenceFlow id="f3" sourceRef="c" targetRef="e"/><sequenceFlow id="f4" sourceRef="busy" targetRef="e2"/></process>
<process id="q" isExecutable="true"><startEvent id="qs"/><userTask id="qt" name="Drüben" stadtkern:actions="gut"/><endEvent id="qe"/>
<sequenceFlow id="qf1" sourceRef="qs" targetRef="qt"/><sequenceFlow id="qf2" sourceRef="qt" targetRef="qe"/></process>"""


def test_answers_of_systems_and_called_processes() -> None:
    player = play(CALLS, {"wort": "x"})
    assert [row.name for row in player.waiting()] == ["letter"]
    player.answer("letter", {"file_id": "F1"})
    assert player.variables["datei"] == "F1"
    player.task("Drüben", "gut")
    assert player.ended and player.state_code == "done"
    assert player.path == ["s", "a", "c", "qs", "qt", "qe", "e"]
    assert run_test(record(player, "Ruf"), player.procedure, {}).ok


def test_a_system_that_fails() -> None:
    caught = play(CALLS, {"wort": "x"})
    caught.answer("Brief" if False else "letter", fails="besetzt", code="BUSY")
    assert caught.ended and caught.state_code == "late"
    stuck = play(CALLS, {"wort": "x"})
    stuck.answer("a", fails="Papierstau")
    assert not stuck.ended and len(stuck.state.incidents) == 1
    assert run_test(record(stuck, "Stau"), stuck.procedure, {}).ok


MESSAGES = """<message id="m" name="ruf"/><signal id="sg" name="alarm"/><process id="p" isExecutable="true">
<startEvent id="s"/><parallelGateway id="g"/><receiveTask id="r" messageRef="m"/>
<intermediateCatchEvent id="c"><signalEventDefinition signalRef="sg"/></intermediateCatchEvent>
<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="sg"/></intermediateThrowEvent>
<parallelGateway id="j"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="r"/>
<sequenceFlow id="f3" sourceRef="g" targetRef="c"/><sequenceFlow id="f4" sourceRef="r" targetRef="throw"/>
<sequenceFlow id="f5" sourceRef="throw" targetRef="j"/><sequenceFlow id="f6" sourceRef="c" targetRef="j"/>
<sequenceFlow id="f7" sourceRef="j" targetRef="e"/></process>"""


def test_messages_and_signals_of_the_play_itself() -> None:
    player = play(MESSAGES)
    player.message("ruf", {"x": 1})
    assert player.ended and player.variables["x"] == 1


def test_parameters_of_a_municipality() -> None:
    parameters = [{"name": "satz", "type": "number", "label": {"de": "Satz"}, "default": 84}]
    process = """<process id="p" isExecutable="true"><startEvent id="s"/><scriptTask id="t"><script>{ betrag: 2 * parameter.satz }</script></scriptTask>
    <endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/></process>"""
    procedure = read_procedure(small(process, parameters=parameters))
    case = {"name": "Satz", "expect": {"values": {"betrag": 168}}}
    assert run_test(case, procedure, {}).ok
    assert run_test(
        {**case, "parameters": {"satz": "90,50"}, "expect": {"values": {"betrag": 181}}}, procedure, {}
    ).ok
    assert not run_test({**case, "parameters": {"satz": "viel"}}, procedure, {}).ok


CLOCK = """<process id="p" isExecutable="true"><startEvent id="s"/>
<scriptTask id="a"><script>{ anfang: today(), stunde: now().hour }</script></scriptTask>
<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition></intermediateCatchEvent>
<scriptTask id="b"><script>{ ende: today(), tage: (today() - anfang).days }</script></scriptTask><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="w"/>
<sequenceFlow id="f3" sourceRef="w" targetRef="b"/><sequenceFlow id="f4" sourceRef="b" targetRef="e"/></process>"""


def test_today_and_now_are_those_of_the_test_case() -> None:
    """Expressions read the clock of the play, which moves with its timers, and not the real one."""
    case = {
        "name": "Uhr",
        "now": "2024-02-20T23:30:00+01:00",
        "steps": [{"timer": "next"}],
        "expect": {
            "values": {"anfang": "2024-02-20", "stunde": 23, "ende": "2024-03-21", "tage": 30},
            "ends_at": "e",
        },
    }
    assert run_test(case, read_procedure(small(CLOCK)), {}).problems == ()
    case["expect"] = {"values": {"anfang": "2024-02-21"}}
    assert run_test(case, read_procedure(small(CLOCK)), {}).problems != ()
