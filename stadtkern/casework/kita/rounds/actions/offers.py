"""Offers: exactly one per placed child, sent by a job, answered by the family, ended by time. An accepted offer is a contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita import policies
from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    FREE_LEVELS,
    Contract,
    Facility,
    ListEntry,
    Offer,
    ProviderConfirmation,
    Registration,
    Round,
    RoundEntry,
    RoundState,
    SeatClass,
    State,
    Wish,
    WishList,
)
from stadtkern.casework.kita.rounds import chances, fairness, rules, tasks, texts
from stadtkern.casework.kita.rounds.actions.common import locked, move, require_step, tell
from stadtkern.casework.kita.rounds.actions.lists import apply_deviations
from stadtkern.casework.kita.rounds.actions.steps import give_back
from stadtkern.casework.kita.rounds.errors import AlreadyOffered, NotConfirmed, OfferOver, SeatTaken
from stadtkern.casework.kita.rounds.supply import supply
from stadtkern.foundation.access.api import Actor, NotVisible, system
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.german_calendar import add_working_days

BATCH = 2_000


@transaction.atomic
def release(*, actor: Actor, round_id: UUID, now: datetime) -> int:
    """Offers leave. Raises ``NotConfirmed`` until every provider confirmed or its deadline passed. Returns how many offers there are.

    A provider that left in the middle of the round sends none; its children go on waiting.
    """
    policies.require_office(actor)
    row = locked(round_id)
    require_step(row, RoundState.OFFERED)
    today = clock.local(now).date()
    waiting = ProviderConfirmation.objects.filter(round=row, confirmed_at=None)
    if waiting.exists():
        if today < row.confirm_by_on:
            raise NotConfirmed()
        waiting.update(confirmed_at=now, automatic=True)
    deviations = apply_deviations(row)
    left = Q(provider__level__in=FREE_LEVELS) | Q(provider__active=False)
    ListEntry.objects.filter(left, round=row, placed=True, protected=False).update(placed=False)
    ends = add_working_days(today, row.answer_days)
    lines = ListEntry.objects.filter(
        round=row, placed=True, protected=False, registration__state=State.FROZEN
    )
    offers = [
        Offer(
            round=row,
            registration_id=line.registration_id,
            facility_id=line.facility_id,
            provider_id=line.provider_id,
            seat_class_id=line.seat_class_id,
            hours=line.hours,
            start_on=line.start_on,
            expires_on=ends,
            created_at=now,
        )
        for line in lines.order_by("registration_id")
    ]
    Offer.objects.bulk_create(offers, batch_size=BATCH)
    _note_places(row)
    row.offered_at, row.audit = now, {**fairness.compute(row), "chances": chances.compute(row)}
    move(row, RoundState.OFFERED, actor=actor, now=now, offers=len(offers), deviations=deviations)
    tasks.begin(row, "send", now)
    return len(offers)


def _note_places(row: Round) -> None:
    """Where a deviation changed a place, the child's own line says so (its rank is no longer that of the run)."""
    placed = dict(
        ListEntry.objects.filter(round=row, placed=True).values_list("registration_id", "facility_id")
    )
    changed, gone = [], _gone()
    for entry in RoundEntry.objects.filter(round=row).select_related("registration"):
        facility = placed.get(entry.registration_id)
        if entry.facility_id != facility:
            if facility is None and entry.facility_id in gone:
                _say_left(entry, entry.facility_id)
            entry.facility_id, entry.moves = facility, facility is not None
            entry.rank = _rank_of(entry.registration, facility)
            changed.append(entry)
    RoundEntry.objects.bulk_update(changed, ["facility", "moves", "rank", "refusals"], batch_size=BATCH)


def _gone() -> set[UUID]:
    """Kitas whose provider takes no part any more."""
    left = Q(provider__level__in=FREE_LEVELS) | Q(provider__active=False)
    return set(Facility.objects.filter(left).values_list("pk", flat=True))


def _rank_of(registration: Registration, facility_id: UUID | None) -> int | None:
    newest = registration.wish_lists.first() if facility_id is not None else None
    if newest is None:
        return None
    return newest.wishes.filter(facility=facility_id).values_list("rank", flat=True).first()


