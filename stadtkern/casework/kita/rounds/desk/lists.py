"""A Kita's own list: who gets a place and why, deviations, the provider's confirmation, the offer board. Nothing of other providers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import policies
from stadtkern.casework.kita import words as kita_words
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.models import (
    Deviation,
    DeviationReason,
    Facility,
    Level,
    ListEntry,
    Offer,
    OwnRanking,
    ProviderConfirmation,
    Round,
    RoundState,
    State,
)
from stadtkern.casework.kita.queries import desk as applicants
from stadtkern.casework.kita.rounds import words
from stadtkern.casework.kita.rounds.actions import lists as actions
from stadtkern.casework.kita.rounds.desk import words as staff_words
from stadtkern.casework.kita.rounds.desk.rounds import actor_of, crumbs, find
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


def _kita(request: HttpRequest, facility_id: UUID) -> Facility:
    return policies.find_facility(actor_of(request), facility_id, clock.today())


@desk()
@require_safe
def kita(request: HttpRequest, round_id: UUID, facility_id: UUID) -> HttpResponse:
    """Placed and waiting children with their points; answers of families once offers have left."""
    row, facility = find(request, round_id), _kita(request, facility_id)
    lines = list(
        ListEntry.objects.filter(round=row, facility=facility).select_related(
            "registration__child", "seat_class"
        )
    )
    offers = {offer.registration_id: offer for offer in Offer.objects.filter(round=row, facility=facility)}
    deviations = list(
        Deviation.objects.filter(round=row, facility=facility).select_related("out__child", "into__child")
    )
    open_ = row.state == RoundState.CONFIRMING and not _confirmed(row, facility)
    shown = [_line(line, offers.get(line.registration_id)) for line in lines]
    context = {
        "row": row,
        "facility": facility,
        "placed": [item for item in shown if item["row"].placed],
        "waiting": [item for item in shown if not item["row"].placed],
        "sent": row.state in (RoundState.OFFERED, RoundState.CLOSED),
        "open": open_,
        "deviations": [_deviation(item, actor_of(request).account_id, open_) for item in deviations],
        "breadcrumb": crumbs((row.name, f"/arbeit/kita/runden/{row.pk}/"), (facility.name, "")),
    }
    return render(request, "kita/desk/rounds/list.html", context)


def _confirmed(row: Round, facility: Facility) -> bool:
    return ProviderConfirmation.objects.filter(
        round=row, provider=facility.provider_id, confirmed_at__isnull=False
    ).exists()


def _line(line: ListEntry, offer: Offer | None) -> dict[str, Any]:
    """Why this child: points with their parts and the lot. Of a child that has a place elsewhere only that it is gone."""
    return {
        "row": line,
        "child": line.registration.child
        if line.placed or line.registration.state in (State.REGISTERED, State.FROZEN)
        else _("nicht mehr verfügbar"),
        "month": kita_words.month(line.start_on),
        "parts": [part for part in line.parts if part["points"]],
        "offer": words.said(words.OFFERS, offer.state) if offer else "",
        "expires_on": offer.expires_on if offer and offer.state == "sent" else None,
    }


def _deviation(item: Deviation, account: UUID | None, open_: bool) -> dict[str, Any]:
    return {
        "row": item,
        "reason": words.said(staff_words.REASONS, item.reason),
        "may": open_ and item.state == Deviation.State.ASKED and item.asked_by_id != account,
        "passed": len(item.passed_over),
    }


@desk()
def deviate(request: HttpRequest, round_id: UUID, facility_id: UUID, registration_id: UUID) -> HttpResponse:
    """The dialog: for whom, whom it passes over and by how many points, reason, note."""
    row, facility = find(request, round_id), _kita(request, facility_id)
    into = (
        ListEntry.objects.filter(round=row, facility=facility, registration=registration_id, placed=False)
        .select_related("registration__child")
        .first()
    )
    if into is None or row.state != RoundState.CONFIRMING:
        raise NotVisible()
    over = actions.passed_over(row.pk, facility.pk, into)
    error = ""
    if request.method == "POST":
        try:
            _ask(request, row, facility, into)
            messages.success(request, _("Die Abweichung wartet auf die zweite Person."))
            return redirect("kita-rounds:list", round_id=row.pk, facility_id=facility.pk)
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    placed = ListEntry.objects.filter(round=row, facility=facility, placed=True, protected=False)
    context = {
        "row": row,
        "facility": facility,
        "into": into,
        "over": [(line, line.points - into.points) for line in over],
        "outs": [
            (str(line.registration_id), f"{line.registration.child} ({line.points})")
            for line in placed.select_related("registration__child")
        ],
        "reasons": [(key, _(staff_words.REASONS[key])) for key in DeviationReason.values],
        "values": request.POST,
        "errors": [("note", error)] if error else [],
        "error": error,
        "breadcrumb": crumbs(
            (row.name, f"/arbeit/kita/runden/{row.pk}/"),
            (facility.name, f"/arbeit/kita/runden/{row.pk}/kita/{facility.pk}/"),
            (_("Abweichen"), ""),
        ),
    }
    return render(request, "kita/desk/rounds/deviate.html", context, status=422 if error else 200)


def _ask(request: HttpRequest, row: Round, facility: Facility, into: ListEntry) -> None:
    sent = request.POST
    try:
        out = UUID(sent.get("out", ""))
        seen = [UUID(key) for key in sent.getlist("seen")]
    except ValueError:
        raise NotVisible() from None
    actions.ask_deviation(
        actor=actor_of(request),
        round_id=row.pk,
        facility_id=facility.pk,
        out_id=out,
        into_id=into.registration_id,
        reason=sent.get("reason", ""),
        note=sent.get("note", "").replace("\x00", ""),
        seen=seen,
        now=clock.now(),
    )


@desk()
@require_POST
def decide(request: HttpRequest, round_id: UUID, deviation_id: UUID) -> HttpResponse:
    """The second person."""
    find(request, round_id)
    found = Deviation.objects.filter(pk=deviation_id, round=round_id).first()
    if found is None:
        raise NotVisible()
    try:
        actions.decide_deviation(
            actor=actor_of(request),
            deviation_id=deviation_id,
            approve=request.POST.get("verdict") == "approve",
            now=clock.now(),
        )
        messages.success(request, _("Gespeichert."))
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-rounds:list", round_id=round_id, facility_id=found.facility_id)


@desk()
@require_POST
def confirm(request: HttpRequest, round_id: UUID, provider_id: UUID) -> HttpResponse:
    """The provider confirms all its lists."""
    find(request, round_id)
    try:
        actions.confirm(actor=actor_of(request), round_id=round_id, provider_id=provider_id, now=clock.now())
        messages.success(request, _("Die Listen sind bestätigt."))
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-rounds:round", round_id=round_id)


@desk()
def ranking(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """The own order of a Kita at level 2: numbers, one a line, best first."""
    facility = _kita(request, facility_id)
    if facility.provider.level != Level.RANKED:
        raise NotVisible()
    error = ""
    typed = request.POST.get("numbers", "").replace("\x00", "")
    if request.method == "POST":
        try:
            numbers = [line.split()[0] for line in typed.splitlines() if line.strip()]
            actions.save_ranking(
                actor=actor_of(request), facility_id=facility.pk, numbers=numbers[:5_000], now=clock.now()
            )
            messages.success(request, _("Gespeichert."))
            return redirect("kita-rounds:ranking", facility_id=facility.pk)
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    stored = OwnRanking.objects.filter(facility=facility).first()
    context = {
        "facility": facility,
        "stored": stored,
        "numbers": typed or _numbers(facility, stored),
        "errors": [("numbers", error)] if error else [],
        "error": error,
        "breadcrumb": crumbs((facility.name, f"/arbeit/kita/kita/{facility.pk}/"), (_("Eigene Rangliste"), "")),
    }  # fmt: skip
    return render(request, "kita/desk/rounds/ranking.html", context, status=422 if error else 200)


def _numbers(facility: Facility, stored: OwnRanking | None) -> str:
    """The list as it is, then the other applicants by points."""
    found = applicants.applicants(facility, clock.today())
    lines = {item.registration.pk: f"{item.registration.number} {item.registration.child}" for item in found}
    first = [key for key in (stored.registration_ids if stored else []) if key in lines]
    rest = [] if stored else [key for key in lines if key not in first]
    return "\n".join(lines[key] for key in [*first, *rest])
