"""Whether a sibling really is in the Kita that a family names: by the city's own contracts, or by the word of the Kita (ADR 0137)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from stadtkern.casework.kita.criteria.facts import SIBLING
from stadtkern.casework.kita.models import ClaimReview, Contract, Facility, Guardian, Registration
from stadtkern.kernel.search.words import fold

if TYPE_CHECKING:
    from stadtkern.casework.kita.queries.points import Situation

Mark = tuple[str, ...]


def in_contracts(registrations: Sequence[Registration]) -> set[UUID]:
    """Those with another child of the family in the named Kita on the first day, as the contracts say.

    One family: registered together, the same e-mail address, or the same surname at the same address. Three queries for any number.
    """
    asking = {row.pk: row for row in registrations if row.sibling_facility_id is not None}
    if not asking:
        return set()
    contracts = Contract.objects.filter(
        state=Contract.State.ACTIVE,
        facility__in={row.sibling_facility_id for row in asking.values()},
        child__registrations__isnull=False,
    )
    held = list(
        contracts.order_by()
        .values_list(
            "facility_id",
            "from_on",
            "to_on",
            "child_id",
            "child__registrations__pk",
            "child__registrations__family_id",
        )
        .distinct()
    )
    if not held:
        return set()
    marks = _marks([*asking, *(line[4] for line in held)])
    for key, row in asking.items():
        marks.setdefault(key, set()).add(("family", str(row.family_id or key)))
    at: dict[UUID | None, list[Registration]] = {}
    for row in asking.values():
        at.setdefault(row.sibling_facility_id, []).append(row)
    found = set()
    for facility, start, end, child, registration, family in held:
        known = marks.get(registration, set()) | {("family", str(family or registration))}
        for row in at.get(facility, ()):
            if (
                row.child_id != child
                and start <= row.start_on
                and (end is None or end > row.start_on)
                and not known.isdisjoint(marks[row.pk])
            ):
                found.add(row.pk)
    return found


def _marks(registrations: Sequence[UUID]) -> dict[UUID, set[Mark]]:
    """By what a family is known again: its e-mail addresses, and surname with address."""
    found: dict[UUID, set[Mark]] = {}
    rows = Guardian.objects.filter(registration__in=registrations).order_by()
    for key, email, name, street, postcode in rows.values_list(
        "registration_id", "email", "family_name", "street", "postcode"
    ):
        own = found.setdefault(key, set())
        if email:
            own.add(("mail", email.casefold()))
        if name and street and postcode:
            own.add(("home", fold(name), fold(street), postcode))
    return found


def is_open(situation: Situation, facility: Facility) -> bool:
    """Whether this Kita's provider has still to say if the sibling is there."""
    named = situation.registration.sibling_facility_id
    own = named is not None and situation.siblings_at.get(named) == facility.provider_id
    return own and SIBLING not in situation.evidence(facility.provider_id)


def unconfirmed(registrations: Sequence[Registration]) -> list[Registration]:
    """Those that name a sibling whom neither a contract nor the Kita confirmed or denied."""
    asking = [row for row in registrations if row.sibling_facility_id is not None]
    judged = set(
        ClaimReview.objects.filter(
            claim__registration__in=[row.pk for row in asking],
            claim__criterion=SIBLING,
            claim__dropped_at=None,
        ).values_list("claim__registration_id", flat=True)
    )
    known = judged | in_contracts([row for row in asking if row.pk not in judged])
    return [row for row in asking if row.pk not in known]
