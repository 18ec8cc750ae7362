"""The shared cases of the steering cockpit through the commands, and a stranger's look at every schedule."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from stadtkern.runtime.cli import main
from stadtkern.steering.projects.engine.instances import read_instances
from tests.shared import shared_data


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_scores_equal_coinr(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    data, meta = (shared_data(f"steering/composite_asem_{name}.csv") for name in ("data", "meta"))
    assert main(["index", "score", str(data), str(meta), "-o", str(out)]) == 0
    expected = lines(shared_data("steering/composite_asem_expected_minmax_arithmetic.csv"))
    found = lines(out)
    assert [row["uCode"] for row in found] == [row["uCode"] for row in expected]
    assert list(found[0]) == list(expected[0])
    worst = max(
        abs(float(row[code]) - float(other[code]))
        for row, other in zip(found, expected, strict=True)
        for code in row
        if code != "uCode"
    )
    assert worst <= 1e-9


def test_the_decomposition_equals_the_case_and_sums(capsys: pytest.CaptureFixture[str]) -> None:
    path = shared_data("steering/index_decomposition_case.json")
    expected: dict[str, Any] = json.loads(path.read_text("utf-8"))["expected"]
    assert main(["index", "decompose", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, abs=5.1e-7), key
    for kind in ("score", "rank"):
        parts = sum(found[f"{kind}_shapley"].values())
        assert abs(found[f"{kind}_after"] - found[f"{kind}_before"] - parts) <= 1e-9
    for player, part in found["score_shapley"].items():
        assert abs(sum(found["indicator_shapley"][player].values()) - part) <= 1e-9


def test_the_published_facts_hold_together(capsys: pytest.CaptureFixture[str]) -> None:
    path = shared_data("steering/smart_city_index_facts.csv")
    assert main(["index", "check", str(path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"contradictions": []}


SEEDED = [
    ("2024,total,Aachen,79.6,11,-6,", "2024,total,Aachen,79.6,11,-3,", "change claim"),
    ("2024,total,Darmstadt,77.8,18,", "2024,total,Darmstadt,79.3,18,", "rank order"),
    ("2022,total,Darmstadt,75.3,10,", "2022,total,Darmstadt,75.1,10,", "threshold"),
    ("2024,total,Salzgitter,,82,", "2024,total,Salzgitter,,83,", "count"),
]


@pytest.mark.parametrize(("before", "after", "kind"), SEEDED)
def test_a_changed_fact_contradicts(
    before: str, after: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shared_data("steering/smart_city_index_facts.csv").read_text("utf-8")
    assert text.count(before) == 1
    row = text[: text.index(before)].count("\n") + 1
    path = tmp_path / "facts.csv"
    path.write_text(text.replace(before, after), "utf-8")
    assert main(["index", "check", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)["contradictions"]
    assert kind in {item["kind"] for item in found}
    assert all(row in item["rows"] and item["text"] for item in found)


@pytest.mark.parametrize("name", ["j120_9_9", "j120_15_1", "j60_36_2", "j30_40_3", "j30_17_7"])
def test_schedules_reach_the_best_known(name: str, tmp_path: Path) -> None:
    path, out = shared_data("steering/rcpsp_instances.json"), tmp_path / "out.json"
    document = json.loads(path.read_text("utf-8"))
    assert main(["projects", "schedule", str(path), "--id", name, "--seconds", "10", "-o", str(out)]) == 0
    (found,) = json.loads(out.read_text("utf-8"))["instances"]
    (given,) = (item for item in document["instances"] if item["id"] == name)
    assert found["makespan"] == found["bound"] == given["best_known_upper"]
    assert found["status"] == "optimal"
    instance = next(one for one in read_instances(document) if one.id == name)
    assert instance.broken(found["starts"]) is None
    assert instance.makespan(found["starts"]) == found["makespan"]
