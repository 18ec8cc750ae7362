"""Finding a Kita: start, list with map, page of one Kita, remembering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import policies, rules, words
from stadtkern.casework.kita.form import day_of
from stadtkern.casework.kita.models import Facility
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.public import citymap
from stadtkern.casework.kita.public.common import (
    MOST_PICKED,
    PICKED,
    actor_of,
    base,
    hour_options,
    month_options,
    picked,
)
from stadtkern.casework.kita.queries import facilities as catalog
from stadtkern.casework.kita.rounds import chances
from stadtkern.foundation.access.api import NotVisible, guest_or_resident, public
from stadtkern.foundation.places import api as places
from stadtkern.foundation.shell.api import paginate
from stadtkern.kernel import clock

KINDS = ("kita", "childminder")


@guest_or_resident
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Three ways: search, register, my registrations."""
    own = list(policies.own_registrations(actor_of(request))[:5])
    return render(request, "kita/public/start.html", base(request, own=own))


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """List and map of what fits."""
    today = clock.today()
    query, asked = read_search(request)
    found = catalog.search(query, today)
    known = chances.last()
    age = chances.group(query.born, query.start or today) if query.born is not None else ""
    page = paginate(request, found, 20)
    if known and age:
        page.object_list = [replace(item, chance=_chance(known[1], item.facility.key, age)) for item in page]
    context = base(
        request,
        (_("Kita suchen"), ""),
        asked=asked,
        page=page,
        chance_round=known[0] if known else None,
        age_known=bool(age),
        total=len(found),
        map=citymap.draw([item.facility for item in found], home=query.home, work=query.work),
        districts=[(row.key, row.name) for row in places.districts()],
        concepts=[(key, words.said(words.CONCEPTS, key)) for key in catalog.concepts_in_use()],
        speaks=[(key, words.said(words.LANGUAGES, key)) for key in catalog.languages_in_use()],
        ages=age_options(),
        hours=hour_options(),
        months=month_options(today),
        kinds=[("kita", _("Kita")), ("childminder", _("Tagespflege"))],
        lost=[name for name in ("home", "work") if asked[name] and getattr(query, name) is None],
        narrowed=any(asked.values()),
        filtered=any(asked[name] for name in asked if name not in ("q", "home")),
    )
    return render(request, "kita/public/search.html", context)


def _chance(counts: Mapping[str, Any], key: str, age: str) -> str:
    """How often it worked in the last round, in words; honest when nothing can be said."""
    found = chances.of(counts, key, age)
    if found.share is None:
        return _("keine Angabe (weniger als fünf Kinder wollten hierhin)")
    if found.share == 0:
        return _("fast kein Kind dieses Alters bekam hier einen Platz")
    if found.share == 100:
        return _("fast jedes Kind dieses Alters bekam hier einen Platz")
    return _("etwa %(n)s von 10 Kindern dieses Alters bekamen hier einen Platz") % {"n": found.share // 10}


def age_options() -> list[tuple[str, str]]:
    return [
        ("6", _("unter 1 Jahr")),
        ("18", _("1 Jahr")),
        ("30", _("2 Jahre")),
        ("48", _("3 Jahre und älter")),
    ]


def read_search(request: HttpRequest) -> tuple[catalog.Search, dict[str, str]]:
    """The search as asked for and as typed; what cannot be read does not narrow."""
    names = ("q", "age", "start", "hours", "concept", "district", "kind", "speaks", "home", "work")
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in names}
    begin = day_of(asked["start"])
    age = whole(asked["age"])
    born = rules.add_months(begin or clock.today(), -age) if age is not None and age < 100 else None
    return (
        catalog.Search(
            text=asked["q"],
            born=born,
            start=begin,
            hours=whole(asked["hours"]),
            concept=asked["concept"],
            district=asked["district"],
            kind=asked["kind"] if asked["kind"] in KINDS else "",
            language=asked["speaks"],
            home=point_of(asked["home"]),
            work=point_of(asked["work"]),
        ),
        asked,
    )


def point_of(text: str) -> catalog.Point | None:
    """Where „Große Bleiche 12“ is, if the city's list of streets knows it."""
    known = rules.address(text)
    return places.point_of(*known) if known else None


@public
@require_safe
def facility(request: HttpRequest, key: str) -> HttpResponse:
    """One Kita: where, when, for whom, how it works."""
    found = catalog.by_keys([key])
    if not found:
        raise NotVisible()
    row = found[0]
    today = clock.today()
    known = chances.last()
    groups = ((chances.UNDER_TWO, _("unter zwei Jahren")), (chances.FROM_TWO, _("ab zwei Jahren")))
    context = base(
        request,
        (_("Kita suchen"), "/kita/suche/"),
        (row.name, ""),
        row=row,
        facts=_facts(row),
        seats=list(row.seat_classes.all()),
        chances=[(label, _chance(known[1], row.key, age)) for age, label in groups] if known else [],
        chance_round=known[0] if known else None,
        open_now=catalog.is_open(row, today),
        closing=row.closed_on,
        map=citymap.draw([row]),
        is_picked=row.key in picked(request),
        text=row.text_en if request.LANGUAGE_CODE != "de" and row.text_en else row.text,
        text_language="en" if request.LANGUAGE_CODE != "de" and row.text_en else "de",
    )
    return render(request, "kita/public/facility.html", context)


def _facts(row: Facility) -> list[tuple[str, Any]]:
    hours = f"{row.opens:%H:%M} – {row.closes:%H:%M}" if row.opens and row.closes else ""
    address = ", ".join(part for part in (row.street, f"{row.postcode} {row.town}".strip()) if part)
    pairs = [
        (_("Träger"), row.provider.name),
        (_("Anschrift"), address),
        (_("Ortsbezirk"), row.district.name if row.district else ""),
        (_("Geöffnet"), hours),
        (_("Mittagessen"), _("ja") if row.lunch else _("nein")),
        (_("Konzept"), ", ".join(words.said(words.CONCEPTS, key) for key in row.concepts)),
        (_("Sprachen im Alltag"), ", ".join(words.said(words.LANGUAGES, key) for key in row.languages)),
        (_("Telefon"), row.phone),
        (_("E-Mail"), row.email),
    ]
    return [(term, value) for term, value in pairs if value]


@guest_or_resident
@require_POST
def remember(request: HttpRequest) -> HttpResponse:
    """Put a Kita on the list of this browser, or take it off."""
    key = request.POST.get("key", "")
    kept = [item for item in picked(request) if item != key]
    if request.POST.get("forget") != "1" and catalog.by_keys([key]):
        kept = [*kept, key][-MOST_PICKED:]
    request.session[PICKED] = kept
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe and back.startswith("/kita/") else "/kita/suche/")
