"""Names of reference systems as survey offices write them, the order of axes as it really is, and metres to work in.

Known names: EPSG in all its spellings, compound systems, AdV names (``urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH*GCG2016``). Whether a file
writes east before north is not believed but looked at: a point must lie in the area of use of its system (EPSG data base, by pyproj).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_EPSG: Final = re.compile(r"EPSG[^\d]{1,5}(?:[\d.]*[:/])?(\d{4,5})(?!\d)", re.IGNORECASE)
_UTM: Final = re.compile(r"UTM[ _]?(?:zone[ _]?)?(3[123])", re.IGNORECASE)
_GK: Final = re.compile(r"3GK([2345])")
_VERTICAL: Final = re.compile(
    r"DHHN ?_?(2016|92|85|12)|(NAP|SNN76|GCG\d{4})|(ETRS89_h|ellipsoid)", re.IGNORECASE
)
ELLIPSOIDAL: Final = "ellipsoidal"
# Ellipsoid minus quasi-geoid at Mainz, rounded to metres; 36 m (Rügen) to 51 m (Allgäu) in Germany. General knowledge, no grid is shipped.
GEOID_M: Final = 47.0
_MARGIN: Final = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A horizontal system by its EPSG number and the height reference by name (None: not said)."""

    epsg: int
    vertical: str | None


def read_reference(name: str) -> Reference | None:
    """The system behind a name, or nothing where no known one is named."""
    name = name[:500]
    vertical = _vertical(name)
    for code in _EPSG.findall(name):
        found = _from_epsg(int(code))
        if found and found.epsg:
            return Reference(epsg=found.epsg, vertical=vertical or found.vertical or _second(name))
    if "CRS84" in name:
        return Reference(epsg=4326, vertical=vertical)
    if match := _UTM.search(name):
        return Reference(epsg=25800 + int(match[1]), vertical=vertical)
    if match := _GK.search(name):
        return Reference(epsg=31464 + int(match[1]), vertical=vertical)
    if "ETRS89_Lat" in name:
        return Reference(epsg=4258, vertical=vertical)
    return None


def _vertical(name: str) -> str | None:
    match = _VERTICAL.search(name)
    if match is None:
        return None
    if match[3]:
        return ELLIPSOIDAL
    return f"DHHN{match[1]}" if match[1] else match[2]


def _second(name: str) -> str | None:
    codes = _EPSG.findall(name)
    found = _from_epsg(int(codes[1])) if len(codes) > 1 else None
    return found.vertical if found else None


@lru_cache(maxsize=64)
def _from_epsg(code: int) -> Reference | None:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_epsg(code)
    except CRSError:
        return None
    if crs.is_vertical and not crs.is_compound:
        return Reference(epsg=0, vertical=_vertical(crs.name) or crs.name)
    vertical = None
    for part in crs.sub_crs_list:
        if part.is_vertical:
            vertical = _vertical(part.name) or part.name.removesuffix(" height")
    if crs.is_compound:
        horizontal = crs.sub_crs_list[0].to_epsg()
        return Reference(epsg=horizontal, vertical=vertical) if horizontal else None
    if crs.is_geocentric or not (crs.is_geographic or crs.is_projected):
        return None
    flat = crs.to_2d().to_epsg() if len(crs.axis_info) == 3 else code
    return Reference(epsg=flat or code, vertical=ELLIPSOIDAL if len(crs.axis_info) == 3 else None)


