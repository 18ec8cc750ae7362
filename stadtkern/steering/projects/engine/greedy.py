"""The plan people make by hand: most benefit per person-month first, each as early as it fits. The peer of the solver, and its warm start."""

from __future__ import annotations

from collections import defaultdict

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
        self._book(project, start, 1)

    def take_back(self, project: Project, start: int) -> None:
        """Give back what it took."""
        del self.plan[project.id]
        self._book(project, start, -1)

    def _book(self, project: Project, start: int, sign: int) -> None:
        for post, row in project.needs.items():
            for month, need in enumerate(row):
                self.free[post][start + month] -= sign * need
        for year, cents in self.portfolio.money(project, start).items():
            self.left[year] -= sign * cents


def greedy_plan(portfolio: Portfolio) -> dict[str, int]:
    """Start by project. Mandatory projects first; then by benefit per person-month.

    What a project waits for is taken along: benefit and effort of the missing predecessors count with it. The order is made again after
    every placement, and nothing is left out that still fits.
    """
    ledger = Ledger(portfolio)
    waiting = {project.id for project in portfolio.projects}
    while waiting:
        ranked = sorted(waiting, key=lambda name: _urgency(ledger, name))
        if not any(_bundle_placed(ledger, name, waiting) for name in ranked):
            break
    return ledger.plan


def _urgency(ledger: Ledger, name: str) -> tuple[bool, float, str]:
    """Mandatory first, then the ratio of the bundle; ids decide between equals."""
    project = ledger.portfolio.by_id[name]
    bundle = _bundle(ledger, name)
    worth = sum(_worth(ledger.portfolio, one) for one in bundle)
    return (not project.mandatory, -worth / max(sum(one.effort for one in bundle), 1), name)


def _worth(portfolio: Portfolio, project: Project) -> int:
    starts = portfolio.starts(project)
    return portfolio.worth(project, starts[0]) if starts else 0


def _bundle(ledger: Ledger, name: str) -> list[Project]:
    """The project behind everything it still waits for."""
    project = ledger.portfolio.by_id[name]
    found: list[Project] = []
    for other in project.after:
        if other not in ledger.plan:
            found.extend(one for one in _bundle(ledger, other) if one not in found)
    return [*found, project]


def _bundle_placed(ledger: Ledger, name: str, waiting: set[str]) -> bool:
    """All of it or none of it."""
    if name in ledger.plan:
        return False
    placed: list[tuple[Project, int]] = []
    for project in _bundle(ledger, name):
        start = ledger.earliest(project)
        if start is None:
            for one, at in reversed(placed):
                ledger.take_back(one, at)
            return False
        ledger.put(project, start)
        placed.append((project, start))
    waiting.difference_update(one.id for one, _ in placed)
    return True
