"""A proposed catalogue tried on known children: this year's, and those of the last round; who would win and lose, by group."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from stadtkern.casework.kita.allocation.market import market_of_round
from stadtkern.casework.kita.allocation.roundfile import read_round
from stadtkern.casework.kita.allocation.run import settle
from stadtkern.casework.kita.criteria import trial
from stadtkern.casework.kita.models import Catalogue, Round, RoundKind, RoundState
from stadtkern.casework.kita.queries import points
from stadtkern.casework.kita.queries.points import CatalogueLine
from stadtkern.casework.kita.rounds import running, shadow, snapshot
from stadtkern.kernel import clock
from stadtkern.kernel.strict_reading import as_object, load_json

STAYS = 1_000
"""The rank of the place a child has already: worse than every wish, better than none."""
LOTS = hashlib.sha256(b"lots of the trial").digest()


def compare(key: UUID, today: date) -> dict[str, Any]:
    """What is stored with the proposal: one entry per pool of children that is not empty."""
    row = Catalogue.objects.get(pk=key)
    before = points.valid_catalogues(today)
    own = CatalogueLine(id=row.pk, provider_id=row.provider_id, facility_id=row.facility_id)
    after = [line for line in before if not _same(line, row)] + [own]
    found = [(name, label, _tried(pool, today, before, after)) for name, label, pool in _pools(today)]
    return {
        "on": today.isoformat(),
        "pools": [{"pool": name, "name": label, **tried} for name, label, tried in found if tried["groups"]],
    }


def _same(line: CatalogueLine, row: Catalogue) -> bool:
    """Whether the proposal takes the place of this version."""
    return (line.provider_id, line.facility_id, line.rules.id) == (
        row.provider_id,
        row.facility_id,
        row.catalogue_id,
    )


def _pools(today: date) -> list[tuple[str, str, Round]]:
    """This year: children who look for a place to begin within the next Kita year. Last round: those frozen then."""
    year = today.year + (today > date(today.year, 5, 1))
    opening = date(year, 8, 1)
    at = datetime.combine(today, time(12), tzinfo=clock.ZONE)
    this = Round(
        name="Probe", secret="probe", start_from_on=opening, start_to_on=date(year + 1, 8, 1), beacon_source="Probe", beacon_at=at
    )  # fmt: skip
    found = [("this", f"{year}/{year + 1}", this)]
    last = (
        Round.objects.filter(kind=RoundKind.MAIN, state__in=(RoundState.OFFERED, RoundState.CLOSED))
        .exclude(root_sha256="")
        .order_by("-created_at")
        .first()
    )
    return [*found, ("last", last.name, last)] if last is not None else found


def _tried(
    pool: Round, today: date, before: list[CatalogueLine], after: list[CatalogueLine]
) -> dict[str, Any]:
    """The same wishes, seats and lots, once with each set of rules."""
    taken = [snapshot.take(pool, today, lines) for lines in (before, after)]
    if not taken[0].parts:
        return {"groups": []}
    ranks = [_ranks(one) for one in taken]
    people = {part.public_id: _groups(part, today) for part in taken[0].parts}
    return {
        "groups": [
            {
                "group": group.group or "all",
                "children": group.children,
                "placed": [group.placed_before, group.placed_after],
                "first": [group.first_before, group.first_after],
                "winners": group.winners,
                "losers": group.losers,
            }
            for group in trial.compare(ranks[0], ranks[1], people)
        ],
        "children": len(people),
    }


def _groups(part: snapshot.Part, today: date) -> list[str]:
    row = part.registration
    return shadow.groups_of(row, today) + ([f"district:{row.district_id}"] if row.district_id else [])


def _ranks(taken: snapshot.Snapshot) -> dict[str, int | None]:
    """The wish each child would hold; None for no place. Both times with the same lots, which nobody uses again."""
    data = running.instance_bytes(taken.frozen, LOTS.hex(), LOTS.hex())
    instance = replace(
        read_round(as_object(load_json(data, "trial"), "")), commitment=LOTS, frozen_sha256=LOTS
    )
    held, _blocking, _restless = settle(market_of_round(instance), instance.excused)
    found: dict[str, int | None] = dict.fromkeys(taken.frozen["ids"])
    for family, at in enumerate(held):
        for place, child in enumerate(taken.frozen["families"][family]):
            wish = taken.annex["wishes"][family][at][place] if at >= 0 else None
            if wish is not None:
                found[taken.frozen["ids"][child]] = wish[0] or STAYS
    return found
