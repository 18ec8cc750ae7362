"""Opening many pages at once: several browsers, a session for each person, no clicking to get there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.faults.harness import ROOT, Installation
from tests.journeys import addresses
from tests.journeys.addresses import Task
from tests.journeys.browser import DESK

BROWSERS = 2
COOKIE = "sessionid"
DEMO = {"STADTKERN_DEMO": "1", "DEMO_DATE": "2025-10-14", "WEB_WORKERS": "2"}
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]


@dataclass(slots=True, kw_only=True)
class World:
    """A running installation with every state in it."""

    base: str
    cookies: Mapping[str, str]
    things: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How somebody looks at pages."""

    name: str
    device: Mapping[str, Any] = field(default_factory=lambda: DESK)
    scheme: str = "light"
    locale: str = "de-DE"
    errors: bool = True


@dataclass(slots=True, kw_only=True)
class Seen:
    """What one visit found."""

    who: str
    path: str
    status: int
    landed: str
    problems: list[str]
    errors_shown: bool = False


@contextmanager
def world() -> Iterator[tuple[Installation, World]]:
    """An installation, first empty (the set-up page is open), then filled by ``fill``."""
    with Installation(environ=DEMO) as installation:
        yield installation, World(base=f"http://localhost:{installation.port}", cookies={}, things={})


