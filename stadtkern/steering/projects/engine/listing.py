"""Good schedules without a solver: activity lists, put down one after the other, straightened backwards and forwards, bred.

Serial schedule generation with forward-backward improvement (Tormos and Lova 2001) inside a genetic search over activity lists (Hartmann
1998, Valls, Ballestin and Quintanilla 2008). All capacities of one moment are one packed integer with a guard bit per capacity, so one
subtraction tells whether an activity fits.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from stadtkern.steering.projects.engine.instances import Instance

POPULATION = 40
PATIENCE = 600
Schedule = list[int]


class Lister:
    """The search on one instance; ``best`` and ``starts`` are the best schedule so far."""

    def __init__(self, instance: Instance, seed: int = 1) -> None:
        self.instance = instance
        self.random = random.Random(seed)
        self.horizon = sum(instance.durations) + 1
        width = max(instance.capacities, default=0).bit_length() + 1
        self.guards = sum(1 << (width * (at + 1) - 1) for at in range(len(instance.capacities)))
        self.free = self.guards + sum(c << (width * at) for at, c in enumerate(instance.capacities))
        self.packed = [
            sum(demand << (width * at) for at, demand in enumerate(demands)) for demands in instance.demands
        ]
        self.starts: Schedule = []
        self.best = self.horizon

    def search(
        self, seconds: float, bound: int, most: int = 1_000_000, stopped: Callable[[], bool] | None = None
    ) -> None:
        """Until the bound is reached, the time is over or ``most`` schedules were made; at least one is.

        A population that has found nothing better for a while makes room for a new one: its members have become alike.
        """
        until, made = time.monotonic() + seconds, 0

        def over() -> bool:
            known = self.best <= bound or made >= most or time.monotonic() >= until
            return known or (stopped is not None and stopped())

        noise = 0.0
        while not self.starts or not over():
            population: list[Schedule] = []
            while len(population) < POPULATION and not (self.starts and over()):
                population.append(self.straightened(self.by_rule(noise)))
                noise, made = self.random.choice((0.2, 0.4, 0.8)), made + 1
            best, idle = min(map(self.instance.makespan, population)), 0
            while idle < PATIENCE and not over():
                bred, made = self.bred(population), made + 1
                length = self.instance.makespan(bred)
                best, idle = (length, 0) if length < best else (best, idle + 1)

    def bred(self, population: list[Schedule]) -> Schedule:
        """A child of two of the better half; it takes the place of the worst unless its like is there already."""
        population.sort(key=self.instance.makespan)
        mother, father = self.random.sample(population[: max(2, len(population) // 2)], 2)
        child = self.straightened(self.mutated(self.crossed(self.listed(mother), self.listed(father))))
        if child not in population:
            population[-1] = child
        else:
            population[-1] = self.straightened(self.by_rule(1.0))
        return child

    def by_rule(self, noise: float) -> list[int]:
        """An activity list by latest finish: what has most behind it comes first, shaken by ``noise``."""
        given = self.instance
        shake = max(given.tails) * noise
        urgency = [
            tail + duration + (self.random.random() * shake if shake else 0.0)
            for tail, duration in zip(given.tails, given.durations, strict=True)
        ]
        waiting = [len(before) for before in given.predecessors]
        ready = [a for a in range(given.size) if not waiting[a]]
        found: list[int] = []
        while ready:
            at = max(range(len(ready)), key=lambda k: urgency[ready[k]])
            activity = ready.pop(at)
            found.append(activity)
            for successor in given.successors[activity]:
                waiting[successor] -= 1
                if not waiting[successor]:
                    ready.append(successor)
        return found

    def straightened(self, order: list[int]) -> Schedule:
        """Put down, pushed to the right, pushed to the left; remembered if it is the best."""
        given = self.instance
        starts = self.put_down(order, given.predecessors)
        while True:
            length = given.makespan(starts)
            ends = [start + duration for start, duration in zip(starts, given.durations, strict=True)]
            # Backwards in time: the latest end first, successors are what must be done before.
            mirrored = self.put_down(self.sorted(ends, latest=True), given.successors)
            right = [length - m - d for m, d in zip(mirrored, given.durations, strict=True)]
            left = self.put_down(self.sorted(right, latest=False), given.predecessors)
            shorter = given.makespan(left)
            starts = left if shorter <= length else starts
            if shorter >= length:
                break
        if (length := given.makespan(starts)) < self.best:
            self.best, self.starts = length, starts
        return starts

    def sorted(self, moments: Sequence[int], *, latest: bool) -> list[int]:
        """Activities by a moment; equal ones so that a predecessor (backwards: a successor) still comes first."""
        sign = -1 if latest else 1
        order = self.instance.order
        by_place = order if not latest else tuple(reversed(order))
        return sorted(by_place, key=lambda activity: sign * moments[activity])

    def listed(self, starts: Schedule) -> list[int]:
        """The activity list of a schedule."""
        return self.sorted(starts, latest=False)

    def put_down(self, order: Sequence[int], before: Sequence[Sequence[int]]) -> Schedule:
        """Every activity at the earliest moment at which it fits behind those in ``before``."""
        durations, packed, guards = self.instance.durations, self.packed, self.guards
        free = [self.free] * (self.horizon + 1)
        ends = [0] * len(durations)
        starts = [0] * len(durations)
        for activity in order:
            start, duration, need = 0, durations[activity], packed[activity]
            for other in before[activity]:
                if ends[other] > start:
                    start = ends[other]
            if need and duration:
                moment, end = start, start + duration
                while moment < end:
                    if (free[moment] - need) & guards == guards:
                        moment += 1
                    else:
                        moment += 1
                        start, end = moment, moment + duration
                for moment in range(start, end):
                    free[moment] -= need
            starts[activity] = start
            ends[activity] = start + duration
        return starts

    def crossed(self, mother: list[int], father: list[int]) -> list[int]:
        """Two-point crossover: the middle part comes from the father; precedence is kept."""
        first, second = sorted(self.random.sample(range(len(mother) + 1), 2))
        head = mother[:first]
        taken = set(head)
        middle = [activity for activity in father if activity not in taken][: second - first]
        taken.update(middle)
        return head + middle + [activity for activity in mother if activity not in taken]

    def mutated(self, order: list[int]) -> list[int]:
        """A few neighbours change places where precedence allows."""
        following = self.instance.successors
        for at in range(len(order) - 1):
            if self.random.random() < 0.05 and order[at + 1] not in following[order[at]]:
                order[at], order[at + 1] = order[at + 1], order[at]
        return order
