"""Schedules: always feasible, never better than the bound, refused where they cannot be."""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from stadtkern.runtime.cli import main
from stadtkern.steering.projects.engine.bounds import lower_bound
from stadtkern.steering.projects.engine.instances import Instance, read_instances
from stadtkern.steering.projects.engine.listing import Lister
from stadtkern.steering.projects.engine.scheduling import Cancel, schedule


def instance(seed: int, size: int = 5, longest: int = 3) -> Instance:
    """A small random network."""
    r = random.Random(seed)
    capacities = (r.randint(2, 4), r.randint(2, 4))
    return Instance(
        id=str(seed),
        capacities=capacities,
        durations=tuple(r.randint(0, longest) for _ in range(size)),
        demands=tuple(tuple(r.randint(0, c) for c in capacities) for _ in range(size)),
        successors=tuple(tuple(s for s in range(a + 1, size) if r.random() < 0.25) for a in range(size)),
    )


def shortest(given: Instance) -> int:
    """By trying every schedule."""
    horizon = sum(given.durations)
    spans = [range(horizon - d + 1) for d in given.durations]
    return min(given.makespan(starts) for starts in product(*spans) if given.broken(starts) is None)


@pytest.mark.parametrize("seed", range(8))
def test_small_instances_are_solved_exactly(seed: int) -> None:
    given = instance(seed, size=4)
    found = schedule(given, 5)
    assert given.broken(found.starts) is None
    assert found.status == "optimal"
    assert found.gap == 0
    assert found.makespan == found.bound == shortest(given)


@pytest.mark.parametrize("seed", range(10))
def test_lists_keep_every_promise_and_bounds_hold(seed: int) -> None:
    given = instance(seed, size=25, longest=9)
    lister = Lister(given, seed)
    lister.search(5, 0, most=150)
    assert given.broken(lister.starts) is None
    assert lister.best == given.makespan(lister.starts) >= lower_bound(given)
    order = lister.mutated(lister.crossed(lister.by_rule(0.5), lister.by_rule(1.0)))
    assert sorted(order) == list(range(given.size))
    assert all(order.index(a) < order.index(s) for a in order for s in given.successors[a])


def test_a_cancelled_run_answers_with_what_it_has() -> None:
    given = instance(3, size=60, longest=9)
    cancel = Cancel()
    cancel.pull()
    found = schedule(given, 30, cancel=cancel)
    assert given.broken(found.starts) is None
    assert found.bound <= found.makespan


def test_broken_schedules_are_seen() -> None:
    given = Instance(
        id="x", capacities=(2,), durations=(2, 2, 1), demands=((2,), (1,), (0,)), successors=((2,), (), ())
    )
    assert given.broken([0, 2, 2]) is None
    assert given.broken([0, 1, 2]) == "Kapazität 0 ist zum Zeitpunkt 1 überschritten"
    assert given.broken([0, 2, 1]) == "2 beginnt vor dem Ende von 0"


def document() -> dict[str, Any]:
    rows = [
        {"duration": d, "demands": [1], "successors": s}
        for d, s in ((0, [1, 2]), (2, [3]), (3, [3]), (0, []))
    ]
    return {"instances": [{"id": "x", "capacities": [1], "activities": rows}]}


@pytest.mark.parametrize(
    ("activity", "member", "value", "message"),
    [
        (1, "duration", -2, "/instances/0/activities/1/duration: -2 liegt nicht zwischen 0 und"),
        (1, "duration", 1.5, "/instances/0/activities/1/duration: erwartet wird eine ganze Zahl"),
        (
            2,
            "demands",
            [2],
            "/instances/0/activities/2/demands/0: nicht planbar: der Vorgang braucht 2, die Kapazität 0 ist 1",
        ),
        (2, "demands", [1, 1], "/instances/0/activities/2/demands: erwartet werden 1 Einträge"),
        (
            3,
            "successors",
            [1],
            "/instances/0/activities/1/successors: die Vorgänge 1 → 3 → 1 warten im Kreis",
        ),
        (3, "successors", [4], "/instances/0/activities/3/successors/0: 4 liegt nicht zwischen 0 und 3"),
    ],
)
def test_bad_instances_are_refused(
    activity: int, member: str, value: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = document()
    given["instances"][0]["activities"][activity][member] = value
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(json.dumps(given), "utf-8")
    assert main(["projects", "schedule", str(file), "-o", str(out)]) == 2
    assert capsys.readouterr().err.startswith(message)
    assert not out.exists()


def test_the_command_answers_and_knows_its_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps(document()), "utf-8")
    assert main(["projects", "schedule", str(file), "--seconds", "2"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["instances"]
    assert (found["id"], found["makespan"], found["bound"], found["status"]) == ("x", 5, 5, "optimal")
    assert read_instances(document())[0].broken(found["starts"]) is None
    assert main(["projects", "schedule", str(file), "--id", "y"]) == 2
