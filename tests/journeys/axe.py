"""axe-core in a real page: findings as short lines, nothing is ignored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def source() -> str:
    """The script; skips when the packages of the front end are not installed."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci)")
    return AXE.read_text("utf-8")


def findings(page: Page, script: str, rules: list[str] | None = None) -> list[str]:
    """``rule: selector`` for everything axe-core objects to on the page as it is shown now (``rules``: only these)."""
    # Through the debugger: the content security policy stays as it is.
    page.evaluate(f"if (!window.axe) {{ {script} }}")
    options: dict[str, Any] = {"performanceTimer": False, "resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    lines = []
    for rule in result["violations"]:
        for node in rule["nodes"]:
            detail = (node.get("any") or node.get("all") or node.get("none") or [{}])[0].get("message", "")
            lines.append(f"{rule['id']}: {' '.join(map(str, node['target']))} ({detail[:160]})")
    return lines
