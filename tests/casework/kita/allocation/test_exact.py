"""The exact search against trying everything: status, most placed, fewest extra seats, and the bounds it builds on."""

from __future__ import annotations

import itertools

import pytest

from stadtkern.casework.kita.allocation.bounds import enclose, groups_of
from stadtkern.casework.kita.allocation.families import Search
from stadtkern.casework.kita.allocation.market import market_of
from stadtkern.casework.kita.allocation.run import allocate
from stadtkern.casework.kita.allocation.verify import verify

from .small import family_round, is_stable, outcomes

pytest.importorskip("ortools")


def test_exact_search_agrees_with_trying_everything() -> None:
    without = 0
    for seed in range(300):
        instance = family_round(seed)
        market = market_of(instance)
        stable = [held for held in outcomes(instance) if is_stable(instance, held)]
        found = allocate(instance, exact=True, seconds=20)
        assert found.status == ("stable_exists" if stable else "no_stable_matching"), seed
        if stable:
            most = max(sum(k >= 0 for k in market.assignment(held)) for held in stable)
            assert (found.placed, found.optimal) == (most, True), seed
            assert tuple(found.wish or ()) in stable
            verify(instance, found.document("x", 0), "x")
        else:
            without += 1
            assert found.blocking
    assert without >= 10, "the sample must contain rounds without a stable result"


def test_bounds_hold_for_every_stable_result() -> None:
    for seed in range(400, 700):
        instance = family_round(seed)
        allowed = enclose(groups_of(market_of(instance))).allowed
        for held in outcomes(instance):
            if is_stable(instance, held):
                none = [len(wishes) for wishes in instance.wishes]
                assert all(
                    (n if at < 0 else at) in ok for at, n, ok in zip(held, none, allowed, strict=True)
                ), seed


def test_repair_finds_the_fewest_seats() -> None:
    repaired = 0
    for seed in range(1000, 1160):
        instance = family_round(seed)
        found = allocate(instance, repair=True, exact=True, seconds=20)
        if found.status == "stable_exists":
            assert not found.extra_seats
            continue
        repaired += 1
        verify(instance, found.document("x", 0), "x")
        places = list(itertools.product(range(3), range(1)))
        for fewer in range(len(found.extra_seats)):
            for extra in itertools.combinations_with_replacement(places, fewer):
                assert not any(is_stable(instance, held, extra) for held in outcomes(instance)), (seed, extra)
    assert repaired >= 5


def test_fast_search_never_calls_an_unstable_result_stable() -> None:
    settled = 0
    for seed in range(2000, 2300):
        instance = family_round(seed)
        found = Search(market_of(instance)).run()
        stable = is_stable(instance, found.held)
        assert stable == (not found.blocking), seed
        settled += stable
    assert settled > 150
