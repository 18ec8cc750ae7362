"""JSON API for software of providers: places, occupancy, applicants, contracts. An app password with the scope ``kita``; each sees its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from stadtkern.casework.kita import policies, walls
from stadtkern.casework.kita.actions import providers
from stadtkern.casework.kita.interfaces import reporting
from stadtkern.casework.kita.models import Contract, Facility, SeatClass
from stadtkern.casework.kita.queries import desk as lists
from stadtkern.casework.kita.queries import occupancy
from stadtkern.foundation.access.api import Actor, NotVisible, actor_for
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

SCOPE = "kita"
MOST = 500
BASIC: dict[str, Any] = {"security": [{"basic": []}]}
router = Router(tags=["kita"])
Result = TypeVar("Result")


class KitaCredentials(DomainError):
    """The Basic login is wrong, lacks the scope ``kita``, or its account works for no Kita."""

    code = "kita-credentials"
    status = 401
    message = "Die Anmeldung stimmt nicht, oder dem App-Passwort fehlt der Zweck „kita“."
    message_en = "The login is wrong, or the app password lacks the scope “kita”."


class SeatClassOut(Schema):
    """Seats that take the same children, with the numbers of today. Ages in months [from, to)."""

    id: UUID
    name: str
    from_months: int
    to_months: int
    max_hours: int
    tag: str
    permitted: int | None
    planned: int | None
    staffed: int | None


class FacilityOut(Schema):
    """A Kita of the provider."""

    key: str
    name: str
    provider: str
    level: int
    occupied: int
    blocked: int
    applicants: int
    seat_classes: list[SeatClassOut]


class MonthOut(Schema):
    """The first day of a month: four different numbers, and what is blocked."""

    on: date
    permitted: int
    planned: int
    staffed: int
    occupied: int
    under_two: int
    blocked: int
    free: int


class ApplicantOut(Schema):
    """A child that wishes this Kita. The rank the family gave to it is not told."""

    number: str
    state: str
    given_names: str
    family_name: str
    born: date | None
    expected: date | None
    start_on: date
    hours: int
    integration: bool
    points: int
    proofs_to_check: int


class ContractOut(Schema):
    """A contract of this Kita; ``to_on`` is the first day without it."""

    id: UUID
    registration: str | None
    given_names: str
    family_name: str
    seat_class: str | None
    hours: int
    lunch: bool
    from_on: date
    to_on: date | None
    state: str
    signed_on: date | None


class CountsIn(Schema):
    """From a day on there are so many seats of a class."""

    from_on: date
    permitted: int
    planned: int
    staffed: int


class ContractIn(Schema):
    """A child that waits here was taken (providers that decide themselves)."""

    registration: str
    from_on: date
    to_on: date | None = None
    hours: int
    seat_class: UUID | None = None


@contextmanager
def login(request: HttpRequest) -> Iterator[Actor]:
    """The account of the app password, behind the wall of its providers. Raises ``KitaCredentials``."""
    found = accounts.app_login_of(
        request.headers.get("Authorization", ""), SCOPE, client=request.META.get("REMOTE_ADDR", "")
    )
    if found is None:
        raise KitaCredentials()
    actor = actor_for(
        account_id=found.account_id, kind=found.kind, name=found.name, on=clock.today(), language=found.language, scopes=found.scopes  # type: ignore[arg-type]
    )  # fmt: skip
    scope = policies.scope_of(actor, clock.today())
    if scope.empty:
        raise KitaCredentials()
    if scope.office:
        yield actor
        return
    with walls.inside(scope.providers):
        yield actor


def find(actor: Actor, key: str) -> Facility:
    """One of the actor's Kitas by its key. Raises ``NotVisible``."""
    row = policies.facilities_of(actor, clock.today()).filter(key=key).first()
    if row is None:
        raise NotVisible()
    return row


def _with(request: HttpRequest, key: str, work: Callable[[Actor, Facility], Result]) -> Result:
    with login(request) as actor:
        return work(actor, find(actor, key))


@router.get("/kita/facilities", url_name="kita-facilities", summary="Own Kitas with their seats", response=list[FacilityOut], openapi_extra=BASIC)  # fmt: skip
def facilities(request: HttpRequest) -> list[FacilityOut]:
    """The Kitas the account works for, with the numbers of today."""
    with login(request) as actor:
        rows = list(
            policies.facilities_of(actor, clock.today()).prefetch_related("seat_classes__counts")[:MOST]
        )
        return [_facility(item) for item in lists.kitas_today(rows, clock.today())]


def _facility(item: lists.KitaToday) -> FacilityOut:
    row = item.facility
    return FacilityOut(
        key=row.key,
        name=row.name,
        provider=row.provider.name,
        level=row.provider.level,
        occupied=item.occupied,
        blocked=item.blocked,
        applicants=item.applicants,
        seat_classes=[_seat(seat) for seat in row.seat_classes.all()],
    )


