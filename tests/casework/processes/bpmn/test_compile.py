"""What the engine is given: our attributes, those of other modellers, events, loops, links, global tasks."""

from __future__ import annotations

from typing import TypeVar

import pytest

from stadtkern.casework.processes.bpmn import BpmnError, check, compile
from stadtkern.casework.processes.engine import model as m
from tests.casework.processes.bpmn.models import END, START, flows, read

N = TypeVar("N", bound=m.Node)


def node(body: str, kind: type[N], outside: str = "", key: str = "x") -> N:
    """The node `x` of a process start > x > end."""
    found = compile(read(START + body + END + flows(f"s>{key}", f"{key}>e"), outside)).nodes[key]
    assert isinstance(found, kind)
    return found


def extended(kind: str, attributes: str, inner: str) -> str:
    return f'<{kind} id="x" {attributes}><extensionElements>{inner}</extensionElements></{kind}>'


def test_a_user_task_in_our_notation() -> None:
    task = node(
        extended(
            "userTask",
            'name="Prüfen" stadtkern:role="amt" stadtkern:form="f1" stadtkern:assignee="leitung" stadtkern:text="hinweis"',
            '<stadtkern:due amount="frist + 1" unit="working_days" legalBasis="§ 42a"/>'
            '<stadtkern:input name="antrag" value="antrag"/><stadtkern:output name="ok" value="result.ok = true"/>',
        ),
        m.UserTask,
    )
    assert (task.name, task.role, task.form) == ("Prüfen", "amt", "f1")
    assert task.assignee == m.Expression("leitung")
    assert task.due == m.Timer(kind="duration", value=m.Expression("frist + 1"), unit="working_days")
    assert [a.target for a in task.inputs] == ["antrag"] and [a.target for a in task.outputs] == ["ok"]
    assert task.settings == {"text": "hinweis", "legal_basis": "§ 42a"}


def test_a_user_task_of_zeebe_and_of_camunda() -> None:
    zeebe = node(
        extended(
            "userTask",
            "",
            '<zeebe:formDefinition formKey="f2"/><zeebe:assignmentDefinition candidateGroups="amt"/>'
            '<zeebe:taskSchedule dueDate="2026-01-31T12:00:00Z"/><zeebe:ioMapping><zeebe:input source="= a.b" target="c"/>'
            '<zeebe:input source="fest" target="d"/><zeebe:output source="= e" target="f"/></zeebe:ioMapping>',
        ),
        m.UserTask,
    )
    assert (zeebe.form, zeebe.role) == ("f2", "amt")
    assert zeebe.due == m.Timer(kind="date", value=m.Expression('"2026-01-31T12:00:00Z"'))
    assert [(a.target, a.value.text) for a in zeebe.inputs] == [("c", "a.b"), ("d", '"fest"')]
    assert [(a.target, a.value.text) for a in zeebe.outputs] == [("f", "e")]
    camunda = node(
        extended(
            "userTask",
            'camunda:formKey="f3" camunda:candidateGroups="team" camunda:dueDate="${now}"',
            '<camunda:inputOutput><camunda:inputParameter name="g">${!h}</camunda:inputParameter></camunda:inputOutput>',
        ),
        m.UserTask,
    )
    assert (camunda.form, camunda.role, camunda.due) == (
        "f3",
        "team",
        m.Timer(kind="date", value=m.Expression("now")),
    )
    assert [(a.target, a.value.text) for a in camunda.inputs] == [("g", "not(h)")]


