"""Goal 1: one command on an empty folder, and the city of Mainz stands. Slow: the demo data is made from nothing."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.faults.harness import Installation, wait_for


@pytest.mark.slow
def test_the_demo(person: Any, tmp_path: Path) -> None:
    city = Installation(tmp_path / "var", command="demo")
    city.start()
    seen: list[tuple[int, dict[str, Any]]] = []
    try:
        wait_for(lambda: seen.append(city.health()) or seen[-1][0] == 200, 300, city.tail)
        early = [document for status, document in seen if status == 503]
        assert early and all(set(document) == {"status", "version", "checks"} for document in early)
        assert seen[-1][1]["status"] == "ok" and set(seen[-1][1]) == {"status", "version", "checks"}

        known = city.data_dir / "demo.json"
        assert stat.S_IMODE(known.stat().st_mode) == 0o600
        accounts = json.loads(known.read_text("utf-8"))["accounts"]
        keys = {"role", "tenant", "login", "password", "totp_secret", "app_password"}
        assert all(set(entry) == keys for entry in accounts)
        base = f"http://localhost:{city.port}"
        for role in ("resident", "caseworker", "administrator"):
            entry = next(item for item in accounts if item["role"] == role and item["tenant"] == "mainz")
            someone = person(base)
            someone.log_in(entry["login"], entry["password"], entry["totp_secret"] or "")
        visitor = person(base)
        visitor.go("/")
        assert re.search(r"(Demo|DEMO).*2025", visitor.page.locator("body").inner_text().replace("\n", " "))
        visitor.go("/leistungen/")
        assert visitor.page.locator("main a[href^='/leistungen/']").count() >= 25
        before = visitor.fetch("/sitemap.xml")[1]

        assert city.stop() == 0 and not city.leftovers()
        city.start()
        city.wait_until_ready(60)
        assert visitor.fetch("/sitemap.xml")[1] == before
        assert json.loads(known.read_text("utf-8"))["accounts"] == accounts
    finally:
        city.stop()
    assert not city.leftovers()
