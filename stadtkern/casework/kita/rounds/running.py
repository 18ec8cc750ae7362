"""The engine's side of a round: from the published file and its annex to places, lists and reasons. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from stadtkern.casework.kita.allocation.errors import ExactUnavailable
from stadtkern.casework.kita.allocation.families import STEPS_PER_CHILD, Search
from stadtkern.casework.kita.allocation.formats import RoundInstance
from stadtkern.casework.kita.allocation.market import PROTECTED, Market, market_of_round
from stadtkern.casework.kita.allocation.results import Result, write
from stadtkern.casework.kita.allocation.roundfile import FORMAT, read_round
from stadtkern.casework.kita.allocation.run import settle
from stadtkern.casework.kita.allocation.seatbook import SeatBook
from stadtkern.kernel.canonical import canonical
from stadtkern.kernel.strict_reading import as_object, load_json

Row = Sequence[int]
Tick = Callable[[int], None]
TRIALS: Final = 60
MOST_SEATS: Final = 3


def instance_bytes(
    frozen: Mapping[str, Any],
    root: str,
    beacon: str,
    granted: Sequence[Sequence[int]] = (),
    excused: Sequence[int] = (),
) -> bytes:
    """The published file of a round: the same bytes for the same arguments."""
    return canonical(
        {
            "format": FORMAT,
            "frozen": frozen,
            "commitment": root,
            "beacon": beacon,
            "granted": [list(pair) for pair in granted],
            "excused": sorted(excused),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A finished computation. ``outcome`` is empty when no stable result was found; ``extra`` then proposes seats."""

    instance: RoundInstance
    market: Market
    result: Result
    outcome: bytes
    extra: list[tuple[int, int]]
    exact: bool
    digest: bytes


def compute(data: bytes, *, seconds: float, tick: Tick = lambda _: None) -> Computed:
    """Fast search, exact search when it does not settle, then the fewest seats that would repair it. The same bytes every time.

    The exact search has a limit in seconds; what it has not decided by then counts as undecided, so a slow machine may propose seats
    that a fast one would not need, but never places children otherwise.
    """
    digest = hashlib.sha256(data).hexdigest()
    instance = read_round(as_object(load_json(data, "instance"), ""))
    market = market_of_round(instance)
    tick(10)
    held, blocking, restless = settle(market, instance.excused)
    extra, exact = list[tuple[int, int]](), False
    if blocking:
        tick(30)
        held, blocking, extra, exact = _exactly(market, held, blocking, restless, seconds)
    tick(60)
    result = Result(
        status="unknown" if blocking else "stable_exists",
        assignment=market.assignment(held),
        wish=held,
        optimal=exact and not blocking,
        blocking=blocking,
        rule="stable",
    )
    outcome = b"" if blocking else write(result.document(digest, 0.0)).encode()
    return Computed(
        instance=instance,
        market=market,
        result=result,
        outcome=outcome,
        extra=extra,
        exact=exact,
        digest=bytes.fromhex(digest),
    )


def _exactly(
    market: Market, held: list[int], blocking: list[int], restless: Row, seconds: float
) -> tuple[list[int], list[int], list[tuple[int, int]], bool]:
    from stadtkern.casework.kita.allocation.exact import fewest_extra_seats, most_placed

    try:
        found = most_placed(market, seconds)
        if found.outcome == "found":
            return found.held, [], [], True
        if found.outcome == "impossible":
            seats = fewest_extra_seats(market, seconds)
            if seats.outcome == "found":
                return held, blocking, sorted(seats.extra), True
    except (ExactUnavailable, ModuleNotFoundError):
        pass  # seats of several classes with joint wishes (ADR 0102), or no OR-Tools: seats are proposed by trying
    return held, blocking, _proposal(market, [*blocking, *restless]), False


