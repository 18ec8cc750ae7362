"""What a file becomes: counts, areas, heights, keys; and what a broken or hostile one becomes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from stadtkern.data.twin.engine.mesh import unpack
from stadtkern.data.twin.engine.problems import SourceRefused
from stadtkern.data.twin.importing import import_file, import_files
from stadtkern.data.twin.store import Dataset, names
from stadtkern.kernel.strict_reading import InputRefused
from tests.data.twin.conftest import Import
from tests.data.twin.models import (
    ADV,
    X,
    Y,
    Z,
    box,
    building,
    city,
    gable,
    part,
    polygon,
    ring,
    solid,
    surfaces,
)


def rows(tmp_path: Path, report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All buildings of a dataset by id."""
    dataset = Dataset(tmp_path / "var", report["dataset"])
    found = [row for address in dataset.addresses() for row in dataset.read(*address).to_pylist()]
    return {row["building"]: row for row in found}


def test_a_house_is_measured(take: Import, tmp_path: Path) -> None:
    report = take(city(building("H1", surfaces(gable(0, 0, 10, 8, 4, 7)), 7.0)))
    assert (report["buildings"], report["parts"], report["surfaces"], report["triangles"]) == (1, 0, 7, 16)
    assert report["roof_area_m2"] == 100.0  # two slopes of 10 m by 5 m
    assert report["municipality_keys"] == ["07315000"]
    assert report["problems"] == []
    row = rows(tmp_path, report)["H1"]
    assert (row["base_z"], row["top_z"], row["height_m"], row["height_from"]) == (90.0, 97.0, 7.0, "source")
    assert (row["ground_area_m2"], row["volume_m3"]) == (80.0, 440.0)
    mesh = unpack(row["mesh"])
    assert mesh.areas.sum() == pytest.approx(80 + 100 + 2 * 40 + 2 * (32 + 12))


def test_parts_count_with_their_own_roofs(take: Import, tmp_path: Path) -> None:
    inside = part("P1", surfaces(box(0, 0, 10, 10, 6)), 6.0) + part("P2", surfaces(box(10, 0, 5, 10, 3)), 3.0)
    report = take(city(building("H1", inside)))
    assert (report["buildings"], report["parts"], report["surfaces"], report["codes"]) == (1, 2, 12, [])
    row = rows(tmp_path, report)["H1"]
    # The building itself has no height in the source: it is that of its skin, and says so.
    assert (row["height_m"], row["height_from"], row["volume_m3"]) == (6.0, "faces", 750.0)
    assert set(unpack(row["mesh"]).parts) == {1, 2}


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_lod1_without_classes_gets_roof_wall_and_ground(take: Import, tmp_path: Path, version: str) -> None:
    report = take(city(building("H1", solid(box(0, 0, 10, 10, 5)), 5.0), version=version))
    row = rows(tmp_path, report)["H1"]
    assert (row["roof_area_m2"], row["wall_area_m2"], row["ground_area_m2"], row["lod"]) == (100, 200, 100, 1)


def test_the_highest_level_of_detail_counts_once(take: Import, tmp_path: Path) -> None:
    both = solid(box(0, 0, 10, 8, 6)) + surfaces(gable(0, 0, 10, 8, 4, 7))
    assert take(city(building("H1", both, 7.0)))["surfaces"] == 7


def test_a_solid_by_reference_adds_no_face(take: Import) -> None:
    faces = gable(0, 0, 10, 8, 4, 7)
    flat = [(kind, points) for kind, rings in faces.items() for points in rings]
    named = "".join(
        f"<bldg:boundedBy><bldg:{kind}><bldg:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember>"
        f"{polygon(points, name=f'F{at}')}</gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface></bldg:{kind}></bldg:boundedBy>"
        for at, (kind, points) in enumerate(flat)
    )
    links = "".join(f'<gml:surfaceMember xlink:href="#F{at}"/>' for at in range(len(flat) + 1))
    body = (
        "<bldg:lod2Solid><gml:Solid><gml:exterior><gml:CompositeSurface>"
        f"{links}</gml:CompositeSurface></gml:exterior></gml:Solid></bldg:lod2Solid>"
    )
    report = take(city(building("H1", body + named, 7.0)))
    assert report["surfaces"] == 7
    assert report["codes"] == ["reference-missing"]  # F7 is nowhere


