"""Journeys: a whole installation of its own, set up through the browser without demo data; nothing of ours is mocked.

``--seed N`` (or SEED) repeats a run exactly: names, dates, amounts and streets are drawn from it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browser import DESK, Person
from tests.journeys.people import Town

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def seed() -> int:
    given = os.environ.get("SEED", "")
    number = int(given) if given.isdigit() else secrets.randbelow(10**6)
    sys.stderr.write(f"SEED={number}\n")
    return number


@pytest.fixture(scope="session")
def town(seed: int) -> Town:
    """Where the people come from."""
    return Town(seed)


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


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Every journey is made twice: with and without scripts."""
    return bool(request.param)


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


FAILED = pytest.StashKey[bool]()
SUMMARY = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
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
def city(browser: Any, town: Town) -> Iterator[Any]:
    """The installation, set up in the browser (without scripts) to its first published service."""
    from tests.faults.harness import Installation
    from tests.journeys.city import City

    with Installation(environ={"WEB_WORKERS": "2"}) as installation:
        yield City(installation, browser, town)
    left = installation.leftovers()
    assert not left, left
    if installation.temporary:
        shutil.rmtree(installation.data_dir, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    stats = terminalreporter.stats
    failed = len(stats.get("failed", [])) + len(stats.get("error", []))
    config.stash[SUMMARY] = f"{len(stats.get('passed', []))} passed, {failed} failed"


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last word of ``make journeys``: ``N passed, M failed``."""
    if os.environ.get("JOURNEYS") and (line := config.stash.get(SUMMARY, "")):
        sys.stdout.write(line + "\n")
