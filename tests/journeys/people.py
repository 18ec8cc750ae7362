"""Invented people, dogs and streets, all drawn from one seed; names use the whole of DIN 91379, as in real towns."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

GIVEN = (
    "Zoë Marija",
    "Jürgen",
    "Łucja",
    "Øystein",
    "Ngọc Ánh",
    "D’Angelo",
    "Ștefan",
    "Anne-Sophie",
    "Ğülşen",
    "José",
    "Ārija",
)
FAMILY = (
    "Çelik-Nowák",
    "Großmüller",
    "Nguyễn",
    "O’Brien",
    "Żółkiewski",
    "von der Ährenfeld",
    "Ibañez",
    "Þórsson",
    "Ḩaddād",
    "Müßig",
)
STREETS = (
    "Am Demofeld",
    "Ölmühlenweg",
    "Straße des 17. Juni",
    "Große Bleiche",
    "Hinter der Kapelle",
    "Jungfernstieg",
)
DOGS = ("Bruno", "Frau Schröder", "Çiko", "Łatka", "Bär", "Nele")
BREEDS = {
    "labrador": "Labrador Retriever",
    "dackel": "Dackel",
    "pudel": "Pudel",
    "schaeferhund": "Deutscher Schäferhund",
    "beagle": "Beagle",
}
REASONS = (
    "Die Ermäßigung wurde nicht berücksichtigt.",
    "Bruno hieß früher „Łatka“ – bitte prüfen.",
    "Es sind nur 12 Monate, nicht 13.",
)
CITIES = ("Musterstadt", "Großenfurt", "Kleinwörth an der Nahe", "Oberbrück")
IBAN = "DE02120300000000202051"  # a published test number


@dataclass(frozen=True, slots=True, kw_only=True)
class Dog:
    """A dog as its keeper would describe it."""

    name: str
    breed: str  # its code
    born: date
    kept_since: date
    chip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Somebody who applies."""

    given: str
    family: str
    born: date
    email: str
    street: str
    number: str
    postcode: str
    dogs: tuple[Dog, ...]

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


class Town:
    """Draws people and places; the same seed draws the same ones for a journey, whatever ran before it."""

    def __init__(self, seed: int, journey: str = "") -> None:
        self.seed = seed
        where = f"{seed}/{journey}"
        self.random = Random(where)
        self.mark = f"{zlib.crc32(where.encode()):x}"  # keeps the addresses of different journeys apart
        self._count = 0
        first, second = Random(seed).sample(CITIES, 2)
        self.name, self.neighbour = f"Stadt {first}", f"Stadt {second}"

    def resident(self, *, today: date, dogs: int = 1) -> Resident:
        """A new person with that many dogs."""
        draw = self.random
        self._count += 1
        return Resident(
            given=draw.choice(GIVEN),
            family=draw.choice(FAMILY),
            born=date(draw.randint(1940, 2001), draw.randint(1, 12), draw.randint(1, 28)),
            email=f"person{self._count}.{self.mark}.{self.seed}@resident.example",
            street=draw.choice(STREETS),
            number=str(draw.randint(1, 180)),
            postcode=draw.choice(("55116", "55118", "55122", "55128")),
            dogs=tuple(self._dog(today) for _ in range(dogs)),
        )

    def _dog(self, today: date) -> Dog:
        since = today - timedelta(days=self.random.randint(1, 13))
        return Dog(
            name=self.random.choice(DOGS),
            breed=self.random.choice(list(BREEDS)),
            born=since - timedelta(days=self.random.randint(70, 3000)),
            kept_since=since,
            chip=self.chip(),
        )

    def chip(self) -> str:
        """The fifteen digits of a transponder."""
        return "2760981" + str(self.random.randint(10**7, 10**8 - 1))

    def word(self) -> str:
        """A word that stands nowhere else."""
        return "Wort" + "".join(self.random.choices("bdfglmnprstw", k=8))

    def key(self) -> str:
        """An Idempotency-Key."""
        return f"{self.mark}-{self.random.getrandbits(64):x}"
