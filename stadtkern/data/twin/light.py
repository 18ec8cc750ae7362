"""Light at a point of a dataset: finds the buildings that can stand between the point and the sun on that day, and asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import shapely

from stadtkern.data.twin.engine.mesh import Joined, unpack
from stadtkern.data.twin.engine.plan import extruded, read_plan
from stadtkern.data.twin.engine.rays import height_at
from stadtkern.data.twin.engine.reference import from_lonlat, local
from stadtkern.data.twin.engine.shadow import (
    LOWEST_DEG,
    STEP_MINUTES,
    Day,
    Shading,
    blocked_by,
    hours,
    shadow_polygons,
)
from stadtkern.data.twin.engine.solar import RoofFace, roof_faces
from stadtkern.data.twin.engine.sun import Floats, sun_at
from stadtkern.data.twin.engine.tiles3d import joined
from stadtkern.data.twin.store import Dataset
from stadtkern.kernel.strict_reading import InputRefused

REACH_M: Final = 2_000.0
NEAR_M: Final = 300.0
EYE_M: Final = 0.1
METHOD: Final = (
    "Sonne als Mittelpunkt ohne Brechung, Gebäude mit Dächern aus dem Datensatz, ohne Bäume und Gelände; "
    f"Gebäude bis {REACH_M / 1000:g} km; der Punkt liegt auf dem Dach oder in Höhe des Fußes des nächsten Gebäudes."
)
_BOX: Final = ["building", "min_x", "min_y", "max_x", "max_y", "base_z", "top_z"]
_MESH: Final = [*_BOX, "origin_x", "origin_y", "origin_z", "mesh"]


class PlaceRefused(InputRefused):
    """The point is not in the dataset, or the dataset does not know where it is."""

    code = "twin-place-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The day at a point, its height, and what it stands on (``roof`` or ``ground``)."""

    day: Day
    z: float
    on: str


def plane(dataset: Dataset) -> int:
    """The dataset's system. Raises PlaceRefused where the source named none."""
    if dataset.epsg is None:
        raise PlaceRefused(
            f"--dataset {dataset.manifest['id']}",
            "der Datensatz hat kein Bezugssystem; bitte neu einlesen mit --crs EPSG:…",
        )
    return dataset.epsg


def light_at(
    dataset: Dataset, latitude: float, longitude: float, day: date, minutes: int = STEP_MINUTES
) -> Light:
    """Hours of sun and shadow at a point. Raises PlaceRefused."""
    epsg = plane(dataset)
    x, y = from_lonlat(epsg, longitude, latitude)
    near = dataset.read_box((x - NEAR_M, y - NEAR_M, x + NEAR_M, y + NEAR_M), _MESH)
    if not near.num_rows:
        raise PlaceRefused(
            f"--at {latitude:g},{longitude:g}",
            f"im Umkreis von {NEAR_M:g} m steht kein Gebäude dieses Datensatzes",
        )
    z, on = _height(near.to_pydict(), x, y)
    around = dataset.read_box((x - REACH_M, y - REACH_M, x + REACH_M, y + REACH_M), _BOX).to_pydict()
    frame = local(epsg, x, y)

    def shading(towards: Floats) -> Any:
        wanted = _in_the_way(around, x, y, z, towards, frame.convergence_deg)
        return _obstacle(dataset, wanted, around, (x, y, z), frame.convergence_deg)(towards)

    return Light(day=hours(latitude, longitude, day, shading, minutes=minutes), z=round(z, 2), on=on)


def planned(dataset: Dataset, document: object, name: str) -> Dataset:
    """The city with the bodies of a plan. Raises InputRefused: no plan, self-crossing, or outside of the dataset."""
    bodies = read_plan(document, name, plane(dataset))
    found = []
    for body in bodies:
        x, y = body.ground.centroid.x, body.ground.centroid.y
        near = dataset.read_box((x - NEAR_M, y - NEAR_M, x + NEAR_M, y + NEAR_M), _MESH).to_pydict()
        if not near["building"]:
            raise PlaceRefused(
                body.place, f"im Umkreis von {NEAR_M:g} m steht kein Gebäude dieses Datensatzes"
            )
        found.append(extruded(body, _foot(near, x, y) if body.base_z is None else body.base_z))
    return dataset.with_plan(found, [name for body in bodies for name in body.replaces])


