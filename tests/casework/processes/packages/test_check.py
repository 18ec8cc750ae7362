"""A package is refused with everything that is wrong with it, at once and with the place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stadtkern.casework.processes.packages.archive import write_zip
from stadtkern.casework.processes.packages.check import Report, check
from stadtkern.casework.processes.packages.model import Package
from tests.casework.processes.packages_of import SERVICES, shipped

SLUG = "sondernutzung-strassenfest"


@pytest.fixture(scope="module")
def good() -> Package:
    return shipped(SLUG)


def with_json(package: Package, name: str, change: Callable[[Any], None]) -> Package:
    data = json.loads(package.text(name))
    change(data)
    return package.with_file(name, json.dumps(data).encode())


def with_text(package: Package, name: str, old: str, new: str) -> Package:
    text = package.text(name)
    assert old in text
    return package.with_file(name, text.replace(old, new, 1).encode())


def errors(report: Report) -> list[tuple[str, str, str]]:
    return [(row.path, row.element, row.message) for row in report.problems if row.severity == "error"]


def only(package: Package, path: str, element: str, *words: str) -> None:
    """The one error of the package (beside failing test cases) names this place and these words."""
    found = errors(check(package, run=False))
    assert len(found) == 1, found
    assert found[0][0] == path and found[0][1] == element
    assert all(word in found[0][2] for word in words), found[0][2]


def test_a_good_package_is_accepted_with_its_test_cases(good: Package) -> None:
    report = check(good)
    assert report.ok and errors(report) == []
    assert report.as_json()["tests"] == {"passed": 3, "total": 3}


def test_unknown_role(good: Package) -> None:
    wrong = with_text(good, "process.bpmn", 'stadtkern:role="second_person"', 'stadtkern:role="magistrat"')
    only(wrong, "process.bpmn", "freigeben", "magistrat", "caseworker")


def test_a_lane_without_role_counts_by_its_name(good: Package) -> None:
    wrong = with_text(good, "process.bpmn", ' stadtkern:role="caseworker"', "")
    only(wrong, "process.bpmn", "bahn_amt", "Sachbearbeitung")


def service_task(connector: str, inputs: str = "") -> tuple[str, str]:
    old = '<userTask id="abschliessen" name="Zu den Akten nehmen" stadtkern:state="decided" stadtkern:actions="close reopen"/>'
    new = old + (
        f'<serviceTask id="ruf"><extensionElements><stadtkern:connector {connector}>{inputs}</stadtkern:connector>'
        '</extensionElements></serviceTask><sequenceFlow id="f_ruf" sourceRef="abschliessen" targetRef="ruf"/>'
    )
    return old, new


@pytest.mark.parametrize(
    ("connector", "inputs", "words"),
    [
        ('type="brieftaube"', "", ("brieftaube", "mail")),
        ('type="mail" operation="braten"', '<stadtkern:input name="text" value="1"/>', ("mail", "braten")),
        ('type="mail"', "", ("mail", "text")),
        ('type="http" operation="suche"', "", ("suche", "keine")),
    ],
)
def test_unknown_connector_operation_and_missing_input(
    good: Package, connector: str, inputs: str, words: tuple[str, ...]
) -> None:
    only(with_text(good, "process.bpmn", *service_task(connector, inputs)), "process.bpmn", "ruf", *words)


def test_an_operation_of_another_system_is_that_of_its_file(good: Package) -> None:
    described = {
        "openapi": "3.0.3",
        "info": {"title": "Register", "version": "1"},
        "servers": [{"url": "https://register.example"}],
        "paths": {
            "/suche": {
                "get": {
                    "operationId": "suche",
                    "parameters": [
                        {"name": "kennzeichen", "in": "query", "required": True, "schema": {"type": "string"}}
                    ],
                    "responses": {"200": {"description": "gut"}},
                }
            }
        },
    }
    package = good.with_file("connectors/register.openapi.json", json.dumps(described).encode())
    call = 'type="http" operation="suche"'
    only(with_text(package, "process.bpmn", *service_task(call)), "process.bpmn", "ruf", "kennzeichen")
    given = '<stadtkern:input name="kennzeichen" value="zweck"/>'
    assert errors(check(with_text(package, "process.bpmn", *service_task(call, given)), run=False)) == []


def test_missing_german_text(good: Package) -> None:
    wrong = with_json(good, "texts.json", lambda data: data["states"]["decided"]["public"].update(de=" "))
    only(wrong, "texts.json", "states.decided.public", "deutsche Text")


def test_missing_english_text_is_a_warning(good: Package) -> None:
    report = check(
        with_json(good, "texts.json", lambda data: data["states"]["decided"]["public"].pop("en")), run=False
    )
    assert report.ok
    assert [(row.severity, row.element) for row in report.problems if row.path == "texts.json"] == [
        ("warning", "states.decided.public")
    ]


def test_a_text_that_an_element_names(good: Package) -> None:
    wrong = with_text(
        good, "process.bpmn", 'id="abschliessen"', 'id="abschliessen" stadtkern:text="gibtsnicht"'
    )
    only(wrong, "process.bpmn", "abschliessen", "gibtsnicht")


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("decision.letters.grant", lambda d: d["decision"]["letters"]["grant"].update(de="Guten Tag {{vornahme}}")),
        ("decision.remedy", lambda d: d["decision"]["remedy"].update(de="An {{vornahme}}")),
        ("decision.blocks[0].text", lambda d: d["decision"]["blocks"][0]["text"].update(de="An {{vornahme}}")),
    ],
)  # fmt: skip
def test_unknown_placeholder(good: Package, place: str, change: Callable[[Any], None]) -> None:
    only(with_json(good, "texts.json", change), "texts.json", place, "{{vornahme}}")


def test_a_placeholder_that_is_written_wrong(good: Package) -> None:
    wrong = with_json(
        good, "texts.json", lambda d: d["decision"]["letters"]["grant"].update(de="Guten Tag {vornamen}")
    )
    only(wrong, "texts.json", "decision.letters.grant", "{vornamen}")


def test_wrong_feel_in_a_condition_names_the_position(good: Package) -> None:
    wrong = with_text(good, "process.bpmn", 'action = "decide"', 'action = "decide" and (')
    report = check(wrong, run=False)
    assert len(errors(report)) == 1
    assert report.problems[0].line > 1 and "Zeile 1, Zeichen" in report.problems[0].message


def test_an_unknown_name_in_a_condition(good: Package) -> None:
    wrong = with_text(good, "process.bpmn", "four_eyes = false", "vier_augen = false")
    only(wrong, "process.bpmn", "f_zweite_person_entschieden", "vier_augen", "Zeichen 1")


def test_types_come_from_the_form(good: Package) -> None:
    wrong = with_text(good, "process.bpmn", "four_eyes = false", 'personen + "x" = false')
    found = errors(check(wrong, run=False))
    assert found and "f_zweite_person_entschieden" in {row[1] for row in found}


def test_wrong_feel_in_a_decision(good: Package) -> None:
    text = good.text("decisions/verfahren.dmn")
    wrong = re.sub(r"<text>[^<]*personen[^<]*</text>", "<text>personen &gt;= (</text>", text, count=1)
    assert wrong != text
    found = errors(check(good.with_file("decisions/verfahren.dmn", wrong.encode()), run=False))
    assert found and found[0][0] == "decisions/verfahren.dmn" and "Zeile 1, Zeichen" in found[0][2]


def test_a_decision_asks_for_what_nobody_gives(good: Package) -> None:
    text = good.text("decisions/verfahren.dmn").replace("personen", "gaeste")
    found = errors(check(good.with_file("decisions/verfahren.dmn", text.encode()), run=False))
    assert ("decisions/verfahren.dmn", "gaeste") in {row[:2] for row in found}


def test_wrong_feel_in_the_form(good: Package) -> None:
    def change(data: Any) -> None:
        data["validations"][0]["valid_if"] = "personen > "

    wrong = with_json(good, "rules.json", change)
    only(wrong, "rules.json", "validations[0].valid_if")


def test_a_rule_that_cannot_mean_what_it_says(good: Package) -> None:
    def change(data: Any) -> None:
        data["validations"][0]["valid_if"] = "personen + 1"

    found = errors(check(with_json(good, "rules.json", change), run=False))
    assert [row[:2] for row in found] == [("rules.json", "validations[0].valid_if")]


def test_unexecutable_element(good: Package) -> None:
    wrong = with_text(
        good, "process.bpmn", '<exclusiveGateway id="ende_oder_neu"', '<complexGateway id="ende_oder_neu"'
    )
    text = wrong.text("process.bpmn").replace(
        'name="Wie weiter?"/>\n    <scriptTask', 'name="Wie weiter?"/>\n    <scriptTask'
    )
    found = errors(check(wrong.with_file("process.bpmn", text.encode()), run=False))
    assert "ende_oder_neu" in {row[1] for row in found}


@pytest.mark.parametrize("name", ["service.json", "form.xdf3.xml", "rules.json"])
def test_a_service_needs_page_form_and_rules(good: Package, name: str) -> None:
    found = errors(check(good.without_file(name), run=False))
    assert (name, "") in {row[:2] for row in found}


def test_an_internal_procedure_needs_none(good: Package) -> None:
    package = with_json(shipped(SLUG), "package.json", lambda data: data.update(kind="internal"))
    for name in ("service.json", "form.xdf3.xml", "rules.json", "form.en.json"):
        package = package.without_file(name)
    found = {row[0] for row in errors(check(package, run=False))}
    assert found and not found & {"service.json", "form.xdf3.xml", "rules.json"}


def test_the_page_is_that_of_the_package(good: Package) -> None:
    only(with_json(good, "service.json", lambda d: d.update(slug="anders")), "service.json", "slug", "anders")


def test_a_broken_form_is_named_with_its_place(good: Package) -> None:
    report = check(good.with_file("form.xdf3.xml", b"<form>\n<a></form>"), run=False)
    assert [row.path for row in report.problems if row.severity == "error"] == ["form.xdf3.xml"]
    assert report.problems[0].line == 2


def test_unknown_actions_are_only_hints(good: Package) -> None:
    report = check(
        with_text(good, "process.bpmn", 'stadtkern:actions="take"', 'stadtkern:actions="take weiterleiten"'),
        run=False,
    )
    assert report.ok
    assert [row.severity for row in report.problems if "weiterleiten" in row.message] == ["hint"]


def test_a_failing_test_case(good: Package) -> None:
    wrong = with_json(good, "tests/standard.json", lambda data: data["expect"]["decision"].update(fee=1))
    report = check(wrong)
    assert not report.ok and report.tests == (3, 2)
    assert [row[0] for row in errors(report)] == ["tests/standard.json"]
    assert "„fee“ ist 2500, erwartet war 1" in errors(report)[0][2]


def test_the_card(good: Package) -> None:
    def change(data: Any) -> None:
        data.update(kind="dog", version=0, title={}, slug="Ä")
        data["requires"]["roles"] = ["koenig"]
        data["requires"]["connectors"] = ["brieftaube"]

    found = {
        row[1]
        for row in errors(check(with_json(good, "package.json", change), run=False))
        if row[0] == "package.json"
    }
    assert found == {"slug", "version", "kind", "title.de", "requires.roles", "requires.connectors"}


def test_everything_at_once(good: Package) -> None:
    wrong = with_text(good, "process.bpmn", 'stadtkern:role="second_person"', 'stadtkern:role="magistrat"')
    wrong = with_json(wrong, "texts.json", lambda d: d["decision"]["remedy"].update(de="{{x}}"))
    wrong = with_text(wrong, "process.bpmn", "four_eyes = false", "vier_augen = false")
    assert len(errors(check(wrong, run=False))) == 3


@pytest.mark.parametrize("name", ["package.json", "texts.json", "tests/standard.json", "service.json"])
@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"', b"{}"])
def test_json_of_another_shape_is_told_not_thrown(good: Package, name: str, content: bytes) -> None:
    if name == "package.json":
        return
    assert not check(good.with_file(name, content)).ok


# --- the command


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; from stadtkern.runtime.cli import main; status = main(sys.argv[1:]);"
        "assert 'django' not in sys.modules; sys.exit(status)"
    )
    return subprocess.run(
        [sys.executable, "-c", code, "package", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_command_check(good: Package, tmp_path: Path) -> None:
    done = run("check", str(SERVICES / SLUG))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True
    (tmp_path / "p.zip").write_bytes(write_zip(good.without_file("service.json")))
    done = run("check", str(tmp_path / "p.zip"))
    assert done.returncode == 1 and "service.json" in done.stderr
    problem = json.loads(done.stdout)["problems"][0]
    assert {"path", "element", "message", "severity"} <= problem.keys()
    (tmp_path / "q.zip").write_bytes(b"PK nothing")
    done = run("check", str(tmp_path / "q.zip"))
    assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith(str(tmp_path))


def test_command_test() -> None:
    done = run("test", str(SERVICES / SLUG))
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "3 passed, 0 failed"
