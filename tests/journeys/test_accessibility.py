"""axe-core on one instance of every page of both fronts, error states included: no findings.

The pages are found as people find them: by following links, as guest, resident, and each kind of staff. Addresses nobody
reaches by a link are opened here by name or listed in ``UNREACHED`` with a reason. The full matrix (phone, dark) is in
``make bench PART=a11y``.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.journeys import api, axe, dogs, pages
from tests.journeys.browser import DESK, PHONE, Person
from tests.journeys.city import SERVICE

SEEDS = (
    "/", "/suche/?q=hund", "/suche/?q=qqqq", "/leistungen/", "/lebenslagen/", "/aemter/", "/aktuelles/", "/impressum/", "/datenschutz/",
    "/barrierefreiheit/", "/hilfe/", "/gallery", "/api/docs", "/vorgaenge/", "/vorgaenge/zugang/", "/postfach/", "/meine-daten/",
    "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/antrag/weitermachen/", f"/antrag/{SERVICE}/",
    "/gibt-es-nicht/", "/konto/", "/accounts/2fa/", "/accounts/email/", "/accounts/password/change/", "/accounts/sessions/",
)  # fmt: skip
DESK_SEEDS = (
    "/arbeit/?bereich=alle&stand=alle", "/arbeit/leistungen/", "/arbeit/leistungen/vorlagen/", "/arbeit/leistungen/einlesen/",
    "/arbeit/formulare/", "/arbeit/formulare/einlesen/", "/arbeit/erfassen/", "/arbeit/post/", "/arbeit/post/e-mails/",
    "/verwaltung/", "/verwaltung/aemter/", "/verwaltung/personal/", "/verwaltung/anmeldung/", "/verwaltung/orte/",
    "/verwaltung/protokoll/", "/verwaltung/auftraege/", "/verwaltung/kommunen/", "/verwaltung/personal/abwesenheiten/",
)  # fmt: skip
# Reached only in a state that this run does not make, or only with a device.
UNREACHED = re.compile(
    r"^/einrichten/|^/demo-idp/|^/accounts/|/zahl|gezahlt|/termin/|/zahlung/|/konto/|/nach-anmeldung|/widerspruch|"
    r"/freigabe/|/aenderungen/|/unterschied/|/abwesenheiten/|/stapel/|/brief/|/beenden/|/loeschen/|/vorlage/|/einreichung/|"
    r"/eingang/<|/neue-fassung/|/absenden/|/vorschau/<slug|/fertig/|/codelisten/<|/vergleich/|/regel/|/antworten/|/postfach/<|"
    r"/aktuelles/<|/hilfe/<|/weitermachen/<|/verwaltung/anmeldung/<|/kopieren/|/vorschau/$|/uebernehmen/|/beginnen/|/testmail/"
)
MOST = 260


def crawl(person: Person, seeds: tuple[str, ...], known: dict[str, str]) -> None:
    """Follow links with plain requests; the first address of every pattern is kept in ``known`` (route → path)."""
    routes = [
        (route, pages.regex_of(route)) for route, _view in pages.patterns() if not pages.reason_against(route)
    ]
    waiting, seen = list(seeds), set(seeds)
    while waiting and len(seen) < 900:
        path = waiting.pop(0)
        plain = urlsplit(path).path
        route = next((route for route, rule in routes if rule.match(plain)), None)
        if route in known and path not in seeds:
            continue
        answer = person.context.request.get(person.base + path, max_redirects=3)
        if "text/html" not in answer.headers.get("content-type", "") or answer.status >= 500:
            continue
        landed = urlsplit(answer.url)
        if answer.status == 200 and landed.path == plain and route:
            known.setdefault(route, path)
        for href in re.findall(r'<a [^>]*href="([^"#]+)"', answer.text()):
            link = urlsplit(urljoin(answer.url, href.replace("&amp;", "&")))
            target = link.path + (f"?{link.query}" if link.query else "")
            if (
                link.netloc == urlsplit(person.base).netloc
                and target not in seen
                and not pages.reason_against(link.path)
            ):
                seen.add(target)
                waiting.append(target)


def look(person: Person, path: str, script: str, variant: str) -> Iterator[str]:
    """Findings of the page, and of the same page with the errors of an empty form."""
    response = person.page.goto(person.base + path)
    for line in axe.findings(person.page, script):
        yield f"{variant} {path} → {line}"
    if response is None or response.status != 200:
        return
    empty = person.page.locator(
        "main form[method=post]:has(:is(input:not([type=checkbox]):not([type=radio]),textarea)[required])"
    )
    for form in empty.all()[:1]:
        fields = form.locator(
            ":is(input:not([type=hidden]):not([type=checkbox]):not([type=radio]),textarea)[required]"
        )
        if any(item.input_value() for item in fields.all()):
            return
        button = form.locator("button[type=submit]:not(.sk-first-button):visible").first
        if not button.count():
            return
        with person.page.expect_navigation():
            button.click()
        for line in axe.findings(person.page, script):
            yield f"{variant} {path} (Fehler) → {line}"


def people(city: Any, open_person: Any, tmp_path: Path) -> list[tuple[str, Person, tuple[str, ...]]]:
    """A guest with an application and a draft, and the staff."""
    for _ in range(2):
        api.submit(city.base, city.town.resident(today=city.today), secrets.token_hex(8))
    guest = open_person(city.base)
    dogs.begin_as_guest(guest)
    resident = city.town.resident(today=city.today)
    dogs.fill_all(guest, resident, tmp_path)
    own = urlsplit(guest.page.url).path
    dogs.begin_as_guest(guest)
    draft = urlsplit(guest.page.url).path
    base = draft.split("seite/")[0]
    more = (
        own,
        draft,
        base + "uebersicht/",
        base + "unterbrechen/",
        base + "loeschen/",
        base + "seite/hund/",
        base + "seite/zahlung/",
    )
    found = [("Gast", guest, (*SEEDS, *more))]
    for login in ("w.werk", "s.service", "c.schalter", "chefin", "r.revision"):
        someone = open_person(city.base)
        someone.log_in(login, city.password, city.logins[login].secret)
        found.append((login, someone, (*DESK_SEEDS, "/konto/", "/konto/app-passwoerter/", "/accounts/2fa/")))
    return found


def run(
    city: Any, open_person: Any, tmp_path: Path, variants: tuple[tuple[str, Any, str], ...]
) -> tuple[list[str], list[str], int]:
    """Findings, routes nobody reached, and the number of pages looked at."""
    script, problems, all_known, looked = axe.source(), [], set(), 0
    taken: set[str] = set()
    for who, person, seeds in people(city, open_person, tmp_path):
        known: dict[str, str] = dict.fromkeys(taken, "")
        crawl(person, seeds, known)
        own = {route: path for route, path in known.items() if path}
        taken |= set(own)
        all_known |= set(known)
        missing = [path for path in seeds if path == "/gibt-es-nicht/"]
        for name, device, scheme in variants:
            size = device["viewport"]
            person.page.set_viewport_size(size)
            person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for path in [*own.values(), *missing]:
                looked += 1
                problems += look(person, path, script, f"{who} {name}")
    wanted = {route for route, _view in pages.patterns() if not pages.reason_against(route)}
    return problems, sorted(route for route in wanted - all_known if not UNREACHED.search(route)), looked


LIGHT_DESK = (("Schreibtisch hell", DESK, "light"),)
ALL = (
    *LIGHT_DESK,
    ("Schreibtisch dunkel", DESK, "dark"),
    ("Telefon hell", PHONE, "light"),
    ("Telefon dunkel", PHONE, "dark"),
)


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
def test_every_page(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    full = os.environ.get("A11Y") == "full"
    problems, unreached, looked = run(city, person, tmp_path, ALL if full else LIGHT_DESK)
    sys.stdout.write(f"{looked} pages looked at; not reached: {unreached}\n")
    assert not problems, f"{len(problems)} findings:\n" + "\n".join(problems[:80])
    assert looked >= 60
