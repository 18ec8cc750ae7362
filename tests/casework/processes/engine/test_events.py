"""Events: thrown, caught, at the edge, in event sub-processes; compensation and incidents."""

from __future__ import annotations

import datetime as dt

import pytest

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import Due
from stadtkern.casework.processes.engine.timers import BERLIN, due_at
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

AND = m.ParallelGateway
DAY = m.Timer(kind="duration", value=x('duration("P1D")'))


def test_message_catch_by_name_and_key() -> None:
    message = m.Message(name="zahlung", key=x("nr"), outputs=let(bezahlt="betrag"))
    p = Player(process([begin(), node(m.CatchEvent, "c", event=message), end()], "s > c > e"), {"nr": 17})
    (wanted,) = p.of(c.Subscribe)
    assert (wanted.kind, wanted.name, wanted.key) == ("message", "zahlung", "17")
    assert isinstance(p.send(e.MessageReceived("zahlung", {"betrag": 1}, key="18"))[0], c.Ignored)
    p.send(e.MessageReceived("zahlung", {"betrag": 5}, key="17"))
    assert p.status == "completed" and p.vars == {"nr": 17, "bezahlt": 5}


def test_send_and_receive_tasks() -> None:
    out = m.Message(name="bitte", key=x("nr"), payload=let(text='"Bitte " + wer'))
    nodes = [begin(), m.SendTask(id="a", scope="p", message=out), m.ReceiveTask(id="b", scope="p", message=m.Message(name="danke")),
             edge("t", "b", DAY), end(), end("e2")]  # fmt: skip
    p = Player(process(nodes, "s > a > b > e", "t > e2"), {"nr": "4", "wer": "Amt"})
    (sent,) = p.of(c.SendMessage)
    assert (sent.name, sent.correlation, sent.payload) == ("bitte", "4", {"text": "Bitte Amt"})
    p.send(e.MessageReceived("danke", {"ok": True}))
    assert p.status == "completed" and p.vars["ok"] is True
    assert [type(o).__name__ for o in p.all if "Cancel" in type(o).__name__] == ["CancelTimer"]


def test_signals_reach_everyone_who_listens() -> None:
    nodes = [begin(), node(AND, "g"), *(node(m.CatchEvent, n, event=m.Signal(name="los")) for n in "ab"), node(AND, "j"),
             end(event=m.Signal(name="fertig", payload=let(n="n")))]  # fmt: skip
    p = Player(process(nodes, "s > g > a > j > e", "g > b > j"), {"n": 1})
    assert isinstance(p.send(e.SignalReceived("anders"))[0], c.Ignored)
    p.send(e.SignalReceived("los"))
    assert p.status == "completed" and p.of(c.BroadcastSignal)[0].payload == {"n": 1}


def test_start_by_message() -> None:
    model = process(
        [begin(event=m.Message(name="antrag")), begin("s2"), user("a"), user("b"), end()], "s > a > e", "s2 > b > e"
    )  # fmt: skip
    assert Player(model).tasks == ["b"]
    p = Player(model, at="s", payload={"hund": "Rex"})
    assert p.tasks == ["a"] and p.vars == {"hund": "Rex"}


@pytest.mark.parametrize(("text", "kind", "unit", "due"), [
    ('duration("P1DT2H")', "duration", None, Due("duration", "P1DT2H")),
    ('"PT10M"', "duration", None, Due("duration", "PT10M")),
    ('"P2W"', "duration", None, Due("duration", "P14D")),
    ("n", "duration", "working_days", Due("duration", 10, "working_days")),
    ('date("2026-05-01")', "date", None, Due("date", "2026-05-01")),
    ('"2026-05-01T12:00:00Z"', "date", None, Due("date", "2026-05-01T12:00:00Z")),
    ('"R3/PT1H"', "cycle", None, Due("duration", "PT1H", None, 2)),
    ('"R/P1D"', "cycle", None, Due("duration", "P1D", None, -1)),
])  # fmt: skip
def test_timers_say_when(text: str, kind: str, unit: str | None, due: Due) -> None:
    timer = m.Timer(kind=kind, value=x(text), unit=unit)  # type: ignore[arg-type]
    p = Player(process([begin(), node(m.CatchEvent, "c", event=timer), end()], "s > c > e"), {"n": 10})
    assert p.of(c.ScheduleTimer)[0].due == due
    p.do("c")
    assert p.status == "completed"


@pytest.mark.parametrize("text", ["null", '"bald"', "true", "-1", '"R3/bald"'])
def test_a_timer_that_says_nothing_is_an_incident(text: str) -> None:
    timer = m.Timer(kind="duration", value=x(text), unit="days" if text == "-1" else None)
    p = Player(process([begin(), node(m.CatchEvent, "c", event=timer), end()], "s > c > e"))
    assert p.incidents == ["timer"]
    p.repair(action="skip")
    assert p.status == "completed"


