"""How much the lottery decides: the same round drawn again many times, in plain Python.

Two runs enclose all lotteries: in one a whole group of equal points is let in if only a part fits (nobody can do better under any
lottery), in the other it is kept out (nobody can do worse). Who has the same Kita in both is placed for good; only the others, with the few
wishes between their two places, are drawn again. That makes a re-draw about ten times cheaper than the round itself.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from stadtkern.casework.kita.allocation.deferred import child_optimal

Row = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """``placed[c]``: in how many draws child c got a place; ``settled``: children whom no lottery moves."""

    count: int
    placed: list[int]
    settled: int
    totals: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """The round that the lottery really decides."""

    capacity: list[int]
    children: list[int]
    wishes: list[Row]
    points: list[Row]
    sure: list[int]
    placed_for_good: int


def redraw(capacity: Row, wishes: Sequence[Row], points: Sequence[Row], *, draws: int, seed: int) -> Draws:
    """``draws`` single lotteries from a seeded generator."""
    rest = remainder(capacity, wishes, points)
    generator = random.Random(seed)  # a simulation, not the lottery
    placed = [draws if kita >= 0 else 0 for kita in rest.sure]
    totals = []
    numbers = list(range(len(rest.children)))
    for _ in range(draws):
        generator.shuffle(numbers)
        found = child_optimal(rest.capacity, rest.wishes, rest.points, numbers)
        lucky = [child for child, kita in zip(rest.children, found, strict=True) if kita >= 0]
        for child in lucky:
            placed[child] += 1
        totals.append(rest.placed_for_good + len(lucky))
    return Draws(count=draws, placed=placed, settled=len(wishes) - len(rest.children), totals=totals)


def remainder(capacity: Row, wishes: Sequence[Row], points: Sequence[Row]) -> Remainder:
    """Children whose place depends on the lottery, with the wishes that can come out, and the seats left for them."""
    best = _limits(capacity, wishes, points, generous=True)
    worst = _limits(capacity, wishes, points, generous=False)
    seats, sure = list(capacity), [-1] * len(wishes)
    children: list[int] = []
    rest_wishes: list[Row] = []
    rest_points: list[Row] = []
    for child, row in enumerate(wishes):
        if best[child] != worst[child]:
            children.append(child)
            rest_wishes.append(row[best[child] : worst[child] + 1])
            rest_points.append(points[child][best[child] : worst[child] + 1])
        elif best[child] < len(row):
            sure[child] = row[best[child]]
            seats[sure[child]] -= 1
    return Remainder(
        capacity=seats,
        children=children,
        wishes=rest_wishes,
        points=rest_points,
        sure=sure,
        placed_for_good=sum(kita >= 0 for kita in sure),
    )


def _limits(capacity: Row, wishes: Sequence[Row], points: Sequence[Row], *, generous: bool) -> list[int]:
    """The wish each child gets (its number, or the length of the list) when groups of equal points stay together."""
    held: list[list[tuple[int, int]]] = [[] for _ in capacity]
    # the fewest points that may still ask; a group that was kept out stays out
    limit: list[float] = [float("-inf") if count else float("inf") for count in capacity]
    turns = [0] * len(wishes)
    waiting = list(range(len(wishes) - 1, -1, -1))
    while waiting:
        child = waiting.pop()
        row = wishes[child]
        while turns[child] < len(row):
            kita, score = row[turns[child]], points[child][turns[child]]
            if score >= limit[kita]:
                heappush(held[kita], (score, child))
                waiting += _over(held[kita], capacity[kita], limit, kita, generous=generous)
                break
            turns[child] += 1
    return turns


def _over(
    heap: list[tuple[int, int]], capacity: int, limit: list[float], kita: int, *, generous: bool
) -> list[int]:
    """Who has to go: the weakest group, as long as the others alone fill the Kita (generous) or it does not fit (strict)."""
    if len(heap) <= capacity:
        return []
    lowest = heap[0][0]
    group = [child for score, child in heap if score == lowest]
    if generous and len(heap) - len(group) < capacity:
        return []
    limit[kita] = lowest + 1 if not generous else max(limit[kita], lowest + 1)
    for _ in group:
        heappop(heap)
    heapify(heap)
    return group