# --- sending -----------------------------------------------------------------------------------------------------


def send_all(*, round_id: UUID, now: datetime, tick: Callable[[int], None] = lambda _: None) -> int:
    """Every offer that is ready, one transaction each: a killed job goes on with the next one, none is lost and none leaves twice."""
    sent, all_of_them = 0, max(1, Offer.objects.filter(round=round_id).count())
    while True:
        keys = list(
            Offer.objects.filter(round=round_id, state=Offer.State.READY).values_list("pk", flat=True)[:200]
        )
        done = sum(send_one(offer_id=key, now=now) for key in keys)
        sent += done
        if not done:
            break
        tick(min(90, 90 * sent // all_of_them))
    while _tell_unplaced(round_id, now):
        pass
    return sent


@transaction.atomic
def send_one(*, offer_id: UUID, now: datetime) -> bool:
    """Post box, mail and the state "sent" in one transaction; False if another worker has it or it was sent."""
    offer = (
        Offer.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("registration", "facility", "provider")
        .filter(pk=offer_id, state=Offer.State.READY)
        .first()
    )
    if offer is None:
        return False
    if not offer.provider.active or offer.provider.level in FREE_LEVELS:
        return _drop(offer)
    offer.state, offer.sent_at = Offer.State.SENT, now
    offer.save(update_fields=["state", "sent_at"])
    row = offer.registration
    Registration.objects.filter(pk=row.pk).update(state=State.OFFERED)
    RoundEntry.objects.filter(round=offer.round_id, registration=row).update(told_at=now)
    _tell_family(row, texts.OFFER, now)
    return True


def _drop(offer: Offer) -> bool:
    """The provider left before its offer was sent: the child waits on and is told so with those who got none."""
    row = offer.registration
    ListEntry.objects.filter(round=offer.round_id, registration=row).update(placed=False)
    for entry in RoundEntry.objects.filter(round=offer.round_id, registration=row):
        _say_left(entry, offer.facility_id)
        entry.facility_id, entry.moves, entry.rank = None, False, None
        entry.save(update_fields=["facility", "moves", "rank", "refusals"])
    if offer.outside_wishes:
        Registration.objects.filter(pk=row.pk, state=State.OFFERED).update(state=State.REGISTERED)
    offer.delete()
    return True


def _say_left(entry: RoundEntry, facility_id: UUID | None) -> None:
    """The reason why the place of the run is none: its provider takes part no longer."""
    rank = _rank_of(entry.registration, facility_id)
    if rank is not None:
        others = [item for item in entry.refusals if item.get("rank") != rank]
        entry.refusals = sorted([*others, {"rank": rank, "left": True}], key=lambda item: item["rank"])


@transaction.atomic
def _tell_unplaced(round_id: UUID, now: datetime) -> int:
    """Two hundred families without an offer: the result with its reasons is there. They may change their wishes again."""
    entries = list(
        RoundEntry.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(round=round_id, told_at=None)
        .exclude(registration__offers__round=round_id)
        .select_related("registration")[:200]
    )
    for entry in entries:
        _tell_family(entry.registration, texts.RESULT, now)
    RoundEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(told_at=now)
    if entries:
        give_back(Round.objects.get(pk=round_id))
    return len(entries)


def _tell_family(row: Registration, title: texts.Titles, now: datetime) -> None:
    """Into the post box, with a mail that says only that something is there. Every family gets the same text."""
    if cases.numbers_of([row.case_id]):
        cases.tell_applicant(row.case_id, kind="kita", title=texts.in_language(title, row.language), now=now)


# --- answers -----------------------------------------------------------------------------------------------------


def _open_offer(actor: Actor, offer_id: UUID, now: datetime) -> Offer:
    """The family's own offer, locked (or one the office answers for a family that asked it to). Raises ``NotVisible``, ``OfferOver``."""
    offer = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("registration", "facility")
        .filter(pk=offer_id)
        .first()
    )
    if offer is None:
        raise NotVisible()
    policies.find_own(actor, offer.registration_id, lock=True)
    if offer.state != Offer.State.SENT or offer.expires_on <= clock.local(now).date():
        raise OfferOver()
    return offer


@transaction.atomic
def accept(*, actor: Actor, offer_id: UUID, keep_higher: bool, now: datetime) -> UUID:
    """The family takes the place: the contract is made, lower wishes end, higher ones stay only if asked for. Returns the contract."""
    offer = _open_offer(actor, offer_id, now)
    row = offer.registration
    _end_present_place(row, offer.start_on)
    try:
        with transaction.atomic():
            contract = Contract.objects.create(
                child_id=row.child_id,
                facility_id=offer.facility_id,
                provider_id=offer.provider_id,
                seat_class_id=offer.seat_class_id,
                registration=row,
                hours=offer.hours,
                from_on=offer.start_on,
                to_on=_until(row, offer.start_on),
                created_at=now,
                source="Vergabe",
            )
    except IntegrityError:
        raise AlreadyOffered(
            "Ihr Kind hat in dieser Zeit schon einen Platz. Bitte melden Sie sich beim Jugendamt.",
            message_en="Your child already has a place in this period. Please contact the youth office.",
        ) from None
    higher = _keep_higher(row, offer, now) if keep_higher else False
    _answer(offer, Offer.State.ACCEPTED, actor, now, contract=contract, keep_higher=higher)
    Registration.objects.filter(pk=row.pk).update(state=State.PLACED)
    return contract.pk


def _end_present_place(row: Registration, start: date) -> None:
    """Whoever moves leaves the old place the day the new one begins (it is free for the next round)."""
    old = Contract.objects.filter(
        Q(to_on=None) | Q(to_on__gt=start),
        child=row.child_id,
        state=Contract.State.ACTIVE,
        from_on__lte=start,
    )
    for contract in old.select_for_update():
        if contract.from_on == start:
            contract.state = Contract.State.CANCELLED
        else:
            contract.to_on = start
        contract.save()


def _until(row: Registration, start: date) -> date | None:
    """A place lasts until school begins."""
    born = row.child.birth_date or row.child.expected_on
    end = kita_rules.school_start(born) if born else None
    return end if end is not None and end > start else None


def _keep_higher(row: Registration, offer: Offer, now: datetime) -> bool:
    """A new version of the wishes with those only that are better than the accepted one. False if there are none."""
    newest = row.wish_lists.first()
    if newest is None:
        return False
    wishes = list(newest.wishes.order_by("rank"))
    at = next((n for n, wish in enumerate(wishes) if wish.facility_id == offer.facility_id), len(wishes))
    if at == 0:
        return False
    version = WishList.objects.create(
        registration=row, version=newest.version + 1, created_at=now, created_by="family"
    )
    Wish.objects.bulk_create(
        Wish(
            wish_list=version,
            rank=n,
            facility_id=wish.facility_id,
            hours=wish.hours,
            start_on=wish.start_on,
        )
        for n, wish in enumerate(wishes[:at], 1)
    )
    return True


@transaction.atomic
def decline(*, actor: Actor, offer_id: UUID, now: datetime) -> None:
    """The family does not take it. It goes on waiting; that it refused is kept (§ 24 SGB VIII)."""
    offer = _open_offer(actor, offer_id, now)
    _answer(offer, Offer.State.DECLINED, actor, now)
    _wait_again(offer.registration_id)


def _answer(
    offer: Offer,
    state: Offer.State,
    actor: Actor,
    now: datetime,
    contract: Contract | None = None,
    keep_higher: bool = False,
) -> None:
    offer.state, offer.answered_at, offer.contract, offer.keep_higher = state, now, contract, keep_higher
    offer.answered_by = "time" if actor.kind == "system" else "office" if actor.is_staff else "family"
    offer.save()
    row = offer.registration
    if cases.numbers_of([row.case_id]):
        cases.note(row.case_id, f"kita_offer_{state}", actor=actor, now=now, public=True)
    tell(actor, f"offer_{state}", offer.round_id, now, offer=str(offer.pk))


def _wait_again(registration_id: UUID) -> None:
    held = Contract.objects.filter(
        child__registrations=registration_id, state=Contract.State.ACTIVE, registration=registration_id
    ).exists()
    Registration.objects.filter(pk=registration_id, state__in=ACTIVE_STATES).update(
        state=State.PLACED if held else State.REGISTERED
    )


def expire_and_remind(*, now: datetime) -> tuple[int, int]:
    """Every morning: offers whose time is over end, families are reminded three times; (ended, reminded)."""
    today = clock.local(now).date()
    over = list(
        Offer.objects.filter(state=Offer.State.SENT, expires_on__lte=today).values_list("pk", flat=True)
    )
    ended = sum(_expire(key, today, now) for key in over)
    gone = Offer.objects.filter(state=Offer.State.SENT).exclude(registration__state__in=ACTIVE_STATES)
    gone.update(state=Offer.State.DECLINED, answered_at=now, answered_by="withdrawn")
    reminded = 0
    # the last one first: whoever is near the end gets one reminder, not those it missed as well
    for at, days in reversed(list(enumerate(rules.REMIND_AT, 1))):
        due = Offer.objects.filter(
            state=Offer.State.SENT, reminded__lt=at, expires_on__lte=add_working_days(today, days), expires_on__gt=today
        )  # fmt: skip
        reminded += sum(_remind(key, at, now) for key in list(due.values_list("pk", flat=True)))
    return ended, reminded


@transaction.atomic
def _expire(offer_id: UUID, today: date, now: datetime) -> bool:
    offer = (
        Offer.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("registration")
        .filter(pk=offer_id, state=Offer.State.SENT, expires_on__lte=today)
        .first()
    )
    if offer is None:
        return False
    _answer(offer, Offer.State.EXPIRED, system(tenancy.current_id()), now)
    _wait_again(offer.registration_id)
    _tell_family(offer.registration, texts.EXPIRED, now)
    return True


@transaction.atomic
def _remind(offer_id: UUID, at: int, now: datetime) -> bool:
    offer = (
        Offer.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("registration")
        .filter(pk=offer_id, state=Offer.State.SENT, reminded__lt=at)
        .first()
    )
    if offer is None:
        return False
    offer.reminded = at
    offer.save(update_fields=["reminded"])
    _tell_family(offer.registration, texts.REMINDER, now)
    return True


# --- a single place outside of the run ---------------------------------------------------------------------------


@transaction.atomic
def offer_place(
    *,
    actor: Actor,
    round_id: UUID,
    registration_id: UUID,
    facility_id: UUID,
    seat_class_id: UUID,
    start: date,
    now: datetime,
) -> UUID:
    """A place that is left over, or for a hardship case, for a child that waits ("outside your wishes" if it did not wish it).

    Whoever is first gets the last seat: the class is locked while its seats are counted. Raises ``SeatTaken``, ``AlreadyOffered``.
    """
    policies.require_office(actor)
    row = locked(round_id)
    if row.state != RoundState.OFFERED:
        require_step(row, RoundState.CLOSED)
    seat = SeatClass.objects.select_for_update().filter(pk=seat_class_id, facility=facility_id).first()
    facility = Facility.objects.filter(pk=facility_id).first()
    child = Registration.objects.select_related("child").filter(pk=registration_id).first()
    if seat is None or facility is None or child is None:
        raise NotVisible()
    if child.state != State.REGISTERED:
        raise AlreadyOffered()
    if _free(row, facility, seat, start) < 1:
        raise SeatTaken()
    newest = child.wish_lists.first()
    wished = newest is not None and newest.wishes.filter(facility=facility).exists()
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                round=row,
                registration=child,
                facility=facility,
                provider_id=facility.provider_id,
                seat_class=seat,
                hours=min(child.hours, seat.max_hours),
                start_on=start,
                outside_wishes=True,
                expires_on=add_working_days(clock.local(now).date(), row.answer_days),
                created_at=now,
            )
    except IntegrityError:
        raise AlreadyOffered() from None
    tell(
        actor, "offer_placed", row.pk, now, offer=str(offer.pk), facility=str(facility.pk), wished=str(wished)
    )
    tasks.begin(row, "send", now)
    return offer.pk


def _free(row: Round, facility: Facility, seat: SeatClass, on: date) -> int:
    """Seats of a class that are free from a day on, counted as for the round itself."""
    lines = supply([facility], row.start_from_on, row.start_to_on).lines[facility.pk]
    return sum(line.count for line in lines if line.seat_class == seat and line.free_from <= on)
