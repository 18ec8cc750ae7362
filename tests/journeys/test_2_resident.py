"""Goal 2: a resident registers a dog on a phone, is asked back, receives the decision, objects; another withdraws."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from tests.journeys import dogs
from tests.journeys.browser import PHONE
from tests.journeys.city import SERVICE_TITLE


def test_from_the_search_to_the_objection(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    resident = city.town.resident(today=city.today, dogs=2)
    phone = person(city.base, device=PHONE)

    # finds the service
    phone.go("/")
    phone.page.locator("main input[type=search], main input[name=q]").first.fill("hund anmelden")
    phone.page.locator("main form button[type=submit], main form button").first.click()
    phone.page.wait_for_load_state("load")
    phone.click(SERVICE_TITLE, role="link").sees("Was es kostet", "Was Sie brauchen")
    phone.click(re.compile("Online beantragen")).sees("Das brauchen Sie")

    # begins, makes a mistake, is told where, keeps what was typed
    link, code = dogs.begin_as_guest(phone)
    dogs.who(phone, resident, email="keine adresse")
    phone.click(dogs.NEXT, role="button", exact=True)
    phone.sees("E-Mail")
    assert phone.page.locator(".sk-errors, .kern-alert--danger").count(), phone.text()
    assert phone.page.get_by_label("Familienname").input_value() == resident.family
    phone.fill("E-Mail", resident.email)
    dogs.go_on(phone, "Wo wohnen Sie?")
    dogs.where(phone, resident)

    # leaves, and comes back on another device by link and code
    phone.click("Speichern und später weitermachen").sees("weitermachen")
    other = person(city.base, device=PHONE)
    other.go(link)
    other.fill("Ihr Code", "0000-0000-0000").click("Entwurf öffnen")
    assert other.page.locator(".sk-errors").count()
    other.fill("Ihr Code", code).click("Entwurf öffnen")
    assert other.page.get_by_label("Straße").input_value() == resident.street
    dogs.go_on(other)

    # a condition: the questions about the move appear only with a yes
    move = "Ich bin mit dem Hund aus einer anderen Gemeinde zugezogen."
    assert not other.page.get_by_label("Wo war der Hund bisher angemeldet?").is_visible()
    other.pick(move, "Ja").click(dogs.NEXT, role="button", exact=True)
    assert other.page.get_by_label("Wo war der Hund bisher angemeldet?").is_visible()
    other.pick(move, "Nein")
    dogs.go_on(other, "Ihr Hund")
    dogs.dogs(other, resident)
    dogs.go_on(other)
    dogs.reduction(other, tmp_path, wanted=True)
    dogs.payment(other, resident)
    dogs.go_on(other)
    other.sees("2")
    dogs.go_on(other, "Zum Schluss")
    dogs.last(other)
    dogs.go_on(other)
    other.sees(resident.family, resident.dogs[1].name, resident.street)

    # sends; a second press changes nothing
    other.click("Antrag abschicken").sees("Ihr Antrag ist angekommen")
    number, receipt_url = dogs.number_on(other), other.page.url
    pdf = other.fetch(other.control(re.compile("PDF"), role="link").get_attribute("href") or "")
    assert pdf[0] == 200 and pdf[1].startswith(b"%PDF") and b"/MarkInfo" in pdf[1]
    payload = other.fetch(other.control(re.compile("JSON"), role="link").get_attribute("href") or "")[1]
    assert resident.dogs[0].name in json.dumps(json.loads(payload), ensure_ascii=False)
    printed = other.page.locator("code").last.inner_text()
    assert re.fullmatch("[0-9a-f]{64}", printed) and hashlib.sha256(b"").hexdigest() != printed
    city.mail(resident.email, number)

    # the timeline, found again with number and code from a third device
    other.click("Stand des Vorgangs ansehen").sees("Was bisher geschah", number)
    third = person(city.base)
    third.go("/vorgaenge/zugang/").fill("Aktenzeichen", number).fill("Code", code).click("Vorgang öffnen")
    third.sees("Was bisher geschah")

    # the caseworker asks; the resident changes an answer; both see the difference
    worker = city.desk("w.werk", make=person, scripts=scripts)
    case_path = open_case(worker, number)
    worker.click("Übernehmen")
    worker.go(case_path).click(re.compile("nachfordern", re.I))
    worker.fill("Was fehlt?", "Welche Chipnummer stimmt? Bitte schreiben Sie uns.").click(
        "Unterlage nachfordern"
    )
    city.mail(resident.email, "Neues")
    other.go(re.sub("/eingang/$", "/", receipt_url)).sees("Welche Chipnummer stimmt?")
    other.click("Antworten")
    other.click("Angaben berichtigen").click("Formular öffnen", role="button")
    correct_chip(other)
    other.sees("276098199999999") if "aenderungen" in other.page.url else None
    other.go(re.sub("eingang/$", "aenderungen/", receipt_url)).sees("276098199999999", resident.dogs[0].chip)
    answer(other, re.sub("eingang/$", "", receipt_url))
    worker.go(case_path).click("Änderungen ansehen").sees("276098199999999")

    # the decision is in the post box, and the resident objects
    decide(worker, case_path)
    other.go(re.sub("eingang/$", "", receipt_url))
    letter = other.fetch(other.control(re.compile("Bescheid öffnen")).get_attribute("href") or "")
    assert letter[1].startswith(b"%PDF")
    other.go("/postfach/").sees(number)
    other.go(re.sub("eingang/$", "", receipt_url)).click("Widerspruch einlegen", role="link")
    other.fill("Ihre Gründe", "Die Ermäßigung wurde nicht berücksichtigt.").click(
        "Widerspruch einlegen", role="button"
    )
    objection = dogs.number_on(other)
    open_case(worker, objection)
    worker.sees("Widerspruch gegen")

    # sees all data, who read it, and takes it along
    other.go("/meine-daten/").sees("Wanda Müller-Łęcka")
    content = other.fetch("/meine-daten/export.zip")
    names = zipfile.ZipFile(io.BytesIO(content[1])).namelist()
    assert len(names) >= 3, names


def test_withdraws(city: Any, person: Any, tmp_path: Path) -> None:
    resident = city.town.resident(today=city.today)
    phone = person(city.base, device=PHONE)
    dogs.begin_as_guest(phone)
    dogs.fill_all(phone, resident, tmp_path)
    number = dogs.number_on(phone)
    phone.click("Stand des Vorgangs ansehen").click("Antrag zurücknehmen", role="link")
    phone.fill("Grund", "Der Hund zog wieder aus.").click("Antrag zurücknehmen", role="button")
    phone.sees("zurückgenommen")
    worker = city.desk("w.werk", make=person, scripts=phone.scripts)
    open_case(worker, number)
    assert not worker.has("Entscheiden")


def open_case(worker: Any, number: str) -> str:
    """Find a case in the work list by its number; returns its address."""
    worker.go(f"/arbeit/?q={number}&bereich=alle&stand=alle")
    worker.click(number, role="link")
    assert number in worker.page.locator("body").inner_text()
    return str(worker.page.url)


def correct_chip(other: Any) -> None:
    """From the summary to the page of the dogs, change the chip, and send again."""
    if "/uebersicht/" not in other.page.url:
        while "hund" not in other.page.url.split("?")[0].rsplit("seite/", 1)[-1].split("/")[0].split("-"):
            dogs.go_on(other)
    else:
        other.click(re.compile("Ändern: Ihr Hund"), role="link")
    other.fill("Welche Nummer hat der Chip?", "276098199999999", nth=0)
    for _ in range(12):
        if "/uebersicht/" in other.page.url:
            break
        other.page.locator("main form button[value=next]").last.click()
        other.page.wait_for_load_state("load")
        if "Zum Schluss" in other.heading():
            dogs.agree(other, "Meine Angaben sind richtig und vollständig.")
    other.click(re.compile("abschicken"), role="button")


def answer(other: Any, case_url: str) -> None:
    other.go(case_url)
    if other.has("Antworten"):
        other.click("Antworten").fill("Ihre Antwort", "Die neue Nummer stimmt.").click("Antwort senden")


def decide(worker: Any, case_path: str, kind: str = "Stattgeben") -> None:
    """Grant, with the first text block."""
    worker.go(case_path)
    if worker.has("Übernehmen"):
        worker.click("Übernehmen").go(case_path)
    worker.click("Entscheiden", role="link")
    boxes = worker.page.get_by_role("group", name="Textbausteine").get_by_role("checkbox")
    boxes.first.check()
    worker.click("Bausteine einfügen").sees("Hundesteuermarke")
    worker.click(re.compile("Bescheid erteilen|Zur Freigabe vorschlagen"), role="button")
