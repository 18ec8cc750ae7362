"""The independent check of a published round (``kita-round-1``): by definition, with a bipartite matching of its own and tickets drawn again.

A result passes if it belongs to what was frozen, everybody sits on a seat that fits, nobody lost a place it had, and no family has a better wish
in which every Kita would choose all its children. Raises ``Violation``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stadtkern.casework.kita.allocation.formats import RoundInstance
from stadtkern.casework.kita.allocation.violation import Violation

Claim = tuple[int, int, int]
"""(protected, points, ticket rank): bigger goes first."""


class Guest(NamedTuple):
    """A child at a Kita with its claim and the classes that fit."""

    claim: Claim
    mask: int
    family: int
    child: int


def check_round(instance: RoundInstance, document: Mapping[str, object], placed: Sequence[int]) -> None:
    """``placed``: the assignment, already of the right size."""
    if instance.commitment != instance.frozen_sha256:
        raise Violation("Der eingefrorene Stand wurde nach der Festlegung geändert (commitment).")
    if document.get("extra_seats", []) != []:
        raise Violation("Zusätzliche Plätze stehen in dieser Runde unter granted.")
    checker = _Checker(instance, _held(instance, document, placed))
    checker.seats()
    checker.kept()
    checker.blocking()


def _held(instance: RoundInstance, document: Mapping[str, object], placed: Sequence[int]) -> list[int]:
    listed = document.get("wish")
    if not isinstance(listed, list) or len(listed) != len(instance.families):
        raise Violation(f"wish hat nicht genau {len(instance.families)} Einträge.")
    for f, at in enumerate(listed):
        if type(at) is not int or not -1 <= at < len(instance.wishes[f]):
            raise Violation(f"wish/{f}: {at!r} ist kein Wunsch dieser Familie.")
        wish = instance.wishes[f][at] if at >= 0 else [None] * len(instance.families[f])
        for child, entry in zip(instance.families[f], wish, strict=True):
            if placed[child] != (-1 if entry is None else entry.kita):
                raise Violation(f"Kind {child}: assignment und der Wunsch der Familie sind verschieden.")
    return listed


class _Checker:
    def __init__(self, instance: RoundInstance, held: Sequence[int]) -> None:
        self.instance, self.held = instance, held
        self.counts = [list(row) for row in instance.seats]
        for kita, place in instance.granted:
            self.counts[kita][place] += 1
        key = hashlib.sha256(instance.beacon + instance.commitment).digest()
        drawn = [hmac.new(key, name.encode(), hashlib.sha256).digest() for name in instance.ids]
        self.rank = [0] * len(drawn)
        for number, child in enumerate(sorted(range(len(drawn)), key=lambda c: drawn[c], reverse=True)):
            self.rank[child] = number
        self.rooms: list[list[Guest]] = [[] for _ in self.counts]
        for f, at in enumerate(held):
            if at >= 0:
                for kita, guest in self.guests(f, at):
                    self.rooms[kita].append(guest)
        for room in self.rooms:
            room.sort(reverse=True)
        self.places: list[dict[int, int]] = []
        self.reach: list[dict[int, Claim | None]] = [{} for _ in self.counts]

    def guests(self, family: int, wish: int) -> Iterator[tuple[int, Guest]]:
        wishes, members = self.instance.wishes[family], self.instance.families[family]
        has = wishes[-1] if family in self.instance.keeps else [None] * len(members)
        for child, entry, place in zip(members, wishes[wish], has, strict=True):
            if entry is not None:
                own = place is not None and place.kita == entry.kita
                claim = (int(own), 0 if own else entry.points, self.rank[child])
                yield entry.kita, Guest(claim, entry.mask, family, child)

    def seats(self) -> None:
        """Everybody sits on a seat that fits."""
        for kita, room in enumerate(self.rooms):
            seated = _seat(self.counts[kita], room)
            missing = next((guest for guest in room if guest.child not in seated), None)
            if missing is not None:
                raise Violation(
                    f"Kita {kita}: Für Kind {missing.child} ist kein Platz frei, den es belegen darf."
                )
            self.places.append(seated)

    def kept(self) -> None:
        """Who had a place has one that is at least as good."""
        for family in self.instance.keeps:
            if self.held[family] < 0:
                raise Violation(f"Familie {family} verliert den Platz, den sie hat.")

    def blocking(self) -> None:
        """No family could have a better wish, but for those that the office named."""
        for family, at in enumerate(self.held):
            if family in self.instance.excused:
                continue
            wishes = self.instance.wishes[family]
            for wish in range(at if at >= 0 else len(wishes)):
                if self._open(family, wish):
                    raise Violation(
                        f"Familie {family} könnte ihren besseren Wunsch {wish} haben: Alle Kitas darin würden sie vorziehen."
                    )

    def _open(self, family: int, wish: int) -> bool:
        wanted: dict[int, list[Guest]] = {}
        for kita, guest in self.guests(family, wish):
            wanted.setdefault(kita, []).append(guest)
        single = len(self.instance.families[family]) == 1
        return all(self._takes(kita, guests, family, single) for kita, guests in wanted.items())

    def _takes(self, kita: int, wanted: Sequence[Guest], family: int, single: bool) -> bool:
        own = any(guest.family == family for guest in self.rooms[kita])
        if not own:
            for guest in wanted:
                limit = self._limit(kita, guest.mask)
                if limit is not None and guest.claim < limit:
                    return False
            if single:
                return True
        others = [guest for guest in self.rooms[kita] if guest.family != family]
        chosen: list[Guest] = []
        for guest in sorted([*others, *wanted], reverse=True):
            if len(_seat(self.counts[kita], [*chosen, guest])) > len(chosen):
                chosen.append(guest)
            elif guest.family == family:
                return False
        return True

    def _limit(self, kita: int, mask: int) -> Claim | None:
        """The weakest claim on a seat in reach of a newcomer; the smallest possible one (None) if a seat in reach is free."""
        known = self.reach[kita]
        if mask not in known:
            seated, room, counts = self.places[kita], self.rooms[kita], self.counts[kita]
            reach = sum(1 << place for place, count in enumerate(counts) if count and mask >> place & 1)
            growing = bool(reach)
            while growing:
                more = reach
                for guest in room:
                    if reach >> seated[guest.child] & 1:
                        more |= guest.mask
                more &= sum(1 << place for place, count in enumerate(counts) if count)
                growing, reach = more != reach, more
            used = [0] * len(counts)
            for place in seated.values():
                used[place] += 1
            free = any(reach >> place & 1 and used[place] < count for place, count in enumerate(counts))
            inside = [guest.claim for guest in room if reach >> seated[guest.child] & 1]
            known[mask] = None if free else min(inside, default=(2, 0, 0))
        return known[mask]


def _seat(counts: Sequence[int], guests: Sequence[Guest]) -> dict[int, int]:
    """Child -> class for as many as can sit at once, the first ones first (Kuhn's augmenting paths)."""
    sitting: list[list[Guest]] = [[] for _ in counts]

    def seat(guest: Guest, tried: set[int]) -> bool:
        for place, count in enumerate(counts):
            if not count or not guest.mask >> place & 1 or place in tried:
                continue
            tried.add(place)
            if len(sitting[place]) < count:
                sitting[place].append(guest)
                return True
            for number, other in enumerate(sitting[place]):
                if seat(other, tried):
                    sitting[place][number] = guest
                    return True
        return False

    for guest in guests:
        seat(guest, set())
    return {guest.child: place for place, row in enumerate(sitting) for guest in row}
