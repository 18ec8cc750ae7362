"""The skin of one building as bytes: little-endian arrays behind a header, readable by offset in any language.

``SKM1``, then four uint32: points p, faces f, triangles t, 0; then float32 points (p x 3, metres from the building's origin), float32 normals
(f x 3), float32 areas (f, square metres, holes taken off), uint32 points per face (f), uint32 triangles per face (f), uint32 triangles (t x 3,
positions in points), uint16 part per face (f), uint8 class per face (f; see ``source``), uint8 rings per face (f; 1: the face's points are its rim in order, more: it has
holes, 0: its rim crosses itself). Points of a face lie together and so do its triangles,
both in the order of the faces; a point belongs to one face, so that edges stay sharp.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MAGIC: Final = b"SKM1"
_HEAD: Final = struct.Struct("<4s4I")


@dataclass(slots=True)
class Mesh:
    """Faces and triangles of a building (or of several in a row)."""

    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    areas: NDArray[np.float32]
    face_points: NDArray[np.uint32]
    face_triangles: NDArray[np.uint32]
    triangles: NDArray[np.uint32]
    parts: NDArray[np.uint16]
    kinds: NDArray[np.uint8]
    rings: NDArray[np.uint8]

    def pack(self) -> bytes:
        head = _HEAD.pack(MAGIC, len(self.points), len(self.kinds), len(self.triangles), 0)
        return b"".join(
            (
                head,
                self.points.tobytes(),
                self.normals.tobytes(),
                self.areas.tobytes(),
                self.face_points.tobytes(),
                self.face_triangles.tobytes(),
                self.triangles.tobytes(),
                self.parts.tobytes(),
                self.kinds.tobytes(),
                self.rings.tobytes(),
            )
        )


def unpack(data: bytes) -> Mesh:
    """The arrays of ``pack``, without copying. Raises ValueError when the bytes are not a mesh."""
    if len(data) < _HEAD.size:
        raise ValueError("no mesh")
    magic, points, faces, triangles, _ = _HEAD.unpack_from(data)
    if magic != MAGIC or len(data) != _HEAD.size + 12 * points + 28 * faces + 12 * triangles:
        raise ValueError("no mesh")
    at = _HEAD.size

    def take(kind: Any, count: int) -> NDArray[Any]:
        nonlocal at
        found = np.frombuffer(data, kind, count, at)
        at += found.nbytes
        return found

    return Mesh(
        points=take("<f4", 3 * points).reshape(-1, 3),
        normals=take("<f4", 3 * faces).reshape(-1, 3),
        areas=take("<f4", faces),
        face_points=take("<u4", faces),
        face_triangles=take("<u4", faces),
        triangles=take("<u4", 3 * triangles).reshape(-1, 3),
        parts=take("<u2", faces),
        kinds=take("<u1", faces),
        rings=take("<u1", faces),
    )


@dataclass(slots=True)
class Joined:
    """Meshes of several buildings in one, in metres from a common origin; ``building`` says whose a face is."""

    mesh: Mesh
    building: NDArray[np.int64]

    @property
    def of_point(self) -> NDArray[np.int64]:
        return np.repeat(self.building, self.mesh.face_points)

    @property
    def of_triangle(self) -> NDArray[np.int64]:
        return np.repeat(self.building, self.mesh.face_triangles)

    @property
    def corners(self) -> NDArray[np.float32]:
        """The triangles themselves, (t, 3, 3)."""
        return self.mesh.points[self.mesh.triangles]


def join(meshes: list[Mesh], shifts: NDArray[np.float64]) -> Joined:
    """``shifts`` (n, 3): each building's origin, seen from the common one."""
    if not meshes:
        empty = unpack(_HEAD.pack(MAGIC, 0, 0, 0, 0))
        return Joined(empty, np.zeros(0, np.int64))
    sizes = np.array([len(mesh.points) for mesh in meshes])
    firsts = np.cumsum(sizes) - sizes
    counts = np.array([len(mesh.triangles) for mesh in meshes])
    faces = np.array([len(mesh.kinds) for mesh in meshes])
    points = np.concatenate([mesh.points for mesh in meshes]).astype(np.float64)
    points += np.repeat(shifts, sizes, axis=0)
    triangles = np.concatenate([mesh.triangles for mesh in meshes]).astype(np.uint32)
    triangles += np.repeat(firsts, counts).astype(np.uint32)[:, None]
    mesh = Mesh(
        points=points.astype(np.float32),
        normals=np.concatenate([mesh.normals for mesh in meshes]),
        areas=np.concatenate([mesh.areas for mesh in meshes]),
        face_points=np.concatenate([mesh.face_points for mesh in meshes]),
        face_triangles=np.concatenate([mesh.face_triangles for mesh in meshes]),
        triangles=triangles,
        parts=np.concatenate([mesh.parts for mesh in meshes]),
        kinds=np.concatenate([mesh.kinds for mesh in meshes]),
        rings=np.concatenate([mesh.rings for mesh in meshes]),
    )
    return Joined(mesh, np.repeat(np.arange(len(meshes)), faces))
