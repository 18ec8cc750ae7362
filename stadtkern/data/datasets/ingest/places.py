"""Where on earth a table lies: reference system, coordinates in columns, swapped axes, broken geometries.

Result is always CRS84 (longitude, latitude, WGS 84). Gauss-Krüger is shifted without the grid of the surveying offices (Helmert, about a
metre); the report says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from stadtkern.data.datasets.engine import name
from stadtkern.data.datasets.errors import FileRefused
from stadtkern.data.datasets.ingest.report import INFO, REPAIRED, WARNING, Notes

Box = tuple[float, float, float, float]
CRS84: Final = "OGC:CRS84"
GERMANY: Final[Box] = (5.5, 47.0, 15.5, 55.3)
WORLD: Final[Box] = (-180.01, -90.01, 180.01, 90.01)

# Where the numbers of German reference systems lie (x = Rechtswert, y = Hochwert)
RANGES: Final[tuple[tuple[str, Box], ...]] = (
    ("EPSG:25832", (250_000.0, 5_200_000.0, 950_000.0, 6_150_000.0)),
    ("EPSG:31466", (2_450_000.0, 5_200_000.0, 2_750_000.0, 6_150_000.0)),
    ("EPSG:31467", (3_350_000.0, 5_200_000.0, 3_750_000.0, 6_150_000.0)),
    ("EPSG:31468", (4_350_000.0, 5_200_000.0, 4_750_000.0, 6_150_000.0)),
    ("EPSG:31469", (5_350_000.0, 5_200_000.0, 5_750_000.0, 6_150_000.0)),
    ("EPSG:3857", (600_000.0, 5_900_000.0, 1_750_000.0, 7_400_000.0)),
    ("EPSG:4647", (32_250_000.0, 5_200_000.0, 32_950_000.0, 6_150_000.0)),
)
WITHOUT_GRID: Final = re.compile(r"EPSG:3146[6-9]|EPSG:4314")

LONGITUDE: Final = re.compile(r"lon|lng|long|longitude|l(ä|ae)nge(ngrad)?|geo_?(lon|lng|l(ä|ae)nge)|x_?wgs84|wgs84_?(x|lon)|lon_?wgs84", re.IGNORECASE)  # fmt: skip
LATITUDE: Final = re.compile(r"lat|latitude|breite(ngrad)?|geo_?(lat|breite)|y_?wgs84|wgs84_?(y|lat)|lat_?wgs84", re.IGNORECASE)  # fmt: skip
EAST: Final = re.compile(r"x|x_?koord\w*|koord\w*_?x|x_?coord\w*|rechtswert|rw|ost(wert)?|easting|e|utm_?(x|ost|e|east)|x_?utm\w*|x_?(25832|etrs89|gk)|xcoord", re.IGNORECASE)  # fmt: skip
NORTH: Final = re.compile(r"y|y_?koord\w*|koord\w*_?y|y_?coord\w*|hochwert|hw|nord(wert)?|northing|n|utm_?(y|nord|n|north)|y_?utm\w*|y_?(25832|etrs89|gk)|ycoord", re.IGNORECASE)  # fmt: skip
WKT_NAMES: Final = re.compile(
    r"wkt|geom|geometry|geometrie|the_geom|shape|wkt_geom|geo_?shape", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A geometry as SQL over the table ``raw``, and the reference system of its numbers as far as it is known."""

    sql: str
    crs: str | None
    consumed: tuple[str, ...] = ()  # columns that are the geometry and are not shown again


def in_columns(
    columns: dict[str, str], connection: duckdb.DuckDBPyConnection, crs: str | None, notes: Notes
) -> Located | None:
    """A geometry made of columns of the typed table ``plain`` (two numbers, or WKT); None when it has no place."""
    numbers = [column for column, type in columns.items() if type in ("number", "integer")]
    for first, second, known in ((LONGITUDE, LATITUDE, CRS84), (EAST, NORTH, None)):
        x = next((column for column in numbers if first.fullmatch(column.strip())), None)
        y = next((column for column in numbers if second.fullmatch(column.strip())), None)
        if x and y and _plausible(connection, x, y):
            notes.add("coordinates", INFO, f"Die Lage steht in den Spalten „{x}“ und „{y}“.")
            sql = f"CASE WHEN isfinite({name(x)}::DOUBLE) AND isfinite({name(y)}::DOUBLE) THEN ST_Point({name(x)}, {name(y)}) END"
            return Located(sql=sql, crs=crs or known)
    for column, type in columns.items():
        if type == "string" and WKT_NAMES.fullmatch(column):
            found = connection.execute(
                f"SELECT count(*) FILTER (regexp_matches({name(column)}, '^(SRID=[0-9]+;)?\\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)', 'i')), count({name(column)}) FROM plain"
            ).fetchone() or (0, 0)
            if found[1] and found[0] == found[1]:
                notes.add("coordinates", INFO, f"Die Lage steht als Text (WKT) in der Spalte „{column}“.")
                sql = f"TRY(ST_GeomFromText(regexp_replace({name(column)}, '^SRID=[0-9]+;', '')))"
                return Located(sql=sql, crs=crs, consumed=(column,))
    return None


def _plausible(connection: duckdb.DuckDBPyConnection, x: str, y: str) -> bool:
    """Whether most rows have both numbers and they look like coordinates at all."""
    both, total, far = connection.execute(
        f"SELECT count(*) FILTER ({name(x)} IS NOT NULL AND {name(y)} IS NOT NULL), count(*), "
        f"count(*) FILTER (abs({name(x)}) > 34000000 OR abs({name(y)}) > 21000000) FROM plain"
    ).fetchone() or (0, 0, 0)
    return bool(total) and both * 2 >= total and not far


