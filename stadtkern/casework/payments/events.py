"""Facts about fees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSettled:
    """A fee was paid."""

    charge_id: UUID
    case_id: UUID
    at: datetime
