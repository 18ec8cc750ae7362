"""What has outlived its purpose: used and forgotten links, ended powers of attorney, closed accounts without cases."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from stadtkern.foundation.access.api import system
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import rules
from stadtkern.foundation.businesses.models import Business, Invitation, PowerOfAttorney
from stadtkern.foundation.jobs.api import periodic
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock


@periodic(cron="41 3 * * *", name="businesses.retention")
def erase_what_is_over(*, now: datetime) -> None:
    """Every night, in every municipality."""
    erase(now)


@transaction.atomic
def erase(now: datetime) -> int:
    """Links that ended, offers nobody took, powers of attorney three full years after they ended, closed businesses that no
    case names any more. Returns how many rows went."""
    today = clock.local(now).date()
    links = Invitation.objects.filter(expires_at__lte=now)
    offers = PowerOfAttorney.objects.filter(accepted_at__isnull=True, expires_at__lte=now)
    gone = links.delete()[0] + offers.delete()[0]
    for row in PowerOfAttorney.objects.filter(accepted_at__isnull=False).order_by("pk").iterator():
        ended = clock.local(row.ended_at).date() if row.ended_at else row.valid_to_on
        if ended is not None and ended <= today and rules.kept_until(ended) <= today:
            row.delete()
            gone += 1
    for business in Business.objects.filter(closed_at__isnull=False).order_by("pk"):
        gone += _erase_business(business)
    if gone:
        tenant = tenancy.current_id()
        audit.record(
            actor=system(tenant), action="businesses.erased", obj=("tenant", tenant), now=now, details={"count": gone},
            retention="administration",
        )  # fmt: skip
    return gone


def _erase_business(business: Business) -> int:
    """Goes with its members and powers, unless a case still belongs to it."""
    try:
        with transaction.atomic():
            return business.delete()[0]
    except ProtectedError:
        return 0
