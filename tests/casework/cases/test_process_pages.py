"""The process of a case at the desk: the way taken, tasks of packages, reasons, failed steps and their repair."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from stadtkern.casework.cases import actions, queries
from stadtkern.casework.cases.models import Case, CaseEvent
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes import connectors, versions
from stadtkern.casework.processes.models import Instance
from stadtkern.foundation.access.api import NotAllowed
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.jobs.testing import run_pending
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput
from tests.casework.cases.test_pages import browse, world  # noqa: F401  (fixtures)
from tests.casework.processes.packages_of import small

pytestmark = pytest.mark.django_db

OWN = """
<process id="p" isExecutable="true">
 <laneSet id="l"><lane id="l1" name="Amt" stadtkern:role="caseworker"><flowNodeRef>vor_ort</flowNodeRef></lane></laneSet>
 <startEvent id="a"/>
 <userTask id="vor_ort" name="Ortstermin festhalten" stadtkern:state="received" stadtkern:actions="in_ordnung mangel">
  <documentation>Bitte sehen Sie sich den Ort an.</documentation>
  <extensionElements>
   <stadtkern:due amount="5" unit="days" legalBasis="§ 24 VwVfG"/>
   <stadtkern:input name="ort" value="wo"/>
   <stadtkern:field name="tag" type="date" label="Tag des Termins" labelEn="Day of the visit"/>
   <stadtkern:field name="meter" type="number" label="Breite in Metern"/>
   <stadtkern:field name="zustand" label="Zustand" options="gut:Gut|schlecht:Schlecht"/>
   <stadtkern:field name="notiz" type="long" label="Notiz" required="false"/>
  </extensionElements>
 </userTask>
 <exclusiveGateway id="g" default="f4"/>
 <userTask id="zweite" name="Gegenlesen" stadtkern:role="second_person">
  <extensionElements><stadtkern:output name="bemerkung" value="eindruck"/></extensionElements>
 </userTask>
 <serviceTask id="melden" name="An das Register melden" stadtkern:result="antwort">
  <extensionElements><stadtkern:connector type="test.register"><stadtkern:input name="nummer" value="nummer"/></stadtkern:connector></extensionElements>
 </serviceTask>
 <endEvent id="e" stadtkern:state="received"/>
 <sequenceFlow id="f1" sourceRef="a" targetRef="vor_ort"/>
 <sequenceFlow id="f2" sourceRef="vor_ort" targetRef="g"/>
 <sequenceFlow id="f3" name="Mangel melden" sourceRef="g" targetRef="melden"><conditionExpression>action = "mangel"</conditionExpression></sequenceFlow>
 <sequenceFlow id="f4" sourceRef="g" targetRef="zweite"/>
 <sequenceFlow id="f5" sourceRef="zweite" targetRef="e"/>
 <sequenceFlow id="f6" sourceRef="melden" targetRef="e"/>
