"""Figures of a finished round: placed, first wish, top three, distance by district and group, deviations, share of the lottery.

Groups under five show nothing; nor does what would follow from the others by subtraction (the smallest other group is hidden too).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.models import Deviation, Facility, Registration, Round, RoundEntry
from stadtkern.casework.kita.rounds import rules
from stadtkern.casework.kita.rounds.shadow import groups_of
from stadtkern.kernel import clock


@dataclass(slots=True, kw_only=True)
class Tally:
    """One group of children."""

    children: int = 0
    placed: int = 0
    first: int = 0
    top: int = 0
    metres: list[int] = field(default_factory=list)

    def add(self, entry: RoundEntry, metres: int | None) -> None:
        self.children += 1
        self.placed += entry.facility_id is not None
        self.first += entry.rank == 1
        self.top += entry.rank is not None and 1 <= entry.rank <= 3
        if metres is not None:
            self.metres.append(metres)

    def data(self, kind: str, key: str) -> dict[str, Any]:
        """Percentages of whole children; the median of the straight line."""

        def share(number: int) -> int:
            return round(100 * number / self.children)

        middle = sorted(self.metres)[len(self.metres) // 2] if len(self.metres) >= rules.SMALL else None
        return {
            "kind": kind,
            "key": key,
            "children": self.children,
            "placed": share(self.placed),
            "first": share(self.first),
            "top_three": share(self.top),
            "metres": middle,
        }


def figures(row: Round) -> dict[str, Any]:
    """Those that were stored when offers left; before that computed."""
    found: dict[str, Any] = row.audit or compute(row)
    return found


def compute(row: Round) -> dict[str, Any]:
    """From the entries. Kept in the round, since registrations are erased later and pages should not count every time."""
    entries = list(
        RoundEntry.objects.filter(round=row)
        .select_related("registration__child", "registration__district")
        .defer("refusals")
    )
    spots = {
        key: (longitude, latitude)
        for key, longitude, latitude in Facility.objects.filter(
            pk__in={entry.facility_id for entry in entries if entry.facility_id}
        ).values_list("pk", "longitude", "latitude")
    }
    today = clock.local(row.frozen_at).date() if row.frozen_at else clock.today()
    tallies: dict[tuple[str, str], Tally] = {}
    for entry in entries:
        metres = _metres(entry.registration, spots.get(entry.facility_id))  # type: ignore[arg-type]
        keys = [("all", "all"), *(("group", name) for name in groups_of(entry.registration, today))]
        if entry.registration.district is not None:
            keys.append(("district", entry.registration.district.name))
        for key in keys:
            tallies.setdefault(key, Tally()).add(entry, metres)
    lottery = sum(entry.by_lottery for entry in entries)
    return {
        "rows": [tallies[key].data(*key) for key in _shown(tallies)],
        "hidden": sum(tally.children < rules.SMALL for tally in tallies.values()),
        "lottery": round(100 * lottery / len(entries)) if len(entries) >= rules.SMALL else None,
        "deviations": _deviations(row),
        "justified_envy": row.result.get("justified_envy"),
        "certified": bool(row.result.get("certified_at")),
    }


def _metres(registration: Registration, spot: tuple[float | None, float | None] | None) -> int | None:
    home = (registration.longitude, registration.latitude)
    if spot is None or None in home or None in spot:
        return None
    return kita_rules.metres(home, spot)  # type: ignore[arg-type]


def _shown(tallies: dict[tuple[str, str], Tally]) -> list[tuple[str, str]]:
    """Groups that may be shown: of five children and more; of two that add up to all, both or none."""
    small = {key for key, tally in tallies.items() if tally.children < rules.SMALL}
    pair = {("group", "under-two"), ("group", "from-two")}
    if small & pair:
        small |= pair
    districts = sorted((key for key in tallies if key[0] == "district"), key=lambda k: tallies[k].children)
    if sum(key in small for key in districts) == 1 and len(districts) > 1:
        small.add(districts[1])
    order = {"all": 0, "group": 1, "district": 2}
    return sorted((key for key in tallies if key not in small), key=lambda key: (order[key[0]], key[1]))


def _deviations(row: Round) -> list[dict[str, Any]]:
    """Approved deviations by reason; fewer than five are counted together."""
    counts: dict[str, int] = {}
    rows = Deviation.objects.filter(round=row, state=Deviation.State.APPROVED)
    for reason in rows.values_list("reason", flat=True):
        counts[reason] = counts.get(reason, 0) + 1
    return told_deviations(counts.items())


def told_deviations(counts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """Reasons with at least five; the rest as one line, which says "fewer than five" when it is."""
    rows: Sequence[tuple[str, int]] = sorted(counts)
    found: list[dict[str, Any]] = [
        {"reason": reason, "count": count} for reason, count in rows if count >= rules.SMALL
    ]
    rest = sum(count for _, count in rows if count < rules.SMALL)
    if rest:
        found.append({"reason": "", "count": rules.hidden(rest)})
    return found
