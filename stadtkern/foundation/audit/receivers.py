"""The rooms below the audit log tell what they did; the entry is written in their transaction."""

from __future__ import annotations

from stadtkern.foundation.audit.actions import record
from stadtkern.foundation.tenancy.events import ActionDone
from stadtkern.kernel import events


@events.subscribe(ActionDone)
def keep(event: ActionDone) -> None:
    """One entry per action of organizations, places, accounts and access."""
    record(
        actor=event.actor,
        action=event.action,
        obj=event.obj,
        now=event.now,
        outcome=event.outcome,
        reason=event.reason,
        details=dict(event.details),
        retention=event.retention,
    )
