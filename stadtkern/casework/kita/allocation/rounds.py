"""A round as the city has it: Kitas with seat classes, children with contracts in the order of the family, places already held.

``market`` turns it into the integers of the engines. A place a child already has is an endowment: its own last wish, with priority over
everybody; it is never taken away, and whoever moves frees it in the same run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from stadtkern.casework.kita.allocation.market import PROTECTED, Market, Offer, sorted_wish
from stadtkern.casework.kita.allocation.seatbook import SeatBook
from stadtkern.kernel.strict_reading import InputRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatClass:
    """Seats with the same eligibility; None: no restriction."""

    ages: frozenset[str] | None = None
    max_hours: int | None = None
    free_from: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kita:
    """A Kita and its seats."""

    id: str
    seats: Sequence[tuple[SeatClass, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a child would sign: a Kita, hours per day, the month it starts (YYYY-MM)."""

    kita: str
    hours: int | None = None
    start: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """``points`` count everywhere, ``local`` adds at one Kita; the smaller ``ticket`` wins among equal points."""

    id: str
    age: str
    points: int = 0
    local: Mapping[str, int] = field(default_factory=dict)
    ticket: int = 0
    current: Contract | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Children who wish together; each wish gives every child a contract or nothing."""

    children: Sequence[str]
    wishes: Sequence[Sequence[Contract | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """``order`` replaces points at a Kita that brings its own list: best first, who is missing cannot be admitted there."""

    kitas: Sequence[Kita]
    children: Sequence[Child]
    families: Sequence[Family]
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)


def eligible(child: Child, contract: Contract, seat: SeatClass) -> bool:
    """Whether a child with this contract may use a seat of this class."""
    return (
        (seat.ages is None or child.age in seat.ages)
        and (seat.max_hours is None or (contract.hours or 0) <= seat.max_hours)
        and (seat.free_from is None or contract.start is None or contract.start >= seat.free_from)
        and (seat.tag is None or seat.tag in child.tags)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A round in integers, and the way back. ``wishes[f]`` includes the endowment as last wish."""

    round: Round
    market: Market
    wishes: Sequence[Sequence[Sequence[Contract | None]]]
    kita_index: Mapping[str, int]
    child_index: Mapping[str, int]

    def contracts(self, held: Sequence[int]) -> dict[str, Contract | None]:
        """Which contract each child gets."""
        found: dict[str, Contract | None] = {child.id: None for child in self.round.children}
        for family, listed, at in zip(self.round.families, self.wishes, held, strict=True):
            if at >= 0:
                found.update(zip(family.children, listed[at], strict=True))
        return found

    def points(self, child: Child, kita: str) -> int | None:
        """The points of a child at a Kita; None if the Kita's own list does not name it."""
        order = self.round.order.get(kita)
        if order is None:
            return child.points + child.local.get(kita, 0)
        return len(order) - list(order).index(child.id) if child.id in order else None


def compile_round(given: Round) -> Compiled:
    """Raises ``InputRefused`` for unknown names, doubles and more places held than there are seats."""
    kitas = _indexed([kita.id for kita in given.kitas], "/kitas")
    children = _indexed([child.id for child in given.children], "/children")
    n = len(children)
    ranks = sorted(range(n), key=lambda c: (given.children[c].ticket, c), reverse=True)
    rank = {child: place for place, child in enumerate(ranks)}
    family_of = [-1] * n
    wishes = [_with_endowment(given, children, f) for f in range(len(given.families))]
    draft = Compiled(round=given, market=_EMPTY, wishes=wishes, kita_index=kitas, child_index=children)
    offers, places = [], []
    for f, family in enumerate(given.families):
        for name in family.children:
            if name not in children or family_of[children[name]] >= 0:
                raise InputRefused(
                    f"/families/{f}", f"Kind {name!r} fehlt oder gehört schon zu einer Familie"
                )
            family_of[children[name]] = f
        listed, kept = [], []
        for j, wish in enumerate(wishes[f]):
            row = _offers(draft, family, wish, f"/families/{f}/wishes/{j}", rank)
            listed.append(sorted_wish(row))
            kept.append([-1 if contract is None else kitas[contract.kita] for contract in wish])
        offers.append(listed)
        places.append(kept)
    if -1 in family_of:
        raise InputRefused("/families", f"Kind {given.children[family_of.index(-1)].id!r} fehlt")
    market = Market(
        seats=[[count for _, count in kita.seats] for kita in given.kitas],
        families=[[children[name] for name in family.children] for family in given.families],
        offers=offers,
        places=places,
        family_of_rank=[family_of[child] for child in ranks],
    )
    _check_endowments(market)
    return Compiled(round=given, market=market, wishes=wishes, kita_index=kitas, child_index=children)


_EMPTY: Final = Market(seats=[], families=[], offers=[], places=[], family_of_rank=[])


def _indexed(names: Sequence[str], path: str) -> dict[str, int]:
    found = {name: index for index, name in enumerate(names)}
    if len(found) != len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        raise InputRefused(path, f"{twice!r} steht zweimal da")
    return found


def _with_endowment(given: Round, children: Mapping[str, int], f: int) -> list[Sequence[Contract | None]]:
    """The wishes up to the places already held; without such a wish they become the last one."""
    family = given.families[f]
    current = [
        given.children[children[name]].current if name in children else None for name in family.children
    ]
    wishes = [tuple(wish) for wish in family.wishes]
    if not any(current):
        return list(wishes)
    own = tuple(current)
    return list(wishes[: wishes.index(own) + 1] if own in wishes else [*wishes, own])


def _offers(
    draft: Compiled, family: Family, wish: Sequence[Contract | None], path: str, rank: Mapping[int, int]
) -> list[Offer]:
    given, n = draft.round, len(draft.round.children)
    if len(wish) != len(family.children):
        raise InputRefused(path, f"erwartet werden {len(family.children)} Einträge")
    row = []
    for name, contract in zip(family.children, wish, strict=True):
        if contract is None:
            continue
        if contract.kita not in draft.kita_index:
            raise InputRefused(path, f"Kita {contract.kita!r} gibt es nicht")
        kita = draft.kita_index[contract.kita]
        child = given.children[draft.child_index[name]]
        points = draft.points(child, contract.kita)
        mask = seat_mask(child, contract, given.kitas[kita])
        if child.current == contract:
            points = PROTECTED
        row.append(
            Offer(
                kita,
                0 if points is None else mask,
                (points or 0) * n + rank[draft.child_index[name]],
                draft.child_index[name],
            )
        )
    if not row:
        raise InputRefused(path, "ein Wunsch, in dem kein Kind einen Platz bekommt")
    return row


def seat_mask(child: Child, contract: Contract, kita: Kita) -> int:
    """The seat classes of a Kita that fit, as a bit mask."""
    return sum(1 << place for place, (seat, _) in enumerate(kita.seats) if eligible(child, contract, seat))


def _check_endowments(market: Market) -> None:
    """Nobody may lose a place, so those who have one must fit."""
    books = [SeatBook(row) for row in market.seats]
    for listed in market.offers:
        for offer in listed[-1] if listed else ():
            if (
                offer.key >= PROTECTED * market.children
                and books[offer.kita].offer(offer.key, offer.mask) is not None
            ):
                raise InputRefused(
                    f"/kitas/{offer.kita}",
                    "hier haben schon mehr Kinder einen Platz, als es passende Plätze gibt",
                )
