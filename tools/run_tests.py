"""The tests of ``make test``: everything but the slow ones. Ends with a summary of all of them, as pytest writes it.

Says first what this machine cannot run, so that a green result is not mistaken for a complete one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ensure_browser

ROOT = Path(__file__).resolve().parent.parent
# Network namespaces, a proxy or the like are not needed; these are all the outside things tests know.
OPTIONAL = {"npm": "Front-End-Tests mit Node"}
NOTHING_COLLECTED = 5
SUMMARY = re.compile(r"^=*\s*((?:\d+ \w+(?:, )?)+) in [\d.]+s")


def main(arguments: list[str]) -> int:
    """The exit code of the worst run."""
    for meaning in missing():
        print(f"Ausgelassen: {meaning}", flush=True)
    base = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-rs", "--no-header"]
    if arguments:
        return subprocess.run([*base, *arguments], cwd=ROOT, check=False).returncode
    began = time.monotonic()
    # Journeys in a run of their own: the browser's event loop must not meet tests that use the database directly.
    # Each run on two processes: the others have a database each, the journeys one installation together.
    runs = (
        ["-n", "2", "tests", "--ignore=tests/journeys"],
        ["-n", "2", "--dist", "loadfile", "tests/journeys", "-p", "no:randomly"],
    )
    counts: Counter[str] = Counter()
    worst = 0
    for options in runs:
        code, counted = run([*base, *options])
        counts += counted
        worst = worst or (0 if code == NOTHING_COLLECTED else code)
    if worst and not counts.keys() & {"failed", "error", "errors"}:
        counts["error"] = 1  # a run that broke before it could count
    seconds = time.monotonic() - began
    parts = ", ".join(f"{number} {word}" for word, number in in_order(counts)) or "no tests ran"
    print(f"=== {parts} in {seconds:.2f}s ({int(seconds) // 60} min) ===", flush=True)
    return worst


def missing() -> list[str]:
    """What this machine cannot run."""
    found = [meaning for name, meaning in OPTIONAL.items() if not shutil.which(name)]
    if ensure_browser.find() is None:
        found.append("Browser-Tests (kein Chromium)")
    if not (ROOT.parent / "shared" / "data").is_dir():
        found.append("Tests mit den gemeinsamen Daten (Ordner shared/data neben dem Repository)")
    return found


def run(command: list[str]) -> tuple[int, Counter[str]]:
    """Exit code and counts of one run; its output is passed on as it comes."""
    counted: Counter[str] = Counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if found := SUMMARY.match(line):
                counted = Counter(
                    {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", found.group(1))}
                )
        code = process.wait()
    return code, counted


def in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    """Failures first, as pytest does."""
    order = ["failed", "error", "errors", "passed", "skipped"]
    return sorted(counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
