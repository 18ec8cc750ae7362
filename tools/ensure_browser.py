"""Chromium for the browser tests: the installed one, else by the system's package manager where it may be used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def find() -> str | None:
    """The browser to use (``CHROMIUM`` overrides), or None."""
    if given := os.environ.get("CHROMIUM"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Always 0: without a browser the tests that need one are skipped and named."""
    if find():
        return 0
    prefix = _administrator()
    if prefix is None or not shutil.which("apt-get"):
        _say("Kein Chromium gefunden, und es darf hier nicht installiert werden.")
        return 0
    _say("Chromium wird installiert ...")
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            [*prefix, "apt-get", *arguments], env=environ, capture_output=True, text=True, check=False
        )
    if done.returncode != 0 or not find():
        _say(f"Chromium ließ sich nicht installieren: {done.stderr.strip()[-300:]}")
    return 0


def _administrator() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
