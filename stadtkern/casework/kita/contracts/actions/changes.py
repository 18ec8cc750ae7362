"""Other hours, the end by the family or by the Kita, lunch."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.contracts import rules, texts
from stadtkern.casework.kita.contracts.actions.common import (
    note,
    of_family,
    of_kita,
    require_running,
    tell_family,
    today,
    told,
    who,
)
from stadtkern.casework.kita.contracts.errors import (
    ChangeOpen,
    ContractOver,
    HoursDoNotFit,
    NoticeTooShort,
    NotSettled,
)
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    Contract,
    ContractChange,
    Registration,
    State,
)
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.kernel.errors import InvalidInput

Asked = ContractChange.State


@transaction.atomic
def ask_hours(
    *, actor: Actor, registration_id: UUID, contract_id: UUID, hours: int, from_on: date, now: datetime
) -> UUID:
    """The family wishes other hours from a month on; the Kita decides. Raises ``HoursDoNotFit``, ``NoticeTooShort``, ``ChangeOpen``."""
    _, row = of_family(actor, registration_id, contract_id)
    require_running(row, today(now))
    if hours not in kita_rules.HOURS or hours == row.hours:
        raise InvalidInput("Bitte wählen Sie andere Stunden.", message_en="Please choose other hours.")
    if row.seat_class is not None and hours > row.seat_class.max_hours:
        raise HoursDoNotFit()
    if from_on not in rules.change_months(today(now), row.from_on, row.to_on):
        raise NoticeTooShort()
    try:
        with transaction.atomic():
            asked = ContractChange.objects.create(
                contract=row, provider_id=row.provider_id, kind="hours", by=who(actor), hours=hours,
                effective_on=from_on, asked_at=now, asked_by_id=actor.account_id,
            )  # fmt: skip
    except IntegrityError:
        raise ChangeOpen() from None
    told(actor, "hours_asked", row, now, hours=hours)
    note(row, "kita_contract_change", actor=actor, now=now)
    return asked.pk


@transaction.atomic
def take_back(*, actor: Actor, registration_id: UUID, change_id: UUID, now: datetime) -> None:
    """The family no longer wishes it. Raises ``NotSettled`` when it was decided."""
    found = ContractChange.objects.filter(pk=change_id, contract__registration=registration_id).first()
    if found is None:
        raise NotVisible()
    _, row = of_family(actor, registration_id, found.contract_id)
    _decide(found.pk, Asked.TAKEN_BACK, actor, now, "")
    told(actor, "change_taken_back", row, now)


@transaction.atomic
def decide(
    *, actor: Actor, facility_id: UUID, change_id: UUID, agree: bool, answer: str, now: datetime
) -> None:
    """The Kita agrees: the contract ends at the day and goes on with other hours. Or refuses, with a reason. Raises ``NotSettled``."""
    found = ContractChange.objects.filter(pk=change_id, contract__facility=facility_id).first()
    if found is None:
        raise NotVisible()
    row = of_kita(actor, facility_id, found.contract_id, now)
    if not agree and not answer.strip():
        raise InvalidInput("Bitte nennen Sie den Grund.", message_en="Please give the reason.")
    change = _decide(found.pk, Asked.AGREED if agree else Asked.REFUSED, actor, now, answer)
    if agree:
        if (row.to_on is not None and change.effective_on >= row.to_on) or change.effective_on <= row.from_on:
            raise ContractOver()  # its end was declared meanwhile
        _go_on(row, change, now)
    told(actor, "hours_agreed" if agree else "hours_refused", row, now)
    tell_family(row, texts.CHANGE, now)


def _decide(
    change_id: UUID, state: ContractChange.State, actor: Actor, now: datetime, answer: str
) -> ContractChange:
    change = ContractChange.objects.select_for_update().get(pk=change_id)
    if change.state != Asked.ASKED:
        raise NotSettled()
    change.state, change.decided_at, change.answer = state, now, answer.strip()[:500]
    change.decided_by_id, change.decided_by_name = actor.account_id, actor.name[:200]
    change.save()
    return change


def _go_on(row: Contract, change: ContractChange, now: datetime) -> None:
    """Two periods instead of one: what was agreed until then stays as it was."""
    assert change.hours is not None  # the database holds that
    end, row.to_on = row.to_on, change.effective_on
    row.save(update_fields=["to_on"])
    Contract.objects.create(
        child_id=row.child_id, facility_id=row.facility_id, provider_id=row.provider_id, seat_class_id=row.seat_class_id,
        registration_id=row.registration_id, hours=change.hours, from_on=change.effective_on, to_on=end, lunch=row.lunch,
        created_at=now, source=row.source, follows=row,
    )  # fmt: skip


@transaction.atomic
def set_lunch(*, actor: Actor, registration_id: UUID, contract_id: UUID, lunch: bool, now: datetime) -> None:
    """With or without lunch."""
    _, row = of_family(actor, registration_id, contract_id)
    require_running(row, today(now))
    Contract.objects.filter(pk=row.pk).update(lunch=lunch)
    told(actor, "lunch", row, now, lunch=lunch)


# --- the end -----------------------------------------------------------------------------------------------------


@transaction.atomic
def give_notice(
    *, actor: Actor, registration_id: UUID, contract_id: UUID, end: date, reason: str, now: datetime
) -> None:
    """The family ends the contract. Before it began the place is given back. Raises ``NoticeTooShort``, ``ContractOver``."""
    _, row = of_family(actor, registration_id, contract_id)
    _end(row, "family", actor, end, reason, now)
    note(row, "kita_contract_end", actor=actor, now=now)


@transaction.atomic
def end_by_kita(
    *, actor: Actor, facility_id: UUID, contract_id: UUID, end: date, reason: str, now: datetime
) -> None:
    """The Kita ends the contract, with a reason; the child looks for a place again. Raises ``NoticeTooShort``, ``InvalidInput``."""
    row = of_kita(actor, facility_id, contract_id, now)
    if len(reason.strip()) < 10:
        raise InvalidInput(
            "Bitte nennen Sie den Grund in einem Satz; die Familie liest ihn.",
            message_en="Please give the reason in a sentence; the family reads it.",
        )
    _end(row, "kita", actor, end, reason, now)
    tell_family(row, texts.ENDED, now)
    note(row, "kita_contract_end", actor=actor, now=now)


def _end(row: Contract, by: str, actor: Actor, end: date, reason: str, now: datetime) -> None:
    on = today(now)
    require_running(row, on)
    if ContractChange.objects.filter(contract=row, kind="end", state=Asked.AGREED).exists():
        raise ContractOver()
    if end not in rules.ends(by, on, row.to_on):
        raise NoticeTooShort()
    ContractChange.objects.create(
        contract=row, provider_id=row.provider_id, kind="end", by=by, effective_on=end, reason=reason.strip()[:500],
        state=Asked.AGREED, asked_at=now, asked_by_id=actor.account_id, decided_at=now,
    )  # fmt: skip
    later = Contract.objects.filter(
        child=row.child_id, facility=row.facility_id, state=Contract.State.ACTIVE, from_on__gte=end
    ).exclude(pk=row.pk)
    later.update(state=Contract.State.CANCELLED)  # other hours that were agreed for a time after the end
    if end <= row.from_on:
        row.state = Contract.State.CANCELLED
    else:
        row.to_on = end
    row.save(update_fields=["state", "to_on"])
    _look_again(row, by)
    told(actor, f"ended_by_{by}", row, now, end=end.isoformat())


def _look_again(row: Contract, by: str) -> None:
    """Whose place was given back, or was ended by the Kita, takes part in the next round with its wishes."""
    if row.registration_id is not None and (by == "kita" or row.state == Contract.State.CANCELLED):
        Registration.objects.filter(pk=row.registration_id, state__in=ACTIVE_STATES).exclude(
            state=State.OFFERED
        ).update(state=State.REGISTERED)
