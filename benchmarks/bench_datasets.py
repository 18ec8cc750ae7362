"""Datasets: reading files, boxes and pages over a million polygons, official filters.

    python -m benchmarks datasets                   (all; about two minutes)
    python -m benchmarks.bench_datasets --quick     (100,000 polygons instead of a million)

Reading is measured by the clock of the machine with the start of the worker; queries by processor time of this process (one thread), because other
work on the machine only adds to the clock.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stadtkern.data.datasets import engine
from stadtkern.data.datasets.cql2.building import Builder
from stadtkern.data.datasets.cql2.fragments import Fragment
from stadtkern.data.datasets.cql2.reading import from_text
from stadtkern.data.datasets.ingest.report import Report
from stadtkern.data.datasets.ingest.running import ingest
from stadtkern.data.datasets.ogc import items
from stadtkern.data.datasets.ogc.parameters import asked

RESULTS = Path(__file__).resolve().parent / "results" / "datasets.json"
FIGURES: dict[str, Any] = {}
BUDGETS: dict[str, bool] = {}
COLUMNS = {"kennung": "string", "hoehe": "number", "geschosse": "integer", "geom": "geometry"}


def note(name: str, value: object, kept: bool | None = None) -> None:
    """One figure, and whether it keeps its budget."""
    FIGURES[name] = value
    if kept is not None:
        BUDGETS[name] = kept
    print(f"{name}: {value}{'' if kept is None else ' ok' if kept else ' MISSED'}", flush=True)


def buildings(path: Path, number: int) -> None:
    """A GeoJSON file of small L-shaped houses around Mainz."""
    dice = random.Random(7)
    with path.open("w") as out:
        out.write('{"type":"FeatureCollection","features":[\n')
        for n in range(number):
            x, y, w = 7.8 + dice.random(), 49.6 + dice.random(), 0.0001 + dice.random() * 0.0001
            ring = [(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2), (0, 0)]
            points = ",".join(f"[{x + dx * w:.7f},{y + dy * w:.7f}]" for dx, dy in ring)
            out.write(
                f'{"," if n else ""}{{"type":"Feature","properties":{{"kennung":"DERP{n:08}","hoehe":{dice.random() * 30:.2f},'
                f'"geschosse":{n % 9}}},"geometry":{{"type":"Polygon","coordinates":[[{points}]]}}}}\n'
            )
        out.write("]}")


def lines(path: Path, number: int) -> None:
    """A CSV file as German offices write it."""
    dice = random.Random(3)
    with path.open("w", encoding="cp1252") as out:
        out.write("Kennziffer;Straße;PLZ;Betrag;am;bezahlt\r\n")
        for n in range(number):
            out.write(
                f"{n:08};Große Bleiche {n % 90};55{n % 999:03};{dice.random() * 9999:.2f}".replace(".", ",")
                + f";{n % 28 + 1:02}.05.2024;ja\r\n"
            )


def milliseconds(run: Callable[[], Any], rounds: int) -> list[float]:
    """Processor time of this process per round, sorted."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        found.append((time.process_time() - began) * 1000)
    return sorted(found)


def main(arguments: list[str]) -> int:
    quick = "--quick" in arguments
    with tempfile.TemporaryDirectory(prefix="bench-datasets-") as name:
        folder = Path(name)
        reading(folder, quick)
        asking(folder, folder / "viele.parquet")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"figures": FIGURES, "budgets": BUDGETS, "quick": quick}, indent=1) + "\n")
    return 0 if all(BUDGETS.values()) else 1


def read(what: str, source: Path, target: Path) -> tuple[float, Report]:
    """Clock of one ingest; processor time of the worker is noted beside it."""
    used, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    report = ingest(source, target)
    took, now = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    note(f"{what}, s", round(took, 2))
    note(f"{what}, s of processor", round(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, 2))
    return took, report


def reading(folder: Path, quick: bool) -> None:
    """Ingest of polygons and of a table."""
    for number, name, budget in (
        (100_000, "hunderttausend", 5.0),
        (100_000 if quick else 1_000_000, "viele", None),
    ):
        source, target = folder / f"{name}.geojson", folder / f"{name}.parquet"
        buildings(source, number)
        took, report = read(f"ingest {number} polygons", source, target)
        if budget is not None:
            BUDGETS[f"ingest {number} polygons"] = took <= budget
        assert report.rows == number
        source.unlink()
    table = folder / "tabelle.csv"
    lines(table, 1_000_000)
    took, report = read("ingest 1,000,000 rows of CSV (Windows-1252)", table, folder / "tabelle.parquet")
    BUDGETS["ingest 1,000,000 rows of CSV"] = took <= 15
    types = {column.name: column.type for column in report.columns}
    assert (
        report.rows == 1_000_000
        and types["PLZ"] == "string"
        and types["Betrag"] == "number"
        and types["am"] == "date"
    )


def asking(folder: Path, path: Path) -> None:
    """Boxes, pages, one feature."""
    box = asked({"bbox": ["8.2,50.0,8.22,50.02"]}, COLUMNS, format=None).where
    times = milliseconds(lambda: items.counted(folder, path, box), 20)
    note("count in a box, ms p50", round(statistics.median(times), 1), statistics.median(times) <= 10)
    page = asked({"limit": ["1000"], "bbox": ["8.2,50.0,8.3,50.1"]}, COLUMNS, format=None)
    times = milliseconds(lambda: items.page(folder, path, COLUMNS, page), 20)
    note(
        "page of 1,000 features in a box, ms p50",
        round(statistics.median(times), 1),
        statistics.median(times) <= 40,
    )
    last = engine.rows(folder, f"SELECT max({engine.ROW}) FROM {engine.file(path)}")[0][0]
    far = asked({"limit": ["1000"], "after": [str(last - 5_000)]}, COLUMNS, format=None)
    note(
        "the last pages by key, ms p50",
        round(statistics.median(milliseconds(lambda: items.page(folder, path, COLUMNS, far), 20)), 1),
    )
    one = milliseconds(
        lambda: items.one(folder, path, COLUMNS, last // 2, "http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        20,
    )
    note("one feature, ms p50", round(statistics.median(one), 1))
    where: Fragment = Builder(COLUMNS).condition(from_text("hoehe > 20 AND kennung LIKE 'DERP0000%'"))
    note(
        "count by a filter over all rows, ms p50",
        round(statistics.median(milliseconds(lambda: items.counted(folder, path, where), 5)), 1),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
