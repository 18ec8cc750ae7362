"""Facts about accounts that others may react to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountErased:
    """A resident deleted the account: everything personal in it is gone, the id remains in cases."""

    account_id: UUID
    now: datetime
