"""``make check``: format, lint, templates, types, borders, missing migrations. Runs all and names what failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

STEPS: dict[str, list[str]] = {
    "format": [f"{BIN}/ruff", "format", "--check", "--quiet", "."],
    "lint": [f"{BIN}/ruff", "check", "--quiet", "."],
    "templates": [f"{BIN}/djlint", "--quiet", "--lint", "templates", "stadtkern"],
    "types": [f"{BIN}/mypy"],
    "borders": [f"{BIN}/lint-imports"],
    "migrations": [sys.executable, "-m", "tools.missing_migrations"],
}


def main() -> int:
    failed = []
    for name, command in STEPS.items():
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{name:<12} {'ok' if done.returncode == 0 else 'FEHLER'}", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print((done.stdout + done.stderr).strip()[-6000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
