"""Synthetic cities for the Kita benchmark: homes and Kitas in a square, wishes by distance, popularity and chance."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

CLASSES = [(ages, hours, free) for ages in ([0], [0, 1, 2], [1, 2]) for hours in (7, 9) for free in range(4)]


def strict_city(children: int, kitas: int, seed: int, *, wishes: int = 10) -> dict[str, Any]:
    """``kita-hr-1``: 25 levels of points, 6 % local bonus, seats for nine of ten children."""
    r = random.Random(seed)
    lists = _wishes(r, children, kitas, wishes)
    points = []
    for row in lists:
        base = r.randrange(25)
        points.append([base + 10 * (r.random() < 0.06) for _ in row])
    capacity = [0] * kitas
    for _ in range(int(children * 0.9)):
        capacity[r.randrange(kitas)] += 1
    return {
        "format": "kita-hr-1",
        "name": f"city_{children}_{seed}",
        "children": children,
        "kitas": kitas,
        "capacity": capacity,
        "wishes": lists,
        "points": points,
        "lottery": r.sample(range(children), children),
    }


def seat_city(children: int, kitas: int, seed: int) -> dict[str, Any]:
    """``kita-seats-1``: 24 seat classes (ages x hours x quarter) over the same city."""
    city = strict_city(children, kitas, seed)
    r = random.Random(seed + 1)
    seats = [[0] * len(CLASSES) for _ in range(kitas)]
    for kita, count in enumerate(city.pop("capacity")):
        for _ in range(count):
            seats[kita][r.randrange(len(CLASSES))] += 1
    types = [
        {"age": r.randrange(3), "hours": r.choice((7, 9)), "start": r.randrange(4)} for _ in range(children)
    ]
    classes = [{"ages": ages, "max_hours": hours, "free_from": free} for ages, hours, free in CLASSES]
    return {**city, "format": "kita-seats-1", "child_type": types, "seat_classes": classes, "seats": seats}


def family_city(children: int, kitas: int, seed: int, *, knots: int = 0) -> dict[str, Any]:
    """``kita-siblings-1``: 7 % of the families with two or three children, half of them accept to be split.

    ``knots`` adds two Kitas and two families each that have no stable result among themselves (the classic example with one couple).
    """
    r = random.Random(seed)
    groups: list[int] = []
    families: list[list[int]] = []
    wishes: list[list[list[int | None]]] = []
    points: list[int] = []
    bonus: list[list[int]] = []
    lists = iter(_wishes(r, children, kitas, 8))
    while len(groups) < children:
        size = min(r.choice((2,) * 13 + (3,)) if r.random() < 0.07 else 1, children - len(groups))
        near = next(lists)
        members = list(range(len(groups), len(groups) + size))
        families.append(members)
        groups += [r.randrange(3) for _ in members]
        points += [r.randrange(25)] * size
        listed: list[list[int | None]] = [[kita] * size for kita in near]
        if size == 1 and r.random() < 0.3:
            bonus.append([members[0], r.choice(near), 10])
        elif size > 1 and r.random() < 0.5:
            listed += [[a, *[b] * (size - 1)] for a, b in pairwise(near)]
            listed.append([near[0], *[None] * (size - 1)])
        wishes.append(listed)
    capacity = [[0, 0, 0] for _ in range(kitas)]
    for _ in range(int(children * 0.9)):
        capacity[r.randrange(kitas)][r.randrange(3)] += 1
    for _ in range(knots):
        _tie_knot(capacity, groups, families, wishes, points, bonus)
    n = len(groups)
    return {
        "format": "kita-siblings-1",
        "name": f"families_{children}_{seed}",
        "children": n,
        "kitas": len(capacity),
        "age_groups": ["U2", "2", "3+"],
        "capacity": capacity,
        "age_group": groups,
        "families": families,
        "wishes": wishes,
        "points": points,
        "bonus": bonus,
        "lottery": r.sample(range(n), n),
    }


def _tie_knot(
    capacity: list[list[int]],
    groups: list[int],
    families: list[list[int]],
    wishes: list[list[list[int | None]]],
    points: list[int],
    bonus: list[list[int]],
) -> None:
    """Siblings want (A, B) only; a single child wants B, then A; A prefers the single child, B the sibling."""
    a, b, first = len(capacity), len(capacity) + 1, len(groups)
    capacity += [[1, 0, 0], [1, 0, 0]]
    families += [[first, first + 1], [first + 2]]
    wishes += [[[a, b]], [[b], [a]]]
    groups += [0, 0, 0]
    points += [5, 5, 10]
    bonus.append([first + 1, b, 20])


def _wishes(r: random.Random, children: int, kitas: int, length: int) -> list[list[int]]:
    places = [(r.random(), r.random(), r.gauss(0, 0.1) * 0.5) for _ in range(kitas)]
    side = max(1, int(math.sqrt(kitas / 8)))
    grid: dict[tuple[int, int], list[int]] = {}
    for kita, (x, y, _) in enumerate(places):
        grid.setdefault((int(x * side), int(y * side)), []).append(kita)
    found = []
    for _ in range(children):
        x, y = r.random(), r.random()
        near: list[int] = []
        reach = 1
        while len(near) < min(3 * length, kitas):
            column, row = int(x * side), int(y * side)
            near = [
                kita
                for i in range(column - reach, column + reach + 1)
                for j in range(row - reach, row + reach + 1)
                for kita in grid.get((i, j), ())
            ]
            reach += 1
        scored = sorted(
            (math.hypot(places[k][0] - x, places[k][1] - y) - places[k][2] + r.gauss(0, 0.05), k)
            for k in near
        )
        found.append([kita for _, kita in scored[:length]])
    return found
