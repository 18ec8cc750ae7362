"""Choosing projects: every promise kept, the optimum found, impossible plans explained, dates as distributions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stadtkern.runtime.cli import main
from stadtkern.steering.projects.engine.choosing import (
    PlanImpossible,
    choose,
    more_money,
    one_more_post,
    why_not,
)
from stadtkern.steering.projects.engine.conflicts import conflict
from stadtkern.steering.projects.engine.durations import DurationsRefused, Task, forecast, normal_cdf
from stadtkern.steering.projects.engine.generator import city_portfolio
from stadtkern.steering.projects.engine.greedy import greedy_plan
from stadtkern.steering.projects.engine.portfolios import Portfolio, Project, read_portfolio

IT = ("Hauptamt", "IT")


def project(name: str, months: int = 2, **given: Any) -> Project:
    given.setdefault("needs", {IT: (100,) * months})
    given.setdefault("benefit", 10)
    return Project(id=name, name=name, months=months, **given)


def portfolio(
    *projects: Project, months: int = 6, units: int = 100, cents: int = 10**9, **given: Any
) -> Portfolio:
    return Portfolio(
        first_year=2026, first_month=1, months=months, capacity={IT: (units,) * months}, budgets={2026: cents},
        projects=projects, **given,
    )  # fmt: skip


def every_plan(given: Portfolio) -> Iterator[dict[str, int]]:
    choices = [[None, *range(given.months - p.months + 1)] for p in given.projects]
    for starts in product(*choices):
        plan = {p.id: s for p, s in zip(given.projects, starts, strict=True) if s is not None}
        if not any(given.broken(plan)):
            yield plan


@pytest.mark.parametrize("seed", range(6))
def test_the_optimum_is_that_of_trying_everything(seed: int) -> None:
    r = np.random.default_rng(seed)
    made = [
        project(
            f"p{n}",
            int(r.integers(1, 4)),
            benefit=int(r.integers(1, 20)),
            monthly_benefit=int(r.integers(0, 3)),
            survey_benefit=int(r.integers(0, 9)),
            costs=(int(r.integers(0, 50)),),
            after=(f"p{n - 1}",) if n and r.random() < 0.4 else (),
            not_before=int(r.integers(0, 2)),
            done_by=5 if r.random() < 0.3 else None,
        )
        for n in range(4)
    ]
    given = portfolio(*made, cents=90, closures=frozenset({3}), cutoffs=(4,))
    found = choose(given)
    assert list(given.broken(found.starts)) == []
    assert found.status == "optimal"
    assert found.gap == 0
    assert found.benefit == given.total(found.starts) == max(map(given.total, every_plan(given)))
    greedy = greedy_plan(given)
    assert list(given.broken(greedy)) == []
    assert given.total(greedy) <= found.benefit


def test_the_survey_pulls_a_project_before_its_cutoff() -> None:
    given = portfolio(project("a", benefit=1), project("b", benefit=1, survey_benefit=5), cutoffs=(2,))
    assert choose(given).starts["b"] == 0


def test_a_baseline_is_moved_only_for_enough_benefit() -> None:
    given = portfolio(project("a", survey_benefit=3), project("b", survey_benefit=4), cutoffs=(2,))
    kept = choose(given, baseline={"a": 0, "b": 2}, moving_cost=5)
    assert (dict(kept.starts), kept.moved, kept.benefit) == ({"a": 0, "b": 2}, (), 23)
    moved = choose(given, baseline={"a": 0, "b": 2})
    assert moved.starts["b"] == 0
    assert moved.benefit == moved.bound == 24


CONFLICTS = [
    (
        [project("a", mandatory=True, done_by=2), project("b", mandatory=True, done_by=2)],
        {},
        {"Kapazität Hauptamt / IT", "Frist von »a« bis 2026-02", "Frist von »b« bis 2026-02", "Pflichtprojekt »a«", "Pflichtprojekt »b«"},
    ),
    (
        [project("a", mandatory=True, costs=(500,)), project("b", mandatory=True)],
        {"cents": 400},
        {"Pflichtprojekt »a«", "Haushaltsjahr 2026 mit 4,00 EUR"},
    ),
    (
        [project("a", not_before=2), project("b", mandatory=True, after=("a",), done_by=5), project("c", benefit=99)],
        {},
        {"Startsperre von »a« bis 2026-03", "Reihenfolge: »a« vor »b«", "Frist von »b« bis 2026-05", "Pflichtprojekt »b«"},
    ),
    (
        [project("a", mandatory=True, done_by=3)],
        {"closures": frozenset({0, 1, 2})},
        {"Sperrmonate für Beginn und Inbetriebnahme", "Frist von »a« bis 2026-03", "Pflichtprojekt »a«"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("projects", "more", "names"), CONFLICTS)
def test_an_impossible_plan_names_the_conflict(
    projects: list[Project], more: dict[str, Any], names: set[str]
) -> None:
    with pytest.raises(PlanImpossible) as raised:
        choose(portfolio(*projects, **more))
    assert set(raised.value.conflict) == names


def test_a_possible_plan_has_no_conflict() -> None:
    assert conflict(portfolio(project("a", mandatory=True))) == ()


def test_why_a_project_is_not_chosen_and_what_would_help() -> None:
    given = portfolio(
        project("a", 6, benefit=50), project("b", 6, benefit=30), project("c", 6, done_by=5), cents=0
    )
    plan = choose(given)
    assert dict(plan.starts) == {"a": 0}
    answer = why_not(given, plan, "b")
    assert (answer.loss, answer.displaced, answer.conflict) == (20, ("a",), ())
    assert set(why_not(given, plan, "c").conflict) == {"Frist von »c« bis 2026-05", "Pflichtprojekt »c«"}
    assert one_more_post(given, plan, IT) == 30
    costly = replace(given, projects=(replace(given.projects[0], costs=(5_000_000,)), given.projects[1]))
    assert more_money(costly, choose(costly), 2026) == 20


@pytest.mark.parametrize("seed", [1, 11])
def test_generated_portfolios_leave_much_to_gain(seed: int) -> None:
    given = city_portfolio(seed, projects=20, months=24)
    assert given == city_portfolio(seed, projects=20, months=24)
    greedy, found = greedy_plan(given), choose(given, seconds=10)
    assert list(given.broken(greedy)) == list(given.broken(found.starts)) == []
    assert given.total(greedy) < found.benefit <= found.bound


def document() -> dict[str, Any]:
    needs = [{"office": "Hauptamt", "role": "IT", "monthly": [100, 100]}]
    return {
        "first_month": "2026-01",
        "months": 6,
        "capacity": [{"office": "Hauptamt", "role": "IT", "monthly": [100] * 6}],
        "budgets": {"2026": 1000},
        "closures": ["2026-04"],
        "cutoffs": ["2026-05"],
        "projects": [
            {"id": "a", "months": 2, "benefit": 5, "needs": needs, "costs": [400]},
            {"id": "b", "months": 2, "benefit": 5, "needs": needs, "after": ["a"], "done_by": "2026-06"},
            {"id": "c", "months": 6, "benefit": 1, "needs": needs},
        ],
    }


def ran(given: dict[str, Any], tmp_path: Path, *more: str) -> tuple[int, Path]:
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(json.dumps(given), "utf-8")
    return main(["projects", "plan", str(file), "-o", str(out), *more]), out


def test_the_command_plans_and_says_why(tmp_path: Path) -> None:
    code, out = ran(document(), tmp_path, "--why")
    found = json.loads(out.read_text("utf-8"))
    assert code == 0
    assert set(found["starts"]) == {"a", "b"}
    assert (found["benefit"], found["bound"], found["gap"], found["status"]) == (10, 10, 0, "optimal")
    assert [item["project"] for item in found["why_not"]] == ["c"]
    assert not any(read_portfolio(document()).broken({"a": 0, "b": 4}))


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["projects", 0, "after"], ["b"], "/projects/0/after: die Projekte a → b → a warten im Kreis"),
        (["projects", 0, "after"], ["B"], "/projects/0/after/0: »B« gibt es nicht"),
        (["projects", 0, "months"], -1, "/projects/0/months: -1 liegt nicht zwischen 1 und 6"),
        (["projects", 1, "done_by"], "2027-06", "/projects/1/done_by: »2027-06« liegt außerhalb"),
        (["projects", 1, "id"], "a", "/projects/1/id: »a« steht zweimal da"),
        (
            ["projects", 0, "needs", 0, "office"],
            "Amt",
            "/projects/0/needs/0: für »Amt / IT« gibt es keine Kapazität",
        ),
        (["budgets"], {"2031": 5}, "/budgets: »2031« gibt es nicht"),
        (["first_month"], "2026-13", "/first_month: erwartet wird ein Monat"),
        (["capacity", 0, "monthly"], [1], "/capacity/0/monthly: erwartet werden 6 Einträge"),
    ],
)
def test_bad_portfolios_are_refused(
    path: list[Any], value: Any, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = document()
    at: Any = given
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    code, out = ran(given, tmp_path)
    assert code == 2
    assert capsys.readouterr().err.startswith(place)
    assert not out.exists()


def test_an_impossible_portfolio_is_exit_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = document()
    given["projects"][0] |= {"mandatory": True, "costs": [5000]}
    code, out = ran(given, tmp_path)
    assert code == 1
    assert "Haushaltsjahr 2026 mit 10,00 EUR" in capsys.readouterr().err
    assert not out.exists()


def task(name: str, low: float, likely: float, high: float, **given: Any) -> Task:
    return Task(id=name, shortest=low, likely=likely, longest=high, **given)


def test_certain_durations_give_the_critical_path() -> None:
    found = forecast([task("a", 3, 3, 3), task("b", 5, 5, 5), task("c", 2, 2, 2, after=("a", "b"))], draws=20)
    assert found.quantile(0.5) == found.quantile(0.8) == 7
    assert found.criticality == {"a": 0.0, "b": 1.0, "c": 1.0}
    assert found.quantile(0.5, "a") == 3
    assert forecast([task("a", 1, 1, 1, not_before=4)], draws=5).quantile(0.5) == 5


def test_drawn_durations_are_triangular_and_correlation_widens_sums() -> None:
    single = forecast([task("a", 2, 4, 9)], draws=50_000)
    assert single.end.min() >= 2
    assert single.end.max() <= 9
    assert single.end.mean() == pytest.approx(5, abs=0.02)
    assert single.end.var() == pytest.approx((4 + 16 + 81 - 8 - 18 - 36) / 18, rel=0.03)
    chain = [task(f"t{n}", 1, 2, 6, office="x", after=(f"t{n - 1}",) if n else ()) for n in range(10)]
    loose, tied = (forecast(chain, draws=20_000, correlation=c).end for c in (0.0, 0.8))
    assert tied.std() > 2 * loose.std()
    assert tied.mean() == pytest.approx(loose.mean(), rel=0.01)
    assert normal_cdf(np.array([-1.96, 0.0, 1.96])) == pytest.approx([0.0249979, 0.5, 0.9750021], abs=1e-6)


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([task("a", -1, 1, 2)], "»a«: Dauern müssen ab 0"),
        ([task("a", 3, 1, 2)], "»a«: Dauern müssen ab 0"),
        ([task("a", 1, 1, 1, after=("b",))], "wartet auf »b«"),
        ([task("a", 1, 1, 1, after=("b",)), task("b", 1, 1, 1, after=("a",))], "im Kreis"),
        ([task("a", 1, 1, 1), task("a", 1, 1, 1)], "zweimal"),
    ],
)
def test_bad_tasks_are_refused(tasks: list[Task], message: str) -> None:
    with pytest.raises(DurationsRefused, match=message):
        forecast(tasks, draws=5)
