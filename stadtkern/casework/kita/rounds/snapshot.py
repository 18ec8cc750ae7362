"""What is frozen: wishes, points, seats and places held, as one canonical document, and an annex that says how each number came about.

The published part (``allocation.roundfile``) has no name, no age and no address: a child is a number and an id that only the round's secret
connects with its registration. Parts of points, ages and proofs are in the annex; its hash is inside the published part (ADR 0141).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

from django.db.models import Q

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.models import (
    Catalogue,
    Contract,
    Facility,
    HardshipGrant,
    Level,
    Offer,
    OwnRanking,
    Registration,
    Round,
    SiblingRule,
    State,
    Wish,
)
from stadtkern.casework.kita.queries import points
from stadtkern.casework.kita.rounds.supply import SeatLine, Supply, supply, taking_part
from stadtkern.kernel.canonical import canonical

Tick = Callable[[int], None]
SPLIT = 4
"""With brothers and sisters apart, so many wishes of each child are combined (the rest would be noise)."""


@dataclass(slots=True, kw_only=True)
class Part:
    """A child in the round. ``wishes``: (rank, Kita, hours, start, points, fitting lines), in the family's order."""

    registration: Registration
    public_id: str
    wishes: list[Wanted] = field(default_factory=list)
    unfit: list[int] = field(default_factory=list)
    current: Wanted | None = None
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    list_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One wish of one child as the engine sees it. ``rank`` 0: the place it has."""

    rank: int
    kita: int
    hours: int
    start: date
    points: int
    fits: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The frozen round. ``unfit``: registrations of which no wish can be served by any seat."""

    frozen: dict[str, Any]
    annex: dict[str, Any]
    parts: Sequence[Part]
    facilities: Sequence[Facility]
    supply: Supply

    @property
    def frozen_bytes(self) -> bytes:
        return canonical(self.frozen)

    @property
    def annex_bytes(self) -> bytes:
        return canonical(self.annex)


def public_id(secret: str, registration_id: UUID) -> str:
    """The id of a child in the published file."""
    return hmac.new(secret.encode(), registration_id.bytes, hashlib.sha256).hexdigest()[:24]


def candidates(round: Round) -> list[UUID]:
    """Registrations with a wish that the round could meet, in the order of the published file."""
    keys = {
        wish.wish_list.registration_id for wish in _wishes(round, _index(taking_part(round.start_from_on)))
    }
    return sorted(keys, key=lambda key: public_id(round.secret, key))


def _index(facilities: Sequence[Facility]) -> dict[UUID, int]:
    return {row.pk: at for at, row in enumerate(facilities)}


def take(
    round: Round,
    today: date,
    catalogues: Sequence[points.CatalogueLine] | None = None,
    *,
    tick: Tick = lambda _: None,
) -> Snapshot:
    """The state of this moment; nothing is written. Queries do not grow with the number of children.

    ``catalogues``: other rules than those of today (the shadow run). ``tick`` hears how many per cent are done.
    """
    counting = points.valid_catalogues(today) if catalogues is None else list(catalogues)
    facilities = taking_part(round.start_from_on)
    index = _index(facilities)
    wishes = _wishes(round, index)
    rows = _registrations(wishes)
    held = _held(rows, round.start_from_on)
    seats = supply(facilities, round.start_from_on, round.start_to_on, movers={row.child_id for row in rows})
    parts = _parts(round, rows, wishes, held, facilities, index, seats, today, counting, tick)
    parts.sort(key=lambda part: part.public_id)
    families = _families(parts)
    annex = _annex(parts, families, facilities, seats)
    annex_digest = hashlib.sha256(canonical(annex)).hexdigest()
    frozen = {
        "round": str(round.pk),
        "name": round.name,
        "kitas": len(facilities),
        "kita_names": [row.name for row in facilities],
        "seat_names": [
            [_line_name(line) for line in _lines(seats, row)] for row in facilities
        ],
        "seats": [[line.count for line in _lines(seats, row)] for row in facilities],
        "children": len(parts),
        "ids": [part.public_id for part in parts],
        "families": [list(members) for members, _ in families],
        "wishes": [[_joint(wish) for wish in listed] for _, listed in families],
        "keeps": [at for at, (members, _) in enumerate(families) if any(parts[c].current for c in members)],
        "rules": _pinned([line.id for line in counting]),
        "beacon_source": round.beacon_source,
        "beacon_at": round.beacon_at.isoformat(),
        "annex_sha256": annex_digest,
    }  # fmt: skip
    return Snapshot(frozen=frozen, annex=annex, parts=parts, facilities=facilities, supply=seats)


def _lines(seats: Supply, facility: Facility) -> list[SeatLine]:
    return seats.lines.get(facility.pk, [])


def _line_name(line: SeatLine) -> str:
    return f"{line.seat_class.name}, ab {line.free_from:%m/%Y}"


