"""Reactions to facts of other rooms."""

from __future__ import annotations

from django.db.models import Q

from stadtkern.foundation.accounts.events import AccountErased
from stadtkern.foundation.businesses.errors import LastBusinessAdministrator
from stadtkern.foundation.businesses.models import Business, Member, PowerOfAttorney
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel.events import subscribe


@subscribe(AccountErased)
def leave_everything(event: AccountErased) -> None:
    """Whoever deletes her account leaves her businesses and ends her powers, in every municipality.

    Raises ``LastBusinessAdministrator`` (and nothing is deleted) while others of a business need her.
    """
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            _leave(event)


def _leave(event: AccountErased) -> None:
    own = Member.objects.filter(account_id=event.account_id).order_by("business_id")
    for business in (
        Business.objects.select_for_update().filter(pk__in=own.values("business_id")).order_by("pk")
    ):
        others = Member.objects.filter(business=business).exclude(account_id=event.account_id)
        if business.closed_at is None and not others.filter(role=Member.Role.ADMINISTER).exists():
            if others.exists():
                raise LastBusinessAdministrator()
            business.closed_at = event.now
            business.save(update_fields=["closed_at"])
    own.delete()
    PowerOfAttorney.objects.filter(
        Q(grantor_account_id=event.account_id) | Q(grantee_account_id=event.account_id), ended_at__isnull=True
    ).update(ended_at=event.now)
