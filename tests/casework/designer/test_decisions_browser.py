"""The page of a decision table in a real browser under our policy: keyboard, check while typing, accessibility, small screens."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.casework.designer.conftest import log_in
from tests.casework.designer.test_decisions import fields, press, table_page
from tests.casework.designer.test_path import begin
from tests.casework.processes.bpmn.test_diagram import ARGUMENTS, ROOT, _Site
from tests.journeys.axe import findings, source

pytestmark = pytest.mark.django_db
SHOTS = os.environ.get("DECISION_SHOTS", "")


class _Pages(_Site):
    """Also answers the check."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = self.pages["POST " + self.path].encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def browser() -> Iterator[Any]:
    """The machine's Chromium, closed before the database is asked again; skips when there is none."""
    sys.path.insert(0, str(ROOT / "tools"))
    import ensure_browser  # type: ignore[import-not-found]
    from playwright.sync_api import sync_playwright

    found = ensure_browser.find()
    if found is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as library:
        running = library.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def site(city: Any, author: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """The table as it is and with a mistake, as the product writes them."""
    if not (ROOT / "static" / "build" / "decisions.js").exists():
        pytest.skip("front end is not built (python tools/build_frontend.py)")
    client = log_in(author)
    row = begin(client)
    page = table_page(row)
    plain = client.get(page).content.decode()
    sent = fields(plain)
    wrong = sent | {"r-0-2": "2 * hundee", "try-gefaehrlich": "[false, true]"}
    pages = {
        "/favicon.ico": " ",
        page: plain,
        "/liste": client.get(page.rsplit("verfahren", 1)[0]).content.decode(),
        "/probe": press(client, page, sent | {"try-gefaehrlich": "[false, true]", "policy": "U"}, "try"),
        "/falsch": press(client, page, wrong, "check"),
        f"POST {page}pruefen/": json.dumps(client.post(f"{page}pruefen/", wrong).json()),
        "page": page,
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, pages=pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


def test_keyboard_and_check_while_typing(site: tuple[str, dict[str, str]]) -> None:
    home, pages = site
    told: list[str] = []
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(home + pages["page"])
        page.focus("#r-0-0")
        for key, expected in WALK:
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement.id") == expected
        page.fill("#r-0-2", "2 * hundee")
        page.wait_for_selector("#r-0-2-error:visible")
        assert page.inner_text("#r-0-2-error mark") == "hundee"
        assert page.get_attribute("#r-0-2", "aria-invalid") == "true"
        assert "Fehler" in page.inner_text("[data-decision-state]")
        page.evaluate(CATCH)
        page.focus("#r-2-0")
        page.keyboard.press("Alt+ArrowUp")
        assert page.evaluate("window.sent") == "up-rule:2"
    assert [line for line in told if "404" not in line] == []


WALK = (("ArrowDown", "r-1-0"), ("ArrowRight", "r-1-1"), ("ArrowUp", "r-0-1"), ("ArrowLeft", "r-0-0"))
CATCH = """document.querySelector("form[data-decision]")
    .addEventListener("submit", event => { event.preventDefault(); window.sent = event.submitter.value })"""


def test_accessible_and_nothing_sticks_out(site: tuple[str, dict[str, str]]) -> None:
    home, pages = site
    found: dict[tuple[str, int], object] = {}
    with browser() as chromium:
        for width in (1280, 320):
            for name in (pages["page"], "/probe", "/falsch", "/liste"):
                page = chromium.new_page(viewport={"width": width, "height": 900})
                page.goto(home + name)
                problems = findings(page, source())
                wide = page.evaluate("document.documentElement.scrollWidth")
                if problems or wide > width:
                    found[name, width] = (wide, problems)
                if SHOTS:
                    stem = name.strip("/").rpartition("/")[2]
                    page.screenshot(path=str(Path(SHOTS) / f"{stem}-{width}.png"), full_page=True)
                page.close()
    assert found == {}
