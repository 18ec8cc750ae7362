"""The commands as people call them: exit codes, streams, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely.geometry

from stadtkern.data.twin.engine.reference import to_lonlat
from stadtkern.runtime.cli import main
from tests.data.twin.models import X, Y, box, building, city, surfaces


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    found = tmp_path / "stadt.gml"
    found.write_bytes(city(building("H1", surfaces(box(0, 0, 10, 10, 20)), 20.0)))
    return found


def test_from_file_to_tiles_and_shadow(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["twin", "import", str(file), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == [
        *(
            "dataset",
            "buildings",
            "parts",
            "surfaces",
            "triangles",
            "roof_area_m2",
            "municipality_keys",
            "problems",
        )
    ]
    name = report["dataset"]
    assert main(["twin", "tiles", "--dataset", name, "-o", str(tmp_path / "out")]) == 0
    assert json.loads(capsys.readouterr().out)["tiles"] == 1
    tileset = json.loads((tmp_path / "out" / "tileset.json").read_text())
    assert (tmp_path / "out" / tileset["root"]["children"][0]["content"]["uri"]).read_bytes()[:4] == b"glTF"
    longitude, latitude = to_lonlat(25832, X + 5, Y + 15)
    place = ["--at", f"{latitude:.8f},{longitude:.8f}", "--date", "2026-03-21"]
    assert main(["twin", "shadow", "--dataset", name, *place]) == 0
    day = json.loads(capsys.readouterr().out)
    assert day["sun_hours"] + day["shadow_hours"] == pytest.approx(12.2, abs=0.2)
    assert day["shadow_hours"] > 2 and any(step["shaded"] for step in day["steps"])
    assert main(["twin", "shadows", "--dataset", name, "--time", "2026-03-21T12:30:00+01:00"]) == 0
    (feature,) = json.loads(capsys.readouterr().out)["features"]
    reach = shapely.geometry.shape(feature["geometry"]).bounds
    assert (
        feature["id"] == "H1" and latitude < reach[3] < latitude + 0.0003
    )  # 20 m high at noon: 23 m to the north
    assert main(["twin", "shadows", "--dataset", name, "--time", "2026-03-21T22:00:00Z"]) == 2
    assert "Grad" in capsys.readouterr().err
    assert main(["twin", "solar", "--dataset", name, "--building", "H1"]) == 0
    assert json.loads(capsys.readouterr().out)["faces"][0]["area_m2"] == 100
    assert main(["twin", "flood", "--dataset", name, "--level", "91.5"]) == 0
    assert json.loads(capsys.readouterr().out)["buildings"] == [
        {"building": "H1", "depth_m": 1.5, "storeys": 1, "address": None}
    ]
    assert main(["twin", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["datasets"][0]["id"] == name


def test_the_sun_over_mainz(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "sun", "49.9987", "8.2736", "2026-06-21T11:28:00Z"]) == 0
    assert json.loads(capsys.readouterr().out) == pytest.approx(
        {"azimuth_deg": 179.6, "altitude_deg": 63.4}, abs=0.5
    )
    assert main(["twin", "sun", "-33.9", "151.2", "2026-06-21T02:00:00+00:00"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["sun", "91", "8", "2026-06-21T11:28:00Z"],
        ["sun", "nan", "8", "2026-06-21T11:28:00Z"],
        ["sun", "49", "8", "2026-06-21T11:28:00"],
        ["sun", "49", "8", "gestern"],
        ["import", "gibt-es-nicht.gml"],
        ["tiles", "--dataset", "../../etc", "-o", "."],
        ["tiles", "--dataset", "gibt-es-nicht", "-o", "."],
        ["shadow", "--dataset", "x", "--at", "49.9", "--date", "2026-03-21"],
        ["shadow", "--dataset", "x", "--at", "49.9,8.2", "--date", "21.03.2026"],
        ["shadow", "--dataset", "x", "--at", "49.9,8.2", "--date", "2026-03-21"],
    ],
)
def test_what_cannot_be_taken_ends_with_2(
    arguments: list[str], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["twin", *arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    assert code == 2
    streams = capsys.readouterr()
    assert streams.out == "" and streams.err


def test_a_dataset_without_a_reference_system_cannot_be_placed(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(city(building("H1", surfaces(box(0, 0, 10, 10, 20)), 20.0), crs=None))
    assert main(["twin", "import", str(file), "--json"]) == 0
    name = json.loads(capsys.readouterr().out)["dataset"]
    assert main(["twin", "tiles", "--dataset", name, "-o", str(tmp_path / "out")]) == 2
    assert "--crs" in capsys.readouterr().err
    assert main(["twin", "import", str(file), "--crs", "EPSG:25832"]) == 0
    assert "1 Gebäude" in capsys.readouterr().out
