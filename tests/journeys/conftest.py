"""Journeys: a whole installation of its own, set up through the browser without demo data; nothing of ours is mocked.

SEED=N repeats a run exactly: names, dates, amounts and streets are drawn from it, for every journey anew. The daily run
plays each journey once, half of them with scripts and half without; JOURNEYS=1 (``make journeys``) plays each both ways.
While writing journeys, JOURNEY_STAND=folder keeps the installation from run to run.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browser import DESK, Person
from tests.journeys.people import Town
from tests.journeys.stand import Stand

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip
FAILED = pytest.StashKey[bool]()
TURN = pytest.StashKey[dict[str, int]]()


def pytest_configure(config: pytest.Config) -> None:
    """One seed for all processes of the run; it is said first, so that a failure can be repeated."""
    if not os.environ.get("SEED", "").isdigit():
        os.environ["SEED"] = str(secrets.randbelow(10**6))
    if not hasattr(config, "workerinput"):
        sys.stderr.write(f"SEED={os.environ['SEED']}\n")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With and without scripts; in the daily run by turns, so that half of every file's journeys do without."""
    marks = metafunc.definition.iter_markers("parametrize")
    if "scripts" not in metafunc.fixturenames or any("scripts" in mark.args[0] for mark in marks):
        return
    turns = metafunc.config.stash.setdefault(TURN, {})
    turn = turns[metafunc.module.__name__] = turns.get(metafunc.module.__name__, -1) + 1
    # Where a file tells of one person, the first journey is the long one: odd goals start without scripts.
    goal = int(next(iter(re.findall(r"test_(\d)", metafunc.module.__name__)), 0))
    modes = [True, False] if os.environ.get("JOURNEYS") else [(turn + goal) % 2 == 0]
    metafunc.parametrize("scripts", modes, ids=["scripts" if mode else "no-scripts" for mode in modes])


@pytest.fixture(scope="session")
def seed() -> int:
    """What everything is drawn from."""
    return int(os.environ["SEED"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The machine's Chromium; skips when there is none."""
    sys.path.insert(0, str(ROOT / "tools"))
    import ensure_browser
    from playwright.sync_api import sync_playwright

    found = ensure_browser.find()
    if found is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as library:
        running = library.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def person(browser: Any, scripts: bool, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """``person(base)`` opens a browser profile; at the end nothing may have failed in it."""
    people: list[Person] = []

    def make(base: str, **more: Any) -> Person:
        people.append(Person(browser, base, **({"scripts": scripts, "device": DESK} | more)))
        return people[-1]

    yield make
    failed = request.node.stash.get(FAILED, False)
    if failed:
        for number, someone in enumerate(people):
            keep_evidence(someone, f"{request.node.name}-{number}")
    for someone in people:
        if failed:
            someone.problems.clear()
        someone.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    city = getattr(item, "funcargs", {}).get("city")
    if report.failed and city is not None:
        report.sections.append(("SEED", os.environ["SEED"]))
        report.sections.append(("the installation said", city.installation.tail()))
    return report


def keep_evidence(someone: Person, name: str) -> None:
    """A picture of the page where a journey failed, in JOURNEY_EVIDENCE (else nowhere)."""
    folder = os.environ.get("JOURNEY_EVIDENCE", "")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        safe = re.sub(r"[^A-Za-z0-9-]+", "_", name)
        someone.page.screenshot(path=f"{folder}/{safe}.png", full_page=True)
        Path(f"{folder}/{safe}.html").write_text(someone.page.content(), "utf-8")


@pytest.fixture(scope="session")
def whole_city(
    browser: Any, seed: int, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The installation, set up in the browser (without scripts) to its first published service; once per run."""
    worker = getattr(request.config, "workerinput", None)
    kept = os.environ.get("JOURNEY_STAND", "")
    run = tmp_path_factory.getbasetemp()
    folder = Path(kept) if kept else run.parent if worker else run
    with Stand(folder, browser, seed, keep=bool(kept)) as city:
        yield city


@pytest.fixture
def city(whole_city: Any, seed: int, request: pytest.FixtureRequest) -> Any:
    """The town, with people of this journey's own."""
    whole_city.town = Town(seed, request.node.name)
    return whole_city
