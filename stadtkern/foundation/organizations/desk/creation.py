"""Founding a municipality: tenant, first administrator, and the link with which she sets her password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.foundation.access import api as access
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import actions
from stadtkern.foundation.organizations.models import Municipality
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict

NOWHERE = UUID(int=0)  # there is no tenant yet; the first one tells its own creation


class AlreadySetUp(Conflict):
    """The installation has a municipality: further ones are made by its administration."""

    code = "already-set-up"
    message = (
        "Hier ist schon eine Kommune eingerichtet. Weitere legt deren Verwaltung an (Verwaltung, Kommunen)."
    )
    message_en = "This installation already has a municipality. Its administration adds further ones."


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A new municipality and its first administrator."""

    tenant_id: UUID
    account_id: UUID
    password_path: str


@transaction.atomic
def found(
    *,
    actor: access.Actor,
    slug: str,
    values: Mapping[str, Any],
    admin_login: str,
    admin_email: str,
    now: datetime,
) -> Founded:
    """All or nothing. Raises what the actions raise (``FieldProblems``, ``SlugTaken``, ``LoginTaken``)."""
    tenant_id = actions.create_municipality(actor=actor, slug=slug, values=values, now=now)
    founder = replace(access.system(tenant_id), account_id=actor.account_id)
    with tenancy.act_for(tenant_id):
        account_id = accounts.create_staff_account(
            actor=founder, login=admin_login, name=admin_login, email=admin_email, now=now
        )
        # The first person also publishes the first service; both roles can be given to others afterwards.
        for role in (access.Role.ADMINISTRATOR, access.Role.SERVICE_MANAGER):
            access.assign_role(
                actor=founder,
                account_id=account_id,
                role=role,
                valid_from_on=clock.local(now).date(),
                now=now,
            )
        path = accounts.set_password_path(actor=founder, account_id=account_id, now=now)
    return Founded(tenant_id=tenant_id, account_id=account_id, password_path=path)


def found_first(
    *, slug: str, values: Mapping[str, Any], admin_login: str, admin_email: str, now: datetime
) -> Founded:
    """The first municipality of an empty installation. Raises ``AlreadySetUp`` when there is one."""
    if Municipality.objects.exists():
        raise AlreadySetUp()
    nobody = access.system(NOWHERE)
    return found(
        actor=nobody, slug=slug, values=values, admin_login=admin_login, admin_email=admin_email, now=now
    )
