"""Writing an entry."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import rules
from stadtkern.foundation.audit.models import Entry
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.canonical import JSON, canonical


def record(
    *,
    actor: Actor,
    action: str,
    obj: tuple[str, UUID],
    now: datetime,
    outcome: str = "done",
    reason: str = "",
    details: Mapping[str, JSON] | None = None,
    retention: str = "case",
) -> UUID:
    """Write an entry in the current transaction; nothing waits for other writers. Returns its id.

    ``action`` is "<module>.<verb>", ``obj`` (kind, id). ``details`` carries ids and codes, no names and no numbers with
    a fraction (``TypeError``). Raises ``UnknownRetention`` for a class that is not in ``rules.RETENTION_MONTHS``.
    """
    if retention not in rules.RETENTION_MONTHS:
        raise rules.UnknownRetention(retention)
    if actor.tenant_id != tenancy.current_id():
        raise ValueError("the actor belongs to another tenant than the transaction")
    kept = None if details is None else dict(details)
    canonical(kept)
    kind, object_id = obj
    content = rules.Content(
        at=now,
        recorded_at=clock.real_now(),
        actor_kind=actor.kind,
        actor_id=actor.account_id,
        action=action,
        object_kind=kind,
        object_id=object_id,
        outcome=outcome,
        reason=reason,
        details=kept,
    )
    salt = secrets.token_bytes(32)
    entry = Entry.objects.create(
        at=content.at,
        recorded_at=content.recorded_at,
        actor_kind=content.actor_kind,
        actor_id=content.actor_id,
        action=content.action,
        object_kind=content.object_kind,
        object_id=content.object_id,
        outcome=content.outcome,
        reason=content.reason,
        details=kept,
        retention=retention,
        salt=salt,
        digest=rules.content_digest(content, salt),
    )
    return entry.pk
