"""After the run: fairness, yearly report, children without a place and seats left, claims by date, hardship. The youth office only."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.models import HardshipGrant, Registration, Round, RoundState
from stadtkern.casework.kita.rounds import fairness as figures
from stadtkern.casework.kita.rounds import leftover, words
from stadtkern.casework.kita.rounds.actions import hardship as hardships
from stadtkern.casework.kita.rounds.actions import offers
from stadtkern.casework.kita.rounds.desk import words as staff_words
from stadtkern.casework.kita.rounds.desk.rounds import HOME, actor_of, crumbs, find
from stadtkern.foundation.access.api import NotVisible, Role
from stadtkern.foundation.documents import api as documents
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MOST = 200
"""So many children and seats are shown after the round."""
DONE = (RoundState.CERTIFIED, RoundState.CONFIRMING, RoundState.OFFERED, RoundState.CLOSED)


def _done(request: HttpRequest, round_id: UUID) -> Round:
    row = find(request, round_id)
    if row.state not in DONE:
        raise NotVisible()
    return row


def table_of(found: dict[str, Any]) -> Table:
    """The figures by group and district."""
    columns = [
        Column(label=_("Gruppe")),
        Column(label=_("Kinder"), numeric=True),
        Column(label=_("Mit Platz (%)"), numeric=True),
        Column(label=_("Erster Wunsch (%)"), numeric=True),
        Column(label=_("Erste drei (%)"), numeric=True),
        Column(label=_("Weg in Metern (Mitte)"), numeric=True),
    ]
    body = [
        Row(
            cells=[
                Cell(text=words.line(item)),
                Cell(text=item["children"]),
                Cell(text=item["placed"]),
                Cell(text=item["first"]),
                Cell(text=item["top_three"]),
                Cell(text="–" if item["metres"] is None else item["metres"]),
            ]
        )
        for item in found["rows"]
    ]
    return Table(caption=_("Ergebnis nach Gruppen und Ortsbezirken"), columns=columns, rows=body)


@desk(Role.KITA_OFFICE)
@require_safe
def fairness(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The audit page: only groups of five and more."""
    row = _done(request, round_id)
    found = figures.figures(row)
    context = {
        "row": row,
        "found": found,
        "table": table_of(found),
        "deviations": _deviations(found),
        "breadcrumb": crumbs((row.name, reverse("kita-rounds:round", args=[row.pk])), (_("Fairness"), "")),
    }
    return render(request, "kita/desk/rounds/fairness.html", context)


def _deviations(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (
            words.said(staff_words.REASONS, item["reason"]) if item["reason"] else _("andere Gründe"),
            _("weniger als fünf") if item["count"] is None else str(item["count"]),
        )
        for item in found["deviations"]
    ]


