"""From the faces of many buildings as they stand in a file to clean polygons in metres: axes, repeated points, faces twice, sides turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stadtkern.data.twin.engine.problems import Problems
from stadtkern.data.twin.engine.reference import Ground
from stadtkern.data.twin.engine.source import GROUND, OUTER_CEILING, ROOF, UNKNOWN, WALL, Building
from stadtkern.data.twin.engine.triangles import Floats, Ints, Measured, Polygons, measure

SAME_M: Final = 5e-4
LEAST_M2: Final = 1e-4
FLAT_M: Final = 0.1
WIDEST_M: Final = 5_000.0
LARGEST: Final = np.array((1e8, 1e8, 2e4))
MOST_POINTS: Final = 10_000
_WAYS: Final = {
    "yx": ("axes-swapped", "Die Koordinaten stehen in vertauschter Reihenfolge; sie wurden getauscht"),
    "zone": ("zone-prefix", "Vor dem Ostwert steht die Nummer der Zone; sie wurde abgetrennt"),
}


@dataclass(slots=True)
class Skin:
    """Clean faces: polygons in metres from each building's origin, whose they are, what they measure."""

    polygons: Polygons
    building: Ints
    part: Ints
    kinds: NDArray[np.uint8]
    measured: Measured
    origins: Floats

    def chosen(self, keep: NDArray[np.bool_]) -> Skin:
        """Only these faces."""
        if keep.all():
            return self
        rings = np.repeat(keep, self.polygons.rings_per_face)
        points = np.repeat(rings, self.polygons.ring_sizes)
        return Skin(
            Polygons(
                self.polygons.points[points],
                self.polygons.ring_sizes[rings],
                self.polygons.rings_per_face[keep],
            ),
            self.building[keep],
            self.part[keep],
            self.kinds[keep],
            Measured(self.measured.normals[keep], self.measured.areas[keep], self.measured.off_plane[keep]),
            self.origins,
        )


def clean(
    buildings: Sequence[Building], grounds: Sequence[Ground | None], problems: Problems, *, closed: bool
) -> Skin:
    """``closed``: the format repeats the first point of a ring at its end (GML). Faces that cannot be used are left out and said."""
    points, sizes, rings, owner, part, kinds = _flat(buildings, problems)
    speak = _Speaker(buildings, problems)
    face_of_ring = np.repeat(np.arange(len(rings)), rings)
    building_of_point = np.repeat(owner[face_of_ring], sizes)
    points, usable = _in_metres(points, building_of_point, buildings, grounds, speak)
    origins = _origins(points, building_of_point, len(buildings), usable)
    points = points - origins[building_of_point]

    ring_of_point = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.cumsum(sizes) - sizes
    ends = starts + sizes - 1
    if closed and len(sizes):
        gap = np.abs(points[starts] - points[ends]).max(axis=1) > SAME_M
        speak.faces(
            "ring-not-closed",
            "Ein Rand ist nicht geschlossen; er wurde geschlossen",
            owner[face_of_ring[gap]],
        )
    following = np.arange(1, len(points) + 1)
    following[ends] = starts
    keep = np.abs(points[following] - points).max(axis=1, initial=0) > SAME_M
    sizes = np.bincount(ring_of_point[keep], minlength=len(sizes))

    exterior = np.zeros(len(sizes), bool)
    exterior[np.cumsum(rings) - rings] = True
    good = np.asarray(usable)[owner]
    thin = np.zeros(len(rings), bool)
    thin[face_of_ring[exterior & (sizes < 3)]] = True
    speak.faces(
        "face-without-area", "Eine Fläche hat weniger als drei verschiedene Punkte", owner[thin & good]
    )
    face_good = good & ~thin
    ring_good = face_good[face_of_ring] & (exterior | (sizes >= 3))
    keep &= ring_good[ring_of_point]
    polygons = Polygons(
        points[keep], sizes[ring_good], np.bincount(face_of_ring[ring_good], minlength=len(rings))[face_good]
    )
    skin = Skin(polygons, owner[face_good], part[face_good], kinds[face_good], measure(polygons), origins)
    small = skin.measured.areas < LEAST_M2
    speak.faces("face-without-area", "Eine Fläche hat keinen Inhalt", skin.building[small])
    skin = skin.chosen(~small)
    twice = _repeated(skin)
    speak.faces("face-repeated", "Eine Fläche steht zweimal da; einmal genügt", skin.building[twice])
    skin = skin.chosen(~twice)
    _classify(skin)
    skin = _turned(skin, buildings, speak)
    bent = skin.measured.off_plane > FLAT_M
    speak.faces("face-not-flat", f"Eine Fläche ist um mehr als {FLAT_M:g} m uneben", skin.building[bent])
    return skin


