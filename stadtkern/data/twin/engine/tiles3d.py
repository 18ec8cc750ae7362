"""3D Tiles 1.1: one tile per cell, placed on the globe by a matrix, so that Cesium, Masterportal, QGIS and our own viewer read the same GLB.

Heights of the source are above its height reference (in Germany the quasi-geoid); the globe wants them above the ellipsoid. ``geoid_m`` is
added; no grid is shipped, so it is one value for the dataset (see ``reference.GEOID_M``), written into the tileset as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stadtkern.data.twin.engine.buildings import CELL_M
from stadtkern.data.twin.engine.glb import Column, glb
from stadtkern.data.twin.engine.mesh import Joined, Mesh, join, unpack
from stadtkern.data.twin.engine.reference import Local, local

_A: Final = 6_378_137.0
_E2: Final = 0.00669438002290  # GRS80; WGS84 differs by a tenth of a millimetre
_COLUMNS: Final = (
    ("building", "text", "Kennung des Gebäudes in der Quelle"),
    ("function", "text", "Gebäudefunktion (ALKIS-Schlüssel)"),
    ("roof_type", "text", "Dachform (AdV-Schlüssel)"),
    ("height_m", "number", "Höhe in Metern"),
    ("base_z", "number", "Fuß in Metern über dem Höhensystem der Quelle"),
    ("storeys", "number", "Vollgeschosse über dem Boden"),
    ("roof_area_m2", "number", "Dachfläche in Quadratmetern, schräg gemessen"),
    ("volume_m3", "number", "Rauminhalt in Kubikmetern"),
)
COLUMNS: Final = [name for name, _, _ in _COLUMNS]
NEEDED: Final = [*COLUMNS, "origin_x", "origin_y", "origin_z", "mesh"]
Rows = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One cell: its address, its frame, its GLB and the box around it in metres east, north, up of the frame."""

    address: tuple[int, int]
    frame: Local
    height: float
    content: bytes
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def joined(rows: Rows, origin: tuple[float, float, float]) -> Joined:
    """The meshes of some buildings in metres of the plane from an origin."""
    meshes: list[Mesh] = [unpack(data) for data in rows["mesh"]]
    shifts = np.stack(
        [np.asarray(rows[name], dtype=np.float64) for name in ("origin_x", "origin_y", "origin_z")], axis=1
    )
    return join(meshes, shifts - np.array(origin))


def tile(rows: Rows, epsg: int, address: tuple[int, int]) -> Tile:
    """A cell with at least one building as GLB."""
    x, y = ((number + 0.5) * CELL_M for number in address)
    base = float(np.floor(min(rows["base_z"])))
    frame = local(epsg, x, y)
    whole = joined(rows, (x, y, base))
    points = whole.mesh.points
    turn = np.array(frame.matrix, np.float32)
    points[:, :2] = points[:, :2] @ turn.T
    # Normals keep their length: the scale of a projection is under a thousandth.
    whole.mesh.normals = whole.mesh.normals.copy()
    whole.mesh.normals[:, :2] = whole.mesh.normals[:, :2] @ turn.T
    whole.mesh.normals /= np.linalg.norm(whole.mesh.normals, axis=1, keepdims=True)
    columns = [Column(name, rows[name], kind, description) for name, kind, description in _COLUMNS]
    extras = {
        "longitude": round(frame.longitude, 8),
        "latitude": round(frame.latitude, 8),
        "height_m": base,
        "cell": list(address),
        "axes": "x east, y up, z south, metres",
    }
    return Tile(
        address=address,
        frame=frame,
        height=base,
        content=glb(whole, columns, extras),
        low=points.min(axis=0).astype(np.float64),
        high=points.max(axis=0).astype(np.float64),
    )


def tileset(tiles: Iterable[Tile], geoid_m: float, uri: str = "cells/{0}_{1}.glb") -> dict[str, Any]:
    """The tileset of all cells: a quadtree over the addresses, every content a leaf. Contents are not kept."""
    leaves, regions = [], {}
    for found in tiles:
        leaves.append((found.address, _leaf(found, geoid_m, uri)))
        regions[found.address] = _region(found, geoid_m)
    root = _tree(leaves, regions)
    root["refine"] = "ADD"
    return {
        "asset": {"version": "1.1", "generator": "Stadtkern", "extras": {"geoid_m": geoid_m}},
        "geometricError": 2 * root["geometricError"] or 1000.0,
        "root": root,
    }


def _leaf(found: Tile, geoid_m: float, uri: str) -> dict[str, Any]:
    middle, half = (found.low + found.high) / 2, np.maximum((found.high - found.low) / 2, 0.5)
    box = [*middle, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]
    return {
        "transform": [float(value) for value in matrix(found.frame, found.height + geoid_m)],
        "boundingVolume": {"box": [round(float(value), 3) for value in box]},
        "geometricError": 0,
        "content": {"uri": uri.format(*found.address)},
    }


def _region(found: Tile, geoid_m: float) -> tuple[float, ...]:
    """West, south, east, north in radians, lowest and highest in metres over the ellipsoid; a little generous."""
    latitude, longitude = np.radians(found.frame.latitude), np.radians(found.frame.longitude)
    north = 6_335_000.0
    east = 6_378_000.0 * np.cos(latitude)
    low, high = found.low - 1, found.high + 1
    base = found.height + geoid_m
    return tuple(
        float(value)
        for value in (
            longitude + low[0] / east,
            latitude + low[1] / north,
            longitude + high[0] / east,
            latitude + high[1] / north,
            base + low[2],
            base + high[2],
        )
    )


def _tree(
    leaves: list[tuple[tuple[int, int], dict[str, Any]]], regions: Mapping[tuple[int, int], tuple[float, ...]]
) -> dict[str, Any]:
    """At most eight children per node; the geometric error halves on the way down."""
    boxes = np.array([regions[address] for address, _ in leaves])
    around = [*boxes[:, :2].min(axis=0), *boxes[:, 2:4].max(axis=0), boxes[:, 4].min(), boxes[:, 5].max()]
    xs = [address[0] for address, _ in leaves]
    ys = [address[1] for address, _ in leaves]
    span = max(max(xs) - min(xs), max(ys) - min(ys)) + 1
    node: dict[str, Any] = {
        "boundingVolume": {"region": [float(value) for value in around]},
        "geometricError": float(span * CELL_M / 4),
    }
    if len(leaves) <= 8:
        node["children"] = [leaf for _, leaf in leaves]
        return node
    across, up = (min(xs) + max(xs) + 1) / 2, (min(ys) + max(ys) + 1) / 2
    quarters: dict[tuple[bool, bool], list[Any]] = {}
    for address, leaf in leaves:
        quarters.setdefault((address[0] >= across, address[1] >= up), []).append((address, leaf))
    node["children"] = [_tree(quarter, regions) for _, quarter in sorted(quarters.items())]
    return node


def matrix(frame: Local, height: float) -> Iterator[float]:
    """East, north, up at a point to ECEF, column by column (3D Tiles, "transform")."""
    lon, lat = np.radians(frame.longitude), np.radians(frame.latitude)
    n = _A / np.sqrt(1 - _E2 * np.sin(lat) ** 2)
    east = (-np.sin(lon), np.cos(lon), 0.0)
    north = (-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat))
    up = (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    place = ((n + height) * up[0], (n + height) * up[1], (n * (1 - _E2) + height) * up[2])
    for column, last in ((east, 0.0), (north, 0.0), (up, 0.0), (place, 1.0)):
        yield from column
        yield last
