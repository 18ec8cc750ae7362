"""A quiet map: outlines of the districts, a numbered point per Kita, home and work. The list beside it says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from stadtkern.casework.kita.models import Facility
from stadtkern.foundation.places import api as places

WIDTH = 640
MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point on the map."""

    x: float
    y: float
    name: str
    key: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Everything the template draws; empty when nothing has a position."""

    width: int
    height: int
    shapes: tuple[str, ...]
    spots: tuple[Spot, ...]
    home: Spot | None
    work: Spot | None
    schematic: bool


def draw(
    facilities: Sequence[Facility],
    *,
    home: tuple[float, float] | None = None,
    work: tuple[float, float] | None = None,
) -> Drawn | None:
    """The map of these Kitas, or None without districts and points."""
    districts = places.districts()
    rings = [ring for row in districts if row.outline for ring in _rings(row.outline)]
    placed = [row for row in facilities if row.longitude is not None and row.latitude is not None][:MOST]
    points = [(row.longitude or 0.0, row.latitude or 0.0) for row in placed]
    everything = [point for ring in rings for point in ring] + points + [p for p in (home, work) if p]
    if not points or len(everything) < 2:
        return None
    view = _View(everything)
    return Drawn(
        width=WIDTH,
        height=view.height,
        shapes=tuple(view.path(ring) for ring in rings),
        spots=tuple(
            Spot(x=view.x(lon), y=view.y(lat), name=row.name, key=row.key, number=number)
            for number, (row, (lon, lat)) in enumerate(zip(placed, points, strict=True), 1)
        ),
        home=Spot(x=view.x(home[0]), y=view.y(home[1]), name="") if home else None,
        work=Spot(x=view.x(work[0]), y=view.y(work[1]), name="") if work else None,
        schematic=any(row.schematic for row in districts),
    )


class _View:
    """From degrees to pixels, as wide as needed, true to scale at this latitude."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self.west, self.east = min(p[0] for p in points), max(p[0] for p in points)
        self.south, self.north = min(p[1] for p in points), max(p[1] for p in points)
        self.squeeze = cos(radians((self.south + self.north) / 2))
        across = max((self.east - self.west) * self.squeeze, (self.north - self.south) * 0.6, 0.01)
        self.scale = (WIDTH - 40) / across
        self.height = round((self.north - self.south) * self.scale + 40)

    def x(self, longitude: float) -> float:
        return round((longitude - self.west) * self.squeeze * self.scale + 20, 1)

    def y(self, latitude: float) -> float:
        return round((self.north - latitude) * self.scale + 20, 1)

    def path(self, ring: Sequence[tuple[float, float]]) -> str:
        steps = [f"{'M' if not at else 'L'}{self.x(lon)} {self.y(lat)}" for at, (lon, lat) in enumerate(ring)]
        return "".join(steps) + "Z"


def _rings(geometry: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    """Outer rings of a GeoJSON polygon or multipolygon."""
    shapes = geometry.get("coordinates") or []
    polygons = shapes if geometry.get("type") == "MultiPolygon" else [shapes]
    for polygon in polygons:
        if polygon:
            yield [(float(point[0]), float(point[1])) for point in polygon[0]]
