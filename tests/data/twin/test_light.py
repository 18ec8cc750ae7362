"""Sun, shadow, roofs in the sun, flood."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely

from stadtkern.data.twin.engine.flood import flooded
from stadtkern.data.twin.engine.mesh import Joined, unpack
from stadtkern.data.twin.engine.rays import height_at, hit
from stadtkern.data.twin.engine.reference import local, to_lonlat
from stadtkern.data.twin.engine.shadow import SunTooLow, blocked_by, hours, shadow_polygons
from stadtkern.data.twin.engine.solar import MONTHLY_KWH_M2, category, irradiation, optimum, roof_faces
from stadtkern.data.twin.engine.sun import direction, sun_at
from stadtkern.data.twin.engine.tiles3d import joined
from stadtkern.data.twin.light import PlaceRefused, light_at
from stadtkern.data.twin.store import Dataset
from tests.data.twin.conftest import Import
from tests.data.twin.models import X, Y, Z, box, building, city, gable, part, surfaces


def test_the_sun_stands_where_suncalc_puts_it() -> None:
    """192 places and times from npm suncalc 2.0.2, its refraction taken off."""
    with (Path(__file__).parent / "suncalc.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            azimuth, altitude = sun_at(
                float(row["latitude"]), float(row["longitude"]), datetime.fromisoformat(row["at"])
            )
            off = (azimuth - float(row["azimuth_deg"]) + 180) % 360 - 180
            assert abs(off) < 0.05 and abs(altitude - float(row["altitude_deg"])) < 0.05, row


def model(take: Import, tmp_path: Path, *members: str) -> tuple[Dataset, Joined, np.ndarray]:
    dataset = Dataset(tmp_path / "var", take(city(*members))["dataset"])
    rows = dataset.read_box((-np.inf, -np.inf, np.inf, np.inf)).to_pydict()
    return dataset, joined(rows, (X, Y, Z)), np.array(rows["base_z"]) - Z


def test_a_box_throws_a_shadow_as_long_as_geometry_says(take: Import, tmp_path: Path) -> None:
    _, whole, base = model(take, tmp_path, building("H1", surfaces(box(0, 0, 10, 10, 20)), 20.0))
    (shadow,) = shadow_polygons(whole, base, 180.0, 45.0)  # sun in the south: 20 m to the north
    assert shadow.bounds == pytest.approx((0, 0, 10, 30), abs=1e-3)
    assert shadow.area == pytest.approx(300, abs=0.01)
    (shadow,) = shadow_polygons(whole, base, 225.0, 45.0)  # from the south-west to the north-east
    assert shadow.bounds == pytest.approx((0, 0, 10 + 20 / 2**0.5, 10 + 20 / 2**0.5), abs=1e-3)
    with pytest.raises(SunTooLow):
        shadow_polygons(whole, base, 180.0, 2.0)


def test_areas_and_rays_agree_about_every_point(take: Import, tmp_path: Path) -> None:
    """Two ways that share no code: a point of the ground is in a shadow's area when a ray from it meets a building."""
    inside = part("P1", surfaces(box(0, 0, 10, 10, 9)), 9.0) + part("P2", surfaces(box(10, 0, 5, 10, 3)), 3.0)
    _, whole, base = model(
        take, tmp_path, building("H1", surfaces(gable(30, 5, 12, 8, 4, 8)), 8.0), building("H2", inside)
    )
    random = np.random.default_rng(4)
    for azimuth, altitude in ((140.0, 35.0), (250.0, 12.0), (20.0, 50.0)):
        shade = shapely.union_all(shadow_polygons(whole, base, azimuth, altitude))
        towards = direction([azimuth], [altitude])
        points = random.uniform((-40, -40), (80, 60), (400, 2))
        clear = shapely.distance(shade.boundary, shapely.points(points)) > 0.05
        for x, y in points[clear]:
            dark = bool(hit(np.array([x, y, 0.0]), towards, whole.corners)[0])
            assert dark == shade.contains(shapely.Point(x, y)), (azimuth, altitude, x, y)


def test_a_wall_in_the_south_takes_the_noon(take: Import, tmp_path: Path) -> None:
    dataset, _, _ = model(take, tmp_path, building("W", surfaces(box(-500, -20, 1000, 2, 15)), 15.0))
    longitude, latitude = to_lonlat(25832, X, Y)
    winter = light_at(dataset, latitude, longitude, date(2026, 12, 21))
    assert winter.on == "ground" and winter.z == pytest.approx(Z + 0.1)
    assert winter.day.sun_hours < 0.5  # the sun stays under 17 degrees, the wall reaches 40
    summer = light_at(dataset, latitude, longitude, date(2026, 6, 21))
    assert summer.day.sun_hours > 14.5
    assert summer.day.sun_hours + summer.day.shadow_hours == pytest.approx(16.3, abs=0.2)
    dark = [step.azimuth_deg for step in winter.day.steps if step.shaded]
    assert min(dark) > 120 and max(dark) < 240
    roof = light_at(dataset, *to_lonlat(25832, X, Y - 19)[::-1], date(2026, 12, 21))
    assert roof.on == "roof" and roof.day.shadow_hours == 0
    with pytest.raises(PlaceRefused):
        light_at(dataset, latitude + 1, longitude, date(2026, 6, 21))


