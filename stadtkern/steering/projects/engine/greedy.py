"""The plan people make by hand: most benefit per person-month first, each as early as it fits. The peer of the solver, and its warm start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from stadtkern.steering.projects.engine.portfolios import Portfolio, Post, Project


class Ledger:
    """What capacity and money are left while projects are put in."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.free: dict[Post, list[int]] = {post: list(row) for post, row in portfolio.capacity.items()}
        self.left: dict[int, int] = defaultdict(int, portfolio.budgets)
        self.plan: dict[str, int] = {}

    def earliest(self, project: Project) -> int | None:
        """The first month in which everything holds; nothing if a predecessor is missing or nothing fits."""
        ready = 0
        for other in project.after:
            if other not in self.plan:
                return None
            ready = max(ready, self.plan[other] + self.portfolio.by_id[other].months)
        return next(
            (s for s in self.portfolio.starts(project) if s >= ready and self._fits(project, s)), None
        )

    def _fits(self, project: Project, start: int) -> bool:
        people = all(
            need <= self.free[post][start + month]
            for post, row in project.needs.items()
            for month, need in enumerate(row)
        )
        return people and all(
            cents <= self.left[year] for year, cents in self.portfolio.money(project, start).items()
        )

    def put(self, project: Project, start: int) -> None:
        """Take what it needs."""
        self.plan[project.id] = start
        for post, row in project.needs.items():
            for month, need in enumerate(row):
                self.free[post][start + month] -= need
        for year, cents in self.portfolio.money(project, start).items():
            self.left[year] -= cents


def greedy_plan(portfolio: Portfolio) -> dict[str, int]:
    """Start by project. Mandatory projects first; then by benefit per person-month at the earliest start each may have for itself.

    A project whose predecessors come later in the order is tried again until nothing more fits, so the order costs nobody a place
    that is still free at the end.
    """
    ledger = Ledger(portfolio)
    waiting = sorted(
        portfolio.projects, key=lambda project: (not project.mandatory, -_ratio(portfolio, project))
    )
    while placed := _first_fitting(ledger, waiting):
        waiting.remove(placed)
    return ledger.plan


def _first_fitting(ledger: Ledger, waiting: Iterable[Project]) -> Project | None:
    for project in waiting:
        start = ledger.earliest(project)
        if start is not None and (
            project.mandatory or ledger.portfolio.worth(project, start) > 0 or _needed(ledger, project)
        ):
            ledger.put(project, start)
            return project
    return None


def _needed(ledger: Ledger, project: Project) -> bool:
    """A project without benefit of its own is worth its place when another waits for it."""
    return any(
        project.id in other.after and other.id not in ledger.plan for other in ledger.portfolio.projects
    )


def _ratio(portfolio: Portfolio, project: Project) -> float:
    starts = portfolio.starts(project)
    return portfolio.worth(project, starts[0]) / max(project.effort, 1) if starts else -1.0
