"""Who acts for a business: invite, accept, change the role, remove."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.businesses import links, policies, rules
from stadtkern.foundation.businesses.actions.business import audit_business
from stadtkern.foundation.businesses.errors import (
    AlreadyMember,
    Incomplete,
    LastBusinessAdministrator,
    LinkUsed,
    TooManyInvitations,
)
from stadtkern.foundation.businesses.models import Business, Invitation, Member


@transaction.atomic
def invite(*, actor: Actor, business_id: UUID, email: str, role: str, now: datetime) -> str:
    """Send a link that makes whoever opens it, once and within 14 days, a member with this role. Returns its token.

    Raises ``Incomplete``, ``TooManyInvitations``.
    """
    business = policies.find(actor, business_id, "administer", lock=True)
    email = clean_email(email, [] if role in rules.ROLES else [("role", "missing")])
    sent = Invitation.objects.filter(business=business)
    still_open = policies.open_invitations([business.pk]).filter(expires_at__gt=now)
    if (
        sent.filter(invited_at__gt=now - timedelta(hours=1)).count() >= rules.INVITATIONS_PER_HOUR
        or still_open.count() >= rules.INVITATIONS_OPEN
    ):
        raise TooManyInvitations()
    token = links.new_token()
    row = Invitation.objects.create(
        business=business, email=email, role=role, token_digest=links.digest(token), invited_by_id=actor.key,
        invited_at=now, expires_at=rules.expires_at(now),
    )  # fmt: skip
    links.send_invitation(to=email, business=business.legal_name, token=token, language=actor.language)
    audit_business(actor, "invited", business.pk, now, {"invitation": str(row.pk), "role": role})
    return token


def clean_email(email: str, more: list[tuple[str, str]]) -> str:
    """A mail address, cleaned. Raises ``Incomplete`` with this and what else is wrong."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        more = [("email", "email"), *more]
    if more:
        raise Incomplete(more)
    return email


@transaction.atomic
def take_invitation_back(*, actor: Actor, business_id: UUID, invitation_id: UUID, now: datetime) -> None:
    """The link stops working at once. Raises ``NotVisible``, also for one that was used."""
    business = policies.find(actor, business_id, "administer", lock=True)
    if not policies.open_invitations([business.pk]).filter(pk=invitation_id).update(taken_back_at=now):
        raise NotVisible()
    audit_business(actor, "invitation_taken_back", business.pk, now, {"invitation": str(invitation_id)})


def invitation_behind(token: str, now: datetime) -> Invitation:
    """The invitation of a link, without using it. Raises ``LinkUsed``, also for a link that never was."""
    row = Invitation.objects.select_related("business").filter(token_digest=links.digest(token)).first()
    return _usable(row, now)


def _usable(row: Invitation | None, now: datetime) -> Invitation:
    if row is None or row.used_at or row.taken_back_at or row.expires_at <= now or row.business.closed_at:
        raise LinkUsed()
    return row


@transaction.atomic
def accept_invitation(*, actor: Actor, token: str, now: datetime) -> UUID:
    """The logged-in person becomes a member; returns the business. Raises ``LinkUsed``, ``AlreadyMember``."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("business")
    row = _usable(found.filter(token_digest=links.digest(token)).first(), now)
    if actor.account_id is None:
        raise NotVisible()
    try:
        with transaction.atomic():
            Member.objects.create(
                business=row.business, account_id=actor.account_id, role=row.role, since_at=now
            )
    except IntegrityError as error:
        raise AlreadyMember() from error
    row.used_at = now
    row.save(update_fields=["used_at"])
    audit_business(actor, "joined", row.business_id, now, {"invitation": str(row.pk), "role": row.role})
    return row.business_id


@transaction.atomic
def change_role(*, actor: Actor, business_id: UUID, member_id: UUID, role: str, now: datetime) -> None:
    """Give a member another role. Raises ``LastBusinessAdministrator``, ``NotVisible``, ``Incomplete``."""
    business = policies.find(actor, business_id, "administer", lock=True)
    if role not in rules.ROLES:
        raise Incomplete([("role", "missing")])
    member = _member(business, member_id)
    if role != Member.Role.ADMINISTER:
        _keep_administrator(business, member)
    member.role = role
    member.save(update_fields=["role"])
    audit_business(actor, "role_changed", business.pk, now, {"account": str(member.account_id), "role": role})


@transaction.atomic
def remove_member(*, actor: Actor, business_id: UUID, member_id: UUID, now: datetime) -> None:
    """Somebody leaves: administrators remove anybody, everybody may go herself. What she sees of the business ends at once.

    Raises ``LastBusinessAdministrator``, ``NotVisible``, ``NotAllowed``.
    """
    business = policies.find(actor, business_id, lock=True)
    member = _member(business, member_id)
    if member.account_id != actor.account_id:
        policies.find(actor, business_id, "administer")
    _keep_administrator(business, member)
    member.delete()
    audit_business(actor, "member_removed", business.pk, now, {"account": str(member.account_id)})


def _member(business: Business, member_id: UUID) -> Member:
    row = Member.objects.filter(pk=member_id, business=business).first()
    if row is None:
        raise NotVisible()
    return row


def _keep_administrator(business: Business, leaving: Member) -> None:
    """The row of the business is locked: two administrators cannot leave at once."""
    others = Member.objects.filter(business=business, role=Member.Role.ADMINISTER, account__is_active=True)
    if leaving.role == Member.Role.ADMINISTER and not others.exclude(pk=leaving.pk).exists():
        raise LastBusinessAdministrator()
