"""A planned building: what it changes for a neighbour, and what cannot be built."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stadtkern.data.twin.engine.mesh import unpack
from stadtkern.data.twin.engine.plan import extruded, read_plan
from stadtkern.data.twin.engine.reference import to_lonlat
from stadtkern.data.twin.light import light_at, planned
from stadtkern.data.twin.store import Dataset
from stadtkern.kernel.strict_reading import InputRefused
from stadtkern.runtime.cli import main
from tests.data.twin.conftest import Import
from tests.data.twin.models import X, Y, box, building, city, surfaces


def plan(
    points: list[tuple[float, float]], holes: list[list[tuple[float, float]]] | None = None, **properties: Any
) -> dict[str, Any]:
    rings = [[list(to_lonlat(25832, X + x, Y + y)) for x, y in ring] for ring in (points, *(holes or []))]
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]] for ring in rings]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {"height_m": 20, **properties}}
    return {"type": "FeatureCollection", "features": [feature]}


SQUARE = [(-20.0, -30.0), (20.0, -30.0), (20.0, -20.0), (-20.0, -20.0)]


@pytest.fixture
def dataset(take: Import, tmp_path: Path) -> Dataset:
    report = take(city(building("H1", surfaces(box(20, 0, 10, 10, 5)), 5.0)))
    return Dataset(tmp_path / "var", report["dataset"])


def test_a_tower_in_the_south_takes_the_sun(dataset: Dataset) -> None:
    longitude, latitude = to_lonlat(25832, X, Y)
    day = date(2026, 12, 21)
    before = light_at(dataset, latitude, longitude, day).day
    after = light_at(planned(dataset, plan(SQUARE), "p"), latitude, longitude, day).day
    assert after.sun_hours < before.sun_hours - 3
    assert after.sun_hours + after.shadow_hours == pytest.approx(
        before.sun_hours + before.shadow_hours, abs=1e-3
    )
    noon = [step.shaded for step in after.steps if abs(step.azimuth_deg - 180) < 20]
    assert noon and all(noon)
    assert light_at(dataset, latitude, longitude, day).day == before  # the dataset itself is as it was


def test_what_it_replaces_is_gone(dataset: Dataset) -> None:
    longitude, latitude = to_lonlat(25832, X + 25, Y + 5)
    city_ = planned(dataset, plan(SQUARE, replaces=["H1"]), "p")
    assert light_at(dataset, latitude, longitude, date(2026, 6, 21)).on == "roof"
    assert light_at(city_, latitude, longitude, date(2026, 6, 21)).on == "ground"


def test_a_courtyard_stays_open() -> None:
    document = plan([(0, 0), (30, 0), (30, 30), (0, 30)], [[(10, 10), (20, 10), (20, 20), (10, 20)]])
    (body,) = read_plan(document, "p", 25832)
    row = extruded(body, 90.0)
    assert row["roof_area_m2"] == pytest.approx(800, abs=0.1)
    assert row["volume_m3"] == pytest.approx(16_000, abs=2)
    assert row["wall_area_m2"] == pytest.approx(20 * (120 + 40), abs=1)
    assert (row["base_z"], row["top_z"]) == (90.0, 110.0)
    assert set(unpack(row["mesh"]).kinds) == {0, 1, 2}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        pytest.param(
            plan([(0, 0), (30, 30), (30, 0), (0, 30)]), "p: /features/0/geometry/coordinates", id="crosses"
        ),
        pytest.param(plan(SQUARE, height_m=-3), "p: /features/0/properties/height_m", id="height"),
        pytest.param(plan(SQUARE, height_m="20"), "p: /features/0/properties/height_m", id="text"),
        pytest.param(plan([(90_000, 0), (90_010, 0), (90_010, 10)]), "p: /features/0", id="outside"),
        pytest.param(plan([(0, 0), (0.1, 0), (0.1, 0.1)]), "p: /features/0/geometry/coordinates", id="tiny"),
        pytest.param({"type": "FeatureCollection", "features": []}, "p: /features", id="empty"),
        pytest.param({"type": "FeatureCollection"}, "p: /features", id="none"),
        pytest.param([], "p", id="list"),
        pytest.param(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [8, 50]},
                "properties": {"height_m": 3},
            },
            "p: //geometry/type",
            id="point",
        ),
        pytest.param(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "geometry": {"type": "Polygon", "coordinates": [[[8, 50], [8]] * 2]},
                        "properties": {"height_m": 3},
                    }
                ],
            },
            "p: /features/0/geometry/coordinates/0",
            id="ragged",
        ),
    ],
)
def test_what_cannot_be_built_is_refused(dataset: Dataset, document: Any, place: str) -> None:
    with pytest.raises(InputRefused) as refused:
        planned(dataset, document, "p")
    assert refused.value.place.startswith(place), refused.value.place


def test_before_and_after_on_the_command_line(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    file = tmp_path / "plan.geojson"
    file.write_text(json.dumps(plan(SQUARE)))
    longitude, latitude = to_lonlat(25832, X, Y)
    asked = ["--dataset", dataset.manifest["id"], "--at", f"{latitude},{longitude}", "--date", "2026-12-21"]
    assert main(["twin", "shadow", *asked, "--plan", str(file)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["planned"]["sun_hours"] < found["sun_hours"]
