"""Goal 1: one command on an empty folder, and the city of Mainz stands. Slow: the demo data is made from nothing."""

from __future__ import annotations

import json
import re
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.faults.harness import Installation, Role, wait_for
from tests.journeys import api
from tests.journeys.desk import open_case

FIRST_START = 900  # seconds; five minutes on quiet cores, but journeys of others may run beside it
VICTIMS: tuple[Role, ...] = ("web-worker", "web", "worker", "database")


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
def test_the_demo(person: Any, scripts: bool, seed: int, tmp_path: Path) -> None:
    from tests.journeys.people import Town

    town = Town(seed, "demo")
    city = Installation(tmp_path / "var", command="demo")
    city.start()
    try:
        early = until_ready(city)
        assert early and all(set(document) == {"status", "version", "checks"} for document in early)
        assert not any(document["status"] == "ok" for document in early)
        document = city.health()[1]
        assert (
            document["status"] == "ok" and document["version"] and set(document["checks"].values()) == {"ok"}
        )
        accounts = known_accounts(city)
        base = f"http://localhost:{city.port}"
        log_in_everywhere(person, base, accounts)

        # the city: a demo date, 25 services, six of them online
        visitor = person(base)
        visitor.go("/")
        assert re.search(r"(Demo|DEMO).*2025", visitor.page.locator("body").inner_text().replace("\n", " "))
        visitor.go("/leistungen/")
        assert visitor.page.locator("main a[href^='/leistungen/']").count() >= 25
        before = visitor.fetch("/sitemap.xml")[1]

        # a kill -9 of any process loses nothing that was acknowledged
        day = api_today(visitor)
        made = [api.submit(base, town.resident(today=day), town.key())["case_number"]]
        for role in VICTIMS:
            city.kill(role)
            city.wait_until_ready(120)
            made.append(api.submit(base, town.resident(today=day), town.key())["case_number"])
        assert len(set(made)) == len(made)
        entry = account(accounts, "caseworker")
        worker = person(base)
        worker.log_in(entry["login"], entry["password"], entry["totp_secret"])
        for number in made:
            open_case(worker, number)

        # Ctrl-C ends everything cleanly, and a second start keeps the data
        assert city.stop(signal.SIGINT, 120) == 0, city.tail()
        assert not city.leftovers()
        city.start()
        city.wait_until_ready(120)
        assert visitor.fetch("/sitemap.xml")[1] == before
        assert known_accounts(city) == accounts
        for number in made:
            open_case(worker, number)
    finally:
        city.stop()
    assert not city.leftovers()


def until_ready(city: Installation) -> list[dict[str, Any]]:
    """Wait for 200; what /health said before (503)."""
    seen: list[tuple[int, dict[str, Any]]] = []
    wait_for(lambda: seen.append(city.health()) or seen[-1][0] == 200, FIRST_START, city.tail)
    assert {status for status, _ in seen} <= {0, 503, 200}, {status for status, _ in seen}
    return [document for status, document in seen if status == 503]


def known_accounts(city: Installation) -> list[dict[str, Any]]:
    """What ``demo.json`` says, which only its owner may read."""
    known = city.data_dir / "demo.json"
    assert stat.S_IMODE(known.stat().st_mode) == 0o600
    document = json.loads(known.read_text("utf-8"))
    assert document["url"].endswith(f":{city.port}") or document["url"].endswith(f":{city.port}/")
    keys = {"role", "tenant", "login", "password", "totp_secret", "app_password"}
    assert all(set(entry) == keys for entry in document["accounts"])
    return list(document["accounts"])


def account(accounts: list[dict[str, Any]], role: str) -> dict[str, Any]:
    return next(item for item in accounts if item["role"] == role and item["tenant"] == "mainz")


def log_in_everywhere(person: Any, base: str, accounts: list[dict[str, Any]]) -> None:
    """One account of every role of Mainz, with password and second factor."""
    for role in sorted({entry["role"] for entry in accounts if entry["tenant"] == "mainz"}):
        entry = account(accounts, role)
        someone = person(base)
        someone.log_in(entry["login"], entry["password"], entry["totp_secret"] or "")
        someone.go("/arbeit/" if entry["totp_secret"] else "/vorgaenge/")


def api_today(visitor: Any) -> Any:
    """The day in the demo, from what every page shows."""
    from datetime import date

    text = visitor.go("/").page.locator("body").inner_text()
    months = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ]
    found = re.search(rf"(\d{{1,2}})\. ({'|'.join(months)}) (2025)", text)
    assert found, text[:800]
    return date(int(found.group(3)), months.index(found.group(2)) + 1, int(found.group(1)))
