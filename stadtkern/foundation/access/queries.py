"""Building the actor of an account."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from stadtkern.foundation.access.actor import Actor, Kind
from stadtkern.foundation.access.models import Absence, RoleAssignment
from stadtkern.foundation.tenancy import api as tenancy


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
