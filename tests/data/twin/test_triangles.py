"""Polygons in space to triangles: the area stays, holes stay, everything is turned like its face."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.data.twin.engine.triangles import Polygons, measure, triangulate


def polygons(*faces: list[list[tuple[float, float, float]]]) -> Polygons:
    points = np.array([p for face in faces for ring in face for p in ring], float)
    sizes = np.array([len(ring) for face in faces for ring in face])
    return Polygons(points, sizes, np.array([len(face) for face in faces]))


def space(points: np.ndarray, normal: tuple[float, float, float]) -> np.ndarray:
    """Points of the plane, put into the plane with this normal."""
    n = np.array(normal) / np.linalg.norm(normal)
    u = np.cross([0.31, 0.77, 0.55], n)
    u /= np.linalg.norm(u)
    return points[:, :1] * u + points[:, 1:] * np.cross(n, u) + np.array([3.0, -7.0, 11.0])


@settings(max_examples=150, deadline=None)
@given(
    radii=st.lists(st.floats(1, 20), min_size=3, max_size=14),
    normal=st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1)).filter(
        lambda n: np.linalg.norm(n) > 0.1
    ),
    hole=st.booleans(),
)
def test_any_star_keeps_its_area(radii: list[float], normal: tuple[float, float, float], hole: bool) -> None:
    angles = np.arange(len(radii)) / len(radii) * 2 * np.pi
    flat = np.stack([np.cos(angles) * radii, np.sin(angles) * radii], axis=1)
    face = [[tuple(p) for p in space(flat, normal)]]
    shape = shapely.Polygon(flat)
    if hole and shapely.Point(0, 0).buffer(0.3).within(shape):
        inner = np.array([(0.2, 0), (0, 0.2), (-0.2, 0), (0, -0.2)])
        face.append([tuple(p) for p in space(inner, normal)])
        shape = shapely.Polygon(flat, [inner])
    given_ = polygons(face)
    measured = measure(given_)
    triangles, counts, broken = triangulate(given_, measured)
    assert measured.areas[0] == pytest.approx(shape.area, rel=1e-6)
    assert not broken.any()
    a, b, c = (given_.points[triangles[:, i]] for i in range(3))
    vectors = np.cross(b - a, c - a) / 2
    assert np.linalg.norm(vectors, axis=1).sum() == pytest.approx(shape.area, rel=1e-6)
    assert (vectors @ measured.normals[0] > -1e-9).all()  # none is turned around
    assert counts.sum() == len(triangles)


def test_many_faces_keep_their_order() -> None:
    square = [[(0.0, 0.0, 0.0), (2.0, 0.0, 0.0), (2.0, 2.0, 0.0), (0.0, 2.0, 0.0)]]
    ell = [
        [(0.0, 0.0, 5.0), (3.0, 0.0, 5.0), (3.0, 1.0, 5.0), (1.0, 1.0, 5.0), (1.0, 3.0, 5.0), (0.0, 3.0, 5.0)]
    ]
    given_ = polygons(ell, square, ell)
    measured = measure(given_)
    triangles, counts, _ = triangulate(given_, measured)
    assert measured.areas.tolist() == [5, 4, 5]
    assert counts.tolist() == [4, 2, 4]
    assert (
        triangles[:4].max() < 6 <= triangles[4:6].min() and triangles[4:6].max() < 10 <= triangles[6:].min()
    )


def test_a_bow_tie_is_found() -> None:
    bow = [[(0.0, 0.0, 0.0), (2.0, 2.0, 0.0), (2.0, 0.0, 0.0), (0.0, 3.0, 0.0)]]
    given_ = polygons(bow)
    assert triangulate(given_, measure(given_))[2].tolist() == [True]


def test_nothing_gives_nothing() -> None:
    empty = Polygons(np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, int))
    assert len(triangulate(empty, measure(empty))[0]) == 0
