"""The shared instances, regression cases and lottery vectors: every expected outcome, and a checker that refuses every change."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from stadtkern.casework.kita.allocation.cases import run_cases
from stadtkern.casework.kita.allocation.formats import FamilyRound, StrictRound, TiesRound, read_file
from stadtkern.casework.kita.allocation.lottery import lottery_key, lottery_numbers, tickets
from stadtkern.casework.kita.allocation.results import promise_digest
from stadtkern.casework.kita.allocation.run import allocate
from stadtkern.casework.kita.allocation.verify import Violation, verify
from stadtkern.runtime.cli import main
from tests.shared import shared_data

NAMES = ["hr_tiny", "hr_300", "hr_1000", "seats_tiny", "seats_200", "sib_40", "sib_500", "sib_1000"]
HARD = ["sib_60_nostable", "ties_120"]


def instance_file(name: str) -> Path:
    return shared_data(f"kita/instances/{name}.json")


def expected_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))["expected"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_instances_have_the_expected_outcome(name: str) -> None:
    path = instance_file(name)
    instance, digest = read_file(path)
    expected = expected_of(path)
    found = allocate(instance, exact=isinstance(instance, FamilyRound), seconds=60)
    assert found.status == "stable_exists"
    if "child_optimal" in expected:
        assert list(found.assignment) == [-1 if kita is None else kita for kita in expected["child_optimal"]]
    else:
        assert (found.placed, found.optimal) == (expected["max_placed"], True)
    verify(instance, found.document(digest, 0), digest)


def test_a_round_without_stable_result_needs_one_seat() -> None:
    instance, digest = read_file(instance_file("sib_60_nostable"))
    proof = allocate(instance, exact=True)
    assert proof.status == "no_stable_matching"
    assert proof.optimal
    assert proof.blocking
    with pytest.raises(Violation):
        verify(instance, proof.document(digest, 0), digest)
    repaired = allocate(instance, repair=True)
    assert len(repaired.extra_seats) == 1
    assert repaired.optimal
    verify(instance, repaired.document(digest, 0), digest)


def test_ties() -> None:
    path = instance_file("ties_120")
    instance, digest = read_file(path)
    lowest = allocate(instance)
    largest = allocate(instance, exact=True, seconds=30)
    assert largest.placed == expected_of(path)["max_weakly_stable"]
    assert largest.optimal
    assert not lowest.optimal
    for found in (lowest, largest):
        verify(instance, found.document(digest, 0), digest)


def test_regression_cases() -> None:
    outcomes = run_cases(json.loads(shared_data("kita/cases.json").read_text("utf-8")))
    assert len(outcomes) == 13
    assert [(o.id, o.problems) for o in outcomes if o.problems] == []


def test_lottery_vectors() -> None:
    vectors = json.loads(shared_data("kita/lottery_vectors.json").read_text("utf-8"))
    key = lottery_key(bytes.fromhex(vectors["beacon_hex"]), bytes.fromhex(vectors["commitment_hex"]))
    assert key.hex() == vectors["key_hex"]
    drawn = tickets(key, vectors["tickets"])
    assert dict(drawn) == vectors["tickets"]
    assert [child for child, _ in drawn] == vectors["order_best_first"]
    names = list(vectors["tickets"])
    numbers = lottery_numbers(key, names)
    assert sorted(names, key=lambda n: -numbers[names.index(n)]) == vectors["order_best_first"]


def mutations(document: dict[str, Any], kitas: int, r: random.Random) -> dict[str, Any]:
    """One change of a published result, with a certificate that fits the changed result (a forger would do that too)."""
    changed = copy.deepcopy(document)
    row = changed["assignment"]
    kind = r.randrange(4)
    if kind == 0:
        a, b = r.choice(
            [(a, b) for a in range(len(row)) for b in (r.randrange(len(row)),) if row[a] != row[b]]
        )
        row[a], row[b] = row[b], row[a]
    elif kind == 1:
        row[r.choice([c for c, k in enumerate(row) if k >= 0])] = -1
    elif kind == 2:
        child = r.randrange(len(row))
        row[child] = r.choice([k for k in range(kitas) if k != row[child]])
    else:
        a, b, c = r.sample([c for c, k in enumerate(row) if k >= 0], 3)
        row[a], row[b], row[c] = row[b], row[c], row[a]
    if r.random() < 0.5 and kind:
        changed["placed"] = sum(k >= 0 for k in row)
    return changed


@pytest.mark.parametrize("name", [*NAMES, *HARD])
def test_the_checker_refuses_every_changed_result(name: str) -> None:
    instance, digest = read_file(instance_file(name))
    document = allocate(instance, repair=name.endswith("nostable")).document(digest, 0)
    verify(instance, document, digest)
    kitas = len(instance.seats) if hasattr(instance, "seats") else len(instance.capacity)
    r = random.Random(5)
    rounds = 150 if len(document["assignment"]) < 1000 else 25  # type: ignore[arg-type]
    for _ in range(rounds):
        changed = mutations(document, kitas, r)
        if changed["assignment"] == document["assignment"]:
            continue
        changed["certificate"]["result_sha256"] = promise_digest(digest, changed)
        with pytest.raises(Violation):
            verify(instance, changed, digest)


def test_the_checker_refuses_another_stable_result_than_the_best_for_the_children() -> None:
    """Each child has the most points where the other wants to be: both ways are stable, only one is best for the children."""
    instance = StrictRound(
        name="ring", capacity=[1, 1], wishes=[[0, 1], [1, 0]], points=[[1, 2], [1, 2]], lottery=[0, 1]
    )
    document = allocate(instance).document("", 0)
    assert document["assignment"] == [0, 1]
    changed = {key: value for key, value in document.items() if key != "certificate"} | {"assignment": [1, 0]}
    with pytest.raises(Violation, match="Ring"):
        verify(instance, changed)


def test_a_certificate_belongs_to_one_file_and_one_result() -> None:
    instance, digest = read_file(instance_file("hr_tiny"))
    document = allocate(instance).document(digest, 0)
    with pytest.raises(Violation, match="instance_sha256"):
        verify(instance, document, "0" * 64)
    with pytest.raises(Violation, match="result_sha256"):
        verify(instance, {**document, "optimal": False}, digest)


def test_ties_by_lot_are_checked_as_promised() -> None:
    instance, _ = read_file(instance_file("ties_120"))
    assert isinstance(instance, TiesRound)
    claimed = allocate(instance, exact=True, seconds=30).document("", 0) | {"rule": "child_optimal"}
    with pytest.raises(Violation):
        verify(instance, claimed)


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = instance_file("sib_60_nostable"), tmp_path / "out.json"
    assert main(["kita", "allocate", str(source), "--repair", "-o", str(out)]) == 0
    assert main(["kita", "verify", str(source), str(out)]) == 0
    broken = json.loads(out.read_text("utf-8"))
    broken["extra_seats"] = []
    out.write_text(json.dumps(broken), "utf-8")
    assert main(["kita", "verify", str(source), str(out)]) == 1
    capsys.readouterr()
    assert main(["kita", "cases", str(shared_data("kita/cases.json"))]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "13 passed, 0 failed"
    ids = tmp_path / "ids.txt"
    ids.write_text("K-1\n\nK-2\n", "utf-8")
    assert main(["kita", "tickets", "7d1f", "00" * 32, str(ids)]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert sorted(line[1] for line in lines) == [line[1] for line in lines]
    ids.write_text("K-1\nK-1\n", "utf-8")
    assert main(["kita", "tickets", "7d1f", "00" * 32, str(ids)]) == 2
    assert main(["kita", "tickets", "zz", "00" * 32, str(ids)]) == 2
