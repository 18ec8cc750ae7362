"""What each building measures, as one row: footprint, heights, areas, volume, attributes, and its mesh as bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from stadtkern.data.twin.engine.mesh import Mesh
from stadtkern.data.twin.engine.problems import Problems
from stadtkern.data.twin.engine.reference import Ground
from stadtkern.data.twin.engine.skin import Skin, clean
from stadtkern.data.twin.engine.source import CLOSURE, GROUND, ROOF, WALL, Building
from stadtkern.data.twin.engine.triangles import Floats, Ints, triangulate

CELL_M: Final = 500.0
DIFFERS_M: Final = 1.0
TALLEST_M: Final = 400.0
Row = dict[str, Any]


def rows(
    buildings: Sequence[Building], grounds: Sequence[Ground | None], problems: Problems, *, closed: bool
) -> list[Row]:
    """One row per building that has a usable skin. ``grounds``: where each one's coordinates live (None: not known)."""
    skin = clean(buildings, grounds, problems, closed=closed)
    triangles, per_face, broken = triangulate(skin.polygons, skin.measured)
    for at in np.unique(skin.building[broken]):
        problems.add(
            "face-not-simple",
            "Der Rand einer Fläche kreuzt sich; ihre Dreiecke decken sie nicht genau",
            building=buildings[at].id,
            place=buildings[at].place,
        )
    footprints = _footprints(skin, len(buildings))
    slices = _Slices(skin, triangles, per_face, broken)
    found = []
    for at, building in enumerate(buildings):
        first, last = slices.faces[at], slices.faces[at + 1]
        if first == last:
            problems.add(
                "building-without-geometry",
                "Das Gebäude hat keine brauchbare Fläche und wird nicht übernommen",
                building=building.id,
                place=building.place,
            )
            continue
        row = _facts(building)
        row.update(_measures(slices, first, last))
        row.update(_heights(building, slices, at, first, last, problems))
        own = skin.polygons.points[slices.points[first] : slices.points[last]]
        row.update(_place(footprints[at], skin.origins[at], (own.min(axis=0), own.max(axis=0))))
        row["mesh"] = slices.mesh(at).pack()
        found.append(row)
    return found


class _Slices:
    """Where each building's faces, points and triangles begin in the long arrays, and sums per face."""

    def __init__(
        self, skin: Skin, triangles: NDArray[np.uint32], per_face: Ints, broken: NDArray[np.bool_]
    ) -> None:
        self.skin = skin
        self.triangles = triangles
        self.per_face = per_face
        self.rings = np.where(broken, 0, np.minimum(skin.polygons.rings_per_face, 255)).astype(np.uint8)
        self.face_points = skin.polygons.points_per_face()
        self.faces = np.searchsorted(skin.building, np.arange(len(skin.origins) + 1))
        self.points = np.concatenate([[0], np.cumsum(self.face_points)])
        self.ends = np.concatenate([[0], np.cumsum(per_face)])
        firsts = self.points[:-1]
        z = skin.polygons.points[:, 2]
        self.low = np.minimum.reduceat(z, firsts) if len(firsts) else z
        self.high = np.maximum.reduceat(z, firsts) if len(firsts) else z
        weighted = skin.measured.normals * skin.measured.areas[:, None]
        self.volume = np.einsum("ij,ij->i", skin.polygons.points[firsts], weighted) / 3

    def mesh(self, at: int) -> Mesh:
        first, last = self.faces[at], self.faces[at + 1]
        start, skin = self.points[first], self.skin
        return Mesh(
            points=skin.polygons.points[start : self.points[last]].astype("<f4"),
            normals=skin.measured.normals[first:last].astype("<f4"),
            areas=skin.measured.areas[first:last].astype("<f4"),
            face_points=self.face_points[first:last].astype("<u4"),
            face_triangles=self.per_face[first:last].astype("<u4"),
            triangles=(self.triangles[self.ends[first] : self.ends[last]] - np.uint32(start)).astype("<u4"),
            parts=skin.part[first:last].astype("<u2"),
            kinds=skin.kinds[first:last],
            rings=self.rings[first:last],
        )


def _facts(building: Building) -> Row:
    own, others = building.parts[0], building.parts[1:]
    storeys = [part.storeys for part in building.parts if part.storeys is not None]
    return {
        "building": building.id,
        "name": building.name,
        "municipality_key": building.municipality_key,
        "function": own.function or next((part.function for part in others if part.function), None),
        "roof_type": own.roof_type or _common([part.roof_type for part in others]),
        "storeys": max(storeys, default=None),
        "storeys_below": own.storeys_below,
        "year_built": building.year_built,
        "created_on": building.created_on,
        "street": building.street,
        "house_number": building.house_number,
        "postcode": building.postcode,
        "town": building.town,
        "parts": len(others),
        "lod": max(part.lod for part in building.parts),
        "attributes": json.dumps(building.attributes, ensure_ascii=False, sort_keys=True),
    }


