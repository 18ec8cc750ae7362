"""The family's contract: start plan, cost by month, other hours, the end, absences. The second guardian reads all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import policies
from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita import words as kita_words
from stadtkern.casework.kita.contracts import costs, queries, rules, words
from stadtkern.casework.kita.contracts.actions import changes, family, terms
from stadtkern.casework.kita.contracts.public.costs import children_options, euros_of, scale
from stadtkern.casework.kita.form import day_of
from stadtkern.casework.kita.models import (
    Absence,
    Contract,
    ContractChange,
    ContractTerms,
    Household,
    Registration,
)
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.public.common import actor_of, base
from stadtkern.foundation.access.api import NotVisible, guest_or_resident
from stadtkern.foundation.files import api as files
from stadtkern.foundation.shell.api import read_date
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput


@guest_or_resident
@require_safe
def contracts(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """All contracts of a child that hold or will hold."""
    row, second = policies.find_family(actor_of(request), registration_id)
    today = clock.today()
    found = queries.of_family(row, today)
    household = None if second else Household.objects.filter(registration=row).first()
    context = base(
        request,
        (_("Meine Kita-Anmeldung"), "/kita/meine/"),
        (row.number, f"/kita/meine/{row.pk}/"),
        (_("Vertrag"), ""),
        row=row,
        child=row.child,
        second=second,
        items=[_item(contract, household, today) for contract in found],
        absences=_absences(row, today),
        away_kinds=[(key, words.ABSENCES[key]) for key in words.ABSENCES],
        household=household,
        income=_typed_income(household),
        children=children_options(),
        scale=scale(costs.scale_on(found[0].from_on if found else today)),
        today=today,
    )
    return render(request, "kita/public/contract.html", context)


def _item(row: Contract, household: Household | None, today: date) -> dict[str, Any]:
    plan = queries.terms_of(row)
    begin = max(row.from_on, kita_rules.first_of(today))
    asked = list(ContractChange.objects.filter(contract=row)[:10])
    fits = [
        h
        for h in kita_rules.HOURS
        if h != row.hours and (row.seat_class is None or h <= row.seat_class.max_hours)
    ]
    declared = any(change.kind == "end" and change.state == "agreed" for change in asked)
    return {
        "row": row,
        "terms": plan,
        "presented": plan if plan is not None and plan.contract_id == row.pk and plan.presented_at else None,
        "phases": [
            (phase.from_on, kita_words.said(words.PHASES, phase.code))
            for phase in rules.phases(plan.settling_from_on, plan.settling_days)
        ]
        if plan is not None and plan.settling_to_on > today
        else [],
        "parts": [
            words.stretch(part) for part in costs.of(row.child, row.hours, begin, household, lunch=row.lunch)
        ],
        "changes": [(change, kita_words.said(words.CHANGES, change.state)) for change in asked],
        "hours": [(str(h), _("%(hours)s Stunden") % {"hours": h}) for h in fits],
        "months": _month_options(rules.change_months(today, row.from_on, row.to_on)),
        "ends": [] if declared else _last_days(rules.ends("family", today, row.to_on)),
        "declared": declared,
    }


def _month_options(days: list[date]) -> list[tuple[str, str]]:
    return [(day.isoformat(), kita_words.month(day)) for day in days]


def _last_days(days: list[date]) -> list[tuple[str, str]]:
    """The end as people say it: the last day of care."""
    from django.utils import formats

    return [
        (day.isoformat(), str(formats.date_format(date.fromordinal(day.toordinal() - 1), "j. F Y")))
        for day in days
    ]


def _absences(row: Registration, today: date) -> list[dict[str, Any]]:
    rows = Absence.objects.filter(contract__registration=row, to_on__gt=today)
    return [
        {
            "row": item,
            "kind": kita_words.said(words.ABSENCES, item.kind),
            "last": date.fromordinal(item.to_on.toordinal() - 1),
        }
        for item in rows
    ]


def _typed_income(household: Household | None) -> str:
    if household is None or household.net_income_cents is None:
        return ""
    whole_euros, cents = divmod(household.net_income_cents, 100)
    return f"{whole_euros},{cents:02}" if cents else str(whole_euros)


@guest_or_resident
@require_safe
def file(request: HttpRequest, registration_id: UUID, contract_id: UUID) -> HttpResponseBase:
    """The paper that was presented."""
    row, _second = policies.find_family(actor_of(request), registration_id)
    found = ContractTerms.objects.filter(contract=contract_id, contract__registration=row).first()
    if found is None or found.file_id is None:
        raise NotVisible()
    return files.as_response(found.file_id, inline=True)


# --- what the family says ----------------------------------------------------------------------------------------


def _do(request: HttpRequest, registration_id: UUID, said: str, action: Callable[[], object]) -> HttpResponse:
    try:
        action()
        messages.success(request, said)
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-contract:contracts", registration_id=registration_id)


@guest_or_resident
@require_POST
def sign(request: HttpRequest, registration_id: UUID, contract_id: UUID) -> HttpResponse:
    """Confirm the contract as presented."""

    def act() -> None:
        terms.sign(
            actor=actor_of(request), registration_id=registration_id, contract_id=contract_id, now=clock.now()
        )

    return _do(request, registration_id, _("Bestätigt. Der Vertrag liegt auch in Ihrem Postfach."), act)


@guest_or_resident
@require_POST
def hours(request: HttpRequest, registration_id: UUID, contract_id: UUID) -> HttpResponse:
    """Wish other hours."""

    def act() -> None:
        changes.ask_hours(
            actor=actor_of(request), registration_id=registration_id, contract_id=contract_id,
            hours=whole(request.POST.get("hours")) or 0, from_on=_day(request, "from"), now=clock.now(),
        )  # fmt: skip

    return _do(request, registration_id, _("Ihr Wunsch ist bei der Kita."), act)


@guest_or_resident
@require_POST
def take_back(request: HttpRequest, registration_id: UUID, change_id: UUID) -> HttpResponse:
    """No longer wish it."""

    def act() -> None:
        changes.take_back(
            actor=actor_of(request), registration_id=registration_id, change_id=change_id, now=clock.now()
        )

    return _do(request, registration_id, _("Zurückgenommen."), act)


@guest_or_resident
@require_POST
def lunch(request: HttpRequest, registration_id: UUID, contract_id: UUID) -> HttpResponse:
    """With or without lunch."""

    def act() -> None:
        changes.set_lunch(
            actor=actor_of(request), registration_id=registration_id, contract_id=contract_id,
            lunch=request.POST.get("lunch") == "1", now=clock.now(),
        )  # fmt: skip

    return _do(request, registration_id, _("Gespeichert."), act)


@guest_or_resident
def end(request: HttpRequest, registration_id: UUID, contract_id: UUID) -> HttpResponse:
    """Give notice: a page of its own, so that nobody does it by one tap."""
    row = policies.find_own(actor_of(request), registration_id)
    found = next((item for item in queries.of_family(row, clock.today()) if item.pk == contract_id), None)
    if found is None:
        raise NotVisible()
    error = ""
    if request.method == "POST":
        try:
            changes.give_notice(
                actor=actor_of(request), registration_id=row.pk, contract_id=found.pk, end=_day(request, "end"),
                reason=request.POST.get("reason", "").replace("\x00", ""), now=clock.now(),
            )  # fmt: skip
            messages.success(request, _("Der Vertrag endet an dem Tag, den Sie gewählt haben."))
            return redirect("kita-contract:contracts", registration_id=row.pk)
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    context = base(
        request,
        (row.number, f"/kita/meine/{row.pk}/"),
        (_("Vertrag"), f"/kita/meine/{row.pk}/vertrag/"),
        (_("Kündigen"), ""),
        row=row,
        contract=found,
        ends=_last_days(rules.ends("family", clock.today(), found.to_on)),
        errors=[("end", error)] if error else [],
        error=error,
    )
    return render(request, "kita/public/contract_end.html", context, status=422 if error else 200)


@guest_or_resident
@require_POST
def absent(request: HttpRequest, registration_id: UUID, contract_id: UUID) -> HttpResponse:
    """The child stays away."""

    def act() -> None:
        first, last = read_date(request.POST, "first"), read_date(request.POST, "last")
        if not isinstance(first, date):
            raise InvalidInput("Bitte geben Sie den ersten Tag an.", message_en="Please give the first day.")
        family.tell_absence(
            actor=actor_of(request), registration_id=registration_id, contract_id=contract_id,
            kind=request.POST.get("kind", ""), first=first, last=last if isinstance(last, date) else first, now=clock.now(),
        )  # fmt: skip

    return _do(request, registration_id, _("Die Kita weiß Bescheid. Gute Besserung oder gute Reise!"), act)


@guest_or_resident
@require_POST
def back_again(request: HttpRequest, registration_id: UUID, absence_id: UUID) -> HttpResponse:
    """The child comes again."""

    def act() -> None:
        family.end_absence(
            actor=actor_of(request), registration_id=registration_id, absence_id=absence_id, now=clock.now()
        )

    return _do(request, registration_id, _("Die Kita weiß, dass Ihr Kind wieder kommt."), act)


@guest_or_resident
@require_POST
def household(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """What the fee depends on; only the youth office sees it."""

    def act() -> None:
        income, wrong = euros_of(request.POST.get("income", ""))
        if wrong:
            raise InvalidInput(
                "Bitte geben Sie einen Betrag an, zum Beispiel 2.800.",
                message_en="Please enter an amount, for example 2.800.",
            )
        family.say_household(
            actor=actor_of(request), registration_id=registration_id, children=whole(request.POST.get("children")) or 1,
            net_income_cents=income, benefits=request.POST.get("benefits") == "1", now=clock.now(),
        )  # fmt: skip

    return _do(request, registration_id, _("Gespeichert. Die Kosten sind neu gerechnet."), act)


def _day(request: HttpRequest, name: str) -> date:
    found = day_of(request.POST.get(name, ""))
    if found is None:
        raise InvalidInput("Bitte wählen Sie einen Tag.", message_en="Please choose a day.")
    return found
