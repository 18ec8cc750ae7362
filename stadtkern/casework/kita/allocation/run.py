"""One round from the instance to the result: which engine, in which order."""

from __future__ import annotations

from stadtkern.casework.kita.allocation.calming import Calmed, calm
from stadtkern.casework.kita.allocation.deferred import child_optimal
from stadtkern.casework.kita.allocation.families import Search, Settled
from stadtkern.casework.kita.allocation.formats import (
    FamilyRound,
    Instance,
    RoundInstance,
    SeatRound,
    StrictRound,
)
from stadtkern.casework.kita.allocation.market import Market, market_of
from stadtkern.casework.kita.allocation.results import Result, Status
from stadtkern.casework.kita.allocation.seats import allocate_seats

SECONDS = 60.0


def allocate(
    instance: Instance, *, exact: bool = False, repair: bool = False, seconds: float = SECONDS
) -> Result:
    """Without families the child-optimal result. With them a stable one, the most placed (``exact``), or what is missing (``repair``)."""
    if isinstance(instance, StrictRound):
        placed = child_optimal(instance.capacity, instance.wishes, instance.points, instance.lottery)
        # all stable results place the same number of children (rural hospitals theorem)
        return Result(status="stable_exists", assignment=placed, optimal=True)
    if isinstance(instance, SeatRound):
        return Result(status="stable_exists", assignment=allocate_seats(instance), optimal=True)
    if isinstance(instance, RoundInstance):
        from stadtkern.casework.kita.allocation.roundfile import market_of_round

        return allocate_families(market_of_round(instance), exact=exact, repair=repair, seconds=seconds)
    if isinstance(instance, FamilyRound):
        return allocate_families(market_of(instance), exact=exact, repair=repair, seconds=seconds)
    from stadtkern.casework.kita.allocation import ties

    if not exact:
        return Result(status="stable_exists", assignment=ties.lowest_index(instance))
    placed, proven = ties.largest(instance, seconds)
    return Result(status="stable_exists", assignment=placed, optimal=proven, rule="largest_weakly_stable")


def allocate_families(
    market: Market, *, exact: bool = False, repair: bool = False, seconds: float = SECONDS
) -> Result:
    """The fast search, calmed down where it goes in circles; the exact one if asked for, or to find out how to repair."""
    search = Search(market)
    settled: Settled | Calmed = search.run()
    if settled.blocking:
        settled = calm(market, search)
    if not settled.blocking and not exact:
        return _result(market, "stable_exists", settled.held)
    if not exact and not repair:
        return _result(market, "unknown", settled.held, blocking=settled.blocking)
    from stadtkern.casework.kita.allocation.exact import fewest_extra_seats, most_placed

    found = most_placed(market, seconds)
    if found.outcome == "found":
        return _result(market, "stable_exists", found.held, optimal=found.proven)
    if found.outcome == "unknown":
        if not settled.blocking:
            return _result(market, "stable_exists", settled.held)
        return _result(market, "unknown", settled.held, blocking=settled.blocking)
    if not repair:
        return _result(market, "no_stable_matching", settled.held, blocking=settled.blocking, optimal=True)
    extra = fewest_extra_seats(market, seconds)
    if extra.outcome != "found":
        return _result(market, "no_stable_matching", settled.held, blocking=settled.blocking)
    return _repaired(market, extra.held, extra.extra, proven=extra.proven, exact=exact, seconds=seconds)


def _repaired(
    market: Market,
    held: list[int],
    extra: list[tuple[int, int]],
    *,
    proven: bool,
    exact: bool,
    seconds: float,
) -> Result:
    """``optimal`` here: no fewer seats suffice (and, if asked for, nobody more can be placed with them)."""
    if exact:
        from stadtkern.casework.kita.allocation.exact import most_placed

        best = most_placed(market.with_seats(extra), seconds)
        if best.outcome == "found":
            held, proven = best.held, proven and best.proven
    return _result(market, "no_stable_matching", held, extra=extra, optimal=proven)


def _result(
    market: Market,
    status: Status,
    held: list[int],
    *,
    blocking: list[int] | None = None,
    extra: list[tuple[int, int]] | None = None,
    optimal: bool = False,
) -> Result:
    return Result(
        status=status,
        assignment=market.assignment(held),
        wish=held,
        optimal=optimal,
        blocking=blocking or [],
        extra_seats=sorted(extra or []),
        rule="stable",
    )
