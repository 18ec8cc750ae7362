"""Goal 6: an application by telephone or on paper, entered by staff; the decision leaves by letter, in a print batch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.journeys import api, dogs
from tests.journeys.browser import Person
from tests.journeys.city import SERVICE
from tests.journeys.desk import decide, open_case, text_of
from tests.journeys.people import Resident


def enter(counter: Person, resident: Resident, folder: Path, way: str) -> str:
    """Enter an application for somebody; returns the case number."""
    counter.go(f"/arbeit/erfassen/{SERVICE}/")
    counter.page.get_by_label(way).check()
    counter.fill("Name der Person", resident.name)
    counter.click("Weiter zum Formular").sees("Anschrift")  # neither mail nor address: refused
    counter.page.get_by_label(way).check()
    counter.fill("Anschrift für Briefe", f"{resident.street} {resident.number}\n{resident.postcode} Mainz")
    counter.click("Weiter zum Formular").sees(resident.name)
    dogs.fill_all(counter, resident, folder, letter=True)
    return dogs.number_on(counter)


def test_by_telephone_on_paper_and_by_letter(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    people = [city.town.resident(today=city.today) for _ in range(2)]
    counter = city.desk("c.schalter", make=person, scripts=scripts)
    way, word = ("auf Papier", "Post") if scripts else ("am Telefon", "Telefon")
    numbers = [
        enter(counter, people[0], tmp_path, way),
        str(api.submit(city.base, people[1], city.town.key())["case_number"]),
    ]

    worker = city.desk("w.werk", make=person, scripts=scripts)
    for number in numbers:
        path = open_case(worker, number)
        channel = worker.page.locator(".sk-identity").inner_text()
        assert (word.casefold() in channel.casefold()) == (number == numbers[0]), channel
        decide(worker, path, letter=True)
        worker.go(path).sees("erteilt")

    # one batch with both letters, each in its own envelope window; printed once
    counter.go("/arbeit/post/").sees(*numbers).click("Druckstapel zusammenstellen")
    if "/stapel/" not in counter.page.url:
        counter.click(re.compile("Stapel|^[0-9]+$"), role="link")
    batch = counter.page.url
    counter.sees(*numbers)
    href = counter.control("Druckdatei öffnen").get_attribute("href") or ""
    status, pdf, headers = counter.fetch(href)
    text = text_of(pdf)
    assert status == 200 and headers["content-type"] == "application/pdf"
    for someone, number in zip(people, numbers, strict=True):
        assert someone.family in text and number in text and someone.postcode in text
    assert text.count("innerhalb eines Monats") >= 2
    counter.click("Als gedruckt vermerken").sees("gedruckt")
    waiting = counter.go("/arbeit/post/").page.locator("main")
    assert not any(number in waiting.inner_text() for number in numbers)
    assert not counter.go(batch).sees("Gedruckt am").has("Als gedruckt vermerken")

    # lost in the printer: once more, and it waits again
    counter.click(f"{numbers[0]} noch einmal drucken", role="button")
    counter.go("/arbeit/post/").sees(numbers[0])
    assert worker.fetch("/arbeit/post/")[0] in (403, 404)
    counter.click("Druckstapel zusammenstellen")  # nothing is left behind for others
