"""Background work of the catalogue: sources are read when their interval is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from stadtkern.foundation.jobs.api import enqueue, job, periodic
from stadtkern.kernel import clock

EVERY = {"day": timedelta(hours=23), "week": timedelta(days=6, hours=23), "month": timedelta(days=29)}


@job(name="catalog.harvest", retry=0)
def harvest(*, tenant_id: str, source_id: str) -> None:
    """Read one source from the web; a source that is not readable is a finished run with its reason, not a failed job."""
    from stadtkern.data.catalog import actions
    from stadtkern.data.catalog.engine.fetching import from_web
    from stadtkern.data.catalog.models import HarvestSource
    from stadtkern.foundation.access.api import system

    source = HarvestSource.objects.filter(pk=source_id, active=True).first()
    if source is not None and not source.address.startswith("file:"):
        fetch = from_web(private=source.private)
        actions.harvest(actor=system(UUID(tenant_id)), source_id=source.pk, fetch=fetch, now=clock.now())


def harvest_soon(source_id: UUID) -> None:
    """Enqueue a reading; two of one source never run at once."""
    enqueue(harvest, lock=f"catalog-{source_id}", source_id=str(source_id))


@periodic(cron="17 * * * *", name="catalog.due")
def due(*, now: datetime) -> None:
    """Every hour: sources whose interval is over."""
    from stadtkern.data.catalog.models import HarvestSource

    for source in (
        HarvestSource.objects.filter(active=True, rhythm__in=EVERY)
        .annotate(last=Max("runs__started_at"))
        .order_by("pk")
    ):
        if source.address.startswith("file:"):
            continue
        if source.last is None or source.last + EVERY[source.rhythm] <= now:
            harvest_soon(source.pk)


@periodic(cron="29 3 * * *", name="catalog.own")
def own_data(*, now: datetime) -> None:
    """Every night: the own datasets as their passports are now."""
    from stadtkern.data.catalog import own

    own.compare_all(now)
