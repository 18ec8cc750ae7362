"""Children and contracts of a Kita: start plan, paper, wishes for other hours, who is away, the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import words as kita_words
from stadtkern.casework.kita.actions.providers import parse_time
from stadtkern.casework.kita.contracts import queries, rules, words
from stadtkern.casework.kita.contracts.actions import changes
from stadtkern.casework.kita.contracts.actions import terms as terms_actions
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.desk.kitas import HOME, find
from stadtkern.casework.kita.form import day_of
from stadtkern.casework.kita.models import (
    Absence,
    Contract,
    ContractChange,
    ContractTerms,
    Facility,
)
from stadtkern.casework.kita.notebook import whole
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, paginate, read_date
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def crumbs(row: Facility, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Kita"), HOME), (row.name, reverse("kita-desk:kita", args=[row.pk])), *more]


@desk()
@require_safe
def overview(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Contracts that hold or will hold, what waits, who is away today."""
    row, on = find(request, facility_id), clock.today()
    rows = queries.running(row, on)
    page = paginate(request, rows, 50)
    asked = set(
        ContractChange.objects.filter(contract__facility=row, state="asked").values_list(
            "contract_id", flat=True
        )
    )
    columns = [Column(label=_("Kind")), Column(label=_("ab")), Column(label=_("bis vor")), Column(label=_("Stunden"), numeric=True),
               Column(label=_("Platzart")), Column(label=_("Stand"))]  # fmt: skip
    body = [
        Row(
            cells=[
                Cell(text=str(item.child), href=reverse("kita-contracts:one", args=[row.pk, item.pk])),
                Cell(text=f"{item.from_on:%d.%m.%Y}"),
                Cell(text=f"{item.to_on:%d.%m.%Y}" if item.to_on else "–"),
                Cell(text=item.hours),
                Cell(text=item.seat_class.name if item.seat_class else "–"),
                _standing(item, asked, on),
            ]
        )
        for item in page
    ]
    context = {
        "row": row,
        "total": page.paginator.count,
        "page": page,
        "table": Table(caption=_("Kinder und Verträge"), columns=columns, rows=body) if body else None,
        "todo": queries.todo([row.pk], on),
        "away": _away(row, on),
        "breadcrumb": crumbs(row, (_("Kinder und Verträge"), "")),
    }
    return render(request, "kita/desk/contracts/list.html", context)


def _standing(item: Contract, asked: set[UUID], on: date) -> Cell:
    if item.pk in asked:
        return Cell(text=_("Wunsch offen"), kind="warning")
    terms = getattr(item, "terms", None)
    if item.from_on <= on or item.registration_id is None or item.follows_id is not None:
        return Cell(text=_("läuft") if item.from_on <= on else _("kommt"))
    if terms is None:
        return Cell(text=_("Startplan fehlt"), kind="warning")
    if terms.signed_at is not None:
        return Cell(text=_("bestätigt"), kind="success")
    return Cell(
        text=_("liegt bei der Familie") if terms.presented_at else _("noch nicht vorgelegt"), kind="warning"
    )


def _away(row: Facility, on: date) -> list[dict[str, Any]]:
    rows = Absence.objects.filter(
        contract__facility=row, contract__state=Contract.State.ACTIVE, from_on__lte=on, to_on__gt=on
    ).select_related("contract__child")
    return [
        {"name": str(item.contract.child), "kind": kita_words.said(words.ABSENCES, item.kind), "last": item.to_on - timedelta(days=1)}
        for item in rows[:200]
    ]  # fmt: skip


@desk()
def one(request: HttpRequest, facility_id: UUID, contract_id: UUID) -> HttpResponse:
    """One contract; saving is the start plan. Reading it is logged."""
    row = find(request, facility_id)
    contract = queries.find(row, contract_id)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            _save(request, row, contract)
            messages.success(request, _("Gespeichert."))
            return redirect("kita-contracts:one", facility_id=row.pk, contract_id=contract.pk)
        except NotVisible:
            raise
        except DomainError as caught:
            error = caught
    audit.record(
        actor=actor_of(request), action="kita.read_contract", obj=("kita_contract", contract.pk), now=clock.now(),
        retention="access",
    )  # fmt: skip
    return render(
        request, "kita/desk/contracts/one.html", _context(request, row, contract, error),
        status=error.status if error else 200,
    )  # fmt: skip


