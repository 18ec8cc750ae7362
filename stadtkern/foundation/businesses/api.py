"""What other modules use of businesses. For whom somebody may act is in the actor (``access.Actor.mandate``, ``reach``)."""

from stadtkern.foundation.businesses.queries import (
    BusinessInfo,
    PowerInfo,
    business,
    export_account,
    names,
    power,
)
from stadtkern.foundation.businesses.scope import register_services

__all__ = [
    "BusinessInfo",
    "PowerInfo",
    "business",
    "export_account",
    "names",
    "power",
    "register_services",
]
