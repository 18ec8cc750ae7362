"""GeoJSON (RFC 7946) of a usual size, four times as quickly as GDAL reads it; anything unusual is left to GDAL.

Types are those of JSON: a key that is a text there stays one. A feature whose geometry cannot be read is noted and left out.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pyarrow
import shapely

from stadtkern.data.datasets.engine import GEOMETRY, ROW
from stadtkern.data.datasets.ingest.report import REJECTED, Notes

MOST_BYTES: Final = 150 << 20
URN: Final = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|OGC):[\d.]*:?(\w+)", re.IGNORECASE)
WHOLE: Final = 2**63


def table(path: Path, notes: Notes) -> tuple[pyarrow.Table, str | None] | None:
    """Rows with ``_row`` and the geometry as WKB, and the reference system; None when GDAL should read the file."""
    if path.stat().st_size > MOST_BYTES:
        return None
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        return None
    features = document.get("features")
    if (
        not isinstance(features, list)
        or not features
        or not all(isinstance(one, dict) and one.get("type") == "Feature" for one in features)
    ):
        return None
    shapes = [None if one.get("geometry") is None else json.dumps(one["geometry"]) for one in features]
    geometries = shapely.from_geojson(shapes, on_invalid="ignore")
    kept = []
    for at, (given, geometry) in enumerate(zip(shapes, geometries, strict=True)):
        if given is not None and geometry is None:
            notes.add(
                "geometry-unreadable",
                REJECTED,
                f"Zeile {at + 1}: Die Geometrie ist nicht lesbar.",
                row=at + 1,
            )
        else:
            kept.append(at)
    columns: dict[str, Any] = {ROW: pyarrow.array([at + 1 for at in kept], pyarrow.int64())}
    properties = [features[at].get("properties") or {} for at in kept]
    for column in dict.fromkeys(key for one in properties for key in one):
        name = str(column)
        columns[name if name not in columns and name != GEOMETRY else f"{name} "] = _array(
            [one.get(column) for one in properties]
        )
    columns[GEOMETRY] = pyarrow.array(shapely.to_wkb(geometries[kept]), pyarrow.binary())
    return pyarrow.table(columns), _crs(document.get("crs"))


def _array(values: list[Any]) -> pyarrow.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pyarrow.array(values, pyarrow.bool_())
    if kinds == {int} and all(value is None or -WHOLE <= value < WHOLE for value in values):
        return pyarrow.array(values, pyarrow.int64())
    if kinds and kinds <= {int, float}:
        return pyarrow.array([None if value is None else float(value) for value in values], pyarrow.float64())
    return pyarrow.array([None if value is None else _text(value) for value in values], pyarrow.string())


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return json.dumps(value, ensure_ascii=False)


def _crs(member: Any) -> str | None:
    """RFC 7946 knows CRS84 only; older files name another one."""
    try:
        found = URN.fullmatch(str(member["properties"]["name"]))
    except (TypeError, KeyError):
        return "OGC:CRS84"
    if found is None:
        return None
    named = f"{found[1].upper()}:{found[2].upper()}"
    return "OGC:CRS84" if named in ("OGC:CRS84", "EPSG:4326") else named
