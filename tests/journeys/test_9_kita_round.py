"""Goal 9, the round: two providers, three Kitas, twelve children; frozen, drawn, proved offline, confirmed, offered, accepted."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from stadtkern.casework.kita.rules import add_months
from tests.faults.harness import ROOT
from tests.journeys.browser import PHONE, Person
from tests.journeys.test_9_kita import people, provider, publish


@pytest.mark.slow  # waits for the beacon; ``make journeys`` plays it
def test_a_round_that_everybody_can_check(city: Any, person: Any, scripts: bool, tmp_path: Path) -> None:
    word = city.town.word().lower()
    mark = city.town.mark
    first, second, manager = f"runde1-{mark}", f"runde2-{mark}", f"traeger-{mark}"
    publish(city)
    people(city, {first: "kita_office", second: "kita_office", manager: "kita_staff"})
    office = city.desk(first, scripts=scripts, make=person)
    office.go("/arbeit/kita/kriterien/")
    if office.page.get_by_role("button", name=re.compile("Übernehmen, gilt ab heute Gemeinsame")).count():
        office.click(re.compile("Übernehmen, gilt ab heute Gemeinsame"), role="button")
    church = provider(office, f"Pfarrei {word}", "katholisch", signed=city.today - timedelta(days=30))
    own = provider(office, f"Stadt {word}", "Stadt", signed=None)
    office.go(own).pick("Wie weit nimmt der Träger teil?", "L4: die Stadt verschickt auch die Angebote")
    office.click("Träger speichern")
    names = [f"Kita {kind} {word}" for kind in ("Sonne", "Mond", "Stern")]
    for name, page, seats in zip(names, (church, church, own), ("2", "3", "4"), strict=True):
        small_kita(office, page, name, seats)
    office.go(church)
    office.page.locator("summary", has_text="Person zuordnen").first.click()
    office.choose("Person", f"Person {manager}").choose("Aufgabe", "Verwaltung des Trägers").click("Zuordnen")
    start = add_months(city.today, 10)
    families = children(city, start, names)

    # the office names the source beforehand, freezes; the hash is public at once
    known = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(seconds=25)
    office.go("/arbeit/kita/runden/").click("Neue Runde", role="link").fill(
        "Name", f"Runde {word}", exact=True
    )
    office.date("Plätze ab", start).date("Plätze bis (ausschließlich)", add_months(start, 2))
    office.fill("Quelle der Zufallszahl", "Lotto am Samstag").date(
        "Die Zufallszahl wird bekannt am", known.date()
    )
    office.fill("Uhrzeit", f"{known:%H:%M:%S}").date(
        "Träger bestätigen bis vor dem", city.today + timedelta(days=20)
    )
    office.click("Runde anlegen").sees("Jetzt einfrieren").click("Jetzt einfrieren")
    address = str(office.page.url).removeprefix(office.base)
    waits(office, address, "Befunde gesehen")
    root = office.page.locator(".kita-hash").first.inner_text()
    guest = person(city.base)
    public = f"/kita/runden/{address.strip('/').split('/')[-1]}/"
    guest.go(public).sees(root, "Lotto am Samstag", "sobald die Angebote verschickt sind")
    office.click("Befunde gesehen, weiter")
    while datetime.now(known.tzinfo) <= known:
        time.sleep(1)
    office.go(address).fill("Zufallszahl (hexadezimal)", "0badc0ffee" * 4)
    office.click("Zufallszahl eintragen und Lauf beantragen").sees("Eine zweite Person")
    other = city.desk(second, scripts=scripts, make=person)
    other.go(address).click("Lauf freigeben")
    waits(other, address, "Ergebnis nachprüfen")
    other.click("Ergebnis nachprüfen").sees("9 von 12 Kindern", "Alle Zusagen halten")
    other.click("Listen an die Träger geben").click("Angebote verschicken")
    assert "noch nicht alle Träger" in other.page.content()

    # the provider sees its own lists only, and confirms
    desk = city.desk(manager, scripts=scripts, make=person)
    desk.go("/arbeit/kita/runden/").click(f"Runde {word}", role="link")
    assert (
        names[2] not in desk.text()
        and f"Stadt {word}" not in desk.page.locator("ul", has_text=names[0]).inner_text()
    )
    desk.click(names[0], role="link").sees("2 Kinder bekommen einen Platz", "Warten")
    desk.click(re.compile("^Abweichen: "), role="link").sees("soll einen Platz bekommen")
    desk.go(address).click(re.compile("Unsere Listen bestätigen"), role="button").sees("bestätigt")
    other.go(address).click("Angebote verschicken")
    waits(other, address, "wartet auf Antwort: 9")

    # anybody checks it offline
    guest.go(public)
    for name in ("runde.json", "ergebnis.json"):
        (tmp_path / name).write_bytes(guest.download(name))
    paths = [str(tmp_path / name) for name in ("runde.json", "ergebnis.json")]
    assert "Alle Zusagen halten" in city.installation.run("kita", "verify", *paths).stdout
    text = Path(paths[0]).read_text("utf-8")
    assert "Kind0" not in text and json.loads(text)["commitment"] == root
    Path(paths[0]).write_text(text.replace('"beacon":"0b', '"beacon":"1b', 1), "utf-8")
    assert city.installation.run("kita", "verify", *paths, check=False).returncode == 1

    # families on the phone: an offer with its time, reasons, accepted; the others read why not
    outcomes = set()
    for number, family in enumerate(families):
        if number in (0, 1) or "ohne" not in outcomes:
            outcomes.add(answer(person(city.base, device=PHONE), family))
    assert outcomes == {"angenommen", "ohne"}
    assert "angenommen" in other.go(address).text()
    # other journeys' Kitas may have seats for the three who got none
    other.click("Kinder ohne Platz, freie Plätze", role="link").sees("Nach der Runde")
    assert re.search(r"Kein freier Platz passt|Für 3 Kinder ohne Platz", other.text()), other.text()
    other.go(address + "fairness/").sees("Kein Kind hat berechtigten Neid")


def answer(phone: Person, family: dict[str, str]) -> str:
    """Open by number and code; accept what is offered."""
    phone.go("/kita/meine/").fill("Aktenzeichen", family["number"]).fill("Code", family["code"])
    phone.click("Öffnen", exact=True)
    if not phone.has("Angebot ansehen und antworten"):
        phone.click("Ergebnis der Vergabe", role="link").sees(
            "hat keiner Ihrer Wünsche geklappt", "Ihr Kind hat hier"
        )
        return "ohne"
    phone.click("Angebot ansehen und antworten", role="link").sees("Tage Zeit")
    phone.click("Platz annehmen", exact=True).sees("gehört Ihrem Kind")
    return "angenommen"


def waits(desk: Person, address: str, text: str) -> None:
    """A job is at work: load the page until it shows what it did."""
    end = time.monotonic() + 40
    while text not in desk.go(address).text():
        assert time.monotonic() < end, desk.text()
        time.sleep(0.5)


def small_kita(office: Person, provider_page: str, name: str, seats: str) -> None:
    """A Kita with a few seats for bigger children."""
    office.go(provider_page).click("Kita anlegen", role="link").fill("Name", name, exact=True)
    office.fill("Öffnet", "7:30").fill("Schließt", "17:00").click("Kita speichern")
    office.click("Platzart anlegen", role="link").fill("Name", "Ü2", exact=True)
    office.fill("Alter ab (Monate)", "24").fill("Alter bis (Monate, ausschließlich)", "84")
    for field in ("Erlaubt (Betriebserlaubnis)", "Geplant", "Mit Personal"):
        office.fill(field, seats, exact=field != "Erlaubt (Betriebserlaubnis)")
    office.click("Plätze speichern").sees("Ü2")


def children(city: Any, start: date, names: list[str]) -> list[dict[str, str]]:
    """Twelve of them, by the actions a family's browser would call."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.journeys.kita_children",
            "musterstadt",
            start.isoformat(),
            ",".join(names),
            "12",
        ],
        cwd=ROOT,
        env=city.installation.environ(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found
