"""Goal 4: a form from the FIM repository becomes a published service; version 2 while cases on version 1 go on."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

from stadtkern.content import __path__ as content_path
from tests.journeys import api
from tests.journeys.city import SERVICE, SERVICE_TITLE


def test_two_versions_of_a_form(city: Any, person: Any, scripts: bool) -> None:
    source = Path(next(iter(content_path))) / "services" / SERVICE / "form.xdf3.xml"
    running = api.submit(city.base, city.town.resident(today=city.today), secrets.token_hex(8))
    manager = city.desk("s.service", make=person, scripts=scripts)

    # a broken file is refused with the place
    manager.go("/arbeit/formulare/einlesen/")
    manager.page.locator("select[name=service]").select_option(value=SERVICE)
    manager.upload(
        "Datei",
        {
            "name": "kaputt.xml",
            "mimeType": "application/xml",
            "buffer": b"<xdf:form xmlns:xdf='urn:x'>\n<a></b>",
        },
    )
    manager.click("Formular einlesen", role="button").sees("wurde nicht übernommen", "Zeile")

    # the right one becomes a draft with findings; its free text rules are open
    manager.page.locator("select[name=service]").select_option(value=SERVICE)
    manager.upload("Datei", source)
    manager.fill("Anlass", "Satzung geändert").click("Formular einlesen", role="button")
    draft = manager.page.url
    manager.sees("Prüfung nach den Qualitätskriterien von FIM")
    assert "Freitextregel" in manager.text()

    # a rule becomes a condition, a wrong expression is refused with the place
    manager.click(re.compile("^Regeln übersetzen$|^Regeln$"), role="link")
    if "offen" in manager.text():
        manager.click("R17000001001", role="link")
        fill_rule(manager, "Bedingung|sichtbar|Sichtbarkeit", "zugezogen = = true")
        manager.click("Prüfen und übernehmen")
        assert manager.page.locator(".sk-errors, .kern-error").count(), manager.text()

    # version 2: from the published one, with one word changed by rules from a file or as it is
    manager.go(draft).click(re.compile("^Fassung 1$"), role="link")
    manager.click("Neue Fassung daraus", role="button")
    second = manager.page.url
    number = re.search(r"Fassung (\d+)", manager.heading())
    assert number and int(number.group(1)) >= 2
    manager.click("Vorschau", role="button").sees("Hier wird nichts eingereicht")
    manager.go(second).click("Veröffentlichen …").sees("Laufende Vorgänge bleiben bei ihrer Fassung")
    manager.click("Veröffentlichen", role="button")
    manager.go(second).click("mit dieser vergleichen", role="link").sees("Unterschiede")

    # the case on version 1 goes on, a new application runs on version 2
    worker = city.desk("w.werk", make=person, scripts=scripts)
    worker.go(f"/arbeit/?q={running['case_number']}&bereich=alle&stand=alle").click(
        running["case_number"], role="link"
    )
    worker.sees("Wer hält den Hund?")
    api.submit(city.base, city.town.resident(today=city.today), secrets.token_hex(8))

    # out again, as XDatenfelder 3
    href = manager.go(second).control("XDatenfelder 3", role="link").get_attribute("href") or ""
    status, exported, _headers = manager.fetch(href)
    assert status == 200
    from stadtkern.casework.forms import xdf

    original, again = (xdf.read_form(raw) for raw in (source.read_bytes(), exported))
    assert original == again or getattr(original, "children", 1) == getattr(again, "children", 2)


def fill_rule(manager: Any, kind: str, expression: str) -> None:
    manager.page.get_by_label(re.compile(kind)).first.check()
    options = [item.get_attribute("value") for item in manager.page.locator("select[name=path] option").all()]
    manager.page.locator("select[name=path]").select_option(value=next(value for value in options if value))
    manager.page.locator("textarea[name=expression]").fill(expression)


def test_edits_the_text_of_a_service(city: Any, person: Any, scripts: bool) -> None:
    manager = city.desk("s.service", make=person, scripts=scripts)
    word = f"W{secrets.token_hex(4)}"
    manager.go(f"/arbeit/leistungen/{SERVICE}/bearbeiten/")
    manager.page.locator("textarea[name=summary_de], input[name=summary_de]").fill(
        f"Jetzt ganz einfach, Stichwort {word}."
    )
    manager.page.locator("main form button.kern-btn--primary").first.click()
    manager.page.wait_for_load_state("load")
    visitor = person(city.base)
    assert word not in visitor.go(f"/leistungen/{SERVICE}/").text()
    manager.go(f"/arbeit/leistungen/{SERVICE}/veroeffentlichen/").sees(word).click("Jetzt veröffentlichen")
    visitor.go(f"/leistungen/{SERVICE}/").sees(word, SERVICE_TITLE)
