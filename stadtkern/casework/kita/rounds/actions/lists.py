"""What providers do with their lists: confirm, or depart from them with a reason and a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.models import (
    Deviation,
    DeviationReason,
    Facility,
    Level,
    ListEntry,
    OwnRanking,
    ProviderConfirmation,
    Round,
    RoundState,
)
from stadtkern.casework.kita.rounds.actions.common import tell
from stadtkern.casework.kita.rounds.errors import SecondPerson, WrongStep
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput


def may_confirm(actor: Actor, provider_id: UUID, on: date) -> bool:
    """The managers of the provider; the office for it only where it has the mandate (which confirms by itself)."""
    return provider_id in policies.scope_of(actor, on).manages


def _confirming(round_id: UUID) -> Round:
    row = Round.objects.filter(pk=round_id).first()
    if row is None:
        raise NotVisible()
    if row.state != RoundState.CONFIRMING:
        raise WrongStep()
    return row


@transaction.atomic
def confirm(*, actor: Actor, round_id: UUID, provider_id: UUID, now: datetime) -> None:
    """The provider's own yes to its lists. Deviations that wait for their second person have to be decided first."""
    row = _confirming(round_id)
    if not may_confirm(actor, provider_id, clock.local(now).date()):
        raise NotAllowed()
    waiting = ProviderConfirmation.objects.select_for_update().filter(
        round=row, provider_id=provider_id, confirmed_at=None
    )
    found = waiting.first()
    if found is None:
        raise WrongStep()
    if Deviation.objects.filter(round=row, provider_id=provider_id, state=Deviation.State.ASKED).exists():
        raise WrongStep(
            "Eine Abweichung wartet noch auf die zweite Person.",
            message_en="A deviation still waits for its second person.",
        )
    found.confirmed_at, found.confirmed_by_id, found.confirmed_by_name = (
        now,
        actor.account_id,
        actor.name[:200],
    )
    found.save()
    tell(actor, "round_confirmed", row.pk, now, provider=str(provider_id))


@transaction.atomic
def confirm_overdue(*, now: datetime) -> int:
    """The deadline has passed: the lists of the run count. Every night; returns how many."""
    today = clock.local(now).date()
    rows = ProviderConfirmation.objects.filter(
        round__state=RoundState.CONFIRMING, round__confirm_by_on__lte=today, confirmed_at=None
    )
    return rows.update(confirmed_at=now, automatic=True)


def passed_over(round_id: UUID, facility_id: UUID, into: ListEntry) -> list[ListEntry]:
    """Who stands before a child on the list of a Kita without a place there: whom a deviation in its favour would pass over."""
    return list(
        ListEntry.objects.filter(
            round_id=round_id, facility_id=facility_id, placed=False, position__lt=into.position
        ).select_related("registration__child")
    )


@transaction.atomic
def ask_deviation(
    *,
    actor: Actor,
    round_id: UUID,
    facility_id: UUID,
    out_id: UUID,
    into_id: UUID,
    reason: str,
    note: str,
    seen: list[UUID],
    now: datetime,
) -> UUID:
    """One child instead of another. ``seen``: the children passed over, as they were shown; the list must still be the same.

    Raises ``NotVisible``, ``WrongStep``, ``InvalidInput``.
    """
    today = clock.local(now).date()
    facility = policies.find_facility(actor, facility_id, today)
    row = _confirming(round_id)
    _still_open(row, facility)
    lines = ListEntry.objects.filter(round=row, facility=facility, registration__in=[out_id, into_id])
    by_child = {line.registration_id: line for line in lines}
    if (
        out_id not in by_child
        or into_id not in by_child
        or not by_child[out_id].placed
        or by_child[into_id].placed
        or by_child[out_id].protected
    ):
        raise InvalidInput(
            "Bitte wählen Sie ein Kind mit Platz und eines von der Warteliste.",
            message_en="Please choose one child with a place and one from the waiting list.",
        )
    if reason not in DeviationReason.values or not note.strip():
        raise InvalidInput(
            "Bitte nennen Sie einen Grund und begründen Sie ihn.",
            message_en="Please name a reason and explain it.",
        )
    others = Deviation.objects.filter(round=row, facility=facility).exclude(state=Deviation.State.REFUSED)
    if others.filter(Q(out_id=out_id) | Q(into_id=into_id)).exists():
        raise WrongStep()
    over = passed_over(row.pk, facility.pk, by_child[into_id])
    if {line.registration_id for line in over} != set(seen):
        raise WrongStep()
    found = Deviation.objects.create(
        round=row,
        facility=facility,
        provider_id=facility.provider_id,
        out_id=out_id,
        into_id=into_id,
        reason=reason,
        note=note.strip()[:500],
        passed_over=[
            _passed(line, by_child[into_id]) for line in [*over, by_child[out_id]]
        ],
        asked_by_id=actor.key,
        asked_by_name=actor.name[:200],
        asked_at=now,
    )  # fmt: skip
    tell(
        actor,
        "round_deviation_asked",
        row.pk,
        now,
        facility=str(facility.pk),
        reason=reason,
        passed=len(over) + 1,
    )
    return found.pk