@pytest.mark.parametrize(("due", "start", "moment"), [
    (Due("duration", 3, "working_days"), "2026-04-30T15:00", "2026-05-07T00:00"),  # 1 May, weekend
    (Due("duration", 1, "months"), "2026-01-31T15:00", "2026-03-03T00:00"),  # 28 Feb is a Saturday (§ 193 BGB)
    (Due("duration", "P1D"), "2026-03-28T12:00", "2026-03-29T12:00"),  # summer time begins
    (Due("duration", "PT23H"), "2026-03-28T12:00", "2026-03-29T12:00"),
    (Due("duration", "P1M"), "2026-01-31T08:00", "2026-02-28T08:00"),
    (Due("date", "2026-05-01"), "2026-01-01T00:00", "2026-05-01T00:00"),
    (Due("date", "2026-05-01T12:00:00Z"), "2026-01-01T00:00", "2026-05-01T14:00"),
])  # fmt: skip
def test_the_calendar_says_the_moment(due: Due, start: str, moment: str) -> None:
    found = due_at(due, dt.datetime.fromisoformat(start).replace(tzinfo=BERLIN))
    assert found == dt.datetime.fromisoformat(moment).replace(tzinfo=BERLIN)


def test_event_gateway_takes_what_happens_first() -> None:
    nodes = [begin(), node(m.EventGateway, "g"), node(m.CatchEvent, "a", event=m.Message(name="m")), node(m.CatchEvent, "b", event=DAY),
             m.ReceiveTask(id="r", scope="p", message=m.Message(name="q")), user("ta"), user("tb"), end()]  # fmt: skip
    model = process(nodes, "s > g > a > ta > e", "g > b > tb > e", "g > r > e")
    p = Player(model)
    p.send(e.MessageReceived("m", {"k": 1}))
    assert p.tasks == ["ta"] and p.vars == {"k": 1} and len(p.open) == 1
    q = Player(model)
    q.do("b")
    assert q.tasks == ["tb"]
    r = Player(model)
    r.send(e.MessageReceived("q"))
    assert r.status == "completed"


def test_interrupting_boundary() -> None:
    model = process([begin(), user("a"), edge("b", "a", DAY), user("c"), end()], "s > a > e", "b > c > e")
    p = Player(model)
    p.do("b")
    assert p.tasks == ["c"] and len(p.of(c.CancelTask)) == 1
    q = Player(model)
    q.do("a")
    assert q.status == "completed" and len(q.of(c.CancelTimer)) == 1


def test_reminder_repeats_as_often_as_it_says() -> None:
    cycle = m.Timer(kind="cycle", value=x('"R2/P1D"'))
    model = process([begin(), user("a"), edge("b", "a", cycle, interrupting=False), script("c", n="n + 1"), end(), end("e2")],
                    "s > a > e", "b > c > e2")  # fmt: skip
    p = Player(model, {"n": 0})
    p.do("b")
    p.do("b")
    assert p.vars["n"] == 2 and p.tasks == ["a"]
    assert [t.repeated for t in p.of(c.ScheduleTimer)] == [False, True]
    with pytest.raises(StopIteration):
        p.do("b")
    p.do("a")
    assert p.status == "completed"


def test_working_day_deadline_on_a_boundary_and_messages_that_come_often() -> None:
    model = process([begin(), user("a"), edge("b", "a", m.Message(name="frage"), interrupting=False), user("c"), end(), end("e2")],
                    "s > a > e", "b > c > e2")  # fmt: skip
    p = Player(model)
    p.send(e.MessageReceived("frage"))
    p.send(e.MessageReceived("frage"))
    assert p.tasks == ["a", "c", "c"]


def sub_with_error(code: str | None, *edges: m.Node, lines: tuple[str, ...]) -> m.Process:
    inner = [
        begin("s2", "sub"),
        node(AND, "g", "sub"),
        user("a", "sub"),
        user("b", "sub"),
        end("x", "sub", m.Error(code=code)),
    ]
    return process([begin(), node(m.SubProcess, "sub"), *inner, end("y", "sub"), *edges, user("ok"), user("fehler"), user("alles"), end()],
                   "s > sub > ok > e", "s2 > g > a > x", "g > b > y", *lines)  # fmt: skip


@pytest.mark.parametrize(("code", "task"), [("E1", "fehler"), ("E2", "alles"), (None, "alles")])
def test_errors_reach_the_closest_catcher(code: str | None, task: str) -> None:
    edges = [edge("b1", "sub", m.Error(code=None)), edge("b2", "sub", m.Error(code="E1", variable="code"))]
    p = Player(sub_with_error(code, *edges, lines=("b1 > alles > e", "b2 > fehler > e")))
    p.do("a")
    assert p.tasks == [task] and len(p.of(c.CancelTask)) == 1
    assert p.vars == ({"code": "E1"} if code == "E1" else {})


