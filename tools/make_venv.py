"""Make the virtual environment with whatever Python offers: ``venv``, else ``virtualenv`` (Debian without python3-venv)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

NEEDED = (3, 11)


def main(target: str) -> int:
    if sys.version_info < NEEDED:
        print("Stadtkern braucht Python 3.11 oder neuer: make PYTHON=python3.12 demo", file=sys.stderr)
        return 3
    if run([sys.executable, "-m", "venv", "--clear", target]):
        return 0
    print("Dieses Python hat kein vollständiges venv; virtualenv wird benutzt.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        installed = run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "virtualenv"], show=True
        )
        if installed and run([sys.executable, str(Path(folder) / "bin" / "virtualenv"), "--quiet", target]):
            return 0
        module = [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {folder!r}); import virtualenv; "
            f"virtualenv.cli_run([{target!r}])",
        ]
        if installed and run(module, show=True):
            return 0
    print("Bitte installieren Sie python3-venv oder virtualenv.", file=sys.stderr)
    return 3


def run(command: list[str], *, show: bool = False) -> bool:
    done = subprocess.run(command, capture_output=not show, text=True, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
