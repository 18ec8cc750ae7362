"""Decomposition, doubts, what-if and contradictions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.kernel.strict_reading import InputRefused, load_table
from stadtkern.runtime.cli import main
from stadtkern.steering.cityindex.engine.composite import ranks, scores
from stadtkern.steering.cityindex.engine.contradictions import contradictions, edition_contradictions
from stadtkern.steering.cityindex.engine.decomposition import decomposed, read_movement
from stadtkern.steering.cityindex.engine.facts import read_editions, read_facts
from stadtkern.steering.cityindex.engine.frames import Panel, frame_of_areas
from stadtkern.steering.cityindex.engine.uncertainty import (
    Doubts,
    NoDraws,
    drawn_scores,
    rank_intervals,
    rounding_interval,
    score_needed,
)
from stadtkern.steering.cityindex.engine.whatif import Effect, Step, UnknownInWhatIf, drifts, future

CODES = ["a", "b", "c", "d"]
AREAS = {"one": ["a", "b"], "two": ["c", "d"]}


def case(before: list[list[float | None]], after: list[list[float | None]]) -> dict[str, Any]:
    """Two editions of the same frame; the second drops b. Row 0 is the focus."""

    def edition(areas: dict[str, list[str]], rows: list[list[float | None]]) -> dict[str, Any]:
        return {
            "areas": areas,
            "rows": {f"c{n}": dict(zip(CODES, row, strict=True)) for n, row in enumerate(rows)},
        }

    return {
        "focus": "c0",
        "before": edition({**AREAS}, before),
        "after": edition({**AREAS, "one": ["a"]}, after),
    }


ROW = st.lists(st.integers(0, 100).map(float), min_size=4, max_size=4)
FIELD = st.lists(ROW, min_size=3, max_size=6)


@settings(max_examples=40, deadline=None)
@given(FIELD, FIELD, st.sampled_from(["minmax", "max0", "rank", "fixed"]))
def test_parts_always_sum(before: list[list[float]], after: list[list[float]], kind: Any) -> None:
    try:
        movement = read_movement(case(before, after), kind)  # type: ignore[arg-type]
    except InputRefused:
        return  # an edition, real or mixed, in which nothing distinguishes the cities
    found: dict[str, Any] = decomposed(movement)
    for name in ("score", "rank"):
        change = found[f"{name}_after"] - found[f"{name}_before"]
        assert abs(change - sum(found[f"{name}_shapley"].values())) <= 1e-9
    for player, part in found["score_shapley"].items():
        assert abs(part - sum(found["indicator_shapley"][player].values())) <= 1e-9


def test_what_nobody_changed_explains_nothing() -> None:
    rows: list[list[float | None]] = [[10, 20, 30, 40], [20, 10, 60, 20], [90, 30, 10, 70]]
    document = case(rows, rows)
    document["after"]["areas"] = AREAS
    document["after"]["rows"]["c1"]["a"] = 80.0
    found: Any = decomposed(read_movement(document))
    assert found["score_shapley"]["own"] == found["score_shapley"]["method"] == 0
    assert found["counterfactual_rank_own_after_in_field_before"] == found["rank_before"]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["focus"], "cX", "/before/rows"),
        (["before", "rows", "c1", "a"], "12,5", "/before/rows/c1/a"),
        (["after", "areas", "two"], ["c", "c"], "/after/areas/two/1"),
        (["before", "areas", "one"], ["a", "b_neu"], "/before/rows"),
        (["after", "weights"], {"a": -1}, "/after/weights/a"),
    ],
)
def test_bad_cases_name_their_place(
    path: list[str], value: Any, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = case([[10, 20, 30, 40], [20, 10, 60, 20]], [[10, 20, 30, 40], [20, 10, 60, 20]])
    at: Any = document
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    file = tmp_path / "case.json"
    file.write_text(json.dumps(document), "utf-8")
    assert main(["index", "decompose", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"{place}: ")


def panel(cities: int = 12, seed: int = 1) -> Panel:
    values = np.random.default_rng(seed).uniform(0, 100, (cities, 4))
    values[2, 1] = np.nan
    return Panel(frame=frame_of_areas(AREAS), cities=tuple(f"c{n}" for n in range(cities)), values=values)


def test_without_doubt_every_draw_is_the_score() -> None:
    given_ = panel()
    drawn = drawn_scores(given_, Doubts(weight_spread=0, normalisations=("minmax",), rounding=0), 5, 1)
    np.testing.assert_allclose(drawn, np.tile(scores(given_)["total"], (5, 1)))
    for interval, rank in zip(rank_intervals(given_, draws=400), ranks(scores(given_)["total"]), strict=True):
        assert interval.best <= interval.rank <= interval.worst
        assert interval.best - 3 <= rank <= interval.worst + 3


def test_drawn_weights_are_those_of_a_slow_loop() -> None:
    """The vectorised draws against one weighted mean at a time, gaps included."""
    given_ = panel()
    doubts = Doubts(normalisations=("minmax",), rounding=0)
    drawn = drawn_scores(given_, doubts, 20, 7)
    factors = np.random.default_rng(7).uniform(0.75, 1.25, (7, 20))
    low, high = np.nanmin(given_.values, axis=0), np.nanmax(given_.values, axis=0)
    leaves = (given_.values - low) / (high - low) * 100
    for draw in range(20):
        w = factors[:, draw]
        for city in range(len(given_.cities)):
            parts = []
            for inside in ([0, 1], [2, 3]):
                known = [k for k in inside if not np.isnan(leaves[city, k])]
                parts.append(sum(w[k] * leaves[city, k] for k in known) / sum(w[k] for k in known))
            assert drawn[draw, city] == pytest.approx((w[4] * parts[0] + w[5] * parts[1]) / (w[4] + w[5]))


def test_the_same_seed_draws_the_same_and_nonsense_is_refused() -> None:
    assert rank_intervals(panel(), draws=50, seed=3) == rank_intervals(panel(), draws=50, seed=3)
    with pytest.raises(NoDraws):
        rank_intervals(panel(), draws=0)


def test_rounded_scores_leave_ranks_open() -> None:
    best, worst = rounding_interval(np.array([80.0, 79.9, 79.9, 70.0]))
    assert best.tolist() == [1, 2, 2, 4]
    assert worst.tolist() == [1, 3, 3, 4]


def test_the_score_that_holds_a_rank() -> None:
    field = np.array([90.0, 80.0, 70.0])
    assert score_needed(field, 2) == 80
    assert score_needed(field, 2, drift=3.2) == pytest.approx(83.2)
    assert score_needed(field, 4) == 0


STEP = Step(name="OZG", live_on=date(2026, 5, 1), effects=[Effect(indicator="a", low=30, likely=30, high=30)])


def test_what_counts_is_live_by_the_cutoff() -> None:
    given_ = panel()
    early = future(given_, "c0", [STEP], cutoff=date(2026, 7, 1), draws=10)
    late = future(given_, "c0", [STEP], cutoff=date(2026, 4, 1), draws=10)
    assert (early.counted, late.counted) == ({"OZG": 1.0}, {"OZG": 0.0})
    assert late.score == pytest.approx(np.full(10, scores(given_)["total"][0]))
    moved = given_.values.copy()
    moved[0, 0] += 30
    after = scores(Panel(frame=given_.frame, cities=given_.cities, values=moved))["total"]
    assert early.score == pytest.approx(np.full(10, after[0]))
    assert early.rank.tolist() == [int(ranks(after)[0])] * 10


@pytest.mark.parametrize("kind", ["minmax", "max0", "rank", "fixed"])
def test_draws_of_a_what_if_equal_whole_editions(kind: Any) -> None:
    given_ = panel()
    step = Step(
        name="s",
        live_on=date(2026, 1, 1),
        probability=0.5,
        effects=[Effect(indicator="c", low=5, likely=9, high=60)],
    )
    found = future(
        given_, "c3", [step], cutoff=date(2026, 7, 1), drift={"a": 2.0}, normalisation=kind, draws=30, seed=5
    )
    generator = np.random.default_rng(5)
    happens, _ = generator.random(30) < 0.5, generator.random(30)
    change = happens * generator.triangular(5, 9, 60, 30)
    for draw in range(30):
        values = given_.values.copy()
        values[:, 0] += 2.0
        values[3] = given_.values[3]
        values[3, 2] += change[draw]
        total = scores(Panel(frame=given_.frame, cities=given_.cities, values=values), kind)["total"]
        assert found.score[draw] == pytest.approx(total[3])
        assert found.rank[draw] == ranks(total)[3]


def test_drifts_come_from_the_last_movement() -> None:
    before, after = panel(), panel()
    after.values[1:, 0] += 3.0
    found = drifts(before, after, "c0")
    assert found["none"] == {}
    assert found["mean"]["a"] == pytest.approx(3.0)
    assert found["top"]["a"] == pytest.approx(3.0)
    with pytest.raises(UnknownInWhatIf):
        future(before, "cX", [], cutoff=date(2026, 7, 1))


EDITIONS = "year,cities,parameters,data_points,top10_threshold,leader,leader_score\n2024,82,162,13284,79.8,A,88.3\n2025,83,163,13529,84.7,A,90.2\n"
HEAD = "year,scope,city,score,rank,rank_change,score_change\n"


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        (["2024,total,A,86.2,2,,", "2025,total,A,89.6,2,,5.7"], ["change claim"]),
        (["2024,total,A,86.2,2,,", "2025,total,A,89.6,2,,3.4"], []),
        (["2024,total,A,,45,,", "2025,total,A,,51,-6,"], []),
        (["2024,total,A,,45,,", "2025,total,A,,51,6,"], ["change claim"]),
        (["2024,total,A,,<=20,,", "2025,total,A,,51,-31,"], []),
        (["2024,total,A,,<=20,,", "2025,total,A,,51,-30,"], ["change claim"]),
        (["2025,it,A,,80,5,"], ["change claim"]),
        (["2025,it,A,,20,5,", "2025,it,B,,30,-5,"], ["change claim"]),
        (["2024,it,A,82.9,16,,", "2024,it,B,82.9,17,,"], []),
        (["2024,it,A,82.9,16,,", "2024,it,B,83.0,17,,"], ["rank order"]),
        (["2024,it,A,82.9,16,,", "2024,it,B,82.8,16,,"], ["rank order"]),
        (["2024,it,A,82.9,16,,", "2024,it,B,>90,17,,"], ["rank order"]),
        (["2024,it,A,82.9,16,,", "2024,it,B,>80,17,,"], []),
        (["2024,total,A,79.9,11,,"], ["threshold"]),
        (["2024,total,A,79.7,10,,"], ["threshold"]),
        (["2024,total,A,79.8,10,,"], []),
        (["2024,total,A,88.4,,,"], ["threshold"]),
        (["2024,it,A,,83,,"], ["count"]),
        (["2023,it,A,,83,,"], []),
    ],
)
def test_contradictions(rows: list[str], kinds: list[str]) -> None:
    facts = read_facts(load_table((HEAD + "\n".join(rows) + "\n").encode(), "facts.csv"))
    found = contradictions(facts, read_editions(load_table(EDITIONS.encode(), "editions.csv")))
    assert [item.kind for item in found] == kinds
    assert all(2 <= row <= len(rows) + 1 for item in found for row in item.rows)


def test_more_cities_than_there_are_and_wrong_products() -> None:
    editions = read_editions(
        load_table(EDITIONS.replace("2024,82,162,13284", "2024,2,162,13284").encode(), "e")
    )
    text = HEAD + "".join(f"2024,it,{name},,,,\n" for name in "ABC")
    (found,) = contradictions(read_facts(load_table(text.encode(), "f")), editions)
    assert (found.kind, found.rows) == ("count", (2, 3, 4))
    assert [item.rows for item in edition_contradictions(editions)] == [(2,)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2024,it,A,101,1,,", "Zeile 2, Spalte 4 »score«: 101 liegt nicht zwischen 0 und 100"),
        ("2024,it,A,50,0,,", "Zeile 2, Spalte 5 »rank«"),
        ("2024,it,A,50,1.5,,", "Zeile 2, Spalte 5 »rank«: ein Rang ist eine ganze Zahl"),
        ("24,it,A,50,1,,", "Zeile 2, Spalte 1 »year«"),
        (
            "2024,it,A,50,1,,\n2024,it,A,51,1,,",
            "Zeile 3, Spalte 3 »city«: Die Angabe für »2024, it, A« steht schon in Zeile 2",
        ),
        ('2024,it,A,"68,5",1,,', "Zeile 2, Spalte 4 »score«: »68,5«: Dezimalzeichen ist hier der Punkt"),
    ],
)
def test_bad_facts_are_refused(
    row: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facts.csv"
    file.write_text(HEAD + row + "\n", "utf-8")
    assert main(["index", "check", str(file)]) == 2
    assert message in capsys.readouterr().err