@desk(Role.KITA_OFFICE)
@require_safe
def report(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The yearly report as PDF, for the committee and the public."""
    row = _done(request, round_id)
    response = HttpResponse(report_pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="kita-vergabe.pdf"'
    return response


def report_pdf(row: Round) -> bytes:
    """The same bytes for the same round."""
    found = figures.figures(row)
    data = {
        "title": row.name,
        "numbers": [
            [_("Kinder in der Runde"), str(row.result["children"])],
            [_("Kinder mit Platz"), str(row.result["placed"])],
            [_("Erster Wunsch"), str(row.result["first"])],
            [_("Einer der ersten drei Wünsche"), str(row.result["top_three"])],
            [_("Plätze in der Runde"), str(row.result["seats"])],
            [_("Vom Los entschieden (%)"), "–" if found["lottery"] is None else str(found["lottery"])],
            [_("Berechtigter Neid"), str(found["justified_envy"])],
        ],
        "columns": [str(column.label) for column in table_of(found).columns],
        "rows": [[str(cell.text) for cell in line.cells] for line in table_of(found).rows],
        "deviations": [list(pair) for pair in _deviations(found)],
        "root": row.root_sha256,
        "instance": row.result["instance_sha256"],
        "outcome": row.result["outcome_sha256"],
        "beacon": row.beacon_hex,
        "source": row.beacon_source,
    }
    return documents.render_pdf(
        "kita/round_report",
        data,
        title=row.name,
        created=row.run_at.replace(microsecond=0) if row.run_at else None,
    )


@desk(Role.KITA_OFFICE)
@require_safe
def afterwards(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Children without a place, seats left, and a proposal with the least way. Before the offers there is nothing to show yet."""
    row = find(request, round_id)
    if row.state not in (RoundState.OFFERED, RoundState.CLOSED):
        messages.info(request, _("Diese Seite gibt es, sobald die Angebote der Runde verschickt sind."))
        return redirect("kita-rounds:round", round_id=row.pk)
    children, seats = leftover.waiting(row)[:MOST], leftover.seats_left(row)
    found = leftover.proposals(children, seats)
    proposed = {item.registration.pk for item in found}
    context = {
        "row": row,
        "proposals": found,
        "without": [item for item in children if item.pk not in proposed],
        "seats": seats[:MOST],
        "open": row.state == RoundState.OFFERED,
        "breadcrumb": crumbs((row.name, reverse("kita-rounds:round", args=[row.pk])), (_("Nach der Runde"), "")),
    }  # fmt: skip
    return render(request, "kita/desk/rounds/afterwards.html", context)


@desk(Role.KITA_OFFICE)
@require_POST
def place(request: HttpRequest, round_id: UUID, registration_id: UUID) -> HttpResponse:
    """Offer one of the seats that are left."""
    row = find(request, round_id)
    child = Registration.objects.filter(pk=registration_id).first()
    try:
        seat, facility = UUID(request.POST.get("seat", "")), UUID(request.POST.get("facility", ""))
    except ValueError:
        raise NotVisible() from None
    if child is None:
        raise NotVisible()
    try:
        offers.offer_place(
            actor=actor_of(request),
            round_id=row.pk,
            registration_id=child.pk,
            facility_id=facility,
            seat_class_id=seat,
            start=child.start_on,
            now=clock.now(),
        )
        messages.success(request, _("Das Angebot wird verschickt."))
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-rounds:afterwards", round_id=row.pk)


@desk(Role.KITA_OFFICE)
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Whose legal claim is due, by date: six, three and one months before, and after."""
    found = leftover.claims(clock.today())
    columns = [
        Column(label=_("Anspruch ab")),
        Column(label=_("Aktenzeichen")),
        Column(label=_("Kind")),
        Column(label=_("Stand")),
        Column(label=_("Abgelehnte Angebote"), numeric=True),
    ]
    body = [
        Row(
            cells=[
                Cell(text=f"{item.due:%d.%m.%Y}", kind=item.light, note=_light(item.due)),
                Cell(
                    text=item.registration.number,
                    href=reverse("kita-desk:entered", args=[item.registration.pk]),
                ),
                Cell(text=str(item.registration.child)),
                Cell(text=_(item.registration.get_state_display())),
                Cell(text=item.refused),
            ]
        )
        for item in found
    ]
    context = {
        "table": Table(caption=_("Rechtsansprüche"), columns=columns, rows=body) if body else None,
        "due": sum(item.due <= clock.today() for item in found),
        "breadcrumb": [(_("Kita"), HOME), (_("Rechtsansprüche"), "")],
    }
    return render(request, "kita/desk/rounds/claims.html", context)


def _light(due: date) -> str:
    return _("fällig") if due <= clock.today() else ""


@desk(Role.KITA_OFFICE)
def hardship(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Ask for a hardship seat, approve it as second person, end it."""
    child = Registration.objects.select_related("child").filter(pk=registration_id).first()
    if child is None:
        raise NotVisible()
    error, status = "", 200
    if request.method == "POST":
        try:
            _decide(request, child.pk)
            messages.success(request, _("Gespeichert."))
            return redirect("kita-rounds:hardship", registration_id=child.pk)
        except DomainError as caught:
            error, status = caught.text(request.LANGUAGE_CODE), caught.status
    grant = HardshipGrant.objects.filter(registration=child).first()
    context = {
        "child": child,
        "grant": grant,
        "own": grant is not None and grant.asked_by_id == actor_of(request).account_id,
        "errors": [("reason", error)] if error else [],
        "error": error,
        "breadcrumb": [(_("Kita"), HOME), (_("Härtefall"), "")],
    }
    return render(request, "kita/desk/rounds/hardship.html", context, status=status)


def _decide(request: HttpRequest, key: UUID) -> None:
    verb, actor, now = request.POST.get("verdict"), actor_of(request), clock.now()
    if verb == "approve":
        hardships.approve(actor=actor, registration_id=key, now=now)
    elif verb == "end":
        hardships.end(actor=actor, registration_id=key, now=now)
    else:
        reason = request.POST.get("reason", "").replace("\x00", "")
        hardships.ask(actor=actor, registration_id=key, reason=reason, now=now)
