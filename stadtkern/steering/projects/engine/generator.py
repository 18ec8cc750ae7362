"""Portfolios from a seed, shaped like a city's programme, for figures and tests. Everything in them is invented.
Benefits are 1 to 10 points: nobody judges them more finely.

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
    capacity = {post: _capacity(r, post, months) for post in posts}
    bases = [_base(r, n, posts) for n in range(projects // 5)]
    made = [*bases, *(_further(r, n, posts, bases, months) for n in range(len(bases), projects))]
    years = -(-months // 12)
    budget = sum(sum(project.costs) for project in made) * 45 // 100 // years
    return Portfolio(
        first_year=2026,
        first_month=1,
        months=months,
        capacity=capacity,
        budgets={2026 + year: budget for year in range(years)},
        projects=tuple(made),
        closures=frozenset(m for m in range(months) if m % 12 in {7, 11}),
        cutoffs=tuple(m for m in range(months) if m % 12 == 6),
    )


def _capacity(r: random.Random, post: Post, months: int) -> tuple[int, ...]:
    """What line work leaves over; less in the summer."""
    units = r.choice((700, 750, 800)) if post == CENTRAL else r.choice((150, 200, 250))
    return tuple(units - 50 * (month % 12 in {6, 7}) for month in range(months))


def _base(r: random.Random, n: int, posts: list[Post]) -> Project:
    """Opens the way, gives little by itself."""
    length = r.randint(2, 5)
    return Project(
        id=f"P{n:02}",
        name=f"Grundlage {n + 1}",
        months=length,
        benefit=1,
        needs={CENTRAL: (r.choice((50, 100)),) * length, r.choice(posts[1:]): (50,) * length},
        costs=_costs(r, 2, 8),
    )


def _further(r: random.Random, n: int, posts: list[Post], bases: list[Project], months: int) -> Project:
    large = r.random() < 0.4
    length = r.randint(5, 10) if large else r.randint(2, 5)
    units = r.choice((75, 100, 150)) if large else r.choice((50, 75))
    effort = units * length / 100
    return Project(
        id=f"P{n:02}",
        name=f"Vorhaben {n + 1}",
        months=length,
        benefit=min(10, max(1, round(effort * r.uniform(0.4, 1.2)))),
        survey_benefit=r.choice((0, 0, 0, 1)),
        needs={CENTRAL: (units,) * length, r.choice(posts[1:]): (r.choice((25, 50)),) * length},
        # What is bought in costs much and needs few people of one's own: it looks best per person-month.
        costs=_costs(r, 10, 30) if r.random() < 0.35 else _costs(r, 2, 12),
        after=(r.choice(bases).id,) if large or r.random() < 0.3 else (),
        not_before=r.randint(2, 8) if r.random() < 0.15 else 0,
        done_by=r.randint(months * 2 // 3, months) if r.random() < 0.2 else None,
    )


def _costs(r: random.Random, least: int, most: int) -> tuple[int, ...]:
    """In ten thousands of euros, ordered at the begin: the budget year of the order pays."""
    return (r.randint(least, most) * 1_000_000,)
