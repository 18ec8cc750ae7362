"""Reading a file inside the test's own process (quick); the limits of the real one are tried in ``test_sandbox``."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from stadtkern.data.datasets.ingest.report import Report, from_dict

Reading = Callable[..., Report]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    """``read(path or (name, content))`` gives the report; ``result_of`` finds the file."""
    from stadtkern.data.datasets.ingest import worker

    counter = itertools.count()

    def reading(
        given: Path | tuple[str, bytes | str], *, crs: str | None = None, layer: str | None = None
    ) -> Report:
        scratch = tmp_path / f"scratch{next(counter)}"
        scratch.mkdir()
        if isinstance(given, tuple):
            path = tmp_path / given[0]
            path.write_bytes(given[1].encode() if isinstance(given[1], str) else given[1])
        else:
            path = given
        inside = scratch / f"quelle{path.suffix}"
        inside.write_bytes(path.read_bytes())
        order = {
            "source": str(inside),
            "scratch": str(scratch),
            "name": path.stem,
            "crs": crs,
            "layer": layer,
        }
        report = from_dict(worker.ingest(order))
        reading.result = scratch / "result.parquet"  # type: ignore[attr-defined]
        return report

    return reading


def values(path: Path, *columns: str) -> list[tuple[object, ...]]:
    """Rows of a result in the order of their number."""
    from stadtkern.data.datasets import engine

    listed = ", ".join(map(engine.name, columns))
    return engine.rows(path.parent, f"SELECT {listed} FROM {engine.file(path)} ORDER BY {engine.ROW}")
