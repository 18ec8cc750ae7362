"""Every page of both fronts by axe-core, desktop and phone, light and dark, German and English; 320 pixels; keyboard.

One load of a page serves all looks of a language: the window is made small, the colours are changed. At 320 CSS pixels
(a desktop window at 400 %, which covers 200 %) nothing may reach beyond the right edge; by Tab every control that can be
seen must be reached, with a visible focus. ``A11Y_PART=/konto/`` looks only at addresses that contain it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from benchmarks.town import ROOT
from tests.journeys import axe, walk
from tests.journeys.browser import DESK, PHONE
from tests.journeys.test_accessibility import executable

RESULT = ROOT / "benchmarks" / "results" / "a11y.json"
LANGUAGES = ("de-DE", "en-GB")
CONTRAST = ["color-contrast", "link-in-text-block", "target-size"]

_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter((item) => item.getBoundingClientRect().right > width + 1)
    .filter((item) => ![...item.children].some((child) => child.getBoundingClientRect().right > width + 1))
    .slice(0, 3).map((item) => item.tagName.toLowerCase() + '.' + item.className);
}"""
_CONTROLS = """() => {
  const shown = (item) => item.checkVisibility({visibilityProperty: true}) && !item.closest('details:not([open]) > :not(summary)');
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((item) => !item.disabled && item.tabIndex >= 0 && item.type !== 'hidden' && shown(item));
  const groups = new Set();
  return all.filter((item) => {
    if (item.type !== 'radio') return true;
    const key = (item.form ? [...document.forms].indexOf(item.form) : '') + item.name;
    return groups.has(key) ? false : groups.add(key);
  }).map((item, number) => { item.dataset.walk = item.type === 'radio' ? 'r' + item.name : String(number); return item.dataset.walk; });
}"""
_FOCUSED = """() => {
  const item = document.activeElement;
  if (!item || item === document.body) return null;
  const style = getComputedStyle(item), box = item.getBoundingClientRect();
  const other = item.type === 'radio' || item.type === 'checkbox' ? getComputedStyle(item.parentElement) : style;
  const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none' || other.outlineStyle !== 'none';
  const name = item.type === 'radio' ? 'r' + item.name : item.dataset.walk || '';
  return {name, marked, seen: box.width > 0 && box.height > 0, what: item.outerHTML.slice(0, 90)};
}"""


def keyboard(page: Any) -> list[str]:
    """Controls that Tab does not reach, and those whose focus nobody sees."""
    wanted, reached, problems = set(page.evaluate(_CONTROLS)), set(), []
    page.evaluate("() => { window.scrollTo(0, 0); document.activeElement && document.activeElement.blur(); }")
    for _ in range(2 * len(wanted) + 10):
        page.keyboard.press("Tab")
        now = page.evaluate(_FOCUSED)
        if now is None or (now["name"] in reached and wanted <= reached):
            break
        reached.add(now["name"])
        if not (now["marked"] and now["seen"]):
            problems.append(f"keyboard: focus is not visible: {now['what']}")
    return problems + [f"keyboard: not reached: {name}" for name in sorted(wanted - reached)]


def inspector(script: str, count: dict[str, int]) -> walk.Inspect:
    """All looks at one loaded page."""

    def inspect(page: Any, look: walk.Look, _who: str, _path: str) -> list[str]:
        problems: list[str] = []

        def see(name: str, size: Any, scheme: str, rules: list[str] | None = None) -> None:
            page.set_viewport_size(size["viewport"])
            page.emulate_media(color_scheme=scheme)
            count[name] = count.get(name, 0) + 1
            problems.extend(f"{name}: {line}" for line in axe.findings(page, script, rules))

        see("desktop light", DESK, "light")
        see("phone light", PHONE, "light")
        if look.locale == LANGUAGES[0]:
            see("phone dark", PHONE, "dark", CONTRAST)
            see("desktop dark", DESK, "dark", CONTRAST)
        page.set_viewport_size({"width": 320, "height": 640})
        problems.extend(f"320 px: reaches beyond the edge: {item}" for item in page.evaluate(_OVERFLOW))
        page.set_viewport_size(DESK["viewport"])
        if look.locale == LANGUAGES[0]:
            problems.extend(keyboard(page))
        return problems

    return inspect


def main() -> int:
    """Walk, print, keep the result; 1 if there is a finding."""
    began, count, browser = time.monotonic(), dict[str, int](), executable()
    script, part = axe.source(), os.environ.get("A11Y_PART", "")
    inspect = inspector(script, count)
    seen: list[tuple[str, walk.Seen]] = []
    with walk.world() as (installation, empty):
        first = [("founder", "/einrichten/", {}, "")] if not part else []
        for language in LANGUAGES:
            look = walk.Look(name=language, locale=language)
            seen += [
                (language, item)
                for item in walk.walk(empty, look, first, browser, inspect, browsers=1, script=script)
            ]
        full = walk.fill(installation, empty)
        tasks = [task for task in walk.all_tasks(full) if part in task[1]]
        for language in LANGUAGES:
            look = walk.Look(name=language, locale=language)
            seen += [
                (language, item) for item in walk.walk(full, look, tasks, browser, inspect, script=script)
            ]
    findings = [
        f"{language} {item.who} {item.path}: {line}" for language, item in seen for line in item.problems
    ]
    result = {
        "pages": len(seen) // len(LANGUAGES),
        "error_states": sum(item.errors_shown for language, item in seen if language == LANGUAGES[0]),
        "looks": count,
        "findings": findings,
        "seconds": round(time.monotonic() - began),
    }
    if not part:
        RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for line in findings[:100]:
        sys.stdout.write(line + "\n")
    sys.stdout.write(
        f"{result['pages']} pages, {result['error_states']} error states, {sum(count.values())} axe runs in "
        f"{result['seconds']} s: {len(findings)} findings (budget 0)\n"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
