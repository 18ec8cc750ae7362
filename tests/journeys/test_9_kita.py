"""Goal 9: an office opens the platform with two providers, a parent registers a child on a phone, a head checks the proof."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.journeys.browser import PHONE, Person
from tests.journeys.city import OFFICE, picture

TITLE = "Kita-Platz finden"
NEXT = "Weiter"


def test_from_the_empty_platform_to_a_proof_that_counts(
    city: Any, person: Any, scripts: bool, tmp_path: Path
) -> None:
    word = city.town.word().lower()
    amt, leitung = f"amt-{city.town.mark}", f"leitung-{city.town.mark}"
    publish(city)
    people(city, {amt: "kita_office", leitung: "kita_staff"})
    office = city.desk(amt, scripts=scripts, make=person)

    # the office: criteria, two providers (one without agreement yet), two Kitas, a head
    office.go("/arbeit/kita/kriterien/").click(
        re.compile("Übernehmen, gilt ab heute Gemeinsame"), role="button"
    )
    office.sees("Arbeit und Ausbildung", "if alleinerziehend")
    church = provider(office, f"Pfarrei {word}", "katholisch", signed=city.today - timedelta(days=30))
    own = provider(office, f"Stadt {word}", "Stadt", signed=None)
    sonne = kita(office, church, f"Kita Sonne {word}", city.today)
    kita(office, own, f"Kita Mond {word}", city.today)
    office.go(church)
    office.page.locator("summary", has_text="Person zuordnen").first.click()
    office.choose("Person", f"Person {leitung}").choose("Kita", f"Kita Sonne {word}").click("Zuordnen")
    office.sees(f"Person {leitung}")

    # a parent searches, remembers one Kita, registers with mistakes on the way
    parent, child = city.town.resident(today=city.today), city.town.resident(today=city.today)
    phone = person(city.base, device=PHONE)
    phone.go("/kita/").click("Kita suchen", role="link")
    phone.fill("Name, Straße oder Träger", word).click("Suchen", role="button", exact=True)
    phone.sees("2 passende Kitas")
    phone.click(re.compile(f"Merken.*Kita Sonne {word}"), role="button")
    phone.click("Damit das Kind anmelden").click("Ohne Konto beginnen")
    born = city.today - timedelta(days=400)
    phone.fill("Vornamen des Kindes", child.given).fill("Familienname des Kindes", parent.family)
    phone.date("Geburtsdatum oder errechneter Termin", city.today + timedelta(days=60)).click(
        NEXT, exact=True
    )
    assert "noch nicht geboren" in phone.page.locator(".sk-errors").inner_text()
    phone.date("Geburtsdatum oder errechneter Termin", born).click(NEXT, exact=True)
    choose_nth(phone, "Ab welchem Monat", 5)
    phone.choose("Wie viele Stunden am Tag?", "7 Stunden").click(NEXT, exact=True)
    phone.fill("Name, Straße, Ortsbezirk oder Träger", word).click("Suchen", role="button", exact=True)
    phone.click(re.compile(f"Hinzufügen.*Kita Mond {word}"), role="button")
    phone.click(re.compile(f"Nach oben.*Kita Mond {word}"), role="button")
    ranking = phone.page.locator(".kita-ranking").inner_text()
    assert ranking.index("Kita Mond") < ranking.index("Kita Sonne")
    phone.click(NEXT, role="button", exact=True)
    phone.pick("Sind Sie alleinerziehend?", "Ja").fill(
        "Wie viele Stunden in der Woche arbeiten oder lernen Sie?", "39"
    )
    details = phone.page.locator("details:has(input[type=file])", has_text="Arbeit und Ausbildung").first
    if not details.evaluate("element => element.open"):
        details.locator("summary").click()
    details.locator("input[type=file]").set_input_files(str(picture(tmp_path / "Nachweis.png")))
    phone.click("Dateien hochladen", role="button").sees("Nachweis.png")
    phone.click(NEXT, role="button", exact=True)
    phone.fill("Ihr Vorname", parent.given).fill("Straße und Hausnummer", f"{parent.street} {parent.number}")
    phone.fill("Postleitzahl", "5511").fill("Ort", "Demostadt").fill("E-Mail", parent.email).click(
        NEXT, exact=True
    )
    assert "fünf Ziffern" in phone.page.locator(".sk-errors").inner_text()
    phone.fill("Postleitzahl", parent.postcode).click(NEXT, exact=True)
    phone.sees("Stimmt alles?", child.given, f"Kita Mond {word}", "Nachweis.png")
    phone.check("Meine Angaben stimmen.").click("Kind anmelden", role="button", exact=True)
    phone.sees(f"{child.given} ist angemeldet")
    code = phone.page.locator(".sk-code").inner_text()
    number = re.findall(r"[A-Z]{2,}-\d{4}-\d+", phone.text())[0]
    phone.click("Meine Kita-Anmeldung", role="link").sees("Mit allen Nachweisen")
    phone.page.locator("details summary").first.click()
    phone.sees("der Nachweis wird geprüft")
    city.mail(parent.email, number)

    # the same child again is recognised; another language works on the same page
    assert "Türkçe" in phone.page.locator("header").inner_text()
    phone.click("Türkçe", role="link")
    assert phone.page.locator("html").get_attribute("lang") == "tr" and "puan" in phone.text()

    # the head sees the child without the family's order, rejects the proof, then accepts it
    head = city.desk(leitung, scripts=scripts, make=person)
    head.go("/arbeit/kita/").click(f"Kita Sonne {word}", role="link")
    assert f"Kita Mond {word}" not in head.go(sonne).text()
    head.click("Bewerbungen", role="link").sees(child.given, "zu prüfen")
    head.click(re.compile(child.given), role="link")
    before = int(re.findall(r"(\d+) Punkte", head.heading())[0])
    head.click(re.compile("^Nicht anerkennen"), role="button").sees("Bitte nennen Sie den Grund")
    head.click(re.compile("^Anerkennen"), role="button").sees("anerkannt")
    assert int(re.findall(r"(\d+) Punkte", head.heading())[0]) > before

    # the family comes back on another device, changes its wishes, withdraws
    other = person(city.base, device=PHONE)
    other.go("/kita/meine/").fill("Aktenzeichen", number).fill("Code", code).click("Öffnen", exact=True)
    other.click("Wünsche ändern", role="link").click(
        re.compile(f"Nach oben.*Kita Sonne {word}"), role="button"
    )
    other.click("Wünsche speichern", role="button").sees("Ihre Wünsche sind geändert.")
    assert other.text().index(f"Kita Sonne {word}") < other.text().index(f"Kita Mond {word}")
    other.click("Anmeldung zurückziehen", role="link").click("Anmeldung zurückziehen", role="button")
    other.sees("zurückgezogen")
    assert child.given not in head.go(sonne + "bewerbungen/").text()


def choose_nth(phone: Person, label: str, index: int) -> None:
    phone.page.get_by_label(label).first.select_option(index=index)


def publish(city: Any) -> None:
    """The service manager takes the shipped registration, once."""
    manager = city.desk("s.service", scripts=False)
    manager.go("/arbeit/leistungen/vorlagen/")
    entry = manager.page.locator("li", has_text=TITLE).first
    if entry.get_by_role("button").count():
        entry.get_by_role("button").click()
        manager.page.wait_for_load_state("load")
        manager.go("/arbeit/leistungen/kita-platz/bearbeiten/")
        manager.page.locator("select[name=office]").select_option(label=OFFICE)
        manager.page.locator("main form button.kern-btn--primary").first.click()
        manager.page.wait_for_load_state("load")
        manager.go("/arbeit/leistungen/kita-platz/veroeffentlichen/").click("Jetzt veröffentlichen")
        # the other journey of the Kita may have been faster
        assert "veröffentlicht am" in manager.text() or "schon veröffentlicht" in manager.text(), (
            manager.text()
        )
    manager.close()


def people(city: Any, roles: dict[str, str]) -> None:
    """Staff with their roles, by the list of the administration; each sets a password and a second factor."""
    rows = "".join(
        f"{login};Person {login};{login}@stadt.example;{role};;\n" for login, role in roles.items()
    )
    admin = city.desk("chefin", scripts=False)
    admin.go("/verwaltung/personal/import/")
    data = ("login;name;email;role;office;team\n" + rows).encode()
    admin.upload("CSV-Datei", {"name": "kita.csv", "mimeType": "text/csv", "buffer": data})
    admin.click("Vorschau ansehen").click("Konten anlegen")
    for login in roles:
        city._invite(admin, login)
    admin.close()


def provider(office: Person, name: str, kind: str, *, signed: date | None) -> str:
    """A provider; without its agreement it stays in the list only. Gives the address of its page."""
    office.go("/arbeit/kita/traeger/").click("Träger anlegen", role="link")
    office.fill("Name", name, exact=True).choose("Art", kind)
    office.pick("Wie weit nimmt der Träger teil?", "L3: Punkte rechnet die Plattform")
    if signed is not None:
        office.click("Träger speichern").sees("Ohne unterschriebene Vereinbarung")
        office.date("Vereinbarung unterschrieben am", signed)
    office.click("Träger speichern").sees(name)
    return str(office.page.url).removeprefix(office.base)


def kita(office: Person, provider_page: str, name: str, today: date) -> str:
    """A Kita with seats for small and bigger children. Gives the address of its page."""
    office.go(provider_page).click("Kita anlegen", role="link").fill("Name", name, exact=True)
    office.fill("Öffnet", "7:30").fill("Schließt", "17:00").click("Kita speichern")
    page = str(office.page.url).removeprefix(office.base)
    for label, start, end, count in (("U2", "2", "24", "6"), ("Ü2", "24", "84", "20")):
        office.go(page).click("Platzart anlegen", role="link").fill("Name", label, exact=True)
        office.fill("Alter ab (Monate)", start).fill("Alter bis (Monate, ausschließlich)", end)
        for field in ("Erlaubt (Betriebserlaubnis)", "Geplant", "Mit Personal"):
            office.fill(field, count, exact=field != "Erlaubt (Betriebserlaubnis)")
        office.click("Plätze speichern").sees(label)
    return page
