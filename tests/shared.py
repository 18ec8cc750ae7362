"""Where the shared reference data lies (schemas, official cases): outside of the repository, optional."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_data(relative: str) -> Path:
    """The path of a shared file or folder; skips the test with a clear message when it is not there."""
    base = Path(os.environ.get("STADTKERN_SHARED", ROOT.parent / "shared" / "data"))
    path = base / relative
    if not path.exists():
        pytest.skip(f"shared data not found: {relative} (set STADTKERN_SHARED to its folder)")
    return path
