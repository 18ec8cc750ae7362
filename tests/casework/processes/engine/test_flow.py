"""Tasks, gateways, sub-processes, multi-instance: how tokens move."""

from __future__ import annotations

import time

import pytest

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.decisions import by_models
from stadtkern.casework.processes.engine.engine import start, step
from stadtkern.casework.processes.engine.work import Limits
from stadtkern.kernel import dmn
from tests.casework.processes.engine.build import (
    Player,
    begin,
    edge,
    end,
    let,
    node,
    process,
    script,
    user,
    x,
)

XOR, AND, OR = m.ExclusiveGateway, m.ParallelGateway, m.InclusiveGateway


def test_task_carries_what_the_work_list_needs() -> None:
    task = user(
        "a", role="sachbearbeitung", form="antrag", assignee=x('"anna"'), inputs=let(doppelt="n * 2"),
        due=m.Timer(kind="duration", value=x("frist"), unit="working_days"),
    )  # fmt: skip
    p = Player(process([begin(), task, end()], "s > a > e"), {"n": 21, "frist": 10})
    (made,) = p.of(c.CreateTask)
    assert (made.role, made.form, made.assignee, made.data) == (
        "sachbearbeitung",
        "antrag",
        "anna",
        {"doppelt": 42},
    )
    assert made.due.value == 10 and made.due.unit == "working_days"
    p.do("a", n=1)
    assert p.status == "completed" and p.vars["n"] == 1
    assert p.of(c.Completed)[0].outcome == "completed"
    assert [w for w in p.way if w[0] == "flow"] == [("flow", "s>a"), ("flow", "a>e")]


def test_outputs_decide_what_an_answer_changes() -> None:
    p = Player(
        process([begin(), user("a", outputs=let(summe="betrag + 1", ganz="result")), end()], "s > a > e")
    )
    p.do("a", betrag=2)
    assert p.vars == {"summe": 3, "ganz": {"betrag": 2}}


def test_scripts_see_what_was_set_before() -> None:
    p = Player(process([begin(), script("a", x="n + 1", y="x * 2"), end()], "s > a > e"), {"n": 1})
    assert p.status == "completed" and p.vars == {"n": 1, "x": 2, "y": 4}


def test_abstract_and_manual_tasks() -> None:
    p = Player(process([begin(), node(m.NoneTask, "a"), user("b", manual=True), end()], "s > a > b > e"))
    assert p.of(c.CreateTask)[0].manual
    p.do("b")
    assert p.status == "completed"


def test_service_task_answer_and_key() -> None:
    service = m.ServiceTask(
        id="a", scope="p", connector="register", operation="get", inputs=let(id="nr"), result="antwort", outputs=let(ort="ort")
    )  # fmt: skip
    p = Player(process([begin(), service, end()], "s > a > e"), {"nr": "7"})
    (call,) = p.of(c.CallConnector)
    assert (call.connector, call.operation, call.data) == ("register", "get", {"id": "7"})
    p.do("a", ort="Trier")
    assert p.vars == {"nr": "7", "antwort": {"ort": "Trier"}, "ort": "Trier"} and p.status == "completed"


def test_repeated_call_keeps_its_key() -> None:
    service = m.ServiceTask(id="a", scope="p", connector="mail")
    model = process([begin(), service, edge("b", "a", m.Timer(kind="duration", value=x('"P1D"'))), end(), end("e2")], "s > a > e", "b > e2")  # fmt: skip
    p = Player(model)
    p.send(e.ConnectorFailed(p.wait_at("a"), "Zeitüberschreitung"))
    assert p.incidents == ["connector"] and "Zeitüberschreitung" in p.of(c.RaiseIncident)[0].message
    p.repair()
    first, second = p.of(c.CallConnector)
    assert first.key == second.key and first.wait != second.wait
    assert len(p.of(c.ScheduleTimer)) == 1, "the edge listened all the time"
    p.do("a")
    assert p.status == "completed" and not p.open


