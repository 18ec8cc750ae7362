"""axe-core in a real page: findings as short lines, nothing is ignored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# Banner, navigation and footer: the same on every page of a person.
FRAME = ["header.sk-bar", "header.sk-head", "footer.sk-foot", "aside.sk-demo"]
_RUN = (
    "([options, without]) => axe.run({include: [['html']], exclude: without.map((item) => [item])}, options)"
)


def source() -> str:
    """The script; skips when the packages of the front end are not installed."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci)")
    return AXE.read_text("utf-8")


def findings(page: Page, script: str, rules: list[str] | None = None, *, frame: bool = True) -> list[str]:
    """``rule: selector`` for everything axe-core objects to on the page as it is shown now.

    ``rules``: only these; without ``frame`` the parts that every page of a person has (``FRAME``) are left out.
    """
    # Usually there by ``walk`` (an init script); else through the debugger. The content security policy stays as it is.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(script)
    options: dict[str, Any] = {"performanceTimer": False, "resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    result: dict[str, Any] = page.evaluate(_RUN, [options, [] if frame else FRAME])
    lines = []
    for rule in result["violations"]:
        for node in rule["nodes"]:
            detail = (node.get("any") or node.get("all") or node.get("none") or [{}])[0].get("message", "")
            lines.append(f"{rule['id']}: {' '.join(map(str, node['target']))} ({detail[:160]})")
    return lines