def _passed(line: ListEntry, into: ListEntry) -> dict[str, Any]:
    return {
        "registration": str(line.registration_id),
        "points": line.points,
        "ahead": line.points - into.points,
    }


def _still_open(row: Round, facility: Facility) -> None:
    done = ProviderConfirmation.objects.filter(
        round=row, provider_id=facility.provider_id, confirmed_at__isnull=False
    )
    if done.exists():
        raise WrongStep("Die Liste ist schon bestätigt.", message_en="The list is confirmed already.")


@transaction.atomic
def decide_deviation(*, actor: Actor, deviation_id: UUID, approve: bool, now: datetime) -> None:
    """The second person (of the Kita or its provider) decides. Raises ``SecondPerson`` for the one who asked."""
    today = clock.local(now).date()
    found = Deviation.objects.select_for_update(of=("self",)).filter(pk=deviation_id).first()
    if found is None:
        raise NotVisible()
    policies.find_facility(actor, found.facility_id, today)
    row = _confirming(found.round_id)
    if found.state != Deviation.State.ASKED:
        raise WrongStep()
    if actor.account_id is None or actor.account_id == found.asked_by_id:
        raise SecondPerson()
    found.state = Deviation.State.APPROVED if approve else Deviation.State.REFUSED
    found.decided_by_id, found.decided_by_name, found.decided_at = actor.account_id, actor.name[:200], now
    found.save()
    tell(actor, "round_deviation_decided", row.pk, now, facility=str(found.facility_id), outcome=str(approve))


@transaction.atomic
def save_ranking(*, actor: Actor, facility_id: UUID, numbers: Sequence[str], now: datetime) -> int:
    """The own order of a Kita at level 2, by case numbers, best first; returns how many. Empty: points count again.

    Raises ``NotVisible``, ``WrongStep`` (other level), ``InvalidInput`` (a number is twice there or belongs to no applicant).
    """
    facility = policies.find_facility(actor, facility_id, clock.local(now).date())
    if facility.provider.level != Level.RANKED:
        raise WrongStep()
    known = dict(policies.applicants_of([facility.pk]).values_list("number", "pk"))
    wrong = [number for number in numbers if number not in known]
    if wrong or len(set(numbers)) != len(numbers):
        raise InvalidInput(
            f"Diese Nummern passen nicht: {', '.join(wrong[:5]) or 'eine steht doppelt da'}.",
            message_en=f"These numbers do not fit: {', '.join(wrong[:5]) or 'one is there twice'}.",
        )
    OwnRanking.objects.filter(facility=facility).delete()
    if numbers:
        OwnRanking.objects.create(
            facility=facility,
            provider_id=facility.provider_id,
            registration_ids=[known[number] for number in numbers],
            updated_at=now,
            updated_by_name=actor.name[:200],
        )
    tell(actor, "own_ranking_saved", facility.pk, now, children=len(numbers))
    return len(numbers)


def apply_deviations(row: Round) -> int:
    """Before offers leave: approved deviations in the order of their decision. Outside of the wall, because the child may give up a
    place with another provider; that one goes to the next rolling round. A child moved already is not moved again."""
    moved: set[UUID] = set()
    done = 0
    approved = Deviation.objects.filter(round=row, state=Deviation.State.APPROVED)
    for found in approved.order_by("decided_at", "id"):
        gone = ListEntry.objects.filter(
            round=row, facility=found.facility_id, registration=found.out_id, placed=True
        ).first()
        if gone is None or found.into_id in moved:
            continue
        gone.placed = False
        gone.save(update_fields=["placed"])
        ListEntry.objects.filter(round=row, registration=found.into_id, placed=True).update(placed=False)
        ListEntry.objects.filter(round=row, facility=found.facility_id, registration=found.into_id).update(
            placed=True, seat_class=gone.seat_class_id
        )
        moved.add(found.into_id)
        done += 1
    return done
