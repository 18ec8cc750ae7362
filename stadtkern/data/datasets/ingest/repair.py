"""Geometries in CRS84, valid by the rules of OGC Simple Features; each row that was touched is named with the reason."""

from __future__ import annotations

import re
from typing import Final

import duckdb
import shapely

from stadtkern.data.datasets.engine import GEOMETRY, ROW
from stadtkern.data.datasets.errors import FileRefused
from stadtkern.data.datasets.ingest import places
from stadtkern.data.datasets.ingest.places import CRS84, Box
from stadtkern.data.datasets.ingest.report import INFO, REJECTED, REPAIRED, WARNING, Notes

REASONS: Final = (
    ("Ring Self-intersection", "der Rand berührt sich selbst"),
    ("Self-intersection", "der Rand überkreuzt sich selbst"),
    ("Too few points", "zu wenige Punkte"),
    ("Hole lies outside shell", "ein Loch liegt außerhalb der Fläche"),
    ("Holes are nested", "Löcher liegen ineinander"),
    ("Nested shells", "Flächen liegen ineinander"),
    ("Interior is disconnected", "das Innere ist zerteilt"),
    ("Duplicate Rings", "ein Ring kommt zweimal vor"),
    ("Invalid Coordinate", "eine Koordinate ist keine Zahl"),
)
GERMAN_TYPES: Final = {
    "POINT": "Punkte",
    "LINESTRING": "Linien",
    "POLYGON": "Flächen",
    "GEOMETRYCOLLECTION": "Sammlungen",
}


def extent(connection: duckdb.DuckDBPyConnection, sql: str) -> Box | None:
    """The box of a geometry expression over ``plain``; None when no row has one."""
    found = connection.execute(
        f"SELECT min(ST_XMin(g)), min(ST_YMin(g)), max(ST_XMax(g)), max(ST_YMax(g)) FROM (SELECT {sql} AS g FROM plain) "
        "WHERE g IS NOT NULL AND isfinite(ST_XMin(g)) AND isfinite(ST_YMax(g))"
    ).fetchone()
    return None if found is None or found[0] is None else (found[0], found[1], found[2], found[3])


def located(
    connection: duckdb.DuckDBPyConnection, sql: str, given: str | None, declared: str | None, notes: Notes
) -> str | None:
    """Table ``plain`` gets its geometry in CRS84 as ``geom``. Returns the reference system of the source, None without geometry."""
    box = extent(connection, sql)
    if box is None:
        notes.add("no-geometry", WARNING, "Keine Zeile hat eine Lage.")
        return None
    crs, swap = places.source_crs(box, given, declared, notes)
    shape = f"ST_Force2D({sql})"
    shape = f"ST_FlipCoordinates({shape})" if swap else shape
    if crs not in (CRS84, "EPSG:4326"):
        shape = f"TRY(ST_Transform({shape}, '{crs}', '{CRS84}', always_xy := true))"
    flat = connection.execute(f"SELECT count(*) FILTER (ST_ZMFlag({sql}) > 0) FROM plain").fetchone() or (0,)
    if flat[0]:
        notes.add("flattened", INFO, "Höhenwerte der Geometrie wurden weggelassen.")
    exclude = f"EXCLUDE ({GEOMETRY})" if _has_geometry(connection) else ""
    try:
        connection.execute(
            f"CREATE TABLE placed AS SELECT * {exclude}, {shape} AS {GEOMETRY}, {sql} IS NOT NULL AS given FROM plain"
        )
    except duckdb.Error as error:
        raise FileRefused(
            f"Mit dem Koordinatensystem {crs} lässt sich nicht rechnen.",
            message_en=f"The reference system {crs} cannot be used.",
        ) from error
    connection.execute("DROP TABLE plain")
    if swap:
        notes.count(
            REPAIRED, (connection.execute("SELECT count(*) FROM placed WHERE given").fetchone() or (0,))[0]
        )
    return crs


def _has_geometry(connection: duckdb.DuckDBPyConnection) -> bool:
    return any(row[0] == GEOMETRY for row in connection.execute("DESCRIBE plain").fetchall())


