"""PyPI `matching` on a hospitals-and-residents game, child-optimal. Runs in its own environment: JSON in, JSON out.

It copies linked objects recursively, so it gets a thread with a large stack; without one it ends with RecursionError at 10,000 children."""

from __future__ import annotations

import json
import sys
import threading
import time


def run() -> None:
    from matching.games import HospitalResident

    job = json.load(sys.stdin)
    children = {f"c{c}": [f"k{k}" for k in row] for c, row in enumerate(job["wishes"]) if row}
    ranked: dict[str, list[tuple[int, int]]] = {}
    for c, row in enumerate(job["wishes"]):
        for turn, kita in enumerate(row):
            key = job["points"][c][turn] * len(job["wishes"]) + job["lottery"][c]
            ranked.setdefault(f"k{kita}", []).append((-key, c))
    kitas = {name: [f"c{c}" for _, c in sorted(rows)] for name, rows in ranked.items()}
    capacities = {name: job["capacity"][int(name[1:])] for name in kitas}
    clock, cpu = time.perf_counter(), time.process_time()
    game = HospitalResident.create_from_dictionaries(children, kitas, capacities)
    began, began_cpu = time.perf_counter(), time.process_time()
    matching = game.solve(optimal="resident")
    ended, ended_cpu = time.perf_counter(), time.process_time()
    placed = [-1] * len(job["wishes"])
    for kita, residents in matching.items():
        for child in residents:
            placed[int(child.name[1:])] = int(kita.name[1:])
    json.dump(
        {
            "solve_seconds": ended - began,
            "solve_cpu": ended_cpu - began_cpu,
            "build_seconds": began - clock,
            "build_cpu": began_cpu - cpu,
            "placed": placed,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    threading.stack_size(1 << 29)
    sys.setrecursionlimit(10_000_000)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
