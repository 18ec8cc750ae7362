"""Goal 4: a form from the FIM repository becomes a published service; version 2 while cases on version 1 go on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.journeys import api, dogs, forms
from tests.journeys.browser import Person
from tests.journeys.city import SERVICE, SERVICE_TITLE
from tests.journeys.desk import open_case

MOVED = "Ich bin mit dem Hund aus einer anderen Gemeinde zugezogen."


def read_in(manager: Person, name: str, content: bytes) -> None:
    """Give a file to the import page."""
    manager.go("/arbeit/formulare/einlesen/")
    manager.page.locator("select[name=service]").select_option(value=SERVICE)
    manager.upload("Datei", {"name": name, "mimeType": "application/xml", "buffer": content})
    manager.fill("Anlass", "Satzung geändert").click("Formular einlesen", role="button")


def to_the_move(person: Person, resident: Any) -> None:
    """The pages up to the question about the move."""
    dogs.who(person, resident)
    dogs.go_on(person, "Wo wohnen Sie?")
    dogs.where(person, resident)
    dogs.go_on(person, "zugezogen")


def test_two_versions_of_a_form(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    resident = city.town.resident(today=city.today)
    label = f"Welche Nummer hatte die Marke dort? {city.town.word()}"
    running = api.submit(city.base, resident, city.town.key())["case_number"]
    early = person(city.base)
    dogs.begin_as_guest(early)  # an application that is being filled in while the form changes
    to_the_move(early, resident)
    assert label not in early.page.content()
    manager = city.desk("s.service", make=person, scripts=scripts)

    # broken files are refused with the place, and nothing becomes of them
    read_in(manager, "kaputt.xml", b"<xdf:form xmlns:xdf='urn:x'>\n<a></b>")
    manager.sees("wurde nicht übernommen", "Zeile 2")
    read_in(manager, "bombe.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    manager.sees("wurde nicht übernommen")

    # the right one becomes a draft with findings; the rule in prose stands open
    new = f"1700009{city.town.random.randrange(10**4):04d}"
    content = forms.with_question(new, label, "Nur fragen, wenn jemand mit dem Hund zugezogen ist.")
    read_in(manager, "hund.xdf3.xml", content)
    draft = manager.page.url
    manager.sees("Prüfung nach den Qualitätskriterien von FIM")
    rules_from_the_old_version(manager, draft)
    manager.go(draft).click("Regeln übersetzen", role="link").sees(
        "Freitextregel", "noch zu übersetzen", "offen", f"R{new}"
    )

    # a wrong expression is refused with the place; the right one is a condition, and the form can be published
    manager.click(f"R{new}", role="link").sees("Nur fragen, wenn jemand mit dem Hund zugezogen ist.")
    path = f"{forms.GROUP}/F{new}"
    say_condition(manager, path, "zugezogen = = true")
    assert manager.page.locator(".sk-errors").count(), manager.text()
    assert manager.page.locator("textarea[name=expression]").input_value() == "zugezogen = = true"
    say_condition(manager, path, "unbekannt = true")
    assert "unbekannt" in manager.page.locator(".sk-errors").inner_text()
    say_condition(manager, path, "zugezogen = true")
    manager.sees("Alle Freitextregeln sind übersetzt")
    manager.go(draft).sees("Diese Fassung kann veröffentlicht werden")

    # preview: nothing is sent from there
    manager.click("Vorschau", role="button").sees("Hier wird nichts eingereicht")
    to_the_move(manager, resident)
    assert not manager.page.get_by_label(label).is_visible()

    # what changed, then out on the net
    manager.go(draft).click("mit dieser vergleichen", role="link").sees("Unterschied", label)
    manager.go(draft).click("Veröffentlichen …").sees("Laufende Vorgänge bleiben bei ihrer Fassung")
    assert manager.page.get_by_label("dürfen zu Ende gehen").is_checked()
    manager.click("Veröffentlichen", role="button").go(draft)
    assert not manager.has("Veröffentlichen …")

    # the rule works for residents: asked with a yes only
    late = person(city.base)
    dogs.begin_as_guest(late)
    to_the_move(late, resident)
    assert not late.page.get_by_label(label).is_visible()
    late.pick(MOVED, "Ja")
    if not scripts:
        late.click(dogs.NEXT, role="button", exact=True)
    late.page.get_by_label(label).wait_for(state="visible")
    _status, schema, _kind = api.call(city.base, f"/api/v1/services/{SERVICE}/form")
    assert label in json.dumps(schema, ensure_ascii=False)

    # the case and the begun application on version 1 go on as they were
    worker = city.desk("w.werk", make=person, scripts=scripts)
    open_case(worker, running)
    worker.sees("Wer hält den Hund?", resident.dogs[0].name)
    early.page.reload()
    assert label not in early.page.content()
    dogs.moved(early)
    dogs.go_on(early, "Ihr Hund")
    dogs.from_the_dogs(early, resident, tmp_path)
    open_case(worker, dogs.number_on(early))
    worker.sees(resident.dogs[0].chip)

    # out again, as XDatenfelder 3: the same form
    href = manager.control("XDatenfelder 3", role="link").get_attribute("href") or ""
    status, exported, _headers = manager.fetch(href)
    assert status == 200
    from stadtkern.casework.forms import xdf

    assert xdf.read_form(exported) == xdf.read_form(content)


def rules_from_the_old_version(manager: Person, draft: str) -> None:
    """What stays the same keeps its translation: taken over by the import, or read in from the file."""
    if "1 offene Freitextregel" not in manager.text():
        manager.click("Regeln übersetzen", role="link").click("Regeln aus Datei")
        manager.upload("Datei", forms.RULES).click("Regeln übernehmen")
        manager.go(draft).sees("1 offene Freitextregel")


def say_condition(manager: Person, path: str, expression: str) -> None:
    """Translate the rule on the page into a condition."""
    manager.page.locator("input[name=kind][value=condition]").check()
    manager.page.locator("select[name=path]").select_option(value=path)
    manager.page.locator("textarea[name=expression]").fill(expression)
    manager.click("Prüfen und übernehmen")


def test_an_older_form(city: Any, person: Any, scripts: bool) -> None:
    """XDatenfelder 2, as most of the repository still is."""
    from tests.shared import shared_data

    source = shared_data("services/fim/xdf2/rule.xml")
    manager = city.desk("s.service", make=person, scripts=scripts)
    read_in(manager, source.name, source.read_bytes())
    manager.sees("Prüfung nach den Qualitätskriterien von FIM", "Das fehlt bis zur Veröffentlichung")
    assert manager.fetch(manager.control("XDatenfelder 3", role="link").get_attribute("href") or "")[0] == 200
    manager.click("Fassung löschen", role="link").click(re.compile("löschen", re.I), role="button")


def test_edits_the_text_of_a_service(city: Any, person: Any, scripts: bool) -> None:
    manager = city.desk("s.service", make=person, scripts=scripts)
    word = city.town.word()
    manager.go(f"/arbeit/leistungen/{SERVICE}/bearbeiten/")
    manager.page.locator("[name=summary_de]").fill(f"Jetzt ganz einfach, Stichwort {word}.")
    manager.page.locator("main form button.kern-btn--primary").first.click()
    manager.page.wait_for_load_state("load")
    visitor = person(city.base)
    assert word not in visitor.go(f"/leistungen/{SERVICE}/").text()
    manager.go(f"/arbeit/leistungen/{SERVICE}/veroeffentlichen/").sees(word).click("Jetzt veröffentlichen")
    visitor.go(f"/leistungen/{SERVICE}/").sees(word, SERVICE_TITLE)
    visitor.go(f"/suche/?q={word}").sees(SERVICE_TITLE)
