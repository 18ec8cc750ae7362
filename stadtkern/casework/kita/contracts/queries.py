"""Reads around contracts: what a family sees, what a Kita has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from stadtkern.casework.kita.contracts import rules
from stadtkern.casework.kita.models import (
    Absence,
    Contract,
    ContractChange,
    ContractTerms,
    Facility,
    Registration,
)
from stadtkern.foundation.access.api import NotVisible


def of_family(row: Registration, on: date) -> list[Contract]:
    """The family's contracts that hold or will hold, the present one first."""
    rows = Contract.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on), registration=row, state=Contract.State.ACTIVE
    )
    return list(rows.select_related("facility__provider", "seat_class", "child").order_by("from_on"))


def running(facility: Facility, on: date) -> QuerySet[Contract]:
    """Contracts of a Kita that hold or will hold: those to come first (there is work to do), then by child."""
    rows = Contract.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on), facility=facility, state=Contract.State.ACTIVE
    )
    coming = Case(When(from_on__gt=on, then=Value(0)), default=Value(1))
    return rows.select_related("child", "seat_class", "registration", "terms").order_by(
        coming, "child__family_name", "child__given_names", "from_on", "id"
    )


def find(facility: Facility, contract_id: UUID) -> Contract:
    """One contract of a Kita, also one that has ended. Raises ``NotVisible``."""
    row = (
        Contract.objects.filter(facility=facility, pk=contract_id)
        .select_related("child", "seat_class", "registration", "terms", "facility__provider")
        .first()
    )
    if row is None:
        raise NotVisible()
    return row


def terms_of(row: Contract) -> ContractTerms | None:
    """The start plan; a contract that goes on with other hours has that of the first one."""
    seen: set[UUID] = set()
    while row.follows is not None and row.pk not in seen:
        seen.add(row.pk)
        row = row.follows
    return ContractTerms.objects.filter(contract=row).first()


def settling(facility: Facility, on: date, *, without: UUID | None = None) -> list[tuple[date, date]]:
    """When children settle in at a Kita from a day on."""
    rows = ContractTerms.objects.filter(
        contract__facility=facility, contract__state=Contract.State.ACTIVE, settling_to_on__gt=on
    )
    return list(rows.exclude(contract=without).values_list("settling_from_on", "settling_to_on"))


def free_start(facility: Facility, wanted: date, days: int, on: date, *, without: UUID | None = None) -> date:
    """From when one more child can settle in."""
    return rules.free_start(wanted, days, settling(facility, on, without=without))


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What waits at the desk of Kitas: contracts without a start plan, not presented, wishes for other hours, children away today."""

    unplanned: int
    unpresented: int
    asked: int
    away: int


def todo(facilities: Sequence[UUID], on: date) -> Todo:
    """Counted over several Kitas with three queries."""
    planned = ContractTerms.objects.filter(contract=OuterRef("pk"))
    coming = Contract.objects.filter(
        facility__in=facilities,
        state=Contract.State.ACTIVE,
        from_on__gt=on,
        follows=None,
        registration__isnull=False,
    ).aggregate(
        unplanned=Count("pk", filter=~Exists(planned)),
        unpresented=Count("pk", filter=Exists(planned.filter(presented_at=None))),
    )
    asked = ContractChange.objects.filter(
        contract__facility__in=facilities, state=ContractChange.State.ASKED
    ).count()
    away = Absence.objects.filter(
        contract__facility__in=facilities,
        contract__state=Contract.State.ACTIVE,
        from_on__lte=on,
        to_on__gt=on,
    ).count()
    return Todo(unplanned=coming["unplanned"], unpresented=coming["unpresented"], asked=asked, away=away)
