"""Deferred acceptance over seat classes, by cumulative offers (Hatfield and Milgrom 2005; Kominers and Sönmez).

A child proposes its contracts in its own order; each Kita keeps the greedy choice over its transversal matroid (``seatbook``). What a
Kita has refused once it would refuse for ever, because the classes that are full only grow; so an offer need never be looked at
again, and the result is stable, child-optimal and safe to be truthful for.
"""

from __future__ import annotations

from collections.abc import Sequence

from stadtkern.casework.kita.allocation.deferred import lottery_ranks
from stadtkern.casework.kita.allocation.formats import SeatRound
from stadtkern.casework.kita.allocation.seatbook import SeatBook

Row = Sequence[int]


def allocate_seats(instance: SeatRound) -> list[int]:
    """The Kita of each child, or -1: the child-optimal stable result."""
    taken, _ = propose(instance.seats, instance.wishes, instance.points, _masks(instance), instance.lottery)
    return [row[at] if at >= 0 else -1 for row, at in zip(instance.wishes, taken, strict=True)]


def _masks(instance: SeatRound) -> list[int]:
    return [instance.fits[kind] for kind in instance.kind]


def propose(
    seats: Sequence[Row], wishes: Sequence[Row], points: Sequence[Row], masks: Row, lottery: Row
) -> tuple[list[int], list[SeatBook]]:
    """The index of the wish each child holds (or -1) and the seats as they are taken."""
    n = len(wishes)
    rank, child_of = lottery_ranks(lottery)
    books = [SeatBook(row) for row in seats]
    upcoming = [0] * n
    for first in range(n):
        child = first
        while True:
            turn = upcoming[child]
            row = wishes[child]
            if turn == len(row):
                upcoming[child] = turn + 1  # one past the end: holds nothing
                break
            upcoming[child] = turn + 1
            key = points[child][turn] * n + rank[child]
            out = books[row[turn]].offer(key, masks[child])
            if out is None:
                break
            if out != key:
                child = child_of[out % n]
    return [turn - 1 if turn <= len(row) else -1 for turn, row in zip(upcoming, wishes, strict=True)], books
