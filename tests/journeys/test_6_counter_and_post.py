"""Goal 6: an application by telephone, entered by staff; the decision leaves by letter, in a print batch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.journeys import dogs
from tests.journeys.city import SERVICE
from tests.journeys.test_2_resident import open_case
from tests.journeys.test_3_caseworker import text_of


def test_by_telephone_and_by_letter(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    resident = city.town.resident(today=city.today)
    counter = city.desk("c.schalter", make=person, scripts=scripts)
    counter.go(f"/arbeit/erfassen/{SERVICE}/")
    counter.page.get_by_label("am Telefon").check()
    counter.fill("Name der Person", resident.name)
    counter.click("Weiter zum Formular").sees("Anschrift")  # neither mail nor address: refused
    counter.page.get_by_label("am Telefon").check()
    counter.fill("Anschrift für Briefe", f"{resident.street} {resident.number}\n{resident.postcode} Mainz")
    counter.click("Weiter zum Formular").sees(resident.name)
    dogs.fill_all(counter, resident, tmp_path, letter=True)
    number = dogs.number_on(counter)

    worker = city.desk("w.werk", make=person, scripts=scripts)
    path = open_case(worker, number)
    worker.click("Übernehmen").go(path).click("Entscheiden", role="link")
    worker.page.get_by_label("als Brief", exact=True).check()
    worker.click("Bescheid erteilen", role="button").go(path).sees("erteilt")

    counter.go("/arbeit/post/")
    counter.sees(number).click("Druckstapel zusammenstellen")
    if not re.search("/stapel/", counter.page.url):
        counter.click(re.compile("Stapel|^[0-9]+$"), role="link")
    counter.sees(number)
    status, pdf, _headers = counter.fetch(counter.control("Druckdatei öffnen").get_attribute("href") or "")
    text = text_of(pdf)
    assert status == 200 and resident.family in text and number in text
    counter.click("Als gedruckt vermerken").sees("gedruckt")
