"""A provider that decides itself (level 1) reports whom it took: the child is placed, and its other waiting ends."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.kita import policies
from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.actions import telling
from stadtkern.casework.kita.models import FREE_LEVELS, Contract, Facility, Registration, State
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, InvalidInput


@transaction.atomic
def report_contract(
    *,
    actor: Actor,
    facility: Facility,
    number: str,
    from_on: date,
    to_on: date | None,
    hours: int,
    seat_class_id: UUID | None,
    now: datetime,
) -> Contract:
    """The contract of a child that waits here. Raises ``NotVisible``, ``InvalidInput``, ``Conflict``.

    Providers in the common allocation (level 2 and more) get contracts by offers only; reporting one would go round it.
    """
    facility = policies.find_facility(actor, facility.pk, clock.local(now).date())
    if facility.provider.level not in FREE_LEVELS:
        raise Conflict(
            "Ihr Träger nimmt an der gemeinsamen Vergabe teil. Verträge entstehen dort aus angenommenen Angeboten.",
            message_en="Your provider takes part in the common allocation. Contracts follow from accepted offers there.",
        )
    known = policies.applicants_of([facility.pk]).filter(number=number).values_list("pk", flat=True).first()
    if known is None:
        raise NotVisible()
    row = Registration.objects.select_related("child").select_for_update(of=("self",)).get(pk=known)
    if row.state in (State.FROZEN, State.OFFERED):
        raise Conflict(
            "Das Kind ist gerade in der Vergabe. Bitte melden Sie den Vertrag danach.",
            message_en="The child takes part in an allocation now. Please report the contract afterwards.",
        )
    seat = facility.seat_classes.filter(pk=seat_class_id).first() if seat_class_id else None
    born = row.child.birth_date or row.child.expected_on
    if (
        (seat_class_id and seat is None)
        or not 1 <= hours <= 24
        or (to_on is not None and to_on <= from_on)
        or (born is not None and not born <= from_on < kita_rules.school_start(born))
    ):
        raise InvalidInput(
            "Tage, Stunden oder Platzart passen nicht.", message_en="Days, hours or kind of seat do not fit."
        )
    end = to_on or (kita_rules.school_start(born) if born else None)
    try:
        with transaction.atomic():
            contract = Contract.objects.create(
                child=row.child, facility=facility, provider_id=facility.provider_id, seat_class=seat, registration=row,
                hours=hours, from_on=from_on, to_on=end, created_at=now, source="Träger",
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            "Das Kind hat in dieser Zeit schon einen Platz.",
            message_en="The child has a place in this period already.",
        ) from None
    Registration.objects.filter(pk=row.pk).update(state=State.PLACED)
    audit.record(actor=actor, action="kita.contract_reported", obj=("kita_contract", contract.pk), now=now)
    telling.note(row, "kita_contract_reported", actor=actor, now=now)
    return contract
