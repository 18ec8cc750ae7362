"""What a reader hands on: buildings with parts and faces as they stand in the file, before anything is calculated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

ROOF: Final = 0
WALL: Final = 1
GROUND: Final = 2
CLOSURE: Final = 3
OUTER_CEILING: Final = 4
OUTER_FLOOR: Final = 5
UNKNOWN: Final = 9

CLASS_NAMES: Final[dict[int, str]] = {
    ROOF: "roof",
    WALL: "wall",
    GROUND: "ground",
    CLOSURE: "closure",
    OUTER_CEILING: "outer_ceiling",
    OUTER_FLOOR: "outer_floor",
}
SURFACES: Final[dict[str, int]] = {
    "RoofSurface": ROOF,
    "WallSurface": WALL,
    "GroundSurface": GROUND,
    "ClosureSurface": CLOSURE,
    "OuterCeilingSurface": OUTER_CEILING,
    "OuterFloorSurface": OUTER_FLOOR,
}


@dataclass(slots=True)
class Face:
    """A polygon: its class, its rings (exterior first) as flat lists x y z x y z …, whether the file turns it around."""

    kind: int
    rings: list[list[float]]
    turned: bool = False


@dataclass(slots=True, kw_only=True)
class Part:
    """A building itself (its own skin) or one of its parts."""

    id: str
    lod: float = 0.0
    faces: list[Face] = field(default_factory=list)
    solid: bool = False
    roof_type: str | None = None
    measured_height_m: float | None = None
    storeys: int | None = None
    storeys_below: int | None = None
    function: str | None = None


@dataclass(slots=True, kw_only=True)
class Building:
    """A building of the source. ``parts[0]`` is its own skin; it may have no faces when real parts follow."""

    id: str
    place: str
    parts: list[Part]
    crs: str | None = None
    year_built: str | None = None
    created_on: str | None = None
    name: str | None = None
    municipality_key: str | None = None
    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    town: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Source:
    """A file being read: ``crs`` is known at the latest with the first building."""

    kind: str
    buildings: Iterator[Building]
    crs: str | None = None
