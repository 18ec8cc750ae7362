"""What is looked at before a round may run. Red findings stop it; yellow ones are shown with a link and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from stadtkern.casework.kita import policies
from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.models import (
    BlockedSeat,
    ClaimReview,
    CriterionClaim,
    Guardian,
    Registration,
    State,
    Wish,
)
from stadtkern.casework.kita.queries import siblings
from stadtkern.casework.kita.rounds.rules import ADVISED, Finding
from stadtkern.casework.kita.rounds.snapshot import Part, Snapshot

MOST = 1_000
"""So many of one kind are named one by one; the rest is counted."""


def findings(taken: Snapshot, today: date) -> list[Finding]:
    """All findings, red ones first, each kind together; a fixed number of queries."""
    found = [
        *_seats(taken),
        *_blocked(taken, today),
        *_children(taken.parts),
        *_twice(taken.parts),
        *_siblings(taken.parts),
        *_proofs(taken.parts),
        *_unconfirmed(taken.parts),
        *_unserved(taken),
    ]
    return sorted(found, key=lambda item: (item.level != "red", item.code))


def _seats(taken: Snapshot) -> list[Finding]:
    found = []
    if not taken.parts:
        found.append(Finding(code="no-children", level="red", kind="", subject="", name=""))
    if not any(sum(line.count for line in lines) for lines in taken.supply.lines.values()):
        found.append(Finding(code="no-seats", level="red", kind="", subject="", name=""))
    names = {row.pk: row.name for row in taken.facilities}
    for key, count in sorted(taken.supply.over.items(), key=lambda item: names[item[0]]):
        found.append(
            Finding(
                code="over-staff",
                level="red",
                kind="facility",
                subject=str(key),
                name=names[key],
                count=count,
            )
        )
    return found


def _blocked(taken: Snapshot, today: date) -> list[Finding]:
    """A place kept free needs a reason and an end (OVG Lüneburg 4 ME 221/14)."""
    rows = BlockedSeat.objects.filter(
        seat_class__facility__in=[row.pk for row in taken.facilities], lifted_at=None
    ).select_related("seat_class__facility")
    found = []
    for row in rows:
        facility = row.seat_class.facility
        vague = len(row.reason.strip()) < 5
        if vague or row.to_on <= today:
            found.append(
                Finding(
                    code="blocked-without-reason" if vague else "blocked-past-end",
                    level="red" if vague else "yellow",
                    kind="facility",
                    subject=str(facility.pk),
                    name=facility.name,
                    count=row.count,
                )
            )
    return found


def _children(parts: Iterable[Part]) -> list[Finding]:
    found = []
    few = 0
    for part in parts:
        row = part.registration
        born = row.child.birth_date or row.child.expected_on
        few += len(part.wishes) < ADVISED
        if born is not None and (row.start_on < born or row.start_on >= kita_rules.school_start(born)):
            found.append(_about(row, "age-at-start"))
        if part.unfit:
            found.append(_about(row, "wish-without-seat", count=len(part.unfit)))
    if few:
        found.append(Finding(code="few-wishes", level="yellow", kind="", subject="", name="", count=few))
    return _short(sorted(found, key=lambda item: item.name))


def _about(row: Registration, code: str, count: int = 1) -> Finding:
    return Finding(
        code=code, level="yellow", kind="registration", subject=str(row.pk), name=row.number, count=count
    )


def _short(found: list[Finding]) -> list[Finding]:
    """The first ones one by one, the rest as a count."""
    counts = Counter(item.code for item in found)
    kept: list[Finding] = []
    for code, count in counts.items():
        rows = [item for item in found if item.code == code]
        kept += rows[:MOST]
        if count > MOST:
            kept.append(
                Finding(code=code, level="yellow", kind="more", subject="", name="", count=count - MOST)
            )
    return kept


def _twice(parts: Iterable[Part]) -> list[Finding]:
    """The same name and birthday: twins entered twice, or two children whose names are the same. They stand one after the other."""
    rows = sorted((part.registration for part in parts), key=lambda row: (row.child.identity, row.number))
    counts = Counter(row.child.identity for row in rows)
    return _short([_about(row, "same-child") for row in rows if counts[row.child.identity] > 1])


def _siblings(parts: Iterable[Part]) -> list[Finding]:
    """The same guardian by e-mail, but no common family: should they be placed together?"""
    rows = {part.registration.pk: part.registration for part in parts}
    mails: dict[str, list[Registration]] = {}
    guardians = Guardian.objects.filter(registration__in=list(rows), position=1).exclude(email="")
    for key, email in guardians.values_list("registration_id", "email"):
        mails.setdefault(email.casefold(), []).append(rows[key])
    found = []
    for group in mails.values():
        families = {row.family_id for row in group}
        if len(group) > 1 and (len(families) > 1 or None in families):
            group.sort(key=lambda row: row.number)
            found += [_about(row, "siblings-not-linked") for row in group if row.family_id is None]
    return _short(found)


def _proofs(parts: Iterable[Part]) -> list[Finding]:
    """Proofs that came but nobody has judged; they do not count."""
    keys: list[UUID] = [part.registration.pk for part in parts]
    judged = ClaimReview.objects.filter(claim=OuterRef("pk"))
    count = (
        CriterionClaim.objects.filter(~Exists(judged), registration__in=keys, dropped_at=None)
        .exclude(file_ids=[])
        .aggregate(n=Count("pk"))["n"]
    )
    if not count:
        return []
    return [Finding(code="unproven", level="yellow", kind="", subject="", name="", count=count)]


def _unconfirmed(parts: Iterable[Part]) -> list[Finding]:
    """A sibling in the Kita that neither a contract nor the Kita's head confirms; it does not count."""
    rows = siblings.unconfirmed([part.registration for part in parts])
    return _short([_about(row, "sibling-unconfirmed") for row in sorted(rows, key=lambda row: row.number)])


def _unserved(taken: Snapshot) -> list[Finding]:
    """Children who look for a place now but of whose wishes none can be served (closed Kita, no seat of the kind)."""
    inside = {part.registration.pk for part in taken.parts}
    first = min((line.free_from for lines in taken.supply.lines.values() for line in lines), default=None)
    last = max((wish.start for part in taken.parts for wish in part.wishes), default=None)
    if first is None or last is None:
        return []
    wished = Wish.objects.filter(
        wish_list__in=policies.newest_lists(),
        wish_list__registration=OuterRef("pk"),
        start_on__gte=first,
        start_on__lte=last,  # whoever begins later is for another round
        facility__in=[row.pk for row in taken.facilities],
    )
    rows = Registration.objects.filter(Exists(wished), state=State.REGISTERED).exclude(pk__in=inside)
    return _short([_about(row, "no-wish-fits") for row in rows.order_by("number").only("number")])
