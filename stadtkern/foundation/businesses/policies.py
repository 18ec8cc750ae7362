"""Who sees and changes businesses, their people and powers of attorney."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible
from stadtkern.foundation.access.api import Role as StaffRole
from stadtkern.foundation.accounts.api import Assurance
from stadtkern.foundation.businesses import rules
from stadtkern.foundation.businesses.errors import IdentityTooWeak
from stadtkern.foundation.businesses.models import Business, Invitation, Member, PowerOfAttorney

DESK = (StaffRole.CASEWORKER, StaffRole.TEAM_LEAD, StaffRole.COUNTER)


def roles_with(right: str) -> list[str]:
    """The roles of members that carry a right."""
    return [role for role, rights in rules.RIGHTS_OF_ROLE.items() if right in rights]


def businesses_of(actor: Actor, right: str = "read") -> QuerySet[Business]:
    """Open businesses to which the actor belongs with this right."""
    mine = Member.objects.filter(account_id=actor.key, role__in=roles_with(right))
    return Business.objects.filter(closed_at__isnull=True, pk__in=mine.values("business_id"))


def find(actor: Actor, business_id: UUID, right: str = "read", *, lock: bool = False) -> Business:
    """One of them. Raises ``NotVisible``, or ``NotAllowed`` where the actor may only see it."""
    rows = businesses_of(actor)
    row = (rows.select_for_update() if lock else rows).filter(pk=business_id).first()
    if row is None:
        raise NotVisible()
    if right != "read" and not businesses_of(actor, right).filter(pk=row.pk).exists():
        raise NotAllowed()
    return row


def require_identity(actor: Actor) -> None:
    """A person with a proven identity (substantial or high). Raises ``IdentityTooWeak``."""
    if (
        actor.account_id is None
        or actor.kind not in ("resident", "staff")
        or actor.assurance < Assurance.SUBSTANTIAL
    ):
        raise IdentityTooWeak()


# --- powers of attorney ----------------------------------------------------------------------------------------------


def powers_visible_to(actor: Actor, right: str = "read") -> QuerySet[PowerOfAttorney]:
    """Powers that the actor, or a business she belongs to with this right, gave or holds."""
    mine = businesses_of(actor, right).values("pk")
    return PowerOfAttorney.objects.filter(
        Q(grantor_account_id=actor.key)
        | Q(grantee_account_id=actor.key)
        | Q(grantor_business_id__in=mine)
        | Q(grantee_business_id__in=mine)
    )


def find_power(actor: Actor, power_id: UUID, right: str = "read", *, lock: bool = False) -> PowerOfAttorney:
    """One of them. Raises ``NotVisible``, or ``NotAllowed`` for members who may only see it."""
    rows = powers_visible_to(actor)
    row = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=power_id).first()
    if row is None:
        raise NotVisible()
    if right != "read" and not powers_visible_to(actor, right).filter(pk=row.pk).exists():
        raise NotAllowed()
    return row


# --- links -----------------------------------------------------------------------------------------------------------


def open_invitations(business_ids: Collection[UUID]) -> QuerySet[Invitation]:
    """Invitations of these businesses that nobody used or took back."""
    return Invitation.objects.filter(
        business_id__in=business_ids, used_at__isnull=True, taken_back_at__isnull=True
    )


# --- staff -----------------------------------------------------------------------------------------------------------


def all_for(actor: Actor) -> QuerySet[Business]:
    """All businesses, for staff who work with applications; else none."""
    if actor.kind == "system" or (actor.is_staff and actor.has(*DESK)):
        return Business.objects.all()
    return Business.objects.none()


def find_for_staff(actor: Actor, business_id: UUID, *, lock: bool = False) -> Business:
    """One of them. Raises ``NotVisible``."""
    rows = all_for(actor)
    row = (rows.select_for_update() if lock else rows).filter(pk=business_id).first()
    if row is None:
        raise NotVisible()
    return row
