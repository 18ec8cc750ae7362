"""Goal 9: an owner applies for her business, an employee sees whose it is, an adviser acts until she may not any more."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from typing import Any

from stadtkern.content import __path__ as content_path
from tests.faults.harness import ROOT
from tests.journeys.browser import PHONE, Person
from tests.journeys.city import OFFICE
from tests.journeys.desk import NUMBER, open_case

SERVICE, TITLE = "akteneinsicht", "Akteneinsicht und Information beantragen"

# The stand has no identity provider: what a login with one would note is noted in the session.
PROVEN = """
import sys
from stadtkern.runtime import boot
with boot.database():
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from stadtkern.foundation.accounts.models import Account
    owner = str(Account.objects.get(email=sys.argv[1]).pk)
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        if store.get("_auth_user_id") == owner:
            store["assurance"] = 3
            store.save()
"""


def test_applies_for_a_business_and_by_power_of_attorney(city: Any, person: Any, scripts: bool) -> None:
    publish(city)
    owner, owner_mail = signed_up(city, person)
    colleague, colleague_mail = signed_up(city, person)
    adviser, adviser_mail = signed_up(city, person)
    name = f"{city.town.word()} & Töchter GmbH"

    # founding asks for a proven identity, then for a register entry that fits the legal form
    owner.go("/unternehmen/neu/").sees("sichere Anmeldung")
    prove(city, owner_mail)
    found(owner, name)

    # a colleague joins by the link, once
    owner.click("Person einladen", role="link").fill("E-Mail-Adresse", colleague_mail)
    owner.page.get_by_label(re.compile("^Lesen")).check()
    owner.click("Einladung schicken")
    link = link_in(city.mail(colleague_mail, "/unternehmen/einladung/"))
    colleague.go(link).sees(name, "Lesen").click("Einladung annehmen").sees(name)
    adviser.go(link, status=410)

    # for whom comes first; the form knows the business; the case is the business's
    number, case_url = apply(owner, name, choice=f"Für {name}")
    colleague.go("/vorgaenge/").sees(name, number).click(TITLE, role="link").sees("nichts einreichen")
    assert not colleague.has("Antrag zurücknehmen")

    # the employee sees whose it is, compares with the register, and says so
    worker = city.desk("w.werk", make=person, scripts=scripts)
    case_path = open_case(worker, number)
    worker.sees(name, "Amtsgericht Mainz").click("Unternehmen noch nicht geprüft", role="link")
    worker.fill("Womit haben Sie geprüft?", "Registerauszug").click("Als geprüft kennzeichnen", role="button")
    worker.go(case_path).sees("Unternehmen geprüft")

    # the adviser accepts a power of attorney, reads, writes, applies
    owner.go("/unternehmen/").click(name, role="link").click("Vollmacht erteilen", role="link")
    owner.fill("E-Mail-Adresse", adviser_mail).click("Vollmacht anbieten")
    offer = link_in(city.mail(adviser_mail, "/vollmachten/annehmen/"))
    adviser.go(offer).sees(name, "alle Leistungen").click("Vollmacht annehmen", role="button").sees("gilt")
    adviser.go(case_url).sees(f"Sie handeln in Vollmacht für {name}")
    word = city.town.word()
    adviser.click("Nachricht an das Amt schreiben").fill("Ihre Nachricht", word).click("Nachricht senden")
    worker.go(case_path).sees(word, "(in Vollmacht)")
    second, second_url = apply(adviser, name, choice=f"In Vollmacht für {name}")
    owner.go("/vorgaenge/").sees(number, second)
    worker.go(open_case(worker, second)).sees("in Vollmacht")

    # revoked: nothing is left, not even what she sent herself; the same for who is removed
    owner.go("/unternehmen/").click(name, role="link")
    follow(owner, "/vollmachten/").click("Vollmacht beenden")
    owner.go("/unternehmen/").click(name, role="link")
    follow(owner, "/person/").click("Person entfernen", role="button")
    for lost in (adviser, colleague):
        for url in (case_url, second_url, second_url + "antrag.json"):
            assert lost.fetch(url)[0] == 404, url
        assert not {number, second} & set(NUMBER.findall(lost.go("/vorgaenge/").text()))
    owner.go(second_url).sees(TITLE)


def publish(city: Any) -> None:
    """The service manager takes the template, gives it to an office and publishes it (once)."""
    manager = city.desk("s.service", scripts=False)
    manager.go("/arbeit/leistungen/vorlagen/")
    entry = manager.page.locator("li", has_text=TITLE).first
    if entry.count() and entry.get_by_role("button").count():
        entry.get_by_role("button").click()
        manager.page.wait_for_load_state("load")
        manager.go(f"/arbeit/leistungen/{SERVICE}/bearbeiten/")
        manager.page.locator("select[name=office]").select_option(label=OFFICE)
        manager.page.locator("main form button.kern-btn--primary").first.click()
        manager.page.wait_for_load_state("load")
        manager.go(f"/arbeit/leistungen/{SERVICE}/veroeffentlichen/").click("Jetzt veröffentlichen")
    manager.close()


def signed_up(city: Any, person: Any) -> tuple[Person, str]:
    """A phone with an account of its own, and its address."""
    resident = city.town.resident(today=city.today)
    address = f"{city.town.random.randint(0, 10**9)}.{resident.email}"
    phone = person(city.base, device=PHONE)
    phone.go("/accounts/signup/").fill("E-Mail", address)
    for field in phone.page.locator("main input[type=password]").all():
        field.fill(city.password)
    phone.click("Konto anlegen", role="button")
    confirm = re.search(r"https?://\S+/accounts/confirm-email/\S+", city.mail(address, "confirm-email"))
    assert confirm
    phone.go(confirm.group(0)).click("Ja, Adresse bestätigen")
    return phone, address


def prove(city: Any, address: str) -> None:
    """The person logs in again, with her online ID card."""
    done = subprocess.run(
        [sys.executable, "-c", PROVEN, address],
        cwd=ROOT, env=city.installation.environ(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def found(owner: Person, name: str) -> None:
    """The account of the business, with a mistake on the way."""
    owner.go("/unternehmen/neu/").fill("Name (Firma)", name).choose("Rechtsform", "GmbH")
    owner.fill("Registergericht", "Mainz").fill("Registernummer", "HRA 4711").fill("Straße", "Am Demofeld")
    owner.fill("Hausnummer", "12a").fill("Postleitzahl", "55118").fill("Ort", "Mainz", exact=True)
    owner.fill("E-Mail des Unternehmens", "post@firma.example").check("Ich bin berechtigt")
    owner.click("Unternehmenskonto anlegen", role="button").sees("anderen Register")
    owner.fill("Registernummer", f"HRB {zlib.crc32(name.encode()) % 10**6 + 1}")
    owner.click("Unternehmenskonto anlegen", role="button").sees(name, "noch nicht geprüft")


def link_in(mail: str) -> str:
    """The path of the link in a mail."""
    return re.search(r"https?://[^/\s]+(/\S+)", mail).group(1)  # type: ignore[union-attr]


def apply(someone: Person, name: str, *, choice: str) -> tuple[str, str]:
    """From the first page to the number; what is known about the business stands there already."""
    someone.go(f"/antrag/{SERVICE}/").click("Antrag beginnen", role="button")
    someone.sees("Für wen stellen Sie den Antrag?", "Für mich selbst")
    someone.click("Weiter", role="button", exact=True).sees("Bitte wählen Sie")
    someone.page.get_by_label(choice, exact=True).check()
    someone.click("Weiter", role="button", exact=True)
    answers = dict(leaves(json.loads(sample())))
    prefilled: set[str] = set()
    while "/uebersicht/" not in someone.page.url:
        before = someone.page.url
        prefilled |= fill_empty(someone, answers)
        someone.click("Weiter", role="button", exact=True)
        assert someone.page.url != before, someone.text()[:1500]
    assert {"Am Demofeld", "12", "a", "55118", "post@firma.example"} <= prefilled, prefilled
    someone.click("Antrag abschicken").sees("Ihr Antrag ist angekommen")
    number = NUMBER.findall(someone.text())[0]
    href = someone.page.url
    return number, re.sub(r"eingang/$", "", re.sub(r"^https?://[^/]+", "", href))


def sample() -> str:
    """The valid application that the package brings along."""
    from pathlib import Path

    return (Path(next(iter(content_path))) / "services" / SERVICE / "sample.json").read_text("utf-8")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every answer with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}/{key}" if path else key)
    else:
        yield path, value


def fill_empty(someone: Person, answers: dict[str, Any]) -> set[str]:
    """Answer what is not answered yet on this page; returns what stood there already."""
    known: set[str] = set()
    main = someone.page.locator("main")
    for path, value in answers.items():
        fields = main.locator(f'[name="{path}"]:not([type=hidden])')
        if not fields.count():
            fill_date(someone, path, value)
        elif fields.first.get_attribute("type") in ("radio", "checkbox"):
            wanted = ("true" if value else "false") if isinstance(value, bool) else str(value)
            if wanted == "false" and fields.first.get_attribute("type") == "checkbox":
                continue
            main.locator(f'[name="{path}"][value="{wanted}"]').check()
        elif fields.first.evaluate("field => field.tagName") == "SELECT":
            fields.first.select_option(value=str(value))
        elif before := fields.first.input_value():
            known.add(before)
        else:
            fields.first.fill(str(value))
    return known


def fill_date(someone: Person, path: str, value: Any) -> None:
    """Day, month and year."""
    parts = someone.page.locator("main").locator(f'[name="{path}_day"]')
    if parts.count():
        for part, text in zip(("year", "month", "day"), str(value).split("-"), strict=True):
            someone.page.locator(f'main [name="{path}_{part}"]').fill(text)


def follow(someone: Person, part: str) -> Person:
    """The last link whose address contains something."""
    someone.page.locator(f"main a[href*='{part}']").last.click()
    someone.page.wait_for_load_state("load")
    return someone