def _common(values: Sequence[str | None]) -> str | None:
    """The roof of all parts, or 5000 (mixed, AdV) where they differ."""
    known = sorted({value for value in values if value})
    return known[0] if len(known) == 1 else "5000" if known else None


def _measures(slices: _Slices, first: int, last: int) -> Row:
    kinds, areas = slices.skin.kinds[first:last], slices.skin.measured.areas[first:last]
    volume = float(slices.volume[first:last].sum())
    outer = float(areas[kinds != CLOSURE].sum())
    return {
        "surfaces": int(last - first),
        "triangles": int(slices.ends[last] - slices.ends[first]),
        "roof_area_m2": _rounded(areas[kinds == ROOF].sum()),
        "wall_area_m2": _rounded(areas[kinds == WALL].sum()),
        "ground_area_m2": _rounded(areas[kinds == GROUND].sum()),
        "volume_m3": _rounded(volume),
        # Surface to volume (A/V, 1/m): the lower, the less a building loses. Party walls count, for the source does not mark them.
        "surface_to_volume": _rounded(outer / volume) if volume > 1 else None,
    }


def _rounded(value: Any, digits: int = 3) -> float:
    return round(float(value), digits)


def _heights(building: Building, slices: _Slices, at: int, first: int, last: int, problems: Problems) -> Row:
    """Foot and top from the skin. The height is the source's, else that of the skin; which one it is stands beside it."""
    base = float(slices.skin.origins[at, 2])
    low, high = base + float(slices.low[first:last].min()), base + float(slices.high[first:last].max())
    measured = building.parts[0].measured_height_m
    known = [part.measured_height_m for part in building.parts if part.measured_height_m is not None]
    span = high - low

    def say(code: str, message: str) -> None:
        problems.add(code, message, building=building.id, place=building.place)

    if not known:
        say("height-missing", f"Keine Höhe angegeben; aus den Flächen: {span:.2f} m")
    elif len(building.parts) == 1 and abs(known[0] - span) > DIFFERS_M:
        say("height-differs", f"Angegebene Höhe {known[0]:.2f} m, aus den Flächen {span:.2f} m")
    if not 0 < span <= TALLEST_M or not -500 < low < 4000:
        say("height-implausible", f"Fuß {low:.2f} m, Höhe {span:.2f} m")
    return {
        "base_z": _rounded(low),
        "top_z": _rounded(high),
        "height_m": _rounded(measured if measured is not None else span),
        "height_from": "source" if measured is not None else "faces",
    }


def _footprints(skin: Skin, count: int) -> list[Any]:
    """The ground of each building in metres from its origin: its ground faces, else what its roofs cover."""
    up = skin.measured.normals[:, 2]
    ground = (skin.kinds == GROUND) & (up < -0.05)
    has_ground = np.bincount(skin.building[ground], minlength=count) > 0
    roofs = (skin.kinds == ROOF) & (up > 0.05) & ~has_ground[skin.building]
    chosen = skin.chosen(ground | roofs)
    shapes = _shapes(chosen)
    found: list[Any] = [None] * count
    starts = np.searchsorted(chosen.building, np.arange(count + 1))
    for at in np.unique(chosen.building):
        own = shapes[starts[at] : starts[at + 1]]
        found[at] = own[0] if len(own) == 1 else shapely.union_all(own)
    return found


def _shapes(skin: Skin) -> NDArray[Any]:
    """Faces seen from above, as valid polygons."""
    polygons = skin.polygons
    if not polygons.faces:
        return np.zeros(0, object)
    closing = shapely.linearrings(
        polygons.points[:, :2], indices=np.repeat(np.arange(len(polygons.ring_sizes)), polygons.ring_sizes)
    )
    exterior = np.zeros(len(closing), bool)
    exterior[np.cumsum(polygons.rings_per_face) - polygons.rings_per_face] = True
    owner = np.repeat(np.arange(polygons.faces), polygons.rings_per_face)
    shells = closing[exterior]
    shapes = shapely.polygons(shells)
    for face in np.unique(owner[~exterior]):
        shapes[face] = shapely.polygons(shells[face], closing[~exterior & (owner == face)])
    bad = ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad])
    return np.asarray(shapes)


def _place(footprint: Any, origin: Floats, box: tuple[Floats, Floats]) -> Row:
    """Origin, box and cell of a building; the footprint goes to the plane of the dataset."""
    low, high = box
    middle = origin[:2] + (low[:2] + high[:2]) / 2
    wkb = None
    if footprint is not None and not footprint.is_empty:
        wkb = shapely.to_wkb(shapely.transform(footprint, lambda xy: xy + origin[:2]))
    return {
        "origin_x": float(origin[0]),
        "origin_y": float(origin[1]),
        "origin_z": float(origin[2]),
        "min_x": _rounded(origin[0] + low[0]),
        "min_y": _rounded(origin[1] + low[1]),
        "max_x": _rounded(origin[0] + high[0]),
        "max_y": _rounded(origin[1] + high[1]),
        "cell_x": int(middle[0] // CELL_M),
        "cell_y": int(middle[1] // CELL_M),
        "footprint": wkb,
    }
