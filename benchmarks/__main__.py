"""``make bench [PART=name]``: run every ``bench_*.py`` here, or the one called PART, or those whose name contains it.

Each prints its figures with their budgets and leaves JSON in ``benchmarks/results``. Exit 1 if one missed a budget.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def chosen(part: str) -> list[str]:
    """Modules to run: an exact name wins, so that ``processes`` does not start ``faults_processes``, too."""
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    exact = f"bench_{part}"
    return [exact] if exact in names else [name for name in names if part in name]


def main(arguments: list[str]) -> int:
    part = arguments[0] if arguments else ""
    names = chosen(part)
    if not names:
        print(f"Keinen Benchmark {part!r} gefunden.", file=sys.stderr)
        return 2
    failed = 0
    for name in names:
        print(f"== {name.removeprefix('bench_')}", flush=True)
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False)
        failed += done.returncode != 0
        print(f"   {time.monotonic() - began:.0f} s, exit {done.returncode}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
