"""Draw the demo's outlines: real boundaries, schematic Ortsbezirke inside Mainz, and a point for every street.

Needs shapely and duckdb (not dependencies of the product):
``python tools/make_districts.py BOUNDARIES.parquet stadtkern/content/demo/places``

The boundaries are those of GeoBasis-DE / BKG 2016 (GeoNutzV, data changed: simplified, members of a Verbandsgemeinde
united). The 15 districts are Voronoi cells of seed points at their real relative positions: schematic, not official.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import sys
from pathlib import Path
from typing import Any

import duckdb
import shapely
from shapely.geometry import MultiPoint, Point, mapping, shape
from shapely.ops import unary_union, voronoi_diagram

MAX_POINTS = 400
SOURCE = "© GeoBasis-DE / BKG 2016, GeoNutzV (Daten verändert)"
SCHEMATIC = (
    "Schematischer Umriss des Projekts, nicht amtlich; außen nach GeoBasis-DE / BKG 2016 (Daten verändert)"
)
#: which rows of the source belong to a municipality (prefixes of the 12-digit key); Ingelheim took in the
#: Verbandsgemeinde Heidesheim in 2019
MUNICIPALITIES = {
    "mainz": ("Mainz", ("073150000000",)),
    "bodenheim": ("Verbandsgemeinde Bodenheim", ("073395002",)),
    "nieder-olm": ("Verbandsgemeinde Nieder-Olm", ("073395006",)),
    "ingelheim": ("Ingelheim am Rhein", ("073390030030", "073395005")),
}
#: a degree of longitude is shorter than one of latitude here; cells are drawn in a plane where both are equal
STRETCH = math.cos(math.radians(49.98))
SEEDS = {
    "Altstadt": (8.2735, 49.9985),
    "Bretzenheim": (8.2370, 49.9765),
    "Drais": (8.1850, 49.9730),
    "Ebersheim": (8.2470, 49.9150),
    "Finthen": (8.1700, 49.9920),
    "Gonsenheim": (8.2080, 50.0040),
    "Hartenberg-Münchfeld": (8.2380, 50.0020),
    "Hechtsheim": (8.2700, 49.9450),
    "Laubenheim": (8.3150, 49.9560),
    "Lerchenberg": (8.1930, 49.9600),
    "Marienborn": (8.2230, 49.9570),
    "Mombach": (8.2200, 50.0230),
    "Neustadt": (8.2570, 50.0110),
    "Oberstadt": (8.2740, 49.9840),
    "Weisenau": (8.3020, 49.9780),
}


def main(source: Path, target: Path) -> None:
    """Write ``<slug>/outlines.geojson`` and fill the coordinates of ``<slug>/streets-synthetic.csv``."""
    for slug, (name, prefixes) in MUNICIPALITIES.items():
        folder = target / slug
        folder.mkdir(parents=True, exist_ok=True)
        boundary = simplified(united(source, prefixes))
        cells = cells_of(boundary) if slug == "mainz" else {}
        features = [feature(boundary, name=name, kind="boundary", schematic=False, source=SOURCE)]
        features += [
            feature(cell, name=district, kind="district", schematic=True, source=SCHEMATIC)
            for district, cell in sorted(cells.items())
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        (folder / "outlines.geojson").write_text(text + "\n", encoding="utf-8")
        place_streets(folder / "streets-synthetic.csv", boundary, cells)
        print(slug, len(shapely.get_coordinates(boundary)), "points", len(cells), "districts")


def united(source: Path, prefixes: tuple[str, ...]) -> Any:
    """The union of all municipalities whose key starts with one of ``prefixes``."""
    query = "SELECT ars, CAST(geometry AS VARCHAR) FROM read_parquet(?)"
    rows = [
        row[1:]
        for row in duckdb.connect().execute(query, [str(source)]).fetchall()
        if row[0].startswith(prefixes)
    ]
    if not rows:
        raise SystemExit(f"no municipality with key {prefixes}")
    return unary_union([shapely.from_wkt(row[0]) for row in rows])


def simplified(outline: Any) -> Any:
    """With at most MAX_POINTS points, topology kept."""
    tolerance = 0.00005
    while len(shapely.get_coordinates(outline)) > MAX_POINTS:
        outline = outline.simplify(tolerance)
        tolerance *= 1.4
    return shapely.set_precision(outline, 0.00001)


def cells_of(boundary: Any) -> dict[str, Any]:
    """Every district's Voronoi cell, clipped by the boundary."""
    plane = stretched(boundary, STRETCH)
    points = {name: Point(x * STRETCH, y) for name, (x, y) in SEEDS.items()}
    regions = voronoi_diagram(MultiPoint(list(points.values())), envelope=plane.buffer(1))
    cells = {}
    for name, point in points.items():
        if not plane.contains(point):
            raise SystemExit(f"the seed of {name} lies outside of the city")
        region = next(region for region in regions.geoms if region.contains(point))
        cells[name] = shapely.set_precision(stretched(region.intersection(plane), 1 / STRETCH), 0.00001)
    return cells


def stretched(geometry: Any, factor: float) -> Any:
    """The geometry with all longitudes times ``factor``."""
    return shapely.transform(geometry, lambda xy: xy * [factor, 1])


def feature(geometry: Any, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def place_streets(path: Path, boundary: Any, cells: dict[str, Any]) -> None:
    """A fixed pseudo-random point inside the district (or municipality) for every synthetic street."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["longitude"], row["latitude"] = point_in(cells.get(row["district"], boundary), row["street"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def point_in(area: Any, key: str) -> tuple[str, str]:
    inner = shape(mapping(area)).buffer(-0.002)
    inner = area if inner.is_empty else inner
    west, south, east, north = inner.bounds
    for attempt in range(1000):
        digest = hashlib.sha256(f"{key}:{attempt}".encode()).digest()
        x = west + (east - west) * int.from_bytes(digest[:4]) / 2**32
        y = south + (north - south) * int.from_bytes(digest[4:8]) / 2**32
        if inner.contains(Point(x, y)):
            return f"{x:.5f}", f"{y:.5f}"
    raise SystemExit(f"no point found for {key}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
