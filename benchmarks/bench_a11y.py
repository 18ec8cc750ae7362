"""axe-core over every page, desktop and phone, light and dark: no findings (the test in full)."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.town import ROOT


def main() -> int:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/journeys/test_accessibility.py",
        "-q",
        "-s",
        "-p",
        "no:randomly",
    ]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"A11Y": "full"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
