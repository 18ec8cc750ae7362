"""What no stable result can change: for every family the best and the worst wish it can hold in any of them.

Two worlds enclose all stable results. In the *best* one only single children compete, so that everybody is at least as well off as in
any stable result; in the *worst* one every undecided family takes up a seat everywhere it could at once. Deferred acceptance in both
gives an interval per family; wishes outside fall away, the worlds move closer, and so on until nothing changes. What remains
undecided is small, and the exact search has to look at that only. The argument rests on comparative statics of stable results: more
competition makes no child better off (proof in ADR 0102).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop

from stadtkern.casework.kita.allocation.errors import ExactUnavailable
from stadtkern.casework.kita.allocation.market import Market

Claim = tuple[int, int]
"""(group, key) of one child in a wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """A round whose seats fall into groups that do not overlap: group = Kita x class."""

    capacity: list[int]
    wishes: list[list[tuple[Claim, ...]]]
    single: list[bool]
    classes: int


@dataclass(slots=True, kw_only=True)
class Interval:
    """``allowed[f]``: the wishes that family f can hold in some stable result (``len(wishes)``: nothing), best first."""

    allowed: list[list[int]]
    feasible: bool = True

    def open_families(self) -> list[int]:
        """Families that are not decided."""
        return [f for f, wishes in enumerate(self.allowed) if len(wishes) > 1]


def groups_of(market: Market) -> Groups:
    """Raises ``ExactUnavailable`` if a contract could use seats of several classes of one Kita."""
    classes = max((len(row) for row in market.seats), default=1)
    capacity = [0] * (len(market.seats) * classes)
    exists = []
    for kita, row in enumerate(market.seats):
        capacity[kita * classes : kita * classes + len(row)] = row
        exists.append(sum(1 << place for place, count in enumerate(row) if count))

    def group(kita: int, mask: int) -> int:
        usable = mask & exists[kita] or mask
        if usable & (usable - 1) and usable & exists[kita]:
            raise ExactUnavailable()
        return kita * classes + (usable & -usable).bit_length() - 1

    wishes = [
        [tuple((group(o.kita, o.mask), o.key) for o in wish) for wish in listed] for listed in market.offers
    ]
    return Groups(
        capacity=capacity,
        wishes=wishes,
        single=[len(members) == 1 for members in market.families],
        classes=classes,
    )


def enclose(groups: Groups, capacity_most: Sequence[int] | None = None) -> Interval:
    """The intervals. With ``capacity_most`` they hold for every number of seats between ``capacity`` and that."""
    most = groups.capacity if capacity_most is None else capacity_most
    found = Interval(allowed=[list(range(len(wishes) + 1)) for wishes in groups.wishes])
    while True:
        before = sum(map(len, found.allowed))
        _best_world(groups, most, found)
        if found.feasible:
            _worst_world(groups, found)
        if not found.feasible or sum(map(len, found.allowed)) == before:
            return found


def _best_world(groups: Groups, capacity: Sequence[int], found: Interval) -> None:
    """Single children alone, beside the families that are decided."""
    held: list[list[tuple[int, int]]] = [[] for _ in capacity]
    room = list(capacity)
    sure: list[list[tuple[int, int]]] = [[] for _ in capacity]
    for family, wishes in enumerate(found.allowed):
        if not groups.single[family] and len(wishes) == 1 and wishes[0] < len(groups.wishes[family]):
            for group, key in groups.wishes[family][wishes[0]]:
                room[group] -= 1
                sure[group].append((key, family))
    if min(room, default=0) < 0:
        found.feasible = False
        return
    turns = [0] * len(found.allowed)
    for first, alone in enumerate(groups.single):
        if not alone:
            continue
        family = first
        while True:
            turn = found.allowed[family][turns[family]]
            if turn == len(groups.wishes[family]):
                break
            group, key = groups.wishes[family][turn][0]
            if room[group] > 0:
                room[group] -= 1
                heappush(held[group], (key, family))
                break
            if held[group] and key > held[group][0][0]:
                family = heappushpop(held[group], (key, family))[1]
            turns[family] += 1
            if turns[family] == len(found.allowed[family]):
                found.feasible = False
                return
    ranked = [sorted(a + b, reverse=True) for a, b in zip(held, sure, strict=True)]
    for family, alone in enumerate(groups.single):
        if alone:
            del found.allowed[family][: turns[family]]
        else:
            _drop_hopeless(groups, capacity, found, family, ranked)


