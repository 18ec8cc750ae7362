"""After the round: children without a place and seats that are left, and who has a claim that comes due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.allocation.leftover import Searching, Way, assign
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    Facility,
    HardshipGrant,
    Offer,
    Registration,
    Round,
    State,
)
from stadtkern.casework.kita.rounds.snapshot import tags_of
from stadtkern.casework.kita.rounds.supply import SeatLine, supply, taking_part

LIGHTS = ((0, "danger"), (1, "danger"), (3, "warning"), (6, "info"))
"""Months before the claim (or the wished start) at which the traffic light changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A seat for a child outside of its wishes; ``metres`` is the straight line."""

    registration: Registration
    facility: Facility
    line: SeatLine
    metres: int | None
    claim: date


def waiting(row: Round) -> list[Registration]:
    """Children of the round that have nothing and go on looking, those whose claim comes first at the front."""
    rows = Registration.objects.filter(entries__round=row, state=State.REGISTERED).select_related("child")
    return sorted(rows, key=lambda item: (claim_from(item), item.number))


def claim_from(row: Registration) -> date:
    """The later one of the first birthday and the day the place is needed: from then on the claim is due (§ 24 SGB VIII)."""
    born = row.child.birth_date or row.child.expected_on
    return max(kita_rules.claim_on(born), row.start_on) if born else row.start_on


def seats_left(row: Round) -> list[tuple[Facility, SeatLine]]:
    """What is still free, counted now (offers that are out are taken)."""
    facilities = taking_part(row.start_from_on)
    found = supply(facilities, row.start_from_on, row.start_to_on)
    return [(facility, line) for facility in facilities for line in found.lines[facility.pk]]


def proposals(children: Sequence[Registration], seats: Sequence[tuple[Facility, SeatLine]]) -> list[Proposal]:
    """Who (of ``waiting``) could get which of ``seats_left``: legal claims first, then the least way for all (``allocation.leftover``)."""
    hard = set(
        HardshipGrant.objects.filter(approved_at__isnull=False).values_list("registration_id", flat=True)
    )
    refused: set[tuple[UUID, UUID]] = set(
        Offer.objects.filter(registration__in=children, state__in=("declined", "expired")).values_list(
            "registration_id", "facility_id"
        )
    )
    searching = []
    for child in children:
        born = child.child.birth_date or child.child.expected_on
        tags = tags_of(child, child.pk in hard)
        ways = [
            Way(kita=at, mask=1, minutes=kita_rules.walk_minutes(FAR if away is None else away))
            for at, (facility, line) in enumerate(seats)
            if born is not None
            and (child.pk, facility.pk) not in refused
            and line.takes(
                born=born,
                hours=min(child.hours, line.seat_class.max_hours),
                start=child.start_on,
                tags=tags,
            )
            for away in [metres_of(child, facility)]
        ]
        searching.append(
            Searching(ways=ways, claim=born is not None and kita_rules.claim_on(born) <= child.start_on)
        )
    found = assign([[line.count] for _, line in seats], searching).way
    chosen = [searching[number].ways[way].kita if way >= 0 else None for number, way in enumerate(found)]
    return [
        Proposal(
            registration=child,
            facility=seats[at][0],
            line=seats[at][1],
            metres=metres_of(child, seats[at][0]),
            claim=claim_from(child),
        )
        for child, at in zip(children, chosen, strict=True)
        if at is not None
    ]


FAR = 30_000
"""Metres that count for a child whose address is not known."""


def metres_of(child: Registration, facility: Facility) -> int | None:
    """Straight line from home, or None."""
    ends = (child.longitude, child.latitude, facility.longitude, facility.latitude)
    if None in ends:
        return None
    return kita_rules.metres((ends[0], ends[1]), (ends[2], ends[3]))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One line of the alarm list."""

    registration: Registration
    due: date
    months: int
    light: str
    refused: int


def claims(today: date, *, most: int = 500) -> list[Claim]:
    """Active registrations without a place whose claim comes within six months, or is due, by date (§ 24 SGB VIII)."""
    rows = Registration.objects.filter(
        state__in=[state for state in ACTIVE_STATES if state != State.PLACED],
        start_on__lte=kita_rules.add_months(today, 6),
    ).select_related("child")
    refused: dict[UUID, int] = {}
    for key in Offer.objects.filter(state__in=("declined",)).values_list("registration_id", flat=True):
        refused[key] = refused.get(key, 0) + 1
    found = []
    for row in rows:
        due = claim_from(row)
        months = kita_rules.months_between(today, due)
        if months > 6:
            continue
        light = next(kind for limit, kind in LIGHTS if due <= today or months <= limit)
        found.append(
            Claim(registration=row, due=due, months=months, light=light, refused=refused.get(row.pk, 0))
        )
    return sorted(found, key=lambda item: (item.due, item.registration.number))[:most]