def _wishes(round: Round, index: Mapping[UUID, int]) -> list[Wish]:
    """Valid wishes of children who look for a place and may begin in the period of the round."""
    moving = Offer.objects.filter(state="accepted", keep_higher=True).values("registration_id")
    looking = Q(wish_list__registration__state=State.REGISTERED) | Q(
        wish_list__registration__state=State.PLACED, wish_list__registration__in=moving
    )
    if round.frozen_at is not None:  # held already: the same children again (killed freeze, shadow run)
        looking = Q(wish_list__registration__entries__round=round)
    rows = Wish.objects.filter(
        looking,
        wish_list__in=policies.newest_lists(),
        facility__in=list(index),
        start_on__gte=round.start_from_on,
        start_on__lt=round.start_to_on,
    )
    return list(rows.select_related("wish_list").order_by("wish_list__registration_id", "rank"))


def _registrations(wishes: Sequence[Wish]) -> list[Registration]:
    """Whose wishes these are, each read once (with the wishes it would be once per wish)."""
    keys = {wish.wish_list.registration_id for wish in wishes}
    return list(Registration.objects.filter(pk__in=keys).select_related("child").order_by("pk"))


def _held(rows: Sequence[Registration], on: date) -> dict[UUID, Contract]:
    """The places these children have when the round begins."""
    contracts = Contract.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on),
        child__in=[row.child_id for row in rows],
        state=Contract.State.ACTIVE,
        from_on__lte=on,
    )
    return {row.child_id: row for row in contracts}


