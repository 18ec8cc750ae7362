"""Background work of kita."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from stadtkern.foundation.jobs.api import job, periodic
from stadtkern.kernel import clock


@job(name="kita.take_over_list", retry=3)
def take_over_list(*, tenant_id: str, import_id: str) -> None:
    """The good rows of a list, one transaction each; a killed job goes on with the next row."""
    from stadtkern.casework.kita.actions import importing

    importing.run(key=UUID(import_id), now=clock.now())


@job(name="kita.try_catalogue", retry=1)
def try_catalogue(*, tenant_id: str, catalogue_id: str) -> None:
    """Who would win and lose by a proposed catalogue; a second run writes the same."""
    from stadtkern.casework.kita.models import Catalogue
    from stadtkern.casework.kita.rounds import trying

    waiting = Catalogue.objects.filter(pk=UUID(catalogue_id), published_at=None)
    if waiting.exists():
        waiting.update(trial=trying.compare(UUID(catalogue_id), clock.today()))


@periodic(cron="17 4 * * *", name="kita.reconfirm")
def reconfirm(*, now: datetime) -> None:
    """Every night: ask families whether they still need the place, end what nobody confirmed, erase old drafts."""
    from stadtkern.casework.kita.actions import changing, drafts, importing
    from stadtkern.casework.kita.contracts.actions import family

    changing.ask_and_expire(now)
    family.forget_absences(now)
    drafts.discard_expired(now)
    importing.forget_old(now)
