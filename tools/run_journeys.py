"""``make journeys SEED=n``: every journey, with and without scripts, the slow ones too.

The last line is always ``N passed, M failed``; whatever could not be played (set-up, collection) counts as failed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Count:
    """The outcome of every journey; a journey fails if its set-up, its play or its end fails."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called for each phase, also for what another process played."""
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read is a failure."""
        if report.failed:
            self.failed.add(report.nodeid)


def main(arguments: list[str]) -> int:
    """0 only if everything was played and passed."""
    os.chdir(ROOT)
    os.environ["JOURNEYS"] = "1"
    count = Count()
    options = ["-q", "-rfEs", "--no-header", "-p", "no:randomly", "-n", "2", "--dist", "loadfile"]
    code = int(pytest.main([*options, *(arguments or ["tests/journeys"])], plugins=[count]))
    failed = len(count.failed) or int(code != 0)
    passed = len(count.passed - count.failed)
    sys.stderr.flush()
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
