"""GLB and 3D Tiles: read back by code that knows only the standards, placed on the globe against pyproj, judged by Khronos' validator."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from stadtkern.data.twin.engine.mesh import unpack
from stadtkern.data.twin.engine.tiles3d import NEEDED, tile, tileset
from stadtkern.data.twin.store import Dataset
from tests.data.twin.conftest import Import
from tests.data.twin.models import X, Y, box, building, city, gable, part, surfaces

ROOT = Path(__file__).resolve().parents[3]
VALIDATE = """
const { validateBytes } = require('gltf-validator'); const fs = require('fs');
(async () => { const found = [];
  for (const file of process.argv.slice(1)) {
    const report = await validateBytes(new Uint8Array(fs.readFileSync(file)));
    found.push({ errors: report.issues.numErrors, warnings: report.issues.numWarnings, triangles: report.info.totalTriangleCount });
  }
  console.log(JSON.stringify(found)); })();
"""


def read_glb(data: bytes) -> tuple[dict[str, Any], bytes]:
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON"
    document = json.loads(data[20 : 20 + size])
    binary, kind = struct.unpack_from("<I4s", data, 20 + size)
    assert kind == b"BIN\0" and len(data) == 28 + size + binary
    return document, data[28 + size :]


def accessor(document: dict[str, Any], binary: bytes, index: int) -> np.ndarray:
    found = document["accessors"][index]
    view = document["bufferViews"][found["bufferView"]]
    width = {"SCALAR": 1, "VEC3": 3}[found["type"]]
    kind = {5126: "<f4", 5125: "<u4"}[found["componentType"]]
    values = np.frombuffer(binary, kind, found["count"] * width, view["byteOffset"])
    return values.reshape(-1, width) if width > 1 else values


def texts(document: dict[str, Any], binary: bytes, name: str) -> list[str]:
    table = document["extensions"]["EXT_structural_metadata"]["propertyTables"][0]
    column = table["properties"][name]
    views = document["bufferViews"]
    at = views[column["stringOffsets"]]
    offsets = np.frombuffer(binary, "<u4", table["count"] + 1, at["byteOffset"])
    start = views[column["values"]]["byteOffset"]
    return [binary[start + a : start + b].decode() for a, b in pairwise(offsets)]


@pytest.fixture
def dataset(take: Import, tmp_path: Path) -> Dataset:
    parts = part("P1", surfaces(box(40, 0, 10, 10, 9)), 9.0) + part("P2", surfaces(box(50, 0, 5, 10, 3)), 3.0)
    far = surfaces(box(700, 900, 10, 10, 30))
    report = take(
        city(
            building("Häuschen", surfaces(gable(0, 0, 12, 8, 4, 8)), 8.0),
            building("H2", parts),
            building("H3", far, 30.0),
        )
    )
    return Dataset(tmp_path / "var", report["dataset"])


def test_every_triangle_arrives_with_its_building(dataset: Dataset) -> None:
    first, second = dataset.addresses()
    found = tile(dataset.read(*first, NEEDED).to_pydict(), 25832, first)
    document, binary = read_glb(found.content)
    assert sorted(texts(document, binary, "building")) == ["H2", "Häuschen"]
    primitives = document["meshes"][0]["primitives"]
    triangles = sum(document["accessors"][p["indices"]]["count"] for p in primitives) // 3
    assert triangles == 16 + 24
    names = [document["materials"][p["material"]]["name"] for p in primitives]
    assert names == ["roof", "wall", "ground"]
    features = accessor(document, binary, primitives[0]["attributes"]["_FEATURE_ID_0"])
    position = accessor(document, binary, primitives[0]["attributes"]["POSITION"])
    row = texts(document, binary, "building").index("H2")
    assert np.ptp(position[features == row][:, 1]) == pytest.approx(9)  # y is up
    roof = accessor(document, binary, primitives[0]["indices"]).reshape(-1, 3)
    normals = accessor(document, binary, primitives[0]["attributes"]["NORMAL"])
    a, b, c = (position[roof[:, i]] for i in range(3))
    turned = np.einsum("ij,ij->i", np.cross(b - a, c - a), normals[roof[:, 0]])
    assert (turned > 0).all() and (normals[roof[:, 0]][:, 1] > 0).all()  # roofs look up, front sides out
    assert second not in (first,)


def test_tiles_stand_where_pyproj_puts_them(dataset: Dataset) -> None:
    """Corners of the source to ECEF by PROJ, and by GLB, matrix and the rule that glTF's y is up: within two centimetres."""
    to_ecef = Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True)
    globe = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    for address in dataset.addresses():
        table = dataset.read(*address)
        found = tile(table.select(NEEDED).to_pydict(), 25832, address)
        leaf = tileset([found], 47.0)["root"]["children"][0]
        document, binary = read_glb(found.content)
        position = accessor(document, binary, 0).astype(float)
        local = np.stack([position[:, 0], -position[:, 2], position[:, 1], np.ones(len(position))])
        ours = (np.array(leaf["transform"]).reshape(4, 4).T @ local)[:3].T
        source = np.concatenate(
            [
                unpack(r["mesh"]).points + np.array([r["origin_x"], r["origin_y"], r["origin_z"]])
                for r in table.to_pylist()
            ]
        )
        lon, lat = to_ecef.transform(source[:, 0], source[:, 1])
        theirs = np.stack(globe.transform(lon, lat, source[:, 2] + 47.0), axis=1)
        assert np.linalg.norm(ours - theirs, axis=1).max() < 0.02
        middle, half = (
            np.array(leaf["boundingVolume"]["box"][:3]),
            np.array(leaf["boundingVolume"]["box"][3::4]),
        )
        assert (np.abs(local[:3].T - middle) <= half + 0.01).all()


