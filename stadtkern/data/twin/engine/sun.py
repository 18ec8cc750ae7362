"""Where the sun stands.

Source: J. Meeus, Astronomical Algorithms, 2nd ed., chapter 25 (lower accuracy, 0.01 degrees), 12 (sidereal time) and 13 (horizontal
coordinates). Dynamical time is taken as 69 s ahead of universal time, which is right within seconds for 2010 to 2040 and moves the sun by
less than 0.001 degrees. Altitude is geometric: without refraction, as seen from the ground.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

J2000: Final = 946_728_000.0  # 2000-01-01T12:00Z in Unix seconds
DELTA_T: Final = 69.0


def sun_position(latitude: float, longitude: float, unix_seconds: ArrayLike) -> tuple[Floats, Floats]:
    """Azimuth in degrees from true north, clockwise, and altitude in degrees; one value per point in time."""
    seconds = np.asarray(unix_seconds, dtype=np.float64) - J2000
    right_ascension, declination = _equatorial((seconds + DELTA_T) / 86_400)
    sidereal = np.radians(280.46061837 + 360.98564736629 * (seconds / 86_400) + longitude)
    hour = sidereal - right_ascension
    phi = np.radians(latitude)
    altitude = np.arcsin(
        np.clip(np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour), -1, 1)
    )
    south = np.arctan2(np.sin(hour), np.cos(hour) * np.sin(phi) - np.tan(declination) * np.cos(phi))
    return np.mod(np.degrees(south) + 180, 360), np.degrees(altitude)


def _equatorial(days: Floats) -> tuple[Floats, Floats]:
    """Apparent right ascension and declination in radians, ``days`` since J2000 in dynamical time."""
    t = days / 36_525
    mean_longitude = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t
    anomaly = np.radians(357.52911 + 35_999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t * t) * np.sin(anomaly)
        + (0.019993 - 0.000101 * t) * np.sin(2 * anomaly)
        + 0.000289 * np.sin(3 * anomaly)
    )
    node = np.radians(125.04 - 1934.136 * t)
    longitude = np.radians(mean_longitude + centre - 0.00569 - 0.00478 * np.sin(node))
    obliquity = np.radians(23.439291 - 0.0130042 * t + 0.00256 * np.cos(node))
    right_ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    return right_ascension, np.arcsin(np.sin(obliquity) * np.sin(longitude))


def sun_at(latitude: float, longitude: float, at: datetime) -> tuple[float, float]:
    """Azimuth and altitude at one point in time (with its zone)."""
    azimuth, altitude = sun_position(latitude, longitude, at.timestamp())
    return float(azimuth), float(altitude)


def direction(azimuth: ArrayLike, altitude: ArrayLike) -> Floats:
    """Unit vectors towards the sun: east (or grid x), north (or grid y), up."""
    a, h = np.radians(azimuth), np.radians(altitude)
    return np.stack(np.broadcast_arrays(np.sin(a) * np.cos(h), np.cos(a) * np.cos(h), np.sin(h)), axis=-1)
