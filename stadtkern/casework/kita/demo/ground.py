"""The districts of the demo city as the shipped outlines have them, and addresses in them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from random import Random
from typing import Final

from stadtkern.casework.kita.demo.shapes import Spot

SHARES: Final = {
    "Altstadt": 80, "Bretzenheim": 95, "Drais": 16, "Ebersheim": 30, "Finthen": 70, "Gonsenheim": 122, "Hartenberg-Münchfeld": 80,
    "Hechtsheim": 75, "Laubenheim": 46, "Lerchenberg": 34, "Marienborn": 22, "Mombach": 72, "Neustadt": 128, "Oberstadt": 100, "Weisenau": 60,
}  # fmt: skip
"""How many of a thousand families live where: rough, synthetic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street that does not exist, with a point and its numbers."""

    name: str
    numbers: Sequence[str]
    postcode: str
    spot: Spot


class Ground:
    """Points and addresses by district."""

    def __init__(self) -> None:
        folder = resources.files("stadtkern.content") / "demo" / "places" / "mainz"
        outlines = json.loads((folder / "outlines.geojson").read_text("utf-8"))
        self._rings: dict[str, list[list[float]]] = {
            feature["properties"]["name"]: feature["geometry"]["coordinates"][0]
            for feature in outlines["features"]
            if feature["properties"]["kind"] == "district"
        }
        self.districts = sorted(self._rings)
        self._weights = [SHARES.get(name, 50) for name in self.districts]
        self._streets: dict[str, list[Street]] = {name: [] for name in self.districts}
        table = csv.DictReader(io.StringIO((folder / "streets-synthetic.csv").read_text("utf-8")))
        for row in table:
            spot = Spot(
                longitude=float(row["longitude"]), latitude=float(row["latitude"]), district=row["district"]
            )
            self._streets[row["district"]].append(
                Street(
                    name=row["street"],
                    numbers=row["house_numbers"].split(),
                    postcode=row["postcode"],
                    spot=spot,
                )
            )

    def district(self, r: Random) -> str:
        """A district, by the share of families."""
        return r.choices(self.districts, self._weights)[0]

    def point(self, r: Random, district: str) -> Spot:
        """A point inside a district."""
        ring = self._rings[district]
        west, east = min(p[0] for p in ring), max(p[0] for p in ring)
        south, north = min(p[1] for p in ring), max(p[1] for p in ring)
        while True:
            x, y = west + r.random() * (east - west), south + r.random() * (north - south)
            if _inside(x, y, ring):
                return Spot(longitude=round(x, 5), latitude=round(y, 5), district=district)

    def address(self, r: Random, spot: Spot) -> tuple[str, str]:
        """The nearest street of the district with some number, and its postcode."""
        east, north = spot.metres

        def away(street: Street) -> float:
            x, y = street.spot.metres
            return (x - east) ** 2 + (y - north) ** 2

        street = min(self._streets[spot.district], key=away)
        return f"{street.name} {r.choice(street.numbers)}", street.postcode


def _inside(x: float, y: float, ring: Sequence[Sequence[float]]) -> bool:
    """Even-odd rule."""
    found = False
    ax, ay = ring[-1][0], ring[-1][1]
    for bx, by, *_ in ring:
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            found = not found
        ax, ay = bx, by
    return found