def _parts(
    round: Round,
    rows: Sequence[Registration],
    wishes: Sequence[Wish],
    held: Mapping[UUID, Contract],
    facilities: Sequence[Facility],
    index: Mapping[UUID, int],
    seats: Supply,
    today: date,
    catalogues: Sequence[points.CatalogueLine],
    tick: Tick,
) -> list[Part]:
    situations = points.situations(rows, today)
    hard = set(
        HardshipGrant.objects.filter(approved_at__isnull=False).values_list("registration_id", flat=True)
    )
    for key, known in situations.items():
        situations[key] = replace(known, facts={**known.facts, "haertefall": key in hard})
    found = {row.pk: Part(registration=row, public_id=public_id(round.secret, row.pk)) for row in rows}
    orders = own_orders(facilities)
    for at, wish in enumerate(wishes):
        if at % 1_000 == 0:
            tick(20 + 60 * at // len(wishes))
        part, facility = found[wish.wish_list.registration_id], facilities[index[wish.facility_id]]
        row = part.registration
        part.list_version = wish.wish_list.version
        scored = points.points_at(situations[row.pk], facility, today, catalogues)
        order = orders.get(facility.pk)
        listed = order is None or row.pk in order
        fits = _fits(row, _lines(seats, facility), wish.hours, wish.start_on, row.pk in hard)
        wanted = Wanted(
            rank=wish.rank,
            kita=index[facility.pk],
            hours=wish.hours,
            start=wish.start_on,
            points=scored.total if order is None else order.get(row.pk, 0),
            fits=fits if listed else (),
        )
        part.parts[str(wanted.kita)] = [
            {
                "id": p.criterion,
                "de": p.label,
                "en": p.label_en,
                "points": p.points,
                "possible": p.possible,
                "standing": str(p.standing),
            }
            for p in scored.parts
            if p.possible and order is None
        ]
        if wanted.fits:
            part.wishes.append(wanted)
        else:
            part.unfit.append(wish.rank)
    for part in found.values():
        part.current = _current(part, held.get(part.registration.child_id), index, facilities, seats)
    return [part for part in found.values() if part.wishes or part.current]


def own_orders(facilities: Sequence[Facility]) -> dict[UUID, dict[UUID, int]]:
    """Kitas of level 2 with their own list: the first child has the most points, one less for each that follows."""
    ranked = [row.pk for row in facilities if row.provider.level == Level.RANKED]
    rows = OwnRanking.objects.filter(facility__in=ranked).values_list("facility_id", "registration_ids")
    return {facility: {key: len(keys) - at for at, key in enumerate(keys)} for facility, keys in rows}


def tags_of(row: Registration, hard: bool) -> set[str]:
    """Special seats that a child may use."""
    tags = {"integration"} if row.integration else set()
    if row.facts.get("betriebsangehoerig") is True:
        tags.add("betrieb")
    return tags | ({"haertefall"} if hard else set())


def _fits(
    row: Registration, lines: Sequence[SeatLine], hours: int, start: date, hard: bool
) -> tuple[int, ...]:
    born = row.child.birth_date or row.child.expected_on
    assert born is not None
    tags = tags_of(row, hard)
    return tuple(
        at for at, line in enumerate(lines) if line.takes(born=born, hours=hours, start=start, tags=tags)
    )


def _current(
    part: Part,
    contract: Contract | None,
    index: Mapping[UUID, int],
    facilities: Sequence[Facility],
    seats: Supply,
) -> Wanted | None:
    """The place a child has: its last wish, on a seat of its class. Children of Kitas outside of the round keep theirs without it."""
    if contract is None or contract.facility_id not in index or not part.wishes:
        return None
    kita = index[contract.facility_id]
    lines = _lines(seats, facilities[kita])
    own = [at for at, line in enumerate(lines) if line.seat_class.pk == contract.seat_class_id]
    fits = own or list(range(len(lines)))
    if not fits:
        return None
    start = min(lines[at].free_from for at in fits)
    points_there = next((wish.points for wish in part.wishes if wish.kita == kita), 0)
    return Wanted(rank=0, kita=kita, hours=contract.hours, start=start, points=points_there, fits=tuple(fits))


# --- families ----------------------------------------------------------------------------------------------------

Joint = tuple[Wanted | None, ...]


def _families(parts: Sequence[Part]) -> list[tuple[list[int], list[Joint]]]:
    """Children that apply together with their joint wishes; everybody else alone, the place held as last wish."""
    together: dict[UUID, list[int]] = {}
    for at, part in enumerate(parts):
        row = part.registration
        if row.family_id is not None and row.sibling_rule != SiblingRule.ANY and part.current is None:
            together.setdefault(row.family_id, []).append(at)
    joint = {members[0]: members for members in together.values() if len(members) > 1}
    inside = {member for members in joint.values() for member in members}
    found: list[tuple[list[int], list[Joint]]] = []
    for at, part in enumerate(parts):
        if at in joint:
            members = sorted(
                joint[at], key=lambda c: (parts[c].registration.registered_at, parts[c].public_id)
            )
            found.append((members, _joint_wishes([parts[c] for c in members])))
        elif at not in inside:
            own: list[Joint] = [(wish,) for wish in part.wishes]
            found.append(([at], own + ([(part.current,)] if part.current else [])))
    return found


def _joint_wishes(parts: Sequence[Part]) -> list[Joint]:
    """All in one Kita first, in the order of the child registered first; then apart, if the family wants that (shown to it)."""
    listed: list[Joint] = []
    for kita in dict.fromkeys(wish.kita for wish in parts[0].wishes):
        row = tuple(next((w for w in part.wishes if w.kita == kita), None) for part in parts)
        if all(row):
            listed.append(row)
    if not all(p.registration.sibling_rule == SiblingRule.SAME_ONLY for p in parts) or not listed:
        rows = sorted(
            product(*(range(min(SPLIT, len(part.wishes))) for part in parts)), key=lambda r: (sum(r), r)
        )
        listed += [tuple(p.wishes[at] for p, at in zip(parts, row, strict=True)) for row in rows]
        for at, part in enumerate(parts):
            listed += [
                tuple(wish if other == at else None for other in range(len(parts)))
                for wish in part.wishes[:SPLIT]
            ]
    return list(dict.fromkeys(listed))


def _joint(wish: Joint) -> list[list[Any] | None]:
    return [None if one is None else [one.kita, one.points, list(one.fits)] for one in wish]


# --- annex -------------------------------------------------------------------------------------------------------


def _annex(
    parts: Sequence[Part],
    families: Sequence[tuple[list[int], list[Joint]]],
    facilities: Sequence[Facility],
    seats: Supply,
) -> dict[str, Any]:
    """Where every number of the published part comes from. Never published; an auditor may ask for it."""
    return {
        "format": "kita-round-annex-1",
        "kitas": [
            {
                "facility": str(row.pk),
                "key": row.key,
                "provider": str(row.provider_id),
                "classes": [
                    {
                        "seat_class": str(line.seat_class.pk),
                        "months": [line.seat_class.from_months, line.seat_class.to_months],
                        "max_hours": line.seat_class.max_hours,
                        "tag": line.seat_class.tag,
                        "free_from": line.free_from.isoformat(),
                    }
                    for line in _lines(seats, row)
                ],
            }
            for row in facilities
        ],
        "children": [
            {
                "registration": str(part.registration.pk),
                "born": str(part.registration.child.birth_date or part.registration.child.expected_on),
                "list_version": part.list_version,
                "tags": sorted(tags_of(part.registration, False)),
                "unfit": part.unfit,
                "parts": part.parts,
            }
            for part in parts
        ],
        "wishes": [
            [[None if w is None else [w.rank, w.hours, w.start.isoformat()] for w in wish] for wish in listed]
            for _, listed in families
        ],
    }


def _pinned(keys: Sequence[UUID]) -> list[dict[str, Any]]:
    """The catalogues that counted, by version and hash of their document."""
    rows = Catalogue.objects.filter(pk__in=keys).order_by("catalogue_id", "version", "id")
    return [
        {
            "catalogue": name,
            "version": version,
            "sha256": hashlib.sha256(canonical(document)).hexdigest(),
        }
        for name, version, document in rows.values_list("catalogue_id", "version", "document")
    ]
