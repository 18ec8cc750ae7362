"""The freeze: hold the wishes, read everything, fix it. Wishes are held in a transaction of their own, so that a killed freeze goes on the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.models import Registration, Round, RoundEntry, RoundState, State
from stadtkern.casework.kita.rounds import preflight, rules, snapshot
from stadtkern.casework.kita.rounds.actions.common import (
    keep,
    locked,
    move,
    require_step,
    set_free,
    tell,
)
from stadtkern.casework.kita.rounds.errors import WrongStep
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel import clock

BATCH = 2_000
Tick = Callable[[int], None]


def freeze(
    *,
    actor: Actor,
    round_id: UUID,
    now: datetime,
    tick: Tick = lambda _: None,
    at_the_end: Callable[[], datetime] | None = None,
) -> str:
    """Fix wishes, points, seats and places held; returns the root that is published now. From here on wishes stay as they are.

    ``at_the_end`` tells the time when everything is read: a freeze that takes beyond the moment of the random number is refused.
    """
    policies.require_office(actor)
    row = _hold(round_id, now)
    tick(10)
    assert row.frozen_at is not None
    taken = snapshot.take(row, clock.local(row.frozen_at).date(), tick=tick)
    tick(85)
    return _fix(actor, round_id, taken, at_the_end() if at_the_end is not None else now)


def require_before_beacon(row: Round, now: datetime) -> None:
    """Raises ``WrongStep`` when the random number is known already."""
    if now >= row.beacon_at:
        raise WrongStep(
            "Die Zufallszahl ist schon bekannt. Eingefroren werden muss vorher; bitte nennen Sie eine spätere.",
            message_en="The random number is known already. Freezing comes before; please name a later one.",
        )


@transaction.atomic
def _hold(round_id: UUID, now: datetime) -> Round:
    """From now on the families' wishes stay as they are. Held before (a killed freeze): nothing changes."""
    row = locked(round_id)
    require_step(row, RoundState.FROZEN)
    if row.frozen_at is not None:
        return row
    require_before_beacon(row, now)
    wanted = snapshot.candidates(row)
    # locked in one order; whoever changes wishes this moment comes first or is told that the allocation runs
    free = Registration.objects.filter(pk__in=wanted, state__in=(State.REGISTERED, State.PLACED))
    keys = set(free.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    RoundEntry.objects.bulk_create(
        [
            RoundEntry(
                round=row,
                registration_id=key,
                public_id=snapshot.public_id(row.secret, key),
                child_index=at,
                family_index=at,
            )
            for at, key in enumerate(key for key in wanted if key in keys)
        ],
        batch_size=BATCH,
    )
    Registration.objects.filter(pk__in=keys).update(state=State.FROZEN)
    row.frozen_at = now
    row.save(update_fields=["frozen_at"])
    return row


@transaction.atomic
def _fix(actor: Actor, round_id: UUID, taken: snapshot.Snapshot, now: datetime) -> str:
    row = locked(round_id)
    require_step(row, RoundState.FROZEN)
    require_before_beacon(row, now)
    inside = {part.registration.pk for part in taken.parts}
    outside = Registration.objects.filter(entries__round=row).exclude(pk__in=inside)
    set_free(outside)
    RoundEntry.objects.filter(round=row).delete()
    family_of = {child: at for at, members in enumerate(taken.frozen["families"]) for child in members}
    RoundEntry.objects.bulk_create(
        [
            RoundEntry(
                round=row,
                registration=part.registration,
                public_id=part.public_id,
                child_index=at,
                family_index=family_of[at],
            )
            for at, part in enumerate(taken.parts)
        ],
        batch_size=BATCH,
    )
    content = taken.frozen_bytes
    row.root_sha256 = hashlib.sha256(content).hexdigest()
    row.frozen_file_id = keep(content, "eingefroren.json", now)
    row.annex_file_id = keep(taken.annex_bytes, "anlage.json", now)
    row.catalogues = taken.frozen["rules"]
    row.checks = [finding.data() for finding in preflight.findings(taken, clock.local(now).date())]
    move(row, RoundState.FROZEN, actor=actor, now=now, root=row.root_sha256, children=len(taken.parts))
    return row.root_sha256


def preview(*, actor: Actor, round_id: UUID, now: datetime, tick: Tick = lambda _: None) -> None:
    """The pre-flight on the data of today, before anything is frozen."""
    policies.require_office(actor)
    today = clock.local(now).date()
    row = Round.objects.get(pk=round_id)
    if row.state != RoundState.DRAFT or row.frozen_at is not None:
        raise WrongStep()
    found = preflight.findings(snapshot.take(row, today, tick=tick), today)
    with transaction.atomic():
        row = locked(round_id)
        if row.state != RoundState.DRAFT or row.frozen_at is not None:
            raise WrongStep()
        row.checks = [finding.data() for finding in found]
        row.save(update_fields=["checks"])
        tell(actor, "round_previewed", row.pk, now, red=rules.red(row.checks))
