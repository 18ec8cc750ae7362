"""Scheduling instances: activities under renewable capacities (RCPSP, Kolisch and Sprecher 1996), read from JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from stadtkern.kernel.strict_reading import InputRefused, as_list, as_object, as_text, as_whole, member

LONGEST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Per activity: duration, demand per capacity, successors (indices)."""

    id: str
    capacities: tuple[int, ...]
    durations: tuple[int, ...]
    demands: tuple[tuple[int, ...], ...]
    successors: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """The number of activities."""
        return len(self.durations)

    @cached_property
    def predecessors(self) -> tuple[tuple[int, ...], ...]:
        """The other direction."""
        found: list[list[int]] = [[] for _ in self.durations]
        for activity, following in enumerate(self.successors):
            for successor in following:
                found[successor].append(activity)
        return tuple(map(tuple, found))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Every activity behind its predecessors."""
        return tuple(ordered(self.successors)[0])

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """The earliest start without regard to capacities."""
        found = [0] * self.size
        for activity in self.order:
            for successor in self.successors[activity]:
                found[successor] = max(found[successor], found[activity] + self.durations[activity])
        return tuple(found)

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """The least time that must pass after the end."""
        found = [0] * self.size
        for activity in reversed(self.order):
            for successor in self.successors[activity]:
                found[activity] = max(found[activity], found[successor] + self.durations[successor])
        return tuple(found)

    def makespan(self, starts: Sequence[int]) -> int:
        """When everything is done."""
        return max(start + duration for start, duration in zip(starts, self.durations, strict=True))

    def broken(self, starts: Sequence[int]) -> str | None:
        """The first promise that a schedule breaks, told without the code that made it; nothing if it keeps all."""
        for activity, following in enumerate(self.successors):
            for successor in following:
                if starts[successor] < starts[activity] + self.durations[activity]:
                    return f"{successor} beginnt vor dem Ende von {activity}"
        for moment in {*starts}:
            running = [a for a, s in enumerate(starts) if s <= moment < s + self.durations[a]]
            for at, capacity in enumerate(self.capacities):
                if sum(self.demands[a][at] for a in running) > capacity:
                    return f"Kapazität {at} ist zum Zeitpunkt {moment} überschritten"
        return None if min(starts) >= 0 else "Beginn vor 0"


def ordered(successors: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """A topological order and what could not be ordered, for it leads back to itself."""
    waiting = [0] * len(successors)
    for following in successors:
        for successor in following:
            waiting[successor] += 1
    ready = [activity for activity, count in enumerate(waiting) if not count]
    for activity in ready:
        for successor in successors[activity]:
            waiting[successor] -= 1
            if not waiting[successor]:
                ready.append(successor)
    return ready, [activity for activity, count in enumerate(waiting) if count]


def circle(successors: Sequence[Sequence[int]], stuck: Sequence[int]) -> list[int]:
    """One circle among activities that could not be ordered, first and last the same."""
    inside = set(stuck)
    back: dict[int, int] = {}
    for activity in stuck:
        for successor in successors[activity]:
            if successor in inside:
                back[successor] = activity
    at, seen = stuck[0], list[int]()
    while at not in seen:
        seen.append(at)
        at = back[at]
    return [at, *reversed(seen[seen.index(at) :])]


def read_instances(document: object) -> list[Instance]:
    """{instances: [{id, capacities, activities: [{duration, demands, successors}]}]}; other members are not looked at."""
    listed = as_list(member(as_object(document, ""), "instances", ""), "/instances")
    found = [_instance(value, f"/instances/{at}") for at, value in enumerate(listed)]
    for at, instance in enumerate(found):
        if any(other.id == instance.id for other in found[:at]):
            raise InputRefused(f"/instances/{at}/id", f"»{instance.id}« steht zweimal da")
    return found


def _instance(value: object, path: str) -> Instance:
    given = as_object(value, path)
    name = as_text(member(given, "id", path), f"{path}/id")
    listed = as_list(member(given, "capacities", path), f"{path}/capacities")
    capacities = tuple(as_whole(v, f"{path}/capacities/{at}", 0, LONGEST) for at, v in enumerate(listed))
    activities = as_list(member(given, "activities", path), f"{path}/activities")
    if not activities:
        raise InputRefused(f"{path}/activities", "kein Vorgang")
    rows = [
        _activity(v, f"{path}/activities/{at}", capacities, len(activities))
        for at, v in enumerate(activities)
    ]
    successors = tuple(row[2] for row in rows)
    _, stuck = ordered(successors)
    if stuck:
        shown = " → ".join(map(str, circle(successors, stuck)))
        raise InputRefused(
            f"{path}/activities/{stuck[0]}/successors", f"die Vorgänge {shown} warten im Kreis aufeinander"
        )
    return Instance(
        id=name,
        capacities=capacities,
        durations=tuple(row[0] for row in rows),
        demands=tuple(row[1] for row in rows),
        successors=successors,
    )


def _activity(
    value: object, path: str, capacities: Sequence[int], count: int
) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    given = as_object(value, path)
    duration = as_whole(member(given, "duration", path), f"{path}/duration", 0, LONGEST)
    listed = as_list(member(given, "demands", path), f"{path}/demands", len(capacities))
    demands = tuple(as_whole(v, f"{path}/demands/{at}", 0, LONGEST) for at, v in enumerate(listed))
    for at, (demand, capacity) in enumerate(zip(demands, capacities, strict=True)):
        if duration and demand > capacity:
            raise InputRefused(
                f"{path}/demands/{at}",
                f"nicht planbar: der Vorgang braucht {demand}, die Kapazität {at} ist {capacity}",
            )
    following = as_list(member(given, "successors", path), f"{path}/successors")
    successors = tuple(as_whole(v, f"{path}/successors/{at}", 0, count - 1) for at, v in enumerate(following))
    return duration, demands, tuple(dict.fromkeys(successors))
