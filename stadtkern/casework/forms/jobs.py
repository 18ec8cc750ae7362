"""Background work of forms."""

from __future__ import annotations

from datetime import datetime

from stadtkern.casework.forms import actions
from stadtkern.foundation.access.api import system
from stadtkern.foundation.jobs.api import periodic
from stadtkern.foundation.tenancy import api as tenancy


@periodic(cron="17 * * * *", name="forms.expire_drafts")
def expire_drafts(*, now: datetime) -> None:
    """Erase the drafts whose time is over, hourly."""
    actor = system(tenancy.current_id())
    while actions.expire_drafts(actor=actor, now=now) == 500:
        pass