def shadow_areas(
    dataset: Dataset, at: datetime, box: tuple[float, float, float, float] | None = None
) -> list[tuple[str, Any]]:
    """Shadows on the ground at a moment: building and polygon in the dataset's plane; ``box``: only buildings that touch it.

    Raises PlaceRefused when the sun is too low for shadows to have an end.
    """
    epsg = plane(dataset)
    table = dataset.read_box(box or (-np.inf, -np.inf, np.inf, np.inf), _MESH)
    if not table.num_rows:
        return []
    rows = table.to_pydict()
    x, y = float(np.mean(rows["min_x"])), float(np.mean(rows["min_y"]))
    frame = local(epsg, x, y)
    azimuth, altitude = sun_at(frame.latitude, frame.longitude, at)
    if altitude < LOWEST_DEG:
        raise PlaceRefused(
            at.isoformat(),
            f"die Sonne steht bei {altitude:.1f} Grad; Schatten gibt es ab {LOWEST_DEG:g} Grad",
        )
    shapes = shadow_polygons(
        joined(rows, (x, y, 0.0)), np.array(rows["base_z"]), azimuth - frame.convergence_deg, altitude
    )
    shapes = shapely.transform(shapely.orient_polygons(shapes), lambda xy: xy + np.array((x, y)))
    return list(zip(rows["building"], shapes, strict=True))


def roofs(dataset: Dataset, building: str) -> list[RoofFace]:
    """The roof faces of a building in the sun. Raises PlaceRefused when there is no such building."""
    epsg = plane(dataset)
    row = dataset.find(building)
    if row is None:
        raise PlaceRefused(f"--building {building[:100]}", "dieses Gebäude gibt es in dem Datensatz nicht")
    frame = local(epsg, row["origin_x"], row["origin_y"])
    return roof_faces(unpack(row["mesh"]), round(frame.latitude, 2), frame.convergence_deg)


def _height(rows: Mapping[str, Any], x: float, y: float) -> tuple[float, str]:
    whole = joined(rows, (x, y, 0.0))
    if (roof := height_at(0.0, 0.0, whole.corners)) is not None:
        return roof + EYE_M, "roof"
    return _foot(rows, x, y) + EYE_M, "ground"


def _foot(rows: Mapping[str, Any], x: float, y: float) -> float:
    """The foot of the nearest building."""
    dx = np.maximum(np.maximum(np.array(rows["min_x"]) - x, x - np.array(rows["max_x"])), 0)
    dy = np.maximum(np.maximum(np.array(rows["min_y"]) - y, y - np.array(rows["max_y"])), 0)
    return float(rows["base_z"][int(np.argmin(dx * dx + dy * dy))])


def _in_the_way(
    rows: Mapping[str, Any], x: float, y: float, z: float, towards: Floats, convergence_deg: float
) -> set[str]:
    """Buildings round whose box one of the rays passes below their top."""
    left, right, low, high, top = (np.array(rows[n]) for n in ("min_x", "max_x", "min_y", "max_y", "top_z"))
    middle_x, middle_y = (left + right) / 2 - x, (low + high) / 2 - y
    radius = np.hypot(right - left, high - low) / 2 + 1
    angle = np.radians(convergence_deg)
    found = np.zeros(len(radius), bool)
    for east, north, up in towards:
        flat = max(np.hypot(east, north), 1e-6)
        dx = (east * np.cos(angle) - north * np.sin(angle)) / flat
        dy = (east * np.sin(angle) + north * np.cos(angle)) / flat
        along = middle_x * dx + middle_y * dy
        beside = np.abs(middle_x * dy - middle_y * dx)
        found |= (
            (beside <= radius) & (along >= -radius) & (top >= z + np.maximum(along - radius, 0) * up / flat)
        )
    return {rows["building"][at] for at in np.flatnonzero(found)}


def _obstacle(
    dataset: Dataset,
    wanted: set[str],
    around: Mapping[str, Any],
    point: tuple[float, float, float],
    convergence_deg: float,
) -> Shading:
    chosen = [at for at, name in enumerate(around["building"]) if name in wanted]
    if not chosen:
        return blocked_by(joined({n: [] for n in _MESH}, point), np.zeros(3), convergence_deg)
    box = (
        min(around["min_x"][at] for at in chosen),
        min(around["min_y"][at] for at in chosen),
        max(around["max_x"][at] for at in chosen),
        max(around["max_y"][at] for at in chosen),
    )
    table = dataset.read_box(box, _MESH)
    keep = [at for at, name in enumerate(table["building"].to_pylist()) if name in wanted]
    whole: Joined = joined(table.take(keep).to_pydict(), point)
    return blocked_by(whole, np.zeros(3), convergence_deg)
