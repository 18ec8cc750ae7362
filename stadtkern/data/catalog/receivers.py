"""Reactions to other modules' events: publishing a dataset lists it, withdrawing it takes it off."""

from __future__ import annotations

from stadtkern.data.catalog import actions, own
from stadtkern.data.datasets.events import DatasetPublished, DatasetWithdrawn
from stadtkern.kernel import clock
from stadtkern.kernel.events import subscribe


@subscribe(DatasetPublished)
def list_published(event: DatasetPublished) -> None:
    """In the transaction of the publication: never public without an entry."""
    own.list_dataset(event.slug, clock.now())


@subscribe(DatasetWithdrawn)
def take_off_withdrawn(event: DatasetWithdrawn) -> None:
    """The entry goes with the dataset."""
    actions.withdraw(identifier=str(event.dataset_id), owner=own.OWNER, now=clock.now())
