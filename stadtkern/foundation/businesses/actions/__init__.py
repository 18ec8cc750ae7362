"""Every write to businesses: one action, one transaction, one audit entry."""

from stadtkern.foundation.businesses.actions.business import (
    BusinessData,
    change_business,
    close_business,
    found_business,
    mark_checked,
    take_check_back,
)
from stadtkern.foundation.businesses.actions.people import (
    accept_invitation,
    change_role,
    invite,
    remove_member,
    take_invitation_back,
)
from stadtkern.foundation.businesses.actions.powers import accept_power, end_power, grant_power

__all__ = [
    "BusinessData",
    "accept_invitation",
    "accept_power",
    "change_business",
    "change_role",
    "close_business",
    "end_power",
    "found_business",
    "grant_power",
    "invite",
    "mark_checked",
    "remove_member",
    "take_check_back",
    "take_invitation_back",
]