def fill(installation: Installation, empty: World) -> World:
    """Make every state by actions in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.states"],
        cwd=ROOT, env=installation.environ(), capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    made = json.loads(done.stdout)
    return World(base=empty.base, cookies=made["cookies"], things=made["things"])


Inspect = Callable[[Any, Look, str, str], list[str]]


def walk(
    world: World,
    look: Look,
    tasks: Sequence[Task],
    executable: str,
    inspect: Inspect,
    *,
    browsers: int = BROWSERS,
    script: str = "",
) -> list[Seen]:
    """Open every (person, path) and let ``inspect(page, look, who, path)`` say what is wrong.

    ``script`` is there on every page from the start: sent to the browser once, not once per page.
    """
    waiting = list(reversed(tasks))

    def run(_number: int) -> list[Seen]:
        from playwright.sync_api import sync_playwright

        seen: list[Seen] = []
        with sync_playwright() as library:
            browser = library.chromium.launch(executable_path=executable, args=ARGUMENTS)
            open_pages: dict[str, Any] = {}
            while waiting:
                try:
                    task = waiting.pop()
                except IndexError:
                    break
                who = task[0]
                if who not in open_pages:
                    open_pages[who] = _page(browser, world, look, who, script)
                seen.append(_visit(open_pages[who], world, look, task, inspect))
            browser.close()
        return seen

    with ThreadPoolExecutor(browsers) as pool:
        return [item for part in pool.map(run, range(browsers)) for item in part]


def _page(browser: Any, world: World, look: Look, who: str, script: str = "") -> Any:
    context = browser.new_context(
        locale=look.locale,
        timezone_id="Europe/Berlin",
        color_scheme=look.scheme,
        reduced_motion="reduce",
        **look.device,
    )
    context.set_default_timeout(20_000)
    if script:
        context.add_init_script(script)
    if who in world.cookies:
        context.add_cookies([{"name": COOKIE, "value": world.cookies[who], "url": world.base}])
    page = context.new_page()
    if who == "half":
        page.goto(world.base + "/accounts/login/")
        page.locator("input[name=login]").fill("s.berger")
        page.locator("input[name=password]").fill("stadtkern-demo")
        page.locator("form:has(input[name=password]) button").first.click()
        page.wait_for_load_state("load")
    return page


def _visit(page: Any, world: World, look: Look, task: Task, inspect: Inspect) -> Seen:
    who, path, typed, pressed = task
    try:
        response = page.goto(world.base + path, wait_until="domcontentloaded")
    except Exception as error:  # a download instead of a page, or a page that does not answer
        return Seen(who=who, path=path, status=0, landed=path, problems=[f"not opened: {str(error)[:200]}"])
    seen = Seen(
        who=who,
        path=path,
        status=response.status if response else 0,
        landed=page.url.removeprefix(world.base),
        problems=[],
    )
    if "text/html" not in (response.headers.get("content-type", "") if response else ""):
        return seen
    if seen.status >= 500:
        seen.problems.append(f"answers {seen.status}")
    try:
        if typed or pressed:
            answer(page, typed, pressed)
            seen.problems += [f"(Antwort) {line}" for line in inspect(page, look, who, path)]
            return seen
        seen.problems += inspect(page, look, who, path)
        if look.errors and seen.status == 200 and send_empty(page):
            seen.errors_shown = True
            seen.problems += [f"(Fehler) {line}" for line in inspect(page, look, who, path)]
    except Exception as error:  # the walk goes on; this page failed
        seen.problems.append(f"{type(error).__name__}: {str(error)[:300]}")
    return seen


_EMPTY = """() => {
  const shown = (item) => item.offsetParent !== null;
  const forms = [...document.querySelectorAll('main form')].filter((form) => form.method === 'post');
  for (const form of forms) {
    const asked = [...form.elements].filter((item) => (item.required || item.ariaRequired === 'true') && item.type !== 'hidden');
    if (!asked.some(shown)) continue;
    for (const item of form.elements) {
      if (['text', 'email', 'password', 'number', 'tel', 'textarea', 'search', 'url'].includes(item.type)) item.value = '';
      if (['checkbox', 'radio'].includes(item.type)) item.checked = false;
    }
    form.noValidate = true;
    const button = [...form.querySelectorAll('button, input[type=submit]')]
      .find((item) => item.type === 'submit' && shown(item) && !item.classList.contains('sk-first-button') && !item.formNoValidate);
    if (!button) continue;
    button.setAttribute('data-walk', '1');
    return true;
  }
  return false;
}"""


def send_empty(page: Any) -> bool:
    """Send the first form that asks for something, emptied; False where there is none."""
    if not page.evaluate(_EMPTY):
        return False
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.evaluate("document.querySelector('[data-walk]').click()")
    return True


def answer(page: Any, typed: Mapping[str, str], pressed: str) -> None:
    """Fill in fields by name and press a button (by its words, or the one of the form with these fields)."""
    for name, value in typed.items():
        found = page.locator(f"main [name={name}]").first
        if found.get_attribute("type") == "file":
            found.set_input_files({"name": "datei.csv", "mimeType": "text/csv", "buffer": value.encode()})
        else:
            found.fill(value)
    if pressed:
        button = page.get_by_role("button", name=pressed).first
    else:
        form = page.locator(f"main form:has([name={next(iter(typed))}])").first
        button = form.locator("button[type=submit]:not(.sk-first-button):visible").last
    with page.expect_navigation(wait_until="domcontentloaded"):
        button.evaluate("item => item.click()")


def unvisited(seen: Sequence[Seen], wanted: Mapping[str, Any]) -> list[str]:
    """Routes of ``wanted`` (route to pattern) that no visit opened as a page of its own."""
    opened = {item.landed.partition("?")[0] for item in seen if item.status in (200, 401, 404, 410, 422)}
    return sorted(route for route, rule in wanted.items() if not any(rule.match(path) for path in opened))


def one_of_each(tasks: Sequence[Task], wanted: Mapping[str, Any]) -> list[Task]:
    """The first visit of every address by each person who opens it, and every answer: no template is left out.

    Of an address whose states are told apart by the id (a case in eight states) one is kept.
    """
    known: set[tuple[str, str]] = set()
    kept = []
    for task in tasks:
        path = task[1].partition("?")[0]
        route = next((route for route, rule in wanted.items() if rule.match(path)), task[1])
        if task[2] or task[3] or (task[0], route) not in known:
            kept.append(task)
        known.add((task[0], route))
    return kept


def all_tasks(world: World) -> list[Task]:
    """Everything of ``addresses`` but the set-up page."""
    return [task for task in addresses.visits(world.things) if task[0] != "founder"]
