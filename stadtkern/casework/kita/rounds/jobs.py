"""Background work of rounds. Every job may run twice: it looks what is left to do and ends the same."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from stadtkern.casework.kita.models import Round, RoundState
from stadtkern.casework.kita.rounds import running, tasks
from stadtkern.foundation.access.api import system
from stadtkern.foundation.jobs.api import job, periodic
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock


@job(name="kita.preview_round", retry=1)
def preview_round(*, tenant_id: str, round_id: str) -> None:
    """The pre-flight on the data of today."""
    from stadtkern.casework.kita.rounds.actions import freezing

    def do(row: Round, tick: tasks.Tick) -> None:
        freezing.preview(actor=system(tenancy.current_id()), round_id=row.pk, now=clock.now(), tick=tick)

    tasks.work(UUID(round_id), "preview", do)


@job(name="kita.freeze_round", retry=2)
def freeze_round(*, tenant_id: str, round_id: str) -> None:
    """Freeze. The wishes are held first; killed in the middle it goes on with the same wishes and gives the same bytes."""
    from stadtkern.casework.kita.rounds.actions import freezing

    def do(row: Round, tick: tasks.Tick) -> None:
        actor = system(tenancy.current_id())
        freezing.freeze(actor=actor, round_id=row.pk, now=clock.now(), tick=tick, at_the_end=clock.now)

    tasks.work(UUID(round_id), "freeze", do)


@job(name="kita.run_round", retry=2)
def run_round(*, tenant_id: str, round_id: str) -> None:
    """Compute and write the result in one transaction. Killed in the middle it begins again with the same bytes."""
    tasks.work(UUID(round_id), "run", _run)


def _run(row: Round, tick: tasks.Tick) -> None:
    from stadtkern.casework.kita.rounds.actions import common, steps

    if row.state != RoundState.DRAWN or row.released_by_id is None:
        return
    computed = running.compute(common.read(row.instance_file_id), seconds=row.seconds, tick=tick)
    reader = (
        running.Reader(computed, json.loads(common.read(row.annex_file_id))) if computed.outcome else None
    )
    steps.finish(
        round_id=row.pk,
        computed=computed,
        reader=reader,
        actor=system(tenancy.current_id()),
        now=clock.now(),
    )


@job(name="kita.shadow_round", retry=1)
def shadow_round(*, tenant_id: str, round_id: str) -> None:
    """The round with a trial lottery, by its own rules and by those of the last round: who would win, who would lose, by group."""
    from stadtkern.casework.kita.rounds import shadow

    tasks.work(UUID(round_id), "shadow", lambda row, _tick: shadow.compare(row.pk, clock.today()))


@job(name="kita.send_offers", retry=4)
def send_offers(*, tenant_id: str, round_id: str) -> None:
    """Send what is ready; goes on where a killed one stopped."""
    from stadtkern.casework.kita.rounds.actions import offers

    tasks.work(
        UUID(round_id), "send", lambda row, tick: offers.send_all(round_id=row.pk, now=clock.now(), tick=tick)
    )


@periodic(cron="41 5 * * *", name="kita.offers")
def every_morning(*, now: datetime) -> None:
    """Offers whose time is over end, families are reminded, deadlines of providers pass."""
    from stadtkern.casework.kita.rounds.actions import lists, offers

    offers.expire_and_remind(now=now)
    lists.confirm_overdue(now=now)
