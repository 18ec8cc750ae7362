"""What the demo world consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from stadtkern.casework.kita.criteria.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point in degrees, and where it lies."""

    longitude: float
    latitude: float
    district: str

    @property
    def metres(self) -> tuple[float, float]:
        """East and north in metres, good for distances inside one city at 50 degrees north."""
        return self.longitude * 71_500, self.latitude * 111_200


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProvider:
    """A provider; ``level`` is how far it takes part (0 listed ... 4 mandate)."""

    key: str
    name: str
    kind: str
    level: int
    privacy_regime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSeats:
    """One seat class of a Kita: ages in months [from, to), hours, tag; ``places`` permitted, planned and staffed."""

    name: str
    from_months: int
    to_months: int
    max_hours: int
    tag: str
    permitted: int
    planned: int
    staffed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFacility:
    """A Kita or a childminder; ``quality`` (0 to 1) is how much families like it."""

    key: str
    provider: str
    name: str
    kind: str
    spot: Spot
    street: str
    postcode: str
    opens: str
    closes: str
    lunch: bool
    concepts: Sequence[str]
    languages: Sequence[str]
    quality: float
    seats: Sequence[DemoSeats]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoContract:
    """A child has a place: which seat class (index) of which Kita, in [from_on, to_on)."""

    facility: str
    seats: int
    hours: int
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWish:
    """One entry of a ranked list."""

    facility: str
    hours: int
    start_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoChild:
    """A child; ``wishes`` is empty where the family looks for nothing now. ``proofs``: accepted criteria."""

    id: str
    given_names: str
    birth_date: date
    facts: Facts
    proofs: Sequence[str]
    integration: bool
    hours: int
    start_on: date
    registered_on: date
    contract: DemoContract | None
    wishes: Sequence[DemoWish]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFamily:
    """A household with its children under school age."""

    id: str
    family_name: str
    guardians: Sequence[tuple[str, str]]
    email: str
    language: str
    channel: str
    spot: Spot
    street: str
    postcode: str
    sibling_rule: str
    children: Sequence[DemoChild]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The whole demo: ``opening`` is the first day of the Kita year the round is for."""

    seed: int
    today: date
    opening: date
    providers: Sequence[DemoProvider]
    facilities: Sequence[DemoFacility]
    families: Sequence[DemoFamily]

    @property
    def children(self) -> int:
        return sum(len(family.children) for family in self.families)

    @property
    def provider_of(self) -> Mapping[str, str]:
        """The provider of each Kita."""
        return {facility.key: facility.provider for facility in self.facilities}


def months_between(day: date, until: date) -> int:
    """Full months from one day to another, negative before it."""
    return (until.year - day.year) * 12 + until.month - day.month - (until.day < day.day)


def month_on(day: date, ahead: int = 0) -> date:
    """The first of a month."""
    number = day.year * 12 + day.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)
