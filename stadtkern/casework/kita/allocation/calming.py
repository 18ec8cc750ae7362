"""When the search goes round in circles: the few families on whom it turns.

While a circle runs, dozens of families seem to block who only stand in its way. Here the family that moved most often gives up the wish it took
last, one at a time, until everybody else is settled; only those who gave something up can block then, and they are named as cases of
hardship. A heuristic without proof, for any seats; the exact search proves more where it applies. It may find the stable result that the
search missed: then nobody blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stadtkern.casework.kita.allocation.families import Search
from stadtkern.casework.kita.allocation.market import Market

BUDGET: Final = 3
"""Steps per child until the next family gives something up."""
MOST_YIELDS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Calmed:
    """``held[f]``: wish or -1; ``blocking``: the families that still could have a better wish, and which one (``wants``)."""

    held: list[int]
    blocking: list[int]
    wants: list[int]


def calm(market: Market, search: Search | None = None) -> Calmed:
    """A result in which nobody blocks but a few families; ``search`` is one that gave up (else a new one runs first)."""
    return _told(_calmed(market, search))


def _calmed(market: Market, search: Search | None) -> Search:
    """The same search at rest; families that kept the circle going have a bar."""
    most = BUDGET * max(1, market.children) + 1_000
    if search is None:
        search = Search(market)
        search.run(most)
    joint = [f for f, members in enumerate(market.families) if len(members) > 1]
    if not joint:  # no circle: it only needs longer
        while not search.settle(most):
            search.steps = 0
    for _ in range(MOST_YIELDS):
        before = search.moves.copy()
        search.steps = 0
        if search.settle(most):
            break
        restless = max(joint, key=lambda f: (search.moves[f] - before[f], -f))
        _yield(search, restless)
    return search


def _yield(search: Search, family: int) -> None:
    """The family no longer pursues its best open wish."""
    pursued = search.better_wish(family, search.bar[family])
    if pursued is None:
        pursued = min(search.held[family], search.none[family] - 1)
    search.bar[family] = pursued + 1
    search.queue(family)


def _told(search: Search) -> Calmed:
    blocking = search.blocking()
    return Calmed(
        held=[-1 if at == none else at for at, none in zip(search.held, search.none, strict=True)],
        blocking=blocking,
        wants=[search.better_wish(family) or 0 for family in blocking],
    )