def test_a_hole_stays_a_hole(take: Import) -> None:
    faces = box(0, 0, 20, 20, 5)
    court = [(X + 5, Y + 5, Z + 5), (X + 5, Y + 15, Z + 5), (X + 15, Y + 15, Z + 5), (X + 15, Y + 5, Z + 5)]
    roof = polygon(faces.pop("RoofSurface")[0], [court])
    inside = surfaces(faces) + (
        "<bldg:boundedBy><bldg:RoofSurface><bldg:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember>"
        f"{roof}</gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface></bldg:RoofSurface></bldg:boundedBy>"
    )
    report = take(city(building("H1", inside, 5.0)))
    assert report["roof_area_m2"] == 300.0
    assert report["triangles"] == 2 + 8 + 8


def test_keys_stay_text_and_the_same_content_keeps_its_name(take: Import, tmp_path: Path) -> None:
    data = city(building("H1", surfaces(box(0, 0, 10, 10, 5)), 5.0, key="01001000"))
    first, packed = take(data), take(gzip.compress(data), "stadt.gml.gz")
    assert first["municipality_keys"] == ["01001000"]
    assert first["dataset"] == packed["dataset"]
    assert names(tmp_path / "var") == [first["dataset"]]


CUBE = box(0, 0, 10, 10, 5)
SWAPPED = {k: [[(y, x, z) for x, y, z in points] for points in rings] for k, rings in CUBE.items()}
ZONED = {k: [[(x + 32e6, y, z) for x, y, z in points] for points in rings] for k, rings in CUBE.items()}
INSIDE_OUT = {k: [points[::-1] for points in rings] for k, rings in CUBE.items()}
OPEN = {k: rings for k, rings in CUBE.items() if k != "GroundSurface"}
BENT = {**CUBE, "RoofSurface": [[*CUBE["RoofSurface"][0][:3], (X, Y + 10, Z + 6)]]}
BOW = {**CUBE, "RoofSurface": [[CUBE["RoofSurface"][0][at] for at in (0, 2, 1, 3)]]}
TWICE = {**CUBE, "RoofSurface": CUBE["RoofSurface"] * 2}


@pytest.mark.parametrize(
    ("inside", "height", "crs", "code", "roof"),
    [
        pytest.param(surfaces(SWAPPED), 5.0, ADV, "axes-swapped", 100, id="axes"),
        pytest.param(surfaces(ZONED), 5.0, ADV, "zone-prefix", 100, id="zone"),
        pytest.param(solid(INSIDE_OUT), 5.0, ADV, "solid-inside-out", 100, id="inside-out"),
        pytest.param(solid(OPEN, 2), 5.0, ADV, "solid-open", 100, id="open"),
        pytest.param(surfaces(BENT), 6.0, ADV, "face-not-flat", None, id="bent"),
        pytest.param(surfaces(TWICE), 5.0, ADV, "face-repeated", 100, id="twice"),
        pytest.param(surfaces(CUBE), None, ADV, "height-missing", 100, id="no-height"),
        pytest.param(surfaces(CUBE), 9.0, ADV, "height-differs", 100, id="other-height"),
        pytest.param(surfaces(CUBE), 5.0, None, "crs-missing", 100, id="no-crs"),
        pytest.param(surfaces(CUBE), 5.0, "urn:adv:crs:Mond", "crs-missing", 100, id="unknown-crs"),
        pytest.param(surfaces(CUBE), 5.0, "EPSG:25832", "height-system-unknown", 100, id="no-vertical"),
    ],
)
def test_what_is_wrong_is_said(
    take: Import, inside: str, height: float | None, crs: str | None, code: str, roof: float | None
) -> None:
    report = take(city(building("H1", inside, height), crs=crs))
    assert code in report["codes"]
    assert roof is None or report["roof_area_m2"] == pytest.approx(roof, abs=0.1)
    problem = next(p for p in report["problems"] if p["code"] == code)
    assert problem["place"].startswith("stadt.gml") and problem["message"]


