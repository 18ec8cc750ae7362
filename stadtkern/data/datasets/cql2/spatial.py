"""Geometries of filters: GeoJSON values and boxes, in CRS84 after a change of reference system; relations by DE-9IM (21-065, 8.4)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from stadtkern.data.datasets.cql2.fragments import GEOMETRY, Fragment, wrong

RELATIONS: Final[dict[str, str]] = {
    "s_intersects": "ST_Intersects",
    "s_equals": "ST_Equals",
    "s_disjoint": "ST_Disjoint",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_contains": "ST_Contains",
}
DEPTH: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
MOST_POINTS: Final = 10_000

Box = tuple[float, float, float, float]
Change = Callable[[float, float], tuple[float, float]]


def box(node: Any, change: Change) -> Fragment:
    """``{"bbox": [west, south, east, north]}``; west greater than east crosses the antimeridian and becomes two (21-065, 8.4)."""
    if not isinstance(node, list) or len(node) not in (4, 6) or not all(_finite(side) for side in node):
        raise wrong("Ein Rechteck braucht vier Zahlen.", "A box needs four numbers.")
    west, south, east, north = (
        (node[0], node[1], node[2], node[3]) if len(node) == 4 else (node[0], node[1], node[3], node[4])
    )
    boxes = split(float(west), float(south), float(east), float(north))
    rings = [_ring(*one) for one in boxes]
    shape: dict[str, Any] = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    if len(rings) == 1:
        shape = {"type": "Polygon", "coordinates": rings}
    return geometry(shape, change)


def split(west: float, south: float, east: float, north: float) -> list[Box]:
    """One box, or two where it crosses the antimeridian."""
    if south > north:
        raise wrong("Im Rechteck liegt Süd über Nord.", "In the box south lies above north.")
    if west <= east:
        return [(west, south, east, north)]
    return [(west, south, 180.0, north), (-180.0, south, east, north)]


def _ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def geometry(node: dict[str, Any], change: Change) -> Fragment:
    """A GeoJSON geometry as a parameter, with its box for the statistics of the file."""
    counted = [0]
    clean = _clean(node, change, counted)
    return Fragment("ST_GeomFromGeoJSON(?)", (json.dumps(clean),), GEOMETRY, tuple(_boxes(clean)))


def _clean(node: Any, change: Change, counted: list[int]) -> dict[str, Any]:
    type = node.get("type") if isinstance(node, dict) else None
    if type == "GeometryCollection":
        members = node.get("geometries")
        if not isinstance(members, list) or not members or len(members) > 100:
            raise _bad()
        return {"type": type, "geometries": [_clean(member, change, counted) for member in members]}
    if type not in DEPTH:
        raise _bad()
    return {"type": type, "coordinates": _coordinates(node.get("coordinates"), DEPTH[type], change, counted)}


def _coordinates(node: Any, depth: int, change: Change, counted: list[int]) -> Any:
    if not isinstance(node, list):
        raise _bad()
    if depth == 0:
        if len(node) not in (2, 3, 4) or not all(_finite(part) for part in node):
            raise _bad()
        counted[0] += 1
        if counted[0] > MOST_POINTS:
            raise wrong(
                "Die Geometrie im Filter hat zu viele Punkte.",
                "The geometry in the filter has too many points.",
            )
        return list(change(float(node[0]), float(node[1])))
    if not node:
        raise _bad()
    return [_coordinates(part, depth - 1, change, counted) for part in node]


def _boxes(clean: dict[str, Any]) -> Iterator[Box]:
    if clean["type"] == "GeometryCollection":
        for member in clean["geometries"]:
            yield from _boxes(member)
        return
    parts = clean["coordinates"] if clean["type"] == "MultiPolygon" else [clean["coordinates"]]
    for part in parts[:20]:
        points = list(_points(part))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        yield (min(xs), min(ys), max(xs), max(ys))
    if len(parts) > 20:
        points = list(_points(parts))
        yield (
            min(x for x, _ in points),
            min(y for _, y in points),
            max(x for x, _ in points),
            max(y for _, y in points),
        )


def _points(node: Any) -> Iterator[tuple[float, float]]:
    if isinstance(node[0], float):
        yield (node[0], node[1])
        return
    for part in node:
        yield from _points(part)


def relation(operator: str, left: Fragment, right: Fragment) -> Fragment:
    """A relation between two geometries; against a literal the boxes of the file are asked first."""
    exact = Fragment(f"{RELATIONS[operator]}({left.sql}, {right.sql})", left.parameters + right.parameters)
    column, literal = (left, right) if left.column else (right, left)
    if operator == "s_disjoint" or not column.column or not literal.boxes:
        return exact
    first = near(column.sql, literal.boxes)
    return Fragment(f"({first.sql} AND {exact.sql})", first.parameters + exact.parameters)


def near(column: str, boxes: tuple[Box, ...]) -> Fragment:
    """Rows whose box meets one of these: what DuckDB can decide by the statistics of a row group."""
    one = f"({column} && ST_MakeEnvelope(?, ?, ?, ?))"
    return Fragment("(" + " OR ".join(one for _ in boxes) + ")", tuple(side for box in boxes for side in box))


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _bad() -> Exception:
    return wrong("Die Geometrie im Filter ist nicht lesbar.", "The geometry in the filter cannot be read.")
