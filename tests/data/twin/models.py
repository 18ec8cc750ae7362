"""Small city models written by hand, as text of the formats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Point = tuple[float, float, float]
X, Y, Z = 445_000.0, 5_539_000.0, 90.0
ADV = "urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH*GCG2016"


def box(
    x: float, y: float, width: float, depth: float, height: float, z: float = Z
) -> dict[str, list[list[Point]]]:
    """Faces of a box by class, outside out; x and y from the model's corner (X, Y)."""
    a, b, c, d = ((X + x + i * width, Y + y + j * depth) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1)))

    def at(corner: tuple[float, float], up: float) -> Point:
        return (corner[0], corner[1], z + up)

    walls = [[at(p, 0), at(q, 0), at(q, height), at(p, height)] for p, q in ((a, b), (b, c), (c, d), (d, a))]
    return {
        "GroundSurface": [[at(p, 0) for p in (a, d, c, b)]],
        "WallSurface": walls,
        "RoofSurface": [[at(p, height) for p in (a, b, c, d)]],
    }


def gable(
    x: float, y: float, width: float, depth: float, eaves: float, ridge: float
) -> dict[str, list[list[Point]]]:
    """A house whose ridge runs east to west: one roof face to the south, one to the north."""
    x0, x1, y0, y1, ym = X + x, X + x + width, Y + y, Y + y + depth, Y + y + depth / 2
    e, r = Z + eaves, Z + ridge
    return {
        "GroundSurface": [[(x0, y0, Z), (x0, y1, Z), (x1, y1, Z), (x1, y0, Z)]],
        "WallSurface": [
            [(x0, y0, Z), (x1, y0, Z), (x1, y0, e), (x0, y0, e)],
            [(x1, y1, Z), (x0, y1, Z), (x0, y1, e), (x1, y1, e)],
            [(x1, y0, Z), (x1, y1, Z), (x1, y1, e), (x1, ym, r), (x1, y0, e)],
            [(x0, y1, Z), (x0, y0, Z), (x0, y0, e), (x0, ym, r), (x0, y1, e)],
        ],
        "RoofSurface": [
            [(x0, y0, e), (x1, y0, e), (x1, ym, r), (x0, ym, r)],
            [(x1, y1, e), (x0, y1, e), (x0, ym, r), (x1, ym, r)],
        ],
    }


def ring(points: Sequence[Point], *, close: bool = True) -> str:
    chain = [*points, points[0]] if close else points
    return " ".join(f"{value:.3f}" for point in chain for value in point)


def polygon(points: Sequence[Point], holes: Iterable[Sequence[Point]] = (), name: str = "") -> str:
    inner = "".join(
        f"<gml:interior><gml:LinearRing><gml:posList>{ring(hole)}</gml:posList></gml:LinearRing></gml:interior>"
        for hole in holes
    )
    mark = f' gml:id="{name}"' if name else ""
    return (
        f"<gml:Polygon{mark}><gml:exterior><gml:LinearRing><gml:posList>{ring(points)}</gml:posList></gml:LinearRing>"
        f"</gml:exterior>{inner}</gml:Polygon>"
    )


def surfaces(faces: dict[str, list[list[Point]]]) -> str:
    """Thematic surfaces of LoD2."""
    return "".join(
        f"<bldg:boundedBy><bldg:{kind}><bldg:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember>{polygon(points)}"
        f"</gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface></bldg:{kind}></bldg:boundedBy>"
        for kind, rings in faces.items()
        for points in rings
    )


def solid(faces: dict[str, list[list[Point]]], lod: int = 1) -> str:
    """A solid without classes, as LoD1 has it."""
    members = "".join(
        f"<gml:surfaceMember>{polygon(points)}</gml:surfaceMember>"
        for rings in faces.values()
        for points in rings
    )
    return (
        f"<bldg:lod{lod}Solid><gml:Solid><gml:exterior><gml:CompositeSurface>{members}</gml:CompositeSurface>"
        f"</gml:exterior></gml:Solid></bldg:lod{lod}Solid>"
    )


def building(id_: str, inside: str, height: float | None = None, key: str = "07315000") -> str:
    measured = (
        f'<bldg:measuredHeight uom="urn:adv:uom:m">{height}</bldg:measuredHeight>'
        if height is not None
        else ""
    )
    return (
        f'<core:cityObjectMember><bldg:Building gml:id="{id_}"><gen:stringAttribute name="Gemeindeschluessel">'
        f"<gen:value>{key}</gen:value></gen:stringAttribute><bldg:function>31001_1000</bldg:function>"
        f"<bldg:roofType>1000</bldg:roofType>{measured}{inside}</bldg:Building></core:cityObjectMember>"
    )


def part(id_: str, inside: str, height: float) -> str:
    return (
        f'<bldg:consistsOfBuildingPart><bldg:BuildingPart gml:id="{id_}"><bldg:roofType>3100</bldg:roofType>'
        f'<bldg:measuredHeight uom="m">{height}</bldg:measuredHeight>{inside}</bldg:BuildingPart></bldg:consistsOfBuildingPart>'
    )


def city(*members: str, crs: str | None = ADV, version: str = "1.0", head: str = "") -> bytes:
    """A CityGML document."""
    envelope = (
        f'<gml:boundedBy><gml:Envelope srsName="{crs}"><gml:lowerCorner>0 0 0</gml:lowerCorner>'
        f"<gml:upperCorner>1 1 1</gml:upperCorner></gml:Envelope></gml:boundedBy>"
        if crs
        else ""
    )
    base = "http://www.opengis.net/citygml"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<core:CityModel xmlns:core="{base}/{version}" '
        f'xmlns:bldg="{base}/building/{version}" xmlns:gen="{base}/generics/{version}" '
        f'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"{envelope}{''.join(members)}</core:CityModel>"
    ).encode()
