"""Child-proposing deferred acceptance for seats without distinction (Gale and Shapley 1962; hospitals and residents).

The result is child-optimal and does not depend on the order of the proposals; so those with the most points go first, and few have to
leave again. 10,000 children with 10 wishes: about 12 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heapreplace
from typing import Final

Row = Sequence[int]

FREE: Final = -(1 << 100)
"""Below every key: a seat is free."""


def lottery_ranks(lottery: Row) -> tuple[Row, list[int]]:
    """The rank of each child (0 = smallest number) and, the other way round, the child of each rank."""
    n = len(lottery)
    if n and min(lottery) == 0 and max(lottery) == n - 1:  # all different, so already ranks
        child_of = [0] * n
        for child, place in enumerate(lottery):
            child_of[place] = child
        return lottery, child_of
    child_of = sorted(range(n), key=lottery.__getitem__)
    rank = [0] * n
    for place, child in enumerate(child_of):
        rank[child] = place
    return rank, child_of


def child_optimal(capacity: Row, wishes: Sequence[Row], points: Sequence[Row], lottery: Row) -> list[int]:
    """The Kita of each child, or -1. Bigger points win, then the bigger lottery number (all different)."""
    n = len(wishes)
    rank, child_of = lottery_ranks(lottery)
    first = [row[0] if row else 0 for row in points]
    held: list[list[int]] = [[] for _ in capacity]
    # the key that has to be beaten: below everything while seats are free, above everything where there are none
    limit = [FREE if count else -FREE for count in capacity]
    placed = [-1] * n
    best_first = child_of[::-1]
    for child in sorted(best_first, key=first.__getitem__, reverse=True):
        row, scores = wishes[child], points[child]
        while child >= 0:
            own = rank[child]
            for kita, score in zip(row, scores):  # noqa: B905  (as long as each other; strict costs a tenth)
                key = score * n + own
                if key > limit[kita]:
                    placed[child] = kita
                    heap = held[kita]
                    if limit[kita] != FREE:
                        child = child_of[heapreplace(heap, key) % n]
                        limit[kita] = heap[0]
                        # what has refused this child once refuses it for ever: it goes on behind this Kita
                        after = wishes[child].index(kita) + 1
                        row, scores = wishes[child][after:], points[child][after:]
                    else:
                        child = -1
                        heap.append(key)
                        if len(heap) == capacity[kita]:
                            heapify(heap)
                            limit[kita] = heap[0]
                    break
            else:
                placed[child] = -1
                child = -1
    return placed