def _seat(seat: SeatClass) -> SeatClassOut:
    on = clock.today()
    now = [row for row in seat.counts.all() if row.from_on <= on and (row.to_on is None or row.to_on > on)]
    count = now[0] if now else None
    return SeatClassOut(
        id=seat.pk, name=seat.name, from_months=seat.from_months, to_months=seat.to_months, max_hours=seat.max_hours, tag=seat.tag,
        permitted=count.permitted if count else None, planned=count.planned if count else None, staffed=count.staffed if count else None,
    )  # fmt: skip


@router.get("/kita/facilities/{key}/occupancy", url_name="kita-occupancy", summary="Occupancy by month", response=list[MonthOut], openapi_extra=BASIC)  # fmt: skip
def months(request: HttpRequest, key: str, months: int = Query(24, ge=1, le=60)) -> list[MonthOut]:  # type: ignore[type-arg]
    """The coming months, the present one first."""
    return _with(
        request,
        key,
        lambda _actor, row: [
            MonthOut(
                on=month.on, permitted=month.permitted, planned=month.planned, staffed=month.staffed, occupied=month.occupied,
                under_two=month.under_two, blocked=month.blocked, free=month.free,
            )
            for month in occupancy.months(row, clock.today(), months)
        ],
    )  # fmt: skip


@router.put("/kita/facilities/{key}/seats/{seat_class_id}", url_name="kita-seats", summary="Change the number of seats", response={204: None}, openapi_extra=BASIC)  # fmt: skip
def set_counts(request: HttpRequest, key: str, seat_class_id: UUID, body: CountsIn) -> Status[None]:
    """From a day on; what was known for later stays."""
    with login(request) as actor:
        row = find(actor, key)
        if not row.seat_classes.filter(pk=seat_class_id).exists():
            raise NotVisible()
        providers.set_counts(
            actor=actor, seat_class_id=seat_class_id, from_on=body.from_on, permitted=body.permitted, planned=body.planned,
            staffed=body.staffed, now=clock.now(),
        )  # fmt: skip
        return Status(204, None)


@router.get("/kita/facilities/{key}/applicants", url_name="kita-applicants", summary="Children that wish this Kita", response=list[ApplicantOut], openapi_extra=BASIC)  # fmt: skip
def applicants(request: HttpRequest, key: str, offset: int = Query(0, ge=0)) -> list[ApplicantOut]:  # type: ignore[type-arg]
    """Most points first, 500 at a time. Reading is logged."""
    with login(request) as actor:
        row = find(actor, key)
        _read(actor, row, "applicants")
        return [
            ApplicantOut(
                number=item.registration.number, state=item.registration.state, given_names=item.registration.child.given_names,
                family_name=item.registration.child.family_name, born=item.registration.child.birth_date,
                expected=item.registration.child.expected_on, start_on=item.registration.start_on, hours=item.registration.hours,
                integration=item.registration.integration, points=item.total, proofs_to_check=item.to_check,
            )
            for item in lists.applicants(row, clock.today())[offset : offset + MOST]
        ]  # fmt: skip


@router.get("/kita/facilities/{key}/contracts", url_name="kita-contracts", summary="Contracts of a Kita", response=list[ContractOut], openapi_extra=BASIC)  # fmt: skip
def contracts(request: HttpRequest, key: str, since: date | None = Query(None)) -> list[ContractOut]:  # type: ignore[type-arg]
    """Contracts that hold on or after ``since`` (today), also cancelled ones, by first day; at most 500. Reading is logged."""
    from django.db.models import Q

    with login(request) as actor:
        row = find(actor, key)
        _read(actor, row, "contracts")
        begin = since or clock.today()
        rows = Contract.objects.filter(Q(to_on=None) | Q(to_on__gt=begin), facility=row)
        found = rows.select_related("child", "seat_class", "registration").order_by("from_on", "id")
        return [_contract(item) for item in found[:MOST]]


@router.post("/kita/facilities/{key}/contracts", url_name="kita-report", summary="Report a contract (provider decides itself)", response={201: ContractOut}, openapi_extra=BASIC)  # fmt: skip
def report(request: HttpRequest, key: str, body: ContractIn) -> Status[ContractOut]:
    """Only for providers outside of the common allocation (levels 0 and 1). The child's other waiting ends."""
    with login(request) as actor:
        made = reporting.report_contract(
            actor=actor, facility=find(actor, key), number=body.registration, from_on=body.from_on, to_on=body.to_on,
            hours=body.hours, seat_class_id=body.seat_class, now=clock.now(),
        )  # fmt: skip
        return Status(201, _contract(made))


def _contract(row: Contract) -> ContractOut:
    return ContractOut(
        id=row.pk,
        registration=row.registration.number if row.registration else None,
        given_names=row.child.given_names,
        family_name=row.child.family_name,
        seat_class=row.seat_class.name if row.seat_class else None,
        hours=row.hours,
        lunch=row.lunch,
        from_on=row.from_on,
        to_on=row.to_on,
        state=row.state,
        signed_on=row.signed_on,
    )


def _read(actor: Actor, row: Facility, what: str) -> None:
    audit.record(
        actor=actor,
        action=f"kita.api_read_{what}",
        obj=("kita_facility", row.pk),
        now=clock.now(),
        retention="access",
    )
