"""After the round: children without a place and seats without a child, brought together with the least travel, legal claims first.

A minimum-cost flow by shortest augmenting paths with potentials (Jonker and Volgenant's method with seats of more than one child). The goals
in this order: as many children with a legal claim as possible, as many children as possible, the fewest minutes together. Who sits already may
be moved between the seat classes of its own Kita, never out of it. What comes out is offered as a "place outside your wishes"; a refusal is
recorded (§ 24 SGB VIII, wish and choice § 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from stadtkern.casework.kita.allocation.rounds import Compiled, Contract, seat_mask
from stadtkern.casework.kita.allocation.seatbook import SeatBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A child could use these seat classes (bit mask) of a Kita, so many minutes away."""

    kita: int
    mask: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """A child without a place, and where it could go."""

    ways: Sequence[Way]
    claim: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """``way[i]``: the index of the way child i gets, or -1."""

    way: Sequence[int]
    minutes: int

    @property
    def placed(self) -> int:
        return sum(at >= 0 for at in self.way)


def assign(
    seats: Sequence[Sequence[int]], searching: Sequence[Searching], sitting: Sequence[SeatBook] | None = None
) -> Assigned:
    """The best assignment; ``seats`` are the counts by class, ``sitting`` those taken in the round."""
    flow = _Flow(seats, searching, sitting)
    for child in sorted(range(len(searching)), key=lambda c: (not searching[c].claim, c)):
        flow.place(child)
    way = [flow.way_of(child) for child in range(len(searching))]
    minutes = sum(child.ways[at].minutes for child, at in zip(searching, way, strict=True) if at >= 0)
    return Assigned(way=way, minutes=minutes)


class _Flow:
    """Groups are the classes of the Kitas, one after the other; the last group is "nothing", where there is always room."""

    def __init__(
        self,
        seats: Sequence[Sequence[int]],
        searching: Sequence[Searching],
        sitting: Sequence[SeatBook] | None,
    ) -> None:
        self.offset = [0]
        for row in seats:
            self.offset.append(self.offset[-1] + len(row))
        self.nothing = self.offset[-1]
        self.room = [count for row in seats for count in row]
        self.value = [0] * (self.nothing + 1)
        self.inside: list[dict[int, int]] = [{} for _ in range(self.nothing + 1)]
        longest = max((way.minutes for child in searching for way in child.ways), default=0)
        one = (longest + 1) * (len(searching) + 1)
        self.searching = searching
        self.edges: list[list[tuple[int, int]]] = []
        for child in searching:
            ways = self._cheapest(child)
            self.edges.append([*ways, (self.nothing, one * (len(searching) + 1) if child.claim else one)])
        for kita, book in enumerate(sitting or ()):
            self._seated(kita, book)

    def _cheapest(self, child: Searching) -> list[tuple[int, int]]:
        found: dict[int, int] = {}
        for way in child.ways:
            for place in _bits(way.mask):
                group = self.offset[way.kita] + place
                if group < self.offset[way.kita + 1]:
                    found[group] = min(way.minutes, found.get(group, way.minutes))
        return sorted(found.items())

    def _seated(self, kita: int, book: SeatBook) -> None:
        """Those who have a seat: free to change the class, at no cost."""
        base = self.offset[kita]
        for place, held in enumerate(book.held):
            for mask in held.values():
                child = len(self.edges)
                self.edges.append(
                    [(base + other, 0) for other in _bits(mask) if base + other < self.offset[kita + 1]]
                )
                self.inside[base + place][child] = 0
                self.room[base + place] -= 1

    def place(self, child: int) -> None:
        """One more child, by the cheapest chain of moves; others may move or lose to it only if all together gain."""
        value, edges = self.value, self.edges
        best: dict[int, int] = {}
        came: dict[int, tuple[int, int]] = {}
        done: dict[int, int] = {}
        heap: list[tuple[int, int]] = []
        for group, cost in edges[child]:
            best[group] = cost - value[group]
            came[group] = (child, -1)
            heappush(heap, (best[group], group))
        while True:
            far, group = heappop(heap)
            if group in done:
                continue
            if group == self.nothing or self.room[group] > 0:
                break
            done[group] = far
            for other, cost in self.inside[group].items():
                base = far - (cost - value[group])
                for target, way in edges[other]:
                    if target not in done:
                        reached = base + way - value[target]
                        if target not in best or reached < best[target]:
                            best[target] = reached
                            came[target] = (other, group)
                            heappush(heap, (reached, target))
        for settled, dist in done.items():
            value[settled] += dist - far
        self._shift(group, came)

    def _shift(self, group: int, came: dict[int, tuple[int, int]]) -> None:
        if group != self.nothing:
            self.room[group] -= 1
        while group >= 0:
            child, source = came[group]
            if source >= 0:
                del self.inside[source][child]
            self.inside[group][child] = dict(self.edges[child])[group]
            group = source

    def way_of(self, child: int) -> int:
        """Which of its ways the child got."""
        group = next(g for g, cost in self.edges[child] if child in self.inside[g])
        if group == self.nothing:
            return -1
        ways = self.searching[child].ways
        fitting = [
            at
            for at, way in enumerate(ways)
            if self.offset[way.kita] <= group < self.offset[way.kita + 1]
            and way.mask >> (group - self.offset[way.kita]) & 1
        ]
        return min(fitting, key=lambda at: (ways[at].minutes, at))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A place outside of the wishes for one child."""

    child: str
    contract: Contract
    minutes: int


def places_outside_wishes(
    compiled: Compiled,
    held: Sequence[int],
    *,
    minutes: Callable[[str, str], int | None],
    claims: frozenset[str],
) -> list[Outside]:
    """After a round: the children of families without a place, with hours and month of their first wish.

    ``minutes`` is the way of a child to a Kita (None: too far, or not wanted).
    """
    market, given = compiled.market, compiled.round
    books = [SeatBook(row) for row in market.seats]
    for listed, at in zip(market.offers, held, strict=True):
        for offer in listed[at] if at >= 0 else ():
            books[offer.kita].offer(offer.key, offer.mask)
    names: list[str] = []
    searching: list[Searching] = []
    contracts: list[list[Contract]] = []
    children = {child.id: child for child in given.children}
    for f, family in enumerate(given.families):
        if held[f] >= 0:
            continue
        for at, name in enumerate(family.children):
            wished = [wish[at] for wish in family.wishes]
            first = next((contract for contract in wished if contract is not None), None)
            if first is None:
                continue
            ways, row = [], []
            for number, kita in enumerate(given.kitas):
                contract = Contract(kita=kita.id, hours=first.hours, start=first.start)
                mask = seat_mask(children[name], contract, kita)
                away = minutes(name, kita.id) if mask else None
                if away is not None and kita.id not in given.order:
                    ways.append(Way(kita=number, mask=mask, minutes=away))
                    row.append(contract)
            names.append(name)
            searching.append(Searching(ways=ways, claim=name in claims))
            contracts.append(row)
    found = assign(market.seats, searching, books)
    return [
        Outside(child=name, contract=row[at], minutes=child.ways[at].minutes)
        for name, row, child, at in zip(names, contracts, searching, found.way, strict=True)
        if at >= 0
    ]
