"""axe-core on one instance of every page of both fronts, error states included: no findings.

The states are made by actions (``states``), the addresses stand in ``addresses``; a new address without a line there
fails this test. The daily run opens each address once, and looks at banner and footer once per person; ``make journeys``
(JOURNEYS=1) opens every state and looks at all of it. The full matrix (phone, dark, English, 320 pixels, keyboard) is in
``make bench PART=a11y``.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import pytest

from tests.journeys import axe, pages, walk
from tests.journeys.addresses import NOT_OPENED

LOOK = walk.Look(name="Schreibtisch hell")
MOST_SECONDS = 100


def executable() -> str:
    """The machine's Chromium; skips when there is none."""
    sys.path.insert(0, str(walk.ROOT / "tools"))
    import ensure_browser

    found = ensure_browser.find()
    if found is None:
        pytest.skip("no Chromium on this machine")
    return str(found)


def wanted() -> dict[str, Any]:
    """Every address that is a page, with its pattern."""
    return {
        route: pages.regex_of(route)
        for route, _view in pages.patterns()
        if not pages.reason_against(route) and route not in NOT_OPENED
    }


def test_every_page() -> None:
    browser, script = executable(), axe.source()
    began, every = time.monotonic(), bool(os.environ.get("JOURNEYS"))
    framed: set[str] = set()

    def inspect(page: Any, _look: walk.Look, who: str, _path: str) -> list[str]:
        frame = every or who not in framed
        framed.add(who)
        return axe.findings(page, script, frame=frame)

    with walk.world() as (installation, empty):
        first = [("founder", "/einrichten/", {}, "")]
        seen = walk.walk(empty, LOOK, first, browser, inspect, browsers=1, script=script)
        full = walk.fill(installation, empty)
        ready = time.monotonic() - began
        tasks = walk.all_tasks(full)
        tasks = tasks if every else walk.one_of_each(tasks, wanted())
        seen += walk.walk(full, LOOK, tasks, browser, inspect, script=script)
    problems = [f"{item.who} {item.path} → {line}" for item in seen for line in item.problems]
    errors = sum(item.errors_shown for item in seen)
    sys.stdout.write(
        f"{len(seen)} pages and {errors} error states looked at in {time.monotonic() - began:.0f} s ({ready:.0f} s to make them)\n"
    )
    assert not problems, f"{len(problems)} findings:\n" + "\n".join(problems[:80])
    assert not walk.unvisited(seen, wanted()), "no line in addresses.py opens these pages"
    assert len(seen) >= (180 if every else 140) and errors >= 30
