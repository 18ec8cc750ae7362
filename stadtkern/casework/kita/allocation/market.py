"""What the family engines work on: every wish of every family as offers to Kitas, in plain integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from stadtkern.casework.kita.allocation.deferred import lottery_ranks
from stadtkern.casework.kita.allocation.formats import FamilyRound, RoundInstance
from stadtkern.casework.kita.allocation.lottery import lottery_key, lottery_numbers
from stadtkern.kernel.strict_reading import InputRefused

Row = Sequence[int]
PROTECTED: Final = 10**12
"""Points of a child at the Kita where it has a place: above everybody's."""


class Offer(NamedTuple):
    """One child at one Kita as part of a wish."""

    kita: int
    mask: int
    key: int
    child: int


Wish = tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """``offers[f][j]``: what wish j of family f asks for, by Kita, strongest child first. ``places``: the Kita of each child in it."""

    seats: Sequence[Row]
    families: Sequence[Row]
    offers: Sequence[Sequence[Wish]]
    places: Sequence[Sequence[Row]]
    family_of_rank: Row

    @property
    def children(self) -> int:
        """How many children there are."""
        return len(self.family_of_rank)

    def family_of_key(self, key: int) -> int:
        """Whose child has this key."""
        return self.family_of_rank[key % len(self.family_of_rank)]

    def with_seats(self, extra: Sequence[tuple[int, int]]) -> Market:
        """The same round with one more seat for each [Kita, class]."""
        seats = [list(row) for row in self.seats]
        for kita, place in extra:
            seats[kita][place] += 1
        return Market(
            seats=seats,
            families=self.families,
            offers=self.offers,
            places=self.places,
            family_of_rank=self.family_of_rank,
        )

    def assignment(self, held: Row) -> list[int]:
        """The Kita of each child (or -1) if family f holds wish ``held[f]`` (-1: none)."""
        found = [-1] * self.children
        for members, places, at in zip(self.families, self.places, held, strict=True):
            if at >= 0:
                for child, kita in zip(members, places[at], strict=True):
                    found[child] = kita
        return found


def sorted_wish(offers: Sequence[Offer]) -> Wish:
    """By Kita, and in a Kita by falling key: so that no child can push out its own sibling."""
    return tuple(sorted(offers, key=lambda offer: (offer.kita, -offer.key)))


def market_of(instance: FamilyRound) -> Market:
    """The offers of a ``kita-siblings-1`` round."""
    n = len(instance.lottery)
    rank, child_of = lottery_ranks(instance.lottery)
    family_of = [0] * n
    for f, members in enumerate(instance.families):
        for child in members:
            family_of[child] = f
    bonus, points, groups = instance.bonus, instance.points, instance.age_group

    def offer(child: int, kita: int) -> Offer:
        score = points[child] + bonus.get((child, kita), 0)
        return Offer(kita, 1 << groups[child], score * n + rank[child], child)

    offers = [
        [
            sorted_wish([offer(c, k) for c, k in zip(members, wish, strict=True) if k >= 0])
            for wish in instance.wishes[f]
        ]
        for f, members in enumerate(instance.families)
    ]
    return Market(
        seats=instance.capacity,
        families=instance.families,
        offers=offers,
        places=instance.wishes,
        family_of_rank=[family_of[child] for child in child_of],
    )


def market_of_round(instance: RoundInstance) -> Market:
    """The round for the family engines. Raises ``InputRefused`` if the commitment is not that of what was frozen."""
    if instance.commitment != instance.frozen_sha256:
        raise InputRefused("/commitment", "gehört nicht zu frozen")
    n = len(instance.ids)
    rank = lottery_numbers(lottery_key(instance.beacon, instance.commitment), instance.ids)
    family_of = [0] * n
    for f, members in enumerate(instance.families):
        for child in members:
            family_of[child] = f
    offers, places = [], []
    for f, members in enumerate(instance.families):
        listed, kept = [], []
        own = (
            [e.kita if e else -1 for e in instance.wishes[f][-1]]
            if f in instance.keeps
            else [-1] * len(members)
        )
        for wish in instance.wishes[f]:
            row = [
                Offer(e.kita, e.mask, (PROTECTED if e.kita == held else e.points) * n + rank[child], child)
                for child, e, held in zip(members, wish, own, strict=True)
                if e is not None
            ]
            listed.append(sorted_wish(row))
            kept.append([-1 if e is None else e.kita for e in wish])
        offers.append(listed)
        places.append(kept)
    order = [0] * n
    for child, number in enumerate(rank):
        order[number] = family_of[child]
    market = Market(
        seats=instance.seats,
        families=instance.families,
        offers=offers,
        places=places,
        family_of_rank=order,
    )
    return market.with_seats(instance.granted) if instance.granted else market
