"""How sure a date is: thousands of draws of three-point durations, correlated inside an office, through the network at once.

A duration is triangular between its shortest, likeliest and longest value. Tasks of one office share a common factor (Gaussian copula), for
what delays one task of an office usually delays its others; without it, delays would cancel out on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadtkern.kernel.errors import InvalidInput
from stadtkern.steering.projects.engine.instances import circle, ordered

Array = NDArray[np.float64]


class DurationsRefused(InvalidInput):
    """Tasks that cannot be drawn: durations not in order, an unknown predecessor, a circle."""

    code = "projects-durations-refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Durations in any one unit; ``not_before`` in the same unit from the begin."""

    id: str
    shortest: float
    likely: float
    longest: float
    office: str = ""
    after: tuple[str, ...] = ()
    not_before: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When tasks and the whole end, per draw, and how often a task decides the end."""

    ids: tuple[str, ...]
    finishes: Array
    end: Array
    criticality: dict[str, float]

    def quantile(self, level: float, task: str | None = None) -> float:
        """The date that holds with this probability, of one task or of the whole."""
        drawn = self.end if task is None else self.finishes[self.ids.index(task)]
        return float(np.quantile(drawn, level))


def forecast(
    tasks: Sequence[Task], *, draws: int = 10_000, seed: int = 1, correlation: float = 0.5
) -> Forecast:
    """Simulate. ``correlation`` inside an office from 0 to 1; tasks without office are independent."""
    at = {task.id: n for n, task in enumerate(tasks)}
    order, successors = _network(tasks, at)
    if not 1 <= draws <= 1_000_000 or not 0 <= correlation <= 1:
        raise DurationsRefused("Erwartet werden 1 bis 1.000.000 Ziehungen und eine Korrelation von 0 bis 1.")
    lengths = _lengths(tasks, draws, np.random.default_rng(seed), correlation)
    finishes = np.empty((len(tasks), draws))
    for n in order:
        start = np.full(draws, tasks[n].not_before)
        for other in tasks[n].after:
            np.maximum(start, finishes[at[other]], out=start)
        np.add(start, lengths[n], out=finishes[n])
    end: Array = finishes.max(axis=0)
    tails = np.zeros((len(tasks), draws))
    for n in reversed(order):
        for m in successors[n]:
            np.maximum(tails[n], tails[m] + lengths[m], out=tails[n])
    # A task decides the end when the longest way through it is the whole: any delay of it delays everything.
    critical = (finishes + tails >= end - 1e-9).mean(axis=1)
    shares = dict(zip(at, critical.tolist(), strict=True))
    return Forecast(ids=tuple(at), finishes=finishes, end=end, criticality=shares)


def _network(tasks: Sequence[Task], at: dict[str, int]) -> tuple[list[int], list[list[int]]]:
    if not tasks or len(at) != len(tasks):
        raise DurationsRefused("Kein Vorgang, oder eine Kennung steht zweimal da.")
    successors: list[list[int]] = [[] for _ in tasks]
    for n, task in enumerate(tasks):
        if not 0 <= task.shortest <= task.likely <= task.longest < 1e9:
            raise DurationsRefused(
                f"»{task.id}«: Dauern müssen ab 0 und in der Reihenfolge kürzeste, wahrscheinlichste, längste stehen; "
                f"angegeben sind {task.shortest:g}, {task.likely:g}, {task.longest:g}."
            )
        for other in task.after:
            if other not in at:
                raise DurationsRefused(f"»{task.id}« wartet auf »{other}«, das es nicht gibt.")
            successors[at[other]].append(n)
    order, stuck = ordered(successors)
    if stuck:
        shown = " → ".join(tasks[n].id for n in circle(successors, stuck))
        raise DurationsRefused(f"Diese Vorgänge warten im Kreis aufeinander: {shown}.")
    return order, successors


def _lengths(tasks: Sequence[Task], draws: int, generator: np.random.Generator, correlation: float) -> Array:
    """(tasks, draws) triangular durations."""
    drawn = generator.standard_normal((len(tasks), draws))
    shared: dict[str, Array] = {}
    for n, task in enumerate(tasks):
        if task.office:
            if task.office not in shared:
                shared[task.office] = generator.standard_normal(draws)
            drawn[n] = np.sqrt(correlation) * shared[task.office] + np.sqrt(1 - correlation) * drawn[n]
    chance = normal_cdf(drawn)
    low, mode, high = (
        np.array([[value] for value in column], dtype=np.float64)
        for column in zip(*((t.shortest, t.likely, t.longest) for t in tasks), strict=True)
    )
    span = high - low
    split = np.where(span > 0, (mode - low) / np.where(span > 0, span, 1.0), 0.0)
    rising = low + np.sqrt(chance * span * (mode - low))
    falling = high - np.sqrt((1 - chance) * span * (high - mode))
    result: Array = np.where(chance < split, rising, falling)
    return result


def normal_cdf(z: Array) -> Array:
    """The standard normal distribution function, error below 1e-7 (Abramowitz and Stegun, 26.2.17)."""
    x = np.abs(z)
    t = 1.0 / (1.0 + 0.2316419 * x)
    tail = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail *= np.exp(-0.5 * x * x) * 0.3989422804014327
    result: Array = np.where(z >= 0, 1.0 - tail, tail)
    return result
