"""Tables of kita. Whose decision a row is says its provider; see ``walls`` for what keeps providers apart."""

from stadtkern.casework.kita.models.contracts import Contract
from stadtkern.casework.kita.models.drafts import RegistrationDraft
from stadtkern.casework.kita.models.facilities import BlockedSeat, Facility, SeatClass, SeatCount
from stadtkern.casework.kita.models.providers import (
    FREE_LEVELS,
    Catalogue,
    Function,
    Level,
    PrivacyRegime,
    Provider,
    ProviderKind,
    ProviderStaff,
)
from stadtkern.casework.kita.models.registrations import (
    ACTIVE_STATES,
    Child,
    ClaimReview,
    CriterionClaim,
    Guardian,
    Reconfirmation,
    Registration,
    SiblingRule,
    State,
    Verdict,
    Wish,
    WishList,
)

__all__ = [
    "ACTIVE_STATES",
    "FREE_LEVELS",
    "BlockedSeat",
    "Catalogue",
    "Child",
    "ClaimReview",
    "Contract",
    "CriterionClaim",
    "Facility",
    "Function",
    "Guardian",
    "Level",
    "PrivacyRegime",
    "Provider",
    "ProviderKind",
    "ProviderStaff",
    "Reconfirmation",
    "Registration",
    "RegistrationDraft",
    "SeatClass",
    "SeatCount",
    "SiblingRule",
    "State",
    "Verdict",
    "Wish",
    "WishList",
]