def _drop_hopeless(
    groups: Groups,
    capacity: Sequence[int],
    found: Interval,
    family: int,
    ranked: Sequence[Sequence[tuple[int, int]]],
) -> None:
    wishes = groups.wishes[family]
    kept = [
        turn
        for turn in found.allowed[family]
        if turn == len(wishes)
        or all(
            _others(ranked[group], family, weakest) <= capacity[group] - count
            for group, (weakest, count) in needs(wishes[turn]).items()
        )
    ]
    found.allowed[family] = kept
    found.feasible = found.feasible and bool(kept)


def needs(wish: Sequence[Claim]) -> dict[int, tuple[int, int]]:
    """Per group of a wish: the weakest key and the number of children it gets."""
    found: dict[int, tuple[int, int]] = {}
    for group, key in wish:
        weakest, count = found.get(group, (key, 0))
        found[group] = (min(weakest, key), count + 1)
    return found


def _others(ranked: Sequence[tuple[int, int]], family: int, weakest: int) -> int:
    """How many children of other families stand before ``weakest`` (``ranked`` falls)."""
    count = 0
    for key, other in ranked:
        if key < weakest:
            break
        count += other != family
    return count


def _worst_world(groups: Groups, found: Interval) -> None:
    """Kitas propose; undecided families say yes everywhere at once."""
    lists: list[list[tuple[int, int, int]]] = [[] for _ in groups.capacity]
    for family, wishes in enumerate(found.allowed):
        claims = {
            (group, key): turn
            for turn in reversed(wishes)
            if turn < len(groups.wishes[family])
            for group, key in groups.wishes[family][turn]
        }
        for (group, key), turn in claims.items():
            lists[group].append((key, family, turn))
    for row in lists:
        row.sort(reverse=True)
    upcoming = [0] * len(lists)
    accepted: list[dict[int, int]] = [{} for _ in lists]  # key -> family
    best = [len(wishes) for wishes in groups.wishes]
    todo = [group for group, count in enumerate(groups.capacity) if count]
    while todo:
        group = todo.pop()
        row, mine, capacity = lists[group], accepted[group], groups.capacity[group]
        while len(mine) < capacity and upcoming[group] < len(row):
            key, family, turn = row[upcoming[group]]
            upcoming[group] += 1
            if not groups.single[family]:
                mine[key] = family
            elif turn < best[family]:
                if best[family] < len(groups.wishes[family]):
                    left, old = groups.wishes[family][best[family]][0]
                    del accepted[left][old]
                    todo.append(left)
                best[family] = turn
                mine[key] = family
    _cut_below(groups, found, best, accepted)


def _cut_below(
    groups: Groups, found: Interval, best: Sequence[int], accepted: Sequence[dict[int, int]]
) -> None:
    """Nobody falls below the first wish that is sure."""
    ranked = [sorted(mine.items(), reverse=True) for mine in accepted]
    for family, wishes in enumerate(found.allowed):
        if len(wishes) == 1:
            continue
        if groups.single[family]:
            kept = [turn for turn in wishes if turn <= best[family]]
        else:
            sure = next((turn for turn in wishes if _is_sure(groups, family, turn, ranked)), wishes[-1])
            kept = [turn for turn in wishes if turn <= sure]
        found.allowed[family] = kept
        found.feasible = found.feasible and bool(kept)


def _is_sure(groups: Groups, family: int, turn: int, ranked: Sequence[Sequence[Claim]]) -> bool:
    """The weakest child of the wish was asked (so everybody stronger was), and too few others stand before it."""
    wishes = groups.wishes[family]
    return turn == len(wishes) or all(
        (weakest, family) in ranked[group]
        and _others(ranked[group], family, weakest) <= groups.capacity[group] - count
        for group, (weakest, count) in needs(wishes[turn]).items()
    )