def _proposal(market: Market, families: Row) -> list[tuple[int, int]]:
    """Up to three seats with which the fast search settles, tried where the families that block want them; [] if none was found."""
    chosen: list[tuple[int, int]] = []
    # not more steps than the round itself takes: what settles here settles there
    most = min(STEPS_PER_CHILD * max(1, market.children), 2 * market.children + 2_000)
    for _ in range(MOST_SEATS):
        best: tuple[int, tuple[int, int]] | None = None
        for seat in _candidates(market, families):
            left = len(Search(market.with_seats([*chosen, seat])).run(most).blocking)
            if left == 0:
                return sorted([*chosen, seat])
            if best is None or left < best[0]:
                best = (left, seat)
        if best is None:
            break
        chosen.append(best[1])
    return []


def _candidates(market: Market, families: Row) -> list[tuple[int, int]]:
    found: dict[tuple[int, int], None] = {}
    for family in families:
        for wish in market.offers[family]:
            for offer in wish:
                for place in range(len(market.seats[offer.kita])):
                    if offer.mask >> place & 1:
                        found[offer.kita, place] = None
    return list(found)[:TRIALS]


# --- what follows from a result ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What one child got. ``rank`` 0: the place it had; None: nothing."""

    child: int
    family: int
    held: int
    rank: int | None
    kita: int | None
    hours: int | None
    start: date | None
    seat_class: str | None
    moves: bool
    by_lottery: bool
    refusals: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A child on the list of a Kita, strongest first."""

    kita: int
    child: int
    points: int
    ticket: int
    hours: int
    start: date
    seat_class: str | None
    placed: bool
    protected: bool


class Reader:
    """Answers for one finished round; the numbers are those of the file, hours and ranks those of the annex."""

    def __init__(self, computed: Computed, annex: Mapping[str, Any]) -> None:
        self.computed, self.annex = computed, annex
        self.market, self.n = computed.market, computed.market.children
        assert computed.result.wish is not None
        self.held = computed.result.wish
        self.rooms: list[dict[int, int]] = [{} for _ in self.market.seats]
        self.books: list[SeatBook] = []
        for listed, at in zip(self.market.offers, self.held, strict=True):
            if at >= 0:
                for offer in listed[at]:
                    self.rooms[offer.kita][offer.key] = offer.mask
        for kita, row in enumerate(self.market.seats):
            book = SeatBook(row)
            for key in sorted(self.rooms[kita], reverse=True):
                book.offer(key, self.rooms[kita][key])
            self.books.append(book)

    def placings(self, tick: Tick = lambda _: None) -> Iterator[Placing]:
        """One per child, by family."""
        total = max(1, len(self.held))
        for family, at in enumerate(self.held):
            if family % 500 == 0:
                tick(60 + 35 * family // total)
            refused = self._refused(family)
            for place, child in enumerate(self.market.families[family]):
                yield self._placing(family, at, place, child, refused)

    def _placing(
        self, family: int, at: int, place: int, child: int, refused: Sequence[dict[str, Any]]
    ) -> Placing:
        own = [row for row in refused if row["child"] == child]
        meta = self.annex["wishes"][family][at][place] if at >= 0 else None
        kita = self.market.places[family][at][place] if at >= 0 else -1
        seat = None
        if kita >= 0:
            key = next(o.key for o in self.market.offers[family][at] if o.child == child)
            seat = self._seat(kita, key)
        return Placing(
            child=child,
            family=family,
            held=at,
            rank=meta[0] if meta else None,
            kita=kita if kita >= 0 else None,
            hours=meta[1] if meta else None,
            start=date.fromisoformat(meta[2]) if meta else None,
            seat_class=seat,
            moves=bool(meta and meta[0]),
            by_lottery=any(row["lottery"] for row in own),
            refusals=[
                {key: value for key, value in row.items() if key not in ("child", "lottery")} for row in own
            ],
        )

    def _seat(self, kita: int, key: int) -> str | None:
        for place, sitting in enumerate(self.books[kita].held):
            if key in sitting:
                return str(self.annex["kitas"][kita]["classes"][place]["seat_class"])
        return None

    def _refused(self, family: int) -> list[dict[str, Any]]:
        """For every wish of the family that is better than what it holds: the facts, per child with a Kita in it."""
        at, found = self.held[family], []
        listed = self.market.offers[family]
        seen: set[tuple[int, int]] = set()
        for turn in range(at if at >= 0 else len(listed)):
            for offer in listed[turn]:
                place = list(self.market.families[family]).index(offer.child)
                rank = self.annex["wishes"][family][turn][place][0]
                got = self._got(family, at, place)
                if (offer.child, rank) in seen or rank == got or (got and rank > got):
                    continue  # what it has, or (with a joint wish) worse than that
                seen.add((offer.child, rank))
                found.append(self._reason(family, offer.kita, offer.mask, offer.key, offer.child, rank))
        return sorted(found, key=lambda row: (row["child"], row["rank"]))

    def _got(self, family: int, at: int, place: int) -> int | None:
        meta = self.annex["wishes"][family][at][place] if at >= 0 else None
        return meta[0] if meta else None

    def _reason(self, family: int, kita: int, mask: int, key: int, child: int, rank: int) -> dict[str, Any]:
        """How many suitable seats there were and who holds them (``allocation.explain`` for the round's own file)."""
        book, n = self.books[kita], self.n
        tight = book.tight_classes(mask)
        inside = [k for place, keys in enumerate(book.held) if tight >> place & 1 for k in keys]
        others = [k for k in inside if self.market.family_of_key(k) != family]
        mine, scores = key // n, sorted(k // n for k in others)
        normal = [score for score in scores if score < PROTECTED]
        better = sum(k // n == mine and k > key for k in others)
        open_alone = book.admits(key, mask)
        elsewhere = [
            k for place, keys in enumerate(book.held) if not tight >> place & 1 for k in keys if k < key
        ]
        return {
            "child": child,
            "rank": rank,
            "kita": kita,
            "points": _shown(mine),
            "suitable": sum(
                count for place, count in enumerate(self.market.seats[kita]) if tight >> place & 1
            ),
            "protected": sum(score >= PROTECTED for score in scores),
            "more": sum(mine < score < PROTECTED for score in scores),
            "same": better,
            "lowest": min(normal, default=None),
            "fewer_elsewhere": len(elsewhere),
            "together": open_alone,
            "lottery": bool(better) and not open_alone and min(normal, default=-1) == mine,
        }

    def lists(self) -> Iterator[Line]:
        """Per Kita who sits there and who would rather sit there, strongest first; nobody who has something better."""
        best: dict[tuple[int, int], tuple[int, Line]] = {}
        for family, at in enumerate(self.held):
            listed = self.market.offers[family]
            for turn in range(at + 1 if at >= 0 else len(listed)):
                for offer in listed[turn]:
                    place = list(self.market.families[family]).index(offer.child)
                    meta = self.annex["wishes"][family][turn][place]
                    placed = turn == at
                    if not placed and self._keeps(family, at, place, offer.kita):
                        continue
                    known = best.get((offer.kita, offer.child))
                    if known is not None and not placed:
                        continue
                    line = Line(
                        kita=offer.kita,
                        child=offer.child,
                        points=_shown(offer.key // self.n),
                        ticket=self.n - offer.key % self.n,
                        hours=meta[1],
                        start=date.fromisoformat(meta[2]),
                        seat_class=self._seat(offer.kita, offer.key)
                        if placed
                        else self._first(offer.kita, offer.mask),
                        placed=placed,
                        protected=meta[0] == 0,
                    )
                    best[offer.kita, offer.child] = (offer.key, line)
        for _, line in sorted(best.values(), key=lambda item: (item[1].kita, -item[0])):
            yield line

    def _keeps(self, family: int, at: int, place: int, kita: int) -> bool:
        """Whether the child sits in this Kita already (by another wish of its family)."""
        return at >= 0 and self.market.places[family][at][place] == kita

    def _first(self, kita: int, mask: int) -> str | None:
        classes = self.annex["kitas"][kita]["classes"]
        return next((str(row["seat_class"]) for at, row in enumerate(classes) if mask >> at & 1), None)


def _shown(points: int) -> int:
    """Points for people; protection is no number of points."""
    return 0 if points >= PROTECTED else points
