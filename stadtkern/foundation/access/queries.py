"""Building the actor of an account."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from django.db.models import Q

from stadtkern.foundation.access.actor import Actor, Kind
from stadtkern.foundation.access.mandates import NONE, mandates_of
from stadtkern.foundation.access.models import Absence, RoleAssignment
from stadtkern.foundation.accounts import api as accounts
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
        mandates=NONE if kind == "machine" else mandates_of(account_id),
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


def holders(*roles: str, on: date, office_id: UUID | None = None, team_id: UUID | None = None) -> list[UUID]:
    """Accounts that hold one of the roles on a day, in the whole municipality or for an office or team."""
    rows = RoleAssignment.objects.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=on),
        role__in=[str(role) for role in roles],
        valid_from_on__lte=on,
        account__is_active=True,
    )
    if office_id is not None:
        rows = rows.filter(Q(office_id=office_id) | Q(office_id=None, team_id=None))
    if team_id is not None:
        rows = rows.filter(Q(team_id=team_id) | Q(team_id=None))
    return sorted(set(rows.order_by("id").values_list("account_id", flat=True)))


def has_holder(role: str) -> bool:
    """Whether anybody has the role in the current municipality."""
    return RoleAssignment.objects.filter(role=str(role), account__is_active=True).exists()


def basic_actor(authorization: str, scope: str, *, on: date, client: str = "") -> Actor | None:
    """The actor of a ``Basic`` header with an app password that carries ``scope``; None when it is not valid.

    For APIs and WebDAV. Raises ``accounts.api.TooManyAttempts``.
    """
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        username, _, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    login = accounts.authenticate_app_password(username, password, scope, client=client)
    if login is None:
        return None
    return actor_for(
        account_id=login.account_id,
        kind=cast(Kind, login.kind),
        name=login.name,
        on=on,
        language=login.language,
        scopes=login.scopes,
    )
