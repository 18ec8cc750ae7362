"""Child-proposing deferred acceptance for seats without distinction (Gale and Shapley 1962; hospitals and residents).

The result is child-optimal and does not depend on the order of the proposals. 10,000 children with 10 wishes: about 20 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heapreplace

Row = Sequence[int]


def lottery_ranks(lottery: Row) -> tuple[list[int], list[int]]:
    """The rank of each child (0 = smallest number) and, the other way round, the child of each rank."""
    child_of = sorted(range(len(lottery)), key=lottery.__getitem__)
    rank = [0] * len(lottery)
    for place, child in enumerate(child_of):
        rank[child] = place
    return rank, child_of


def child_optimal(capacity: Row, wishes: Sequence[Row], points: Sequence[Row], lottery: Row) -> list[int]:
    """The Kita of each child, or -1. Bigger points win, then the bigger lottery number (all different)."""
    n = len(wishes)
    rank, child_of = lottery_ranks(lottery)
    held: list[list[int]] = [[] for _ in capacity]
    # the key that has to be beaten: below everything while seats are free, above everything where there are none
    limit = [-(1 << 100) if count else 1 << 100 for count in capacity]
    upcoming = list(map(zip, wishes, points))
    for first in range(n):
        child = first
        while child >= 0:
            own = rank[child]
            for kita, score in upcoming[child]:
                key = score * n + own
                if key > limit[kita]:
                    heap = held[kita]
                    if len(heap) == capacity[kita]:
                        child = child_of[heapreplace(heap, key) % n]
                        limit[kita] = heap[0]
                    else:
                        child = -1
                        heap.append(key)
                        if len(heap) == capacity[kita]:
                            heapify(heap)
                            limit[kita] = heap[0]
                    break
            else:
                child = -1
    placed = [-1] * n
    for kita, heap in enumerate(held):
        for key in heap:
            placed[child_of[key % n]] = kita
    return placed