class _Speaker:
    def __init__(self, buildings: Sequence[Building], problems: Problems) -> None:
        self.buildings = buildings
        self.problems = problems

    def faces(self, code: str, message: str, owners: Ints) -> None:
        """One finding per building, however many of its faces have it."""
        for at, count in zip(*np.unique(owners, return_counts=True), strict=True):
            building = self.buildings[at]
            more = f" ({count} mal)" if count > 1 else ""
            self.problems.add(code, message + more, building=building.id, place=building.place)


def _flat(
    buildings: Sequence[Building], problems: Problems
) -> tuple[Floats, Ints, Ints, Ints, Ints, NDArray[np.uint8]]:
    values: list[float] = []
    sizes: list[int] = []
    rings: list[int] = []
    owner: list[int] = []
    part: list[int] = []
    kinds: list[int] = []
    for at, building in enumerate(buildings):
        for number, piece in enumerate(building.parts):
            for face in piece.faces:
                usable = [ring for ring in face.rings if ring]
                if not usable or usable[0] is not face.rings[0]:
                    continue
                if sum(map(len, usable)) > 3 * MOST_POINTS:
                    problems.add(
                        "face-too-long",
                        f"Eine Fläche hat mehr als {MOST_POINTS} Punkte",
                        building=building.id,
                        place=building.place,
                    )
                    continue
                for ring in usable:
                    values.extend(_reversed(ring) if face.turned else ring)
                    sizes.append(len(ring) // 3)
                rings.append(len(usable))
                owner.append(at)
                part.append(min(number, 65_535))
                kinds.append(face.kind)
    return (
        np.array(values, dtype=np.float64).reshape(-1, 3),
        np.array(sizes, np.int64),
        np.array(rings, np.int64),
        np.array(owner, np.int64),
        np.array(part, np.int64),
        np.array(kinds, np.uint8),
    )


def _reversed(ring: list[float]) -> list[float]:
    return np.asarray(ring).reshape(-1, 3)[::-1].ravel().tolist()


def _in_metres(
    points: Floats,
    owner: Ints,
    buildings: Sequence[Building],
    grounds: Sequence[Ground | None],
    speak: _Speaker,
) -> tuple[Floats, list[bool]]:
    """Coordinates in the plane of the dataset, and which buildings are where their system says."""
    usable = [True] * len(buildings)
    bounds = np.searchsorted(owner, np.arange(len(buildings) + 1))
    with np.errstate(invalid="ignore"):
        finite: NDArray[np.bool_] = (np.abs(points) < LARGEST).all(axis=1).reshape(-1)
    for at, building in enumerate(buildings):
        low, high = bounds[at], bounds[at + 1]
        if low == high:
            continue
        own = points[low:high]
        ground = grounds[at]
        if not finite[low:high].all():
            usable[at] = False
            speak.problems.add(
                "coordinates-unreadable",
                "Koordinaten sind keine Zahlen oder viel zu groß",
                building=building.id,
                place=building.place,
            )
            own[:] = 0
            continue
        if ground is None:
            continue
        way = ground.order(float(own[0, 0]), float(own[0, 1]))
        if way is None:
            usable[at] = False
            message = f"Die Koordinaten {own[0, 0]:.3f} {own[0, 1]:.3f} liegen außerhalb von EPSG:{ground.reference.epsg}"
            speak.problems.add("building-outside", message, building=building.id, place=building.place)
            continue
        if way == "yx":
            own[:, :2] = own[:, 1::-1]
        elif way == "zone":
            own[:, 0] %= 1e6
        if way in _WAYS and not (way == "yx" and ground.latitude_first):
            speak.problems.add(*_WAYS[way], building=building.id, place=building.place)
        if ground.epsg != ground.reference.epsg:
            own[:, 0], own[:, 1] = ground.to_metres(own[:, 0].copy(), own[:, 1].copy())
        if not np.isfinite(own).all() or np.ptp(own[:, :2], axis=0).max() > WIDEST_M:
            usable[at] = False
            own[:] = 0
            message = f"Das Gebäude reicht über mehr als {WIDEST_M / 1000:g} km; ein Punkt liegt falsch"
            speak.problems.add("building-outside", message, building=building.id, place=building.place)
    return points, usable


def _origins(points: Floats, owner: Ints, count: int, usable: list[bool]) -> Floats:
    """The lower south-west corner of each building, in whole metres."""
    origins = np.zeros((count, 3))
    if len(points):
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        origins[owner[starts]] = np.floor(np.minimum.reduceat(points, starts))
    return origins


def _repeated(skin: Skin) -> NDArray[np.bool_]:
    """Faces of a building that are there already: same middle, same area, same side."""
    if not len(skin.kinds):
        return np.zeros(0, bool)
    sizes = skin.polygons.points_per_face()
    firsts = skin.polygons.starts()[2]
    points = skin.polygons.points
    middle = np.add.reduceat(points, firsts) / sizes[:, None]
    spread = np.add.reduceat(points * points, firsts) / sizes[:, None]
    key = np.column_stack(
        [skin.building, np.round(middle, 3), np.round(spread, 1), np.round(skin.measured.normals, 2) + 0.0]
    )
    _, first, inverse = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return np.asarray(first[inverse.ravel()] != np.arange(len(key)))


def _classify(skin: Skin) -> None:
    """Faces without a class (LoD1, solids without thematic surfaces): by the way they face."""
    unknown = skin.kinds == UNKNOWN
    if not unknown.any():
        return
    up = skin.measured.normals[:, 2]
    lowest = np.minimum.reduceat(skin.polygons.points[:, 2], skin.polygons.starts()[2])
    floor = np.full(int(skin.building.max()) + 1, np.inf)
    np.minimum.at(floor, skin.building, lowest)
    below = (up < -0.5) & (lowest - floor[skin.building] < 0.5)
    guess = np.where(up > 0.26, ROOF, np.where(below, GROUND, np.where(up < -0.26, OUTER_CEILING, WALL)))
    skin.kinds[unknown] = guess[unknown].astype(np.uint8)


def _turned(skin: Skin, buildings: Sequence[Building], speak: _Speaker) -> Skin:
    """Every side looks outward: whole solids by their volume, single faces of open skins where roof and ground show it."""
    if not len(skin.kinds):
        return skin
    body = skin.building * 100_000 + skin.part
    _, group = np.unique(body, return_inverse=True)
    group = group.ravel()
    open_, inside_out = _state(skin, group)
    turn = inside_out[group] & ~open_[group]
    speak.faces(
        "solid-inside-out",
        "Die Außenseiten zeigen nach innen; sie wurden umgedreht",
        np.unique(skin.building[turn]),
    )
    up = skin.measured.normals[:, 2]
    single = open_[group] & (((skin.kinds == ROOF) & (up < -0.05)) | ((skin.kinds == GROUND) & (up > 0.05)))
    speak.faces(
        "face-reversed",
        "Eine Dach- oder Grundfläche zeigt zur falschen Seite; sie wurde umgedreht",
        skin.building[single],
    )
    _reverse(skin, turn | single)
    open_, _ = _state(skin, group) if (turn | single).any() else (open_, inside_out)
    firsts = np.unique(group, return_index=True)[1]
    gaps = [
        skin.building[face]
        for face, gap in zip(firsts, open_, strict=True)
        if gap and buildings[skin.building[face]].parts[skin.part[face]].solid
    ]
    speak.faces("solid-open", "Die Flächen des Körpers schließen ihn nicht", np.array(gaps, np.int64))
    return skin


def _state(skin: Skin, group: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Per body: whether its area vectors do not cancel out (then it is open), whether its volume is negative."""
    weighted = skin.measured.normals * skin.measured.areas[:, None]
    firsts = skin.polygons.points[skin.polygons.starts()[2]]
    count = int(group.max()) + 1
    rest = np.stack([np.bincount(group, weighted[:, axis], count) for axis in range(3)], axis=1)
    area = np.bincount(group, skin.measured.areas, count)
    volume = np.bincount(group, np.einsum("ij,ij->i", firsts, weighted) / 3, count)
    return np.linalg.norm(rest, axis=1) > np.maximum(0.05, 1e-3 * area), volume < 0


def _reverse(skin: Skin, faces: NDArray[np.bool_]) -> None:
    if not faces.any():
        return
    rings = np.repeat(faces, skin.polygons.rings_per_face)
    starts = np.cumsum(skin.polygons.ring_sizes) - skin.polygons.ring_sizes
    for ring in np.flatnonzero(rings):
        at, size = starts[ring], skin.polygons.ring_sizes[ring]
        skin.polygons.points[at : at + size] = skin.polygons.points[at : at + size][::-1].copy()
    skin.measured.normals[faces] *= -1