class Ground:
    """The plane of a dataset: a projected system in metres, and the ways into it and to the globe."""

    def __init__(self, reference: Reference, *, latitude_first: bool = False) -> None:
        from pyproj import CRS

        self.reference = reference
        self.source = CRS.from_epsg(reference.epsg)
        self.geographic = bool(self.source.is_geographic)
        self.latitude_first = latitude_first and self.geographic
        metre = self.source.is_projected and all(
            a.unit_conversion_factor == 1.0 for a in self.source.axis_info
        )
        self.epsg: int | None = reference.epsg if metre else None
        zone = re.match(r"\d+", self.source.utm_zone or "")
        self.zone = int(zone[0]) if zone else 0
        self.box = self._box()

    def _box(self) -> tuple[float, float, float, float]:
        area = self.source.area_of_use
        west, south, east, north = area.bounds if area else (-180.0, -90.0, 180.0, 90.0)
        if self.geographic:
            return west, south, east, north
        x0, y0, x1, y1 = _transformer(4326, self.reference.epsg).transform_bounds(west, south, east, north)
        return x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN

    def order(self, x: float, y: float) -> str | None:
        """How a point is written: ``xy``, ``yx``, ``zone`` (with the zone's number before the easting), or nothing that makes sense."""
        first, second = ("yx", "xy") if self.latitude_first else ("xy", "yx")
        for way in (first, second):
            if self._inside(*((x, y) if way == "xy" else (y, x))):
                return way
        if self.zone and x // 1e6 == self.zone and self._inside(x % 1e6, y):
            return "zone"
        return None

    def _inside(self, x: float, y: float) -> bool:
        x0, y0, x1, y1 = self.box
        return x0 <= x <= x1 and y0 <= y <= y1

    def to_metres(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Source coordinates (x before y) in the dataset's plane; a geographic source goes to the UTM zone of its first point."""
        if self.epsg is None:
            self.epsg = (
                _utm(x, y)
                if self.geographic
                else _utm(*_transformer(self.reference.epsg, 4326).transform(x[:1], y[:1]))
            )
        if self.epsg == self.reference.epsg:
            return x, y
        found = _transformer(self.reference.epsg, self.epsg).transform(x, y)
        return np.asarray(found[0]), np.asarray(found[1])


def _utm(longitude: Floats, latitude: Floats) -> int:
    zone = int((float(longitude[0]) + 180) // 6) + 1
    if 28 <= zone <= 38 and latitude[0] > 34:
        return 25800 + zone
    return (32600 if latitude[0] >= 0 else 32700) + zone


@lru_cache(maxsize=32)
def _transformer(source: int, target: int) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def to_lonlat(epsg: int, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point of the plane."""
    longitude, latitude = _transformer(epsg, 4326).transform(x, y)
    return float(longitude), float(latitude)


def to_degrees(epsg: int, points: Floats) -> Floats:
    """Points (n, 2) of the plane as longitude and latitude, to the seventh digit (a centimetre)."""
    return np.round(np.stack(_transformer(epsg, 4326).transform(points[:, 0], points[:, 1]), axis=1), 7)


def from_degrees(epsg: int, points: Floats) -> Floats:
    """Longitude and latitude (n, 2) in the plane."""
    return np.stack(_transformer(4326, epsg).transform(points[:, 0], points[:, 1]), axis=1)


def from_lonlat(epsg: int, longitude: float, latitude: float) -> tuple[float, float]:
    """A point of the globe in the plane."""
    x, y = _transformer(4326, epsg).transform(longitude, latitude)
    return float(x), float(y)


@dataclass(frozen=True, slots=True)
class Local:
    """The neighbourhood of a point: metres of the plane to true metres east and north (a 2 x 2 matrix), and the turn of grid north."""

    longitude: float
    latitude: float
    matrix: tuple[tuple[float, float], tuple[float, float]]
    convergence_deg: float


def local(epsg: int, x: float, y: float, reach: float = 200.0) -> Local:
    """True east and north at a point, by differences over ``reach`` metres: scale and convergence of the projection are in it."""
    from pyproj import Geod

    longitude, latitude = to_lonlat(epsg, x, y)
    geod = Geod(ellps="GRS80")
    columns = []
    for dx, dy in ((reach, 0.0), (0.0, reach)):
        azimuth, _, distance = geod.inv(longitude, latitude, *to_lonlat(epsg, x + dx, y + dy))
        columns.append(
            (distance * np.sin(np.radians(azimuth)) / reach, distance * np.cos(np.radians(azimuth)) / reach)
        )
    (ee, en), (ne, nn) = columns
    # Grid north points ``convergence`` degrees clockwise of true north.
    return Local(
        longitude,
        latitude,
        ((float(ee), float(ne)), (float(en), float(nn))),
        float(np.degrees(np.arctan2(ne, nn))),
    )