def test_a_face_that_crosses_itself_or_has_no_area_is_said(take: Import) -> None:
    report = take(
        city(building("H1", surfaces(BOW), 5.0), building("H2", surfaces(box(20, 0, 5, 5, 3)), 3.0))
    )
    assert {"face-without-area", "face-not-simple"} & set(report["codes"])
    assert report["buildings"] == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 2 drei", "coordinates-unreadable"),
        ("1 2 3 4", "coordinates-unreadable"),
        (ring([(float("nan"), Y, Z), (X, Y, Z), (X, Y + 1, Z)]), "coordinates-unreadable"),
        (ring([(X, Y, Z), (X, Y, Z), (X + 1, Y, Z)]), "face-without-area"),
        ("", "building-without-geometry"),
    ],
)
def test_unreadable_coordinates_cost_their_face_only(take: Import, text: str, code: str) -> None:
    broken = (
        "<bldg:lod1MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>"
        f"<gml:posList>{text}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>"
        "</gml:MultiSurface></bldg:lod1MultiSurface>"
    )
    report = take(city(building("H1", broken, 5.0), building("H2", surfaces(CUBE), 5.0)))
    assert report["buildings"] == 1
    assert {code, "building-without-geometry"} <= set(report["codes"])


def test_a_point_far_away_or_an_endless_face_costs_the_building(take: Import) -> None:
    far = {**CUBE, "WallSurface": [*CUBE["WallSurface"], [(X, Y, Z), (X + 9000, Y, Z), (X + 9000, Y, Z + 1)]]}
    huge = {**CUBE, "WallSurface": [*CUBE["WallSurface"], [(X, Y, Z), (1e300, Y, Z), (X, Y, Z + 1)]]}
    long = {**CUBE, "RoofSurface": [[(X + i % 2, Y + i / 1000, Z) for i in range(11_000)]]}
    good = building("G", surfaces(box(30, 0, 5, 5, 3)), 3.0)
    report = take(
        city(good, building("F", surfaces(far)), building("H", surfaces(huge)), building("L", surfaces(long)))
    )
    assert report["buildings"] == 2  # L stands, without its roof
    assert {"building-outside", "coordinates-unreadable", "face-too-long"} <= set(report["codes"])


def test_a_coarse_block_beside_fine_parts_is_left_out(take: Import, tmp_path: Path) -> None:
    inside = solid(box(0, 0, 15, 10, 6)) + part("P", surfaces(box(0, 0, 10, 10, 6)), 6.0)
    row = rows(tmp_path, take(city(building("H1", inside))))["H1"]
    assert (row["surfaces"], row["volume_m3"], row["lod"]) == (6, 600, 2)


def test_other_objects_repeated_ids_and_missing_ids(take: Import) -> None:
    tree = '<core:cityObjectMember><core:SolitaryVegetationObject gml:id="T"/></core:cityObjectMember>'
    house = building("H1", surfaces(CUBE), 5.0)
    nameless = building("", surfaces(box(20, 0, 5, 5, 3)), 3.0)
    report = take(city(tree, house, house, nameless))
    assert report["buildings"] == 2
    assert report["codes"] == ["building-repeated", "id-missing", "object-skipped"]


def test_height_systems_that_differ_are_said(take: Import) -> None:
    other = building(
        "H2",
        '<gml:boundedBy><gml:Envelope srsName="urn:adv:crs:ETRS89_UTM32*DE_DHHN92_NH"/></gml:boundedBy>'
        + surfaces(box(20, 0, 5, 5, 3)),
        3.0,
    )
    report = take(city(building("H1", surfaces(CUBE), 5.0), other))
    assert report["codes"] == ["height-system-differs"]


def test_another_plane_in_the_same_file_is_brought_over(take: Import, tmp_path: Path) -> None:
    # EPSG:4647 is UTM 32 with the zone before the easting.
    envelope = '<gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs,crs:EPSG::4647,crs:EPSG::7837"/></gml:boundedBy>'
    report = take(
        city(
            building("H1", surfaces(box(20, 0, 5, 5, 3)), 3.0),
            building("H2", envelope + surfaces(ZONED), 5.0),
        )
    )
    assert "crs-differs" in report["codes"]
    assert rows(tmp_path, report)["H2"]["min_x"] == pytest.approx(X, abs=0.01)


