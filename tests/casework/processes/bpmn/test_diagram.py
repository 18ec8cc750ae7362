"""The component `process_diagram` in a real browser under our content security policy, with all reference models."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.template import engines

from stadtkern.casework.processes.bpmn import BpmnDocument, read_bpmn
from stadtkern.casework.processes.bpmn.outline import outline
from stadtkern.foundation.shell.middleware import POLICY
from tests.casework.processes.bpmn.test_layout import dog_tax
from tests.conformance.test_bpmn_miwg import NAMES, models
from tests.journeys.axe import findings, source

ROOT = Path(__file__).resolve().parents[4]
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PAGE = (
    '<!doctype html><html lang="de"><head><title>Ablauf</title><meta charset="utf-8">'
    '<link rel="stylesheet" href="/static/build/app.css"></head><body><main><h1>Ablauf</h1>'
    "{% load process_diagrams %}{% process_diagram xml=xml title=title done=done current=current %}</main></body></html>"
)


def page(xml: bytes, done: tuple[str, ...] = (), current: tuple[str, ...] = ()) -> str:
    template = engines["django"].from_string(PAGE)
    return str(template.render({"xml": xml, "title": "Hundesteuer", "done": done, "current": current}))


def test_the_list_says_what_the_drawing_shows() -> None:
    html = page(dog_tax().xml(), done=("eingang", "eingang_pruefen"), current=("pruefen",))
    assert html.count('aria-current="step"') == 1
    assert "<strong>Antrag prüfen</strong>" in html and "(Benutzeraufgabe, Steueramt)" in html
    assert "nein → Nachreichung" in html
    entries = outline(read_bpmn(dog_tax().xml()))[0].entries
    assert [entry.id for entry in entries][:3] == ["eingang", "pruefen", "vollstaendig"]
    assert {entry.id for entry in entries} == set(dog_tax().nodes)


def test_a_broken_file_is_told_and_hostile_names_stay_text() -> None:
    assert "kein wohlgeformtes XML" in page(b"<definitions>")
    html = page(dog_tax().xml().replace("Antrag prüfen".encode(), b"&lt;/script>&lt;img src=x>"))
    assert "<img" not in html


class _Site(SimpleHTTPRequestHandler):
    pages: dict[str, str]

    def __init__(self, *args: Any, pages: dict[str, str], **more: Any) -> None:
        self.pages = pages
        super().__init__(*args, directory=str(ROOT), **more)

    def do_GET(self) -> None:
        if self.path.startswith("/static/build/"):
            super().do_GET()
            return
        body = self.pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, dict[str, str]]]:
    """A server for pages and the built front end."""
    if not (ROOT / "static" / "build" / "bpmn-viewer.js").exists():
        pytest.skip("front end is not built (python tools/build_frontend.py)")
    pages: dict[str, str] = {"/favicon.ico": " "}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, pages=pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The machine's Chromium; skips when there is none."""
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


class Visit:
    """A page opened, with everything the browser complained about."""

    def __init__(self, chromium: Any, url: str, **context: Any) -> None:
        self.context = chromium.new_context(viewport={"width": 1280, "height": 900}, **context)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(url)

    def drawn(self) -> Any:
        figure = self.page.locator("figure.sk-diagram")
        self.page.wait_for_selector('figure[data-state="drawn"], figure[data-state="failed"]', timeout=20_000)
        return figure


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("name", NAMES)
def test_every_reference_model_is_drawn(chromium: Any, site: tuple[str, dict[str, str]], name: str) -> None:
    base, pages = site
    pages[f"/{name}"] = page(models()[name])
    visit = Visit(chromium, f"{base}/{name}")
    figure = visit.drawn()
    assert figure.get_attribute("data-state") == "drawn", figure.get_attribute("data-reason")
    assert visit.complaints == []
    drawn = visit.page.eval_on_selector_all(
        "[data-element-id]", "nodes => nodes.map(n => n.dataset.elementId)"
    )
    assert _expected(read_bpmn(models()[name])) - set(drawn) == set()
    visit.context.close()


def _expected(document: BpmnDocument) -> set[str]:
    """What the first diagram holds. bpmn-js leaves out called processes drawn inside their call (B.1.0, B.2.0)."""
    parts = [e for e in document.diagrams[0].walk() if e.name in {"BPMNShape", "BPMNEdge"}]
    found = {e.attributes.get("bpmnElement", "").rpartition(":")[2] for e in parts} - {""}
    pools = [document.target(participant, "processRef") for participant in document.participants]
    for process in document.processes:
        if document.participants and process not in pools:
            found -= {e.attributes.get("id", "") for e in process.walk()}
    return found


@pytest.mark.browser
@pytest.mark.enable_socket
def test_the_way_is_marked_and_the_watermark_visible(chromium: Any, site: tuple[str, dict[str, str]]) -> None:
    base, pages = site
    pages["/weg"] = page(dog_tax().xml(), done=("eingang", "eingang_pruefen", "weg"), current=("pruefen",))
    visit = Visit(chromium, f"{base}/weg")
    figure = visit.drawn()
    assert figure.locator(".sk-way-done").count() == 2
    assert figure.locator(".sk-way-current[data-element-id=pruefen]").count() == 1
    color = "getComputedStyle(document.querySelector('.sk-way-current .djs-visual > *')).stroke"
    assert visit.page.evaluate(color) == "rgb(138, 80, 0)"
    mark, canvas = figure.locator(".bjs-powered-by"), figure.locator(".sk-diagram__canvas")
    assert mark.is_visible()
    inner, outer = mark.bounding_box(), canvas.bounding_box()
    assert inner["width"] > 40 and inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert outer["y"] < inner["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]
    on_top = (
        f"document.elementFromPoint({inner['x'] + 10}, {inner['y'] + 10}).closest('.bjs-powered-by') !== null"
    )
    assert visit.page.evaluate(on_top)
    before = visit.page.evaluate("document.querySelector('.viewport').getAttribute('transform')")
    figure.get_by_role("button", name="Größer").click()
    assert visit.page.evaluate("document.querySelector('.viewport').getAttribute('transform')") != before
    figure.get_by_text("Der Ablauf als Liste").click()
    assert figure.get_by_text("hier steht der Vorgang").last.is_visible()
    assert visit.complaints == []
    assert findings(visit.page, source()) == []
    visit.context.close()


@pytest.mark.browser
@pytest.mark.enable_socket
def test_without_scripts_the_list_stands_alone(chromium: Any, site: tuple[str, dict[str, str]]) -> None:
    base, pages = site
    pages["/still"] = page(dog_tax().xml(), current=("pruefen",))
    visit = Visit(chromium, f"{base}/still", java_script_enabled=False)
    assert not visit.page.locator(".sk-diagram__drawing").is_visible()
    assert visit.page.get_by_text("Antrag prüfen", exact=True).is_visible()
    visit.context.close()
