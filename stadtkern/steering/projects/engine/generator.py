"""Portfolios from a seed, shaped like a city's programme, for figures and tests. Everything in them is invented.

Base projects (a platform, an interface) have little benefit of their own and open the way to others; large projects give much but need the
scarce offices for long; small ones look best per person-month. Money comes by budget year, the central office is short of people.
"""

from __future__ import annotations

import random

from stadtkern.steering.projects.engine.portfolios import Portfolio, Post, Project

OFFICES = (
    "Hauptamt",
    "Bürgeramt",
    "Standesamt",
    "Bauamt",
    "Jugendamt",
    "Kämmerei",
    "Ausländerbehörde",
    "Umweltamt",
)
CENTRAL: Post = (OFFICES[0], "IT")


def city_portfolio(seed: int, projects: int = 40, months: int = 36) -> Portfolio:
    """The same seed gives the same portfolio."""
    r = random.Random(seed)
    posts: list[Post] = [CENTRAL, *((office, "Fach") for office in OFFICES[1:])]
    capacity = {
        post: tuple(
            r.choice((500, 550, 600) if post == CENTRAL else (150, 200, 250)) - 50 * (m % 12 in {6, 7})
            for m in range(months)
        )
        for post in posts
    }
    made: list[Project] = []
    for n in range(projects):
        made.append(
            _base(r, n, posts) if n < projects // 5 else _further(r, n, posts, made[: projects // 5], months)
        )
    budget = sum(sum(project.costs) for project in made) * 45 // 100
    years = -(-months // 12)
    return Portfolio(
        first_year=2026,
        first_month=1,
        months=months,
        capacity=capacity,
        budgets={2026 + year: budget // years for year in range(years)},
        projects=tuple(made),
        closures=frozenset(m for m in range(months) if m % 12 in {7, 11}),
        cutoffs=tuple(m for m in range(months) if m % 12 == 6),
    )


def _base(r: random.Random, n: int, posts: list[Post]) -> Project:
    """Opens the way, gives little by itself."""
    length = r.randint(3, 6)
    return Project(
        id=f"P{n:02}",
        name=f"Grundlage {n + 1}",
        months=length,
        benefit=r.randint(1, 4),
        needs={CENTRAL: (r.choice((100, 150, 200)),) * length, r.choice(posts[1:]): (50,) * length},
        costs=_costs(r, length, 4_000_000, 12_000_000),
    )


def _further(r: random.Random, n: int, posts: list[Post], bases: list[Project], months: int) -> Project:
    large = r.random() < 0.45
    length = r.randint(6, 12) if large else r.randint(2, 5)
    after = (r.choice(bases).id,) if large or r.random() < 0.2 else ()
    units = r.choice((100, 150, 200)) if large else r.choice((50, 100))
    needs = {CENTRAL: (units,) * length, r.choice(posts[1:]): (r.choice((50, 100)),) * length}
    weight = units * length / 100
    ban = r.random() < 0.15
    return Project(
        id=f"P{n:02}",
        name=f"Vorhaben {n + 1}",
        months=length,
        benefit=round(weight * (r.uniform(6, 11) if large else r.uniform(2, 9))),
        survey_benefit=r.randint(0, 60),
        needs=needs,
        costs=_costs(r, length, 10_000_000 if large else 1_000_000, 40_000_000 if large else 8_000_000),
        after=after,
        not_before=r.randint(2, 8) if ban else 0,
        done_by=r.randint(months * 2 // 3, months) if r.random() < 0.2 else None,
    )


def _costs(r: random.Random, length: int, least: int, most: int) -> tuple[int, ...]:
    """Whole thousands of euros a month."""
    total = r.randint(least, most)
    return (total // length // 100_000 * 100_000,) * length
