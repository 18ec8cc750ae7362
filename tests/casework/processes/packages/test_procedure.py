"""The shipped packages run, and everything that is missing in a package is named with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

import stadtkern.content
from stadtkern.casework.processes.engine import model as engine
from stadtkern.casework.processes.packages.model import Package, allowed_name, make_package
from stadtkern.casework.processes.packages.procedure import BadProcedure, compile_package, read_procedure

SERVICES = Path(stadtkern.content.__file__).parent / "services"
SHIPPED = sorted(path.parent.name for path in SERVICES.glob("*/package.json"))


def shipped(slug: str) -> Package:
    folder = SERVICES / slug
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return make_package({name: (folder / name).read_bytes() for name in names if allowed_name(name)})


def changed(name: str, change: Callable[[str], str]) -> Package:
    package = shipped("sondernutzung-strassenfest")
    return package.with_file(name, change(package.text(name)).encode())


@pytest.mark.parametrize("slug", SHIPPED)
def test_every_shipped_package_runs(slug: str) -> None:
    procedure, problems = compile_package(shipped(slug))
    assert problems == []
    assert procedure is not None and procedure.slug == slug
    states = {
        node.settings["state"] for node in procedure.process.nodes.values() if node.settings.get("state")
    }
    assert states == set(procedure.texts.states), (
        "every state is reached by some element, and none is unknown"
    )


def test_decisions_see_missing_facts_as_null() -> None:
    procedure = read_procedure(shipped("hundesteuer-anmeldung"))
    assert procedure.decide("four_eyes", {"jahressteuer": Decimal(600)}).value is True
    assert procedure.decide("four_eyes", {"jahressteuer": Decimal(599)}).value is False
    assert procedure.decide("four_eyes", {}).value is None
    assert procedure.decide("check_address_in_town", {"plz": "55118"}).value is True
    assert procedure.decide("check_address_in_town", {"plz": "80331"}).value is False
    assert procedure.decide("nothing", {}).error


def test_a_fee_is_whole_cents_or_unknown() -> None:
    procedure = read_procedure(shipped("baumfaellgenehmigung"))
    assert procedure.fee_cents({"baumart": ["eiche", "linde", "ahorn"]}) == 10_000
    assert procedure.fee_cents({"baumart": None}) is None or procedure.fee_cents({"baumart": None}) == 0


def test_an_unknown_state_is_named() -> None:
    package = changed("process.bpmn", lambda text: text.replace('state="in_review"', 'state="in_revue"', 1))
    _, problems = compile_package(package)
    assert [(problem.path, problem.element) for problem in problems] == [("process.bpmn", "pruefen")]
    assert "in_revue" in problems[0].message


def test_a_faulty_expression_of_the_process_is_named() -> None:
    package = changed("process.bpmn", lambda text: text.replace("four_eyes = false", "four_eyes = = false"))
    procedure, problems = compile_package(package)
    assert procedure is None
    assert any(
        "zweite_person" in problem.element or "zweite_person" in problem.message for problem in problems
    ), problems


def test_a_missing_decision_is_named_where_it_is_used() -> None:
    package = changed(
        "decisions/verfahren.dmn", lambda text: text.replace('name="four_eyes"', 'name="andere"')
    )
    _, problems = compile_package(package)
    assert ("process.bpmn", "vier_augen") in {(problem.path, problem.element) for problem in problems}


def test_a_missing_letter_and_all_other_faults_come_together() -> None:
    def spoil(text: str) -> str:
        data = json.loads(text)
        del data["decision"]["letters"]["refuse"]
        data["retention_years"] = 500
        data["checks"][0]["decision"] = "no_such"
        data["states"]["in_review"]["kind"] = "odd"
        return json.dumps(data)

    with pytest.raises(BadProcedure) as caught:
        read_procedure(changed("texts.json", spoil))
    elements = {problem.element for problem in caught.value.problems}
    assert {"decision.letters.refuse", "retention_years", "states.in_review.kind"} <= elements
    assert any(element.startswith("checks.") for element in elements)


def test_a_model_that_is_no_dmn_is_named() -> None:
    _, problems = compile_package(changed("decisions/verfahren.dmn", lambda _: "<nothing/>"))
    assert any(problem.path == "decisions/verfahren.dmn" for problem in problems)


#: procedures in which one task takes all the time there is; in the others several share it
ONE_TASK = (
    "aufenthaltserlaubnis-verlaengern",
    "baumfaellgenehmigung",
    "bewohnerparkausweis",
    "hund-abmelden",
    "hundesteuer-anmeldung",
    "meldebescheinigung",
    "sondernutzung-strassenfest",
)


def test_the_due_date_of_the_only_task_is_that_of_the_texts() -> None:
    for slug in ONE_TASK:
        procedure = read_procedure(shipped(slug))
        task = procedure.process.nodes["pruefen"]
        deadline = procedure.texts.deadline
        assert isinstance(task, engine.UserTask) and task.due is not None and deadline is not None
        assert (task.due.value.text, task.due.unit) == (str(deadline.amount), deadline.unit)
