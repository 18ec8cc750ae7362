"""Background work of notifications: the mail job, and forgetting."""

from __future__ import annotations

from datetime import datetime, timedelta

from stadtkern.foundation.jobs.api import periodic
from stadtkern.foundation.notifications.mail import deliver
from stadtkern.foundation.notifications.models import Mail
from stadtkern.kernel import clock

__all__ = ["deliver", "forget"]

KEEP_CONTENT = timedelta(days=30)
KEEP_LOG = timedelta(days=395)


@periodic(cron="29 2 * * *", name="notifications.forget")
def forget(*, now: datetime) -> None:
    """Content of mail that never left goes after 30 days, the log after 13 months (real time)."""
    today = clock.real_now()
    old = Mail.objects.filter(queued_at__lt=today - KEEP_CONTENT).exclude(text="", recipient="")
    old.update(state=Mail.State.FAILED, text="", recipient="")
    Mail.objects.filter(queued_at__lt=today - KEEP_LOG).delete()
