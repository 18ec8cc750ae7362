"""Shadows: as areas on the ground at a moment, and as hours at a point on a day.

Units: metres, degrees, hours. Method: buildings as they stand in the source (roofs included), the ground as a plane at each building's foot,
parallel light from the sun's centre without refraction; no trees, no terrain. Azimuths are turned from true north to the grid of the plane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from stadtkern.data.twin.engine.mesh import Joined
from stadtkern.data.twin.engine.rays import hit
from stadtkern.data.twin.engine.source import CLOSURE
from stadtkern.data.twin.engine.sun import Floats, direction, sun_position

STEP_MINUTES: Final = 10
LOWEST_DEG: Final = 3.0
THIN_M2: Final = 1e-3
BERLIN: Final = ZoneInfo("Europe/Berlin")


class SunTooLow(ValueError):
    """Below ``LOWEST_DEG`` shadows have no useful end."""


def shadow_polygons(joined: Joined, base: Floats, azimuth_deg: float, altitude_deg: float) -> NDArray[Any]:
    """One polygon per building in the plane of ``joined``; ``base``: each building's foot; azimuth from grid north.

    It contains the building's own ground. Raises SunTooLow.
    """
    if altitude_deg < LOWEST_DEG:
        raise SunTooLow(f"{altitude_deg:.2f}")
    mesh, count = joined.mesh, len(base)
    towards = direction(azimuth_deg, altitude_deg)
    # A shadow is the picture of the lit sides: every ray that meets the body enters it through one of them.
    lit = (mesh.normals @ towards.astype(np.float32) > 1e-6) & (mesh.kinds != CLOSURE)
    height = mesh.points[:, 2] - base[joined.of_point]
    cast = mesh.points[:, :2] - height[:, None] * (towards[:2] / towards[2])
    simple = lit & (mesh.rings == 1)
    rims, rim_owner = _rims(cast, joined, simple)
    corners = cast[mesh.triangles[np.repeat(lit & ~simple, mesh.face_triangles)]]
    shapes = np.concatenate([rims, shapely.polygons(np.concatenate([corners, corners[:, :1]], axis=1))])
    owner = np.concatenate([rim_owner, joined.of_triangle[np.repeat(lit & ~simple, mesh.face_triangles)]])
    bad = ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad])
    thick = shapely.area(shapes) > THIN_M2
    order = np.argsort(owner[thick], kind="stable")
    shapes, owner = shapes[thick][order], owner[thick][order]
    bounds = np.searchsorted(owner, np.arange(count + 1))
    found: NDArray[Any] = np.full(count, None, object)
    for at in range(count):
        found[at] = shapely.union_all(shapes[bounds[at] : bounds[at + 1]])
    return found


def _rims(
    cast: NDArray[np.float32], joined: Joined, faces: NDArray[np.bool_]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Whole faces as polygons: fewer pieces than triangles."""
    sizes = joined.mesh.face_points[faces].astype(np.int64)
    points = cast[np.repeat(faces, joined.mesh.face_points)].astype(np.float64)
    rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(sizes)), sizes))
    return np.asarray(shapely.polygons(rings)), joined.building[faces]


@dataclass(frozen=True, slots=True)
class Step:
    """A moment of the day with the sun above the horizon."""

    at: datetime
    azimuth_deg: float
    altitude_deg: float
    shaded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The light at a point on a day. ``sun_hours`` and ``shadow_hours`` together are the time between sunrise and sunset."""

    sun_hours: float
    shadow_hours: float
    steps: tuple[Step, ...]


Shading = Callable[[Floats], NDArray[np.bool_]]


def hours(
    latitude: float,
    longitude: float,
    day: date,
    shading: Shading,
    *,
    minutes: int = STEP_MINUTES,
    zone: ZoneInfo = BERLIN,
) -> Day:
    """``shading`` says for directions towards the sun (true east, north, up) which are blocked. Each step stands for its interval's middle."""
    begin = datetime.combine(day, time(), zone).timestamp()
    end = datetime.combine(day + timedelta(days=1), time(), zone).timestamp()
    width = minutes * 60.0
    moments = np.arange(begin + width / 2, end, width)
    azimuth, altitude = sun_position(latitude, longitude, moments)
    up = altitude > 0
    moments, azimuth, altitude = moments[up], azimuth[up], altitude[up]
    blocked = shading(direction(azimuth, altitude)) if len(moments) else np.zeros(0, bool)
    steps = tuple(
        Step(datetime.fromtimestamp(at, zone), round(float(a), 3), round(float(h), 3), bool(dark))
        for at, a, h, dark in zip(moments.tolist(), azimuth, altitude, blocked, strict=True)
    )
    dark = int(np.count_nonzero(blocked))
    return Day(
        sun_hours=round((len(steps) - dark) * minutes / 60, 4),
        shadow_hours=round(dark * minutes / 60, 4),
        steps=steps,
    )


def blocked_by(joined: Joined, point: Floats, convergence_deg: float) -> Shading:
    """The buildings as an obstacle for a point of their plane; ``convergence_deg``: grid north, clockwise from true north."""
    faces = joined.mesh.kinds != CLOSURE
    corners = joined.corners[np.repeat(faces, joined.mesh.face_triangles)]
    angle = np.radians(convergence_deg)

    def shading(towards: Floats) -> NDArray[np.bool_]:
        # True east and north to grid x and y: the grid is turned clockwise, so directions turn back.
        x = towards[:, 0] * np.cos(angle) - towards[:, 1] * np.sin(angle)
        y = towards[:, 0] * np.sin(angle) + towards[:, 1] * np.cos(angle)
        return hit(point, np.stack([x, y, towards[:, 2]], axis=1), corners)

    return shading
