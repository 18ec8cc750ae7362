"""Who may see and change which dataset: everybody the public ones, the data editors of the municipality all of theirs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from stadtkern.data.datasets.models import Dataset, Version
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role

EDITORS = (Role.DATA_EDITOR,)


def edits(actor: Actor) -> bool:
    """Whether the actor writes datasets at all."""
    return actor.kind == "system" or actor.has(*EDITORS)


def visible_to(actor: Actor) -> QuerySet[Dataset]:
    """Public datasets; for editors all."""
    return Dataset.objects.all() if edits(actor) else Dataset.objects.filter(published_version__isnull=False)


def require_editor(actor: Actor) -> None:
    """Raises ``NotAllowed``."""
    if not edits(actor):
        raise NotAllowed()


def editable(actor: Actor, dataset_id: UUID) -> Dataset:
    """One dataset to change, locked. Raises ``NotVisible`` or ``NotAllowed``."""
    found = visible_to(actor).select_for_update(of=("self",)).filter(pk=dataset_id).first()
    if found is None:
        raise NotVisible()
    require_editor(actor)
    return found


def version(actor: Actor, dataset: Dataset, number: int) -> Version:
    """One version of a dataset, locked. Raises ``NotVisible``."""
    found = dataset.versions.select_for_update(of=("self",)).filter(number=number).first()
    if found is None:
        raise NotVisible()
    require_editor(actor)
    return found
