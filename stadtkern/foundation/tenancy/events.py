"""What the rooms below ``audit`` did: they cannot call it (calls go down), so they tell, and audit listens.

Published in the transaction of the action; ``audit.receivers`` writes the entry in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from stadtkern.kernel import events


class Acting(Protocol):
    """The part of ``access.api.Actor`` that a log needs."""

    @property
    def kind(self) -> str: ...
    @property
    def account_id(self) -> UUID | None: ...
    @property
    def reference(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone:
    """An action of organizations, places, accounts or access is done (who, what, which object, why)."""

    actor: Any  # access.api.Actor; that room lies above this one
    action: str
    obj: tuple[str, UUID]
    now: datetime
    outcome: str = "done"
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    retention: str = "administration"


def tell(
    *, actor: Acting, action: str, obj: tuple[str, UUID], now: datetime, reason: str = "", **details: Any
) -> None:
    """Publish ``ActionDone``; ``details`` carry ids, codes and names of fields, never values of persons."""
    events.publish(ActionDone(actor=actor, action=action, obj=obj, now=now, reason=reason, details=details))
