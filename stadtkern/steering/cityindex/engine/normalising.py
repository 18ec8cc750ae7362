"""Values on a common scale of 0 to 100, larger is better: four ways, because an index rarely tells which one it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, get_args

import numpy as np

from stadtkern.steering.cityindex.engine.frames import Array, Frame

Normalisation = Literal["minmax", "max0", "rank", "fixed"]
NORMALISATIONS: Final = get_args(Normalisation)


def normalised(frame: Frame, values: Array, kind: Normalisation = "minmax") -> Array:
    """One column per indicator. An indicator on which all cities are equal does not distinguish them: NaN, except on a fixed scale."""
    return _KINDS[kind](frame, values)


def _minmax(frame: Frame, values: Array) -> Array:
    """Worst city 0, best city 100 (COINr ``n_minmax``)."""
    signed = values * frame.directions
    low, high = bounds(signed)
    return scaled(signed, low, high)


def bounds(signed: Array) -> tuple[Array, Array]:
    """Worst and best value per column, infinite where a column is one gap."""
    gaps = np.isnan(signed)
    low: Array = np.where(gaps, np.inf, signed).min(axis=0)
    high: Array = np.where(gaps, -np.inf, signed).max(axis=0)
    return low, high


def scaled(signed: Array, low: Array, high: Array) -> Array:
    """From ``low`` = 0 to ``high`` = 100, NaN where both are the same."""
    span = np.where(high > low, high - low, np.nan)
    result: Array = (signed - low) / span * 100.0
    return result


def _max0(frame: Frame, values: Array) -> Array:
    """Zero stays 0, the largest value is 100 (COINr ``n_fracmax``); where less is better, the largest is 0 and none at all is 100."""
    _, top = bounds(values)
    share = values / np.where((top > 0) & np.isfinite(top), top, np.nan) * 100.0
    result: Array = np.where(frame.directions > 0, share, 100.0 - share)
    return result


def _rank(frame: Frame, values: Array) -> Array:
    """The share of the other cities that are worse (COINr ``n_prank``, ties take the lower rank)."""
    signed = values * frame.directions
    order = np.argsort(signed, axis=0)  # gaps last
    ascending = np.take_along_axis(signed, order, axis=0)
    below = np.broadcast_to(np.arange(len(signed))[:, np.newaxis], signed.shape).copy()
    below[1:][ascending[1:] == ascending[:-1]] = 0
    below = np.maximum.accumulate(below, axis=0)
    known = (~np.isnan(signed)).sum(axis=0)
    low, high = bounds(signed)
    share = below / np.where(high > low, np.maximum(known - 1, 1), np.nan) * 100.0
    result = np.empty_like(signed)
    np.put_along_axis(result, order, share, axis=0)
    return np.where(np.isnan(signed), np.nan, result)


def _fixed(frame: Frame, values: Array) -> Array:
    """From the low to the high end of the indicator's own scale; the field does not matter."""
    low, high = np.array([i.ends for i in frame.indicators]).T
    share = (values - low) / (high - low) * 100.0
    result: Array = np.where(frame.directions > 0, share, 100.0 - share)
    return result


_KINDS: Final[dict[Normalisation, Callable[[Frame, Array], Array]]] = {
    "minmax": _minmax,
    "max0": _max0,
    "rank": _rank,
    "fixed": _fixed,
}
