"""Background work of relief."""

from __future__ import annotations

from datetime import datetime

from stadtkern.foundation.jobs.api import periodic


@periodic(cron="41 2 * * *", name="relief.reckon")
def reckon(*, now: datetime) -> None:
    """Every night: measure what was decided, publish the figures of the last year."""
    from stadtkern.casework.relief import actions

    actions.measure(now=now)
    actions.publish(now=now)