def repaired(connection: duckdb.DuckDBPyConnection, crs: str, notes: Notes) -> tuple[Box | None, list[str]]:
    """Table ``placed`` without broken geometries. Returns the box and the geometry types."""
    _off_earth(connection, notes)
    _mended(connection, notes)
    missing = (
        connection.execute("SELECT count(*) FROM placed WHERE NOT given OR ST_IsEmpty(geom)").fetchone()
        or (0,)
    )[0]
    if missing:
        notes.add(
            "row-without-place",
            INFO,
            f"{missing} Zeilen haben keine Lage; sie stehen in der Tabelle, aber nicht auf der Karte.",
        )
        connection.execute("UPDATE placed SET geom = NULL WHERE geom IS NOT NULL AND ST_IsEmpty(geom)")
    types = connection.execute(
        "SELECT ST_GeometryType(geom)::VARCHAR AS t, count(*) FROM placed WHERE geom IS NOT NULL GROUP BY t ORDER BY 2 DESC"
    ).fetchall()
    kinds = places.families([str(type) for type, _ in types])
    if len(kinds) > 1:
        parts = [
            f"{sum(n for type, n in types if str(type).removeprefix('MULTI') == kind)} {GERMAN_TYPES.get(kind, kind)}"
            for kind in sorted(kinds)
        ]
        notes.add(
            "mixed-geometry",
            WARNING,
            f"Die Datei mischt {' und '.join(parts)}. Viele Programme erwarten eine Art je Datensatz; besser sind getrennte Datensätze.",
        )
    found = connection.execute(
        "SELECT min(ST_XMin(geom)), min(ST_YMin(geom)), max(ST_XMax(geom)), max(ST_YMax(geom)) FROM placed WHERE geom IS NOT NULL"
    ).fetchone()
    if found is None or found[0] is None:
        return None, []
    box = (found[0], found[1], found[2], found[3])
    places.after(box, crs, notes)
    return box, [str(type) for type, _ in types]


def _off_earth(connection: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Rows whose geometry has no place on earth are rejected."""
    wrong = (
        "given AND (geom IS NULL OR (NOT ST_IsEmpty(geom) AND (NOT isfinite(ST_XMin(geom)) OR NOT isfinite(ST_YMin(geom)) "
        "OR NOT isfinite(ST_XMax(geom)) OR NOT isfinite(ST_YMax(geom)) OR ST_XMin(geom) < -180.01 OR ST_XMax(geom) > 180.01 "
        "OR ST_YMin(geom) < -90.01 OR ST_YMax(geom) > 90.01)))"
    )
    rows = connection.execute(f"SELECT {ROW} FROM placed WHERE {wrong} ORDER BY {ROW}").fetchall()
    for (row,) in rows:
        notes.add(
            "off-earth", REJECTED, f"Zeile {row}: Die Koordinaten liegen nicht auf der Erde.", row=int(row)
        )
    if rows:
        connection.execute(f"DELETE FROM placed WHERE {wrong}")


def _mended(connection: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Invalid geometries are mended; what nothing is left of is rejected."""
    bad = connection.execute(
        f"SELECT {ROW}, ST_AsWKB(geom) FROM placed WHERE geom IS NOT NULL AND NOT ST_IsValid(geom) ORDER BY {ROW}"
    ).fetchall()
    if not bad:
        return
    reasons = {}
    for row, wkb in bad:
        try:
            reasons[int(row)] = _german(str(shapely.is_valid_reason(shapely.from_wkb(bytes(wkb)))))
        except shapely.errors.GEOSException:
            reasons[int(row)] = "zu wenige Punkte"
    connection.execute("CREATE TEMP TABLE bad AS SELECT unnest(?::BIGINT[]) AS bad_row", [list(reasons)])
    connection.execute(
        f"UPDATE placed SET geom = CASE WHEN ST_Dimension(geom) = 2 THEN ST_CollectionExtract(TRY(ST_MakeValid(geom)), 3) "
        f"ELSE TRY(ST_MakeValid(geom)) END WHERE {ROW} IN (SELECT bad_row FROM bad)"
    )
    lost = {
        int(row)
        for (row,) in connection.execute(
            f"SELECT {ROW} FROM placed WHERE {ROW} IN (SELECT bad_row FROM bad) AND (geom IS NULL OR ST_IsEmpty(geom) OR NOT ST_IsValid(geom))"
        ).fetchall()
    }
    for row, reason in reasons.items():
        if row in lost:
            notes.add(
                "geometry-lost",
                REJECTED,
                f"Zeile {row}: Die Geometrie ist nicht zu retten ({reason}).",
                row=row,
            )
        else:
            notes.add("geometry-repaired", REPAIRED, f"Zeile {row}: Geometrie repariert ({reason}).", row=row)
    if lost:
        connection.execute(f"DELETE FROM placed WHERE {ROW} IN (SELECT unnest(?::BIGINT[]))", [sorted(lost)])


def _german(reason: str) -> str:
    for english, german in REASONS:
        if reason.startswith(english):
            place = re.search(r"\[(-?[\d.]+) (-?[\d.]+)\]", reason)
            return f"{german} bei {float(place[1]):.6f}, {float(place[2]):.6f}" if place else german
    return "ungültig"
