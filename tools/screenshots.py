"""Pictures of the running product for README and documentation: ``make screenshots``.

Starts the demo on an empty folder, visits twelve places and writes small PNG files (256 colours) to docs/screenshots.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 200 * 1024
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tools"))


def main(arguments: list[str]) -> int:
    """``screenshots.py [DATA_DIR]``: with a folder, the demo in it is used again."""
    import ensure_browser

    found = ensure_browser.find()
    if found is None:
        print("Kein Chromium gefunden.", file=sys.stderr)
        return 3
    from playwright.sync_api import sync_playwright

    from tests.faults.harness import Installation

    folder = Path(arguments[0]) if arguments else Path(tempfile.mkdtemp(prefix="stadtkern-bilder-"))
    city = Installation(folder, command="demo")
    city.start()
    try:
        city.wait_until_ready(400)
        accounts = json.loads((folder / "demo.json").read_text("utf-8"))["accounts"]
        with sync_playwright() as library:
            browser = library.chromium.launch(
                executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"]
            )
            take_all(browser, f"http://localhost:{city.port}", {entry["login"]: entry for entry in accounts})
            browser.close()
    finally:
        city.stop()
    return 0


def take_all(browser: Any, base: str, accounts: dict[str, Any]) -> None:
    """The twelve pictures."""
    from tests.journeys import dogs
    from tests.journeys.browser import DESK, PHONE, Person
    from tests.journeys.people import Town

    def person(login: str = "", device: Any = DESK) -> Person:
        someone = Person(browser, base, scripts=True, device=device)
        if login:
            entry = accounts[login]
            someone.log_in(login, entry["password"], entry["totp_secret"] or "")
        return someone

    visitor = person()
    keep(visitor.go("/"), "startseite")
    keep(visitor.go("/leistungen/hundesteuer-anmeldung/"), "leistung")
    phone = person(device=PHONE | {"device_scale_factor": 2})
    dogs.begin_as_guest(phone)
    phone.page.goto(phone.page.url.split("seite/")[0] + "seite/hund/")
    keep(phone, "formular-telefon")
    resident = person()
    dogs.begin_as_guest(resident)
    today = date(2025, 10, 14)  # the demo begins on this day
    dogs.fill_all(resident, Town(7).resident(today=today), Path(tempfile.mkdtemp()))
    keep(resident, "eingang")
    keep(resident.click("Stand des Vorgangs ansehen"), "vorgang")
    worker = person("s.berger")
    keep(worker.go("/arbeit/"), "arbeitsliste")
    row = worker.page.locator("main table a[href*='/arbeit/vorgang/']")
    if row.count():
        row.first.click()
        worker.page.wait_for_load_state("load")
        keep(worker, "vorgang-am-schreibtisch")
    keep(person("admin").go("/verwaltung/"), "verwaltung")
    workshop(person("p.entwurf"))
    keep(visitor.go("/was-es-bringt/"), "was-es-bringt")


def workshop(designer: Any) -> None:
    """A draft of the dog tax: its parts, the drawing, a decision table."""
    designer.go("/arbeit/werkstatt/neu/?leistung=hundesteuer-anmeldung").click(
        "Entwurf anlegen", role="button"
    )
    draft = designer.page.url
    keep(designer, "werkstatt")
    designer.go(f"{draft}ablauf/").page.wait_for_selector("form[data-modeler][data-state='drawn']")
    keep(designer, "ablauf")
    designer.go(f"{draft}entscheidungen/verfahren/steuer/")
    designer.page.locator("form[data-decision] table").first.evaluate("item => item.scrollIntoView()")
    keep(designer, "entscheidungstabelle")


def keep(someone: Any, name: str) -> None:
    """Store what is on the screen as a small PNG."""
    from PIL import Image

    FOLDER.mkdir(parents=True, exist_ok=True)
    image = Image.open(io.BytesIO(someone.page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    for colors in (256, 128, 64):
        image.quantize(colors, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
