"""A folder of data of its own, and a way to import a text as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stadtkern.data.twin.importing import import_file

Import = Callable[..., dict[str, Any]]


@pytest.fixture
def take(tmp_path: Path) -> Import:
    """Imports bytes under a file name; ``codes`` of the problems stand beside the report."""

    def take(data: bytes, name: str = "stadt.gml", **options: Any) -> dict[str, Any]:
        file = tmp_path / name
        file.write_bytes(data)
        report = import_file(file, tmp_path / "var", **options)
        return {**report, "codes": sorted({problem["code"] for problem in report["problems"]})}

    return take
