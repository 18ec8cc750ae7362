"""The demo city from a seed."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from stadtkern.casework.kita.demo.demand import Families, Shares
from stadtkern.casework.kita.demo.ground import Ground
from stadtkern.casework.kita.demo.shapes import World
from stadtkern.casework.kita.demo.supply import facilities, providers

CHILDREN: Final = 10_000
SEED: Final = 6  # one whose round has a stable result; siblings make that a matter of luck
NOTICE: Final = "Synthetische Daten der Demo: keine dieser Kitas, Personen und Anschriften gibt es."


def next_opening(today: date) -> date:
    """The first day of the next Kita year that a round can still be held for: 1 August, at least three months ahead."""
    year = today.year + (today > date(today.year, 5, 1))
    return date(year, 8, 1)


def make(*, today: date, children: int = CHILDREN, seed: int = SEED, shares: Shares | None = None) -> World:
    """The whole city; the same arguments give the same world on every machine."""
    r = Random(f"stadtkern kita {seed}")
    ground = Ground()
    kitas = facilities(r, ground)
    opening = next_opening(today)
    made = Families(r, ground, kitas, today=today, opening=opening, shares=shares or Shares())
    return World(
        seed=seed,
        today=today,
        opening=opening,
        providers=providers(),
        facilities=kitas,
        families=made.make(children),
    )
