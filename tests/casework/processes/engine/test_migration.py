"""Running instances move to another version of their model, and nobody is surprised."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.engine import step
from stadtkern.casework.processes.engine.migration import CannotMigrate, migrate, plan_migration
from stadtkern.casework.processes.engine.state import dumps, loads
from tests.casework.processes.engine.blocks import Tree, graph_of, to_model, trees
from tests.casework.processes.engine.build import Player, begin, edge, end, node, process, script, user, x
from tests.casework.processes.engine.test_properties import check_books, play

DAY = m.Timer(kind="duration", value=x('"P1D"'))


def codes(notes: tuple) -> list[tuple[str, str]]:
    return [(n.code, n.node) for n in notes]


def move(p: Player, new: m.Process, **mapping: str) -> tuple[c.Command, ...]:
    made = migrate(p.state, plan_migration(p.model, new, mapping))
    p.model = new
    check_books(made.state)
    return p._take(made)


def test_a_task_stays_and_the_new_step_comes_after_it() -> None:
    old = process([begin(), user("a", role="x"), end()], "s > a > e")
    new = process([begin(), user("a", role="y"), user("b"), end()], "s > a > b > e")
    p = Player(old)
    verdict = plan_migration(old, new).dry_run(p.state)
    assert verdict.ok and not verdict.added
    wait = p.wait_at("a")
    assert move(p, new) == (c.MoveTask(wait, "a", "a", "y", None),)
    p.send(e.TaskCompleted(wait))
    assert p.tasks == ["b"]


def test_a_renamed_task_needs_a_mapping() -> None:
    old = process([begin(), user("a"), end()], "s > a > e")
    new = process([begin(), user("neu"), end()], "s > neu > e")
    p = Player(old)
    plan = plan_migration(old, new)
    assert plan.homeless == ("a",) and codes(plan.dry_run(p.state).needs) == [("no-target", "a")]
    assert "kein Platz" in plan.dry_run(p.state).needs[0].text()
    with pytest.raises(CannotMigrate):
        migrate(p.state, plan)
    wait = p.wait_at("a")
    move(p, new, a="neu")
    p.send(e.TaskCompleted(wait))
    assert p.status == "completed"
    with pytest.raises(ValueError, match="gibt"):
        plan_migration(old, new, {"a": "gibt es nicht"})


def test_another_kind_or_another_part_is_refused() -> None:
    old = process([begin(), user("a"), end()], "s > a > e")
    kind = process([begin(), script("a", y="1"), end()], "s > a > e")
    part = process([begin(), node(m.SubProcess, "sub"), user("a", "sub"), end()], "s > sub > e")
    many = process([begin(), user("a", multi=m.MultiInstance(cardinality=x("2"))), end()], "s > a > e")
    state = Player(old).state
    assert codes(plan_migration(old, kind).dry_run(state).needs) == [("other-kind", "a")]
    assert codes(plan_migration(old, part).dry_run(state).needs) == [("other-scope", "a")]
    assert codes(plan_migration(old, many).dry_run(state).needs) == [("other-kind", "a")]


def test_deadlines_that_go_and_come() -> None:
    old = process([begin(), user("a"), edge("t", "a", DAY), edge("n", "a", m.Message(name="frage")), end(), end("e2")], "s > a > e", "t > e2", "n > e2")  # fmt: skip
    new = process([begin(), user("a"), edge("n", "a", m.Message(name="rückfrage")), edge("s2", "a", m.Signal(name="halt")), end(), end("e2")], "s > a > e", "n > e2", "s2 > e2")  # fmt: skip
    p = Player(old)
    verdict = plan_migration(old, new).dry_run(p.state)
    assert codes(verdict.lost) == [("wait-lost", "t")] and codes(verdict.added) == [("wait-added", "s2")]
    assert not verdict.ok and not verdict.needs
    before = dumps(p.state)
    move(p, new)
    assert before != dumps(p.state) and not [o for o in p.open.values() if isinstance(o, c.ScheduleTimer)]
    assert isinstance(p.send(e.MessageReceived("frage"))[0], c.Ignored)
    p.send(e.MessageReceived("rückfrage"))
    assert p.status == "completed"


def test_a_reminder_that_was_sent_is_not_sent_again() -> None:
    nodes = [begin(), user("a"), edge("t", "a", DAY, interrupting=False), end(), end("e2")]
    old, new = process(nodes, "s > a > e", "t > e2"), process([*nodes, user("z")], "s > a > e", "t > z > e2")
    p = Player(old)
    p.do("t")
    assert move(p, new) == ()
    q = Player(old)
    assert move(q, new) == ()
    q.do("t")
    assert q.tasks == ["a", "z"], "the deadline that ran before leads to the new way"


def test_inside_sub_processes_and_multi_instances() -> None:
    def version(*more: m.Node) -> m.Process:
        multi = m.MultiInstance(collection=x("[1, 2]"), item="n")
        return process(
            [begin(), node(m.SubProcess, "sub", multi=multi), user("a", "sub"), *more, end()], "s > sub > e", *(["a > b"] if more else []),
            data=[m.DataObject(id="d", scope="sub", name="neu", initial=x("n * 10"))] if more else [],
        )  # fmt: skip

    p = Player(version())
    p.do("a")
    move(p, version(user("b", "sub")))
    p.do("a")
    assert p.tasks == ["b"]
    assert any(s.variables.get("neu") == 20 for s in p.state.scopes.values())
    p.do("b")
    assert p.status == "completed"


def test_tokens_waiting_in_a_join() -> None:
    def version(join: str, *lines: str) -> m.Process:
        gates = [node(m.ParallelGateway, "g"), node(m.ParallelGateway, join)]
        return process(
            [begin(), *gates, user("a"), user("b"), user("z"), end()],
            f"s > g > a > {join}",
            f"g > b > {join}",
            *lines,
        )

    old = version("j", "j > e")
    p = Player(old)
    p.do("a")
    moved = version("j2", "j2 > z > e")
    assert codes(plan_migration(old, moved, {"j": "j2"}).dry_run(p.state).needs) == [("waiting-flow", "j")]
    move(p, moved, **{"j": "j2", "a>j": "a>j2", "b>j": "b>j2"})
    p.do("b")
    assert p.tasks == ["z"]


def test_compensation_that_gets_lost() -> None:
    def version(*more: m.Node) -> m.Process:
        return process([begin(), user("a"), *more, user("z"), end()], "s > a > z > e")

    old = version(edge("ca", "a", m.Compensation(), handler="u"), user("u", for_compensation=True))
    p = Player(old)
    p.do("a")
    verdict = plan_migration(old, version()).dry_run(p.state)
    assert codes(verdict.lost) == [("undo-lost", "a")]
    assert plan_migration(old, old).dry_run(p.state).ok


def test_event_sub_processes_and_the_values_they_need() -> None:
    sub = [
        node(m.SubProcess, "ev", by_event=True),
        begin("s2", "ev", event=m.Message(name="m", key=x("nr + 1"))),
        user("k", "ev"),
    ]
    old = process([begin(), user("a"), end()], "s > a > e")
    new = process([begin(), user("a"), end(), *sub], "s > a > e", "s2 > k")
    p = Player(old)
    assert [n.code for n in plan_migration(old, new).dry_run(p.state).needs] == ["value"]
    p.send(e.VariablesSet({"nr": 1}))
    move(p, new)
    p.send(e.MessageReceived("m", key="2"))
    assert p.tasks == ["k"]


def test_incidents_move_along_and_what_has_ended_stays() -> None:
    old = process([begin(), script("a", y="fehlt + 1"), end()], "s > a > e")
    new = process([begin(), script("b", y="1"), user("z"), end()], "s > b > z > e")
    p = Player(old)
    move(p, new, a="b")
    p.repair()
    assert p.tasks == ["z"] and p.vars == {"y": 1}
    p.send(e.Cancelled())
    assert migrate(p.state, plan_migration(new, old)).state is p.state


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(tree=trees(more=True), choices=st.lists(st.integers(0, 9), max_size=12), cut=st.integers(0, 30))
def test_moving_to_an_equal_model_changes_nothing(tree: Tree, choices: list[int], cut: int) -> None:
    g = graph_of(tree)
    model, same = to_model(g), to_model(g)
    events, steps = play(model, g.data, choices, stored=False)
    cut = min(cut, len(events))
    plan = plan_migration(model, same)
    assert (
        plan.dry_run(steps[cut].state) == plan.dry_run(steps[0].state) and plan.dry_run(steps[cut].state).ok
    )
    made = migrate(steps[cut].state, plan)
    assert made.state == steps[cut].state and not made.commands
    if cut < len(events):
        assert step(same, loads(dumps(made.state)), events[cut]) == steps[cut + 1]
