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
from tests.journeys.browser import PHONE, Person
from tests.journeys.city import OFFICE, SERVICE, SERVICE_TITLE, picture
from tests.journeys.desk import decide, letter_of, open_case, take
from tests.journeys.people import REASONS

SAVE = "Speichern und später weitermachen"


def test_finds_the_service_in_every_way(city: Any, person: Any, scripts: bool) -> None:
    phone = person(city.base, device=PHONE)
    phone.go("/").page.locator("main input[name=q]").first.fill("hund anmelden")
    phone.page.locator("main form button").first.click()
    phone.page.wait_for_load_state("load")
    ways = [phone.page.url, "/leistungen/"]
    phone.go("/lebenslagen/")
    ways += [phone.control(re.compile("Tier|Haustier"), role="link").get_attribute("href") or ""]
    ways += [phone.go("/aemter/").control(OFFICE, role="link").get_attribute("href") or ""]
    for way in ways:
        phone.go(way).click(SERVICE_TITLE, role="link")
        assert phone.page.url.endswith(f"/leistungen/{SERVICE}/"), way
    phone.sees("Was es kostet", "120", "Was Sie brauchen", "Haltungserlaubnis", "zwei Wochen", OFFICE)
    assert "§ 5 KAG RLP" in (phone.page.locator("main").text_content() or "")  # folded on a phone
    phone.click(re.compile("Online beantragen")).sees("Das brauchen Sie")