def test_an_error_that_nobody_catches_ends_the_process() -> None:
    p = Player(sub_with_error("E3", lines=("fehler > alles",)))
    p.do("a")
    assert p.status == "error" and p.of(c.Completed)[0].code == "E3" and not p.open


def test_errors_of_connectors_and_people() -> None:
    service = m.ServiceTask(id="a", scope="p", connector="bank")
    nodes = [
        begin(),
        service,
        edge("b", "a", m.Error(code="ABGELEHNT")),
        user("c"),
        edge("d", "c", m.Error()),
        end(),
        end("e2"),
    ]
    model = process(nodes, "s > a > c > e", "b > c", "d > e2")
    p = Player(model)
    p.send(e.ConnectorFailed(p.wait_at("a"), "nein", "ABGELEHNT"))
    assert p.tasks == ["c"]
    p.send(e.ErrorRaised(p.wait_at("c"), "GEHT_NICHT"))
    assert p.status == "completed" and ("enter", "e2") in p.way
    q = Player(model)
    q.send(e.ConnectorFailed(q.wait_at("a"), "nein", "UNBEKANNT"))
    assert q.incidents == ["connector"]


def test_error_inside_a_multi_instance_ends_all_of_them() -> None:
    multi = m.MultiInstance(cardinality=x("3"))
    model = process([begin(), node(m.SubProcess, "sub", multi=multi), user("a", "sub"), end("x", "sub", m.Error(code="E")),
                     edge("b", "sub", m.Error(code="E")), user("c"), end()], "s > sub > e", "a > x", "b > c > e")  # fmt: skip
    p = Player(model)
    p.do("a")
    assert p.tasks == ["c"] and len(p.state.scopes) == 1


@pytest.mark.parametrize("interrupting", [True, False])
def test_escalation(interrupting: bool) -> None:
    inner = [
        begin("s2", "sub"),
        node(m.ThrowEvent, "t", "sub", event=m.Escalation(code="X")),
        user("a", "sub"),
        end("y", "sub"),
    ]
    model = process([begin(), node(m.SubProcess, "sub"), *inner, edge("b", "sub", m.Escalation(code="X"), interrupting=interrupting),
                     user("chef"), end(), end("e2")], "s > sub > e", "s2 > t > a > y", "b > chef > e2")  # fmt: skip
    p = Player(model)
    assert sorted(p.tasks) == (["chef"] if interrupting else ["a", "chef"])


def test_escalation_without_catcher_is_told_and_goes_on() -> None:
    p = Player(process([begin(), node(m.ThrowEvent, "t", event=m.Escalation(code="X")), end()], "s > t > e"))
    assert p.status == "completed" and p.of(c.Escalated)[0].code == "X"


def test_terminate_ends_only_its_own_scope() -> None:
    inner = [
        begin("s2", "sub"),
        node(AND, "g", "sub"),
        user("a", "sub"),
        user("b", "sub"),
        end("t", "sub", m.Terminate()),
        end("y", "sub"),
    ]
    model = process([begin(), node(m.SubProcess, "sub"), *inner, user("c"), end(event=m.Terminate())],
                    "s > sub > c > e", "s2 > g > a > t", "g > b > y")  # fmt: skip
    p = Player(model)
    p.do("a")
    assert p.tasks == ["c"] and len(p.of(c.CancelTask)) == 1
    p.do("c")
    assert p.status == "terminated"


def event_sub(event: m.EventDefinition, interrupting: bool) -> m.Process:
    nodes = [begin(), user("a"), user("z"), end(), node(m.SubProcess, "ev", by_event=True),
             begin("s2", "ev", event=event, interrupting=interrupting), user("k", "ev"), end("y", "ev")]  # fmt: skip
    return process(nodes, "s > a > z > e", "s2 > k > y")


def test_interrupting_event_sub_process() -> None:
    p = Player(event_sub(m.Message(name="rücknahme"), True))
    p.send(e.MessageReceived("rücknahme", {"grund": "Umzug"}))
    assert p.tasks == ["k"] and p.vars == {"grund": "Umzug"} and len(p.open) == 1
    p.do("k")
    assert p.status == "completed"


def test_non_interrupting_event_sub_process_may_come_often() -> None:
    p = Player(event_sub(m.Message(name="nachtrag"), False))
    for _ in range(2):
        p.send(e.MessageReceived("nachtrag"))
    assert p.tasks == ["a", "k", "k"]
    for name in ("a", "z"):
        p.do(name)
    assert p.status == "running", "the event sub-processes still run"
    p.do("k")
    p.do("k")
    assert p.status == "completed" and not p.open


