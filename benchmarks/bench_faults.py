"""kill -9 during 200 submissions, and everything else in ``tests/faults`` (``make bench PART=faults``)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-m", "slow", "tests/faults", "--no-header"]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
