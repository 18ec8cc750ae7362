"""Who sees and changes what. The catalogue itself is public; sources belong to the data editors."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from stadtkern.data.catalog.models import CatalogEntry, HarvestSource
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role

DESK = (Role.DATA_EDITOR, Role.ADMINISTRATOR)


def entries() -> QuerySet[CatalogEntry]:
    """The catalogue of this municipality: everybody may read it."""
    return CatalogEntry.objects.all()


def find_entry(slug: str) -> CatalogEntry:
    """One entry, with its source. Raises ``NotVisible``."""
    row = entries().select_related("source").filter(slug=slug).first()
    if row is None:
        raise NotVisible()
    return row


def sources_for(actor: Actor) -> QuerySet[HarvestSource]:
    """The sources that the actor may see."""
    return HarvestSource.objects.all() if may_edit(actor) else HarvestSource.objects.none()


def find_source(actor: Actor, source_id: UUID) -> HarvestSource:
    """One of them. Raises ``NotVisible``."""
    row = sources_for(actor).filter(pk=source_id).first()
    if row is None:
        raise NotVisible()
    return row


def require_editor(actor: Actor) -> None:
    """Data editors, administrators and the platform itself. Raises ``NotAllowed``."""
    if not may_edit(actor):
        raise NotAllowed()


def may_edit(actor: Actor) -> bool:
    """Whether the actor looks after sources."""
    return actor.kind == "system" or (actor.is_staff and actor.has(*DESK))
