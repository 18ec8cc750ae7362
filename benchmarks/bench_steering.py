"""The engines of the steering cockpit: index, doubts, what-if, schedules, portfolios, durations.

    python -m benchmarks steering                   (all; about eight minutes, most of it the solver's)
    python -m benchmarks.bench_steering --quick     (without the schedules that need the whole time)

Budgets are those of the plan. Solver and draws run on the clock of the machine; processor time is printed beside it, because other work on
the machine only adds to the clock. Shared reference data is looked for as in the tests (STADTKERN_SHARED).
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from stadtkern.kernel.strict_reading import load_json, load_table
from stadtkern.steering.cityindex.engine.composite import scores
from stadtkern.steering.cityindex.engine.decomposition import decomposed, read_movement
from stadtkern.steering.cityindex.engine.frames import Frame, Group, Indicator, Panel, read_frame, read_panel
from stadtkern.steering.cityindex.engine.uncertainty import rank_intervals
from stadtkern.steering.cityindex.engine.whatif import Effect, Step, future
from stadtkern.steering.projects.engine.choosing import choose
from stadtkern.steering.projects.engine.durations import Task, forecast
from stadtkern.steering.projects.engine.generator import city_portfolio
from stadtkern.steering.projects.engine.greedy import greedy_plan
from stadtkern.steering.projects.engine.instances import read_instances
from stadtkern.steering.projects.engine.scheduling import schedule, seconds_for

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "steering.json"
SHARED = Path(os.environ.get("STADTKERN_SHARED", ROOT.parent / "shared" / "data")) / "steering"
SETS = {"j30": 0.0, "j60": 0.006, "j120": 0.015}
FIGURES: dict[str, Any] = {}
BUDGETS: dict[str, bool] = {}


def note(name: str, value: object, kept: bool | None = None) -> None:
    """One figure, and whether it keeps its budget."""
    FIGURES[name] = value
    if kept is not None:
        BUDGETS[name] = kept
    mark = "" if kept is None else " ok" if kept else " MISSED"
    print(f"{name}: {value}{mark}", flush=True)


def timed(run: Callable[[], Any], rounds: int = 1) -> tuple[float, float, Any]:
    """Best clock and processor time of some rounds, and the last result."""
    clock, processor, result = float("inf"), float("inf"), None
    for _ in range(rounds):
        began, used = time.monotonic(), time.process_time()
        result = run()
        clock, processor = min(clock, time.monotonic() - began), min(processor, time.process_time() - used)
    return clock, processor, result


def index() -> None:
    """Equality with COINr and with the exact case."""
    data, meta = (load_table((SHARED / f"composite_asem_{n}.csv").read_bytes(), n) for n in ("data", "meta"))
    frame = read_frame(meta)
    panel = read_panel(data, frame)
    _, seconds, found = timed(lambda: scores(panel), 5)
    with (SHARED / "composite_asem_expected_minmax_arithmetic.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        expected = {row["uCode"]: row for row in csv.DictReader(file)}
    worst = max(
        abs(float(expected[city][code]) - found[code][at])
        for at, city in enumerate(panel.cities)
        for code in found
    )
    note("index, largest difference to COINr", float(worst), bool(worst <= 1e-9))
    note("index, 51 countries x 49 indicators, ms", round(seconds * 1000, 2))
    document: Any = load_json((SHARED / "index_decomposition_case.json").read_bytes(), "case")
    movement = read_movement(document)
    _, seconds, parts = timed(lambda: decomposed(movement), 5)
    rest = max(
        abs(parts[f"{k}_after"] - parts[f"{k}_before"] - sum(parts[f"{k}_shapley"].values()))
        for k in ("score", "rank")
    )
    off = max(
        abs(parts[f"{kind}_shapley"][player] - value)
        for kind in ("score", "rank")
        for player, value in document["expected"][f"{kind}_shapley"].items()
    )
    note("decomposition, what is left over", rest, rest <= 1e-9)
    note("decomposition, largest difference to the case", off, off <= 5.1e-7)
    note("decomposition, ms", round(seconds * 1000, 2))


def large_panel() -> Panel:
    """83 cities x 163 parameters in 37 indicators and 5 areas, every fiftieth value a gap."""
    r = np.random.default_rng(1)
    leaves = tuple(Indicator(code=f"p{n}", parent=f"i{n % 37}") for n in range(163))
    groups = [Group(code=f"i{n}", parent=f"a{n % 5}") for n in range(37)]
    areas = [Group(code=f"a{n}", parent="total", level=3) for n in range(5)]
    frame = Frame(indicators=leaves, groups=(*groups, *areas, Group(code="total", parent=None, level=4)))
    values = r.normal(50, 15, (83, 163))
    values[r.random(values.shape) < 0.02] = np.nan
    return Panel(frame=frame, cities=tuple(f"c{n}" for n in range(83)), values=values)


def doubts() -> None:
    """Draws over a whole edition, and a what-if of ten projects on twenty parameters."""
    panel = large_panel()
    clock, seconds, _ = timed(lambda: rank_intervals(panel, draws=5_000), 3)
    note("rank intervals, 5,000 draws, 83 x 163, s", round(clock, 2), clock < 1)
    note("rank intervals, processor s", round(seconds, 2))
    note("one draw, ms (COINr 25 to 122)", round(seconds / 5, 3), seconds / 5 * 500 <= 122)
    steps = [
        Step(
            name=f"s{n}",
            live_on=date(2026, 1 + n, 1),
            probability=0.8,
            late_months=4,
            effects=[Effect(indicator=f"p{(3 * n + m) % 163}", low=2, likely=8, high=15) for m in range(2)],
        )
        for n in range(10)
    ]
    drift = dict.fromkeys(panel.frame.codes, 1.0)
    clock, seconds, _ = timed(lambda: future(panel, "c0", steps, cutoff=date(2026, 7, 1), drift=drift), 3)
    note("what-if, 2,000 draws, 10 projects, ms", round(clock * 1000), clock < 0.3)
    note("what-if, processor ms", round(seconds * 1000))


def schedules(quick: bool) -> None:
    """The shared instances, each set against the best known end (or the own bound where none is known)."""
    document: Any = load_json((SHARED / "rcpsp_instances.json").read_bytes(), "rcpsp")
    known = {item["id"]: item["best_known_upper"] for item in document["instances"]}
    instances = read_instances(document)
    for name, budget in SETS.items():
        gaps, proven, seconds = [], 0, 0.0
        for instance in instances:
            if not instance.id.startswith(f"{name}_"):
                continue
            given = 2.0 if quick else seconds_for(instance)
            clock, _, found = timed(lambda one=instance, s=given: schedule(one, s))
            assert instance.broken(found.starts) is None, instance.id
            target = known[instance.id] or found.bound
            gaps.append(found.makespan / target - 1)
            proven += found.status == "optimal"
            seconds = max(seconds, clock)
            if found.status != "optimal":
                note(
                    f"{instance.id}, end / bound / best known",
                    [found.makespan, found.bound, known[instance.id]],
                )
        mean = sum(gaps) / len(gaps)
        note(f"{name}, mean gap, %", round(mean * 100, 3), None if quick else mean <= budget + 1e-12)
        note(f"{name}, proven", f"{proven}/{len(gaps)}, slowest {seconds:.1f} s")


def portfolios(quick: bool) -> None:
    """40 projects, 8 offices, 36 months, 20 seeds."""
    ratios, clocks, processors, proven = [], [], [], 0
    seeds = range(1, 6 if quick else 21)
    for seed in seeds:
        portfolio = city_portfolio(seed)
        greedy = greedy_plan(portfolio)
        clock, seconds, plan = timed(lambda p=portfolio: choose(p, seconds=10))
        assert not list(portfolio.broken(greedy)) and not list(portfolio.broken(plan.starts)), seed
        ratios.append(plan.benefit / portfolio.total(greedy))
        clocks.append(clock)
        processors.append(seconds)
        proven += plan.status == "optimal"
    note("portfolio, optimum proven", f"{proven}/{len(seeds)}", proven == len(seeds))
    note("portfolio, slowest, s", round(max(clocks), 2), max(clocks) < 5)
    note("portfolio, slowest, processor s", round(max(processors), 2))
    note("portfolio, benefit over greedy, least", round(min(ratios), 3), min(ratios) >= 1.15)
    note("portfolio, benefit over greedy, mean", round(sum(ratios) / len(ratios), 3))


def durations() -> None:
    """10,000 draws of 200 tasks in eight offices."""
    r = np.random.default_rng(1)
    tasks = [
        Task(
            id=f"t{n}",
            shortest=5,
            likely=8,
            longest=20,
            office=f"o{n % 8}",
            after=tuple({f"t{r.integers(0, n)}" for _ in range(2)}) if n else (),
        )
        for n in range(200)
    ]
    clock, seconds, _ = timed(lambda: forecast(tasks, draws=10_000), 3)
    note("Monte Carlo, 10,000 x 200, s", round(clock, 2), clock < 2)
    note("Monte Carlo, processor s", round(seconds, 2))


def main(arguments: list[str]) -> int:
    """Exit 1 if a budget is missed."""
    quick = "--quick" in arguments
    note("load average at start", round(os.getloadavg()[0], 1))
    if SHARED.exists():
        index()
        schedules(quick)
    else:
        note("shared data", "missing")
    doubts()
    durations()
    portfolios(quick)
    note("load average at end", round(os.getloadavg()[0], 1))
    RESULTS.parent.mkdir(exist_ok=True)
    report = {"figures": FIGURES, "budgets": BUDGETS, "quick": quick}
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0 if all(BUDGETS.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
