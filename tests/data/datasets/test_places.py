"""Geometries: reference systems, repair, what formats bring, in which order they are written."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from stadtkern.data.datasets import engine
from stadtkern.data.datasets.errors import FileRefused
from tests.data.datasets.conftest import Reading, values
from tests.shared import shared_data

MAINZ = (8.2473, 49.9929)


def features(*geometries: Any, **extra: Any) -> str:
    made = [
        {"type": "Feature", "properties": {"nr": f"{n:03}"}, "geometry": shape}
        for n, shape in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": made, **extra})


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


def polygon(*ring: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*map(list, ring), list(ring[0])]]}


def codes(report: Any) -> set[str]:
    return {problem.code for problem in report.problems}


def test_a_bow_tie_is_mended_and_its_row_named(read: Reading) -> None:
    good = polygon((8.0, 50.0), (8.1, 50.0), (8.1, 50.1))
    bow = polygon((8.2, 50.0), (8.3, 50.1), (8.3, 50.0), (8.2, 50.1))
    report = read(("x.geojson", features(good, bow)))
    assert (report.rows, report.repaired, report.rejected) == (2, 1, 0)
    (found,) = [problem for problem in report.problems if problem.code == "geometry-repaired"]
    assert found.row == 2 and "überkreuzt" in found.message
    assert all(
        valid
        for (valid,) in engine.rows(
            read.result.parent, f"SELECT ST_IsValid(geom) FROM {engine.file(read.result)}"
        )
    )  # type: ignore[attr-defined]


def test_a_polygon_of_nothing_is_rejected(read: Reading) -> None:
    flat = polygon((8.2, 50.0), (8.2, 50.0), (8.2, 50.0))
    report = read(("x.geojson", features(point(*MAINZ), flat)))
    assert (report.rows, report.rejected) == (1, 1)


def test_mainz_in_africa(read: Reading) -> None:
    report = read(("x.geojson", features(point(49.9929, 8.2473), point(50.0, 8.28))))
    assert report.bbox == pytest.approx([8.2473, 49.9929, 8.28, 50.0])
    assert "axes-swapped" in codes(report) and report.repaired == 2


def test_metres_in_a_file_of_degrees(read: Reading) -> None:
    report = read(("x.geojson", features(point(447000, 5539000), point(448000, 5540000))))
    assert report.crs == "EPSG:25832" and "crs-wrong" in codes(report)
    assert report.bbox is not None and 8.2 < report.bbox[0] < 8.4


def test_the_named_reference_system_wins(read: Reading) -> None:
    report = read(("x.geojson", features(point(3447000, 5541000))), crs="EPSG:31467")
    assert report.crs == "EPSG:31467" and "accuracy" in codes(report)
    assert report.bbox is not None and 8.2 < report.bbox[0] < 8.4 and 49.9 < report.bbox[1] < 50.1


def test_mixed_geometries_are_told(read: Reading) -> None:
    report = read(
        ("x.geojson", features(point(*MAINZ), polygon((8.0, 50.0), (8.1, 50.0), (8.1, 50.1)), None))
    )
    assert {"mixed-geometry", "row-without-place"} <= codes(report)
    assert report.rows == 3 and values(read.result, "nr")[-1] == ("002",)  # type: ignore[attr-defined]


def test_keys_of_geojson_stay_text(read: Reading) -> None:
    report = read(("x.geojson", features(point(*MAINZ))))
    assert [(column.name, column.type) for column in report.columns] == [
        ("nr", "string"),
        ("geom", "geometry"),
    ]


def test_districts_in_gauss_krueger(read: Reading) -> None:
    report = read(shared_data("geo/import/VG5000_KRS_gk3.zip"))
    assert (report.rows, report.rejected, report.crs) == (401, 0, "EPSG:31467")
    assert report.bbox == pytest.approx([5.87, 47.27, 15.04, 55.06], abs=0.02)
    (mainz,) = engine.rows(
        read.result.parent,  # type: ignore[attr-defined]
        f'SELECT "AGS" FROM {engine.file(read.result)} WHERE geom && ST_Point(8.25, 49.99) AND ST_Contains(geom, ST_Point(8.25, 49.99))',  # type: ignore[attr-defined]
    )
    assert mainz == ("07315",)


def test_a_shapefile_without_prj(read: Reading, tmp_path: Path) -> None:
    source = shared_data("geo/import/VG5000_KRS_gk3.zip")
    target = tmp_path / "ohne.zip"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            if not entry.endswith(".prj"):
                new.writestr(entry, old.read(entry))
    # all districts of Germany leave the strip that the numbers of zone 3 are recognized by: a person has to say it
    with pytest.raises(FileRefused, match="Koordinatensystem"):
        read(target)
    assert read(target, crs="EPSG:31467").rows == 401


def test_a_wfs_answer_of_hamburg(read: Reading) -> None:
    report = read(shared_data("geo/import/hamburg-bplaene-wfs110.gml.gz"))
    assert (report.rows, report.crs) == (209, "EPSG:25832")
    assert report.bbox is not None and 9.7 < report.bbox[0] < report.bbox[2] < 10.4
    assert {column.name: column.type for column in report.columns}["feststellung"] == "date"


def test_buildings_of_the_cadastre(read: Reading) -> None:
    report = read(shared_data("geo/import/ALKIS_testGebaeude.gpkg"))
    assert report.rows == 16 and report.crs == "EPSG:25832"


def test_our_own_result_is_read_again(read: Reading) -> None:
    read(("x.geojson", features(point(*MAINZ), point(8.3, 50.0))))
    again = read(read.result)  # type: ignore[attr-defined]
    assert again.rows == 2 and again.crs == "OGC:CRS84" and again.repaired == 0


def test_the_file_lies_along_a_curve_in_small_groups(read: Reading) -> None:
    import pyarrow.parquet

    points = [
        point(8.0 + (n * 7919 % 10_000) / 20_000, 49.8 + (n * 104_729 % 10_000) / 20_000)
        for n in range(10_000)
    ]
    read(("x.geojson", features(*points)))
    read_back = pyarrow.parquet.ParquetFile(read.result)  # type: ignore[attr-defined]
    assert read_back.metadata.num_row_groups == 3
    assert b"geo" in read_back.schema_arrow.metadata
    boxes = engine.rows(
        read.result.parent,  # type: ignore[attr-defined]
        f"SELECT max(ST_X(geom)) - min(ST_X(geom)), max(ST_Y(geom)) - min(ST_Y(geom)) FROM {engine.file(read.result)} GROUP BY _row // 500",  # type: ignore[attr-defined]
    )
    assert sum(width * height for width, height in boxes) < 0.25 * len(boxes) * 0.5


KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Dom</name>
<Point><coordinates>8.2742,49.9989,0</coordinates></Point></Placemark></Document></kml>"""


def test_kml(read: Reading) -> None:
    report = read(("dom.kml", KML))
    assert report.rows == 1 and report.bbox == pytest.approx([8.2742, 49.9989, 8.2742, 49.9989])
