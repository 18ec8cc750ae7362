"""What no schedule can beat, by arithmetic alone: the longest chain, and the work that must pass through one capacity."""

from __future__ import annotations

from stadtkern.steering.projects.engine.instances import Instance


def lower_bound(instance: Instance) -> int:
    """The better of the longest chain and the energy bound over all pairs of a head and a tail.

    Activities that cannot start before ``head`` and leave at least ``tail`` behind them share one capacity in between.
    """
    chain = max(h + d + t for h, d, t in zip(instance.heads, instance.durations, instance.tails, strict=True))
    return max(
        [
            chain,
            *(_energy(instance, at, capacity) for at, capacity in enumerate(instance.capacities) if capacity),
        ]
    )


def _energy(instance: Instance, at: int, capacity: int) -> int:
    rows = [
        (head, tail, duration * demands[at])
        for head, tail, duration, demands in zip(
            instance.heads, instance.tails, instance.durations, instance.demands, strict=True
        )
        if duration and demands[at]
    ]
    best = 0
    for start in {row[0] for row in rows}:
        inside = sorted((row for row in rows if row[0] >= start), key=lambda row: -row[1])
        work = 0
        for _, tail, energy in inside:
            work += energy
            best = max(best, start + tail - (-work // capacity))
    return best