def _context(
    request: HttpRequest, row: Facility, contract: Contract, error: DomainError | None
) -> dict[str, Any]:
    on = clock.today()
    own: ContractTerms | None = getattr(contract, "terms", None)
    plan = own or queries.terms_of(contract)
    running = contract.state == Contract.State.ACTIVE and (contract.to_on is None or contract.to_on > on)
    asked = list(ContractChange.objects.filter(contract=contract)[:20])
    declared = any(change.kind == "end" and change.state == "agreed" for change in asked)
    wanted = max(contract.from_on, on)
    free = queries.free_start(
        row, wanted, own.settling_days if own else rules.SETTLING_DAYS, on, without=contract.pk
    )
    text = error.text(request.LANGUAGE_CODE) if error else ""
    return {
        "row": row,
        "contract": contract,
        "child": contract.child,
        "facts": _facts(contract),
        "terms": own,
        "running": running,
        "phases": [
            (phase.from_on, kita_words.said(words.PHASES, phase.code))
            for phase in rules.phases(plan.settling_from_on, plan.settling_days)
        ]
        if plan
        else [],
        "plan_title": _("Plan ändern") if own else _("Startplan anlegen"),
        "plan_open": own is None or bool(error),
        "free_hint": _("Ab dem %(day)s gewöhnen sich nicht zu viele Kinder zugleich ein.")
        % {"day": f"{free:%d.%m.%Y}"},
        "values": _values(request, own, free),
        "open": [change for change in asked if change.state == "asked"],
        "decided": [
            (change, kita_words.said(words.CHANGES, change.state))
            for change in asked
            if change.state != "asked"
        ],
        "absences": [
            {
                "row": item,
                "kind": kita_words.said(words.ABSENCES, item.kind),
                "last": item.to_on - timedelta(days=1),
            }
            for item in Absence.objects.filter(contract=contract, to_on__gt=on)
        ],
        "ends": [
            (day.isoformat(), f"{day - timedelta(days=1):%d.%m.%Y}")
            for day in rules.ends("kita", on, contract.to_on, 6)
        ]
        if running and not declared
        else [],
        "errors": [("settling", text)] if text else [],
        "error": text,
        "breadcrumb": crumbs(
            row,
            (_("Kinder und Verträge"), reverse("kita-contracts:list", args=[row.pk])),
            (str(contract.child), ""),
        ),
    }


def _facts(contract: Contract) -> list[tuple[str, Any]]:
    child, found = contract.child, []
    born = child.birth_date or child.expected_on
    found.append((_("Geburtstag"), f"{born:%d.%m.%Y}" if born else ""))
    if contract.registration is not None:
        for guardian in contract.registration.guardians.all():
            reach = ", ".join(part for part in (guardian.phone, guardian.email) if part)
            found.append(
                (
                    _("Sorgeberechtigt"),
                    f"{guardian.given_names} {guardian.family_name}" + (f" ({reach})" if reach else ""),
                )
            )
    found.append((_("Platzart"), contract.seat_class.name if contract.seat_class else ""))
    found.append((_("Vertrag bis vor"), f"{contract.to_on:%d.%m.%Y}" if contract.to_on else ""))
    found.append((_("Mittagessen"), _("ja") if contract.lunch else _("nein")))
    return [(term, value) for term, value in found if value]


def _values(request: HttpRequest, terms: ContractTerms | None, free: date) -> dict[str, Any]:
    sent = request.POST
    if request.method == "POST":
        return {
            "settling": read_date(sent, "settling"), "meeting": read_date(sent, "meeting"), "days": sent.get("days", ""),
            "key_person": sent.get("key_person", ""), "note": sent.get("note", ""), "meeting_time": sent.get("meeting_time", ""),
        }  # fmt: skip
    met = clock.local(terms.meeting_at) if terms and terms.meeting_at else None
    return {
        "settling": terms.settling_from_on if terms else free,
        "days": terms.settling_days if terms else rules.SETTLING_DAYS,
        "key_person": terms.key_person if terms else "",
        "note": terms.note if terms else "",
        "meeting": met.date() if met else None,
        "meeting_time": f"{met:%H:%M}" if met else "",
    }


