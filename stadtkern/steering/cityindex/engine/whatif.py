"""What if: the city's projects go live (or not), the field drifts (or not). Score and rank of the next editions as a distribution.

Only what the projects touch is computed per draw; everything else is computed once. Nothing here says what other cities will do: the
drift is a scenario that people choose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from stadtkern.kernel.errors import InvalidInput
from stadtkern.steering.cityindex.engine.composite import Aggregation, Whole, evaluated, ranks
from stadtkern.steering.cityindex.engine.frames import Array, Frame, Panel
from stadtkern.steering.cityindex.engine.normalising import Normalisation, normalised


class UnknownInWhatIf(InvalidInput):
    """A project or scenario names a city or indicator that the edition does not know."""

    code = "index-what-if-unknown"
    message = "Das Szenario nennt eine Stadt oder einen Indikator, den diese Ausgabe nicht kennt."
    message_en = "The scenario names a city or an indicator that this edition does not know."


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A project's step on one indicator, in the indicator's own unit: smallest, likeliest and largest."""

    indicator: str
    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A project as the index sees it: when it goes live, how many months it may be late, how probable it is at all, what it changes."""

    name: str
    live_on: date
    effects: Sequence[Effect]
    probability: float = 1.0
    late_months: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """Scores and ranks of the city in one coming edition, one per draw, and the share of draws that counted each project."""

    score: Array
    rank: Whole
    counted: Mapping[str, float]

    def quantiles(self, at: Sequence[float] = (0.1, 0.5, 0.9)) -> dict[str, list[float]]:
        """Of score and rank."""
        return {
            "score": np.quantile(self.score, at).tolist(),
            "rank": np.quantile(self.rank, at, method="nearest").tolist(),
        }


def drifts(before: Panel, after: Panel, focus: str) -> dict[str, Mapping[str, float]]:
    """Three scenarios of the field per indicator, from the last movement: none, the others' mean, the mean of the ten that gained most."""
    both = [city for city in after.cities if city in before.cities and city != focus]
    shared = [code for code in after.frame.codes if code in before.frame.codes]
    old = _part(before, both, shared)
    new = _part(after, both, shared)
    change = new - old
    signs = np.array([i.direction for i in after.frame.indicators if i.code in shared])
    mean = _nanmean(change)
    top = np.sort(np.where(np.isnan(change), -np.inf, change * signs), axis=0)[::-1][:10]
    best = _nanmean(np.where(np.isneginf(top), np.nan, top)) * signs
    return {
        "none": {},
        "mean": dict(zip(shared, mean.tolist(), strict=True)),
        "top": dict(zip(shared, best.tolist(), strict=True)),
    }


def _part(panel: Panel, cities: Sequence[str], codes: Sequence[str]) -> Array:
    rows = [panel.cities.index(city) for city in cities]
    return panel.values[np.ix_(rows, [panel.frame.codes.index(code) for code in codes])]


def _nanmean(values: Array) -> Array:
    known = ~np.isnan(values)
    result: Array = np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return result


def future(
    panel: Panel,
    focus: str,
    steps: Sequence[Step],
    *,
    cutoff: date,
    drift: Mapping[str, float] | None = None,
    normalisation: Normalisation = "minmax",
    aggregation: Aggregation = "arithmetic",
    draws: int = 2_000,
    seed: int = 1,
) -> Future:
    """One coming edition. A step counts in a draw if it happens and is live by the survey's ``cutoff``."""
    frame, moved = panel.frame, dict(drift or {})
    named = {effect.indicator for step in steps for effect in step.effects} | set(moved)
    if focus not in panel.cities or not named <= set(frame.codes):
        raise UnknownInWhatIf
    generator = np.random.default_rng(seed)
    own, counted = _drawn_changes(steps, cutoff, draws, generator)
    shift = np.array([moved.get(code, 0.0) for code in frame.codes])
    at = panel.cities.index(focus)
    values = panel.values + np.where(np.isnan(panel.values), 0.0, shift)
    values[at] = panel.values[at]
    values = _within(frame, values)
    leaves = _leaves(frame, values, at, own, normalisation)
    total = np.broadcast_to(
        evaluated(frame, leaves, aggregation=aggregation)[frame.root], (draws, len(panel.cities))
    )
    return Future(score=total[:, at].copy(), rank=ranks(total)[:, at], counted=counted)


def _drawn_changes(
    steps: Sequence[Step], cutoff: date, draws: int, generator: np.random.Generator
) -> tuple[dict[str, Array], dict[str, float]]:
    """Per indicator the change in every draw, and per project how often it counted."""
    changes: dict[str, Array] = {}
    counted: dict[str, float] = {}
    for step in steps:
        happens = generator.random(draws) < step.probability
        spare = (cutoff - step.live_on).days / 30.4375
        in_time = generator.random(draws) * step.late_months <= spare
        effective = happens & in_time
        counted[step.name] = float(effective.mean())
        for effect in step.effects:
            if effect.low < effect.high:
                size = generator.triangular(effect.low, effect.likely, effect.high, draws)
            else:
                size = np.full(draws, effect.likely)
            changes[effect.indicator] = changes.get(effect.indicator, 0.0) + effective * size
    return changes, counted


def _within(frame: Frame, values: Array) -> Array:
    """No step and no drift leaves the indicator's own scale where the value was on it."""
    low, high = np.array([i.scale or (-np.inf, np.inf) for i in frame.indicators]).T
    result: Array = np.where(np.isnan(values), np.nan, np.clip(values, low, high))
    return result


def _leaves(
    frame: Frame, values: Array, at: int, changes: Mapping[str, Array], kind: Normalisation
) -> dict[str, Array]:
    """Normalised columns: one draw where no project touches the indicator, all draws where one does."""
    settled = normalised(frame, values, kind)
    leaves = {code: settled[np.newaxis, :, n] for n, code in enumerate(frame.codes)}
    for code, change in changes.items():
        n = frame.codes.index(code)
        indicator = frame.indicators[n]
        start = values[at, n]
        own = np.clip((0.0 if np.isnan(start) else start) + change, *(indicator.scale or (-np.inf, np.inf)))
        if np.isnan(start):
            own = np.where(change == 0.0, np.nan, own)
        if kind == "rank" and not np.isnan(own).any():
            leaves[code] = _ranked(values[:, n] * indicator.direction, at, own * indicator.direction)
            continue
        column = np.repeat(values[np.newaxis, :, n], change.size, axis=0)
        column[:, at] = own
        # A draw is a column of its own: the same indicator, many possible editions.
        alone = Frame(indicators=(indicator,) * change.size, groups=frame.groups)
        leaves[code] = normalised(alone, column.T, kind).T
    return leaves


def _ranked(column: Array, at: int, own: Array) -> Array:
    """Percent ranks (as in ``normalising``) when only one city differs between the draws: everybody else moves by one place at most."""
    field = np.delete(column, at)
    field = np.sort(field[~np.isnan(field)])
    if not field.size:
        return np.full((own.size, column.size), np.nan)
    below = np.searchsorted(field, column, side="left")[np.newaxis, :] + (own[:, np.newaxis] < column)
    share = below / field.size * 100.0
    share[:, at] = np.searchsorted(field, own, side="left") / field.size * 100.0
    share[:, np.isnan(column)] = np.nan
    share[(field[0] == field[-1]) & (own == field[0])] = np.nan
    return share
