"""Who may write news: the editors of services, who write the other public texts too."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role
from stadtkern.fronts.site.models import NewsMessage


def editable_by(actor: Actor) -> QuerySet[NewsMessage]:
    """All news for editors, none for others."""
    if actor.kind == "system" or (actor.is_staff and actor.has(Role.SERVICE_MANAGER)):
        return NewsMessage.objects.all()
    return NewsMessage.objects.none()


def require_editor(actor: Actor) -> None:
    """Raises ``NotAllowed``."""
    if not (actor.kind == "system" or (actor.is_staff and actor.has(Role.SERVICE_MANAGER))):
        raise NotAllowed()


def find(actor: Actor, news_id: UUID, *, lock: bool = False) -> NewsMessage:
    """One piece of news to work on; raises ``NotVisible``."""
    rows = editable_by(actor)
    if lock:
        rows = rows.select_for_update()
    row = rows.filter(pk=news_id).first()
    if row is None:
        raise NotVisible()
    return row
