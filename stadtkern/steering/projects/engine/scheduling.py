"""The earliest end under capacities: a good schedule from lists, then CP-SAT from there, always with a proven bound."""

from __future__ import annotations

import math
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
WORKERS = 8  # more than cores on purpose: their kinds of search differ, and j30_13_7 needs that


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
    # Alone first, for what is easy is proven here; then beside the solver, which works without the interpreter's lock.
    lister.search((until - time.monotonic()) * 0.1, bound, 2_000, halt.pulled)
    if lister.best > bound and not halt.pulled():
        bound = _raised(instance, bound, lister.best, (until - time.monotonic()) * 0.15, seed, halt)
    starts = lister.starts
    left = until - time.monotonic()
    if lister.best > bound and left > 0.05 and not halt.pulled():
        starts, bound = _together(instance, lister, bound, left, seed, workers, halt)
    best = instance.makespan(starts)
    return Outcome(
        id=instance.id,
        starts=tuple(starts),
        makespan=best,
        bound=bound,
        status="optimal" if best == bound else "feasible",
    )


def _raised(instance: Instance, bound: int, upper: int, seconds: float, seed: int, halt: Cancel) -> int:
    """The bound, raised as long as "no schedule ends this early" is proven at once (destructive bound, one worker, no relaxation)."""
    from ortools.sat.python import cp_model

    until = time.monotonic() + seconds
    while bound < upper and (left := until - time.monotonic()) > 0.01:
        model, _ = _model(instance, bound, bound, None)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = left
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.linearization_level = 0
        _sharpen(solver)
        halt.watch(solver.stop_search)
        status = solver.solve(model)
        halt.watch(None)
        if status != cp_model.INFEASIBLE:
            break
        bound += 1
    return bound


def _sharpen(solver: cp_model.CpSolver) -> None:
    """Without these two the bound hardly moves: a proof that takes 75 conflicts with them takes more than 13,000 without."""
    solver.parameters.use_timetable_edge_finding_in_cumulative = True
    solver.parameters.use_overload_checker_in_cumulative = True


def _together(
    instance: Instance, lister: Lister, bound: int, seconds: float, seed: int, workers: int, halt: Cancel
) -> tuple[list[int], int]:
    """Lists and solver side by side; the better schedule and the solver's bound. Whoever reaches the end stops the other."""
    from ortools.sat.python import cp_model

    hint = list(lister.starts)
    model, variables = _model(instance, lister.best, bound, hint)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    halt.watch(solver.stop_search)
    proven = threading.Event()

    def listing() -> None:
        lister.search(seconds, bound, stopped=lambda: proven.is_set() or halt.pulled())
        if lister.best <= bound:
            solver.stop_search()

    beside = threading.Thread(target=listing, name="lists", daemon=True)
    beside.start()
    status = solver.solve(model)
    proven.set()
    beside.join()
    halt.watch(None)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(model.validate())
    starts = lister.starts
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        bound = max(bound, math.ceil(solver.best_objective_bound - 1e-6))
        found = [int(solver.value(variable)) for variable in variables]
        starts = min(found, starts, key=instance.makespan)
    return starts, bound


def _model(
    instance: Instance, upper: int, bound: int, starts: list[int] | None
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Starts between head and tail, one cumulative per capacity; a schedule at hand is the hint, and the end is the aim."""
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
    if starts is None:
        return model, variables
    model.minimize(end)
    for variable, start in zip(variables, starts, strict=True):
        model.add_hint(variable, start)
    model.add_hint(end, upper)
    return model, variables
