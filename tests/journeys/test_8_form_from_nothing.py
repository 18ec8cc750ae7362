"""Goal of issue 3: somebody new builds a form from nothing on its pages, a second person publishes, a resident applies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browser import PHONE, Person
from tests.journeys.city import OFFICE
from tests.journeys.dogs import picture
from tests.journeys.test_8_process_designer import HOME


def add(designer: Person, form: str, kind: str, label: str, parent: str = "", **more: str) -> None:
    """A new element by its two pages: what and where, then its properties."""
    if parent:
        designer.go(form).click(re.compile(f"hinein\\s*: {re.escape(parent)}"), role="link")
    else:
        designer.go(f"{form}neu/")
    designer.page.locator(f"input[name=kind][value={kind}]").check()
    designer.click("Weiter", role="button", exact=True).fill("Frage oder Überschrift", label)
    for name, text in more.items():
        designer.page.locator(f"#{name}").fill(text)
    designer.click("Hinzufügen", role="button", exact=True).sees("Formular „", label)


@pytest.mark.slow  # the daily run types a service by its addresses (test_replay); ``make journeys`` plays this one
def test_a_form_from_nothing_goes_live(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    word = city.town.word()
    title = f"Standplatz {word}"
    designer = city.desk("g.gestalt", make=person, scripts=scripts)
    designer.go(f"{HOME}neu/").page.locator("input[name=origin][value=standard]").check()
    designer.fill("Name der neuen Leistung", title)
    designer.choose("Zuständiges Amt der neuen Leistung", OFFICE).click("Entwurf anlegen", role="button")
    draft = designer.page.url
    designer.go(f"{draft}texte/eckdaten/").fill("Aktenzeichen nach Aktenplan", "82.10")
    designer.click("Texte speichern", role="button")

    # nine elements: a condition, a repeated group, an upload, a calculation, a consent
    form = f"{draft}formular/"
    designer.go(form).fill("Rechtsgrundlage", "§ 67 GewO").click("Leeres Formular anlegen", role="button")
    designer.sees("Noch leer", "Das Formular ist noch leer.")
    add(designer, form, "group", "Ihr Stand")
    add(designer, form, "text", "Wie heißt Ihr Stand?", "Ihr Stand", alias="standname")
    add(designer, form, "yesno", "Brauchen Sie Strom?", "Ihr Stand", alias="strom")
    add(designer, form, "integer", "Wie viel Watt?", "Ihr Stand", alias="watt", visible_if="strom = true")
    add(designer, form, "group", "Tage", most="5")
    add(designer, form, "integer", "Wie viele Meter?", "Tage", alias="meter")
    add(designer, form, "group", "Unterlagen und Gebühr")
    add(designer, form, "file", "Gewerbeschein", "Unterlagen und Gebühr")
    add(
        designer,
        form,
        "currency",
        "Gebühr",
        "Unterlagen und Gebühr",
        alias="gebuehr",
        value="12 + 3 * sum(meterr)",
    )

    # a wrong name is told with its place and mended; a step is taken back
    designer.sees("Ein Fehler steht der Veröffentlichung im Weg", "meterr")
    designer.go(f"{form}element/gebuehr/").page.locator("#value").fill("12 + 3 * sum(meter)")
    designer.click("Speichern und zum Formular", role="button").sees(
        "So kann das Formular veröffentlicht werden"
    )
    designer.go(f"{form}entfernen/?place=watt").click("Entfernen", role="button")
    assert "Wie viel Watt?" not in designer.page.locator(".sk-form-tree").inner_text()
    designer.click("Rückgängig", role="button").sees("Wie viel Watt?", "strom = true")
    designer.click("Vorschau", role="button", exact=True).sees("Wie heißt Ihr Stand?")

    # two people
    designer.go(f"{draft}uebergeben/").click("Zur Prüfung übergeben", role="button")
    second = city.desk("p.pruef", make=person, scripts=scripts)
    second.go(f"{draft}veroeffentlichen/").click("Jetzt veröffentlichen", role="button").sees(
        "Veröffentlicht als Fassung"
    )

    # a resident applies on a telephone
    resident = person(city.base, scripts=scripts, device=PHONE)
    resident.go(f"/antrag/standplatz-{word.lower()}/").click("Ohne Anmeldung beginnen", role="button")
    if resident.has("Weiter zum Formular"):
        resident.click("Weiter zum Formular")
    resident.fill("Wie heißt Ihr Stand?", f"Käse {word}").pick("Brauchen Sie Strom?", "Nein").click(
        "Weiter", role="button"
    )
    resident.fill("Wie viele Meter?", "4").click("Weiter", role="button", exact=True)
    resident.upload("Gewerbeschein", picture(tmp_path / "Gewerbeschein.png"))
    resident.click("Weiter", role="button", exact=True).sees(f"Käse {word}", "24,00")
    resident.click("Antrag abschicken", role="button").sees("Aktenzeichen")
