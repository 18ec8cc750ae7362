"""Background work of kita."""

from __future__ import annotations

from datetime import datetime

from stadtkern.foundation.jobs.api import periodic


@periodic(cron="17 4 * * *", name="kita.reconfirm")
def reconfirm(*, now: datetime) -> None:
    """Every night: ask families whether they still need the place, end what nobody confirmed, erase old drafts."""
    from stadtkern.casework.kita.actions import changing, drafts
    from stadtkern.casework.kita.contracts.actions import family

    changing.ask_and_expire(now)
    family.forget_absences(now)
    drafts.discard_expired(now)