</process>"""


@pytest.fixture
def own_case(world, now):  # noqa: F811
    """A case whose package adds tasks and a connector of its own."""
    _, worker, case = world
    version = versions.keep(small(OWN), now=now)
    Instance.objects.filter(subject_id=case.pk).delete()
    Case.objects.filter(pk=case.pk).update(process_version_id=version)
    processes.start(
        subject=("case", case.pk), version_id=version, facts={"wo": "Gaustraße 12", "nummer": "falsch"}, actor=worker, now=now
    )  # fmt: skip
    return worker, Case.objects.get(pk=case.pk)


@pytest.fixture
def register():
    """A register that only knows the number 7; what it was asked."""
    asked: list[Any] = []

    def run(call: Any) -> dict[str, Any]:
        asked.append(call.data["nummer"])
        if call.data["nummer"] != 7:
            raise connectors.ConnectorError("Die Nummer gibt es nicht.", final=True)
        return {"ok": True}

    connectors.register(
        connectors.Connector(
            name="test.register",
            label="Register",
            label_en="Register",
            operations=(connectors.Operation(name="melden", label="melden", label_en="report"),),
            run=run,
        )
    )
    yield asked
    connectors.forget("test.register")


def address(case: Case, *parts: object) -> str:
    return "/".join([f"/arbeit/vorgang/{case.pk}", *map(str, parts)]) + "/"


def task_of(case: Case) -> processes.TaskInfo:
    return processes.open_tasks(("case", case.pk))[0]


GOOD = {"tag_day": "16", "tag_month": "10", "tag_year": "2025", "meter": "3,5", "zustand": "gut"}


def test_the_way_taken_stands_in_the_drawing_and_as_a_list(world, browse, now) -> None:  # noqa: F811
    _, worker, case = world
    actions.take(actor=worker, case_id=case.pk, revision=None, now=now)
    page = browse(worker).get(address(case, "ablauf")).content.decode()
    assert "Als Nächstes: Antrag prüfen" in page
    assert '"current": ["' in page and "BPMNDiagram" in page
    assert page.count("hier steht der Vorgang") >= 2 and "erledigt" in page
    assert "Sachbearbeitung" in page


def test_decisions_on_the_way_show_their_value_and_reason(world, browse, now) -> None:  # noqa: F811
    _, worker, case = world
    actions.take(actor=worker, case_id=case.pk, revision=None, now=now)
    processes.act(subject=("case", case.pk), action="decide", actor=worker, now=now)
    page = browse(worker).get(address(case, "ablauf")).content.decode()
    assert "Braucht es eine zweite Person?" in page


def test_checks_say_which_rule_was_read_with_which_values(world, browse) -> None:  # noqa: F811
    _, worker, case = world
    shown = next(each for each in queries.checks_of(case) if each.reason.rule)
    page = browse(worker).get(f"/arbeit/vorgang/{case.pk}/").content.decode()
    assert "Warum so?" in page and shown.reason.values[0][0] in page


def test_strangers_do_not_see_the_process(world, browse, make_actor, team) -> None:  # noqa: F811
    _, _, case = world
    other = browse(make_actor("caseworker", team=team("sondernutzung"), name="X"))
    assert other.get(address(case, "ablauf")).status_code == 404


def test_a_task_of_a_package_stands_in_list_column_and_form(own_case, browse) -> None:  # noqa: F811
    worker, case = own_case
    client = browse(worker)
    due = clock.local(task_of(case).due_at).strftime("%d.%m.%Y")
    assert f"Ortstermin festhalten, bis {due}" in client.get("/arbeit/").content.decode()
    assert address(case, "aufgabe", task_of(case).id) in client.get(address(case)).content.decode()
    page = client.get(address(case, "aufgabe", task_of(case).id)).content.decode()
    for text in (
        "Bitte sehen Sie sich den Ort an.",
        "Gaustraße 12",
        "§ 24 VwVfG",
        "Breite in Metern",
        "Mangel melden",
        "In ordnung",
    ):
        assert text in page, text
    english = client.get(address(case, "aufgabe", task_of(case).id) + "?lang=en").content.decode()
    assert "Day of the visit" in english


def test_values_are_checked_kept_and_typed(own_case, browse) -> None:  # noqa: F811
    worker, case = own_case
    client, page = browse(worker), address(case, "aufgabe", task_of(case).id)
    wrong = client.post(page, {**GOOD, "meter": "viel", "outcome": "in_ordnung"})
    assert wrong.status_code == 422 and 'value="viel"' in wrong.content.decode()
    assert client.post(page, {**GOOD, "zustand": "mittel", "outcome": "in_ordnung"}).status_code == 422
    assert client.post(page, {**GOOD, "outcome": "decide"}).status_code == 409
    client.post(page, {**GOOD, "speichern": "1"})
    assert task_of(case).name == "Ortstermin festhalten", "saved, not done"
    assert 'value="3.5"' in client.get(page).content.decode()
    assert client.post(page, {**GOOD, "outcome": "in_ordnung"}).status_code == 302
    kept = processes.variables(("case", case.pk))
    assert (str(kept["meter"]), kept["tag"].isoformat(), kept["action"]) == (
        "3.5",
        "2025-10-16",
        "in_ordnung",
    )
    assert client.post(page, {**GOOD, "outcome": "in_ordnung"}).status_code == 404
    assert CaseEvent.objects.filter(case=case, kind="task_done").count() == 1


def test_the_second_person_is_another_one(own_case, browse, make_actor, team, now) -> None:  # noqa: F811
    worker, case = own_case
    first = task_of(case)
    actions.complete_task(
        actor=worker,
        case_id=case.pk,
        task_id=first.id,
        outcome="in_ordnung",
        values={},
        revision=None,
        now=now,
    )
    second = task_of(case)
    later = now + timedelta(hours=1)
    values = {"eindruck": "gut"}
    with pytest.raises(NotAllowed):
        actions.complete_task(
            actor=worker,
            case_id=case.pk,
            task_id=second.id,
            outcome="",
            values=values,
            revision=None,
            now=later,
        )
    other = make_actor("caseworker", team=team("finanzen"), name="T. Kramer")
    client = browse(other)
    assert "Eindruck" in client.get(address(case, "aufgabe", second.id)).content.decode()
    assert client.post(address(case, "aufgabe", second.id), values).status_code == 302
    assert processes.variables(("case", case.pk))["bemerkung"] == "gut"


@pytest.fixture
def failed(own_case, register, now):
    worker, case = own_case
    actions.complete_task(
        actor=worker,
        case_id=case.pk,
        task_id=task_of(case).id,
        outcome="mangel",
        values={},
        revision=None,
        now=now,
    )
    run_pending()
    return worker, case, processes.failures()[0]


def test_a_failed_step_is_seen_and_tried_again_with_another_value(failed, browse, register) -> None:  # noqa: F811
    worker, case, failure = failed
    client = browse(worker)
    for page in (address(case), address(case, "ablauf"), "/arbeit/stoerungen/"):
        text = client.get(page).content.decode()
        assert "An das Register melden" in text and "Die Nummer gibt es nicht." in text, page
    repair = f"/arbeit/stoerungen/{failure.id}/"
    assert "&quot;falsch&quot;" in client.get(repair).content.decode()
    assert client.post(repair, {"wert-nummer": "= (", "wiederholen": "1"}).status_code == 422
    client.post(repair, {"wert-nummer": "7", "wiederholen": "1"})
    run_pending()
    assert register == ["falsch", 7] and not processes.failures()
    assert processes.situation(("case", case.pk)).ended
    entry = next(e for e in audit.entries_for("case", case.pk) if e.action == "processes.step_retried")
    assert entry.details["variables"] == ["nummer"]
    assert client.get(repair).status_code == 302, "repaired meanwhile"


def test_skipping_needs_two_people_and_a_reason(failed, browse, make_actor, team) -> None:  # noqa: F811
    worker, case, failure = failed
    repair = f"/arbeit/stoerungen/{failure.id}/"
    client = browse(worker)
    assert client.post(repair, {"vorschlagen": "1", "reason": " "}).status_code == 422
    client.post(repair, {"vorschlagen": "1", "reason": "Das Register ist abgeschaltet."})
    assert client.post(repair, {"bestaetigen": "1"}).status_code == 409
    assert processes.failures(), "still waiting"
    manager = browse(make_actor("service_manager", name="M. Lenz"))
    page = manager.get(repair).content.decode()
    assert "Das Register ist abgeschaltet." in page and f"/arbeit/vorgang/{case.pk}/" not in page
    assert manager.post(repair, {"bestaetigen": "1"}).status_code == 302
    assert not processes.failures() and processes.situation(("case", case.pk)).ended
    found = {e.action: e.reason for e in audit.entries_for("case", case.pk) if "step_skip" in e.action}
    assert found == {
        "processes.step_skip_asked": "Das Register ist abgeschaltet.",
        "processes.step_skipped": "Das Register ist abgeschaltet.",
    }


def test_a_refused_skip_leaves_the_failure_open(failed, make_actor, now) -> None:
    worker, _case, failure = failed
    processes.ask_to_skip(incident_id=failure.id, reason="Weg damit", actor=worker, now=now)
    processes.refuse_skip(incident_id=failure.id, actor=make_actor("service_manager", name="M"), now=now)
    assert processes.failure(failure.id).skip is None


def test_failures_are_for_those_who_answer_for_them(failed, browse, make_actor, team) -> None:  # noqa: F811
    _worker, _case, failure = failed
    other = browse(make_actor("caseworker", team=team("sondernutzung"), name="X"))
    assert "Die Nummer" not in other.get("/arbeit/stoerungen/").content.decode()
    assert other.get(f"/arbeit/stoerungen/{failure.id}/").status_code == 404
    assert browse(make_actor("counter", name="Y")).get("/arbeit/stoerungen/").status_code == 403


def test_literals_are_read_without_running_anything(now) -> None:
    assert processes.read_literal("x", "[1, 2]") == [1, 2]
    with pytest.raises(InvalidInput):
        processes.read_literal("x", "for i in")


# --- what a caseworker enters is known to what follows

MEASURED = """
<process id="p" isExecutable="true">
 <laneSet id="l"><lane id="l1" name="Amt" stadtkern:role="caseworker"><flowNodeRef>messen</flowNodeRef><flowNodeRef>breit</flowNodeRef><flowNodeRef>schmal</flowNodeRef></lane></laneSet>
 <startEvent id="a"/>
 <subProcess id="drin" name="Vor Ort">
  <startEvent id="b"/>
  <userTask id="messen" name="Messen" stadtkern:state="received" stadtkern:actions="gemessen">
   <extensionElements>
    <stadtkern:field name="meter" type="number" label="Breite in Metern"/>
    <stadtkern:field name="tag" type="date" label="Tag des Termins"/>
    <stadtkern:output name="bemerkung" value="&quot;gesehen&quot;"/>
   </extensionElements>
  </userTask>
  <endEvent id="c"/>
  <sequenceFlow id="g1" sourceRef="b" targetRef="messen"/><sequenceFlow id="g2" sourceRef="messen" targetRef="c"/>
 </subProcess>
 <businessRuleTask id="stufen" name="Einstufen" stadtkern:model="verfahren" stadtkern:decision="stufe" stadtkern:result="gestuft"/>
 <exclusiveGateway id="g" default="f4"/>
 <userTask id="breit" name="Breiter Weg"/>
 <userTask id="schmal" name="Schmaler Weg"/>
 <endEvent id="e" stadtkern:state="received"/>
 <sequenceFlow id="f1" sourceRef="a" targetRef="drin"/>
 <sequenceFlow id="f2" sourceRef="drin" targetRef="stufen"/>
 <sequenceFlow id="f2b" sourceRef="stufen" targetRef="g"/>
 <sequenceFlow id="f3" sourceRef="g" targetRef="breit"><conditionExpression>meter &gt; 3 and tag &lt; date("2030-01-01") and gestuft = 350</conditionExpression></sequenceFlow>
 <sequenceFlow id="f4" sourceRef="g" targetRef="schmal"/>
 <sequenceFlow id="f5" sourceRef="breit" targetRef="e"/>
 <sequenceFlow id="f6" sourceRef="schmal" targetRef="e"/>
