"""Roles of the demo's staff, from ``content/demo/staff.json``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from stadtkern.foundation.access.models import Absence, Role, RoleAssignment
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy

SINCE = date(2025, 1, 1)


def load() -> None:
    """Give every person her roles; safe to repeat."""
    for person in accounts.demo_staff():
        tenant = organizations.find(person["tenant"])
        account = accounts.by_login(person["login"])
        if tenant is None or account is None:
            continue
        with tenancy.act_for(tenant.id):
            for role in person["roles"]:
                _keep(account.id, role, person)
            if absence := person.get("absent"):
                _keep_absence(account.id, {"deputy": person.get("deputy"), **absence})


def _keep(account_id: Any, role: str | Mapping[str, Any], person: Mapping[str, Any]) -> None:
    values = {"role": role} if isinstance(role, str) else dict(role)
    narrowed = values["role"] in (Role.CASEWORKER, Role.TEAM_LEAD, Role.COUNTER)
    team_slug = values.get("team") or (person.get("team") if narrowed else None)
    office_slug = values.get("office") or (person.get("office") if narrowed else None)
    team = organizations.team(slug=team_slug) if team_slug else None
    office = organizations.office(slug=office_slug) if office_slug else None
    RoleAssignment.objects.get_or_create(
        account_id=account_id,
        role=values["role"],
        office_id=office.id if office else None,
        team_id=team.id if team else None,
        defaults={"valid_from_on": SINCE},
    )


def _keep_absence(account_id: Any, absence: Mapping[str, Any]) -> None:
    deputy = accounts.by_login(absence["deputy"])
    if deputy is None:
        return
    Absence.objects.get_or_create(
        account_id=account_id,
        deputy_id=deputy.id,
        from_on=date.fromisoformat(absence["from_on"]),
        to_on=date.fromisoformat(absence["to_on"]),
    )