def test_the_root_holds_all_tiles(dataset: Dataset) -> None:
    tiles = [tile(dataset.read(*a, NEEDED).to_pydict(), 25832, a) for a in dataset.addresses()]
    document = tileset(tiles, 47.0)
    assert document["asset"]["version"] == "1.1"
    west, south, east, north, low, high = document["root"]["boundingVolume"]["region"]
    assert (
        8.2 < np.degrees(west) < np.degrees(east) < 8.3
        and 49.9 < np.degrees(south) < np.degrees(north) < 50.1
    )
    assert low < 90 + 47 and high > 120 + 47
    assert document["geometricError"] >= document["root"]["geometricError"] > 0
    assert len(document["root"]["children"]) == len(tiles) == 2


def test_a_city_becomes_a_tree(dataset: Dataset) -> None:
    one = tile(dataset.read(*dataset.addresses()[0], NEEDED).to_pydict(), 25832, dataset.addresses()[0])
    from dataclasses import replace

    tiles = [replace(one, address=(x, y)) for x in range(10) for y in range(10)]
    seen: list[str] = []

    def walk(node: dict[str, Any], error: float) -> None:
        assert node["geometricError"] <= error and len(node.get("children", [])) <= 8
        seen.extend([node["content"]["uri"]] if "content" in node else [])
        for child in node.get("children", []):
            walk(child, node["geometricError"])

    document = tileset(tiles, 0.0)
    walk(document["root"], document["geometricError"])
    assert len(seen) == len(set(seen)) == 100


def test_khronos_finds_no_error(dataset: Dataset, tmp_path: Path) -> None:
    if shutil.which("node") is None or not (ROOT / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("node or gltf-validator not installed")
    files = []
    for address in dataset.addresses():
        file = tmp_path / f"{address[0]}.glb"
        file.write_bytes(tile(dataset.read(*address, NEEDED).to_pydict(), 25832, address).content)
        files.append(str(file))
    done = subprocess.run(
        ["node", "-e", VALIDATE, *files], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    reports = json.loads(done.stdout)
    assert [(r["errors"], r["warnings"]) for r in reports] == [(0, 0), (0, 0)]
    assert sum(r["triangles"] for r in reports) == dataset.manifest["triangles"]


def test_no_cell_no_rows(dataset: Dataset) -> None:
    assert dataset.read(1, 1).num_rows == 0
    assert dataset.read(-(2**31), 2**31 - 1).num_rows == 0
    assert dataset.read_box((X, Y, X + 20, Y + 20)).num_rows == 1
