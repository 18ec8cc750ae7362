"""Ties in points: the lowest index wins, or (on request) the largest weakly stable matching by OR-Tools.

The largest matching is NP-hard and gives up truthfulness; it is a hint for the office, never the rule of a round.
"""

from __future__ import annotations

from time import monotonic

from stadtkern.casework.kita.allocation.deferred import child_optimal
from stadtkern.casework.kita.allocation.formats import TiesRound


def lowest_index(instance: TiesRound) -> list[int]:
    """The child-optimal stable result when ties are broken by the lowest index."""
    order = range(0, -len(instance.wishes), -1)
    return child_optimal(instance.capacity, instance.wishes, instance.points, order)


def largest(instance: TiesRound, seconds: float) -> tuple[list[int], bool]:
    """The largest weakly stable matching found, and whether it is proven to be the largest."""
    from ortools.sat.python import cp_model

    ends = monotonic() + seconds
    model = cp_model.CpModel()
    start = lowest_index(instance)
    sits = [[model.new_bool_var("") for _ in wishes] for wishes in instance.wishes]
    levels: list[dict[int, list[cp_model.IntVar]]] = [{} for _ in instance.capacity]
    for child, wishes in enumerate(instance.wishes):
        if wishes:
            model.add_at_most_one(sits[child])
        for turn, kita in enumerate(wishes):
            levels[kita].setdefault(instance.points[child][turn], []).append(sits[child][turn])
            model.add_hint(sits[child][turn], start[child] == kita)
    full: list[dict[int, cp_model.IntVar]] = []
    for kita, by_level in enumerate(levels):
        capacity, counted = instance.capacity[kita], []
        model.add(sum(v for row in by_level.values() for v in row) <= capacity)
        marks: dict[int, cp_model.IntVar] = {}
        for level in sorted(by_level, reverse=True):
            counted += by_level[level]
            marks[level] = mark = model.new_bool_var("")
            model.add(cp_model.LinearExpr.sum(counted) >= capacity).only_enforce_if(mark)
        full.append(marks)
    for child, wishes in enumerate(instance.wishes):
        for turn, kita in enumerate(wishes):
            model.add_bool_or([*sits[child][: turn + 1], full[kita][instance.points[child][turn]]])
    model.maximize(sum(v for row in sits for v in row))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.interleave_search = True  # deterministic with several strategies
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = max(0.1, ends - monotonic())
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return start, False
    found = [
        next((kita for turn, kita in enumerate(wishes) if solver.value(sits[child][turn])), -1)
        for child, wishes in enumerate(instance.wishes)
    ]
    if sum(k >= 0 for k in found) <= sum(k >= 0 for k in start):
        return start, status == cp_model.OPTIMAL
    return found, status == cp_model.OPTIMAL
