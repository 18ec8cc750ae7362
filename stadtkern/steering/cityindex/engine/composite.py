"""Means up the tree. Arrays are (draws, cities); one draw where nothing is uncertain, so the same code answers all questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from stadtkern.kernel.errors import InvalidInput
from stadtkern.steering.cityindex.engine.frames import Array, Frame, Panel
from stadtkern.steering.cityindex.engine.normalising import Normalisation, normalised

Aggregation = Literal["arithmetic", "geometric", "harmonic"]
AGGREGATIONS: Final = get_args(Aggregation)
NEAR: Final = 1e-9
Whole = NDArray[np.int64]


class NegativeScores(InvalidInput):
    """Geometric and harmonic means do not exist for negative values."""

    code = "index-negative-scores"
    message = "Geometrisches und harmonisches Mittel gibt es nur für Werte ab 0. Wählen Sie eine andere Normalisierung oder das arithmetische Mittel."
    message_en = "Geometric and harmonic means exist only for values from 0 on. Choose another normalisation or the arithmetic mean."


def scores(
    panel: Panel, normalisation: Normalisation = "minmax", aggregation: Aggregation = "arithmetic"
) -> dict[str, Array]:
    """Every group's score per city, by its code; NaN where a city has no value at all."""
    leaves = leaves_of(panel.frame, normalised(panel.frame, panel.values, normalisation))
    return {code: found[0] for code, found in evaluated(panel.frame, leaves, aggregation=aggregation).items()}


def leaves_of(frame: Frame, matrix: Array) -> dict[str, Array]:
    """Normalised columns as (1, cities) by indicator."""
    return {code: matrix[np.newaxis, :, at] for at, code in enumerate(frame.codes)}


def evaluated(
    frame: Frame,
    leaves: Mapping[str, Array],
    weights: Mapping[str, Array] | None = None,
    aggregation: Aggregation = "arithmetic",
) -> dict[str, Array]:
    """All groups from the leaves up. ``weights`` per code as (draws,), else those of the frame."""
    if aggregation != "arithmetic" and any((leaf < 0).any() for leaf in leaves.values()):
        raise NegativeScores
    known = dict(leaves)
    for group in frame.groups:
        names = frame.children[group.code]
        if weights is None:
            weighed = np.array([[frame.weights[name] for name in names]])
        else:
            weighed = np.stack([weights[name] for name in names], axis=1)
        known[group.code] = mean([known[name] for name in names], weighed, aggregation)
    return {group.code: known[group.code] for group in frame.groups}


def mean(parts: Sequence[Array], weights: Array, aggregation: Aggregation = "arithmetic") -> Array:
    """The weighted mean of (draws, cities) arrays, ``weights`` (draws, parts) > 0; gaps left out. A 0 makes the other two means 0."""
    if aggregation == "arithmetic":
        return _arithmetic(parts, weights)
    with np.errstate(divide="ignore", over="ignore"):
        if aggregation == "geometric":
            result: Array = np.exp(_arithmetic([np.log(part) for part in parts], weights))
        else:
            result = 1.0 / _arithmetic([1.0 / part for part in parts], weights)
    return result


def _arithmetic(parts: Sequence[Array], weights: Array) -> Array:
    if all(part.shape[0] == 1 for part in parts):
        stacked = np.concatenate(parts)
        known = ~np.isnan(stacked)
        total = weights.sum(axis=1, keepdims=True) if known.all() else weights @ known
        return _over(_times(weights, np.where(known, stacked, 0.0)), total)
    total, sum_ = np.zeros((1, 1)), np.zeros((1, 1))
    for at, part in enumerate(parts):
        known = ~np.isnan(part)
        weight = weights[:, at : at + 1]
        sum_ = sum_ + weight * (part if known.all() else np.where(known, part, 0.0))
        total = total + (weight if known.all() else weight * known)
    return _over(sum_, total)


def _times(weights: Array, stacked: Array) -> Array:
    """A matrix product that keeps infinite values (logarithm and inverse of 0) without warnings of BLAS."""
    if np.isfinite(stacked).all():
        return weights @ stacked
    result: Array = (weights[:, :, np.newaxis] * stacked[np.newaxis]).sum(axis=1)
    return result


def _over(sum_: Array, total: Array) -> Array:
    if (total > 0).all():
        return sum_ / total
    result: Array = sum_ / np.where(total > 0, total, np.nan)
    return result


def ranks(total: Array) -> Whole:
    """1 + the number of cities with a larger score, per draw; cities without score come last. Differences below 1e-9 are none."""
    filled = np.where(np.isnan(total), -np.inf, total)
    order = np.argsort(-filled, axis=-1, kind="stable")
    descending = np.take_along_axis(filled, order, axis=-1)
    places = np.broadcast_to(np.arange(1, total.shape[-1] + 1), total.shape).copy()
    with np.errstate(invalid="ignore"):
        tied = (descending[..., :-1] - descending[..., 1:] <= NEAR) | np.isneginf(descending[..., :-1])
    places[..., 1:][tied] = 0
    places = np.maximum.accumulate(places, axis=-1)
    result = np.empty_like(places)
    np.put_along_axis(result, order, places, axis=-1)
    return result
