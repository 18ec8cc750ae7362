"""Where one more seat helps most: the chain of moves that a free seat starts, for every class of every Kita.

In a stable round a new seat goes to the strongest child that would rather sit there; its old seat becomes free, and so on. The chain ends
in a stable result again, and every stable result of the larger round places the same children, so the additional child is exact. The moves
shown are those of the chain (the child-optimal result of the larger round may move a few more).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadtkern.casework.kita.allocation.families import Search
from stadtkern.casework.kita.allocation.market import Market
from stadtkern.casework.kita.allocation.seatbook import SeatBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """One more seat at ``kita`` of seat class ``place``: how many families move up, and who is placed additionally (or None)."""

    kita: int
    place: int
    moves: int
    newly_placed: int | None


def one_more_seat(market: Market, held: Sequence[int]) -> list[Gain]:
    """For every existing class of every Kita, best first. For rounds of single children; families stay where they are."""
    search = Search(market)
    for family, at in enumerate(held):
        if at >= 0:
            search.held[family] = at
            for offer in market.offers[family][at]:
                search.books[offer.kita].offer(offer.key, offer.mask)
    found = [
        _chain(search, kita, place)
        for kita, row in enumerate(market.seats)
        for place, count in enumerate(row)
        if count
    ]
    return sorted(found, key=lambda gain: (gain.newly_placed is None, -gain.moves, gain.kita, gain.place))


def _chain(search: Search, kita: int, place: int) -> Gain:
    """Follows the free seat on copies of the few books it touches."""
    books: dict[int, SeatBook] = {}
    moved: dict[int, int] = {}

    def book(number: int) -> SeatBook:
        if number not in books:
            books[number] = search.books[number].copy()
        return books[number]

    book(kita).add_seat(place)
    at, moves = kita, 0
    while True:
        taker = _taker(search, book(at), at, moved)
        if taker is None:
            return Gain(kita=kita, place=place, moves=moves, newly_placed=None)
        family, turn = taker
        offer = search.offers[family][turn][0]
        before = moved.get(family, search.held[family])
        book(at).offer(offer.key, offer.mask)
        moved[family] = turn
        moves += 1
        if before >= search.none[family]:
            return Gain(kita=kita, place=place, moves=moves, newly_placed=family)
        left = search.offers[family][before][0]
        book(left.kita).release(left.key)
        at = left.kita


def _taker(search: Search, book: SeatBook, kita: int, moved: dict[int, int]) -> tuple[int, int] | None:
    held, families = search.held, search.market.families
    for key, mask, family, turn in search.applicants(kita):
        if moved.get(family, held[family]) > turn and len(families[family]) == 1 and book.admits(key, mask):
            return family, turn
    return None