def test_connectors_decisions_scripts_and_calls() -> None:
    letter = node(
        extended(
            "serviceTask",
            'stadtkern:result="antwort"',
            '<stadtkern:connector type="letter" operation="send"><stadtkern:input name="an" value="name"/></stadtkern:connector>',
        ),
        m.ServiceTask,
    )
    assert (letter.connector, letter.operation, letter.result) == ("letter", "send", "antwort")
    assert [a.target for a in letter.inputs] == ["an"]
    rule = node(
        '<businessRuleTask id="x" stadtkern:model="steuer" stadtkern:decision="Satz" stadtkern:result="r"/>',
        m.BusinessRuleTask,
    )
    assert (rule.model, rule.decision, rule.result) == ("steuer", "Satz", "r")
    script = node('<scriptTask id="x"><script>{ a: 1 + 2, b: a * 2 }</script></scriptTask>', m.ScriptTask)
    assert [(a.target, a.value.text) for a in script.assignments] == [("a", "1 + 2"), ("b", "a * 2")]
    zeebe = node(
        extended("scriptTask", "", '<zeebe:script expression="=1+1" resultVariable="z"/>'), m.ScriptTask
    )
    assert [(a.target, a.value.text) for a in zeebe.assignments] == [("z", "1+1")]
    assert node('<callActivity id="x" calledElement="anderswo"/>', m.CallActivity).process == "anderswo"
    called = node(
        '<callActivity id="x" calledElement="g"/>', m.UserTask, '<globalUserTask id="g" stadtkern:form="gf"/>'
    )
    assert called.form == "gf"


def test_roles_come_from_the_task_its_lane_or_the_sub_process_around_it() -> None:
    lanes = '<laneSet id="ls"><lane id="l" name="Bürger büro" stadtkern:role="front"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
    inner = (
        '<subProcess id="u"><startEvent id="is"/><userTask id="a"/><userTask id="b" stadtkern:role="eigene"/>'
    )
    process = compile(
        read(lanes + START + inner + flows("is>a", "a>b") + "</subProcess>" + END + flows("s>u", "u>e"))
    )
    assert (process.nodes["a"].role, process.nodes["b"].role, process.nodes["a"].scope) == (
        "front",
        "eigene",
        "u",
    )
    assert process.lanes == (m.Lane(id="l", name="Bürger büro", role="front", nodes=("u",)),)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<timeDuration>P14D</timeDuration>", m.Timer(kind="duration", value=m.Expression('"P14D"'))),
        ("<timeDate>=antrag.frist</timeDate>", m.Timer(kind="date", value=m.Expression("antrag.frist"))),
        ("<timeCycle>R3/PT10H</timeCycle>", m.Timer(kind="cycle", value=m.Expression('"R3/PT10H"'))),
        (
            '<extensionElements><stadtkern:due amount="3" unit="weeks"/></extensionElements>',
            m.Timer(kind="duration", value=m.Expression("3"), unit="weeks"),
        ),
        (
            '<extensionElements><stadtkern:due at="P1M"/></extensionElements>',
            m.Timer(kind="duration", value=m.Expression('"P1M"')),
        ),
    ],
)
def test_timers(inner: str, expected: m.Timer) -> None:
    body = f'<intermediateCatchEvent id="x"><timerEventDefinition>{inner}</timerEventDefinition></intermediateCatchEvent>'
    assert node(body, m.CatchEvent).event == expected


def test_messages_signals_errors_and_escalations() -> None:
    outside = (
        '<message id="m" name="Antwort"><extensionElements><zeebe:subscription correlationKey="= nr"/></extensionElements></message>'
        '<signal id="g" name="Sperre"/><error id="f" errorCode="E1"/><escalation id="k" escalationCode="K1"/>'
    )
    catch = node(
        '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>',
        m.CatchEvent,
        outside,
    )
    assert catch.event == m.Message(name="Antwort", key=m.Expression("nr"))
    receive = node(
        '<receiveTask id="x" messageRef="m" stadtkern:correlation="anders"/>', m.ReceiveTask, outside
    )
    assert receive.message.key == m.Expression("anders")
    throw = extended("intermediateThrowEvent", "", '<stadtkern:input name="a" value="1"/>')
    throw = throw.replace(
        "</intermediateThrowEvent>", '<signalEventDefinition signalRef="g"/></intermediateThrowEvent>'
    )
    sent = node(throw, m.ThrowEvent, outside).event
    assert isinstance(sent, m.Signal) and sent.name == "Sperre" and sent.payload[0].target == "a"
    body = (
        START + '<userTask id="x"/><boundaryEvent id="b" attachedToRef="x" cancelActivity="false">'
        '<escalationEventDefinition escalationRef="k"/></boundaryEvent><endEvent id="e"><errorEventDefinition errorRef="f"/></endEvent>'
    )
    process = compile(read(body + flows("s>x", "x>e", "b>e"), outside))
    border, end = process.nodes["b"], process.nodes["e"]
    assert isinstance(border, m.BoundaryEvent) and isinstance(end, m.EndEvent)
    assert (border.event, border.interrupting, border.attached_to) == (m.Escalation(code="K1"), False, "x")
    assert end.event == m.Error(code="E1")