def test_stale_answers_change_nothing() -> None:
    p = Player(process([begin(), user("a"), user("b"), end()], "s > a > b > e"))
    wait = p.wait_at("a")
    p.do("a")
    before = p.state
    (ignored,) = p.send(e.TaskCompleted(wait, {"twice": True}))
    assert isinstance(ignored, c.Ignored) and p.state == before
    p.do("b")
    assert isinstance(p.send(e.Cancelled())[0], c.Ignored)


def test_decision_with_trace() -> None:
    table = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:d">
      <inputData id="i" name="n"><variable name="n"/></inputData>
      <decision id="g" name="Gebühr"><variable name="Gebühr"/><informationRequirement><requiredInput href="#i"/></informationRequirement>
      <decisionTable hitPolicy="UNIQUE"><input><inputExpression><text>n</text></inputExpression></input><output/>
      <rule id="r1"><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>12.50</text></outputEntry></rule>
      <rule id="r2"><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>20</text></outputEntry></rule></decisionTable></decision></definitions>"""
    rule = m.BusinessRuleTask(id="a", scope="p", model="gebuehr", decision="Gebühr", result="fee")
    model = process([begin(), rule, end()], "s > a > e")
    p = Player(model, {"n": 3}, decide=by_models({"gebuehr": dmn.load(table.encode())}))
    assert str(p.vars["fee"]) == "12.50" and p.status == "completed"
    (made,) = p.of(c.DecisionMade)
    assert made.trace[0]["hits"][0]["id"] == "r1"
    assert Player(model, {"n": 3}).incidents == ["no-decision"]


@pytest.mark.parametrize(("amount", "way"), [(5, "klein"), (50, "mittel"), (500, "gross")])
def test_exclusive_takes_the_first_true_flow(amount: int, way: str) -> None:
    model = process(
        [begin(), node(XOR, "g", default="g>gross"), *map(user, ("klein", "mittel", "gross")), end()],
        "s > g", "g|n < 10|klein", "g|n < 100|mittel", "g > gross", "klein > e", "mittel > e", "gross > e",
    )  # fmt: skip
    p = Player(model, {"n": amount})
    assert p.tasks == [way]


def test_a_condition_without_answer_is_an_incident_and_can_be_repaired() -> None:
    model = process([begin(), node(XOR, "g"), *map(user, "ab"), end()], "s > g", "g|n < 10|a", "g|n >= 10|b", "a > e", "b > e")  # fmt: skip
    p = Player(model)
    assert p.incidents == ["expression"] and p.status == "running"
    assert p.of(c.RaiseIncident)[0].node == "g" and "n < 10" in p.of(c.RaiseIncident)[0].message
    p.repair(variables={"n": 11})
    assert p.tasks == ["b"] and not p.state.incidents and p.of(c.CloseIncident)
    q = Player(model)
    q.repair(action="skip", flow="g>a")
    assert q.tasks == ["a"]
    assert Player(model, {"n": True}).incidents == ["expression"]


def test_conditional_flows_of_a_task() -> None:
    model = process([begin(), user("a"), *map(user, "bcd"), end()], "s > a", "a|n > 1|b", "a|n > 2|c", "a > d", "b > e", "c > e", "d > e")  # fmt: skip
    p = Player(model, {"n": 2})
    p.do("a")
    assert p.tasks == ["b", "d"]


def test_parallel_joins_wait_for_all() -> None:
    model = process([begin(), node(AND, "g"), user("a"), user("b"), node(AND, "j"), user("c"), end()], "s > g > a > j > c > e", "g > b > j")  # fmt: skip
    p = Player(model)
    p.do("b")
    assert p.tasks == ["a"]
    p.do("a")
    assert p.tasks == ["c"]
    p.do("c")
    assert p.status == "completed" and p.way.count(("enter", "c")) == 1


def test_a_join_that_cannot_complete_becomes_visible() -> None:
    model = process([begin(), node(XOR, "g"), user("a"), user("b"), node(AND, "j"), end()], "s > g", "g|true|a", "g|false|b", "a > j > e", "b > j")  # fmt: skip
    p = Player(model)
    p.do("a")
    assert p.status == "running" and p.incidents == ["join"]
    p.repair()
    assert p.status == "completed"


@pytest.mark.parametrize("chosen", ["a", "b", "ab", "abc", "c"])
def test_inclusive_waits_for_exactly_the_started_branches(chosen: str) -> None:
    model = process(
        [begin(), node(OR, "g"), *map(user, "abc"), node(OR, "j"), user("z"), end()],
        "s > g", *(f'g|contains(wahl, "{n}")|{n}' for n in "abc"), "a > j", "b > j", "c > j", "j > z > e",
    )  # fmt: skip
    p = Player(model, {"wahl": chosen})
    for name in reversed(chosen):
        assert "z" not in p.tasks
        p.do(name)
    assert p.tasks == ["z"]


def test_inclusive_join_sees_tokens_far_upstream_and_behind_boundaries() -> None:
    timer = m.Timer(kind="duration", value=x('"PT1H"'))
    model = process(
        [begin(), node(AND, "g"), user("a"), user("b"), node(XOR, "w", default="w>n"), edge("t", "b", timer), user("n"),
         node(OR, "j"), user("z"), end(), end("away")],
        "s > g > a > j > z > e", "g > b > w", "w|false|away", "w > n > j", "t > j",
    )  # fmt: skip
    p = Player(model)
    p.do("a")
    assert p.tasks == ["b"]
    p.do("t")
    assert p.tasks == ["z"], "the boundary brought the second token"


def test_inclusive_join_does_not_wait_for_a_branch_that_went_elsewhere() -> None:
    model = process(
        [begin(), node(AND, "g"), user("a"), user("b"), node(XOR, "w"), node(OR, "j"), user("z"), end(), end("away")],
        "s > g > a > j > z > e", "g > b > w", "w|weg|away", "w|not(weg)|j",
    )  # fmt: skip
    p = Player(model, {"weg": True})
    p.do("a")
    assert p.tasks == ["b"]
    p.do("b")
    assert p.tasks == ["z"]


def test_nested_inclusive_in_a_loop() -> None:
    model = process(
        [begin(), node(XOR, "m"), node(OR, "g"), script("a", n="n + 1"), script("b", k="k + 1"), node(OR, "j"),
         node(XOR, "w", default="w>e"), end()],
        "s > m > g", "g|true|a", "g|k < 2|b", "a > j > w", "b > j", "w|n < 4|m", "w > e",
    )  # fmt: skip
    p = Player(model, {"n": 0, "k": 0})
    assert p.status == "completed" and p.vars == {"n": 4, "k": 2} and p.way.count(("enter", "w")) == 4


def test_endless_loop_is_an_incident_and_nothing_is_lost() -> None:
    model = process(
        [begin(), node(AND, "g"), user("u"), node(XOR, "m"), script("a", n="n + 1"), node(XOR, "w"), end(), end("e2")],
        "s > g > m > a > w", "g > u > e", "w|n < stop|m", "w|n >= stop|e2",
    )  # fmt: skip
    p = Player(model, {"n": 0, "stop": 10**9}, limits=Limits(steps=50))
    assert p.incidents == ["step-limit"] and p.tasks == ["u"]
    p.do("u")
    p.repair(variables={"stop": 20})
    assert p.status == "completed"


def test_tokens_that_were_ready_go_on_after_the_limit() -> None:
    model = process(
        [begin(), node(AND, "g"), node(XOR, "m"), node(XOR, "w", default="w>m"), script("k", k="1"), user("u"), end(), end("e2")],
        "s > g > m > w > m", "w|ende = true|e2", "g > k > u > e",
    )  # fmt: skip
    p = Player(model, {"ende": False}, limits=Limits(steps=4))
    assert p.incidents == ["step-limit"] and (p.tasks == ["u"] or p.state.ready)
    p.repair(variables={"ende": True})
    p.do("u")
    assert p.status == "completed"


def test_sub_process_with_its_own_variables() -> None:
    data = [m.DataObject(id="d", scope="sub", name="lokal", initial=x("10"))]
    model = process(
        [begin(), node(m.SubProcess, "sub", inputs=let(kopie="n"), outputs=let(n="lokal + kopie")),
         begin("s2", "sub"), user("a", "sub"), script("b", "sub", lokal="lokal + 1", aussen="5"), end("e2", "sub"), end()],
        "s > sub > e", "s2 > a > b > e2", data=data,
    )  # fmt: skip
    p = Player(model, {"n": 1})
    p.do("a", lokal=20)
    assert p.status == "completed" and p.vars == {"n": 22, "aussen": 5}


def test_sub_process_without_start_begins_where_nothing_leads_to() -> None:
    model = process(
        [begin(), node(m.SubProcess, "sub"), user("a", "sub"), user("b", "sub"), end()], "s > sub > e"
    )
    p = Player(model)
    assert p.tasks == ["a", "b"]
    p.do("a")
    p.do("b")
    assert p.status == "completed"


def test_call_activity() -> None:
    call = m.CallActivity(
        id="a", scope="p", process="anhoerung", inputs=let(wer="name"), outputs=let(ok="zustimmung")
    )
    model = process([begin(), call, edge("b", "a", m.Error(code="X", variable="fehler")), end(), end("e2")], "s > a > e", "b > e2")  # fmt: skip
    p = Player(model, {"name": "Kita"})
    (child,) = p.of(c.StartChild)
    assert (child.process, child.data) == ("anhoerung", {"wer": "Kita"}) and child.child == f"i.{child.wait}"
    p.do("a", zustimmung=True, anderes=1)
    assert p.vars == {"name": "Kita", "ok": True}
    q = Player(model, {"name": "Kita"})
    q.send(e.ChildEnded(q.wait_at("a"), "error", code="X"))
    assert q.status == "completed" and q.vars["fehler"] == "X"
    r = Player(model, {"name": "Kita"})
    r.send(e.ChildEnded(r.wait_at("a"), "cancelled"))
    assert r.incidents == ["child"]
    s = Player(model, {"name": "Kita"})
    s.send(e.Cancelled())
    assert s.of(c.CancelChild)[0].child == s.of(c.StartChild)[0].child and s.status == "cancelled"


@pytest.mark.parametrize("sequential", [True, False])
def test_multi_instance(sequential: bool) -> None:
    multi = m.MultiInstance(
        sequential=sequential, collection=x("stellen"), item="stelle", output_item=x("votum"), output_collection="voten"
    )  # fmt: skip
    task = user("a", multi=multi, inputs=let(an="stelle"), outputs=let(votum="result.votum"))
    data = [m.DataObject(id="d", scope="p", name="votum")]
    p = Player(process([begin(), task, end()], "s > a > e", data=data), {"stellen": ["A", "B", "C"]})
    assert len(p.tasks) == (1 if sequential else 3)
    for vote in (True, False, True):
        p.do("a", votum=vote)
    assert p.status == "completed" and p.vars["voten"] == [True, False, True]
    assert [t.data["an"] for t in p.of(c.CreateTask)] == ["A", "B", "C"]
    assert [t.index for t in p.of(c.CreateTask)] == [1, 2, 3]


def test_multi_instance_completion_cancels_the_rest() -> None:
    multi = m.MultiInstance(cardinality=x("5"), completion=x("numberOfCompletedInstances >= 2"))
    p = Player(process([begin(), user("a", multi=multi), end()], "s > a > e"))
    p.do("a")
    p.do("a")
    assert p.status == "completed" and len(p.of(c.CancelTask)) == 3


def test_multi_instance_sub_processes_keep_apart() -> None:
    multi = m.MultiInstance(collection=x("[1, 2]"), item="n", output_item=x("mein"), output_collection="alle")
    data = [m.DataObject(id="d", scope="sub", name="mein")]
    model = process(
        [begin(), node(m.SubProcess, "sub", multi=multi), user("a", "sub"), script("b", "sub", mein="wert * n"), end()],
        "s > sub > e", "a > b", data=data,
    )  # fmt: skip
    p = Player(model)
    assert p.tasks == ["a", "a"]
    p.do("a", wert=10)
    p.do("a", wert=20)
    assert p.status == "completed"


@pytest.mark.parametrize("multi", [
    m.MultiInstance(collection=x("5")), m.MultiInstance(cardinality=x("-1")), m.MultiInstance(cardinality=x('"a"')),
    m.MultiInstance(cardinality=x("10000000")), m.MultiInstance(),
])  # fmt: skip
def test_multi_instance_over_nonsense(multi: m.MultiInstance) -> None:
    p = Player(process([begin(), user("a", multi=multi), end()], "s > a > e"))
    assert len(p.incidents) == 1
    p.repair(action="skip")
    assert p.status == "completed"


def test_multi_instance_of_nothing() -> None:
    multi = m.MultiInstance(collection=x("[]"), output_item=x("1"), output_collection="aus")
    p = Player(process([begin(), user("a", multi=multi), end()], "s > a > e"))
    assert p.status == "completed" and p.vars == {"aus": []}


def test_an_answer_that_cannot_be_used_is_kept() -> None:
    p = Player(process([begin(), user("a", outputs=let(y="zahl + 1")), end()], "s > a > e"))
    p.do("a", zahl="keine")
    assert p.incidents == ["expression"] and p.status == "running"
    (incident,) = p.state.incidents.values()
    assert incident.answer == {"zahl": "keine"}
    p.repair(action="skip")
    assert p.status == "completed"


def test_variables_may_be_corrected_from_outside() -> None:
    p = Player(process([begin(), user("a"), end()], "s > a > e"), {"n": 1})
    p.send(e.VariablesSet({"n": 2}))
    assert p.vars == {"n": 2} and p.tasks == ["a"]


def test_no_start_is_refused() -> None:
    with pytest.raises(ValueError, match="no start"):
        start(process([begin(event=m.Signal(name="x")), end()], "s > e"), "i")
    with pytest.raises(m.BadModel):
        process([begin(), end("e2", "sub")], "s > e2")


def test_dates_and_amounts_survive() -> None:
    model = process([begin(), script("a", tag='date("2026-01-31")', dauer='duration("P1DT2H")', geld="12.50", wann='date and time("2026-03-29T10:00:00@Europe/Berlin")', bis="[1..5]"), user("b"), script("z", spaeter='tag + duration("P1M")'), end()], "s > a > b > z > e")  # fmt: skip
    p = Player(model)
    p.do("b")
    assert (
        str(p.vars["geld"]) == "12.50"
        and str(p.vars["spaeter"]) == "2026-02-28"
        and str(p.vars["dauer"]) == "P1DT2H"
    )


def nested(depth: int) -> object:
    found: object = 1
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("garbage", [nested(50_000), object(), b"bytes", {"a": {1, 2}, "b": object()}])
def test_garbage_from_a_connector_is_an_incident(garbage: object) -> None:
    p = Player(
        process([begin(), m.ServiceTask(id="a", scope="p", connector="x", result="r"), end()], "s > a > e")
    )
    p.send(e.ConnectorReturned(p.wait_at("a"), garbage))
    assert p.incidents == ["not-storable"]
    p.repair(action="skip")
    assert p.status == "completed"


@pytest.mark.parametrize(("answer", "kept"), [(float("nan"), None), ([1, 2.5], [1, 2.5]), ("text", "text"), ({"@feel": "2026-01-01"}, {"feel": "2026-01-01"})])  # fmt: skip
def test_odd_answers_are_kept_as_json_can_hold_them(answer: object, kept: object) -> None:
    p = Player(
        process([begin(), m.ServiceTask(id="a", scope="p", connector="x", result="r"), end()], "s > a > e")
    )
    p.send(e.ConnectorReturned(p.wait_at("a"), answer))
    assert p.status == "completed" and p.vars == {"r": kept}


def test_thousands_of_instances_end_at_once() -> None:
    multi = m.MultiInstance(cardinality=x("4000"), completion=x("numberOfCompletedInstances = 1"))
    model = process([begin(), user("a", multi=multi), end()], "s > a > e")
    made = start(model, "i")
    began = time.process_time()
    last = step(model, made.state, e.TaskCompleted(min(made.state.waits)))
    assert last.state.status == "completed" and time.process_time() - began < 2.0
    assert sum(isinstance(command, c.CancelTask) for command in last.commands) == 3999
