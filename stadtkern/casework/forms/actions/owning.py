"""Whose an application is: of the person herself, of the person or business she acts for, and by which right."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from stadtkern.casework.forms.models import Draft, Submission
from stadtkern.foundation.access.api import Actor, Mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The account or the business it belongs to, and who acts for a party by which power of attorney."""

    account_id: UUID | None = None
    business_id: UUID | None = None
    acted_by_id: UUID | None = None
    power_id: UUID | None = None


def owner_of(actor: Actor, mandate: Mandate | None, *, own: UUID | None) -> Owner:
    """Whose something new is: of the party of the mandate, else of the account ``own`` (None: guests, staff)."""
    if mandate is None:
        return Owner(account_id=own)
    person = mandate.kind == "person"
    return Owner(
        account_id=mandate.party if person else None,
        business_id=None if person else mandate.party,
        acted_by_id=actor.account_id,
        power_id=mandate.power,
    )


def still_of(actor: Actor, row: Draft | Submission, slug: str, *, account_id: UUID | None) -> Owner:
    """Whose something is that goes on from ``row``: it stays with its party; who acts for it now is noted."""
    own = row.account_id is not None and row.account_id == actor.account_id
    mandate = None if own else actor.mandate(row.business_id or row.account_id, "apply", slug)
    if mandate is None:
        return Owner(account_id=account_id, business_id=row.business_id)
    return Owner(
        account_id=account_id,
        business_id=row.business_id,
        acted_by_id=actor.account_id,
        power_id=mandate.power,
    )
