"""Why a wish was refused, from the finished round: facts with their numbers, not a text block.

One explanation rebuilds the seats of one Kita (about 60 children) and takes well under a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stadtkern.casework.kita.allocation.market import PROTECTED, Offer
from stadtkern.casework.kita.allocation.rounds import (
    Child,
    Compiled,
    Contract,
    SeatClass,
    seat_mask,
)
from stadtkern.casework.kita.allocation.seatbook import SeatBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One child at one Kita of a refused wish. Counts speak of the seats the child could have had, directly or by others moving."""

    child: str
    kita: str
    contract: Contract
    points: int | None
    suitable_seats: int
    held_protected: int
    held_by_more_points: int
    held_by_better_ticket: int
    last_admitted_points: int | None
    points_needed: int | None
    fewer_points_on_other_seats: int
    would_be_admitted: bool
    other_contracts: Sequence[Contract]
    blocking_seats: str


class Explainer:
    """Answers for one finished round; ``held[f]``: the wish family f holds, or -1."""

    def __init__(self, compiled: Compiled, held: Sequence[int]) -> None:
        self.compiled, self.held = compiled, held
        self.sitting: list[list[Offer]] = [[] for _ in compiled.round.kitas]
        for listed, at in zip(compiled.market.offers, held, strict=True):
            if at >= 0:
                for offer in listed[at]:
                    self.sitting[offer.kita].append(offer)

    def refused(self, family: int) -> list[list[Refusal]]:
        """For every wish better than the one held: per child with a contract in it the facts."""
        at = self.held[family]
        wishes = self.compiled.wishes[family]
        return [self._wish(family, turn) for turn in range(at if at >= 0 else len(wishes))]

    def _wish(self, family: int, turn: int) -> list[Refusal]:
        market = self.compiled.market
        own = set(market.families[family])
        found = []
        for offer in market.offers[family][turn]:
            member = list(market.families[family]).index(offer.child)
            contract = self.compiled.wishes[family][turn][member]
            assert contract is not None
            found.append(self._one(offer, contract, own))
        return found

    def _one(self, offer: Offer, contract: Contract, own: set[int]) -> Refusal:
        compiled = self.compiled
        child, kita = compiled.round.children[offer.child], compiled.round.kitas[offer.kita]
        book = SeatBook([count for _, count in kita.seats])
        others = [other for other in self.sitting[offer.kita] if other.child not in own]
        for other in others:
            book.offer(other.key, other.mask)
        tight = book.tight_classes(offer.mask)
        n = compiled.market.children
        mine = offer.key // n
        there = {key for place, keys in enumerate(book.held) if tight >> place & 1 for key in keys}
        inside = [other for other in others if other.key in there]
        scores = sorted(other.key // n for other in inside)
        normal = [score for score in scores if score < PROTECTED]
        admitted = book.admits(offer.key, offer.mask)
        return Refusal(
            child=child.id,
            kita=kita.id,
            contract=contract,
            points=compiled.points(child, kita.id),
            suitable_seats=sum(count for p, (_, count) in enumerate(kita.seats) if tight >> p & 1),
            held_protected=sum(score >= PROTECTED for score in scores),
            held_by_more_points=sum(mine < score < PROTECTED for score in scores),
            held_by_better_ticket=sum(other.key // n == mine and other.key > offer.key for other in inside),
            last_admitted_points=min(normal, default=None),
            points_needed=None if admitted or not normal else min(normal) + (min(normal) <= mine),
            fewer_points_on_other_seats=sum(
                other.key < offer.key for other in others if other.key not in there
            ),
            would_be_admitted=admitted,
            other_contracts=() if admitted else self._others(book, offer, child, contract),
            blocking_seats=_names(
                [seat for p, (seat, _) in enumerate(kita.seats) if tight >> p & 1], kita.id
            ),
        )

    def _others(self, book: SeatBook, offer: Offer, child: Child, contract: Contract) -> list[Contract]:
        """Shorter hours or a later month with which the same child would have been admitted here."""
        kita = self.compiled.round.kitas[offer.kita]
        hours = sorted({s.max_hours for s, _ in kita.seats if s.max_hours is not None}, reverse=True)
        months = sorted({s.free_from for s, _ in kita.seats if s.free_from is not None})
        tried = [
            replace(contract, hours=h) for h in hours if contract.hours is not None and h < contract.hours
        ]
        tried += [
            replace(contract, start=m) for m in months if contract.start is not None and m > contract.start
        ]
        return [other for other in tried if book.admits(offer.key, seat_mask(child, other, kita))]


def _names(seats: Sequence[SeatClass], kita: str) -> str:
    """As in "U2 seat of A"."""
    names = []
    for seat in seats:
        parts = ["/".join(sorted(seat.ages))] if seat.ages else []
        parts += [f"{seat.max_hours} h"] if seat.max_hours is not None else []
        parts += [f"from {seat.free_from}"] if seat.free_from else []
        parts += [seat.tag] if seat.tag else []
        names.append(" ".join(parts) or "any")
    return f"{', '.join(names)} seat of {kita}" if names else f"no suitable seat at {kita}"
