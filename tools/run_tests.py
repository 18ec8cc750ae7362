"""The tests of ``make test``: everything but the slow ones. Ends with pytest's own summary line.

Says first what this machine cannot run, so that a green result is not mistaken for a complete one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ensure_browser

ROOT = Path(__file__).resolve().parent.parent
# Network namespaces, a proxy or the like are not needed; these are all the outside things tests know.
OPTIONAL = {"npm": "Front-End-Tests mit Node"}


def main(arguments: list[str]) -> int:
    missing = [meaning for name, meaning in OPTIONAL.items() if not shutil.which(name)]
    if ensure_browser.find() is None:
        missing.append("Browser-Tests (kein Chromium)")
    if not (ROOT.parent / "shared" / "data").is_dir():
        missing.append("Tests mit den gemeinsamen Daten (Ordner shared/data neben dem Repository)")
    for meaning in missing:
        print(f"Ausgelassen: {meaning}", flush=True)
    base = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-rs", "--no-header"]
    if arguments:
        return subprocess.run([*base, *arguments], cwd=ROOT, check=False).returncode
    # Journeys in a run of their own: the browser's event loop must not meet tests that use the database directly.
    # Everything else on two processes, each with a database of its own.
    rest = [*base, "-n", "2", "tests", "--ignore=tests/journeys"]
    first = subprocess.run(rest, cwd=ROOT, check=False).returncode
    return (
        subprocess.run([*base, "tests/journeys", "-p", "no:randomly"], cwd=ROOT, check=False).returncode
        or first
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