</process>"""


def literal(name: str, text: str) -> str:
    need = f'<informationRequirement id="r_{name}"><requiredInput href="#i_meter"/></informationRequirement>'
    return (
        f'<decision id="{name}" name="{name}"><question>{name}?</question><variable name="{name}"/>{need}'
        f'<literalExpression id="e_{name}"><text>{text}</text></literalExpression></decision>'
    )


RULES = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:d">'
    '<inputData id="i_meter" name="meter"><variable name="meter"/></inputData>'
    + literal("stufe", "meter * 100") + literal("fee", "meter * 100") + literal("check_wide", "meter &gt;= 1.5")
    + "</definitions>"
)  # fmt: skip


@pytest.fixture
def measured_case(world, now):  # noqa: F811
    """A case that waits for a measurement; a gateway, a decision of the process, a check and the fee ask for it."""
    _, worker, case = world
    package = small(MEASURED)
    texts = package.json("texts.json")
    texts["fee"] = {"when": "with_decision", "label": {"de": "Gebühr"}, "legal_basis": "Satzung"}
    texts["checks"] = [
        {"id": "wide", "decision": "check_wide", "label": {"de": "Breit genug"}, "severity": "block", "legal_basis": "§ 1", "else": {"de": "zu schmal"}}
    ]  # fmt: skip
    package = package.with_file("decisions/verfahren.dmn", RULES.encode()).with_file(
        "texts.json", json.dumps(texts).encode()
    )
    version = versions.keep(package, now=now)
    Instance.objects.filter(subject_id=case.pk).delete()
    Case.objects.filter(pk=case.pk).update(process_version_id=version)
    processes.start(subject=("case", case.pk), version_id=version, facts={}, actor=worker, now=now)
    return worker, Case.objects.get(pk=case.pk)


def test_entries_of_a_task_reach_gateway_decisions_check_fee_and_reasons(measured_case, browse) -> None:  # noqa: F811
    worker, case = measured_case
    client = browse(worker)
    assert [check.outcome for check in queries.checks_of(case)] == ["unknown"]
    day = {"tag_day": "16", "tag_month": "10", "tag_year": "2025"}
    sent = client.post(
        address(case, "aufgabe", task_of(case).id), {"meter": "3,5", "outcome": "gemessen", **day}
    )
    assert sent.status_code == 302, sent.content.decode()[-2000:]
    assert task_of(case).name == "Breiter Weg"
    procedure, facts = processes.procedure(case.process_version_id), queries.facts_of(case)
    assert (facts["meter"], facts["tag"], facts["bemerkung"]) == (
        Decimal("3.5"),
        date(2025, 10, 16),
        "gesehen",
    )
    assert procedure.fee_cents(facts) == 350 and queries.checks_of(case)[0].is_ok
    page = client.get(address(case)).content.decode()
    assert "meter (Breite in Metern)" in page and "3,5" in page
    way = client.get(address(case, "ablauf")).content.decode()
    assert "stufe?" in way and "meter * 100" in way and "meter (Breite in Metern)</code> = 3,5" in way