def _save(request: HttpRequest, row: Facility, contract: Contract) -> None:
    sent = request.POST
    settling, meeting = read_date(sent, "settling"), read_date(sent, "meeting")
    days = whole(sent.get("days"))
    if not isinstance(settling, date) or days is None:
        raise InvalidInput(
            "Bitte geben Sie an, ab wann und wie lange.", message_en="Please say from when and how long."
        )
    at = parse_time(sent.get("meeting_time", ""))
    met = (
        datetime.combine(meeting, at, tzinfo=clock.ZONE)
        if isinstance(meeting, date) and at is not None
        else None
    )
    if isinstance(meeting, date) and met is None:
        raise InvalidInput("Zum Kennenlernen gehört eine Uhrzeit.", message_en="The meeting needs a time.")
    terms_actions.save(
        actor=actor_of(request), facility_id=row.pk, contract_id=contract.pk, settling_from=settling, settling_days=days,
        key_person=sent.get("key_person", "").replace("\x00", ""), note_text=sent.get("note", "").replace("\x00", ""),
        meeting_at=met, now=clock.now(),
    )  # fmt: skip


def _done(request: HttpRequest, row: Facility, contract_id: UUID, said: str, action: Any) -> HttpResponse:
    try:
        action()
        messages.success(request, said)
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-contracts:one", facility_id=row.pk, contract_id=contract_id)


@desk()
@require_POST
def present(request: HttpRequest, facility_id: UUID, contract_id: UUID) -> HttpResponse:
    """Show the paper to the family."""
    row = find(request, facility_id)

    def act() -> None:
        terms_actions.present(
            actor=actor_of(request), facility_id=row.pk, contract_id=contract_id, now=clock.now()
        )

    return _done(request, row, contract_id, _("Vorgelegt. Die Familie ist benachrichtigt."), act)


@desk()
@require_POST
def decide(request: HttpRequest, facility_id: UUID, change_id: UUID) -> HttpResponse:
    """Agree to other hours or refuse."""
    row = find(request, facility_id)
    change = ContractChange.objects.filter(pk=change_id, contract__facility=row).first()
    if change is None:
        raise NotVisible()

    def act() -> None:
        changes.decide(
            actor=actor_of(request), facility_id=row.pk, change_id=change_id, agree=request.POST.get("verdict") == "agree",
            answer=request.POST.get("answer", "").replace("\x00", ""), now=clock.now(),
        )  # fmt: skip

    return _done(request, row, change.contract_id, _("Entschieden. Die Familie ist benachrichtigt."), act)


@desk()
@require_POST
def end(request: HttpRequest, facility_id: UUID, contract_id: UUID) -> HttpResponse:
    """The Kita ends the contract."""
    row = find(request, facility_id)

    def act() -> None:
        last = day_of(request.POST.get("end", ""))
        if last is None:
            raise InvalidInput("Bitte wählen Sie einen Tag.", message_en="Please choose a day.")
        changes.end_by_kita(
            actor=actor_of(request), facility_id=row.pk, contract_id=contract_id, end=last,
            reason=request.POST.get("reason", "").replace("\x00", ""), now=clock.now(),
        )  # fmt: skip

    return _done(request, row, contract_id, _("Das Ende ist erklärt. Die Familie ist benachrichtigt."), act)


@desk()
@require_safe
def file(request: HttpRequest, facility_id: UUID, contract_id: UUID) -> HttpResponseBase:
    """The paper as it was presented."""
    contract = queries.find(find(request, facility_id), contract_id)
    terms: ContractTerms | None = getattr(contract, "terms", None)
    if terms is None or terms.file_id is None:
        raise NotVisible()
    return files.as_response(terms.file_id, inline=True)
