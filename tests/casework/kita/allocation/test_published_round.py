"""``kita-round-1``: what the engine finds the checker accepts, what anybody changes it refuses, and it agrees with trying everything."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from itertools import product
from random import Random
from typing import Any

import pytest

from stadtkern.casework.kita.allocation.formats import RoundInstance, read_instance
from stadtkern.casework.kita.allocation.results import write
from stadtkern.casework.kita.allocation.run import allocate
from stadtkern.casework.kita.allocation.verify import Violation, verify
from stadtkern.casework.kita.rounds import running
from stadtkern.kernel.canonical import canonical
from stadtkern.kernel.strict_reading import InputRefused, load_json


def frozen(r: Random, children: int = 6, kitas: int = 3) -> dict[str, Any]:
    """A small round with flexible seats, some pairs of siblings and some places already held."""
    seats = [[r.randint(0, 2), r.randint(0, 1)] for _ in range(kitas)]
    seats[0][0] += 1
    families: list[list[int]] = []
    child = 0
    while child < children:
        size = 2 if r.random() < 0.3 and child + 1 < children else 1
        families.append(list(range(child, child + size)))
        child += size

    points = [[r.randrange(3) for _ in range(kitas)] for _ in range(children)]

    def entry(child: int) -> list[Any]:
        kita = r.randrange(kitas)
        return [kita, points[child][kita], sorted(r.sample((0, 1), r.choice((1, 1, 2))))]

    wishes = []
    for members in families:
        listed: list[list[Any]] = []
        for _ in range(r.randint(1, 3)):
            wish: list[Any] = [entry(child) for child in members]
            if len(members) > 1 and r.random() < 0.3:
                wish[r.randrange(len(members))] = None
            if wish not in listed:
                listed.append(wish)
        wishes.append(listed)
    keeps = []
    first = next((f for f, members in enumerate(families) if len(members) == 1), None)
    if first is not None:
        wishes[first].append([[0, points[families[first][0]][0], [0]]])
        keeps.append(first)
    return {
        "name": "klein", "kitas": kitas, "children": children, "seats": seats, "families": families,
        "wishes": wishes, "keeps": keeps, "ids": [f"kind-{n}" for n in range(children)],
    }  # fmt: skip


def published(round: dict[str, Any], **more: Any) -> bytes:
    root = hashlib.sha256(canonical(round)).hexdigest()
    return running.instance_bytes(round, root, "5eed" * 8, **more)


def accepts(data: bytes, outcome: Any) -> bool:
    try:
        verify(read_instance(load_json(data, "")), outcome, hashlib.sha256(data).hexdigest())
    except Violation:
        return False
    return True


def bare(instance: RoundInstance, wish: list[int]) -> dict[str, Any]:
    """A result without certificate for any choice of wishes."""
    placed = [-1] * len(instance.ids)
    for family, at in enumerate(wish):
        if at >= 0:
            for child, entry in zip(instance.families[family], instance.wishes[family][at], strict=True):
                placed[child] = -1 if entry is None else entry.kita
    return {
        "status": "stable_exists", "rule": "stable", "placed": sum(k >= 0 for k in placed), "optimal": False,
        "assignment": placed, "wish": wish, "blocking": [], "extra_seats": [],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_engine_checker_and_trying_everything_agree(seed: int) -> None:
    data = published(frozen(Random(seed)))
    found = running.compute(data, seconds=5)
    instance = found.instance
    choices = product(*(range(-1, len(listed)) for listed in instance.wishes))
    stable = [list(wish) for wish in choices if accepts(data, bare(instance, list(wish)))]
    if found.outcome:
        assert list(found.result.wish or ()) in stable
        assert running.compute(data, seconds=5).outcome == found.outcome, "the same bytes again"
    else:
        assert not (found.exact and stable), "proved that there is none where there is one"
        if found.extra:
            repaired = running.compute(published(frozen(Random(seed)), granted=found.extra), seconds=5)
            assert repaired.outcome and accepts(
                published(frozen(Random(seed)), granted=found.extra), json.loads(repaired.outcome)
            )
        data = published(frozen(Random(seed)), excused=found.result.blocking)
        found = running.compute(data, seconds=5)
        assert found.outcome, "named families are decided about apart"
    if not found.exact:
        again = allocate(found.instance).document(hashlib.sha256(data).hexdigest(), 0.0)
        assert write(again).encode() == found.outcome, "the command finds the published result"


def test_the_judge_loads_nothing_of_the_engine() -> None:
    room = "stadtkern.casework.kita.allocation."
    program = (
        f"import sys; from {room} import verify, roundfile;"
        f"print(*sorted(m.removeprefix('{room}') for m in sys.modules if m.startswith('{room}')))"
    ).replace(". import", " import")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["formats", "results", "roundfile", "verify", "verify_round", "violation"]


def test_every_change_is_found() -> None:
    r = Random(7)
    data = published(frozen(r, children=30, kitas=5))
    outcome = running.compute(data, seconds=5).outcome
    assert outcome
    right = json.loads(outcome)
    assert accepts(data, right)
    instance = read_instance(load_json(data, ""))
    assert isinstance(instance, RoundInstance)
    for family, at in enumerate(right["wish"]):
        for other in range(-1, len(instance.wishes[family])):
            if other != at:
                wish = [*right["wish"][:family], other, *right["wish"][family + 1 :]]
                assert not accepts(data, bare(instance, wish)), (family, other)
    assert not accepts(data, right | {"placed": right["placed"] - 1})
    for change in ({"beacon": "00" * 16}, {"granted": [[0, 0]]}):
        other = canonical(json.loads(data) | change)  # type: ignore[arg-type]
        assert not accepts(other, right), change
    document = json.loads(data)
    document["frozen"]["seats"][0][0] += 1
    assert not accepts(canonical(document), right), "a changed file does not fit its commitment"


def test_what_cannot_be_a_round_is_refused() -> None:
    round = frozen(Random(1))
    single = next(f for f, members in enumerate(round["families"]) if len(members) == 1)
    for change in (
        {"ids": ["a"] * 6},
        {"families": [[0]]},
        {"seats": [[1, -1], [0, 0], [0, 0]]},
        {"wishes": [[[None]]]},
        {
            "wishes": [[[[0, 1, [0]]], [[0, 2, [1]]]], *round["wishes"][1:]],
            "families": [[0], [1, 2, 3, 4, 5]],
        },
    ):
        with pytest.raises(InputRefused):
            read_instance(load_json(published(round | change), ""))
    with pytest.raises(InputRefused):  # a single child always has its place by right
        read_instance(load_json(published(round, excused=[single]), ""))
