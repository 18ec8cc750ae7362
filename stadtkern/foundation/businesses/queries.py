"""Every read of businesses worth a name; the source of mandates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from stadtkern.foundation.access.api import Mandate
from stadtkern.foundation.businesses import rules
from stadtkern.foundation.businesses.models import Business, Member, PowerOfAttorney
from stadtkern.kernel import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessInfo:
    """A business as other modules see it."""

    id: UUID
    legal_name: str
    legal_form: str
    legal_form_name: str
    register_court: str
    register_number: str
    economy_id: str
    street: str
    house_number: str
    postcode: str
    city: str
    email: str
    phone: str
    checked: bool
    closed: bool

    @property
    def address(self) -> str:
        """As on an envelope, two lines."""
        return f"{self.street} {self.house_number}\n{self.postcode} {self.city}"

    @property
    def register(self) -> str:
        """Court and number in one line."""
        return f"Amtsgericht {self.register_court}, {self.register_number}" if self.register_number else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerInfo:
    """A power of attorney as a case shows it."""

    id: UUID
    grantee: str
    granted_at: datetime
    is_over: bool


def info(row: Business) -> BusinessInfo:
    """The row as others see it."""
    return BusinessInfo(
        id=row.pk, legal_name=row.legal_name, legal_form=row.legal_form, legal_form_name=row.get_legal_form_display(),
        register_court=row.register_court, register_number=row.register_number, economy_id=row.economy_id,
        street=row.street, house_number=row.house_number, postcode=row.postcode, city=row.city, email=row.email,
        phone=row.phone, checked=row.checked_at is not None, closed=row.closed_at is not None,
    )  # fmt: skip


def business(business_id: UUID) -> BusinessInfo | None:
    """One business, for callers that checked their own policy; or None."""
    row = Business.objects.filter(pk=business_id).first()
    return info(row) if row else None


def names(business_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of businesses, in one query."""
    return dict(Business.objects.filter(pk__in=set(business_ids)).values_list("pk", "legal_name"))


def power(power_id: UUID, now: datetime) -> PowerInfo | None:
    """One power of attorney, for callers that checked their own policy; or None."""
    row = _with_parties(PowerOfAttorney.objects.filter(pk=power_id)).first()
    if row is None:
        return None
    over = not _in_force(PowerOfAttorney.objects.filter(pk=row.pk), clock.local(now).date()).exists()
    grantee = row.grantee_business or row.grantee_account
    return PowerInfo(id=row.pk, grantee=str(grantee or ""), granted_at=row.granted_at, is_over=over)


# --- mandates --------------------------------------------------------------------------------------------------------


def mandates(account_id: UUID) -> tuple[Mandate, ...]:
    """For whom an account may act today: its businesses, and who gave it (or them) a power of attorney. Two queries."""
    today = clock.today()
    own = list(
        Member.objects.filter(account_id=account_id, business__closed_at__isnull=True)
        .select_related("business")
        .order_by("business__legal_name", "id")
    )
    roles = {member.business_id: member.role for member in own}
    found = [
        Mandate(
            party=member.business_id, kind="business", name=member.business.legal_name,
            rights=rules.RIGHTS_OF_ROLE[member.role],
        )
        for member in own
    ]  # fmt: skip
    held = PowerOfAttorney.objects.filter(
        Q(grantee_account_id=account_id) | Q(grantee_business_id__in=list(roles))
    )
    for row in _with_parties(_in_force(held, today)).order_by("granted_at", "id"):
        found.append(_of_power(row, roles))
    return tuple(found)


def _of_power(row: PowerOfAttorney, roles: dict[UUID, str]) -> Mandate:
    rights = rules.rights_of_power(apply=row.may_apply, receive=row.may_receive)
    if row.grantee_business_id is not None:
        rights = rules.rights_through(roles[row.grantee_business_id], rights)
    party = row.grantor_business or row.grantor_account
    assert party is not None
    return Mandate(
        party=party.pk,
        kind="business" if row.grantor_business_id else "person",
        name=str(party),
        rights=rights,
        services=None if row.services is None else frozenset(row.services),
        power=row.pk,
    )


def _in_force(rows: QuerySet[PowerOfAttorney], today: date) -> QuerySet[PowerOfAttorney]:
    """Accepted, not ended, inside its period; the one who gave it still is there."""
    return rows.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=today),
        Q(grantor_business__isnull=True) | Q(grantor_business__closed_at__isnull=True),
        Q(grantor_account__isnull=True) | Q(grantor_account__is_active=True),
        Q(grantee_business__isnull=True) | Q(grantee_business__closed_at__isnull=True),
        accepted_at__isnull=False,
        ended_at__isnull=True,
        valid_from_on__lte=today,
    )


def _with_parties(rows: QuerySet[PowerOfAttorney]) -> QuerySet[PowerOfAttorney]:
    return rows.select_related("grantor_business", "grantor_account", "grantee_business", "grantee_account")


# --- pages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPower:
    """A power of attorney on a page. ``state`` is offered, future, valid, over."""

    row: PowerOfAttorney
    grantor: str
    grantee: str
    state: str


def shown(rows: QuerySet[PowerOfAttorney], today: date, now: datetime) -> list[ShownPower]:
    """Powers with names and state, those that last first (at most 200)."""
    found = []
    for row in _with_parties(rows)[:200]:
        grantor, grantee = (
            row.grantor_business or row.grantor_account,
            row.grantee_business or row.grantee_account,
        )
        found.append(
            ShownPower(
                row=row,
                grantor=str(grantor),
                grantee=str(grantee or row.email),
                state=_state(row, today, now),
            )
        )
    return sorted(found, key=lambda one: one.state == "over")


def _state(row: PowerOfAttorney, today: date, now: datetime) -> str:
    if row.ended_at is not None or (row.valid_to_on is not None and row.valid_to_on <= today):
        return "over"
    if row.accepted_at is None:
        return "offered" if row.expires_at > now else "over"
    return "future" if row.valid_from_on > today else "valid"


def export_account(account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything stored here about an account in the current municipality, as plain data (Art. 15, 20 GDPR)."""
    members = (
        Member.objects.filter(account_id=account_id).select_related("business").order_by("since_at", "id")
    )
    powers = PowerOfAttorney.objects.filter(
        Q(grantor_account_id=account_id) | Q(grantee_account_id=account_id) | Q(granted_by_id=account_id)
        | Q(accepted_by_id=account_id)
    ).order_by("granted_at", "id")  # fmt: skip
    return {
        "businesses": [
            {"business": one.business.legal_name, "role": one.role, "since": one.since_at.isoformat()}
            for one in members
        ],
        "powers_of_attorney": [
            {
                "from": str(row.grantor_business or row.grantor_account),
                "to": str(row.grantee_business or row.grantee_account or row.email),
                "apply": row.may_apply,
                "receive": row.may_receive,
                "services": row.services,
                "valid_from": row.valid_from_on.isoformat(),
                "valid_to": row.valid_to_on.isoformat() if row.valid_to_on else None,
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in _with_parties(powers)
        ],
    }