def test_degrees_become_metres_in_either_order(take: Import, tmp_path: Path) -> None:
    from pyproj import Transformer

    back = Transformer.from_crs(25832, 4258, always_xy=True).transform
    turned = {
        k: [[(*back(x, y)[::-1], z) for x, y, z in p] for p in rings]
        for k, rings in box(0, 0, 10, 10, 5).items()
    }
    text = surfaces(turned)
    for kind, rings in turned.items():  # three decimals would be a hundred metres
        for points in rings:
            assert kind
            fine = " ".join(f"{v:.9f}" for p in [*points, points[0]] for v in p)
            text = text.replace(ring(points), fine, 1)
    report = take(city(building("H1", text, 5.0), crs="urn:ogc:def:crs:EPSG::4258"))
    row = rows(tmp_path, report)["H1"]
    assert Dataset(tmp_path / "var", report["dataset"]).epsg == 25832
    assert row["min_x"] == pytest.approx(X, abs=0.01)
    assert row["roof_area_m2"] == pytest.approx(100, abs=0.1)


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
LAUGHS = f'<!DOCTYPE a [<!ENTITY a0 "ha">{LAUGHS}]>'


@pytest.mark.parametrize(
    ("data", "name", "place"),
    [
        pytest.param(city(building("H1", "", 1.0), head=BOMB), "a.gml", "a.gml:1:1", id="doctype"),
        pytest.param(
            city(head='<!DOCTYPE a SYSTEM "file:///etc/passwd">'), "a.gml", "a.gml:1:1", id="external"
        ),
        pytest.param(
            city(head=LAUGHS).replace(b"xmlns:core", b'x="&a9;" xmlns:core', 1),
            "a.gml",
            "a.gml:1:",
            id="laughs",
        ),
        pytest.param(city(building("H1", "&a9;"), head=LAUGHS), "a.gml", "a.gml:1:1", id="laughs-inside"),
        pytest.param(city()[:-20], "a.gml", "a.gml:1:", id="cut"),
        pytest.param(city(), "a.gml", "a.gml", id="empty-city"),
        pytest.param(city(version="3.0"), "a.gml", "a.gml:1:1", id="citygml-3"),
        pytest.param(b"<html><body/></html>", "a.gml", "a.gml:1:1", id="html"),
        pytest.param(b"", "a.gml", "a.gml:1:1", id="nothing"),
        pytest.param(b"PK\x03\x04", "a.gml", "a.gml:1:1", id="zip"),
        pytest.param(gzip.compress(city())[:-9], "a.gml.gz", "a.gml.gz", id="cut-gzip"),
        pytest.param(b"\x1f\x8bnonsense", "a.gml.gz", "a.gml.gz", id="no-gzip"),
        pytest.param(b"<a>" * 100_000, "a.gml", "a.gml:1:", id="deep"),
        pytest.param(b'{"type":"CityJSON"', "a.city.json", "a.city.json:1:", id="cut-json"),
        pytest.param(b'{"type":"FeatureCollection"}', "a.json", "a.json: /type", id="geojson"),
        pytest.param(b'{"a":' * 100_000, "a.json", "a.json", id="deep-json"),
        pytest.param(
            city(
                building(
                    "H1",
                    surfaces({k: [[(x + 5e6, y, z) for x, y, z in p] for p in r] for k, r in CUBE.items()}),
                )
            ),
            "a.gml",
            "a.gml:1",
            id="elsewhere",
        ),
    ],
)
def test_refusals_name_their_place_and_leave_nothing(
    tmp_path: Path, data: bytes, name: str, place: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(InputRefused) as refused:
        import_file(file, tmp_path / "var")
    assert refused.value.message.startswith(place), refused.value.message
    assert list((tmp_path / "var" / "twin").iterdir()) == []


def test_one_enormous_object_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadtkern.data.twin.engine.citygml.LARGEST_OBJECT", 1 << 20)
    file = tmp_path / "a.gml"
    file.write_bytes(city(building("H1", "<bldg:description>x</bldg:description>" * 60_000)))
    with pytest.raises(SourceRefused, match="größer als"):
        import_file(file, tmp_path / "var")


def cityjson(objects: dict[str, Any], vertices: list[list[float]], **more: Any) -> bytes:
    return json.dumps(
        {"type": "CityJSON", "version": "2.0", "CityObjects": objects, "vertices": vertices, **more}
    ).encode()


CORNERS = [[x, y, z] for z in (0, 3) for x, y in ((0, 0), (4, 0), (4, 4), (0, 4))]
SHELL = [[[0, 3, 2, 1]], [[4, 5, 6, 7]], [[0, 1, 5, 4]], [[1, 2, 6, 5]], [[2, 3, 7, 6]], [[3, 0, 4, 7]]]
RD = {"metadata": {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/7415"}}
PLACED = {"transform": {"scale": [1, 1, 1], "translate": [90_000, 440_000, 0]}, **RD}


def test_cityjson_takes_the_highest_level_once(take: Import, tmp_path: Path) -> None:
    footprint = {"type": "MultiSurface", "lod": "0", "boundaries": [SHELL[0]]}
    low = {"type": "Solid", "lod": "1.2", "boundaries": [SHELL]}
    high = {"type": "Solid", "lod": "2.2", "boundaries": [SHELL]}
    objects = {
        "B": {"type": "Building", "children": ["P", "gone"], "geometry": [footprint]},
        "P": {"type": "BuildingPart", "parents": ["B"], "geometry": [low, high]},
        "Q": {"type": "BuildingPart", "geometry": [low]},
        "T": {"type": "PlantCover"},
    }
    report = take(cityjson(objects, CORNERS, **PLACED), "a.city.json")
    assert (report["buildings"], report["parts"], report["surfaces"], report["triangles"]) == (2, 1, 12, 24)
    assert {"part-without-building", "reference-missing", "object-skipped"} <= set(report["codes"])
    found = rows(tmp_path, report)
    assert found["B"]["lod"] == pytest.approx(2.2)
    assert found["B"]["volume_m3"] == 48
    dataset = Dataset(tmp_path / "var", report["dataset"])
    assert (dataset.epsg, dataset.manifest["vertical"]) == (28992, "NAP")


@pytest.mark.parametrize(
    ("objects", "code"),
    [
        (
            {
                "B": {
                    "type": "Building",
                    "geometry": [{"type": "Solid", "lod": "2", "boundaries": [[[[0, 1, 99]]]]}],
                }
            },
            "coordinates-unreadable",
        ),
        (
            {
                "B": {
                    "type": "Building",
                    "geometry": [{"type": "Solid", "lod": "2", "boundaries": [[[[-1, 1, 2]]]]}],
                }
            },
            "coordinates-unreadable",
        ),
        (
            {"B": {"type": "Building", "geometry": [{"type": "MultiPoint", "lod": "2", "boundaries": [0]}]}},
            "geometry-skipped",
        ),
        (
            {"B": {"type": "Building", "geometry": [{"type": "Solid", "lod": "2", "boundaries": "x"}]}},
            "building-without-geometry",
        ),
        ({"B": {"type": "Building"}}, "building-without-geometry"),
    ],
)
def test_broken_cityjson_objects_are_left_out(take: Import, objects: dict[str, Any], code: str) -> None:
    good = {"G": {"type": "Building", "geometry": [{"type": "Solid", "lod": "2", "boundaries": [SHELL]}]}}
    report = take(cityjson({**objects, **good}, CORNERS, **PLACED), "a.city.json")
    assert report["buildings"] == 1
    assert code in report["codes"]


def test_nested_and_shared_parts_count_once(take: Import, tmp_path: Path) -> None:
    body = {"geometry": [{"type": "Solid", "lod": "2", "boundaries": [SHELL]}]}
    objects = {
        "A": {"type": "Building", "children": ["P", "P"], "attributes": {"name": "\ud800"}},
        "B": {"type": "Building", "children": ["P"], **body},
        "P": {"type": "BuildingPart", "parents": ["A"], "children": ["Q", "P"], **body},
        "Q": {"type": "BuildingPart", "parents": ["P"], **body},
    }
    report = take(cityjson(objects, CORNERS, **PLACED), "a.city.json")
    assert (report["buildings"], report["parts"]) == (2, 2)
    found = rows(tmp_path, report)
    # P and Q are the same body twice: its faces count once.
    assert (found["A"]["parts"], found["A"]["surfaces"], found["B"]["parts"]) == (2, 6, 0)


def test_cityjson_lines_are_read_one_by_one(take: Import) -> None:
    head = json.dumps({"type": "CityJSON", "version": "2.0", "CityObjects": {}, "vertices": [], **PLACED})
    solid_ = {"type": "Solid", "lod": "2", "boundaries": [SHELL]}
    lines = [
        json.dumps(
            {
                "type": "CityJSONFeature",
                "id": i,
                "CityObjects": {i: {"type": "Building", "geometry": [solid_]}},
                "vertices": CORNERS,
            }
        )
        for i in ("A", "B")
    ]
    report = take("\n".join([head, *lines]).encode(), "a.city.jsonl")
    assert (report["buildings"], report["surfaces"]) == (2, 12)


def test_tiles_of_a_city_become_one_dataset(tmp_path: Path) -> None:
    first, second = building("H1", surfaces(CUBE), 5.0), building("H2", surfaces(box(600, 0, 5, 5, 3)), 3.0)
    (tmp_path / "west.gml").write_bytes(city(first, crs=ADV))
    (tmp_path / "east.gml").write_bytes(
        city(first, second, crs="urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::7837")
    )
    report = import_files([tmp_path / "west.gml", tmp_path / "east.gml"], tmp_path / "var")
    assert (report["buildings"], report["municipality_keys"]) == (2, ["07315000"])
    # On the edge of a tile a building comes twice; DHHN2016 by two names is one height system.
    assert [(p["code"], p["place"][:8]) for p in report["problems"]] == [("building-repeated", "east.gml")]
    dataset = Dataset(tmp_path / "var", report["dataset"])
    assert len(dataset.addresses()) == 2
    assert [source["name"] for source in dataset.manifest["sources"]] == ["west.gml", "east.gml"]


@pytest.mark.parametrize("order", [("a.gml", "b.gml"), ("b.gml", "a.gml")])
def test_a_tile_without_a_place_is_not_mixed_in(tmp_path: Path, order: tuple[str, str]) -> None:
    (tmp_path / "a.gml").write_bytes(city(building("H1", surfaces(CUBE), 5.0)))
    (tmp_path / "b.gml").write_bytes(city(building("H2", surfaces(CUBE), 5.0), crs=None))
    with pytest.raises(SourceRefused, match="--crs"):
        import_files([tmp_path / name for name in order], tmp_path / "var")


def test_files_are_split_and_cells_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadtkern.data.twin.store.PER_FILE", 250)
    houses = [
        building(f"H{i}", surfaces(box(i % 40 * 60.0, i // 40 * 60.0, 9, 9, 5)), 5.0) for i in range(700)
    ]
    (tmp_path / "a.gml").write_bytes(city(*houses))
    dataset = Dataset(tmp_path / "var", import_files([tmp_path / "a.gml"], tmp_path / "var")["dataset"])
    assert len(list(dataset.folder.glob("buildings-*.parquet"))) == 3
    found = [
        name for a in dataset.addresses() for name in dataset.read(*a, ["building"])["building"].to_pylist()
    ]
    assert len(found) == len(set(found)) == 700
    assert dataset.read_all(["building"]).num_rows == 700
    near = dataset.read_box((X + 100, Y + 100, X + 200, Y + 200), ["building"])["building"].to_pylist()
    assert sorted(near) == ["H122", "H123", "H82", "H83"]
    assert (dataset.find("H699") or {})["height_m"] == 5.0
    assert dataset.find("H700") is None


def test_a_reference_system_can_be_given(take: Import, tmp_path: Path) -> None:
    data = city(building("H1", surfaces(CUBE), 5.0), crs=None)
    report = take(data, crs="EPSG:25832")
    assert Dataset(tmp_path / "var", report["dataset"]).epsg == 25832
    assert "crs-missing" not in report["codes"]
    with pytest.raises(SourceRefused, match="Bezugssystem"):
        take(data, crs="EPSG:1")
