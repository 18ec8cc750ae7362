"""Small random rounds and what is true of them by definition, found by trying everything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

from stadtkern.casework.kita.allocation.formats import FamilyRound, SeatRound


def family_round(seed: int, *, families: int = 5, kitas: int = 3, groups: int = 1) -> FamilyRound:
    """Many siblings and few seats, so that a good part of the rounds has no stable result."""
    r = random.Random(seed)
    members, wishes, child = [], [], 0
    for _ in range(families):
        size = r.choice([1, 1, 2, 2])
        members.append(list(range(child, child + size)))
        child += size
        listed: list[tuple[int, ...]] = []
        for _ in range(r.randint(1, 3)):
            wish = tuple(r.choice([-1, *range(kitas), *range(kitas), *range(kitas)]) for _ in range(size))
            if max(wish) >= 0 and wish not in listed:
                listed.append(wish)
        wishes.append(listed)
    lottery = list(range(child))
    r.shuffle(lottery)
    return FamilyRound(
        name=f"small_{seed}",
        capacity=[[r.choice([0, 1, 1, 1, 2]) for _ in range(groups)] for _ in range(kitas)],
        age_groups=[str(g) for g in range(groups)],
        age_group=[r.randrange(groups) for _ in range(child)],
        families=members,
        wishes=wishes,
        points=[r.randrange(4) for _ in range(child)],
        bonus={(r.randrange(child), r.randrange(kitas)): 3 for _ in range(3)},
        lottery=lottery,
    )


def outcomes(instance: FamilyRound) -> Iterator[tuple[int, ...]]:
    """Every choice of a wish (or -1) per family."""
    return itertools.product(*(range(-1, len(wishes)) for wishes in instance.wishes))


def is_stable(instance: FamilyRound, held: Sequence[int], extra: Sequence[tuple[int, int]] = ()) -> bool:
    """By definition, with nothing clever."""
    seats = [list(row) for row in instance.capacity]
    for kita, group in extra:
        seats[kita][group] += 1

    def sits(family: int, at: int) -> list[tuple[int, int, tuple[int, int]]]:
        if at < 0:
            return []
        return [
            (
                k,
                instance.age_group[c],
                (instance.points[c] + instance.bonus.get((c, k), 0), instance.lottery[c]),
            )
            for c, k in zip(instance.families[family], instance.wishes[family][at], strict=True)
            if k >= 0
        ]

    everybody = [(f, *seat) for f, at in enumerate(held) for seat in sits(f, at)]
    for kita, row in enumerate(seats):
        for group, count in enumerate(row):
            if sum(k == kita and g == group for _, k, g, _ in everybody) > count:
                return False
    for family, at in enumerate(held):
        for better in range(at if at >= 0 else len(instance.wishes[family])):
            wanted = sits(family, better)
            if all(_takes(seats[k][g], k, g, family, wanted, everybody) for k, g, _ in wanted):
                return False
    return True


def _takes(
    count: int,
    kita: int,
    group: int,
    family: int,
    wanted: Sequence[tuple[int, int, tuple[int, int]]],
    everybody: Sequence[tuple[int, int, int, tuple[int, int]]],
) -> bool:
    own = [key for k, g, key in wanted if (k, g) == (kita, group)]
    others = [key for f, k, g, key in everybody if f != family and (k, g) == (kita, group)]
    return sum(key > min(own) for key in others) + len(own) <= count


def seat_round(seed: int, *, children: int = 9, kitas: int = 3, classes: int = 4) -> SeatRound:
    """Flexible seats with overlapping eligibility."""
    r = random.Random(seed)
    lottery = list(range(children))
    r.shuffle(lottery)
    kinds = [r.randrange(1, 1 << classes) for _ in range(5)]
    wishes = [r.sample(range(kitas), r.randint(1, kitas)) for _ in range(children)]
    return SeatRound(
        name=f"seats_{seed}",
        seats=[[r.choice([0, 0, 1, 1, 2]) for _ in range(classes)] for _ in range(kitas)],
        fits=kinds,
        kind=[r.randrange(len(kinds)) for _ in range(children)],
        wishes=wishes,
        points=[[r.randrange(4) for _ in row] for row in wishes],
        lottery=lottery,
    )
