"""What the desk lists: Kitas with their numbers of today, applicants with points, proofs to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from stadtkern.casework.kita import policies, rules
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    BlockedSeat,
    ClaimReview,
    Contract,
    CriterionClaim,
    Facility,
    Registration,
    SeatCount,
    Wish,
    WishList,
)
from stadtkern.casework.kita.queries import occupancy, points, siblings


@dataclass(frozen=True, slots=True, kw_only=True)
class KitaToday:
    """One Kita on one day."""

    facility: Facility
    permitted: int
    planned: int
    staffed: int
    occupied: int
    blocked: int
    overdue_blocks: int
    applicants: int = 0

    @property
    def free(self) -> int:
        return occupancy.free_seats(self.staffed, self.occupied, self.blocked)


def kitas_today(
    facilities: Sequence[Facility], today: date, *, with_applicants: bool = True
) -> list[KitaToday]:
    """The numbers of many Kitas with four queries; counting the applicants is the dearest of them."""
    keys = [row.pk for row in facilities]
    now = Q(from_on__lte=today) & (Q(to_on=None) | Q(to_on__gt=today))
    seats = {
        row["seat_class__facility"]: row
        for row in SeatCount.objects.filter(now, seat_class__facility__in=keys)
        .values("seat_class__facility")
        .annotate(permitted=Sum("permitted"), planned=Sum("planned"), staffed=Sum("staffed"))
    }
    occupied = dict(
        Contract.objects.filter(now, facility__in=keys, state=Contract.State.ACTIVE)
        .values_list("facility")
        .annotate(n=Count("pk"))
    )
    wished = count_applicants(keys) if with_applicants else {}
    blocks = {
        row["seat_class__facility"]: row
        for row in BlockedSeat.objects.filter(
            seat_class__facility__in=keys, lifted_at=None, from_on__lte=today
        )
        .values("seat_class__facility")
        .annotate(
            blocked=Sum("count", filter=Q(to_on__gt=today)), overdue=Count("pk", filter=Q(to_on__lte=today))
        )
    }
    return [
        KitaToday(
            facility=row,
            permitted=seats.get(row.pk, {}).get("permitted") or 0,
            planned=seats.get(row.pk, {}).get("planned") or 0,
            staffed=seats.get(row.pk, {}).get("staffed") or 0,
            occupied=occupied.get(row.pk, 0),
            applicants=wished.get(row.pk, 0),
            blocked=blocks.get(row.pk, {}).get("blocked") or 0,
            overdue_blocks=blocks.get(row.pk, {}).get("overdue") or 0,
        )
        for row in facilities
    ]


def count_applicants(facilities: Sequence[UUID]) -> dict[UUID, int]:
    """How many children wish each of these Kitas at present."""
    newer = WishList.objects.filter(
        registration=OuterRef("wish_list__registration"), version__gt=OuterRef("wish_list__version")
    )
    rows = Wish.objects.filter(
        ~Exists(newer), facility__in=facilities, wish_list__registration__state__in=ACTIVE_STATES
    )
    return dict(
        rows.values_list("facility").annotate(n=Count("wish_list__registration", distinct=True)).order_by()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A child as one Kita sees it: never with the rank the family gave to the Kita."""

    registration: Registration
    total: int
    possible: int
    months: int
    to_check: int


def applicants(facility: Facility, today: date) -> list[Applicant]:
    """Who wishes this Kita, most points first, then the older child: all of them, since the order is computed."""
    rows = list(policies.applicants_of([facility.pk]).order_by("registered_at", "pk"))
    known = points.situations(rows, today)
    valid = points.valid_catalogues(today)
    unchecked = unchecked_claims(facility, [row.pk for row in rows])
    found = []
    for row in rows:
        born = row.child.birth_date or row.child.expected_on
        total, possible = points.totals_at(known[row.pk], facility, today, valid)
        found.append(
            Applicant(
                registration=row,
                total=total,
                possible=possible,
                months=rules.months_between(born, row.start_on) if born else 0,
                to_check=unchecked.get(row.pk, 0) + siblings.is_open(known[row.pk], facility),
            )
        )
    return sorted(found, key=lambda item: (-item.total, -item.months, item.registration.number))


def unchecked_claims(facility: Facility, registrations: Sequence[UUID]) -> dict[UUID, int]:
    """Proofs that nobody judged yet for this Kita's provider (or for all), by registration."""
    rows = _unchecked(facility).filter(registration__in=registrations)
    return dict(rows.values_list("registration").annotate(n=Count("pk")))


def _unchecked(facility: Facility) -> QuerySet[CriterionClaim]:
    judged = ClaimReview.objects.filter(
        Q(provider=None) | Q(provider=facility.provider_id), claim=OuterRef("pk")
    )
    return CriterionClaim.objects.filter(~Exists(judged), dropped_at=None).exclude(file_ids=[])


def find_claim(facility: Facility, claim_id: UUID) -> CriterionClaim | None:
    """A proof of somebody who wishes this Kita."""
    claim = CriterionClaim.objects.select_related("registration").filter(pk=claim_id, dropped_at=None).first()
    if claim is None or not policies.applicants_of([facility.pk]).filter(pk=claim.registration_id).exists():
        return None
    return claim
