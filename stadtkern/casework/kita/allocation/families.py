"""Joint wishes of families: a fast search for a stable result by satisfying blocking families in the order of their points.

Whoever could have a better wish takes it; who has to go looks again from the top of its list. With single children only this is
deferred acceptance. With families a stable result need not exist (deciding is NP-complete): the search gives up after
``STEPS_PER_CHILD`` steps per child and says which families still block. Order matters: a queue by arrival goes round in circles
where the order of points settles.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from stadtkern.casework.kita.allocation.market import Market, Wish
from stadtkern.casework.kita.allocation.seatbook import SeatBook

STEPS_PER_CHILD: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """``held[f]``: index of the wish family f holds, or -1. ``blocking`` is empty when the result is stable."""

    held: list[int]
    blocking: list[int]
    steps: int
    restless: list[int]


class Search:
    """One search; ``held`` uses the length of the list of wishes for "nothing"."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.offers = market.offers
        self.books = [SeatBook(row) for row in market.seats]
        self.none = [len(wishes) for wishes in market.offers]
        self.held = self.none.copy()
        self.heap: list[tuple[int, int]] = []
        self.queued = [False] * len(self.held)
        self.dirty: dict[int, None] = {}
        self.steps = 0
        self.moves = [0] * len(self.held)
        self.bar = [0] * len(self.held)  # wishes before this one are not pursued (``calming``)
        self.weight = [max((o.key for w in wishes for o in w), default=0) for wishes in market.offers]
        # one child, and no Kita named twice: its old place never stands in the way of a new one
        self.plain = [
            len(members) == 1 and len({wish[0].kita for wish in wishes}) == len(wishes)
            for members, wishes in zip(market.families, market.offers, strict=True)
        ]
        self._applicants: list[list[tuple[int, int, int, int]]] | None = None

    def run(self, limit: int | None = None) -> Settled:
        """Singles first, then the families among them, then whatever still blocks."""
        single = [len(members) == 1 for members in self.market.families]
        most = STEPS_PER_CHILD * max(1, self.market.children) if limit is None else limit
        for wanted in (True, False):
            for family, alone in enumerate(single):
                if alone is wanted:
                    self.queue(family)
            heapify(self.heap)
            if not self.settle(most):
                break
        blocking = self.blocking() if self.heap or self.dirty else []
        busy = sorted(range(len(self.moves)), key=lambda f: (-self.moves[f], f))
        held = [-1 if at == none else at for at, none in zip(self.held, self.none, strict=True)]
        return Settled(held=held, blocking=blocking, steps=self.steps, restless=busy[:40])

    def resume(self, extra: tuple[int, int], most: int) -> Settled:
        """One more seat, then go on from here."""
        kita, place = extra
        self.books[kita].add_seat(place)
        self.dirty[kita] = None
        for family in self.blocking():
            self.queue(family)
        self.steps = 0
        self.settle(most)
        blocking = self.blocking() if self.heap or self.dirty else []
        held = [-1 if at == none else at for at, none in zip(self.held, self.none, strict=True)]
        return Settled(held=held, blocking=blocking, steps=self.steps, restless=[])

    def blocking(self) -> list[int]:
        """Every family that could have a better wish."""
        return [family for family in range(len(self.held)) if self.better_wish(family) is not None]

    def settle(self, most: int) -> bool:
        """Serves whoever waits; False if it gave up."""
        while self.heap or self.dirty:
            if self.steps > most:
                return False
            if self.heap:
                family = heappop(self.heap)[1]
                self.queued[family] = False
                self._serve(family)
            else:
                self._offer_vacancies(self.dirty.popitem()[0])
        return True

    def queue(self, family: int) -> None:
        """The family looks again when its turn comes."""
        if not self.queued[family]:
            self.queued[family] = True
            heappush(self.heap, (-self.weight[family], family))

    def _serve(self, family: int) -> None:
        """The best wish this family can have now; it keeps the old one if there is no better."""
        self.steps += 1
        old, wishes = self.held[family], self.offers[family]
        joint = not self.plain[family] and old < self.none[family]
        if joint:
            self._give_up(family, wishes[old])
        for turn in range(self.bar[family], old):
            out = self._take(wishes[turn])
            if out is not None:
                self.held[family] = turn
                self.moves[family] += 1
                if old < self.none[family]:
                    if not joint:
                        self._give_up(family, wishes[old])
                    self.dirty.update((offer.kita, None) for offer in wishes[old])
                self._send_away(out)
                if out and not self.plain[family]:
                    # whom a strong child pushed out no longer stands before its weaker sibling
                    self.queue(family)
                return
        if joint:
            self._restore(wishes[old])

    def _take(self, wish: Wish) -> list[tuple[int, int]] | None:
        """Sits all children of a wish; None and no change if a Kita would not choose all of them."""
        books = self.books
        if len(wish) == 1:
            kita, mask, key, _ = wish[0]
            out = books[kita].offer(key, mask)
            return None if out == key else [] if out is None else [(kita, out)]
        if not all(books[o.kita].admits(o.key, o.mask) for o in wish):
            return None
        gone: list[tuple[int, int]] = []
        for at, offer in enumerate(wish):
            out = books[offer.kita].offer(offer.key, offer.mask)
            if out == offer.key:
                for earlier in wish[:at]:
                    books[earlier.kita].release(earlier.key)
                for kita, key in gone:
                    books[kita].offer(key, self._mask(kita, key))
                return None
            if out is not None:
                gone.append((offer.kita, out))
        return gone

    def _mask(self, kita: int, key: int) -> int:
        family = self.market.family_of_key(key)
        return next(o.mask for o in self.offers[family][self.held[family]] if o.kita == kita and o.key == key)

    def _give_up(self, family: int, wish: Wish) -> None:
        for offer in wish:
            self.books[offer.kita].release(offer.key)

    def _restore(self, wish: Wish) -> None:
        for offer in wish:
            self.books[offer.kita].offer(offer.key, offer.mask)

    def _send_away(self, out: list[tuple[int, int]]) -> None:
        """Families of the children who had to go leave as a whole and look again."""
        gone: dict[int, set[tuple[int, int]]] = {}
        for kita, key in out:
            gone.setdefault(self.market.family_of_key(key), set()).add((kita, key))
        for family, left in gone.items():
            for offer in self.offers[family][self.held[family]]:
                if (offer.kita, offer.key) not in left:
                    self.books[offer.kita].release(offer.key)
                    self.dirty[offer.kita] = None
            self.held[family] = self.none[family]
            self.queue(family)

    def _offer_vacancies(self, kita: int) -> None:
        """A seat may be free: the strongest who would like it are asked; the Kita is looked at again afterwards."""
        book, held = self.books[kita], self.held
        for key, mask, family, turn in self.applicants(kita):
            if held[family] > turn >= self.bar[family] and book.admits(key, mask):
                if self.plain[family]:
                    self.queue(family)
                    self.dirty[kita] = None
                    return
                if self.better_wish(family, self.bar[family]) is not None:
                    self.queue(family)
                    self.dirty[kita] = None

    def applicants(self, kita: int) -> list[tuple[int, int, int, int]]:
        """Everybody who names a Kita, strongest first: (key, mask, family, wish)."""
        if self._applicants is None:
            found: list[list[tuple[int, int, int, int]]] = [[] for _ in self.books]
            for family, wishes in enumerate(self.offers):
                for turn, wish in enumerate(wishes):
                    for offer in wish:
                        found[offer.kita].append((-offer.key, offer.mask, family, turn))
            for row in found:
                row.sort()
            self._applicants = [[(-key, mask, f, turn) for key, mask, f, turn in row] for row in found]
        return self._applicants[kita]

    def better_wish(self, family: int, first: int = 0) -> int | None:
        """The best wish from ``first`` on that is open to this family and better than what it holds; nothing changes."""
        old, wishes = self.held[family], self.offers[family]
        if self.plain[family]:
            books = self.books
            for turn in range(first, old):
                kita, mask, key, _ = wishes[turn][0]
                if books[kita].admits(key, mask):
                    return turn
            return None
        has = old < self.none[family]
        if has:
            self._give_up(family, wishes[old])
        found = next((turn for turn in range(first, old) if self._would_take(wishes[turn])), None)
        if has:
            self._restore(wishes[old])
        return found

    def _would_take(self, wish: Wish) -> bool:
        out = self._take(wish)
        if out is None:
            return False
        for offer in wish:
            self.books[offer.kita].release(offer.key)
        for kita, key in out:
            self.books[kita].offer(key, self._mask(kita, key))
        return True
