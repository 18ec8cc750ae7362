"""The shadow run: this round with a trial lottery, by its own rules and by those of the last round, compared by group."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.models import Catalogue, Registration, Round, RoundState
from stadtkern.casework.kita.queries.points import CatalogueLine
from stadtkern.casework.kita.rounds import rules, running, snapshot
from stadtkern.kernel import clock


def compare(round_id: UUID, today: date) -> None:
    """Writes ``shadow`` of the round: placed now, placed by the rules of the last round, won and lost, by group of at least five."""
    row = Round.objects.get(pk=round_id)
    if row.state not in (RoundState.FROZEN, RoundState.CHECKED) or row.frozen_at is None:
        return
    day = clock.local(row.frozen_at).date()
    now = snapshot.take(row, day)
    before = last_rules(row)
    found: dict[str, Any] = {"placed": 0, "stable": True, "compared": before is not None, "groups": []}
    places = _places(now)
    found["placed"] = sum(kita >= 0 for kita in places.values())
    if before is not None:
        old = _places(snapshot.take(row, day, before))
        found["placed_before"] = sum(kita >= 0 for kita in old.values())
        people = {part.public_id: groups_of(part.registration, today) for part in now.parts}
        found["groups"] = by_group(places, old, people)
    row.shadow = found
    row.save(update_fields=["shadow"])


def last_rules(row: Round) -> list[CatalogueLine] | None:
    """The catalogues that counted in the last finished round of this kind, or None if there was none or they are the same."""
    last = (
        Round.objects.filter(kind=row.kind, state__in=(RoundState.OFFERED, RoundState.CLOSED))
        .exclude(pk=row.pk)
        .order_by("-created_at")
        .first()
    )
    if last is None or last.catalogues == row.catalogues:
        return None
    wanted = {(item["catalogue"], item["version"]) for item in last.catalogues}
    rows = Catalogue.objects.filter(catalogue_id__in=[name for name, _ in wanted])
    return [
        CatalogueLine(id=item.pk, provider_id=item.provider_id, facility_id=item.facility_id)
        for item in rows.order_by("facility_id", "provider_id", "catalogue_id")
        if (item.catalogue_id, item.version) in wanted
    ]


def _places(taken: snapshot.Snapshot) -> dict[str, int]:
    """Kita (or -1) by public id with a lottery nobody will use again."""
    root = hashlib.sha256(taken.frozen_bytes).hexdigest()
    data = running.instance_bytes(taken.frozen, root, hashlib.sha256(b"shadow").hexdigest())
    result = running.compute(data, seconds=20).result
    return dict(zip(taken.frozen["ids"], result.assignment, strict=True))


def groups_of(row: Registration, today: date) -> list[str]:
    """The groups a child counts in; keys of ``desk.words``."""
    born = row.child.birth_date or row.child.expected_on
    young = born is not None and kita_rules.months_between(born, row.start_on) < 24
    found = ["under-two" if young else "from-two"]
    found += ["single-parent"] if row.facts.get("alleinerziehend") is True else []
    found += ["other-language"] if row.facts.get("deutsch_zuhause") is False else []
    found += ["siblings"] if row.family_id else []
    found += ["integration"] if row.integration else []
    found += ["helped"] if row.channel != "online" else []
    return found


def by_group(
    now: Mapping[str, int], old: Mapping[str, int], people: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Winners (only now placed) and losers (only before) by group; groups under five say nothing."""
    totals: dict[str, list[int]] = {}
    for name, groups in people.items():
        has, had = now.get(name, -1) >= 0, old.get(name, -1) >= 0
        for group in ("all", *groups):
            count = totals.setdefault(group, [0, 0, 0])
            count[0] += 1
            count[1] += has and not had
            count[2] += had and not has
    return [
        {"group": group, "children": children, "won": won, "lost": lost}
        for group, (children, won, lost) in totals.items()
        if children >= rules.SMALL
    ]
