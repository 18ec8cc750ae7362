"""The process that opens a file of somebody: one order on stdin (JSON), one answer on stdout (JSON), then it ends.

Its scratch folder, with the source linked into it, is all it may read and write; the result is written there as ``result.parquet``.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

ROWS_PER_GROUP: Final = 4_096
THREADS: Final = 2
MEMORY: Final = 6 << 30  # of addresses, DuckDB itself stays below ``DUCKDB_MEMORY``
DUCKDB_MEMORY: Final = "1500MB"
FILE_SIZE: Final = 8 << 30
MOST_ROWS: Final = 50_000_000

# GDAL: texts stay texts (a key keeps its zero), arcs become lines, nothing is asked of a server
GDAL: Final = {
    "GML_FIELDTYPES": "ALWAYS_STRING",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "OGR_STROKE_CURVE": "YES",
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    "CPL_DEBUG": "OFF",
}


def main() -> int:
    """Read the order, work, answer."""
    order = json.loads(sys.stdin.buffer.read())
    answer_to = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not stand in the answer
    os.environ.update(GDAL)
    from stadtkern.data.datasets.errors import FileRefused
    from stadtkern.data.datasets.ingest.confine import confine

    _load()
    gc.disable()  # one file, then the process ends: a million small objects need no collector
    confine(memory=MEMORY, seconds=int(order["seconds"]), file_size=FILE_SIZE)
    try:
        answer: dict[str, Any] = {"report": ingest(order)}
    except FileRefused as refused:
        answer = {"refused": refused.message, "refused_en": refused.message_en}
    except MemoryError:
        answer = {
            "refused": "Die Datei braucht beim Lesen zu viel Speicher.",
            "refused_en": "Reading the file takes too much memory.",
        }
    with os.fdopen(answer_to, "wb") as out:
        out.write(json.dumps(answer, ensure_ascii=False, default=str).encode())
    return 0


def _load() -> None:
    """Load what is needed before the limits are set."""
    import shapely  # noqa: F401


def ingest(order: dict[str, Any]) -> dict[str, Any]:
    """The whole way from a file to Parquet. Raises ``FileRefused``."""
    import duckdb

    from stadtkern.data.datasets import engine
    from stadtkern.data.datasets.errors import FileRefused
    from stadtkern.data.datasets.ingest import containers, naming, places, privacy, reading, repair
    from stadtkern.data.datasets.ingest.report import REJECTED, REPAIRED, Column, Notes, Report

    scratch = Path(order["scratch"])
    notes = Notes()
    source = containers.recognized(Path(order["source"]), scratch)
    connection = engine.opened(scratch, threads=THREADS, memory=DUCKDB_MEMORY, scratch=scratch / "spill")
    report = Report(dataset=naming.slug(order["name"]), format=source.format)
    try:
        table = reading.plain(connection, source, scratch, order.get("layer"), notes)
        columns = dict(table.columns)
        sql, declared = engine.GEOMETRY if table.geometry else None, table.crs
        if sql is None and (found := places.in_columns(columns, connection, order.get("crs"), notes)):
            sql, declared = found.sql, found.crs
            columns = {column: type for column, type in columns.items() if column not in found.consumed}
        if sql is not None:
            report.crs = repair.located(connection, sql, order.get("crs"), declared, notes)
        if report.crs is not None:
            box, report.geometry_types = repair.repaired(connection, report.crs, notes)
            report.bbox = list(box) if box else None
        final = "placed" if report.crs is not None else "plain"
        report.rows = (connection.execute(f"SELECT count(*) FROM {final}").fetchone() or (0,))[0]
        if not report.rows or report.rows > MOST_ROWS:
            raise FileRefused(
                "In der Datei steht keine Zeile, die wir übernehmen können."
                if not report.rows
                else "Die Tabelle ist zu lang.",
                message_en="There is no row in the file that we can take."
                if not report.rows
                else "The table is too long.",
            )
        privacy.warnings(connection, final, columns, notes)
        _write(connection, final, columns, report, scratch / "result.parquet")
    except duckdb.OutOfMemoryException:
        raise MemoryError from None
    report.columns = [Column(name=column, type=type) for column, type in columns.items()]
    if report.bbox is not None:
        report.columns.append(Column(name=engine.GEOMETRY, type="geometry"))
    report.repaired, report.rejected = notes.number(REPAIRED), notes.number(REJECTED)
    report.problems, report.unlisted = notes.problems, dict(notes.unlisted)
    return report.as_dict()


def _write(connection: Any, table: str, columns: dict[str, str], report: Any, target: Path) -> None:
    """Along a Hilbert curve, in small row groups with boxes (GeoParquet 1.1 and Parquet's own geometry type); rows numbered anew."""
    from stadtkern.data.datasets.engine import GEOMETRY, ROW, name

    listed = ", ".join(map(name, columns)) or "NULL AS leer"
    order, geometry, extra = "", "", ""  # without a place: as in the file
    if report.bbox is not None:
        west, south, east, north = (float(side) for side in report.bbox)
        east, north = max(east, west + 1e-9), max(north, south + 1e-9)
        order = f"ORDER BY ST_Hilbert({GEOMETRY}, ST_Extent(ST_MakeEnvelope({west!r}, {south!r}, {east!r}, {north!r}))) NULLS LAST, {ROW}"
        geometry, extra = f", {GEOMETRY}", ", GEOPARQUET_VERSION 'BOTH'"
    connection.execute(
        f"COPY (SELECT row_number() OVER () AS {ROW}, {listed}{geometry} FROM (SELECT * FROM {table} {order})) "
        f"TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP}{extra})"
    )
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    report.sha256, report.size = digest.hexdigest(), target.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
