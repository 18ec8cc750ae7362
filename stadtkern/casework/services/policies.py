"""Who may see and change which service: everybody the published ones, service managers those of their offices."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from stadtkern.casework.services.models import Service
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role

EDITORS = (Role.SERVICE_MANAGER,)


def visible_to(actor: Actor) -> QuerySet[Service]:
    """Published services; for service managers all those they may edit, drafts included."""
    if actor.has(*EDITORS) or actor.kind == "system":
        return Service.objects.all()
    return Service.objects.filter(state=Service.State.PUBLISHED)


def editable_by(actor: Actor) -> QuerySet[Service]:
    """Services whose content the actor may change."""
    if actor.kind == "system":
        return Service.objects.all()
    if not actor.has(*EDITORS):
        return Service.objects.none()
    offices = actor.offices(*EDITORS)
    if offices is None:
        return Service.objects.all()
    return Service.objects.filter(Q(office_id__in=offices) | Q(office__isnull=True))


def editable(actor: Actor, service_id: UUID) -> Service:
    """One service to change, locked; raises ``NotVisible`` or ``NotAllowed``."""
    service = editable_by(actor).select_for_update(of=("self",)).filter(pk=service_id).first()
    if service is not None:
        return service
    if visible_to(actor).filter(pk=service_id).exists():
        raise NotAllowed()
    raise NotVisible()


def routable_by(actor: Actor) -> QuerySet[Service]:
    """Services whose responsibility the actor may settle: editors theirs, administrators of the municipality all."""
    return Service.objects.all() if actor.has(Role.ADMINISTRATOR) else editable_by(actor)


def routable(actor: Actor, service_id: UUID) -> Service:
    """One service to settle who is responsible for it, locked; raises ``NotVisible``."""
    service = routable_by(actor).select_for_update(of=("self",)).filter(pk=service_id).first()
    if service is None:
        raise NotVisible()
    return service


def require_editor(actor: Actor) -> None:
    """Raises ``NotAllowed`` unless the actor may add services."""
    if not (actor.kind == "system" or actor.has(*EDITORS)):
        raise NotAllowed()
