"""Who may change municipalities, offices and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from stadtkern.foundation.organizations.models import Municipality, Office, Team
from stadtkern.kernel.errors import NotAllowed, NotVisible

if TYPE_CHECKING:
    from stadtkern.foundation.access.actor import Actor

ADMINISTRATOR = "administrator"


def is_administrator(actor: Actor) -> bool:
    """Whether the actor administers the current municipality (commands and the set-up do)."""
    return actor.kind == "system" or (actor.is_staff and actor.has(ADMINISTRATOR))


def is_operator(actor: Actor) -> bool:
    """Whether the actor administers the municipality that runs the installation."""
    return is_administrator(actor) and Municipality.objects.filter(pk=actor.tenant_id, operator=True).exists()


def municipalities_visible_to(actor: Actor) -> QuerySet[Municipality]:
    """An operator's administrators see all municipalities, others their own."""
    if not is_administrator(actor):
        return Municipality.objects.none()
    rows = Municipality.objects.order_by("name", "id")
    return rows if is_operator(actor) else rows.filter(pk=actor.tenant_id)


def find_municipality(actor: Actor, municipality_id: UUID) -> Municipality:
    """One of them; raises ``NotVisible``."""
    row = municipalities_visible_to(actor).filter(pk=municipality_id).first()
    if row is None:
        raise NotVisible()
    return row


def require_administrator(actor: Actor) -> None:
    """Raises ``NotAllowed``."""
    if not is_administrator(actor):
        raise NotAllowed()


def require_operator(actor: Actor) -> None:
    """Raises ``NotAllowed``; the very first municipality is made by the set-up (kind system)."""
    if actor.kind == "system" and not Municipality.objects.exists():
        return
    if not is_operator(actor):
        raise NotAllowed("Weitere Kommunen legt nur an, wer die Installation betreibt.")


def find_office(actor: Actor, office_id: UUID) -> Office:
    """An office of the current municipality, for its administrators; raises ``NotVisible``."""
    row = Office.objects.filter(pk=office_id).first() if is_administrator(actor) else None
    if row is None:
        raise NotVisible()
    return row


def find_team(actor: Actor, team_id: UUID) -> Team:
    """A team of the current municipality, for its administrators; raises ``NotVisible``."""
    row = Team.objects.filter(pk=team_id).first() if is_administrator(actor) else None
    if row is None:
        raise NotVisible()
    return row
