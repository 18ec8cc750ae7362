"""One Kita at its head's desk: occupancy of 24 months, seats, blocked seats, what the public reads."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import policies, rules, words
from stadtkern.casework.kita.actions import providers as actions
from stadtkern.casework.kita.desk import chart
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.models import BlockedSeat, Facility, SeatClass
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.queries import desk as lists
from stadtkern.casework.kita.queries import occupancy
from stadtkern.foundation.access.api import NotVisible
from stadtkern.foundation.places import api as places
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, read_date
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

HOME = "/arbeit/kita/"


def find(request: HttpRequest, facility_id: UUID) -> Facility:
    return policies.find_facility(request.actor, facility_id, clock.today())  # type: ignore[attr-defined]


@desk()
@require_safe
def kita(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Occupancy by month: permitted, planned, staffed, occupied are four different numbers."""
    row = find(request, facility_id)
    on = clock.today()
    months = occupancy.months(row, on)
    seats = list(row.seat_classes.prefetch_related("counts"))
    blocked = BlockedSeat.objects.filter(seat_class__facility=row, lifted_at=None).select_related(
        "seat_class"
    )
    context = {
        "row": row,
        "months": months,
        "chart": chart.draw(months),
        "now": lists.kitas_today([row], on)[0],
        "gap": next((month for month in months if month.free > 0), None),
        "over": next((month for month in months if month.over), None),
        "table": _months_table(months),
        "seats": [(seat, _counts(seat, on)) for seat in seats],
        "blocked": [(block, block.to_on <= on) for block in blocked],
        "seat_options": [(str(seat.pk), seat.name) for seat in seats],
        "breadcrumb": [(_("Kita"), HOME), (row.name, "")],
    }
    return render(request, "kita/desk/kita.html", context)


def _months_table(months: list[occupancy.Month]) -> Table:
    columns = [
        Column(label=_("Monat")),
        *(
            Column(label=label, numeric=True)
            for label in (
                _("Belegt"),
                _("davon unter 2"),
                _("Mit Personal"),
                _("Geplant"),
                _("Erlaubt"),
                _("Gesperrt"),
                _("Frei"),
            )
        ),
    ]
    rows = [
        Row(
            cells=[
                Cell(text=words.month(month.on)),
                Cell(text=month.occupied),
                Cell(text=month.under_two),
                Cell(text=month.staffed),
                Cell(text=month.planned),
                Cell(text=month.permitted),
                Cell(text=month.blocked),
                Cell(text=month.free),
            ]
        )
        for month in months
    ]
    return Table(caption=_("Belegung der nächsten 24 Monate"), columns=columns, rows=rows, tall=True)


def _counts(seat: SeatClass, on: date) -> Any:
    rows = [row for row in seat.counts.all() if row.from_on <= on and (row.to_on is None or row.to_on > on)]
    return rows[0] if rows else None


# --- seats -------------------------------------------------------------------------------------------------------


@desk()
def seats(request: HttpRequest, facility_id: UUID, seat_class_id: UUID | None = None) -> HttpResponse:
    """A kind of seats and, from a day on, how many there are."""
    row = find(request, facility_id)
    seat = row.seat_classes.filter(pk=seat_class_id).first() if seat_class_id else None
    if seat_class_id and seat is None:
        raise NotVisible()
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _save_seats(request, row, seat)
        if not errors:
            messages.success(request, _("Gespeichert."))
            return redirect("kita-desk:kita", facility_id=row.pk)
    count = _counts(seat, clock.today()) if seat else None
    typed = request.POST if request.method == "POST" else None
    values = {
        name: typed.get(name, "") if typed is not None else default
        for name, default in (
            ("name", seat.name if seat else ""),
            ("from_months", seat.from_months if seat else 0),
            ("to_months", seat.to_months if seat else 84),
            ("max_hours", seat.max_hours if seat else 9),
            ("tag", seat.tag if seat else ""),
            ("permitted", count.permitted if count else ""),
            ("planned", count.planned if count else ""),
            ("staffed", count.staffed if count else ""),
        )
    }
    context = {
        "row": row,
        "seat": seat,
        "values": values,
        "from_on": clock.today().replace(day=1),
        "tags": [(key, words.said(words.TAGS, key)) for key in words.TAGS],
        "errors": list(errors.items()),
        "error": errors,
        "breadcrumb": [
            (_("Kita"), HOME),
            (row.name, reverse("kita-desk:kita", args=[row.pk])),
            (_("Plätze"), ""),
        ],
    }
    return render(request, "kita/desk/seats.html", context, status=422 if errors else 200)


