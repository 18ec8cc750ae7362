"""The independent checker: confirms every promise of a published round with its own code.

No solver, no seat book, no proposals (what it shares with the engine: package docstring). For single children it also proves
child-optimality: a stable result is child-optimal exactly if no ring of children exists in which each one could take the place of the next
(``_improving_ring``). Raises ``Violation`` with the first broken promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from stadtkern.casework.kita.allocation.formats import (
    FamilyRound,
    Instance,
    RoundInstance,
    SeatRound,
    StrictRound,
    TiesRound,
)
from stadtkern.casework.kita.allocation.results import promise_digest
from stadtkern.casework.kita.allocation.verify_round import check_round
from stadtkern.casework.kita.allocation.violation import Violation

__all__ = ["Violation", "verify"]

Row = Sequence[int]
MOST_EXTRA: Final = 10_000


def verify(instance: Instance, document: object, instance_digest: str | None = None) -> None:
    """Returns if everything holds; raises ``Violation``."""
    if not isinstance(document, dict):
        raise Violation("Das Ergebnis ist kein JSON-Objekt.")
    status = document.get("status")
    if status not in ("stable_exists", "no_stable_matching"):
        raise Violation(f"status ist {status!r}: Das Ergebnis verspricht keine stabile Verteilung.")
    extra = _extra_seats(instance, document, status)
    placed = _assignment(instance, document)
    if instance_digest is not None:
        _certificate(document, instance_digest)
    if isinstance(instance, RoundInstance):
        check_round(instance, document, placed)
        return
    if isinstance(instance, FamilyRound):
        _check_families(instance, document, placed, extra)
        return
    if "wish" in document:
        raise Violation("wish gibt es nur in Runden mit Familien.")
    if isinstance(instance, TiesRound):
        _check_ties(instance, document, placed)
    else:
        _check_singles(_plain(instance) if isinstance(instance, StrictRound) else instance, placed)


def _assignment(instance: Instance, document: Mapping[str, object]) -> list[int]:
    """One known Kita or -1 per child, and the count that the result claims."""
    children, kitas = _size(instance)
    listed = document.get("assignment")
    if not isinstance(listed, list) or len(listed) != children:
        raise Violation(f"assignment hat nicht genau {children} Einträge.")
    for child, kita in enumerate(listed):
        if type(kita) is not int or not -1 <= kita < kitas:
            raise Violation(f"assignment/{child}: {kita!r} ist weder eine Kita noch -1.")
    count = sum(kita >= 0 for kita in listed)
    if type(document.get("placed")) is not int or document["placed"] != count:
        raise Violation(f"placed ist {document.get('placed')!r}, vermittelt sind aber {count} Kinder.")
    if document.get("blocking", []) != []:
        raise Violation("Das Ergebnis nennt selbst Familien, die blockieren.")
    if type(document.get("optimal")) is not bool:
        raise Violation("optimal ist weder wahr noch falsch.")
    return listed


def _size(instance: Instance) -> tuple[int, int]:
    if isinstance(instance, FamilyRound):
        return len(instance.lottery), len(instance.capacity)
    if isinstance(instance, RoundInstance):
        return len(instance.ids), len(instance.seats)
    return len(instance.wishes), len(instance.seats if isinstance(instance, SeatRound) else instance.capacity)


def _extra_seats(instance: Instance, document: Mapping[str, object], status: object) -> list[tuple[int, int]]:
    listed = document.get("extra_seats", [])
    if not isinstance(listed, list) or len(listed) > MOST_EXTRA:
        raise Violation("extra_seats ist keine Liste von [Kita, Altersgruppe].")
    if status == "stable_exists" and listed:
        raise Violation("Zusätzliche Plätze braucht nur eine Runde ohne stabile Verteilung.")
    if status == "no_stable_matching" and not listed:
        raise Violation(
            "Es gibt angeblich keine stabile Verteilung, und es sind keine zusätzlichen Plätze genannt."
        )
    found = []
    for index, pair in enumerate(listed):
        if not isinstance(instance, FamilyRound):
            raise Violation("Zusätzliche Plätze gibt es nur in Runden mit Familien.")
        if (
            not isinstance(pair, list)
            or len(pair) != 2
            or any(type(v) is not int for v in pair)
            or not 0 <= pair[0] < len(instance.capacity)
            or not 0 <= pair[1] < len(instance.age_groups)
        ):
            raise Violation(f"extra_seats/{index}: {pair!r} ist nicht [Kita, Altersgruppe].")
        found.append((pair[0], pair[1]))
    return found


def _certificate(document: Mapping[str, object], digest: str) -> None:
    """A result that carries a certificate must belong to this instance and be unchanged."""
    certificate = document.get("certificate")
    if certificate is None:
        return
    if not isinstance(certificate, dict) or certificate.get("instance_sha256") != digest:
        raise Violation("Das Ergebnis gehört nicht zu dieser Datei (certificate/instance_sha256).")
    try:
        own = promise_digest(digest, document)
    except (TypeError, ValueError) as error:
        raise Violation(f"Das Ergebnis lässt sich nicht eindeutig schreiben: {error}") from error
    if certificate.get("result_sha256") != own:
        raise Violation("Das Ergebnis wurde nach dem Lauf geändert (certificate/result_sha256).")


# Single children --------------------------------------------------------------------------------------------------


def _plain(instance: StrictRound) -> SeatRound:
    """Seats without distinction are one class that fits everybody."""
    return SeatRound(
        name=instance.name,
        seats=[[count] for count in instance.capacity],
        fits=[1],
        kind=[0] * len(instance.wishes),
        wishes=instance.wishes,
        points=instance.points,
        lottery=instance.lottery,
    )


def _check_singles(instance: SeatRound, placed: Row) -> None:
    sitting, waiting = _sides(instance, placed)
    seat_of = [-1] * len(placed)
    for kita, counts in enumerate(instance.seats):
        _seat_everybody(kita, counts, sitting[kita], instance, seat_of)
    pulls = [-1] * len(placed)
    for kita, counts in enumerate(instance.seats):
        _check_kita(kita, counts, sitting[kita], waiting[kita], instance, seat_of, pulls)
    ring = _improving_ring(pulls)
    if ring is not None:
        raise Violation(
            f"Nicht das beste stabile Ergebnis für die Kinder: Kind {ring} könnte im Ring tauschen."
        )


_Claim = tuple[int, int, int]


def _sides(instance: SeatRound, placed: Row) -> tuple[list[list[_Claim]], list[list[_Claim]]]:
    """Per Kita: who sits there, and who would rather sit there; each (points, lottery, child), strongest first."""
    sitting: list[list[_Claim]] = [[] for _ in instance.seats]
    waiting: list[list[_Claim]] = [[] for _ in instance.seats]
    for child, kita in enumerate(placed):
        wishes = instance.wishes[child]
        if kita >= 0 and kita not in wishes:
            raise Violation(f"Kind {child} ist in Kita {kita}, die es nicht gewünscht hat.")
        for turn, wished in enumerate(wishes):
            claim = (instance.points[child][turn], instance.lottery[child], child)
            (sitting if wished == kita else waiting)[wished].append(claim)
            if wished == kita:
                break
    for rows in (sitting, waiting):
        for row in rows:
            row.sort(reverse=True)
    return sitting, waiting


def _seat_everybody(
    kita: int, counts: Row, sitting: Sequence[_Claim], instance: SeatRound, seat_of: list[int]
) -> None:
    """Finds a seat for each child in turn, letting others change seats (Kuhn's way, over classes)."""
    guests: list[list[int]] = [[] for _ in counts]
    usable = [[s for s, n in enumerate(counts) if n and fits >> s & 1] for fits in instance.fits]

    def seat(child: int, tried: set[int]) -> bool:
        for place in usable[instance.kind[child]]:
            if place in tried:
                continue
            tried.add(place)
            if len(guests[place]) < counts[place]:
                guests[place].append(child)
                return True
            for number, other in enumerate(guests[place]):
                if seat(other, tried):
                    guests[place][number] = child
                    return True
        return False

    for _, _, child in sitting:
        if not seat(child, set()):
            raise Violation(f"Kita {kita}: Für Kind {child} ist kein Platz frei, den es belegen darf.")
    for place, children in enumerate(guests):
        for child in children:
            seat_of[child] = place


def _check_kita(
    kita: int,
    counts: Row,
    sitting: Sequence[_Claim],
    waiting: Sequence[_Claim],
    instance: SeatRound,
    seat_of: Row,
    pulls: list[int],
) -> None:
    """Nobody who waits could sit here: no free seat in reach, and nobody weaker on a seat in reach. Notes who would follow whom."""
    used = [0] * len(counts)
    usable = [0] * len(counts)
    for _, _, child in sitting:
        used[seat_of[child]] += 1
        usable[seat_of[child]] |= instance.fits[instance.kind[child]]
    reaches = {place: _reaching(place, usable) for place, count in enumerate(counts) if count}
    strongest: dict[int, _Claim] = {}
    for claim in waiting:
        strongest.setdefault(instance.fits[instance.kind[claim[2]]], claim)
    for place, count in enumerate(counts):
        if used[place] < count:
            for fits, claim in strongest.items():
                if fits & reaches[place]:
                    raise Violation(f"Kita {kita}: Ein Platz bleibt frei, den Kind {claim[2]} lieber hätte.")
    followers = {
        place: max((c for fits, c in strongest.items() if fits & reach), default=None)
        for place, reach in reaches.items()
    }
    for claim in sitting:
        follower = followers[seat_of[claim[2]]]
        if follower is None:
            continue
        if follower > claim:
            raise Violation(
                f"Kita {kita}: Kind {follower[2]} hat Vorrang vor Kind {claim[2]} und könnte dessen Platz belegen."
            )
        pulls[claim[2]] = follower[2]


def _reaching(place: int, usable: Row) -> int:
    """The classes from which a newcomer reaches ``place`` when others move on (as a bit mask)."""
    reach = 1 << place
    growing = True
    while growing:
        growing = False
        for other, fits in enumerate(usable):
            if fits & reach and not reach >> other & 1:
                reach |= 1 << other
                growing = True
    return reach


def _improving_ring(pulls: Row) -> int | None:
    """A child in a ring "if it leaves, the next one gets its place and leaves in turn", or None."""
    state = bytearray(len(pulls))
    for first in range(len(pulls)):
        child, path = first, []
        while child >= 0 and not state[child]:
            state[child] = 1
            path.append(child)
            child = pulls[child]
        if child >= 0 and state[child] == 1:
            return child
        for seen in path:
            state[seen] = 2
    return None


# Ties -------------------------------------------------------------------------------------------------------------


def _check_ties(instance: TiesRound, document: Mapping[str, object], placed: Row) -> None:
    """Weakly stable: no seat stays free for who wants it, nobody with fewer points sits where one waits."""
    if document.get("rule", "child_optimal") == "child_optimal":
        strict = StrictRound(
            name=instance.name,
            capacity=instance.capacity,
            wishes=instance.wishes,
            points=instance.points,
            lottery=range(0, -len(placed), -1),
        )
        _check_singles(_plain(strict), placed)
        return
    if document.get("rule") != "largest_weakly_stable":
        raise Violation(f"rule ist {document.get('rule')!r}.")
    sitting: list[list[int]] = [[] for _ in instance.capacity]
    for child, kita in enumerate(placed):
        if kita >= 0:
            if kita not in instance.wishes[child]:
                raise Violation(f"Kind {child} ist in Kita {kita}, die es nicht gewünscht hat.")
            sitting[kita].append(instance.points[child][list(instance.wishes[child]).index(kita)])
    for kita, row in enumerate(sitting):
        if len(row) > instance.capacity[kita]:
            raise Violation(f"Kita {kita} hat {len(row)} Kinder und {instance.capacity[kita]} Plätze.")
    for child, kita in enumerate(placed):
        for turn, wished in enumerate(instance.wishes[child]):
            if wished == kita:
                break
            if len(sitting[wished]) < instance.capacity[wished]:
                raise Violation(f"Kita {wished}: Ein Platz bleibt frei, den Kind {child} lieber hätte.")
            if sitting[wished] and min(sitting[wished]) < instance.points[child][turn]:
                raise Violation(
                    f"Kita {wished}: Kind {child} hat mehr Punkte als ein Kind, das den Platz hat."
                )


# Families ---------------------------------------------------------------------------------------------------------


def _check_families(
    instance: FamilyRound, document: Mapping[str, object], placed: Row, extra: Sequence[tuple[int, int]]
) -> None:
    held = _wishes_held(instance, document, placed)
    blocks = _first_blocking(instance, held, extra)
    if blocks is not None:
        raise Violation(blocks)
    if extra and _first_blocking(instance, held, ()) is None:
        raise Violation(
            "Diese Verteilung ist auch ohne die zusätzlichen Plätze stabil: Die Behauptung ist falsch."
        )


def _wishes_held(instance: FamilyRound, document: Mapping[str, object], placed: Row) -> list[int]:
    """Each family holds exactly one of its wishes or nothing, and the assignment says the same."""
    listed = document.get("wish")
    if not isinstance(listed, list) or len(listed) != len(instance.families):
        raise Violation(f"wish hat nicht genau {len(instance.families)} Einträge.")
    for family, at in enumerate(listed):
        wishes = instance.wishes[family]
        if type(at) is not int or not -1 <= at < len(wishes):
            raise Violation(f"wish/{family}: {at!r} ist kein Wunsch dieser Familie.")
        places = wishes[at] if at >= 0 else [-1] * len(instance.families[family])
        for child, kita in zip(instance.families[family], places, strict=True):
            if placed[child] != kita:
                raise Violation(
                    f"Kind {child}: assignment sagt {placed[child]}, der Wunsch der Familie {kita}."
                )
    return listed


def _first_blocking(instance: FamilyRound, held: Row, extra: Sequence[tuple[int, int]]) -> str | None:
    """Why the result is not stable with these extra seats, or None."""
    seats = [list(row) for row in instance.capacity]
    for kita, group in extra:
        seats[kita][group] += 1
    rooms: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for family, at in enumerate(held):
        if at >= 0:
            for kita, group, claim, _ in _claims(instance, family, at):
                rooms.setdefault((kita, group), []).append((*claim, family))
    for (kita, group), row in rooms.items():
        row.sort(reverse=True)
        if len(row) > seats[kita][group]:
            return f"Kita {kita}, Gruppe {instance.age_groups[group]}: {len(row)} Kinder auf {seats[kita][group]} Plätzen."
    for family, at in enumerate(held):
        for wish in range(at if at >= 0 else len(instance.wishes[family])):
            if _open(instance, family, wish, rooms, seats):
                return f"Familie {family} könnte ihren besseren Wunsch {wish} haben: Alle Kitas darin würden sie vorziehen."
    return None


def _claims(instance: FamilyRound, family: int, wish: int) -> Iterator[tuple[int, int, tuple[int, int], int]]:
    for child, kita in zip(instance.families[family], instance.wishes[family][wish], strict=True):
        if kita >= 0:
            points = instance.points[child] + instance.bonus.get((child, kita), 0)
            yield kita, instance.age_group[child], (points, instance.lottery[child]), child


def _open(
    instance: FamilyRound,
    family: int,
    wish: int,
    rooms: Mapping[tuple[int, int], Sequence[tuple[int, int, int]]],
    seats: Sequence[Row],
) -> bool:
    """Whether every Kita of a wish would take all the children it gets, others than the family's own counted."""
    needed: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for kita, group, claim, _ in _claims(instance, family, wish):
        needed.setdefault((kita, group), []).append(claim)
    for (kita, group), claims in needed.items():
        weakest, room = min(claims), seats[kita][group] - len(claims)
        better = 0
        for points, lottery, other in rooms.get((kita, group), ()):
            if (points, lottery) < weakest:
                break
            better += other != family
        if better > room:
            return False
    return True
