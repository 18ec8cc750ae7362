"""Does the sun reach a point? Rays against triangles, all points in time at once.

Method: straight rays without refraction, buildings only (no trees, no terrain); the sun is its centre.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_EPSILON: Final = 1e-9
_CLEAR_M: Final = 0.02
_BLOCK: Final = 2_000_000


def hit(
    point: NDArray[np.float64], towards: NDArray[np.float64], corners: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """For each direction (n, 3) whether one of the triangles (t, 3, 3) is in the way (Möller and Trumbore, 1997)."""
    found = np.zeros(len(towards), bool)
    if not len(corners):
        return found
    a = corners[:, 0].astype(np.float64)
    edge1, edge2 = corners[:, 1] - a, corners[:, 2] - a
    start = point - a
    q = np.cross(start, edge1)
    along = np.einsum("ij,ij->i", edge2, q)
    step = max(1, _BLOCK // len(corners))
    for first in range(0, len(towards), step):
        found[first : first + step] = _block(towards[first : first + step], edge1, edge2, start, q, along)
    return found


def _block(
    towards: NDArray[np.float64],
    edge1: NDArray[np.float64],
    edge2: NDArray[np.float64],
    start: NDArray[np.float64],
    q: NDArray[np.float64],
    along: NDArray[np.float64],
) -> NDArray[np.bool_]:
    # det = edge1 . (d x edge2) = d . (edge2 x edge1); u = start . (d x edge2) / det = d . (edge2 x start) / det
    det = towards @ np.cross(edge2, edge1).T
    flat = np.abs(det) < _EPSILON
    det = np.where(flat, 1.0, det)
    u = towards @ np.cross(edge2, start).T / det
    v = towards @ q.T / det
    distance = along[None, :] / det
    inside = ~flat & (u >= -1e-7) & (v >= -1e-7) & (u + v <= 1 + 1e-7) & (distance > _CLEAR_M)
    return np.asarray(inside.any(axis=1))


def height_at(x: float, y: float, corners: NDArray[np.float32]) -> float | None:
    """The highest point of the triangles above (x, y), or nothing."""
    top = np.array((x, y, 0.0))
    a, b, c = (corners[:, i, :2].astype(np.float64) - top[:2] for i in range(3))
    det = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    usable = np.abs(det) > 1e-9
    det = np.where(usable, det, 1.0)
    w2 = (-a[:, 0] * (c[:, 1] - a[:, 1]) + a[:, 1] * (c[:, 0] - a[:, 0])) / det
    w3 = (-a[:, 1] * (b[:, 0] - a[:, 0]) + a[:, 0] * (b[:, 1] - a[:, 1])) / det
    inside = usable & (w2 >= 0) & (w3 >= 0) & (w2 + w3 <= 1)
    if not inside.any():
        return None
    z = corners[:, :, 2].astype(np.float64)
    heights = z[:, 0] + w2 * (z[:, 1] - z[:, 0]) + w3 * (z[:, 2] - z[:, 0])
    return float(heights[inside].max())
