"""What the sun brings to a roof face in a year.

Method (Duffie, Beckman: Solar Engineering of Thermal Processes, chapter 2): monthly sums of global radiation on the flat; diffuse part after Erbs
(1982); over the day after Collares-Pereira and Rabl (1979) and Liu and Jordan (1960); on the slope as beam, isotropic sky and ground (albedo
0.2). Each month is its mean day (Klein 1977). Shade by neighbours, trees, dormers, snow and the horizon is not in it.

Monthly sums are rounded long-term values for the Upper Rhine around Mainz from general knowledge, not an official series; a city hands in its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stadtkern.data.twin.engine.mesh import Mesh
from stadtkern.data.twin.engine.source import ROOF
from stadtkern.data.twin.engine.sun import Floats, direction, sun_position

MONTHLY_KWH_M2: Final = (23.0, 42.0, 84.0, 125.0, 155.0, 163.0, 162.0, 140.0, 96.0, 54.0, 26.0, 18.0)
ALBEDO: Final = 0.2
EFFICIENCY: Final = 0.20
PERFORMANCE: Final = 0.85
USABLE: Final = 0.7
LEAST_M2: Final = 10.0
FLAT_DEG: Final = 3.0
_MEAN_DAYS: Final = (17, 16, 16, 15, 15, 11, 17, 16, 15, 15, 14, 10)
_SOLAR_CONSTANT: Final = 1.361
_CHUNK: Final = 20_000
# Share of the best slope there; the bounds are those German solar cadastres commonly use.
CLASSES: Final = ((0.95, "very_good"), (0.80, "good"), (0.75, "conditional"), (0.0, "poor"))
TOO_SMALL: Final = "too_small"
METHOD: Final = (
    "Einstrahlung im Jahr auf die Dachfläche aus Monatssummen (rund 1.090 kWh/m² auf die Ebene, Raum Mainz), Diffusanteil nach Erbs, "
    "isotroper Himmel; ohne Verschattung. Ertrag: 70 % der Fläche belegt, Module 20 %, Anlage 85 %. Klassen nach Anteil an der besten "
    "Ausrichtung: ab 95 % sehr gut, ab 80 % gut, ab 75 % bedingt; unter 10 m² zu klein. Keine Zusage für den Einzelfall."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoofFace:
    """A roof face: square metres on the slope, degrees from flat, degrees from true north (None: flat), kWh a year."""

    part: int
    area_m2: float
    tilt_deg: float
    azimuth_deg: float | None
    irradiation_kwh_m2: float
    yield_kwh: float
    category: str


def roof_faces(
    mesh: Mesh, latitude: float, convergence_deg: float = 0.0, monthly: Sequence[float] = MONTHLY_KWH_M2
) -> list[RoofFace]:
    """The roof faces of a building; normals are in the plane of the dataset, whose north is turned by the convergence."""
    roof = np.flatnonzero((mesh.kinds == ROOF) & (mesh.normals[:, 2] > 0.01))
    tilt, azimuth = slope(mesh.normals[roof], convergence_deg)
    brought = irradiation(tilt, azimuth, latitude, monthly)
    best = optimum(latitude, tuple(monthly))
    found = []
    for at, face in enumerate(roof):
        area = float(mesh.areas[face])
        found.append(
            RoofFace(
                part=int(mesh.parts[face]),
                area_m2=round(area, 2),
                tilt_deg=round(float(tilt[at]), 1),
                azimuth_deg=round(float(azimuth[at]), 1) if tilt[at] >= FLAT_DEG else None,
                irradiation_kwh_m2=round(float(brought[at])),
                yield_kwh=round(float(brought[at]) * area * USABLE * EFFICIENCY * PERFORMANCE),
                category=category(float(brought[at]) / best, area),
            )
        )
    return found


def category(share: float, area_m2: float) -> str:
    """The class of a face by its share of the best slope there."""
    if area_m2 < LEAST_M2:
        return TOO_SMALL
    return next(name for bound, name in CLASSES if share >= bound)


def slope(normals: NDArray[np.float32], convergence_deg: float = 0.0) -> tuple[Floats, Floats]:
    """Tilt from flat and azimuth from true north in degrees."""
    n = normals.astype(np.float64)
    tilt = np.degrees(np.arctan2(np.hypot(n[:, 0], n[:, 1]), n[:, 2]))
    return tilt, np.mod(np.degrees(np.arctan2(n[:, 0], n[:, 1])) + convergence_deg, 360)


def irradiation(
    tilt_deg: ArrayLike, azimuth_deg: ArrayLike, latitude: float, monthly: Sequence[float] = MONTHLY_KWH_M2
) -> Floats:
    """kWh per square metre of slope and year."""
    tilt, azimuth = np.atleast_1d(np.asarray(tilt_deg, float)), np.atleast_1d(np.asarray(azimuth_deg, float))
    sun, beam, diffuse = _year(latitude, tuple(monthly))
    normals = direction(azimuth, 90 - tilt)
    direct = np.empty(len(normals))
    for first in range(0, len(normals), _CHUNK):
        direct[first : first + _CHUNK] = np.maximum(normals[first : first + _CHUNK] @ sun.T, 0) @ beam
    up = np.cos(np.radians(tilt))
    return np.asarray(direct + diffuse * (1 + up) / 2 + sum(monthly) * ALBEDO * (1 - up) / 2)


@lru_cache(maxsize=8)
def optimum(latitude: float, monthly: tuple[float, ...] = MONTHLY_KWH_M2) -> float:
    """What the best slope brings: facing the equator, by whole degrees."""
    tilts = np.arange(0, 91)
    return float(irradiation(tilts, np.full(91, 180.0 if latitude >= 0 else 0.0), latitude, monthly).max())


@lru_cache(maxsize=8)
def _year(latitude: float, monthly: tuple[float, ...]) -> tuple[Floats, Floats, float]:
    """Directions of the sun, beam on a face across it (kWh/m² in the year) for each, and the year's diffuse sum on the flat."""
    directions, beams, diffuse_sum = [], [], 0.0
    for month, (total, day) in enumerate(zip(monthly, _MEAN_DAYS, strict=True), 1):
        noon = datetime(2025, month, day, 12, tzinfo=UTC).timestamp()
        azimuth, altitude = sun_position(latitude, 0.0, noon + np.arange(-43_200 + 450, 43_200, 900.0))
        up = altitude > 0.5
        if not up.any():
            diffuse_sum += total
            continue
        sine = np.sin(np.radians(altitude[up]))
        sunset = np.pi * np.count_nonzero(altitude > 0) / len(altitude)
        hour = (np.flatnonzero(up) + 0.5) / len(altitude) * 2 * np.pi - np.pi
        days = 30.4
        outside = (
            _SOLAR_CONSTANT
            * (1 + 0.033 * np.cos(2 * np.pi * (30.4 * month - 15) / 365))
            * sine.sum()
            * 0.25
            * days
        )
        share = _erbs(total / outside, sunset)
        diffuse_sum += total * share
        rate = sine / sine.sum()
        a, b = 0.409 + 0.5016 * np.sin(sunset - np.pi / 3), 0.6609 - 0.4767 * np.sin(sunset - np.pi / 3)
        whole = rate * (a + b * np.cos(hour))
        beam = np.maximum(total * whole / whole.sum() - total * share * rate, 0)
        beam *= total * (1 - share) / beam.sum()
        directions.append(direction(azimuth[up], altitude[up]))
        beams.append(beam / np.maximum(sine, 0.05))
    return np.concatenate(directions), np.concatenate(beams), diffuse_sum


def _erbs(clearness: float, sunset: float) -> float:
    """The diffuse share of a month (Erbs, Klein, Duffie 1982)."""
    k = min(max(clearness, 0.3), 0.8)
    if sunset <= np.radians(81.4):
        return 1.391 - 3.560 * k + 4.189 * k**2 - 2.137 * k**3
    return 1.311 - 3.022 * k + 3.427 * k**2 - 1.821 * k**3
