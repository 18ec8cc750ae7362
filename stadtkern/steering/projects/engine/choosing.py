"""Which projects, and when: the plan with the most benefit, proven by CP-SAT, and why others are not in it.

One literal per project and start month. Precedence is written over all months at once (whoever has started by month t has predecessors that
ended by t), which gives the linear relaxation its strength: 40 projects over 36 months are proven in about a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stadtkern.kernel.errors import DomainError
from stadtkern.steering.projects.engine.conflicts import conflict
from stadtkern.steering.projects.engine.greedy import greedy_plan
from stadtkern.steering.projects.engine.portfolios import Portfolio, Post
from stadtkern.steering.projects.engine.scheduling import Cancel, Status

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

WORKERS = 1
SECONDS = 20.0


class PlanImpossible(DomainError):
    """No plan keeps all constraints; ``conflict`` names those that cannot all hold."""

    code = "projects-plan-impossible"
    status = 409
    message = "So ist kein Plan möglich."
    message_en = "No plan is possible like this."

    def __init__(self, names: tuple[str, ...]) -> None:
        self.conflict = names
        listed = "; ".join(names)
        super().__init__(
            f"So ist kein Plan möglich. Diese Vorgaben widersprechen sich: {listed}.",
            message_en=f"No plan is possible like this. These constraints contradict each other: {listed}.",
            extra={"conflict": list(names)},
        )


class NoPlanInTime(DomainError):
    """The time was over before a plan or the proof that there is none was found."""

    code = "projects-no-plan-in-time"
    status = 409
    message = "In der vorgegebenen Zeit wurde kein Plan gefunden. Geben Sie mehr Zeit."
    message_en = "No plan was found in the given time. Allow more time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Start month by chosen project, the benefit, the proven bound, and what moving the baseline cost."""

    starts: Mapping[str, int]
    benefit: int
    bound: int
    moved: tuple[str, ...]
    status: Status

    @property
    def gap(self) -> float:
        """What might be missing to the bound, relative to it."""
        return (self.bound - self.benefit) / self.bound if self.bound else 0.0


def choose(
    portfolio: Portfolio,
    *,
    baseline: Mapping[str, int] | None = None,
    moving_cost: int = 0,
    seconds: float = SECONDS,
    seed: int = 1,
    workers: int = WORKERS,
    cancel: Cancel | None = None,
) -> Plan:
    """The best plan. Projects of a ``baseline`` that start elsewhere or fall out cost ``moving_cost`` each in the search (not in the benefit).

    ``PlanImpossible`` with the conflict, ``NoPlanInTime`` if neither a plan nor that proof was found.
    """
    from ortools.sat.python import cp_model

    kept = baseline or {}
    model, literals = _model(portfolio)
    constant = _objective(model, portfolio, literals, kept, moving_cost)
    hint = greedy_plan(portfolio)
    for (name, start), literal in literals.items():
        model.add_hint(literal, hint.get(name) == start)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = seed
    # One worker with the full linear relaxation proves these models faster than four without it, and always in the same way.
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = 2
    halt = cancel or Cancel()
    halt.watch(solver.stop_search)
    status = solver.solve(model)
    halt.watch(None)
    if status == cp_model.INFEASIBLE:
        raise PlanImpossible(conflict(portfolio, seed=seed))
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise NoPlanInTime
    starts = {name: start for (name, start), literal in literals.items() if solver.boolean_value(literal)}
    moved = tuple(name for name, start in kept.items() if starts.get(name) != start)
    benefit = portfolio.total(starts)
    return Plan(
        starts=dict(sorted(starts.items(), key=lambda item: (item[1], item[0]))),
        benefit=benefit,
        bound=max(benefit, round(solver.best_objective_bound) + constant + moving_cost * len(moved)),
        moved=moved,
        status="optimal" if status == cp_model.OPTIMAL else "feasible",
    )


Literals = dict[tuple[str, int], "cp_model.IntVar"]


def _model(portfolio: Portfolio) -> tuple[cp_model.CpModel, Literals]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    literals: Literals = {}
    load: dict[tuple[Post, int], list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
    money: dict[int, list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
    for project in portfolio.projects:
        own = []
        for start in portfolio.starts(project):
            literal = literals[project.id, start] = model.new_bool_var(f"{project.id}@{start}")
            own.append(literal)
            for post, row in project.needs.items():
                for month, need in enumerate(row):
                    if need:
                        load[post, start + month].append((literal, need))
            for year, cents in portfolio.money(project, start).items():
                money[year].append((literal, cents))
        if project.mandatory:
            model.add_exactly_one(own)
        else:
            model.add_at_most_one(own)
    for (post, month), terms in load.items():
        model.add(sum(literal * need for literal, need in terms) <= portfolio.capacity[post][month])
    for year, terms in money.items():
        model.add(sum(literal * cents for literal, cents in terms) <= portfolio.budgets.get(year, 0))
    _precedence(model, portfolio, literals)
    return model, literals


def _precedence(model: cp_model.CpModel, portfolio: Portfolio, literals: Literals) -> None:
    for project in portfolio.projects:
        starts = portfolio.starts(project)
        for other in project.after:
            before = portfolio.by_id[other]
            for at, start in enumerate(starts):
                own = [literals[project.id, s] for s in starts[: at + 1]]
                done = [literals[other, s] for s in portfolio.starts(before) if s + before.months <= start]
                model.add(sum(own) <= sum(done))


def _objective(
    model: cp_model.CpModel,
    portfolio: Portfolio,
    literals: Literals,
    kept: Mapping[str, int],
    moving_cost: int,
) -> int:
    """Maximise benefit minus moving; the constant is what is lost if every baseline project moves."""
    terms = []
    for (name, start), literal in literals.items():
        worth = portfolio.worth(portfolio.by_id[name], start)
        terms.append(literal * (worth + (moving_cost if kept.get(name) == start else 0)))
    model.maximize(sum(terms))
    return -moving_cost * len(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """What choosing a project would take: the loss and the projects it would push out, or the conflict that forbids it."""

    project: str
    loss: int | None
    displaced: tuple[str, ...]
    conflict: tuple[str, ...]


def why_not(portfolio: Portfolio, plan: Plan, project: str, *, seconds: float = SECONDS) -> WhyNot:
    """The answer for a project that is not in the plan."""
    forced = tuple(replace(p, mandatory=p.mandatory or p.id == project) for p in portfolio.projects)
    try:
        found = choose(replace(portfolio, projects=forced), seconds=seconds)
    except PlanImpossible as impossible:
        return WhyNot(project=project, loss=None, displaced=(), conflict=impossible.conflict)
    displaced = tuple(name for name in plan.starts if name not in found.starts)
    return WhyNot(
        project=project, loss=max(0, plan.benefit - found.benefit), displaced=displaced, conflict=()
    )


def one_more_post(portfolio: Portfolio, plan: Plan, post: Post, *, seconds: float = SECONDS) -> int:
    """The benefit one more person in this office and role would add."""
    more = {**portfolio.capacity, post: tuple(units + 100 for units in portfolio.capacity[post])}
    return max(0, choose(replace(portfolio, capacity=more), seconds=seconds).benefit - plan.benefit)


def more_money(
    portfolio: Portfolio, plan: Plan, year: int, cents: int = 10_000_000, *, seconds: float = SECONDS
) -> int:
    """The benefit 100,000 EUR more in a budget year would add."""
    more = {**portfolio.budgets, year: portfolio.budgets.get(year, 0) + cents}
    return max(0, choose(replace(portfolio, budgets=more), seconds=seconds).benefit - plan.benefit)
