"""Powers of attorney: give, accept, end. A power lasts while it is in its period and nobody ended it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import links, policies, rules
from stadtkern.foundation.businesses.actions.people import clean_email
from stadtkern.foundation.businesses.errors import LinkUsed, OwnPower, TooManyInvitations
from stadtkern.foundation.businesses.models import PowerOfAttorney
from stadtkern.kernel import clock


@transaction.atomic
def grant_power(
    *,
    actor: Actor,
    business_id: UUID | None,
    email: str,
    rights: Collection[str],
    services: Collection[str] | None,
    from_on: date | None,
    to_on: date | None,
    now: datetime,
) -> str:
    """Offer a power of attorney by mail, for a business one administers or (without ``business_id``) for oneself.

    ``services`` None means all. Returns the token of the link. Raises ``IdentityTooWeak``, ``Incomplete``,
    ``TooManyInvitations``.
    """
    policies.require_identity(actor)
    business = policies.find(actor, business_id, "administer", lock=True) if business_id else None
    today = clock.local(now).date()
    problems = rules.problems_of_power(
        rights=rights, services=services, from_on=from_on, to_on=to_on, today=today
    )
    email = clean_email(email, problems)
    recent = PowerOfAttorney.objects.filter(granted_by_id=actor.key, granted_at__gt=now - timedelta(hours=1))
    if recent.count() >= rules.INVITATIONS_PER_HOUR:
        raise TooManyInvitations()
    token = links.new_token()
    assert from_on is not None
    row = PowerOfAttorney.objects.create(
        grantor_business=business,
        grantor_account_id=None if business else actor.account_id,
        services=None if services is None else sorted(set(services)),
        may_apply="apply" in rights,
        may_receive="receive" in rights,
        valid_from_on=from_on,
        valid_to_on=to_on,
        email=email,
        token_digest=links.digest(token),
        granted_by_id=actor.key,
        granted_at=now,
        expires_at=rules.expires_at(now),
    )
    links.send_power(to=email, token=token, language=actor.language)
    _audit(actor, "power_given", row, now)
    return token


def power_behind(token: str, now: datetime) -> PowerOfAttorney:
    """The offered power of a link, without accepting it. Raises ``LinkUsed``."""
    rows = PowerOfAttorney.objects.select_related("grantor_business", "grantor_account")
    return _usable(rows.filter(token_digest=links.digest(token)).first(), now)


def _usable(row: PowerOfAttorney | None, now: datetime) -> PowerOfAttorney:
    closed = (
        row is not None and row.grantor_business is not None and row.grantor_business.closed_at is not None
    )
    if row is None or closed or row.accepted_at or row.ended_at or row.expires_at <= now:
        raise LinkUsed()
    return row


@transaction.atomic
def accept_power(*, actor: Actor, token: str, business_id: UUID | None, now: datetime) -> UUID:
    """Accept for oneself, or for a business one administers; returns its id. Raises ``LinkUsed``, ``OwnPower``."""
    rows = PowerOfAttorney.objects.select_for_update(of=("self",)).select_related("grantor_business")
    row = _usable(rows.filter(token_digest=links.digest(token)).first(), now)
    if actor.account_id is None:
        raise NotVisible()
    business = policies.find(actor, business_id, "administer") if business_id else None
    if (business and business.pk == row.grantor_business_id) or (
        not business and row.grantor_account_id == actor.account_id
    ):
        raise OwnPower()
    row.grantee_business = business
    row.grantee_account_id = None if business else actor.account_id
    row.accepted_at, row.accepted_by_id = now, actor.account_id
    row.save()
    _audit(actor, "power_accepted", row, now)
    return row.pk


@transaction.atomic
def end_power(*, actor: Actor, power_id: UUID, now: datetime) -> None:
    """Revoke it (who gave it) or lay it down (who has it); it ends at once. Ending it twice changes nothing."""
    row = policies.find_power(actor, power_id, "administer", lock=True)
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = now, actor.account_id
        row.save(update_fields=["ended_at", "ended_by"])
        _audit(actor, "power_ended", row, now)


def _audit(actor: Actor, verb: str, row: PowerOfAttorney, now: datetime) -> None:
    party = row.grantor_business_id or row.grantor_account_id
    details = {"for": str(party), "to": str(row.grantee_business_id or row.grantee_account_id or "")}
    audit.record(
        actor=actor, action=f"businesses.{verb}", obj=("power_of_attorney", row.pk), now=now, details=details,
        retention="administration",
    )  # fmt: skip
