"""Goal 5: a new municipality, without demo data, SQL or code, to its first published service; roles, audit, isolation."""

from __future__ import annotations

import io
import re
import time
from typing import Any

from tests.journeys import api
from tests.journeys.browser import Person
from tests.journeys.city import OFFICE, SERVICE, SERVICE_TITLE, TEAM
from tests.journeys.desk import numbers_in, open_case


def test_an_empty_installation_reaches_its_first_service(city: Any, person: Any, scripts: bool) -> None:
    assert any("Ämter und Teams" in line for line in city.checklist), city.checklist
    assert "Zeile 9" in city.bad_rows and "1 Zeile wird ausgelassen" in city.bad_rows, city.bad_rows
    assert city.seconds < 3600  # the issue gives an hour
    visitor = person(city.base)
    assert city.name.removeprefix("Stadt ") in visitor.go("/").page.content()
    visitor.go(f"/leistungen/{SERVICE}/").sees(SERVICE_TITLE).click(re.compile("Online beantragen"))
    visitor.sees("Das brauchen Sie")
    # the wizard is shut for good
    assert b'name="code"' not in visitor.fetch("/einrichten/")[1]


def test_logo_colours_mail_and_sign_on(city: Any, person: Any, scripts: bool) -> None:
    from PIL import Image

    chief = city.desk("chefin", make=person, scripts=scripts)
    place = own_municipality(chief, city.name)

    # colours that nobody could read are refused; good ones are on every page
    colour = f"#{city.town.random.randint(0, 0x3F):02x}2b4d"
    chief.go(place).fill("Farbe 1", "#ffff00").click(re.compile("^(Angaben )?[Ss]peichern$"), role="button")
    assert chief.page.locator(".sk-errors, .kern-error").filter(visible=True).count(), chief.text()
    chief.fill("Farbe 1", colour).fill("Anschrift", "Rathausplatz 1\n55116 Mainz")
    chief.fill("Absenderadresse der E-Mails", "stadt@stadt.example")
    chief.click(re.compile("^(Angaben )?[Ss]peichern$"), role="button")
    buffer = io.BytesIO()
    Image.new("RGB", (120, 60), (120, 20, 40)).save(buffer, "PNG")
    chief.go(place).upload(
        "Bilddatei", {"name": "wappen.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    )
    chief.click("Logo speichern")
    visitor = person(city.base)
    visitor.go("/")
    end = time.monotonic() + 20  # the other web process keeps the municipality for a few seconds
    logos = visitor.page.locator("header img[src*='/marke/logo']")
    while colour not in visitor.fetch("/marke.css")[1].decode() or not logos.count():
        assert time.monotonic() < end, visitor.fetch("/marke.css")
        time.sleep(1)
        visitor.go("/")
    status, logo, headers = visitor.fetch("/marke/logo")
    assert (
        status == 200
        and headers["content-type"].startswith("image/")
        and Image.open(io.BytesIO(logo)).width <= 120
    )

    # a test mail arrives
    chief.go(place).click("Testmail an mich schicken")
    city.mail("chefin@stadt.example", "Testmail")
    assert not re.search(r"E-Mail-Versand prüfen[^\n]*\n?[^\n]*offen", chief.go("/verwaltung/").text())

    # a sign-on service of the state stands on the login page, until it is taken away
    name = f"Landeskonto {city.town.word()}"
    chief.go("/verwaltung/anmeldung/neu/").fill("Name auf der Anmeldeseite", name)
    chief.fill("Kürzel", name.split()[1].lower()).fill(
        "Adresse des Anbieters", "https://konto.land.example/realms/x"
    )
    chief.fill("Client-ID", "stadt").page.locator("input[name=client_secret]").fill("geheim")
    chief.page.locator("main form button.kern-btn--primary").first.click()
    chief.page.wait_for_load_state("load")
    visitor.go("/accounts/login/")
    assert visitor.has(f"Mit {name} anmelden"), chief.text()
    chief.go("/verwaltung/anmeldung/").click(f"Entfernen {name}", role="link")
    chief.click(re.compile("ntfernen"), role="button")
    assert not visitor.go("/accounts/login/").has(f"Mit {name} anmelden")


def own_municipality(chief: Person, name: str) -> str:
    """The address of the page of one's own municipality."""
    chief.go("/verwaltung/kommunen/").page.locator("main table a", has_text=name).first.click()
    chief.page.wait_for_load_state("load")
    return chief.page.url


def test_a_role_takes_effect_and_leaves_a_trace(city: Any, person: Any, scripts: bool) -> None:
    login = f"neu.{city.town.mark}.{'mit' if scripts else 'ohne'}"
    number = api.submit(city.base, city.town.resident(today=city.today), city.town.key())["case_number"]
    worker = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(worker, number)
    chief = city.desk("chefin", make=person, scripts=scripts)

    # a new colleague, auditor for the whole town
    chief.go("/verwaltung/personal/neu/").fill("Anmeldename", login).fill("Name", "Nadia Neu", exact=True)
    chief.fill("E-Mail", f"{login}@stadt.example").choose("Rolle", "Revision und Datenschutz")
    chief.click("Konto anlegen", role="button").click("Link für das Passwort erzeugen", role="button")
    link = re.search(r"https?://[^\s\"<]+/accounts/password/reset/[^\s\"<]+", chief.page.content())
    assert link, chief.text()
    someone = person(city.base)
    someone.go(link.group(0))
    city.choose_password(someone)
    known = city.second_factor(someone, login)
    someone.go("/verwaltung/protokoll/")
    assert someone.fetch("/verwaltung/personal/")[0] in (403, 404)

    # logs in as every day, with password and second factor; a wrong password is refused
    again = person(city.base)
    again.go("/accounts/login/").page.locator("input[name=login]").fill(login)
    again.page.locator("input[name=password]").fill("falsch")
    again.click("Anmelden", role="button")
    assert (
        "/accounts/login/" in again.page.url and again.fetch("/arbeit/")[0] != 200
    ) or "/accounts/" in again.page.url
    again.log_in(login, city.password, known.secret)
    again.go("/verwaltung/protokoll/")

    # one more role, at once: the team's cases; taken away, at once: nothing but the audit trail
    chief.go(f"/verwaltung/personal/?q={login}").click("Nadia Neu", role="link")
    page = chief.page.url
    chief.page.locator("details summary", has_text="Weitere Rolle vergeben").click()
    chief.choose("Rolle", "Sachbearbeitung").choose("gilt für", f"– {TEAM}").click(
        "Rolle vergeben", role="button"
    )
    chief.go(page).sees("Sachbearbeitung")
    assert number in numbers_in(again.go("/arbeit/?bereich=alle&sort=-eingang"))
    again.go(path).click("Vermerk schreiben").fill("Vermerk", "Neu hier.").click("Vermerk speichern")
    chief.go(page).click(re.compile("Beenden.*Sachbearbeitung"), role="link").click("Rolle heute beenden")
    assert again.fetch(path + "schritt/vermerk/")[0] in (403, 404)
    assert not again.go(path, status=again.fetch(path)[0]).has("Entscheiden")

    # the auditor reads who did what, with the proof; the caseworker does not
    auditor = city.desk("r.revision", make=person, scripts=scripts)
    auditor.go("/verwaltung/protokoll/?wer=chefin")
    trail = auditor.text()
    assert "access.assign_role" in trail or "Rolle" in trail, trail[:1500]
    auditor.go(f"/verwaltung/protokoll/?wer={login}").sees("Nadia Neu")
    auditor.page.locator("main table a").first.click()
    auditor.page.wait_for_load_state("load")
    auditor.sees("Nachweis")
    assert worker.fetch("/verwaltung/protokoll/")[0] in (403, 404)
    verified = city.installation.run("audit", "verify", "--tenant", "musterstadt").stdout
    assert '"ok": true' in verified, verified

    # blocked: out everywhere, at once
    chief.go(page).click("Konto sperren", role="link").click("Konto sperren", role="button")
    assert again.go("/arbeit/").page.url.split("?")[0].endswith("/accounts/login/"), again.page.url


def test_a_second_municipality_is_apart(city: Any, person: Any, scripts: bool) -> None:
    slug = f"nachbar-{city.town.mark}-{'m' if scripts else 'o'}"
    name = f"{city.town.neighbour} {slug[-10:]}"
    number = api.submit(city.base, city.town.resident(today=city.today), city.town.key())["case_number"]
    worker = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(worker, number).removeprefix(city.base)
    chief = city.desk("chefin", make=person, scripts=scripts)
    base = f"http://{slug}.localhost:{city.installation.port}"
    chief.go("/verwaltung/kommunen/neu/").fill("Name", name, exact=True).fill("Kürzel", slug)
    chief.fill("Adressen im Netz", f"{slug}.localhost").fill("Anmeldename der Verwaltung", f"chef.{slug}")
    chief.fill("E-Mail der Verwaltung", f"chef@{slug}.example").click("Kommune anlegen", role="button")
    chief.sees("ist angelegt")
    link = chief.page.locator("main code").inner_text()

    # its administrator begins from nothing, and sees nothing of the first town
    other = person(base)
    other.go(re.sub(r"^https?://[^/]+", base, link))
    city.choose_password(other)
    city.second_factor(other, f"chef.{slug}")
    assert name in other.go("/").page.content()
    other.go("/verwaltung/").sees("Ämter und Teams")
    assert "w.werk" not in other.go("/verwaltung/personal/").text()
    assert OFFICE not in other.go("/verwaltung/aemter/").text()
    assert "w.werk" not in other.go("/verwaltung/protokoll/").text()
    for foreign in (path, f"/leistungen/{SERVICE}/", f"/antrag/{SERVICE}/"):
        assert status_of(other, base + foreign) in (403, 404), foreign

    # nobody of the first town has a desk there, nor the other way round
    stranger = person(base)
    stranger.go("/accounts/login/").page.locator("input[name=login]").fill("w.werk")
    stranger.page.locator("input[name=password]").fill(city.password)
    stranger.page.locator("form:has(input[name=password]) button").first.click()
    stranger.page.wait_for_load_state("load")
    for door in ("/arbeit/", "/verwaltung/personal/", path):
        status = status_of(stranger, base + door)
        assert status in (403, 404) or "/accounts/" in stranger.page.url, (door, status, stranger.page.url)
        assert number not in stranger.page.content()
    assert number in numbers_in(worker.go(f"/arbeit/?q={number}"))


def status_of(someone: Person, url: str) -> int:
    """How a page answers."""
    response = someone.page.goto(url)
    assert response is not None
    return response.status
