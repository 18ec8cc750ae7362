"""One round from the instance to the result: which engine, in which order."""

from __future__ import annotations

from collections.abc import Collection

from stadtkern.casework.kita.allocation.calming import calm
from stadtkern.casework.kita.allocation.deferred import child_optimal
from stadtkern.casework.kita.allocation.families import Search
from stadtkern.casework.kita.allocation.formats import (
    FamilyRound,
    Instance,
    RoundInstance,
    SeatRound,
    StrictRound,
)
from stadtkern.casework.kita.allocation.market import Market, market_of, market_of_round
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
        return allocate_families(
            market_of_round(instance), exact=exact, repair=repair, seconds=seconds, excused=instance.excused
        )
    if isinstance(instance, FamilyRound):
        return allocate_families(market_of(instance), exact=exact, repair=repair, seconds=seconds)
    from stadtkern.casework.kita.allocation import ties

    if not exact:
        return Result(status="stable_exists", assignment=ties.lowest_index(instance))
    placed, proven = ties.largest(instance, seconds)
    return Result(status="stable_exists", assignment=placed, optimal=proven, rule="largest_weakly_stable")


def settle(market: Market, excused: Collection[int] = ()) -> tuple[list[int], list[int], list[int]]:
    """The fast search, calmed down where it goes in circles: what families hold, who blocks (but for ``excused``), who moved most."""
    search = Search(market)
    found = search.run()
    if not found.blocking:
        return found.held, [], []
    calmed = calm(market, search)
    return calmed.held, [family for family in calmed.blocking if family not in excused], found.restless


def allocate_families(
    market: Market,
    *,
    exact: bool = False,
    repair: bool = False,
    seconds: float = SECONDS,
    excused: Collection[int] = (),
) -> Result:
    """The fast search; the exact one if asked for, or to find out how to repair."""
    held, blocking, _ = settle(market, excused)
    if not blocking and not exact:
        return _result(market, "stable_exists", held)
    if not exact and not repair:
        return _result(market, "unknown", held, blocking=blocking)
    from stadtkern.casework.kita.allocation.exact import fewest_extra_seats, most_placed

    found = most_placed(market, seconds)
    if found.outcome == "found":
        return _result(market, "stable_exists", found.held, optimal=found.proven)
    if found.outcome == "unknown":
        if not blocking:
            return _result(market, "stable_exists", held)
        return _result(market, "unknown", held, blocking=blocking)
    if not repair:
        return _result(market, "no_stable_matching", held, blocking=blocking, optimal=True)
    extra = fewest_extra_seats(market, seconds)
    if extra.outcome != "found":
        return _result(market, "no_stable_matching", held, blocking=blocking)
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
