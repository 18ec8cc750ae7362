"""Seats for hardship cases: the office asks, a second person approves; nobody else sees it (§§ 8a, 27 SGB VIII)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.models import ACTIVE_STATES, HardshipGrant, Registration
from stadtkern.casework.kita.rounds.actions.common import tell
from stadtkern.casework.kita.rounds.errors import SecondPerson, WrongStep
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.kernel.errors import InvalidInput


@transaction.atomic
def ask(*, actor: Actor, registration_id: UUID, reason: str, now: datetime) -> UUID:
    """Ask for a hardship seat. Asking again changes the reason while nobody has approved."""
    policies.require_office(actor)
    row = Registration.objects.filter(pk=registration_id, state__in=ACTIVE_STATES).first()
    if row is None:
        raise NotVisible()
    if not reason.strip():
        raise InvalidInput("Bitte begründen Sie den Härtefall.", message_en="Please give a reason.")
    found = HardshipGrant.objects.select_for_update().filter(registration=row).first() or HardshipGrant(
        registration=row
    )
    if found.approved_at is not None:
        raise WrongStep()
    found.reason, found.asked_at = reason.strip()[:300], now
    found.asked_by_id, found.asked_by_name = actor.key, actor.name[:200]
    found.save()
    tell(actor, "hardship_asked", row.pk, now)
    return found.pk


@transaction.atomic
def approve(*, actor: Actor, registration_id: UUID, now: datetime) -> None:
    """The second person says yes: from the next freeze on the child may use these seats and has the points of a hardship case."""
    policies.require_office(actor)
    found = HardshipGrant.objects.select_for_update().filter(registration=registration_id).first()
    if found is None:
        raise NotVisible()
    if found.approved_at is not None:
        raise WrongStep()
    if actor.account_id is None or actor.account_id == found.asked_by_id:
        raise SecondPerson()
    found.approved_by_id, found.approved_at = actor.account_id, now
    found.save()
    tell(actor, "hardship_approved", registration_id, now)


@transaction.atomic
def end(*, actor: Actor, registration_id: UUID, now: datetime) -> None:
    """It is no hardship case any more (or never was approved)."""
    policies.require_office(actor)
    gone, _ = HardshipGrant.objects.filter(registration=registration_id).delete()
    if not gone:
        raise NotVisible()
    tell(actor, "hardship_ended", registration_id, now)