def test_from_the_form_to_the_objection(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    resident = city.town.resident(today=city.today, dogs=2)
    phone = person(city.base, device=PHONE)

    # begins, makes a mistake, is told where, keeps what was typed
    link, code = dogs.begin_as_guest(phone)
    dogs.who(phone, resident, email="keine adresse")
    phone.click(dogs.NEXT, role="button", exact=True)
    assert "E-Mail" in phone.page.locator(".sk-errors").inner_text()
    assert phone.page.get_by_label("Familienname").input_value() == resident.family
    phone.fill("E-Mail", resident.email)
    dogs.go_on(phone, "Wo wohnen Sie?")
    dogs.where(phone, resident)

    # leaves, and comes back on another device by link and code
    phone.click(SAVE).sees("Ihre Angaben sind gespeichert")
    other = person(city.base, device=PHONE)
    other.go(link)
    other.fill("Ihr Code", "0000-0000-0000").click("Entwurf öffnen")
    assert other.page.locator(".sk-errors").count()
    other.fill("Ihr Code", code).click("Entwurf öffnen")
    assert other.page.get_by_label("Straße").input_value() == resident.street
    dogs.go_on(other)

    # a condition: the questions about the move appear only with a yes
    move, where = (
        "Ich bin mit dem Hund aus einer anderen Gemeinde zugezogen.",
        "Wo war der Hund bisher angemeldet?",
    )
    assert not other.page.get_by_label(where).is_visible()
    other.pick(move, "Ja")
    if other.scripts:  # the browser runs the rule itself, and takes the questions away again
        other.page.get_by_label(where).wait_for()
        other.pick(move, "Nein").page.get_by_label(where).wait_for(state="hidden")
        other.pick(move, "Ja")
    other.click(dogs.NEXT, role="button", exact=True)
    assert other.page.get_by_label(where).is_visible()
    other.pick(move, "Nein")
    dogs.go_on(other, "Ihr Hund")

    # two dogs; a third is begun and taken out again
    dogs.dogs(other, resident)
    blocks = other.page.locator("fieldset.sk-instance")
    other.click(dogs.ADD, role="button")
    assert blocks.count() == 3
    other.page.get_by_role("button", name=re.compile("entfernen$")).last.click()
    other.page.wait_for_load_state("load")
    assert blocks.count() == 2
    dogs.go_on(other)
    dogs.reduction(other, tmp_path, wanted=True)
    dogs.payment(other, resident)
    dogs.go_on(other)
    other.sees("300")  # the yearly tax of two dogs, worked out by the form
    dogs.go_on(other, "Zum Schluss")
    dogs.last(other)
    dogs.go_on(other)

    # the summary, and a correction from it
    other.sees(resident.family, *(dog.name for dog in resident.dogs), resident.street, "Übergabe-Ärztin.png")
    number_now = str(int(resident.number) + 1)
    other.click(re.compile("Ändern.*Wo wohnen Sie"), role="link").fill("Hausnummer", number_now)
    other.click("Übernehmen und zur Übersicht").sees("Stimmt alles?", number_now)

    # sends; the same button in a second window gives the same case
    twin = other.context.new_page()
    twin.goto(other.page.url)
    other.click("Antrag abschicken").sees("Ihr Antrag ist angekommen")
    number, case_url = dogs.number_on(other), dogs.case_url(other)
    twin.get_by_role("button", name="Antrag abschicken").click()
    twin.wait_for_load_state("load")
    other.go("/vorgaenge/")
    found = set(re.findall(dogs.NUMBER, other.text() + twin.locator("main").inner_text()))
    assert found == {number}, found
    twin.close()

    # the receipt: tagged PDF, data, and a hash that anybody can work out from the data
    other.go(case_url + "eingang/")
    receipt = letter_of(other, "Eingangsbestätigung.*PDF")
    assert number in receipt and resident.family in receipt and number_now in receipt, receipt[:1000]
    payload = other.fetch(case_url + "antrag.json")[1]
    assert [dog["F17000001021"] for dog in values_of(payload)["G17000001020"]] == [
        d.name for d in resident.dogs
    ]
    assert other.fetch(case_url + "antrag.xml")[1].lstrip().startswith(b"<")
    assert hash_of(values_of(payload)) == other.page.locator("code").last.inner_text()
    city.mail(resident.email, number)

    # the timeline, found again with number and code from a third device; with a wrong code it is not
    third = person(city.base)
    third.go("/vorgaenge/zugang/").fill("Aktenzeichen", number).fill("Code", "0000-0000-0000").click(
        "Vorgang öffnen"
    )
    assert number not in third.page.title() and third.page.locator(".sk-errors").count()
    third.fill("Aktenzeichen", number).fill("Code", code).click("Vorgang öffnen")
    third.sees("Was bisher geschah", number)

    # the caseworker asks; the resident changes an answer and writes; both see the difference
    worker = city.desk("w.werk", make=person, scripts=scripts)
    case_path = open_case(worker, number)
    take(worker, case_path)
    worker.click(re.compile("nachfordern", re.I))
    worker.fill("Was fehlt?", "Welche Chipnummer stimmt? Bitte schreiben Sie uns.").click(
        "Unterlage nachfordern"
    )
    city.mail(resident.email, "Neues")
    other.go(case_url).sees("Wir brauchen noch etwas von Ihnen", "Welche Chipnummer stimmt?").click(
        "Antworten"
    )
    other.click("Angaben berichtigen").click("Formular öffnen", role="button")
    chip = city.town.chip()
    correct_chip(other, chip)
    other.go(case_url + "aenderungen/").sees(chip, resident.dogs[0].chip)
    other.go(case_url)
    if other.has("Antworten"):
        other.click("Antworten").fill("Ihre Antwort", "Die neue Nummer stimmt.").click("Antwort senden")
    worker.go(case_path).click("Änderungen ansehen")
    changed = worker.page.locator("tbody tr")
    assert changed.count() == 1, worker.text()
    assert (changed.locator("del").inner_text(), changed.locator("ins").inner_text()) == (
        resident.dogs[0].chip,
        chip,
    )

    # the decision is in the post box, and the resident objects
    decide(worker, case_path)
    other.go("/postfach/").sees(number, "neu")
    letter = letter_of(other.go(case_url))
    assert "Widerspruch" in letter and resident.family in letter and "300" in letter, letter[:1500]
    reasons = city.town.random.choice(REASONS)
    other.click("Widerspruch einlegen", role="link")
    other.fill("Ihre Gründe", reasons).click("Widerspruch einlegen", role="button")
    objection = dogs.number_on(other)
    assert objection != number
    other.go(case_url).sees(objection)
    open_case(worker, objection)
    worker.sees(f"Widerspruch gegen {number}", reasons)

    # sees all data, who read it, and takes it along
    other.go("/meine-daten/").sees(number, objection, f"{number}: Wanda Müller-Łęcka", "10 Jahre")
    own = zipfile.ZipFile(io.BytesIO(other.fetch("/meine-daten/export.zip")[1]))
    data = json.loads(own.read("daten.json"))
    assert {case["number"] for case in data["cases"]} == {number, objection}
    assert any("Wanda" in row["who"] for row in data["readings"])
    kept = json.loads(own.read(f"{number}/antrag.json"))
    assert chip in json.dumps(kept) and any(name.endswith(".pdf") for name in own.namelist()), own.namelist()

    # nobody else may
    stranger = person(city.base)
    for path in ("", "eingang/", "eingang.pdf", "antrag.json", "aenderungen/", "zuruecknehmen/"):
        assert stranger.fetch(case_url + path)[0] == 404, path


def test_with_an_account(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    resident = city.town.resident(today=city.today)
    address = (
        f"{city.town.random.randint(0, 10**9)}.{resident.email}"  # each way of playing makes its own account
    )
    phone = person(city.base, device=PHONE)
    phone.go("/accounts/signup/").fill("E-Mail", address)
    for field in phone.page.locator("main input[type=password]").all():
        field.fill(city.password)
    phone.click("Konto anlegen", role="button")
    confirm = re.search(r"https?://\S+/accounts/confirm-email/\S+", city.mail(address, "confirm-email"))
    assert confirm
    phone.go(confirm.group(0)).click("Ja, Adresse bestätigen")

    # begins here, goes on at home
    phone.go(f"/antrag/{SERVICE}/").click("Antrag beginnen", role="button")
    if phone.has("Weiter zum Formular"):
        phone.click("Weiter zum Formular")
    dogs.who(phone, resident)
    dogs.go_on(phone, "Wo wohnen Sie?")
    phone.click(SAVE).sees("wenn Sie sich anmelden")
    home = person(city.base)
    home.log_in(address, city.password)
    home.go("/vorgaenge/").sees("Angefangene Anträge")
    home.go(f"/antrag/{SERVICE}/").click(re.compile("^Entwurf vom"), role="link")
    assert home.page.get_by_label("Straße").count() or home.page.get_by_label("Familienname").count()
    if home.page.get_by_label("Familienname").count():
        assert home.page.get_by_label("Familienname").input_value() == resident.family
        dogs.go_on(home)
    dogs.fill_from_address(home, resident, tmp_path)
    number = dogs.number_on(home)
    case_url = dogs.case_url(home)

    # answers with a document, writes a message
    worker = city.desk("w.werk", make=person, scripts=scripts)
    case_path = open_case(worker, number)
    take(worker, case_path)
    worker.click(re.compile("nachfordern", re.I)).fill("Was fehlt?", "Bitte den Impfpass.").click(
        "Unterlage nachfordern"
    )
    home.go(case_url).click("Antworten").fill("Ihre Antwort", "Hier ist er.")
    home.upload("Unterlagen", picture(tmp_path / "Impfpaß.png"))
    home.click("Antwort senden")
    word = city.town.word()
    home.go(case_url).click("Nachricht an das Amt schreiben").fill("Ihre Nachricht", word).click(
        "Nachricht senden"
    )
    worker.go(case_path).sees("Hier ist er.", word)
    paper = (
        worker.page.get_by_role("link", name=re.compile("Anlage|Impfpa")).first.get_attribute("href") or ""
    )
    assert worker.fetch(paper)[0] == 200
    decide(worker, case_path)

    # the post box of the account, from the first device
    phone.go("/postfach/").sees(number, "neu")
    with phone.page.expect_response(re.compile("/postfach/.*/")) as answer:
        phone.page.locator("main li form button").first.click()
    assert answer.value.status < 400
    phone.go("/meine-daten/").sees(number, "Wanda Müller-Łęcka")


def test_withdraws(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    resident = city.town.resident(today=city.today)
    phone = person(city.base, device=PHONE)
    dogs.begin_as_guest(phone)
    dogs.fill_all(phone, resident, tmp_path)
    number = dogs.number_on(phone)
    phone.click("Stand des Vorgangs ansehen").click("Antrag zurücknehmen", role="link")
    phone.fill("Grund", "Der Hund zog wieder aus.").click("Antrag zurücknehmen", role="button")
    phone.sees("zurückgenommen")
    assert not phone.has("Antrag zurücknehmen")
    worker = city.desk("w.werk", make=person, scripts=scripts)
    open_case(worker, number)
    worker.sees("Zurückgenommen", "Der Hund zog wieder aus.")
    assert not worker.has("Entscheiden") and not worker.has("Übernehmen")


BAD_FILES = {
    "Foto.png": b"MZ\x90\x00 this is a program" * 50,  # says it is a picture
    "leer.pdf": b"",
    "gross.pdf": b"%PDF-1.7\n" + b"0" * 11_000_000,
}


def test_bad_uploads(city: Any, person: Any, scripts: bool) -> None:
    resident = city.town.resident(today=city.today)
    phone = person(city.base, device=PHONE)
    dogs.begin_as_guest(phone)
    dogs.to_the_dogs(phone, resident)
    dogs.dogs(phone, resident)
    dogs.go_on(phone)
    phone.pick("Ich beantrage eine Ermäßigung oder Befreiung.", "Ja")
    dogs.go_on(phone)
    page = phone.page.url.split("#")[0]
    for name, content in BAD_FILES.items():
        phone.go(page)
        phone.pick("Warum beantragen Sie die Ermäßigung?", "Hund aus dem Tierheim")
        kind = "image/png" if name.endswith("png") else "application/pdf"
        phone.upload("Nachweis hochladen", {"name": name, "mimeType": kind, "buffer": content})
        refused = phone.page.locator(".sk-errors, .kern-error, [role=alert]").filter(visible=True)
        if not refused.count():
            phone.click(re.compile("^Hochladen"), role="button")
        refused.first.wait_for()
        said = " ".join(refused.all_inner_texts())
        assert name in said or (name == "gross.pdf" and "zu groß" in said), said
        assert phone.page.get_by_label("Hund aus dem Tierheim").is_checked()  # the other answer is kept
        assert not phone.page.locator(".sk-upload__files img").count()


def values_of(payload: bytes) -> dict[str, Any]:
    """The answers in the machine-readable receipt."""
    document = json.loads(payload)
    return dict(document.get("values", document))


def hash_of(values: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785: sorted keys, no spaces, UTF-8)."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def correct_chip(other: Person, chip: str) -> None:
    """From the summary to the page of the dogs, change the chip, and send again."""
    while "Ihr Hund" not in other.heading():
        if "/uebersicht/" in other.page.url:
            other.click(re.compile("Ändern.*Ihr Hund"), role="link")
        else:
            dogs.go_on(other)
    other.fill("Welche Nummer hat der Chip?", chip, nth=0)
    for _ in range(12):
        if "/uebersicht/" in other.page.url:
            break
        if "Zum Schluss" in other.heading():
            dogs.agree(other, "Meine Angaben sind richtig und vollständig.")
        other.page.locator("main form button[value=next]").last.click()
        other.page.wait_for_load_state("load")
    other.click("Geänderten Antrag abschicken", role="button")
