"""Goal of issue 3: a process designer changes a procedure, a second person publishes, a new application runs on it."""

from __future__ import annotations

import re
from typing import Any

from tests.journeys import api
from tests.journeys.browser import Person
from tests.journeys.city import SERVICE, SERVICE_TITLE
from tests.journeys.desk import open_case

HOME = "/arbeit/werkstatt/"


def begin(designer: Person) -> str:
    """A draft of the installed procedure; one that an earlier journey left open is thrown away first."""
    designer.go(HOME)
    row = designer.page.locator("tr", has_text=SERVICE)
    if re.search("in Arbeit|zur Prüfung", row.inner_text()):
        row.get_by_role("link").first.click()
        designer.page.wait_for_load_state("load")
        if designer.has("Zurücknehmen und weiterarbeiten"):
            designer.click("Zurücknehmen und weiterarbeiten", role="button")
        designer.click("Entwurf verwerfen", role="button")
    designer.go(f"{HOME}neu/?leistung={SERVICE}").click("Entwurf anlegen", role="button")
    assert designer.heading() == SERVICE_TITLE
    return designer.page.url


def test_a_procedure_changes_by_two_people(city: Any, person: Any, scripts: bool) -> None:
    before = api.submit(city.base, city.town.resident(today=city.today), city.town.key())["case_number"]
    word = city.town.word()
    designer = city.desk("g.gestalt", make=person, scripts=scripts)
    draft = begin(designer)
    designer.sees("Kein Unterschied zu dem, was öffentlich ist")

    # a text and an element, on their pages
    designer.go(f"{draft}texte/").click("Stände", role="link")
    review = designer.page.locator("section", has=designer.page.get_by_role("heading", name="in_review"))
    review.locator("input[name$='label_de']").fill(f"Wird geprüft ({word})")
    designer.click("Texte speichern", role="button")
    designer.go(f"{draft}ablauf/").click("Antrag prüfen", role="link", exact=True)
    designer.fill("Fällig nach", "12").click("Speichern", role="button", exact=True)
    designer.go(f"{draft}ablauf/").sees("12 Arbeitstage")
    if scripts:
        the_drawing_is_checked_while_it_is_made(designer)

    # what cannot run is said with its reason, and not handed over
    designer.go(f"{draft}ablauf/element/f_was_nun_warten/").fill("Bedingung", 'action = = "x"')
    designer.click("Speichern", role="button", exact=True)
    designer.go(f"{draft}uebergeben/").sees("noch nicht ausführen", "nachfordern")
    designer.go(f"{draft}ablauf/element/f_was_nun_warten/").fill("Bedingung", 'action = "ask_applicant"')
    designer.click("Speichern", role="button", exact=True)

    # handed over; the author herself cannot publish
    designer.go(f"{draft}uebergeben/").fill("Was ist neu", f"Neuer Name {word}")
    designer.click("Zur Prüfung übergeben", role="button").sees("Wartet auf eine zweite Person")
    designer.go(f"{draft}veroeffentlichen/").sees("Sie haben an diesem Entwurf mitgearbeitet")
    assert not designer.has("Jetzt veröffentlichen")

    # the second person gives back with a reason, then publishes
    second = city.desk("p.pruef", make=person, scripts=scripts)
    second.go(HOME).sees("wartet auf eine zweite Person")
    second.go(f"{draft}veroeffentlichen/").sees(f"Wird geprüft ({word})", f"Neuer Name {word}")
    second.fill("Oder zurückgeben", "Bitte noch einmal ansehen").click("Zurückgeben", role="button")
    designer.go(draft).sees("Bitte noch einmal ansehen")
    designer.go(f"{draft}uebergeben/").click("Zur Prüfung übergeben", role="button")
    second.go(f"{draft}veroeffentlichen/").click("Jetzt veröffentlichen", role="button")
    second.sees("Veröffentlicht als Fassung")

    # a new application runs on it, the running one stays
    after = api.submit(city.base, city.town.resident(today=city.today), city.town.key())["case_number"]
    worker = city.desk("w.werk", make=person, scripts=scripts)
    for number, expected in ((after, True), (before, False)):
        open_case(worker, number)
        if worker.has("Übernehmen"):
            address = worker.page.url
            worker.click("Übernehmen").go(address)
        assert (f"Wird geprüft ({word})" in worker.page.locator("body").inner_text()) is expected, number

    # as a package, out and in again: nothing new
    package = designer.download("Als Paket ausgeben") if designer.go(draft).has("Als Paket ausgeben") else b""
    assert package[:2] == b"PK"
    designer.go(f"{HOME}einlesen/").upload(
        "Paket", {"name": "paket.zip", "mimeType": "application/zip", "buffer": package}
    )
    designer.click("Prüfen, was es bringt", role="button").sees("gibt es hier schon")
    designer.sees("Es ist noch nichts übernommen")


def the_drawing_is_checked_while_it_is_made(designer: Person) -> None:
    """An arrow taken away is told at once, and comes back with "Rückgängig"; saving keeps the drawing."""
    page = designer.page
    page.wait_for_selector("form[data-modeler][data-state='drawn']", timeout=30_000)
    form = page.locator("form[data-modeler]")
    assert form.get_attribute("data-problems") == "0", designer.text()
    assert page.locator(".djs-palette .bpmn-icon-task, .djs-palette [class*=bpmn-icon]").count() > 5
    page.locator("[data-element-id=pruefen] .djs-hit").first.click()
    page.get_by_role("link", name=re.compile("Eigenschaften: Antrag prüfen")).wait_for()
    page.keyboard.press("Delete")
    told = form.locator(".sk-modeler__findings").get_by_text("wird nie erreicht")
    told.first.wait_for()
    assert "Nicht gespeichert" in form.inner_text()
    page.get_by_role("button", name="Rückgängig").click()
    told.first.wait_for(state="detached")
    designer.click("Zeichnung speichern", role="button").sees("12 Arbeitstage")
    page.wait_for_selector("form[data-modeler][data-state='drawn']", timeout=30_000)
    assert "Nicht gespeichert" not in form.inner_text()