def test_event_sub_process_by_timer_and_error() -> None:
    p = Player(event_sub(m.Timer(kind="cycle", value=x('"R3/P1D"')), False))
    p.do("s2")
    p.do("s2")
    p.do("s2")
    assert p.tasks == ["a", "k", "k", "k"]
    assert not [w for w in p.open.values() if isinstance(w, c.ScheduleTimer)]
    nodes = [begin(), user("a"), end(event=m.Error(code="E")), node(m.SubProcess, "ev", by_event=True),
             begin("s2", "ev", event=m.Error(code="E", variable="was")), user("k", "ev"), end("y", "ev", m.Error(code="E"))]  # fmt: skip
    q = Player(process(nodes, "s > a > e", "s2 > k > y"))
    q.do("a")
    assert q.tasks == ["k"]
    q.do("k")
    assert q.status == "error", "an error inside the handler is not caught by the same handler"


def booking() -> list[m.Node]:
    return [
        user("a"), edge("ca", "a", m.Compensation(), handler="ua"), user("ua", for_compensation=True),
        user("b"), edge("cb", "b", m.Compensation(), handler="ub"), user("ub", for_compensation=True),
    ]  # fmt: skip


def test_compensation_runs_the_handlers_backwards() -> None:
    model = process(
        [begin(), *booking(), node(m.ThrowEvent, "t", event=m.Compensation()), user("z"), end()],
        "s > a > b > t > z > e",
    )
    p = Player(model)
    p.do("a")
    p.do("b")
    assert p.tasks == ["ub"]
    p.do("ub")
    assert p.tasks == ["ua"]
    p.do("ua")
    assert p.tasks == ["z"]


def test_compensation_of_one_activity_and_of_what_was_never_done() -> None:
    model = process([begin(), *booking(), end(event=m.Compensation(activity="a"))], "s > a > b > e")
    p = Player(model)
    p.do("a")
    p.do("b")
    assert p.tasks == ["ua"]
    p.do("ua")
    assert p.status == "completed"
    nothing = process([begin(), *booking(), end(event=m.Compensation())], "s > e", "a > b")
    assert Player(nothing).status == "completed", (
        "beside a start event nothing else begins, and nothing is undone"
    )


def test_compensation_of_a_completed_sub_process_sees_its_variables() -> None:
    inner = [begin("s2", "sub"), user("a", "sub"), edge("ca", "a", m.Compensation(), "sub", handler="ua"),
             user("ua", "sub", for_compensation=True, inputs=let(platz="platz")), end("y", "sub")]  # fmt: skip
    model = process([begin(), node(m.SubProcess, "sub"), *inner, user("z"), edge("b", "z", m.Error()),
                     node(m.ThrowEvent, "t", event=m.Compensation()), end(), end("e2")],
                    "s > sub > z > e", "s2 > a > y", "b > t > e2",
                    data=[m.DataObject(id="d", scope="sub", name="platz")])  # fmt: skip
    p = Player(model)
    p.do("a", platz=7)
    p.send(e.ErrorRaised(p.wait_at("z"), "E"))
    assert p.tasks == ["ua"] and p.of(c.CreateTask)[-1].data == {"platz": 7}
    p.do("ua")
    assert p.status == "completed"


def test_cancelling_closes_everything() -> None:
    p = Player(event_sub(m.Message(name="m"), False))
    p.send(e.MessageReceived("m"))
    p.send(e.Cancelled("zurückgenommen"))
    assert (
        p.status == "cancelled"
        and not p.open
        and not p.state.tokens
        and p.of(c.Completed)[0].outcome == "cancelled"
    )


def test_incidents_end_with_their_token() -> None:
    sub = [begin("s2", "sub"), script("a", "sub", y="n + 1"), end("y", "sub")]
    model = process([begin(), node(m.SubProcess, "sub"), *sub, edge("b", "sub", DAY), end(), end("e2")], "s > sub > e", "s2 > a > y", "b > e2")  # fmt: skip
    p = Player(model)
    assert p.incidents == ["expression"]
    p.do("b")
    assert p.status == "completed" and not p.state.incidents and p.of(c.CloseIncident)


def test_parallel_branches_are_not_stopped_by_an_incident() -> None:
    p = Player(process([begin(), node(AND, "g"), script("a", y="n + 1"), user("b"), node(AND, "j"), end()], "s > g > a > j > e", "g > b > j"))  # fmt: skip
    assert p.incidents == ["expression"] and p.tasks == ["b"]
    p.do("b")
    p.repair(variables={"n": 1})
    assert p.status == "completed" and p.vars == {"n": 1, "y": 2}