def test_steps_keep_to_the_day_of_the_city_and_to_its_length() -> None:
    day = hours(
        49.99, 8.27, date(2026, 3, 29), lambda towards: np.zeros(len(towards), bool), minutes=5
    )  # clocks go forward
    assert {step.at.date() for step in day.steps} == {date(2026, 3, 29)}
    assert all(
        later.at - step.at == timedelta(minutes=5)
        for step, later in zip(day.steps, day.steps[1:], strict=False)
    )
    assert day.sun_hours == pytest.approx(12.65, abs=0.15) and day.shadow_hours == 0
    night = hours(80.0, 8.0, date(2026, 12, 21), lambda towards: np.zeros(len(towards), bool))
    assert night.steps == () and night.sun_hours == 0


def test_grid_north_is_not_north() -> None:
    """West of the central meridian the grid's north points west of true north; a direction to true north leans east in the grid."""
    frame = local(25832, 280_900.0, 5_657_500.0)
    assert frame.convergence_deg == pytest.approx(-2.43, abs=0.01)
    sheet = np.array(
        [[[100.0, -1e6, -1e6], [100.0, 1e6, -1e6], [100.0, 0.0, 1e6]]], np.float32
    )  # a wall east of the point
    whole = Joined(unpack_sheet(sheet), np.zeros(1, np.int64))
    shading = blocked_by(whole, np.zeros(3), frame.convergence_deg)
    assert shading(direction([1.0], [0.01])).tolist() == [True]
    assert shading(direction([356.0], [0.01])).tolist() == [False]


def unpack_sheet(corners: np.ndarray) -> object:
    from stadtkern.data.twin.engine.mesh import Mesh

    one = np.ones(1, np.uint8)
    return Mesh(
        points=corners.reshape(3, 3),
        normals=np.array([[1, 0, 0]], np.float32),
        areas=np.ones(1, np.float32),
        face_points=np.array([3], np.uint32),
        face_triangles=np.array([1], np.uint32),
        triangles=np.array([[0, 1, 2]], np.uint32),
        parts=np.zeros(1, np.uint16),
        kinds=one,
        rings=one,
    )


def test_height_at_a_point(take: Import, tmp_path: Path) -> None:
    _, whole, _ = model(take, tmp_path, building("H1", surfaces(gable(0, 0, 10, 8, 4, 7)), 7.0))
    assert height_at(5, 4, whole.corners) == pytest.approx(7)
    assert height_at(5, 2, whole.corners) == pytest.approx(5.5)
    assert height_at(5, -2, whole.corners) is None


def test_roof_faces_have_tilt_direction_and_class(take: Import, tmp_path: Path) -> None:
    dataset, _, _ = model(take, tmp_path, building("H1", surfaces(gable(0, 0, 20, 8, 4, 7)), 7.0))
    (row,) = dataset.read_box((-np.inf, -np.inf, np.inf, np.inf)).to_pylist()
    south, north = sorted(roof_faces(unpack(row["mesh"]), 50.0), key=lambda face: -face.irradiation_kwh_m2)
    assert (south.area_m2, south.azimuth_deg, south.category) == (100.0, 180.0, "very_good")
    assert (north.azimuth_deg, north.category) == (0.0, "poor")
    assert south.tilt_deg == pytest.approx(36.9, abs=0.1)
    assert south.yield_kwh == pytest.approx(south.irradiation_kwh_m2 * 100 * 0.7 * 0.2 * 0.85, rel=0.01)
    assert category(1.0, 9.9) == "too_small"


def test_irradiation_obeys_what_must_hold() -> None:
    flat, south, east, west, north, wall = irradiation(
        [0, 35, 35, 35, 35, 90], [0, 180, 90, 270, 0, 180], 50.0
    )
    assert flat == pytest.approx(sum(MONTHLY_KWH_M2), rel=0.01)  # a flat face gets what lies on the flat
    assert north < east < flat < south and east == pytest.approx(west, rel=0.01)
    assert 1.05 < south / flat < 1.20 and 0.6 < wall / flat < 0.85
    assert optimum(50.0) >= south


def test_flood_names_who_stands_in_water() -> None:
    found = flooded(85.0, [84.0, 86.0, 80.0, 85.0], [90.0, 95.0, 82.0, 99.0])
    assert found.positions.tolist() == [2, 0]
    assert found.depth_m.tolist() == [2.0, 1.0]  # a shed of two metres is no deeper in than it is high
    assert found.storeys.tolist() == [1, 1]
