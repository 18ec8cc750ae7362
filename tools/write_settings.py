"""Write ``docs/settings.md`` and ``deploy/stadtkern.env.example`` from the table of settings (``--check`` compares)."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from stadtkern.runtime.environment import SETTINGS  # noqa: E402

INTRODUCTION = """# Settings

Everything that comes from outside is an environment variable. This page and `deploy/stadtkern.env.example` are written by
`tools/write_settings.py` from the table in `stadtkern/runtime/environment.py`; a test compares them. Secrets are marked
with an asterisk: give them to the process (systemd `LoadCredential`, container secrets), not to the shell's history.

| variable | default | meaning |
|---|---|---|
"""


def document() -> str:
    """The page for people."""
    rows = [
        f"| `{setting.name}`{'*' if setting.secret else ''} "
        f"| {f'`{setting.default}`' if setting.default else '–'} | {setting.meaning} |"
        for setting in SETTINGS
    ]
    return INTRODUCTION + "\n".join(rows) + "\n"


def example() -> str:
    """The file for systemd and compose; everything is commented out, so that defaults stay defaults."""
    head = "# Settings of Stadtkern. Remove the # of what you change; see docs/settings.md.\n"
    return head + "".join(
        f"\n# {setting.meaning}\n#{setting.name}={setting.default}\n" for setting in SETTINGS
    )


FILES = {ROOT / "docs" / "settings.md": document, ROOT / "deploy" / "stadtkern.env.example": example}


def main(arguments: list[str]) -> int:
    stale = [path for path, text in FILES.items() if not path.exists() or path.read_text("utf-8") != text()]
    for path in stale:
        if "--check" not in arguments:
            path.write_text(FILES[path](), "utf-8")
        print(path.relative_to(ROOT), file=sys.stderr)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
