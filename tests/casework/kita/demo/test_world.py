"""The demo city: its totals, its consistency, and that the same seed gives the same bytes everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from stadtkern.casework.kita.allocation.formats import read_instance
from stadtkern.casework.kita.allocation.rounds import compile_round
from stadtkern.casework.kita.allocation.run import allocate, allocate_families
from stadtkern.casework.kita.allocation.verify import verify
from stadtkern.casework.kita.criteria.facts import problem
from stadtkern.casework.kita.demo.demand import fits
from stadtkern.casework.kita.demo.instances import round_of, seats_document, siblings_document
from stadtkern.casework.kita.demo.shapes import World, months_between
from stadtkern.casework.kita.demo.supply import shared_out
from stadtkern.casework.kita.demo.world import make, next_opening

TODAY = date(2025, 10, 14)


@pytest.fixture(scope="module")
def world() -> World:
    return make(today=TODAY)


def test_totals_are_those_published(world: World) -> None:
    kitas = [facility for facility in world.facilities if facility.kind == "kita"]
    young = sum(s.permitted for f in kitas for s in f.seats if s.from_months < 24)
    assert (len(world.facilities), len(kitas), world.children) == (200, 132, 10_000)
    assert young == 1_123
    assert sum(s.permitted for f in kitas for s in f.seats) == 1_123 + 8_284
    assert sum(s.permitted for f in world.facilities for s in f.seats) == 9_724
    assert len({family.spot.district for family in world.families}) == 15
    assert (
        len({facility.key for facility in world.facilities}) == len({f.name for f in world.facilities}) == 200
    )


def test_nobody_sits_where_there_is_no_seat(world: World) -> None:
    where = {facility.key: facility for facility in world.facilities}
    taken: Counter[tuple[str, int]] = Counter()
    for family in world.families:
        for child in family.children:
            assert all(problem(name, value) is None for name, value in child.facts.items())
            if child.contract is not None:
                months = months_between(child.birth_date, world.opening)
                facility = where[child.contract.facility]
                tag = "integration" if child.integration else ""
                assert fits(facility, child.contract.seats, months, child.contract.hours, tag)
                assert child.contract.from_on < child.contract.to_on
                taken[facility.key, child.contract.seats] += 1
            for wish in child.wishes:
                months = months_between(child.birth_date, wish.start_on)
                facility = where[wish.facility]
                assert wish.start_on.day == 1 and wish.start_on >= world.opening
                assert any(s.from_months <= months < s.to_months for s in facility.seats)
    assert all(count <= where[key].seats[number].staffed for (key, number), count in taken.items())


def test_a_round_of_the_city_has_a_checked_result(world: World) -> None:
    given = round_of(world)
    result = allocate_families(compile_round(given).market)
    assert result.status == "stable_exists"
    assert len(given.children) > 2_500 and result.placed > 0.75 * len(given.children)
    assert len({child.points for child in given.children}) > 20
    instance = read_instance(seats_document(given, "demo"))
    verify(instance, allocate(instance).document("", 0))
    assert read_instance(siblings_document(given, "demo")).name == "demo"


def test_the_same_seed_gives_the_same_bytes(world: World) -> None:
    """In another process with another hash seed; another seed gives another city."""
    code = (
        "import hashlib, json; from datetime import date; from stadtkern.casework.kita.demo import instances, world;"
        "w = world.make(today=date(2025, 10, 14), children=300);"
        "print(hashlib.sha256(repr(w).encode()).hexdigest(),"
        "hashlib.sha256(json.dumps(instances.seats_document(instances.round_of(w), 'x')).encode()).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    small = make(today=TODAY, children=300)
    document = json.dumps(seats_document(round_of(small), "x"))
    assert told == [
        hashlib.sha256(repr(small).encode()).hexdigest(),
        hashlib.sha256(document.encode()).hexdigest(),
    ]
    assert repr(make(today=TODAY, children=50, seed=2)) != repr(make(today=TODAY, children=50))


@pytest.mark.parametrize(("weights", "total"), [([1, 1, 1], 10), ([0.2, 5, 3], 7), ([1], 4)])
def test_sharing_out_loses_nothing(weights: list[float], total: int) -> None:
    assert sum(shared_out(weights, total)) == total


def test_the_round_is_for_the_next_summer() -> None:
    assert next_opening(date(2025, 10, 14)) == date(2026, 8, 1)
    assert next_opening(date(2026, 5, 2)) == date(2027, 8, 1)
