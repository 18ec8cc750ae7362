"""What the writes of a round share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from stadtkern.casework.kita.models import (
    Contract,
    ContractChange,
    Registration,
    Round,
    RoundState,
    State,
)
from stadtkern.casework.kita.rounds import rules
from stadtkern.casework.kita.rounds.errors import WrongStep
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.kernel import clock
from stadtkern.kernel.canonical import JSON

MOST_BYTES = 512 * 1024 * 1024


def locked(round_id: UUID) -> Round:
    """The round, locked until the end of the transaction. Raises ``NotVisible``."""
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NotVisible()
    return row


def require_step(row: Round, target: str) -> None:
    """Raises ``WrongStep`` unless the table of moves leads there."""
    if not rules.may_move(row.state, target):
        raise WrongStep()


def move(row: Round, target: RoundState, *, actor: Actor, now: datetime, **details: JSON) -> None:
    """Take the step; the caller has locked the round and changed what else belongs to it. Saves the row."""
    require_step(row, target)
    before, row.state = row.state, target
    row.save()
    tell(actor, f"round_{target}", row.pk, now, before=before, **details)


def tell(actor: Actor, verb: str, key: UUID, now: datetime, **details: JSON) -> None:
    """The audit entry of a step."""
    audit.record(actor=actor, action=f"kita.{verb}", obj=("kita_round", key), now=now, details=details)


def set_free(rows: QuerySet[Registration]) -> None:
    """Frozen children look for a place again, or keep the one they have (unless its end was declared)."""
    keys = list(rows.filter(state=State.FROZEN).values_list("pk", flat=True))
    ended = ContractChange.objects.filter(
        contract=OuterRef("pk"), kind=ContractChange.Kind.END, state=ContractChange.State.AGREED
    )
    lasts = Q(to_on=None) | Q(to_on__gt=clock.today())
    held = Contract.objects.filter(lasts, ~Exists(ended), registration__in=keys, state=Contract.State.ACTIVE)
    placed = list(held.values_list("registration_id", flat=True))
    Registration.objects.filter(pk__in=placed).update(state=State.PLACED)
    Registration.objects.filter(pk__in=keys, state=State.FROZEN).update(state=State.REGISTERED)


def keep(content: bytes, name: str, now: datetime) -> UUID:
    """Store a file of the round; returns its id."""
    return files.store(
        content, name=name, max_bytes=MOST_BYTES, purpose="kita-round", now=now, trusted=True
    ).id


def read(file_id: UUID | None) -> bytes:
    """The bytes of a file of the round."""
    if file_id is None:
        raise WrongStep()
    return files.read(file_id)


def account(actor: Actor) -> dict[str, Any]:
    """Who acted, as rows keep it."""
    return {"id": actor.account_id, "name": actor.name[:200]}