def _save_seats(request: HttpRequest, row: Facility, seat: SeatClass | None) -> dict[str, str]:
    actor, now, sent = request.actor, clock.now(), request.POST  # type: ignore[attr-defined]
    numbers = {
        name: whole(sent.get(name))
        for name in ("from_months", "to_months", "max_hours", "permitted", "planned", "staffed")
    }
    wrong = {name: _("Bitte geben Sie eine Zahl an.") for name, value in numbers.items() if value is None}
    begin = read_date(sent, "from")
    if not isinstance(begin, date):
        wrong["from"] = _("Bitte geben Sie an, ab wann die Zahlen gelten.")
    if wrong or not isinstance(begin, date):
        return wrong
    try:
        with transaction.atomic():  # a kind of seats without its numbers is of no use
            key = actions.save_seat_class(
                actor=actor,
                facility_id=row.pk,
                seat_class_id=seat.pk if seat else None,
                values={
                    "name": sent.get("name", "").strip()[:80],
                    "tag": sent.get("tag", "").strip()[:40],
                    **{name: numbers[name] for name in ("from_months", "to_months", "max_hours")},
                },
                now=now,
            )
            actions.set_counts(
                actor=actor,
                seat_class_id=key,
                from_on=begin,
                permitted=numbers["permitted"] or 0,
                planned=numbers["planned"] or 0,
                staffed=numbers["staffed"] or 0,
                now=now,
            )
    except actions.Refused as refused:
        return {_field(name): text for name, text in refused.fields.items()}
    return {}


def _field(name: str) -> str:
    return "name" if name == "__all__" else name


@desk()
@require_POST
def block(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Keep seats free, with reason and end."""
    row = find(request, facility_id)
    try:
        key = UUID(request.POST.get("seat_class", ""))
    except ValueError:
        raise NotVisible() from None
    start, end = read_date(request.POST, "from"), read_date(request.POST, "to")
    try:
        actions.block_seats(
            actor=request.actor,  # type: ignore[attr-defined]
            seat_class_id=key,
            count=whole(request.POST.get("count")) or 0,
            reason=request.POST.get("reason", ""),
            from_on=start if isinstance(start, date) else clock.today(),
            to_on=end if isinstance(end, date) else None,
            now=clock.now(),
        )
        messages.success(request, _("Gesperrt. Am Ende der Frist ist der Platz wieder frei."))
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-desk:kita", facility_id=row.pk)


@desk()
@require_POST
def lift(request: HttpRequest, facility_id: UUID, block_id: UUID) -> HttpResponse:
    """The seats are free again."""
    row = find(request, facility_id)
    actions.lift_block(actor=request.actor, block_id=block_id, now=clock.now())  # type: ignore[attr-defined]
    messages.success(request, _("Aufgehoben."))
    return redirect("kita-desk:kita", facility_id=row.pk)


# --- what the public reads ---------------------------------------------------------------------------------------


@desk()
def edit(
    request: HttpRequest, facility_id: UUID | None = None, provider_id: UUID | None = None
) -> HttpResponse:
    """A Kita's own words: address, hours, concept, from when it takes registrations."""
    row = find(request, facility_id) if facility_id else None
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            key = actions.save_facility(
                actor=request.actor,  # type: ignore[attr-defined]
                facility_id=facility_id,
                provider_id=provider_id,
                values=_typed(request),
                now=clock.now(),
            )
            messages.success(request, _("Gespeichert."))
            return redirect("kita-desk:kita", facility_id=key)
        except actions.Refused as refused:
            errors = {_field(name): text for name, text in refused.fields.items()}
    context = {
        "row": row or Facility(town="", accepting_from_on=clock.today(), lunch=True),
        "new": row is None,
        "typed": request.POST,
        "districts": [(str(item.id), item.name) for item in places.districts()],
        "kinds": [(key, _(label)) for key, label in (("kita", "Kita"), ("childminder", "Tagespflege"))],
        "concepts": [(key, words.said(words.CONCEPTS, key)) for key in words.CONCEPTS],
        "speaks": [(key, words.said(words.LANGUAGES, key)) for key in words.LANGUAGES],
        "errors": list(errors.items()),
        "error": errors,
        "breadcrumb": [(_("Kita"), HOME), (row.name if row else _("Neue Kita"), "")],
    }
    return render(request, "kita/desk/edit.html", context, status=422 if errors else 200)


def _typed(request: HttpRequest) -> dict[str, Any]:
    sent = request.POST
    texts = ("name", "kind", "street", "postcode", "town", "text", "text_en", "email", "phone")
    values: dict[str, Any] = {name: sent.get(name, "").replace("\x00", "").strip()[:5000] for name in texts}
    values["district_id"] = _known_district(sent.get("district", ""))
    values["concepts"] = [key for key in sent.getlist("concepts") if key in words.CONCEPTS]
    values["languages"] = [key for key in sent.getlist("languages") if key in words.LANGUAGES]
    values["opens"], values["closes"] = (
        actions.parse_time(sent.get("opens", "")),
        actions.parse_time(sent.get("closes", "")),
    )
    values["lunch"] = sent.get("lunch") == "1"
    accepting, closed = read_date(sent, "accepting"), read_date(sent, "closed")
    values["accepting_from_on"] = accepting if isinstance(accepting, date) else None
    values["closed_on"] = closed if isinstance(closed, date) else None
    point = _point(values)
    if point is not None:
        values["longitude"], values["latitude"] = point
    return values  # fmt: skip


def _known_district(text: str) -> UUID | None:
    return next((row.id for row in places.districts() if str(row.id) == text), None)


def _point(values: dict[str, Any]) -> tuple[float, float] | None:
    known = rules.address(values["street"])
    return places.point_of(*known, postcode=values["postcode"]) if known else None
