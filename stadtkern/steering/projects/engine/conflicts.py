"""Why no plan is possible: constraints that cannot all hold, as few as possible (none of them could be left out of the list)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stadtkern.steering.projects.engine.portfolios import Portfolio, Post, Project

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SECONDS_PER_TRY = 3.0


@dataclass
class _Relaxable:
    """A model in which every kind of constraint hangs on a literal with a name for people."""

    model: cp_model.CpModel
    names: dict[str, cp_model.IntVar] = field(default_factory=dict)

    def named(self, name: str) -> cp_model.IntVar:
        """The literal of a constraint."""
        if name not in self.names:
            self.names[name] = self.model.new_bool_var(name)
        return self.names[name]


def conflict(portfolio: Portfolio, *, seed: int = 1) -> tuple[str, ...]:
    """Names of the constraints in conflict. The solver's own core comes first, then each is tried without; what is not needed goes."""
    relaxed = _relaxable(portfolio)
    core = _core(relaxed, list(relaxed.names), seed)
    if core is None:
        return ()
    # Mandatory projects last: a conflict is easier to read when it keeps as few projects as possible beside its limits.
    for name in sorted(core, key=lambda name: name.startswith("Pflichtprojekt")):
        rest = [other for other in core if other != name]
        smaller = _core(relaxed, rest, seed)
        if smaller is not None:
            core = [other for other in rest if other in smaller]
    return tuple(core)


def _core(relaxed: _Relaxable, kept: Iterable[str], seed: int) -> list[str] | None:
    """Those of the kept constraints that the solver needed to prove that nothing fits; nothing if something fits (or time is over)."""
    from ortools.sat.python import cp_model

    model = relaxed.model
    model.clear_assumptions()
    model.add_assumptions([relaxed.names[name] for name in kept])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = SECONDS_PER_TRY
    if solver.solve(model) != cp_model.INFEASIBLE:
        return None
    by_index = {literal.index: name for name, literal in relaxed.names.items()}
    return [by_index[index] for index in solver.sufficient_assumptions_for_infeasibility()]


def _relaxable(portfolio: Portfolio) -> _Relaxable:
    from ortools.sat.python import cp_model

    relaxed = _Relaxable(cp_model.CpModel())
    needed = _needed(portfolio)
    load: dict[tuple[Post, int], list[cp_model.LinearExprT]] = defaultdict(list)
    money: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    literals: dict[str, dict[int, cp_model.IntVar]] = {}
    for project in needed:
        literals[project.id] = _starts(relaxed, portfolio, project)
        for start, literal in literals[project.id].items():
            for post, row in project.needs.items():
                for month, need in enumerate(row):
                    load[post, start + month].append(literal * need)
            for year, cents in portfolio.money(project, start).items():
                money[year].append(literal * cents)
    for (post, month), terms in load.items():
        limit = relaxed.named(f"Kapazität {post[0]} / {post[1]}")
        relaxed.model.add(sum(terms) <= portfolio.capacity[post][month]).only_enforce_if(limit)
    for year, terms in money.items():
        cents = portfolio.budgets.get(year, 0)
        limit = relaxed.named(f"Haushaltsjahr {year} mit {_euros(cents)}")
        relaxed.model.add(sum(terms) <= cents).only_enforce_if(limit)
    for project in needed:
        for other in project.after:
            _after(relaxed, portfolio, project, other, literals)
    return relaxed


def _needed(portfolio: Portfolio) -> list[Project]:
    """Mandatory projects and what they wait for; all others can stay out and are in no conflict."""
    found: dict[str, Project] = {}
    waiting = [project for project in portfolio.projects if project.mandatory]
    while waiting:
        project = waiting.pop()
        if project.id not in found:
            found[project.id] = project
            waiting.extend(portfolio.by_id[other] for other in project.after)
    return list(found.values())


def _starts(relaxed: _Relaxable, portfolio: Portfolio, project: Project) -> dict[int, cp_model.IntVar]:
    """Literals of all months of the horizon; what ban, deadline and closures forbid hangs on their names."""
    model, found = relaxed.model, {}
    for start in range(portfolio.months - project.months + 1):
        literal = found[start] = model.new_bool_var("")
        if start < project.not_before:
            ban = relaxed.named(f"Startsperre von »{project.name}« bis {portfolio.label(project.not_before)}")
            model.add_implication(ban, ~literal)
        if project.done_by is not None and start + project.months > project.done_by:
            deadline = relaxed.named(f"Frist von »{project.name}« bis {portfolio.label(project.done_by - 1)}")
            model.add_implication(deadline, ~literal)
        if portfolio.closed(project, start):
            model.add_implication(relaxed.named("Sperrmonate für Beginn und Inbetriebnahme"), ~literal)
    model.add_at_most_one(found.values())
    if project.mandatory:
        model.add_bool_or(found.values()).only_enforce_if(relaxed.named(f"Pflichtprojekt »{project.name}«"))
    return found


def _after(
    relaxed: _Relaxable,
    portfolio: Portfolio,
    project: Project,
    other: str,
    literals: dict[str, dict[int, cp_model.IntVar]],
) -> None:
    before = portfolio.by_id[other]
    limit = relaxed.named(f"Reihenfolge: »{before.name}« vor »{project.name}«")
    for start, literal in literals[project.id].items():
        done = [early for s, early in literals[other].items() if s + before.months <= start]
        relaxed.model.add_bool_or([~literal, *done]).only_enforce_if(limit)


def _euros(cents: int) -> str:
    return f"{cents / 100:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".") + " EUR"
