"""A planned building drawn as GeoJSON (RFC 7946): its ground and its height become a body like those of the survey office.

Properties of a feature: ``height_m`` (needed), ``base_z`` (metres in the height system of the dataset; else that of the nearest building),
``replaces`` (ids of buildings that go for it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from stadtkern.data.twin.engine.buildings import Row, rows
from stadtkern.data.twin.engine.problems import Problems
from stadtkern.data.twin.engine.reference import from_degrees
from stadtkern.data.twin.engine.source import GROUND, ROOF, WALL, Building, Face, Part
from stadtkern.kernel.strict_reading import InputRefused, as_list, as_number, as_object, as_text, member

MOST_BODIES: Final = 100
MOST_POINTS: Final = 1_000
LARGEST_M2: Final = 1_000_000.0


class PlanRefused(InputRefused):
    """A planned building cannot be built like this; ``place`` is a JSON Pointer behind the file's name."""

    code = "twin-plan-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A body in the plane of the dataset."""

    id: str
    place: str
    ground: Any
    height_m: float
    base_z: float | None
    replaces: tuple[str, ...]


def read_plan(document: object, name: str, epsg: int) -> list[Planned]:
    """The planned bodies of a FeatureCollection (or one Feature). Raises InputRefused with the place."""
    given = as_object(document, name)
    if given.get("type") == "Feature":
        return [_body(given, f"{name}: /", 0, epsg)]
    features = as_list(member(given, "features", f"{name}: "), f"{name}: /features")
    if not 0 < len(features) <= MOST_BODIES:
        raise PlanRefused(f"{name}: /features", f"erwartet werden 1 bis {MOST_BODIES} Baukörper")
    return [
        _body(as_object(f, f"{name}: /features/{at}"), f"{name}: /features/{at}", at, epsg)
        for at, f in enumerate(features)
    ]


def _body(feature: Mapping[str, object], path: str, at: int, epsg: int) -> Planned:
    properties = as_object(feature.get("properties") or {}, f"{path}/properties")
    height = as_number(
        member(properties, "height_m", f"{path}/properties"), f"{path}/properties/height_m", 0.5, 400
    )
    base = properties.get("base_z")
    replaces = as_list(properties.get("replaces") or [], f"{path}/properties/replaces")
    return Planned(
        id=f"plan-{at}",
        place=path,
        ground=_ground(as_object(feature.get("geometry"), f"{path}/geometry"), f"{path}/geometry", epsg),
        height_m=height,
        base_z=None if base is None else as_number(base, f"{path}/properties/base_z", -500, 4000),
        replaces=tuple(as_text(item, f"{path}/properties/replaces/{n}") for n, item in enumerate(replaces)),
    )


def _ground(geometry: Mapping[str, object], path: str, epsg: int) -> Any:
    if geometry.get("type") != "Polygon":
        raise PlanRefused(f"{path}/type", "erwartet wird ein Polygon")
    rings = as_list(member(geometry, "coordinates", path), f"{path}/coordinates")
    found = []
    for number, ring in enumerate(rings):
        place = f"{path}/coordinates/{number}"
        points = as_list(ring, place)
        if not 4 <= len(points) <= MOST_POINTS:
            raise PlanRefused(
                place, f"erwartet werden 4 bis {MOST_POINTS} Punkte, der letzte gleich dem ersten"
            )
        degrees = np.array([_point(point, f"{place}/{n}") for n, point in enumerate(points)])
        if (degrees[0] != degrees[-1]).any():
            raise PlanRefused(place, "der Rand ist nicht geschlossen")
        found.append(from_degrees(epsg, degrees))
    if not found or not all(np.isfinite(ring).all() for ring in found):
        raise PlanRefused(f"{path}/coordinates", "der Baukörper liegt nicht im Gebiet des Datensatzes")
    ground = shapely.Polygon(found[0], found[1:])
    if not ground.is_valid:
        raise PlanRefused(
            f"{path}/coordinates",
            f"der Rand kreuzt oder berührt sich selbst ({shapely.is_valid_reason(ground)})",
        )
    if not 1 <= ground.area <= LARGEST_M2:
        raise PlanRefused(
            f"{path}/coordinates", f"die Grundfläche hat {ground.area:.1f} m²; erwartet werden 1 m² bis 1 km²"
        )
    return shapely.orient_polygons(ground)


def _point(value: object, path: str) -> tuple[float, float]:
    values = as_list(value, path)
    if len(values) not in (2, 3):
        raise PlanRefused(path, "erwartet werden Länge und Breite in Grad")
    return as_number(values[0], f"{path}/0", -180, 180), as_number(values[1], f"{path}/1", -90, 90)


def extruded(planned: Planned, base_z: float) -> Row:
    """The body as a row like that of any building: flat roof, walls, ground."""
    top = base_z + planned.height_m
    rings = [
        np.asarray(ring.coords)[:-1, :2] for ring in (planned.ground.exterior, *planned.ground.interiors)
    ]
    faces = [
        Face(ROOF, [_at(ring, top) for ring in rings]),
        Face(GROUND, [_at(ring[::-1], base_z) for ring in rings]),
    ]
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            faces.append(Face(WALL, [[x0, y0, base_z, x1, y1, base_z, x1, y1, top, x0, y0, top]]))
    part = Part(
        id=planned.id, lod=1.0, faces=faces, solid=True, roof_type="1000", measured_height_m=planned.height_m
    )
    building = Building(id=planned.id, place=planned.place, parts=[part])
    return rows([building], [None], Problems(), closed=False)[0]


def _at(ring: Any, z: float) -> list[float]:
    return [float(value) for x, y in ring for value in (x, y, z)]
