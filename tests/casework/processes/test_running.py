"""Processes run in the database: every step is stored with its commands, nothing happens twice, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from stadtkern.casework.processes import actions, calling, connectors, queries, versions
from stadtkern.casework.processes.errors import MoveNotAllowed, NoSuchTask
from stadtkern.casework.processes.models import Incident, Instance, Step, Task, Wait
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.jobs.testing import run_pending
from tests.casework.processes.packages_of import shipped, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(mainz: Any) -> Actor:
    return system(mainz.pk)


@pytest.fixture
def begin(actor: Actor, now: datetime) -> Callable[..., tuple[str, UUID]]:
    """Start a package for a new subject."""

    def start(package: Any, facts: Mapping[str, Any] | None = None) -> tuple[str, UUID]:
        subject = ("case", uuid4())
        version = versions.keep(package, now=now)
        actions.start(subject=subject, version_id=version, facts=facts or {}, actor=actor, now=now)
        return subject

    return start


def walk(subject: tuple[str, UUID], *steps: str, actor: Actor, now: datetime) -> list[str]:
    return [actions.act(subject=subject, action=step, actor=actor, now=now).state for step in steps]


def test_the_standard_procedure_goes_its_way(begin: Any, actor: Actor, now: datetime) -> None:
    subject = begin(shipped("sondernutzung-strassenfest"), {"zweck": "gewerblich"})
    assert queries.situation(subject).state == "received"
    way = walk(
        subject,
        "take",
        "ask_applicant",
        "answer",
        "decide",
        "send_back",
        "decide",
        "release",
        "close",
        actor=actor,
        now=now,
    )
    assert way == [
        "in_review", "waiting_for_applicant", "in_review", "awaiting_second", "in_review", "awaiting_second", "decided", "closed",
    ]  # fmt: skip
    ended = queries.situation(subject)
    assert ended.ended and ended.actions == {"reopen"}
    assert walk(subject, "reopen", "decide", "release", actor=actor, now=now) == [
        "in_review",
        "awaiting_second",
        "decided",
    ]
    assert Wait.objects.count() == 0 and Task.objects.filter(status="open").count() == 1


def test_no_second_person_where_the_rule_says_so(begin: Any, actor: Actor, now: datetime) -> None:
    subject = begin(shipped("hundesteuer-anmeldung"), {"jahressteuer": Decimal(186)})
    assert walk(subject, "take", "decide", actor=actor, now=now) == ["in_review", "decided"]
    step = Step.objects.exclude(decisions=[]).get()
    assert step.decisions[0]["decision"] == "four_eyes" and step.decisions[0]["result"] is False


def test_a_withdrawn_application_ends_and_stays_so(begin: Any, actor: Actor, now: datetime) -> None:
    subject = begin(shipped("hundesteuer-anmeldung"))
    walk(subject, "take", "ask_applicant", actor=actor, now=now)
    assert queries.situation(subject).actions == {"answer", "take", "withdraw"}
    assert walk(subject, "withdraw", actor=actor, now=now) == ["withdrawn"]
    assert queries.situation(subject).actions == frozenset()
    with pytest.raises(MoveNotAllowed):
        actions.act(subject=subject, action="take", actor=actor, now=now)
    assert set(Task.objects.values_list("status", flat=True)) <= {"done", "cancelled"}


def test_a_step_nobody_waits_for_changes_nothing(begin: Any, actor: Actor, now: datetime) -> None:
    subject = begin(shipped("hundesteuer-anmeldung"))
    before = Instance.objects.get().state
    with pytest.raises(MoveNotAllowed):
        actions.act(subject=subject, action="release", actor=actor, now=now)
    assert Instance.objects.get().state == before and Step.objects.count() == 1


def test_the_task_is_due_by_the_calendar(begin: Any, actor: Actor, now: datetime) -> None:
    subject = begin(shipped("hundesteuer-anmeldung"))
    walk(subject, "take", actor=actor, now=now)
    task = Task.objects.get(status="open")
    assert task.role == "caseworker" and task.due_at is not None
    assert timedelta(days=10) < task.due_at - now < timedelta(days=20)


TIMERS = """<process id="p" isExecutable="true">
<startEvent id="s"/><userTask id="t" name="T" stadtkern:actions="done"/><endEvent id="e"/>
<boundaryEvent id="remind" attachedToRef="t" cancelActivity="false"><timerEventDefinition>
 <timeCycle>R3/P1D</timeCycle></timerEventDefinition></boundaryEvent>
