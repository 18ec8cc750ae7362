"""An empty installation becomes a town with a published service: everything by hand, in a browser without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.faults.harness import Installation
from tests.journeys.browser import DESK, PHONE, Person
from tests.journeys.people import Town

PASSWORD = "Acht kleine Kastanien rollen"
SERVICE = "hundesteuer-anmeldung"
SERVICE_TITLE = "Hund anmelden (Hundesteuer)"
OFFICE, OTHER_OFFICE = "Amt für Finanzen", "Amt für Stadtgrün"
TEAM, OTHER_TEAM = "Team Steuern", "Team Bäume"
STAFF = """login;name;email;role;office;team
w.werk;Wanda Müller-Łęcka;w.werk@stadt.example;caseworker;Amt für Finanzen;Team Steuern
t.zwei;Tomasz Zweitprüfer;t.zwei@stadt.example;caseworker;Amt für Finanzen;Team Steuern
l.leitung;Lêna Leitung;l.leitung@stadt.example;team_lead;Amt für Finanzen;Team Steuern
b.baum;Björn Baum;b.baum@stadt.example;caseworker;Amt für Stadtgrün;Team Bäume
s.service;Sevgi Dienst;s.service@stadt.example;service_manager;;
c.schalter;Chloë Schalter;c.schalter@stadt.example;counter;;
r.revision;Ruth Prüferin;r.revision@stadt.example;auditor;;
x.falsch;Ohne Rolle;x.falsch@stadt.example;zauberer;;
g.gestalt;Gül Gestalterin;g.gestalt@stadt.example;process_designer;;
p.pruef;Piet Vieraugen;p.pruef@stadt.example;process_designer;;
"""
STREETS = """street;house_numbers;postcode;district
Am Demofeld;1-60;55118;Altstadt
Große Bleiche;1-40;55116;Altstadt
Ölmühlenweg;2-20;55122;Neustadt
"""


@dataclass(slots=True, kw_only=True)
class Login:
    """What somebody of the staff needs to log in."""

    login: str
    secret: str


class City:
    """The installation with its people; ``desk("w.werk", …)`` opens a logged in browser.

    ``facts`` are what another process of the run found out when it set the installation up.
    """

    def __init__(
        self, installation: Installation, browser: Any, town: Town, facts: Mapping[str, Any] | None = None
    ) -> None:
        self.installation, self.browser, self.town = installation, browser, town
        self.name = str((facts or {}).get("name", town.name))
        self.base = f"http://localhost:{installation.port}"
        known = facts or {}
        self.logins = {
            login: Login(login=login, secret=secret) for login, secret in known.get("logins", {}).items()
        }
        self.states: dict[str, Any] = dict(
            known.get("states", {})
        )  # cookies of who logged in during the set-up
        self.checklist: list[str] = list(known.get("checklist", ()))
        self.bad_rows = str(known.get("bad_rows", ""))
        self.seconds = float(known.get("seconds", 0))
        self.password = PASSWORD

    def facts(self) -> dict[str, Any]:
        """For another process of the same run."""
        return {
            "name": self.name,
            "logins": {login: known.secret for login, known in self.logins.items()},
            "states": self.states, "checklist": self.checklist, "bad_rows": self.bad_rows, "seconds": self.seconds,
        }  # fmt: skip

    @property
    def today(self) -> date:
        """The day in the town."""
        return datetime.now(ZoneInfo("Europe/Berlin")).date()

    def open(self, **more: Any) -> Person:
        """A fresh browser profile."""
        return Person(self.browser, self.base, **({"scripts": True, "device": DESK} | more))

    # --- mail -----------------------------------------------------------------------------------------------------

    def mails(self, to: str) -> list[tuple[str, str]]:
        """Subject and text of the mails to an address, oldest first."""
        found = []
        for path in sorted(
            (self.installation.data_dir / "mail").glob("*.log"), key=lambda item: item.stat().st_mtime
        ):
            for raw in path.read_bytes().split(b"-" * 79 + b"\n"):
                message = BytesParser(policy=policy.default).parsebytes(raw.lstrip())
                if to in str(message["To"] or ""):
                    body = message.get_body(("plain",))
                    found.append((str(message["Subject"]), body.get_content() if body else ""))
        return found

    def mail(self, to: str, containing: str = "", seconds: float = 20) -> str:
        """The newest mail to an address whose subject or text contains something; waits for the job."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for subject, text in reversed(self.mails(to)):
                if containing in subject or containing in text:
                    return text
            time.sleep(0.3)
        raise AssertionError(f"no mail to {to} with {containing!r}: {[m[0] for m in self.mails(to)]}")

    # --- set-up ---------------------------------------------------------------------------------------------------

    def set_up(self) -> None:
        """From the empty installation to the first published service, as people do it."""
        began = time.monotonic()
        self._set_up()
        self.seconds = time.monotonic() - began

    def _set_up(self) -> None:
        code = self.installation.run("init", "--code").stdout.strip()
        admin = self.open(scripts=False)
        admin.go("/")
        assert admin.page.url.endswith("/einrichten/"), admin.page.url
        admin.page.locator("input[name=code]").fill("falsch")
        self._fill_setup(admin)
        admin.sees("Der Code stimmt nicht.")
        admin.page.locator("input[name=code]").fill(code)
        admin.click("Kommune anlegen")
        self.choose_password(admin)
        self.logins["chefin"] = self.second_factor(admin, "chefin")
        admin.go("/verwaltung/")
        self.checklist = [item.inner_text() for item in admin.page.locator("main ol li").all()]
        self._offices(admin)
        self._staff(admin)
        self._streets(admin)
        people = (
            "w.werk",
            "t.zwei",
            "b.baum",
            "s.service",
            "c.schalter",
            "r.revision",
            "g.gestalt",
            "p.pruef",
        )
        for login in people:
            self._invite(admin, login)
        admin.close()
        self._first_service()

    def _fill_setup(self, admin: Person) -> None:
        for name, value in (
            ("name", self.name), ("slug", "musterstadt"), ("ags", "07315000"),
            ("admin_login", "chefin"), ("admin_email", "chefin@stadt.example"),
        ):  # fmt: skip
            admin.page.locator(f"input[name={name}]").fill(value)
        admin.click("Kommune anlegen")

    def choose_password(self, person: Person) -> None:
        """On the page behind an invitation."""
        for field in person.page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        person.click("Passwort festlegen")

    def second_factor(self, person: Person, login: str) -> Login:
        """Log in for the first time and set up an authenticator."""
        from tests.journeys.browser import totp

        person.go("/accounts/login/?next=/arbeit/")
        if person.page.locator("input[name=password]").count():
            person.page.locator("input[name=login]").fill(login)
            person.page.locator("input[name=password]").fill(PASSWORD)
            person.page.locator("form:has(input[name=password]) button").first.click()
            person.page.wait_for_load_state("load")
        person.go("/accounts/zweiter-faktor/")
        person.click("Authentifizierungs-App einrichten")
        if person.page.locator("input[type=password]").count():
            person.page.locator("input[type=password]").first.fill(PASSWORD)
            person.page.locator("form:has(input[type=password]) button").first.click()
            person.page.wait_for_load_state("load")
        secret = person.page.locator("#authenticator_secret").input_value()
        for _ in range(3):  # a code that turned old on the way is refused
            person.page.locator("input[name=code]").fill(totp(secret))
            person.click("Code prüfen und einschalten")
            if not person.page.locator("#authenticator_secret").count():
                break
        else:
            raise AssertionError(person.text())
        self.states[login] = person.context.storage_state()
        return Login(login=login, secret=secret)

    def _offices(self, admin: Person) -> None:
        for office, team in ((OFFICE, TEAM), (OTHER_OFFICE, OTHER_TEAM)):
            admin.go("/verwaltung/aemter/").click("Amt anlegen")
            admin.fill("Name", office, exact=True)
            admin.page.locator("main form button[type=submit], main form button").first.click()
            admin.page.wait_for_load_state("load")
            admin.go("/verwaltung/aemter/").click(f"Team anlegen {office}")
            admin.fill("Name", team, exact=True)
            admin.page.locator("main form button[type=submit], main form button").first.click()
            admin.page.wait_for_load_state("load")
        admin.go("/verwaltung/aemter/").sees(TEAM, OTHER_TEAM)

    def _staff(self, admin: Person) -> None:
        admin.go("/verwaltung/personal/import/")
        admin.upload(
            "CSV-Datei",
            {
                "name": "personal.csv",
                "mimeType": "text/csv",
                "buffer": STAFF.encode(),
            },
        )
        admin.click("Vorschau ansehen")
        self.bad_rows = admin.text()
        admin.click("Konten anlegen")

    def _streets(self, admin: Person) -> None:
        admin.go("/verwaltung/orte/")
        admin.upload("Dateien", {"name": "strassen.csv", "mimeType": "text/csv", "buffer": STREETS.encode()})
        admin.click("Laden und ersetzen")
        admin.sees("3 Straßen")

    def _invite(self, admin: Person, login: str) -> None:
        """The administrator makes a link for the password; the colleague uses it at her own computer."""
        admin.go("/verwaltung/personal/")
        row = admin.page.locator("tr", has_text=f"{login}@stadt.example")
        if not row.count():
            row = admin.page.locator("tr", has_text=login)
        row.get_by_role("link").first.click()
        admin.page.wait_for_load_state("load")
        admin.click("Link für das Passwort erzeugen")
        admin.page.locator("main form button").first.click()
        admin.page.wait_for_load_state("load")
        links = re.findall(r"(?:https?://[^\s\"<]+)?/accounts/password/reset/[^\s\"<]+", admin.page.content())
        assert links, admin.text()
        colleague = self.open(scripts=False)
        colleague.go(links[0])
        self.choose_password(colleague)
        self.logins[login] = self.second_factor(colleague, login)
        colleague.close()

    def _first_service(self) -> None:
        """The service manager takes the shipped template, gives it to an office and publishes it."""
        manager = self.desk("s.service", scripts=False)
        manager.go("/arbeit/leistungen/vorlagen/")
        entry = manager.page.locator("li", has_text=SERVICE_TITLE).first
        entry.get_by_role("button").click()
        manager.page.wait_for_load_state("load")
        self._give_office(manager)
        manager.go(f"/arbeit/leistungen/{SERVICE}/veroeffentlichen/").click("Jetzt veröffentlichen")
        manager.sees("veröffentlicht am")
        manager.close()

    def _give_office(self, manager: Person) -> None:
        manager.go(f"/arbeit/leistungen/{SERVICE}/bearbeiten/")
        select = manager.page.locator("select[name=office]")
        if select.count():
            select.select_option(label=OFFICE)
        manager.page.locator("main form button.kern-btn--primary").first.click()
        manager.page.wait_for_load_state("load")

    # --- people ---------------------------------------------------------------------------------------------------

    def desk(self, login: str, *, scripts: bool = True, make: Any = None) -> Person:
        """Somebody of the staff in the browser in which she logged in during the set-up (or a copy of it)."""
        options = {"scripts": scripts, "state": self.states[login]}
        return make(self.base, **options) if make else self.open(**options)

    def phone(self, *, scripts: bool = True) -> Person:
        """A resident's phone."""
        return self.open(scripts=scripts, device=PHONE)


def picture(path: Path, text: str = "Nachweis") -> Path:
    """A small photograph of a paper."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (800, 600), (250, 248, 240))
    ImageDraw.Draw(image).text((60, 60), text, fill=(20, 20, 20))
    image.save(path)
    return path
