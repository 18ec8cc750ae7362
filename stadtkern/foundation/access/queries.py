"""Building the actor of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from stadtkern.foundation.access.actor import Actor, Kind
from stadtkern.foundation.access.models import Absence, RoleAssignment
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock


def actor_for(
    *,
    account_id: UUID,
    kind: Kind,
    name: str,
    on: date,
    assurance: int = 1,
    language: str = "de",
    guest_keys: frozenset[UUID] = frozenset(),
    scopes: frozenset[str] = frozenset(),
) -> Actor:
    """The actor of an account in the current tenant: valid roles and absences of the day ``on``."""
    tenant_id = tenancy.current_id()
    grants: frozenset[tuple[str, UUID | None, UUID | None]] = frozenset()
    deputizes_for: frozenset[UUID] = frozenset()
    if kind in ("staff", "machine"):
        assigned = RoleAssignment.objects.filter(
            Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=on), account_id=account_id, valid_from_on__lte=on
        )
        grants = frozenset(assigned.order_by("id").values_list("role", "office_id", "team_id"))
        absences = Absence.objects.filter(deputy_id=account_id, from_on__lte=on, to_on__gt=on)
        deputizes_for = frozenset(absences.order_by("id").values_list("account_id", flat=True))
    return Actor(
        kind=kind,
        tenant_id=tenant_id,
        account_id=account_id,
        name=name,
        grants=grants,
        deputizes_for=deputizes_for,
        guest_keys=guest_keys,
        scopes=scopes,
        assurance=assurance,
        language=language,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of staff of the current tenant."""

    id: UUID
    name: str


def colleagues(actor: Actor, on: date | None = None) -> list[Colleague]:
    """Staff of the current tenant with a valid role, by name (at most 500)."""
    day = on or clock.today()
    valid = Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=day)
    rows = RoleAssignment.objects.filter(valid, valid_from_on__lte=day, account__is_active=True)
    pairs = rows.order_by("account__display_name", "account_id").values_list(
        "account_id", "account__display_name"
    )
    return [Colleague(id=account_id, name=name) for account_id, name in pairs.distinct()[:500]]