<scriptTask id="count"><script>{ erinnert: if erinnert = null then 1 else erinnert + 1 }</script></scriptTask>
<endEvent id="e2"/>
<boundaryEvent id="late" attachedToRef="t"><timerEventDefinition><timeDuration>P10D</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="e3"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
<sequenceFlow id="f3" sourceRef="remind" targetRef="count"/><sequenceFlow id="f4" sourceRef="count" targetRef="e2"/>
<sequenceFlow id="f5" sourceRef="late" targetRef="e3"/></process>"""


def test_timers_fire_once_each_and_repeat(begin: Any, actor: Actor, now: datetime) -> None:
    subject = begin(small(TIMERS))
    assert actions.fire_due_timers(actor=actor, now=now, limit=10) == 0
    for day in (1, 2, 3, 4):
        later = now + timedelta(days=day, hours=2)
        assert actions.fire_due_timers(actor=actor, now=later, limit=10) == (1 if day < 4 else 0)
        assert actions.fire_due_timers(actor=actor, now=later, limit=10) == 0
    assert queries.variables(subject)["erinnert"] == 3
    assert actions.fire_due_timers(actor=actor, now=now + timedelta(days=11), limit=10) == 1
    assert queries.situation(subject).ended and Task.objects.get().status == "cancelled"
    assert Wait.objects.count() == 0


MESSAGES = """<message id="m" name="ruf"/><signal id="sg" name="alarm"/><process id="p" isExecutable="true">
<startEvent id="s"/><parallelGateway id="g"/><receiveTask id="r" messageRef="m"/>
<intermediateCatchEvent id="c"><signalEventDefinition signalRef="sg"/></intermediateCatchEvent>
<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="sg"/></intermediateThrowEvent>
<parallelGateway id="j"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="r"/>
<sequenceFlow id="f3" sourceRef="g" targetRef="c"/><sequenceFlow id="f4" sourceRef="r" targetRef="throw"/>
<sequenceFlow id="f5" sourceRef="throw" targetRef="j"/><sequenceFlow id="f6" sourceRef="c" targetRef="j"/>
<sequenceFlow id="f7" sourceRef="j" targetRef="e"/></process>"""


def test_messages_and_signals_reach_whoever_waits(begin: Any, actor: Actor, now: datetime) -> None:
    first, second = begin(small(MESSAGES)), begin(small(MESSAGES))
    assert (
        actions.deliver_message(
            name="ruf", correlation=None, payload={"x": 1}, actor=actor, now=now, subject=first
        )
        == 1
    )
    assert (
        actions.deliver_message(name="ruf", correlation=None, payload={}, actor=actor, now=now, subject=first)
        == 0
    )
    run_pending()
    assert queries.situation(first).ended
    assert not queries.situation(second).ended
    actions.deliver_message(name="ruf", correlation=None, payload={}, actor=actor, now=now, subject=second)
    run_pending()
    assert queries.situation(second).ended, (
        "it listened to the alarm of the first one and only missed the call"
    )


CALLS = """<process id="p" isExecutable="true"><startEvent id="s"/>
<serviceTask id="c" stadtkern:result="antwort"><extensionElements><stadtkern:connector type="probe" operation="ask">
<stadtkern:input name="zahl" value="zahl"/></stadtkern:connector></extensionElements></serviceTask><userTask id="t" name="T"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="c"/><sequenceFlow id="f2" sourceRef="c" targetRef="t"/></process>"""


@pytest.fixture
def probe() -> Iterator[list[connectors.Call]]:
    """A connector that answers with the double, fails once for 13 and for good for 0."""
    calls: list[connectors.Call] = []

    def run(call: connectors.Call) -> Mapping[str, Any]:
        calls.append(call)
        if call.data["zahl"] == 0:
            raise connectors.ConnectorError("null geht nicht", final=True)
        if call.data["zahl"] == 13 and len(calls) == 1:
            raise connectors.ConnectorError("gerade nicht erreichbar")
        return {"doppelt": call.data["zahl"] * 2}

    operation = connectors.Operation(
        name="ask", label="fragen", label_en="ask", inputs=(connectors.Field(name="zahl", required=True),)
    )
    connectors.register(
        connectors.Connector(name="probe", label="Probe", label_en="Probe", operations=(operation,), run=run)
    )
    yield calls
    connectors.forget("probe")


def test_a_connector_is_called_after_the_commit(begin: Any, probe: list[connectors.Call]) -> None:
    subject = begin(small(CALLS), {"zahl": 21})
    assert probe == [] and Wait.objects.get().kind == "call"
    run_pending()
    assert queries.variables(subject)["antwort"] == {"doppelt": 42}
    assert Task.objects.get().name == "T" and Wait.objects.count() == 0


def test_a_call_that_fails_is_tried_again_with_the_same_key(
    begin: Any, probe: list[connectors.Call], actor: Actor, now: datetime
) -> None:
    begin(small(CALLS), {"zahl": 13})
    wait = Wait.objects.get()
    calling.call(actor=actor, instance_id=wait.instance_id, wait=wait.number, now=now)
    assert Wait.objects.get().attempts == 1 and Incident.objects.count() == 0
    calling.call(actor=actor, instance_id=wait.instance_id, wait=wait.number, now=now)
    assert len({call.key for call in probe}) == 1 and Task.objects.count() == 1
    calling.call(actor=actor, instance_id=wait.instance_id, wait=wait.number, now=now)
    assert len(probe) == 2, "an answered call is never made again"


def test_a_call_that_fails_for_good_becomes_an_incident_and_is_repaired(
    begin: Any, probe: list[connectors.Call], actor: Actor, now: datetime
) -> None:
    subject = begin(small(CALLS), {"zahl": 0})
    run_pending()
    incident = Incident.objects.get()
    assert (incident.node, incident.closed_at) == ("c", None) and "null geht nicht" in incident.message
    assert queries.situation(subject).incidents == 1
    assert actions.repair(incident_id=incident.pk, way="retry", variables={"zahl": 4}, actor=actor, now=now)
    run_pending()
    incident.refresh_from_db()
    assert incident.closed_at == now and queries.variables(subject)["antwort"] == {"doppelt": 8}
    assert not actions.repair(incident_id=incident.pk, way="retry", variables={}, actor=actor, now=now)


def test_an_incident_may_be_skipped(
    begin: Any, probe: list[connectors.Call], actor: Actor, now: datetime
) -> None:
    begin(small(CALLS), {"zahl": 0})
    run_pending()
    actions.repair(incident_id=Incident.objects.get().pk, way="skip", variables={}, actor=actor, now=now)
    assert Task.objects.get(status="open").node == "t"


def test_an_unknown_connector_is_an_incident(begin: Any) -> None:
    begin(small(CALLS), {"zahl": 1})
    run_pending()
    assert "probe" in Incident.objects.get().message


CHILD = """<process id="p" isExecutable="true"><startEvent id="s"/>
<callActivity id="call" calledElement="kind" stadtkern:result="ergebnis"><extensionElements>
<stadtkern:input name="n" value="zahl + 1"/></extensionElements></callActivity><userTask id="t" name="danach"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="call"/><sequenceFlow id="f2" sourceRef="call" targetRef="t"/></process>
<process id="kind" isExecutable="true"><startEvent id="ks"/><userTask id="kt" name="im Kind" stadtkern:actions="fertig"/>
<sequenceFlow id="kf1" sourceRef="ks" targetRef="kt"/></process>"""


def test_a_called_process_runs_as_an_instance_of_its_own(begin: Any, actor: Actor, now: datetime) -> None:
    subject = begin(small(CHILD), {"zahl": 1})
    inner = Task.objects.get()
    assert inner.name == "im Kind" and Instance.objects.count() == 2
    actions.complete_task(task_id=inner.pk, data={"note": Decimal("1.5")}, actor=actor, now=now)
    run_pending()
    assert Task.objects.get(status="open").name == "danach"
    assert queries.variables(subject)["ergebnis"]["note"] == Decimal("1.5")


def test_a_task_is_completed_once(begin: Any, actor: Actor, now: datetime) -> None:
    begin(shipped("hundesteuer-anmeldung"))
    task = Task.objects.get()
    actions.complete_task(task_id=task.pk, action="take", data={}, actor=actor, now=now)
    with pytest.raises(NoSuchTask):
        actions.complete_task(task_id=task.pk, action="take", data={}, actor=actor, now=now)
    with pytest.raises(NoSuchTask):
        actions.complete_task(task_id=uuid4(), data={}, actor=actor, now=now)
    other = Task.objects.get(status="open")
    with pytest.raises(MoveNotAllowed):
        actions.complete_task(task_id=other.pk, action="release", data={}, actor=actor, now=now)


def test_own_parameters_are_those_of_the_day_the_case_began(begin: Any, actor: Actor, now: datetime) -> None:
    declared = [{"name": "satz", "type": "number", "label": {"de": "Satz"}, "default": 10}]
    process = """<process id="p" isExecutable="true"><startEvent id="s"/><scriptTask id="x"><script>{ summe: parameter.satz * 2 }</script>
    </scriptTask><userTask id="t" name="T"/><sequenceFlow id="f1" sourceRef="s" targetRef="x"/><sequenceFlow id="f2" sourceRef="x" targetRef="t"/></process>"""
    package = small(process, parameters=declared)
    first = begin(package)
    versions.set_parameters(slug="test", values={"satz": Decimal("7.5")}, by_name="A", now=now)
    second = begin(package)
    assert (queries.variables(first)["summe"], queries.variables(second)["summe"]) == (20, 15)


def test_an_endless_loop_is_stopped_and_nothing_is_lost(begin: Any) -> None:
    process = """<process id="p" isExecutable="true"><startEvent id="s"/><scriptTask id="a"><script>{ n: 1 }</script></scriptTask>
    <scriptTask id="b"><script>{ n: 2 }</script></scriptTask><exclusiveGateway id="g" default="f5"/><endEvent id="e"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/>
    <sequenceFlow id="f3" sourceRef="b" targetRef="g"/><sequenceFlow id="f4" sourceRef="g" targetRef="e"><conditionExpression>n = 3</conditionExpression></sequenceFlow>
    <sequenceFlow id="f5" sourceRef="g" targetRef="a"/></process>"""
    subject = begin(small(process))
    assert queries.situation(subject).incidents == 1 and not queries.situation(subject).ended


def test_an_erased_subject_leaves_nothing(begin: Any, actor: Actor, now: datetime) -> None:
    subject, other = begin(small(CHILD), {"zahl": 1}), begin(small(CHILD), {"zahl": 2})
    assert actions.erase(subject) == 1
    assert set(Instance.objects.values_list("subject_id", flat=True)) == {other[1]}
    assert Task.objects.count() == 1 and Step.objects.count() == 2


def test_the_same_package_is_stored_once(now: datetime, mainz: Any) -> None:
    first = versions.keep(shipped("hundesteuer-anmeldung"), now=now)
    assert versions.keep(shipped("hundesteuer-anmeldung"), now=now) == first
    assert versions.package_of(first) == shipped("hundesteuer-anmeldung")
    assert versions.keep(shipped("meldebescheinigung"), now=now) != first


def test_the_tasks_of_roles_and_people_are_merged_by_due_date(
    begin: Any, actor: Actor, now: datetime
) -> None:
    for _ in range(3):
        walk(begin(shipped("hundesteuer-anmeldung")), "take", actor=actor, now=now)
    early = Task.objects.filter(status="open").order_by("-id").first()
    assert early is not None
    Task.objects.filter(pk=early.pk).update(role="", assignee_key="zoe", due_at=now)
    both = queries.tasks_of(roles=["caseworker"], person="zoe")
    assert both[0].id == early.pk and len(both) == 3
    assert queries.tasks_of(roles=["caseworker"], offset=1, limit=1)[0].id == both[2].id
    assert queries.tasks_of(roles=["caseworker", "caseworker"], person="zoe", offset=2)[0].id == both[2].id


@pytest.mark.django_db
def test_a_step_has_one_moment(actor: Actor) -> None:
    """``today()`` in an expression is the day of the step, also when a job comes to it much later."""
    from tests.casework.processes.packages.test_playing import CLOCK

    began = datetime(2024, 2, 20, 12, tzinfo=UTC)
    subject = ("test", uuid4())
    version = versions.keep(small(CLOCK), now=began)
    actions.start(subject=subject, version_id=version, facts={}, actor=actor, now=began)
    actions.fire_due_timers(actor=actor, now=began + timedelta(days=31), limit=9)
    found = queries.variables(subject)
    assert (found["anfang"], found["ende"]) == (date(2024, 2, 20), date(2024, 3, 22))
