"""Dates of a Kita or a family as a calendar, by an address that is a secret: an app password with the scope ``calendar``.

Events name case numbers and first names of nobody: calendars lie with providers of mail all over the world.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.kita import policies, walls
from stadtkern.casework.kita.interfaces.ical import Event, calendar
from stadtkern.casework.kita.models import (
    BlockedSeat,
    Contract,
    ContractTerms,
    Facility,
    Offer,
    Registration,
    Round,
    RoundState,
)
from stadtkern.foundation.access.api import Actor, NotVisible, actor_for, public
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

SCOPE = "calendar"
PAST = timedelta(days=60)


@public
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind an address; a wrong or revoked one does not exist."""
    login = accounts.app_login_by_secret(secret, SCOPE)
    if login is None:
        raise NotVisible()
    actor = actor_for(
        account_id=login.account_id, kind=login.kind, name=login.name, on=clock.today(), language=login.language  # type: ignore[arg-type]
    )  # fmt: skip
    scope = policies.scope_of(actor, clock.today())
    if scope.empty:
        events = of_family(actor, clock.today())
    elif scope.office:
        events = of_rounds(clock.today()) + of_kitas(actor, clock.today())
    else:
        with walls.inside(scope.providers):
            events = of_rounds(clock.today()) + of_kitas(actor, clock.today())
    text = calendar(f"Kita, {organizations.current().name}", events, stamp=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="kita.ics"'
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def of_kitas(actor: Actor, on: date) -> list[Event]:
    """Meetings, settling-in, first days, ends of blocked seats at the Kitas somebody works for."""
    kitas = {row.pk: row for row in policies.facilities_of(actor, on)[:400]}
    found: list[Event] = []
    terms = ContractTerms.objects.filter(
        Q(settling_from_on__gte=on - PAST) | Q(meeting_at__gte=clock.now() - PAST),
        contract__facility__in=list(kitas),
        contract__state=Contract.State.ACTIVE,
    ).select_related("contract__registration")
    for row in terms[:2_000]:
        found += _of_terms(row, kitas[row.contract.facility_id])
    starts = Contract.objects.filter(
        facility__in=list(kitas), state=Contract.State.ACTIVE, from_on__gte=on - PAST, follows=None
    ).select_related("registration")
    for contract in starts[:2_000]:
        found.append(_start(contract, kitas[contract.facility_id]))
    blocked = BlockedSeat.objects.filter(seat_class__facility__in=list(kitas), lifted_at=None, to_on__gte=on)
    for block in blocked.select_related("seat_class")[:500]:
        kita = kitas[block.seat_class.facility_id]
        title = _("Sperre endet: %(n)s × %(seat)s") % {"n": block.count, "seat": block.seat_class.name}
        found.append(Event(uid=f"kita-block-{block.pk}", title=f"{title}, {kita.name}", at=block.to_on))
    return found


def of_family(actor: Actor, on: date) -> list[Event]:
    """Meeting, settling-in, first day and the end of an open offer of the person's own children."""
    rows = {row.pk: row for row in policies.own_registrations(actor)[:20]}
    found: list[Event] = []
    for offer in Offer.objects.filter(registration__in=list(rows), state=Offer.State.SENT).select_related(
        "facility"
    ):
        title = _("Platzangebot beantworten: %(kita)s") % {"kita": offer.facility.name}
        last = offer.expires_on - timedelta(days=1)
        address = organizations.public_address(reverse("kita-round:result", args=[offer.registration_id]))
        found.append(Event(uid=f"kita-offer-{offer.pk}", title=title, at=last, url=address))
    contracts = Contract.objects.filter(
        registration__in=list(rows), state=Contract.State.ACTIVE, from_on__gte=on - PAST
    ).select_related("facility", "registration", "terms")
    for contract in contracts:
        if contract.follows_id is None:
            found.append(_start(contract, contract.facility))
        terms: ContractTerms | None = getattr(contract, "terms", None)
        found += _of_terms(terms, contract.facility) if terms is not None else []
    return found


def of_rounds(on: date) -> list[Event]:
    """Until when providers confirm, and when the random number is known."""
    found = []
    for row in Round.objects.exclude(state__in=(RoundState.CANCELLED, RoundState.CLOSED))[:20]:
        if row.root_sha256 and row.beacon_at.date() >= on - PAST:
            found.append(
                Event(uid=f"kita-beacon-{row.pk}", title=_("Zufallszahl: %(name)s") % {"name": row.name}, at=row.beacon_at, minutes=15)
            )  # fmt: skip
        if row.confirm_by_on >= on - PAST:
            last = row.confirm_by_on - timedelta(days=1)
            title = _("Listen bestätigen (letzter Tag): %(name)s") % {"name": row.name}
            found.append(Event(uid=f"kita-confirm-{row.pk}", title=title, at=last))
    return found


def _of_terms(row: ContractTerms, kita: Facility) -> list[Event]:
    number, found = _number(row.contract.registration), []
    if row.meeting_at is not None:
        title = _("Kennenlernen %(number)s") % {"number": number}
        found.append(Event(uid=f"kita-meeting-{row.pk}", title=title, at=row.meeting_at, place=_place(kita)))
    title = _("Eingewöhnung beginnt %(number)s") % {"number": number}
    found.append(
        Event(uid=f"kita-settling-{row.pk}", title=title, at=row.settling_from_on, place=_place(kita))
    )
    return found


def _start(row: Contract, kita: Facility) -> Event:
    title = _("Vertrag beginnt %(number)s") % {"number": _number(row.registration)}
    return Event(uid=f"kita-start-{row.pk}", title=title, at=row.from_on, place=_place(kita))


def _number(row: Registration | None) -> str:
    return row.number if row is not None else ""


def _place(kita: Facility) -> str:
    return ", ".join(part for part in (kita.name, kita.street) if part)
