"""Two invented businesses with two people each, and a power of attorney for the tax adviser; made through the actions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from stadtkern.foundation.access.api import Actor, actor_for, system
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.businesses import actions
from stadtkern.foundation.businesses.models import Business, PowerOfAttorney
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

FIELDS = tuple(actions.BusinessData.__dataclass_fields__)


def load() -> None:
    """Make what is missing; safe to repeat."""
    path = resources.files("stadtkern.content") / "demo" / "businesses.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            since = clock.now() - timedelta(days=90)
            for entry in content["businesses"]:
                if entry["tenant"] == municipality.slug:
                    _keep_business(entry, since)
            for entry in content["powers"]:
                if entry["tenant"] == municipality.slug:
                    _keep_power(entry, since)


def _person(login: str) -> Actor | None:
    account = accounts.by_login(login)
    if account is None:
        return None
    return actor_for(
        account_id=account.id, kind="resident", name=account.name, on=clock.today(), assurance=accounts.Assurance.HIGH
    )  # fmt: skip


def _keep_business(entry: Mapping[str, Any], since: datetime) -> None:
    founder = _person(entry["founder"])
    if founder is None or Business.objects.filter(legal_name=entry["legal_name"]).exists():
        return
    data = actions.BusinessData(**{name: entry[name] for name in FIELDS})
    business_id = actions.found_business(actor=founder, data=data, entitled=True, now=since)
    for one in entry["members"]:
        person = _person(one["login"])
        if person is not None:
            email = f"{one['login']}@resident.example"
            token = actions.invite(
                actor=founder, business_id=business_id, email=email, role=one["role"], now=since
            )
            actions.accept_invitation(actor=person, token=token, now=since)
    if entry["checked_with"]:
        clerk = system(tenancy.current_id())
        actions.mark_checked(actor=clerk, business_id=business_id, with_what=entry["checked_with"], now=since)


def _keep_power(entry: Mapping[str, Any], since: datetime) -> None:
    ids: dict[str, UUID] = dict(Business.objects.values_list("legal_name", "pk"))
    giver, taker = _person(entry["by"]), _person(entry["accepted_by"])
    grantor, grantee = ids.get(entry["from"]), ids.get(entry["to"])
    if giver is None or taker is None or grantor is None or grantee is None:
        return
    if PowerOfAttorney.objects.filter(grantor_business_id=grantor, grantee_business_id=grantee).exists():
        return
    token = actions.grant_power(
        actor=giver, business_id=grantor, email=f"{entry['accepted_by']}@resident.example", rights=["read", *entry["rights"]],
        services=entry["services"], from_on=clock.local(since).date(), to_on=None, now=since,
    )  # fmt: skip
    actions.accept_power(actor=taker, token=token, business_id=grantee, now=since)
