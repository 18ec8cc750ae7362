"""How sure a rank is: rounding, choice of normalisation, weights. Thousands of draws at once, and without draws for published scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stadtkern.kernel.errors import InvalidInput
from stadtkern.steering.cityindex.engine.composite import (
    NEAR,
    Aggregation,
    Whole,
    evaluated,
    leaves_of,
    ranks,
)
from stadtkern.steering.cityindex.engine.frames import Array, Panel
from stadtkern.steering.cityindex.engine.normalising import Normalisation, normalised


class NoDraws(InvalidInput):
    """An interval needs draws and at least one normalisation."""

    code = "index-no-draws"
    message = "Für ein Intervall braucht es 1 bis 1.000.000 Ziehungen, eine Normalisierung und eine Streuung der Gewichte von 0 bis unter 1."
    message_en = (
        "An interval needs 1 to 1,000,000 draws, a normalisation and a spread of weights from 0 to below 1."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """What is not sure: weights by ± ``weight_spread``, which of the normalisations, scores by ± half of ``rounding``."""

    weight_spread: float = 0.25
    normalisations: Sequence[Normalisation] = ("minmax", "max0", "rank")
    rounding: float = 0.1
    aggregation: Aggregation = "arithmetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Rank and score of one city: middle, and the ends that hold ``level`` of the draws."""

    city: str
    rank: int
    best: int
    worst: int
    score: float
    low: float
    high: float


def drawn_scores(panel: Panel, doubts: Doubts, draws: int, seed: int) -> Array:
    """Total scores, (draws, cities). Every normalisation gets an equal share of the draws; the same seed gives the same numbers."""
    kinds = list(doubts.normalisations)
    if not 1 <= draws <= 1_000_000 or not kinds or not 0 <= doubts.weight_spread < 1:
        raise NoDraws
    generator = np.random.default_rng(seed)
    frame, result, begun = panel.frame, np.empty((draws, len(panel.cities))), 0
    for at, kind in enumerate(kinds):
        share = draws * (at + 1) // len(kinds) - begun
        if not share:
            continue
        factors = generator.uniform(
            1 - doubts.weight_spread, 1 + doubts.weight_spread, (len(frame.weights), share)
        )
        weights = {code: weight * factors[n] for n, (code, weight) in enumerate(frame.weights.items())}
        leaves = leaves_of(frame, normalised(frame, panel.values, kind))
        total = evaluated(frame, leaves, weights, doubts.aggregation)[frame.root]
        result[begun : begun + share] = total
        begun += share
    if doubts.rounding > 0:
        result += generator.uniform(-doubts.rounding / 2, doubts.rounding / 2, result.shape)
    return result


def rank_intervals(
    panel: Panel, doubts: Doubts | None = None, *, draws: int = 5_000, seed: int = 1, level: float = 0.9
) -> list[Interval]:
    """One interval per city in the order of the panel; ends are whole ranks that at least ``level`` of the draws lie between."""
    total = drawn_scores(panel, doubts or Doubts(), draws, seed)
    return intervals(panel.cities, total, level)


def intervals(cities: Sequence[str], total: Array, level: float = 0.9) -> list[Interval]:
    """Summaries of drawn scores."""
    placed = np.sort(ranks(total), axis=0)
    ordered = np.sort(total, axis=0)
    count = total.shape[0]
    tail = int((1 - level) / 2 * count)
    low, middle, high = tail, count // 2, count - 1 - tail
    return [
        Interval(
            city=city,
            rank=int(placed[middle, at]),
            best=int(placed[low, at]),
            worst=int(placed[high, at]),
            score=float(ordered[middle, at]),
            low=float(ordered[low, at]),
            high=float(ordered[high, at]),
        )
        for at, city in enumerate(cities)
    ]


def rounding_interval(scores: Array, step: float = 0.1) -> tuple[Whole, Whole]:
    """Best and worst possible rank when only rounded scores are known: exact, no draws. Equal scores may stand in any order."""
    difference = scores[np.newaxis, :] - scores[:, np.newaxis]
    surely_better = (difference >= step - NEAR).sum(axis=1)
    maybe_better = (difference > -step + NEAR).sum(axis=1) - 1
    return surely_better + 1, maybe_better + 1


def score_needed(field: Array, rank: int, drift: float = 0.0, top: float = 100.0) -> float | None:
    """The lowest score that holds ``rank`` among the others when each of them gains ``drift`` points; nothing if even ``top`` does not."""
    others = np.sort(np.minimum(field + drift, top))[::-1]
    if rank > others.size:
        return 0.0
    needed = float(others[rank - 1])
    return needed if needed <= top else None
