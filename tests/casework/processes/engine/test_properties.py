"""What is true of every process made of blocks, whatever order people work in."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.engine import Step, start, step
from stadtkern.casework.processes.engine.state import State, dumps, loads
from tests.casework.processes.engine.blocks import Tree, graph_of, to_model, trees

PLENTY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def check_books(state: State) -> None:
    """Tokens, scopes and waits agree with each other."""
    for number, scope in state.scopes.items():
        inside = [t for t in state.tokens.values() if t.scope == number]
        assert scope.live == len(inside)
        assert number == 1 or scope.parent in state.scopes
        if scope.owner:
            assert state.tokens[scope.owner].inner == number
    held = [w for t in state.tokens.values() for w in t.waits] + [
        w for s in state.scopes.values() for w in s.waits
    ]
    assert sorted(held) == sorted(state.waits), "every wait belongs to exactly one token or scope"
    for token in state.tokens.values():
        assert token.phase in ("wait", "incident"), "nothing stands still on its way"
        assert token.waits or token.inner or token.phase == "incident"
    if state.status != "running":
        assert not state.tokens and not state.waits and len(state.scopes) == 1


def possible(made: Step) -> list[e.Event]:
    """Everything that could happen now, in a fixed order."""
    kinds: dict[str, Any] = {"task": lambda n, w: e.TaskCompleted(n, {f"d_{w.node}": n}),
                             "signal": lambda n, w: e.SignalReceived(w.name, wait=n)}  # fmt: skip
    return [kinds[w.kind](n, w) for n, w in sorted(made.state.waits.items())]


def play(
    model: m.Process, data: dict[str, Any], choices: list[int], stored: bool
) -> tuple[list[e.Event], list[Step]]:
    made = start(model, "i", data)
    events: list[e.Event] = []
    steps = [made]
    repeats = 0
    while made.state.status == "running" and not made.state.incidents:
        options = possible(made)
        assert options, "a running instance waits for something"
        pick = choices[len(events) % len(choices)] if choices else 0
        event = options[pick % len(options)]
        if isinstance(event, e.SignalReceived):
            repeats += 1
            if repeats > 5:  # non-interrupting signals may come for ever
                event = next((o for o in options if isinstance(o, e.TaskCompleted)), event)
        events.append(event)
        state = loads(dumps(made.state)) if stored else made.state
        made = step(model, state, event)
        steps.append(made)
        check_books(made.state)
        assert len(events) < 500
    return events, steps


@PLENTY
@given(tree=trees(more=True), choices=st.lists(st.integers(0, 9), max_size=12))
def test_every_process_ends_and_its_books_balance(tree: Tree, choices: list[int]) -> None:
    g = graph_of(tree)
    _, steps = play(to_model(g), g.data, choices, stored=False)
    last = steps[-1]
    assert last.state.status == "completed" and not last.state.incidents
    opened = [x.wait for s in steps for x in s.commands if isinstance(x, c.CreateTask | c.Subscribe)]
    assert len(opened) == len(set(opened)), "no number is used twice"


@PLENTY
@given(tree=trees(more=True), choices=st.lists(st.integers(0, 9), max_size=12))
def test_storing_between_any_two_steps_changes_nothing(tree: Tree, choices: list[int]) -> None:
    g = graph_of(tree)
    model = to_model(g)
    events, kept = play(model, g.data, choices, stored=False)
    again, stored = play(model, g.data, choices, stored=True)
    assert events == again and kept == stored


@PLENTY
@given(tree=trees(more=True), choices=st.lists(st.integers(0, 9), max_size=12))
def test_replaying_the_events_gives_the_same_states_and_commands(tree: Tree, choices: list[int]) -> None:
    g = graph_of(tree)
    events, steps = play(to_model(g), g.data, choices, stored=False)
    model = to_model(g)
    made = start(model, "i", g.data)
    assert made == steps[0]
    before = dumps(made.state)
    for event, expected in zip(events, steps[1:], strict=True):
        previous = made.state
        made = step(model, previous, event)
        assert made == expected
        assert dumps(previous) == before, "a state is never changed"
        before = dumps(made.state)


@PLENTY
@given(tree=trees(more=True), choices=st.lists(st.integers(0, 9), max_size=12), cut=st.integers(0, 30))
def test_cancelling_at_any_moment_leaves_nothing_open(tree: Tree, choices: list[int], cut: int) -> None:
    g = graph_of(tree)
    model = to_model(g)
    _, steps = play(model, g.data, choices, stored=False)
    made = steps[min(cut, len(steps) - 1)]
    if made.state.status != "running":
        return
    ended = step(model, made.state, e.Cancelled())
    check_books(ended.state)
    closed = {x.wait for x in ended.commands if isinstance(x, c.CancelTask | c.Unsubscribe)}
    assert closed == set(made.state.waits)
