"""/kita/kosten/: what a place costs, for everybody, with the reason of every amount. Nothing is kept."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.kita import rules as kita_rules
from stadtkern.casework.kita.contracts import costs, words
from stadtkern.casework.kita.contracts.rules import stretches
from stadtkern.casework.kita.fees.calculator import Situation, course
from stadtkern.casework.kita.fees.tariff import Tariff
from stadtkern.casework.kita.form import day_of
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.public.common import base, hour_options, month_options
from stadtkern.foundation.access.api import public
from stadtkern.foundation.shell.api import read_date
from stadtkern.kernel import clock

MOST_EUROS = 100_000


@public
@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: HttpRequest) -> HttpResponse:
    """The income travels in the body of a POST, never in an address, and is not stored."""
    today = clock.today()
    errors: dict[str, str] = {}
    shown: dict[str, Any] = {}
    if request.method == "POST":
        errors, asked, start = read(request, today)
        if not errors and asked is not None:
            tariff = costs.scale_on(start)
            parts = stretches(course(tariff, asked, max(start, tariff.valid_from), costs.AHEAD))
            shown = {"parts": [words.stretch(part) for part in parts], "scale": scale(tariff)}
    months = [(kita_rules.first_of(today).isoformat(), _("jetzt")), *month_options(today)]
    context = base(
        request,
        (_("Was kostet ein Platz?"), ""),
        typed=request.POST,
        born=read_date(request.POST, "born")
        if request.method == "POST"
        else day_of(request.GET.get("geboren", "")),
        hours=hour_options(),
        hours_value=request.POST.get("hours") or request.GET.get("stunden", "7"),
        months=months,
        start=request.POST.get("start") or request.GET.get("ab", ""),
        children=children_options(),
        errors=list(errors.items()),
        error=errors,
        example=scale(costs.scale_on(today)),
        **shown,
    )
    return render(request, "kita/public/costs.html", context, status=422 if errors else 200)


def children_options() -> list[tuple[str, str]]:
    return [("1", "1"), ("2", "2"), ("3", "3"), ("4", _("4 oder mehr"))]


def scale(tariff: Tariff) -> dict[str, str]:
    """The name of the scale and what has to be said about it."""
    title = tariff.title if get_language() == "de" else tariff.title_en
    return {"title": title, "note": tariff.note, "legal_basis": tariff.legal_basis}


def read(request: HttpRequest, today: date) -> tuple[dict[str, str], Situation | None, date]:
    """What was typed: (errors by field, situation, first month)."""
    sent = request.POST
    errors: dict[str, str] = {}
    born = read_date(sent, "born")
    if not isinstance(born, date):
        errors["born"] = _("Bitte geben Sie den Geburtstag oder den errechneten Termin an.")
    start = day_of(sent.get("start", "")) or kita_rules.first_of(today)
    if isinstance(born, date) and not kita_rules.add_months(start, -84) <= born <= kita_rules.add_months(
        start, 12
    ):
        errors["born"] = _("In dem Monat ist Ihr Kind noch nicht geboren oder schon in der Schule.")
    income, wrong = euros_of(sent.get("income", ""))
    if wrong:
        errors["income"] = _("Bitte geben Sie einen Betrag an, zum Beispiel 2.800.")
    if errors or not isinstance(born, date):
        return errors, None, start
    hours = whole(sent.get("hours")) or 7
    asked = Situation(
        birth_date=born,
        hours=hours if hours in kita_rules.HOURS else 7,
        net_income_cents=income,
        children=min(max(whole(sent.get("children")) or 1, 1), 20),
        benefits=sent.get("benefits") == "1",
        lunch=sent.get("lunch") == "1",
    )
    return {}, asked, start


def euros_of(text: str) -> tuple[int | None, bool]:
    """ "2.800", "2800,50", "2800 €" in cents, and whether it could not be read; empty is not told."""
    clean = re.sub(r"[\s€]", "", text.replace("\x00", ""))[:20]
    if not clean:
        return None, False
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{3})+|\d{1,6})(?:,(\d{1,2}))?", clean)
    if match is None:
        return None, True
    value = int(match[1].replace(".", "")) * 100 + int((match[2] or "0").ljust(2, "0"))
    return (value, False) if value <= MOST_EUROS * 100 else (None, True)
