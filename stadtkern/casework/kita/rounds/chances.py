"""How many children of an age who wished a Kita got a seat there in the last round. An answer only from five children on.

Counted over the wishes that mattered: those a child held or was refused. A wish below the one that was met says nothing about the Kita.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.models import Facility, Round, RoundEntry, RoundKind, RoundState, Wish, WishList
from stadtkern.casework.kita.rounds import rules

UNDER_TWO: Final = "under-two"
FROM_TWO: Final = "from-two"
STEP: Final = 10
"""Shares are told in tens: a finer number would say more than one round can know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Of ``wished`` children ``share`` per cent (in tens) got a seat; None when fewer than five wished it."""

    share: int | None
    wished: int


def group(born: date | None, start: date) -> str:
    """The age group of a child on its first day."""
    young = born is not None and kita_rules.months_between(born, start) < 24
    return UNDER_TWO if young else FROM_TWO


def tally(rows: Iterable[tuple[str, str, bool]]) -> dict[str, dict[str, list[int]]]:
    """(Kita, age group, got it) counted as {Kita: {group: [wished, got]}}; what is too small to be told is left out.

    A group whose losers or winners are fewer than five but some stays: told in tens, one child cannot be told from it only if the
    whole is at least five; shares of 0 and 100 are told as "under 10" and "over 90" by the page.
    """
    counts: dict[str, dict[str, list[int]]] = {}
    for kita, name, got in rows:
        pair = counts.setdefault(kita, {}).setdefault(name, [0, 0])
        pair[0] += 1
        pair[1] += got
    return {
        kita: kept
        for kita, groups in counts.items()
        if (kept := {name: pair for name, pair in groups.items() if pair[0] >= rules.SMALL})
    }


def compute(row: Round) -> dict[str, dict[str, list[int]]]:
    """From the entries of a round whose places are known; kept in ``Round.audit`` since registrations are erased later."""
    entries = list(RoundEntry.objects.filter(round=row).select_related("registration__child"))
    names = _wished(row, entries)
    keys = dict(Facility.objects.values_list("pk", "key"))
    found = []
    for entry in entries:
        born = entry.registration.child.birth_date or entry.registration.child.expected_on
        age = group(born, entry.registration.start_on)
        refused = {names.get((entry.registration_id, item["rank"])) for item in entry.refusals}
        if entry.facility_id is not None and entry.moves:
            found.append((keys[entry.facility_id], age, True))
        found += [(keys[key], age, False) for key in refused if key is not None and key != entry.facility_id]
    return tally(found)


def _wished(row: Round, entries: Iterable[RoundEntry]) -> dict[tuple[Any, int], Any]:
    """Which Kita stood at which rank of the list that was frozen."""
    lists = WishList.objects.filter(registration__in=[entry.registration_id for entry in entries])
    if row.frozen_at is not None:
        lists = lists.filter(created_at__lte=row.frozen_at)
    newest = lists.order_by("registration_id", "-version").distinct("registration_id")
    wishes = Wish.objects.filter(wish_list__in=list(newest.values_list("pk", flat=True)))
    return {
        (registration, rank): facility
        for registration, rank, facility in wishes.values_list(
            "wish_list__registration_id", "rank", "facility_id"
        )
    }


def last() -> tuple[Round, Mapping[str, Any]] | None:
    """The last main round whose offers have left, with its counts; None before there was one."""
    done = Round.objects.filter(kind=RoundKind.MAIN, state__in=(RoundState.OFFERED, RoundState.CLOSED))
    row = done.only("name", "audit", "offered_at").order_by("-offered_at").first()
    if row is None or "chances" not in row.audit:
        return None
    return row, row.audit["chances"]


def of(counts: Mapping[str, Any], kita: str, age: str) -> Chance:
    """What may be said about one Kita and one age."""
    pair = counts.get(kita, {}).get(age)
    if pair is None:
        return Chance(share=None, wished=0)
    wished, got = pair
    return Chance(share=round(100 * got / wished / STEP) * STEP, wished=wished)
