"""The earliest end under capacities: a good schedule from lists, then CP-SAT from there, always with a proven bound."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stadtkern.steering.projects.engine.bounds import lower_bound
from stadtkern.steering.projects.engine.instances import Instance
from stadtkern.steering.projects.engine.listing import Lister

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Status = Literal["optimal", "feasible"]
WORKERS = 4


class Cancel:
    """Pulled from another thread, it ends a run; the run answers with the best it has."""

    def __init__(self) -> None:
        self._pulled = threading.Event()
        self._stop: Callable[[], None] | None = None

    def pull(self) -> None:
        """End the run."""
        self._pulled.set()
        if self._stop is not None:
            self._stop()

    def pulled(self) -> bool:
        """Whether somebody did."""
        return self._pulled.is_set()

    def watch(self, stop: Callable[[], None] | None) -> None:
        """What to call when it is pulled."""
        self._stop = stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A schedule, its end, what was proven, and how far apart these are."""

    id: str
    starts: tuple[int, ...]
    makespan: int
    bound: int
    status: Status

    @property
    def gap(self) -> float:
        """Relative to the bound; 0 when proven."""
        return (self.makespan - self.bound) / self.bound if self.bound else 0.0


def seconds_for(instance: Instance) -> float:
    """The time an instance gets when nobody says: 10, 20 or 30 seconds by size."""
    return 10.0 if instance.size <= 40 else 20.0 if instance.size <= 80 else 30.0


def schedule(
    instance: Instance,
    seconds: float | None = None,
    *,
    seed: int = 1,
    workers: int = WORKERS,
    cancel: Cancel | None = None,
) -> Outcome:
    """The best schedule found in the time, with the bound proven in it. The same seed begins the same way; time decides where it ends."""
    until = time.monotonic() + (seconds_for(instance) if seconds is None else seconds)
    halt = cancel or Cancel()
    bound = lower_bound(instance)
    lister = Lister(instance, seed)
    # The share of the lists stays small: they find the neighbourhood, the solver the rest and the proof.
    lister.search((until - time.monotonic()) * 0.12, bound, 4_000, halt.pulled)
    starts, best = lister.starts, lister.best
    left = until - time.monotonic()
    if best > bound and left > 0.05 and not halt.pulled():
        starts, bound = _solved(instance, starts, bound, left, seed, workers, halt)
        best = instance.makespan(starts)
    return Outcome(
        id=instance.id,
        starts=tuple(starts),
        makespan=best,
        bound=bound,
        status="optimal" if best == bound else "feasible",
    )


def _solved(
    instance: Instance, starts: list[int], bound: int, seconds: float, seed: int, workers: int, halt: Cancel
) -> tuple[list[int], int]:
    from ortools.sat.python import cp_model

    upper = instance.makespan(starts)
    model, variables = _model(instance, upper, bound, starts)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    halt.watch(solver.stop_search)
    status = solver.solve(model)
    halt.watch(None)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(model.validate())
    proven = max(bound, int(solver.best_objective_bound + 0.5)) if status != cp_model.UNKNOWN else bound
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        found = [int(solver.value(variable)) for variable in variables]
        if instance.makespan(found) <= upper:
            return found, proven
    return starts, min(proven, upper)


def _model(
    instance: Instance, upper: int, bound: int, starts: list[int]
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Starts between head and tail, one cumulative per capacity; the schedule at hand as hint."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    end = model.new_int_var(bound, upper, "end")
    variables = [
        model.new_int_var(head, upper - tail - duration, "")
        for head, tail, duration in zip(instance.heads, instance.tails, instance.durations, strict=True)
    ]
    spans = [
        model.new_fixed_size_interval_var(variable, duration, "")
        for variable, duration in zip(variables, instance.durations, strict=True)
    ]
    for activity, following in enumerate(instance.successors):
        for successor in following:
            model.add(variables[successor] >= variables[activity] + instance.durations[activity])
    for activity, (duration, tail) in enumerate(zip(instance.durations, instance.tails, strict=True)):
        if not instance.successors[activity] or tail:
            model.add(end >= variables[activity] + duration + tail)
    for at, capacity in enumerate(instance.capacities):
        users = [a for a in range(instance.size) if instance.demands[a][at] and instance.durations[a]]
        if users:
            model.add_cumulative(
                [spans[a] for a in users], [instance.demands[a][at] for a in users], capacity
            )
    model.minimize(end)
    for variable, start in zip(variables, starts, strict=True):
        model.add_hint(variable, start)
    model.add_hint(end, upper)
    return model, variables