def source_crs(box: Box, given: str | None, declared: str | None, notes: Notes) -> tuple[str, bool]:
    """Reference system of the numbers in ``box``, and whether the axes must be swapped. Raises ``FileRefused``."""
    if given is not None:
        if declared and declared != given:
            notes.add(
                "crs-overruled",
                INFO,
                f"Angegeben ist {given}, in der Datei steht {declared}; es gilt Ihre Angabe.",
            )
        return given, False
    if declared is not None:
        return _checked(box, declared, notes)
    if _inside(box, GERMANY):
        notes.add(
            "crs-guessed",
            WARNING,
            "Die Datei sagt nicht, in welchem Koordinatensystem sie ist. Die Werte passen zu Länge und Breite (WGS 84).",
        )
        return CRS84, False
    if _inside(_swapped(box), GERMANY):
        return CRS84, _note_swapped(notes)
    if guess := _by_range(box):
        notes.add(
            "crs-guessed",
            WARNING,
            f"Die Datei sagt nicht, in welchem Koordinatensystem sie ist. Die Werte passen zu {guess}; bitte prüfen Sie die Karte.",
        )
        return guess, False
    if guess := _by_range(_swapped(box)):
        notes.add(
            "crs-guessed",
            WARNING,
            f"Die Datei sagt nicht, in welchem Koordinatensystem sie ist. Die Werte passen zu {guess}; bitte prüfen Sie die Karte.",
        )
        return guess, _note_swapped(notes)
    if _inside(box, WORLD):
        notes.add(
            "crs-guessed",
            WARNING,
            "Die Datei sagt nicht, in welchem Koordinatensystem sie ist. Angenommen ist Länge und Breite (WGS 84).",
        )
        return CRS84, False
    raise FileRefused(
        "Die Datei sagt nicht, in welchem Koordinatensystem sie ist, und die Werte passen zu keinem deutschen. Bitte geben Sie es an "
        "(zum Beispiel EPSG:25832).",
        message_en="The file does not say in which reference system it is, and its values fit no German one. Please name it (for example EPSG:25832).",
    )  # fmt: skip


def _checked(box: Box, declared: str, notes: Notes) -> tuple[str, bool]:
    """What the file declares, held against its numbers."""
    degrees = declared in (CRS84, "EPSG:4326", "EPSG:4258", "EPSG:4314")
    if degrees and not _inside(box, WORLD):
        guess = _by_range(box)
        if guess is None:
            raise FileRefused(
                f"Die Datei nennt {declared} (Grad), aber ihre Werte sind keine Grad. Bitte geben Sie das Koordinatensystem an.",
                message_en=f"The file names {declared} (degrees), but its values are no degrees. Please name the reference system.",
            )
        notes.add(
            "crs-wrong",
            REPAIRED,
            f"Die Datei nennt {declared}, ihre Werte passen aber nur zu {guess}; danach wurde gerechnet.",
        )
        return guess, False
    if degrees and not _overlap(box, GERMANY) and _inside(_swapped(box), GERMANY):
        return declared, _note_swapped(notes)
    if not degrees and _inside(box, GERMANY):
        notes.add(
            "crs-wrong",
            REPAIRED,
            f"Die Datei nennt {declared}, ihre Werte sind aber Grad; danach wurde gerechnet.",
        )
        return CRS84, False
    return declared, False


def _note_swapped(notes: Notes) -> bool:
    notes.add(
        "axes-swapped",
        REPAIRED,
        "Länge und Breite waren vertauscht (die Objekte lagen nicht in Deutschland) und wurden getauscht.",
    )
    return True


def after(box: Box, crs: str, notes: Notes) -> None:
    """What is to be said about the place of the result."""
    if not _overlap(box, GERMANY):
        notes.add(
            "outside-germany",
            WARNING,
            "Die Objekte liegen außerhalb Deutschlands. Bitte prüfen Sie das Koordinatensystem.",
        )
    if WITHOUT_GRID.fullmatch(crs):
        notes.add(
            "accuracy",
            WARNING,
            f"Von {crs} wurde ohne das Gitter der Landesvermessung umgerechnet; die Lage stimmt auf etwa einen bis drei Meter.",
        )


def _inside(box: Box, outer: Box) -> bool:
    return box[0] >= outer[0] and box[1] >= outer[1] and box[2] <= outer[2] and box[3] <= outer[3]


def _overlap(box: Box, outer: Box) -> bool:
    return box[0] <= outer[2] and box[2] >= outer[0] and box[1] <= outer[3] and box[3] >= outer[1]


def _swapped(box: Box) -> Box:
    return (box[1], box[0], box[3], box[2])


def _by_range(box: Box) -> str | None:
    return next((crs for crs, outer in RANGES if _inside(box, outer)), None)


def named_crs(auth_name: str | None, auth_code: str | None, projjson: str | None) -> str | None:
    """``EPSG:25832`` from what GDAL knows; None when the file says nothing that has a name."""
    if auth_name and auth_code:
        return CRS84 if (auth_name, auth_code) == ("OGC", "CRS84") else f"{auth_name}:{auth_code}"
    if not projjson:
        return None
    import pyproj

    try:
        crs = pyproj.CRS.from_user_input(projjson)
    except pyproj.exceptions.CRSError:
        return None
    found = crs.to_epsg(min_confidence=60)
    return f"EPSG:{found}" if found else None


def families(types: Sequence[str]) -> set[str]:
    """Geometry types without the difference between one and many."""
    return {type.removeprefix("MULTI") for type in types}
