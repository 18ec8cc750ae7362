"""Places after the round: as many with a claim as possible, then as many as possible, then the shortest ways; by trying everything."""

from __future__ import annotations

import itertools
import random

import pytest

from stadtkern.casework.kita.allocation.leftover import (
    Searching,
    Way,
    assign,
    places_outside_wishes,
)
from stadtkern.casework.kita.allocation.rounds import (
    Child,
    Contract,
    Family,
    Kita,
    Round,
    SeatClass,
    compile_round,
)
from stadtkern.casework.kita.allocation.run import allocate_families
from stadtkern.casework.kita.allocation.seatbook import SeatBook


def everything(seats: list[list[int]], children: list[Searching]) -> tuple[int, int, int]:
    """The best (claims, placed, -minutes) over all choices that can be seated."""
    best = (0, 0, 0)
    for choice in itertools.product(*(range(-1, len(child.ways)) for child in children)):
        books = [SeatBook(row) for row in seats]
        taken = [
            (c, child.ways[at]) for c, (child, at) in enumerate(zip(children, choice, strict=True)) if at >= 0
        ]
        if all(books[way.kita].offer(c, way.mask) is None for c, way in taken):
            claims = sum(children[c].claim for c, _ in taken)
            best = max(best, (claims, len(taken), -sum(way.minutes for _, way in taken)))
    return best


@pytest.mark.parametrize("seed", range(60))
def test_the_assignment_is_the_best_of_all(seed: int) -> None:
    r = random.Random(seed)
    seats = [[r.choice([0, 1, 1, 2]) for _ in range(2)] for _ in range(3)]
    children = [
        Searching(
            ways=[
                Way(kita=kita, mask=r.randrange(1, 4), minutes=r.randrange(1, 40))
                for kita in r.sample(range(3), r.randint(0, 3))
            ],
            claim=r.random() < 0.5,
        )
        for _ in range(r.randint(1, 6))
    ]
    found = assign(seats, children)
    claims = sum(child.claim and at >= 0 for child, at in zip(children, found.way, strict=True))
    assert (claims, found.placed, -found.minutes) == everything(seats, children)


def test_who_sits_may_change_the_seat_but_not_the_kita() -> None:
    """The flexible seat is taken by a child who could sit elsewhere in its Kita; the newcomer needs the flexible one."""
    book = SeatBook([1, 1])
    book.offer(7, 0b11)
    found = assign([[1, 1]], [Searching(ways=[Way(kita=0, mask=0b01, minutes=5)])], [book])
    assert found.way == [0]
    full = SeatBook([1, 0])
    full.offer(7, 0b01)
    none = assign([[1, 0], [0, 5]], [Searching(ways=[Way(kita=0, mask=0b01, minutes=5)], claim=True)], [full])
    assert none.way == [-1]


def test_after_a_round() -> None:
    """Two children for one seat they wish; the one without a claim and the far Kita are second."""
    given = Round(
        kitas=[Kita(id=k, seats=[(SeatClass(max_hours=hours), 1)]) for k, hours in (("a", 9), ("b", 9), ("c", 7))],
        children=[Child(id="x", age="2", points=9), Child(id="y", age="2", ticket=1), Child(id="z", age="2", ticket=2)],
        families=[Family(children=[name], wishes=[[Contract(kita="a", hours=9)]]) for name in "xyz"],
    )  # fmt: skip
    compiled = compile_round(given)
    held = allocate_families(compiled.market).wish or ()
    way = {("y", "b"): 10, ("z", "b"): 40, ("y", "c"): 1, ("z", "c"): 1}
    for claims, winner in ((frozenset("z"), "z"), (frozenset("y"), "y"), (frozenset[str](), "y")):
        found = places_outside_wishes(
            compiled, held, minutes=lambda child, kita: way.get((child, kita)), claims=claims
        )
        assert [(o.child, o.contract.kita) for o in found] == [(winner, "b")]


def test_a_city_is_settled_quickly_and_always_the_same() -> None:
    """600 children, 300 seats in 150 Kitas."""
    r = random.Random(1)
    seats = [[r.randrange(4), r.randrange(2)] for _ in range(150)]
    children = [
        Searching(
            ways=[Way(kita=k, mask=r.randrange(1, 4), minutes=r.randrange(5, 60)) for k in r.sample(range(150), 30)],
            claim=r.random() < 0.6,
        )
        for _ in range(600)
    ]  # fmt: skip
    found = assign(seats, children)
    assert found.placed == sum(map(sum, seats))
    assert assign(seats, children) == found
