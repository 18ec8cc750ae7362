"""Polygons in space to triangles, many at once: normals, areas, flatness by numpy; earcut only where a face is not convex or has holes.

All coordinates are metres from an origin near the face, so that differences of a millimetre survive the products.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mapbox_earcut
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Polygons:
    """Faces in a row: ``points`` (n, 3) of all rings, ``ring_sizes``, ``rings_per_face`` (the first ring is the exterior)."""

    points: Floats
    ring_sizes: Ints
    rings_per_face: Ints

    @property
    def faces(self) -> int:
        return len(self.rings_per_face)

    def starts(self) -> tuple[Ints, Ints, Ints]:
        """First point of each ring, first ring of each face, first point of each face."""
        rings = np.cumsum(self.ring_sizes) - self.ring_sizes
        faces = np.cumsum(self.rings_per_face) - self.rings_per_face
        return rings, faces, rings[faces] if len(faces) else faces

    def points_per_face(self) -> Ints:
        faces = np.cumsum(self.rings_per_face) - self.rings_per_face
        return np.add.reduceat(self.ring_sizes, faces) if len(faces) else faces


@dataclass(slots=True)
class Measured:
    """What each face measures: unit normal, area (holes taken off), largest distance of a point from the face's plane."""

    normals: Floats
    areas: Floats
    off_plane: Floats


def measure(polygons: Polygons) -> Measured:
    """Newell's area vectors; a ring's sense of rotation does not matter for holes."""
    if not polygons.faces:
        return Measured(np.zeros((0, 3)), np.zeros(0), np.zeros(0))
    rings, faces, firsts = polygons.starts()
    points = polygons.points
    after = _next(points, rings, polygons.ring_sizes)
    vectors = np.add.reduceat(np.cross(points, after), rings) / 2
    outer = vectors[faces]
    length = np.linalg.norm(outer, axis=1)
    normals = outer / np.where(length > 0, length, 1)[:, None]
    face_of_ring = np.repeat(np.arange(polygons.faces), polygons.rings_per_face)
    ring_areas = np.abs(np.einsum("ij,ij->i", vectors, normals[face_of_ring]))
    areas = 2 * ring_areas[faces] - np.add.reduceat(ring_areas, faces)
    sizes = polygons.points_per_face()
    centres = np.add.reduceat(points, firsts) / sizes[:, None]
    distance = np.abs(
        np.einsum("ij,ij->i", points - np.repeat(centres, sizes, axis=0), np.repeat(normals, sizes, axis=0))
    )
    return Measured(normals, areas, np.maximum.reduceat(distance, firsts))


def _next(points: Floats, rings: Ints, sizes: Ints) -> Floats:
    following = np.arange(1, len(points) + 1)
    following[rings + sizes - 1] = rings
    return points[following]


def triangulate(polygons: Polygons, measured: Measured) -> tuple[NDArray[np.uint32], Ints, NDArray[np.bool_]]:
    """Triangles (m, 3) as positions in ``points``, turned like their faces; how many each face has; which faces did not come out whole.

    A face is whole when its triangles together have its area; one that crosses itself is not.
    """
    count = polygons.faces
    if not count:
        return np.zeros((0, 3), np.uint32), np.zeros(0, np.int64), np.zeros(0, bool)
    flat = _in_plane(polygons, measured.normals)
    rings, faces, firsts = polygons.starts()
    sizes = polygons.points_per_face()
    easy = (polygons.rings_per_face == 1) & _convex(flat, rings, polygons.ring_sizes, faces)
    fans, fan_faces = _fans(firsts, sizes, easy)
    cut, cut_faces = _earcut(flat, polygons, firsts, sizes, faces, ~easy)
    triangles = np.concatenate([fans, cut])
    owners = np.concatenate([fan_faces, cut_faces])
    order = np.argsort(owners, kind="stable")
    triangles, owners = triangles[order], owners[order]
    signed = _signed(flat, triangles)
    turned = signed < 0
    triangles[turned] = triangles[turned][:, ::-1]
    total = np.bincount(owners, np.abs(signed), count)
    broken = np.abs(total - measured.areas) > np.maximum(1e-3 * measured.areas, 1e-3)
    return triangles.astype(np.uint32), np.bincount(owners, minlength=count), broken


def _in_plane(polygons: Polygons, normals: Floats) -> Floats:
    """Coordinates in each face's own plane, seen from outside (exterior rings run counter-clockwise)."""
    axis = np.zeros_like(normals)
    axis[np.arange(len(normals)), np.argmin(np.abs(normals), axis=1)] = 1.0
    u = np.cross(axis, normals)
    u /= np.maximum(np.linalg.norm(u, axis=1), 1e-300)[:, None]
    v = np.cross(normals, u)
    sizes = polygons.points_per_face()
    points = polygons.points - np.repeat(polygons.points[polygons.starts()[2]], sizes, axis=0)
    return np.stack(
        [
            np.einsum("ij,ij->i", points, np.repeat(u, sizes, axis=0)),
            np.einsum("ij,ij->i", points, np.repeat(v, sizes, axis=0)),
        ],
        axis=1,
    )


def _convex(flat: Floats, rings: Ints, sizes: Ints, faces: Ints) -> NDArray[np.bool_]:
    """Exterior rings with a true left turn at every corner and one full turn in all."""
    following = np.arange(1, len(flat) + 1)
    following[rings + sizes - 1] = rings
    edge = flat[following] - flat
    later = edge[following]
    cross = edge[:, 0] * later[:, 1] - edge[:, 1] * later[:, 0]
    turn = np.arctan2(cross, np.einsum("ij,ij->i", edge, later))
    left = np.minimum.reduceat(cross, rings) > 1e-9
    once = np.abs(np.add.reduceat(turn, rings) - 2 * np.pi) < 1e-3
    return np.asarray((left & once)[faces])


def _fans(firsts: Ints, sizes: Ints, easy: NDArray[np.bool_]) -> tuple[NDArray[Any], Ints]:
    chosen = np.flatnonzero(easy)
    number = sizes[chosen] - 2
    owners = np.repeat(chosen, number)
    apex = np.repeat(firsts[chosen], number)
    step = np.arange(len(owners)) - np.repeat(np.cumsum(number) - number, number)
    return np.stack([apex, apex + step + 1, apex + step + 2], axis=1), owners


def _earcut(
    flat: Floats, polygons: Polygons, firsts: Ints, sizes: Ints, faces: Ints, hard: NDArray[np.bool_]
) -> tuple[NDArray[Any], Ints]:
    found, owners = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    for face in np.flatnonzero(hard):
        first, size = firsts[face], sizes[face]
        ends = np.cumsum(polygons.ring_sizes[faces[face] : faces[face] + polygons.rings_per_face[face]])
        indices = mapbox_earcut.triangulate_float64(flat[first : first + size], ends.astype(np.uint32))
        found.append(indices.reshape(-1, 3).astype(np.int64) + first)
        owners.append(np.full(len(indices) // 3, face))
    return np.concatenate(found), np.concatenate(owners)


def _signed(flat: Floats, triangles: NDArray[Any]) -> Floats:
    a, b, c = flat[triangles[:, 0]], flat[triangles[:, 1]], flat[triangles[:, 2]]
    return np.asarray(
        ((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])) / 2
    )
