"""A real LoD2 tile of a German survey office (shared data) and two CityJSON samples, against sums calculated by another way.

The other way: ElementTree instead of lxml, polygons one by one in plain Python with a formula that needs no triangles.
"""

from __future__ import annotations

import gzip
import math
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import shapely

from stadtkern.data.twin.engine.mesh import unpack
from stadtkern.data.twin.importing import import_file
from stadtkern.data.twin.store import Dataset
from tests.shared import shared_data

GML = "{http://www.opengis.net/gml}"
BLDG = "{http://www.opengis.net/citygml/building/1.0}"
GEN = "{http://www.opengis.net/citygml/generics/1.0}"


def imported(relative: str, tmp_path: Path, **options: Any) -> tuple[dict[str, Any], Dataset]:
    report = import_file(shared_data(relative), tmp_path, **options)
    return report, Dataset(tmp_path, report["dataset"])


def area_and_points(polygon: ElementTree.Element) -> tuple[float, list[list[float]]]:
    """Area by three projections (Pythagoras), from the text of the file."""
    values = [float(v) for v in (polygon.find(f".//{GML}posList").text or "").split()]  # type: ignore[union-attr]
    points = [values[at : at + 3] for at in range(0, len(values), 3)]
    x0, y0, z0 = points[0]
    near = [(x - x0, y - y0, z - z0) for x, y, z in points]
    flat = [shapely.Polygon([(p[i], p[j]) for p in near]).area for i, j in ((0, 1), (1, 2), (0, 2))]
    return math.sqrt(sum(a * a for a in flat)), points


def test_the_tile_is_whole(tmp_path: Path) -> None:
    relative = "geo/citygml/LoD2_32_280_5657_1_NW.gml.gz"
    report, dataset = imported(relative, tmp_path)
    with gzip.open(shared_data(relative)) as file:
        root = ElementTree.parse(file).getroot()
    areas: Counter[str] = Counter()
    heights: dict[str, tuple[float, float]] = {}
    for building in root.iter(f"{BLDG}Building"):
        z: list[float] = []
        for surface in building.iter():
            if surface.tag.endswith("Surface") and surface.tag.startswith(BLDG):
                for polygon in surface.iter(f"{GML}Polygon"):
                    area, points = area_and_points(polygon)
                    areas[surface.tag.removeprefix(BLDG)] += area  # type: ignore[assignment]
                    z.extend(point[2] for point in points)
        heights[building.get(f"{GML}id") or ""] = (min(z), max(z))
    rows = [row for address in dataset.addresses() for row in dataset.read(*address).to_pylist()]

    assert report["buildings"] == len(heights) == len(rows) == 83
    assert report["parts"] == len(list(root.iter(f"{BLDG}BuildingPart"))) == 50
    assert report["surfaces"] == len(list(root.iter(f"{GML}Polygon"))) == 1144
    assert report["municipality_keys"] == ["05370024"]
    assert report["problems"] == []
    assert report["roof_area_m2"] == pytest.approx(areas["RoofSurface"], abs=0.05)
    for column, kind in (("wall_area_m2", "WallSurface"), ("ground_area_m2", "GroundSurface")):
        assert sum(row[column] for row in rows) == pytest.approx(areas[kind], abs=0.05)
    for row in rows:
        assert (row["base_z"], row["top_z"]) == pytest.approx(heights[row["building"]], abs=1e-3)


def test_no_face_of_the_tile_has_a_gap(tmp_path: Path) -> None:
    """The triangles of each face have its area, and those of each part close it: every side's vector is balanced by the others."""
    _, dataset = imported("geo/citygml/LoD2_32_280_5657_1_NW.gml.gz", tmp_path)
    import numpy as np

    bodies = 0
    for address in dataset.addresses():
        for row in dataset.read(*address).to_pylist():
            mesh = unpack(row["mesh"])
            a, b, c = (mesh.points[mesh.triangles[:, i]].astype(float) for i in range(3))
            vectors = np.cross(b - a, c - a) / 2
            face = np.repeat(np.arange(len(mesh.kinds)), mesh.face_triangles)
            # Seen along the face's normal: a face of five points may be bent by a few centimetres.
            whole = np.bincount(face, np.einsum("ij,ij->i", vectors, mesh.normals[face]), len(mesh.kinds))
            assert whole == pytest.approx(mesh.areas, rel=1e-5, abs=1e-3)
            for part in np.unique(mesh.parts):
                bodies += 1
                rest = vectors[mesh.parts[face] == part].sum(axis=0)
                assert np.linalg.norm(rest) < 0.05, (row["building"], part)
    assert bodies == 113  # 63 buildings with a skin of their own and 50 parts


def test_measured_heights_agree_with_the_skin(tmp_path: Path) -> None:
    _, dataset = imported("geo/citygml/LoD2_32_280_5657_1_NW.gml.gz", tmp_path)
    rows = [row for address in dataset.addresses() for row in dataset.read(*address).to_pylist()]
    measured = [row for row in rows if row["height_from"] == "source"]
    assert len(measured) == 63
    assert all(abs(row["top_z"] - row["base_z"] - row["height_m"]) < 0.1 for row in measured)
    assert all(row["footprint"] and shapely.from_wkb(row["footprint"]).is_valid for row in rows)
    assert sum(shapely.from_wkb(row["footprint"]).area for row in rows) <= sum(
        row["ground_area_m2"] for row in rows
    )


@pytest.mark.parametrize(
    ("name", "buildings", "parts", "surfaces"),
    [("denhaag_subset", 4, 8, 70), ("rotterdam_subset", 16, 0, 236)],  # 248 in the file, 12 of them lines
)
def test_cityjson_samples(tmp_path: Path, name: str, buildings: int, parts: int, surfaces: int) -> None:
    report, dataset = imported(f"geo/cityjson/{name}.city.json", tmp_path, crs="EPSG:7415")
    assert (report["buildings"], report["parts"], report["surfaces"]) == (buildings, parts, surfaces)
    assert dataset.epsg == 28992
    codes = Counter(problem["code"] for problem in report["problems"])
    assert "face-not-simple" not in codes
    assert (codes["face-without-area"] > 0) == (name == "rotterdam_subset")