def test_compensation_needs_its_handler() -> None:
    body = (
        START
        + '<userTask id="x"/><boundaryEvent id="b" attachedToRef="x"><compensateEventDefinition/></boundaryEvent>'
        '<userTask id="undo" isForCompensation="true"/>' + END + flows("s>x", "x>e")
    )
    assert "compensation-handler" in {f.code for f in check(read(body)).findings}
    process = compile(read(body + '<association id="as" sourceRef="b" targetRef="undo"/>'))
    border, undo = process.nodes["b"], process.nodes["undo"]
    assert isinstance(border, m.BoundaryEvent) and border.handler == "undo"
    assert isinstance(undo, m.UserTask) and undo.for_compensation


def test_multi_instance_in_all_notations() -> None:
    ours = node(
        '<userTask id="x"><multiInstanceLoopCharacteristics isSequential="true" stadtkern:collection="stellen" '
        'stadtkern:element="stelle" stadtkern:collect="antwort" stadtkern:collectInto="antworten">'
        "<completionCondition>numberOfCompletedInstances > 2</completionCondition></multiInstanceLoopCharacteristics></userTask>",
        m.UserTask,
    ).multi
    assert ours == m.MultiInstance(
        sequential=True,
        collection=m.Expression("stellen"),
        item="stelle",
        output_item=m.Expression("antwort"),
        output_collection="antworten",
        completion=m.Expression("numberOfCompletedInstances > 2"),
    )
    counted = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    assert node(f'<userTask id="x">{counted}</userTask>', m.UserTask).multi == m.MultiInstance(
        cardinality=m.Expression("3")
    )


def test_links_are_one_line_and_implicit_splits_stay() -> None:
    link = '<linkEventDefinition name="weiter"/>'
    body = (
        START + f'<intermediateThrowEvent id="t">{link}</intermediateThrowEvent>'
        f'<intermediateCatchEvent id="c">{link}</intermediateCatchEvent><userTask id="a"/><userTask id="b"/>'
        + END
    )
    document = read(body + flows("s>t", "c>a", "c>b", "a>e", "b>e: ok", "b>a"))
    assert check(document).executable
    process = compile(document)
    assert process.flows["t->c"].target == "c"
    assert len(process.out("c")) == 2
    assert process.flows["b_e"].condition == m.Expression("ok")


def test_data_objects_are_variables_even_with_unusual_names() -> None:
    data = '<dataObject id="d1" name="Betrag-neu" stadtkern:initial="5"/><dataObject id="d2"/><dataObjectReference id="r" name="Akte" dataObjectRef="d2"/>'
    gateway = '<exclusiveGateway id="x" default="x_e"/><userTask id="a"/>'
    process = compile(read(data + START + gateway + END + flows("s>x", "x>e", "x>a: Betrag-neu > 3", "a>e")))
    assert [(d.name, d.initial) for d in process.data] == [
        ("Betrag-neu", m.Expression("5", ("Betrag-neu",))),
        ("Akte", None),
    ]
    condition = process.flows["x_a"].condition
    assert condition is not None and condition.compiled({"Betrag-neu": 4}) is True


def test_an_unknown_process_is_said() -> None:
    with pytest.raises(BpmnError) as caught:
        compile(read(START), "gibt-es-nicht")
    assert caught.value.reason == "no-process"
