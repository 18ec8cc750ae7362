"""Promises of the engines for single children: stable, child-optimal, truthful, independent of order; endowments are kept."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from collections.abc import Sequence

import pytest

from stadtkern.casework.kita.allocation.deferred import child_optimal
from stadtkern.casework.kita.allocation.explain import Explainer
from stadtkern.casework.kita.allocation.formats import SeatRound
from stadtkern.casework.kita.allocation.redraw import redraw, remainder
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
from stadtkern.casework.kita.allocation.seats import allocate_seats
from stadtkern.kernel.strict_reading import InputRefused

from .small import seat_round


def choice(instance: SeatRound, kita: int, children: Sequence[int]) -> set[int]:
    """The greedy choice of a Kita, from its definition: by priority, keep whoever can still be seated with the others."""

    def key(child: int) -> tuple[int, int]:
        return instance.points[child][list(instance.wishes[child]).index(kita)], instance.lottery[child]

    def fits(kept: Sequence[int], seats: list[int]) -> bool:
        if not kept:
            return True
        for place, count in enumerate(seats):
            if count and instance.fits[instance.kind[kept[0]]] >> place & 1:
                seats[place] -= 1
                if fits(kept[1:], seats):
                    return True
                seats[place] += 1
        return False

    kept: list[int] = []
    for child in sorted(children, key=key, reverse=True):
        if fits([*kept, child], list(instance.seats[kita])):
            kept.append(child)
    return set(kept)


def is_stable(instance: SeatRound, placed: Sequence[int]) -> bool:
    for kita in range(len(instance.seats)):
        sitting = [c for c, k in enumerate(placed) if k == kita]
        willing = [
            c
            for c, row in enumerate(instance.wishes)
            if kita in row and (placed[c] < 0 or list(row).index(kita) <= list(row).index(placed[c]))
        ]
        if choice(instance, kita, willing) != set(sitting):
            return False
    return True


def test_seat_classes_by_definition() -> None:
    """Against every possible assignment of small rounds: stable, and no stable one is better for any child."""
    for seed in range(15):
        instance = seat_round(seed, children=5)
        found = allocate_seats(instance)
        assert is_stable(instance, found)
        for other in itertools.product(*([-1, *row] for row in instance.wishes)):
            if is_stable(instance, other):
                for child, row in enumerate(instance.wishes):
                    rank = {kita: turn for turn, kita in enumerate(row)} | {-1: len(row)}
                    assert rank[found[child]] <= rank[other[child]], seed


def test_bigger_rounds_are_stable_by_definition() -> None:
    for seed in range(20):
        instance = seat_round(seed, children=40, kitas=6, classes=5)
        assert is_stable(instance, allocate_seats(instance)), seed


@pytest.mark.slow
def test_no_single_child_gains_by_a_false_list() -> None:
    """10,000 random misreports."""
    r = random.Random(7)
    for seed in range(100):
        instance = seat_round(seed, children=14, kitas=5)
        honest = allocate_seats(instance)
        for _ in range(100):
            child = r.randrange(14)
            row = list(instance.wishes[child])
            lie = r.sample(range(5), r.randint(1, 5))
            wishes, points = list(instance.wishes), list(instance.points)
            wishes[child] = lie
            points[child] = [
                instance.points[child][row.index(k)] if k in row else r.randrange(4) for k in lie
            ]
            got = allocate_seats(
                SeatRound(
                    name="lie",
                    seats=instance.seats,
                    fits=instance.fits,
                    kind=instance.kind,
                    wishes=wishes,
                    points=points,
                    lottery=instance.lottery,
                )
            )[child]
            rank = {kita: turn for turn, kita in enumerate(row)}
            assert rank.get(got, 99) >= rank.get(honest[child], 99), (seed, child, lie)


def test_redraws_agree_with_whole_runs() -> None:
    r = random.Random(3)
    for _ in range(30):
        n = 60
        wishes = [r.sample(range(8), 4) for _ in range(n)]
        points = [[r.randrange(5)] * 4 for _ in range(n)]
        capacity = [r.randrange(12) for _ in range(8)]
        lottery = list(range(n))
        r.shuffle(lottery)
        rest = remainder(capacity, wishes, points)
        whole = list(rest.sure)
        part = child_optimal(rest.capacity, rest.wishes, rest.points, [lottery[c] for c in rest.children])
        for child, kita in zip(rest.children, part, strict=True):
            whole[child] = kita
        assert whole == child_optimal(capacity, wishes, points, lottery)
        draws = redraw(capacity, wishes, points, draws=5, seed=1)
        assert draws.settled == n - len(rest.children)
        assert sum(draws.placed) == sum(draws.totals)


ANY = SeatClass()


def one(child: str, *wishes: str, **facts: object) -> tuple[Child, Family]:
    contracts = [[Contract(kita=kita)] for kita in wishes]
    return Child(id=child, age="2", **facts), Family(children=[child], wishes=contracts)  # type: ignore[arg-type]


def built(seats: dict[str, int], *people: tuple[Child, Family]) -> Round:
    return Round(
        kitas=[Kita(id=name, seats=[(ANY, count)]) for name, count in seats.items()],
        children=[child for child, _ in people],
        families=[family for _, family in people],
    )


def test_a_child_in_care_keeps_its_place_against_everybody() -> None:
    given = built(
        {"A": 1, "B": 1},
        one("x", "B", current=Contract(kita="A")),
        one("y", "B", "A", points=9),
        one("z", "A", points=50),
    )
    compiled = compile_round(given)
    contracts = compiled.contracts(allocate_families(compiled.market).wish or ())
    assert {name: c and c.kita for name, c in contracts.items()} == {"x": "A", "y": "B", "z": None}


def test_more_children_in_care_than_seats_is_refused() -> None:
    given = built({"A": 1}, one("x", current=Contract(kita="A")), one("y", "A", current=Contract(kita="A")))
    with pytest.raises(InputRefused, match="/kitas/0"):
        compile_round(given)


def test_a_flexible_family_never_gets_worse_by_adding_an_option() -> None:
    """Shorter hours added as the last wish at a Kita: nobody who added them loses."""
    r = random.Random(11)
    seats = [(SeatClass(max_hours=9), 2), (SeatClass(max_hours=7), 2)]
    for _ in range(60):
        names = [f"c{i}" for i in range(9)]
        children = [Child(id=n, age="2", points=r.randrange(3), ticket=r.randrange(10**6)) for n in names]
        base = [[[Contract(kita=k, hours=9)] for k in r.sample("ABC", 2)] for _ in names]
        kitas = [Kita(id=k, seats=[(s, r.randrange(n + 1)) for s, n in seats]) for k in "ABC"]
        flexible = r.randrange(9)

        def placed(wishes: list[list[list[Contract]]], flexible: int = flexible) -> int:
            compiled = compile_round(
                Round(
                    kitas=kitas,  # noqa: B023 - called inside of the loop
                    children=children,  # noqa: B023
                    families=[Family(children=[n], wishes=w) for n, w in zip(names, wishes, strict=True)],  # noqa: B023
                )
            )
            at = (allocate_families(compiled.market).wish or ())[flexible]
            return 99 if at < 0 else at

        longer = [
            [*w, [Contract(kita=w[0][0].kita, hours=7)]] if i == flexible else w for i, w in enumerate(base)
        ]
        assert placed(longer) <= placed(base)


def test_an_explanation_names_what_would_have_helped() -> None:
    seats = [(SeatClass(max_hours=9), 1), (SeatClass(max_hours=7), 2)]
    given = Round(
        kitas=[Kita(id="A", seats=seats)],
        children=[Child(id="x", age="2", points=9), Child(id="y", age="2", points=5, ticket=1)],
        families=[Family(children=[name], wishes=[[Contract(kita="A", hours=9)]]) for name in ("x", "y")],
    )
    compiled = compile_round(given)
    held = allocate_families(compiled.market).wish or ()
    reason = Explainer(compiled, held).refused(1)[0][0]
    assert (reason.points, reason.last_admitted_points, reason.points_needed) == (5, 9, 9)
    assert (reason.suitable_seats, reason.held_by_more_points, reason.held_by_better_ticket) == (1, 1, 0)
    assert list(reason.other_contracts) == [Contract(kita="A", hours=7)]
    assert not reason.would_be_admitted


def test_the_same_bytes_under_every_hash_seed() -> None:
    program = (
        "import sys; sys.path.insert(0, '.');"
        "from tests.casework.kita.allocation.small import family_round, seat_round;"
        "from stadtkern.casework.kita.allocation.run import allocate;"
        "print([allocate(family_round(s)).document('x', 0) for s in range(40)], [allocate(seat_round(s)) for s in range(40)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1
