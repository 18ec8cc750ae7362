"""The reference systems that are offered (18-058r1): storage is CRS84, EPSG:4326 has latitude first, the rest is metres."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any, Final

from stadtkern.data.datasets.engine import GEOMETRY
from stadtkern.data.datasets.errors import QueryRefused

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
OFFERED: Final = {
    CRS84: "OGC:CRS84",
    f"{EPSG}4326": "EPSG:4326",
    f"{EPSG}3857": "EPSG:3857",
    f"{EPSG}25832": "EPSG:25832",
}
EDGE: Final = 16  # points per side of a box that is bent by a projection

Box = tuple[float, float, float, float]


def known(uri: str, parameter: str) -> str:
    """A full address or a short name as the address. Raises ``QueryRefused``."""
    plain = uri.strip("[]")
    for address, short in OFFERED.items():
        if plain in (address, short) or plain == f"urn:ogc:def:crs:{short.replace(':', '::')}":
            return address
    raise QueryRefused(
        f"{parameter}: Dieses Koordinatensystem bieten wir nicht an. Möglich sind: {', '.join(OFFERED)}.",
        message_en=f"{parameter}: this reference system is not offered. Possible are: {', '.join(OFFERED)}.",
    )


def shown(uri: str) -> str:
    """SQL of the geometry in the reference system asked for."""
    if uri == CRS84:
        return GEOMETRY
    if uri == f"{EPSG}4326":
        return f"ST_FlipCoordinates({GEOMETRY})"
    return f"ST_Transform({GEOMETRY}, 'OGC:CRS84', '{OFFERED[uri]}', always_xy := true)"


@lru_cache(maxsize=8)
def _transformer(uri: str) -> Any:
    import pyproj

    return pyproj.Transformer.from_crs(OFFERED[uri], "OGC:CRS84", always_xy=uri != f"{EPSG}4326")


def to_crs84(uri: str, x: float, y: float) -> tuple[float, float]:
    """A position (in the order of its reference system) as longitude and latitude. Raises ``QueryRefused``."""
    if uri == CRS84:
        return (x, y)
    longitude, latitude = _transformer(uri).transform(x, y)
    if not (abs(longitude) <= 540 and abs(latitude) <= 90.01):
        raise QueryRefused(
            "Die Koordinaten liegen außerhalb des Koordinatensystems.",
            message_en="The coordinates lie outside of the reference system.",
        )
    return (float(longitude), float(latitude))


def ring(uri: str, box: Box) -> list[tuple[float, float]]:
    """The outline of a box as positions in CRS84; a box in metres is bent, so its sides get points."""
    west, south, east, north = box
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    steps = 1 if uri in (CRS84, f"{EPSG}4326") else EDGE
    points = []
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        points += [
            to_crs84(uri, x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(steps)
        ]
    return [*points, points[0]]
