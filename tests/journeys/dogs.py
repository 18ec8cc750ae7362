"""Registering a dog, page by page, as a person does it; every page is a function, so that stories can make mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator

from tests.journeys.browser import Person
from tests.journeys.city import SERVICE, picture
from tests.journeys.people import BREEDS, IBAN, Dog, Resident

NEXT = "Weiter"
ADD = re.compile("hinzufügen")
NUMBER = r"\b[A-ZÄÖÜ]{2,5}-\d{4}-\d{4,}\b"


def begin_as_guest(person: Person) -> tuple[str, str]:
    """Start without an account; returns link and code for coming back."""
    person.go(f"/antrag/{SERVICE}/").click("Ohne Anmeldung beginnen")
    code = person.page.locator(".sk-code").inner_text().strip()
    link = person.page.locator("main a[href*='/weitermachen/']").get_attribute("href") or ""
    person.click("Weiter zum Formular")
    return link, code


def go_on(person: Person, heading: str = "") -> None:
    """Next page; fails when the form keeps us here."""
    before = person.page.url
    person.click(NEXT, role="button", exact=True)
    assert person.page.url != before, f"still on {before}: {person.text()[:1200]}"
    if heading:
        assert heading in person.heading(), f"{heading!r} expected: {person.heading()}"


def who(person: Person, resident: Resident, *, email: str | None = None) -> None:
    person.fill("Familienname", resident.family).fill("Vornamen", resident.given)
    person.date("Geburtsdatum", resident.born).fill("E-Mail", resident.email if email is None else email)


def where(person: Person, resident: Resident) -> None:
    person.fill("Straße", resident.street).fill("Hausnummer", resident.number, exact=False)
    person.fill("Postleitzahl", resident.postcode).fill("Ort", "Mainz", exact=False)


def moved(person: Person) -> None:
    person.pick("Ich bin mit dem Hund aus einer anderen Gemeinde zugezogen.", "Nein")


def dogs(person: Person, resident: Resident) -> None:
    """The repeated group: one block per dog."""
    for number, dog in enumerate(resident.dogs):
        if number:
            person.click(ADD, role="button")
        block = person.page.locator("fieldset.sk-instance").nth(number)
        dog_block(person, block, dog)


def dog_block(person: Person, block: Locator, dog: Dog) -> None:
    person.fill("Wie heißt der Hund?", dog.name, within=block)
    person.choose("Welche Rasse hat der Hund?", BREEDS[dog.breed], within=block)
    person.pick("Rüde oder Hündin?", "Rüde", within=block)
    person.date("Wann wurde der Hund geboren?", dog.born, within=block)
    person.date("Seit wann halten Sie den Hund?", dog.kept_since, within=block)
    person.pick("Woher haben Sie den Hund?", "Aus einem Tierheim", within=block)
    person.fill("Welche Nummer hat der Chip?", dog.chip, within=block)
    person.pick("Gilt der Hund als gefährlich?", "Nein", within=block)


def reduction(person: Person, folder: Path, *, wanted: bool = False) -> None:
    """Wish for a reduction; if so, its page with an upload, which must be seen in small before going on."""
    person.pick("Ich beantrage eine Ermäßigung oder Befreiung.", "Ja" if wanted else "Nein")
    go_on(person)
    if not wanted:
        return
    person.pick("Warum beantragen Sie die Ermäßigung?", "Hund aus dem Tierheim")
    person.upload("Nachweis hochladen", picture(folder / "Übergabe-Ärztin.png"))
    person.click(re.compile("^Hochladen"), role="button")
    shown = person.page.locator(".sk-upload__files img").first
    assert shown.count(), person.text()
    status, body, headers = person.fetch(shown.get_attribute("src") or "")
    assert status == 200 and headers["content-type"].startswith("image/") and len(body) > 100
    go_on(person)


def payment(person: Person, resident: Resident) -> None:
    person.page.get_by_label("Die Stadt bucht ab (SEPA-Lastschrift)").check()
    if not person.page.get_by_label("IBAN").count():
        person.click(
            NEXT, role="button", exact=True
        )  # without scripts the questions of a choice come with the page
    person.fill("Wem gehört das Konto?", resident.name).fill("IBAN", IBAN)
    agree(person, "Ich erlaube der Stadt")


def last(person: Person, *, letter: bool = False) -> None:
    person.pick(
        "Wie möchten Sie unsere Entscheidung bekommen?",
        "Als Brief" if letter else "Elektronisch in mein Postfach",
    )
    agree(person, "Meine Angaben sind richtig und vollständig.")


def agree(person: Person, text: str) -> None:
    """A statement: a box to tick, or yes and no."""
    main = person.page.locator("main")
    box = main.get_by_label(text).and_(main.locator("input[type=checkbox]"))
    if box.count():
        box.first.check()
    else:
        group = main.get_by_role("group", name=text).or_(main.get_by_role("radiogroup", name=text))
        group.last.get_by_label("Ja", exact=True).check()


def fill_all(
    person: Person,
    resident: Resident,
    folder: Path,
    *,
    wanted: bool = False,
    letter: bool = False,
    send: bool = True,
) -> None:
    """All pages without a mistake, to the summary (and sent)."""
    who(person, resident)
    go_on(person, "Wo wohnen Sie?")
    fill_from_address(person, resident, folder, wanted=wanted, letter=letter, send=send)


def to_the_dogs(person: Person, resident: Resident) -> None:
    """The pages before the one about the dogs."""
    who(person, resident)
    go_on(person, "Wo wohnen Sie?")
    where(person, resident)
    go_on(person)
    moved(person)
    go_on(person, "Ihr Hund")


def fill_from_address(
    person: Person,
    resident: Resident,
    folder: Path,
    *,
    wanted: bool = False,
    letter: bool = False,
    send: bool = True,
) -> None:
    """The pages from the address to the summary (and sent)."""
    where(person, resident)
    go_on(person)
    moved(person)
    go_on(person, "Ihr Hund")
    from_the_dogs(person, resident, folder, wanted=wanted, letter=letter, send=send)


def from_the_dogs(
    person: Person,
    resident: Resident,
    folder: Path,
    *,
    wanted: bool = False,
    letter: bool = False,
    send: bool = True,
) -> None:
    """The pages from the dogs to the summary (and sent)."""
    dogs(person, resident)
    go_on(person)
    reduction(person, folder, wanted=wanted)
    payment(person, resident)
    go_on(person)
    person.sees(str(len(resident.dogs)))
    go_on(person, "Zum Schluss")
    last(person, letter=letter)
    go_on(person)
    if send:
        person.click(re.compile("Antrag abschicken$"), role="button")


def number_on(person: Person) -> str:
    """The case number on the page."""
    found = re.search(NUMBER, person.text())
    assert found, person.text()[:800]
    return found.group(0)


def case_url(person: Person) -> str:
    """The address of the case whose receipt is on the page."""
    return person.page.url.split("#")[0].removesuffix("eingang/")
