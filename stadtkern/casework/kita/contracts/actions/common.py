"""What the writes around a contract share."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.actions import telling
from stadtkern.casework.kita.contracts.errors import ContractOver
from stadtkern.casework.kita.models import Contract, Registration
from stadtkern.casework.kita.rounds.texts import Titles, in_language
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.canonical import JSON


def of_family(actor: Actor, registration_id: UUID, contract_id: UUID) -> tuple[Registration, Contract]:
    """The family's own contract, both rows locked. The office may act for it. Raises ``NotVisible``."""
    row = policies.find_own(actor, registration_id, lock=True)
    return row, locked(contract_id, registration_id=row.pk)


def locked(contract_id: UUID, **more: UUID) -> Contract:
    """A contract that holds or will hold, locked."""
    row = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("child", "facility", "seat_class", "registration")
        .filter(pk=contract_id, state=Contract.State.ACTIVE, **more)
        .first()
    )
    if row is None:
        raise NotVisible()
    return row


def of_kita(actor: Actor, facility_id: UUID, contract_id: UUID, now: datetime) -> Contract:
    """A contract of a Kita that the actor works for, locked. Raises ``NotVisible``."""
    facility = policies.find_facility(actor, facility_id, today(now))
    return locked(contract_id, facility_id=facility.pk)


def require_running(row: Contract, on: date) -> None:
    """Raises ``ContractOver`` when the contract has ended."""
    if row.to_on is not None and row.to_on <= on:
        raise ContractOver()


def today(now: datetime) -> date:
    return clock.local(now).date()


def who(actor: Actor) -> str:
    """Who said it, as rows keep it."""
    return "office" if actor.is_staff else "family"


def told(actor: Actor, verb: str, row: Contract, now: datetime, **details: JSON) -> None:
    """The audit entry, and for families the line of the history."""
    audit.record(
        actor=actor, action=f"kita.contract_{verb}", obj=("kita_contract", row.pk), now=now, details=details
    )


def tell_family(row: Contract, title: Titles, now: datetime) -> None:
    """Into the post box, with a mail that says only that something is there."""
    if row.registration is not None:
        telling.tell(row.registration, in_language(title, row.registration.language), now=now)


def note(row: Contract, kind: str, *, actor: Actor, now: datetime) -> None:
    """A public line in the history of the family's case."""
    if row.registration is not None:
        telling.note(row.registration, kind, actor=actor, now=now)
