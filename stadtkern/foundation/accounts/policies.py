"""Who may change accounts. The rule: staff accounts belong to their home municipality's administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from stadtkern.foundation.accounts.models import Account, AppPassword, SignOnProvider
from stadtkern.kernel.errors import NotAllowed, NotVisible

if TYPE_CHECKING:
    from stadtkern.foundation.access.actor import Actor

ADMINISTRATOR = "administrator"


def staff_visible_to(actor: Actor) -> QuerySet[Account]:
    """Staff accounts that the actor administers: those of her own municipality."""
    if not (actor.kind == "system" or (actor.is_staff and actor.has(ADMINISTRATOR))):
        return Account.objects.none()
    return Account.objects.filter(kind=Account.Kind.STAFF, home_id=actor.tenant_id)


def find_staff(actor: Actor, account_id: UUID) -> Account:
    """One of them; raises ``NotVisible``."""
    row = staff_visible_to(actor).filter(pk=account_id).first()
    if row is None:
        raise NotVisible()
    return row


def require_administrator(actor: Actor) -> None:
    """Raises ``NotAllowed`` for anybody but an administrator of the current municipality (or the set-up)."""
    if actor.kind != "system" and not (actor.is_staff and actor.has(ADMINISTRATOR)):
        raise NotAllowed()


def app_passwords_of(actor: Actor) -> QuerySet[AppPassword]:
    """The actor's own app passwords."""
    return AppPassword.objects.filter(account_id__in=[actor.account_id], revoked_at=None).order_by(
        "name", "id"
    )


def sign_on_providers(actor: Actor) -> QuerySet[SignOnProvider]:
    """Sign-on services of the current municipality, for its administrators."""
    if actor.kind != "system" and not (actor.is_staff and actor.has(ADMINISTRATOR)):
        return SignOnProvider.objects.none()
    return SignOnProvider.objects.order_by("name", "id")
