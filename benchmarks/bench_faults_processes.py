"""1,000 running cases and kill -9 of worker, web server and database at 200 random moments: nothing is lost, nothing happens twice.

``python -m benchmarks.bench_faults_processes [CASES] [KILLS]``
"""

from __future__ import annotations

import sys
from dataclasses import asdict

from benchmarks.storm_processes import expected_seconds, storm
from benchmarks.town import report, town


def main(arguments: list[str]) -> int:
    cases = int(arguments[0]) if arguments else 1_000
    kills = int(arguments[1]) if len(arguments) > 1 else 200
    print(
        f"{cases} Vorgänge, {kills} Abstürze: etwa {1 + expected_seconds(kills) // 60} Minuten auf zwei freien Kernen",
        flush=True,
    )
    with town() as city:
        outcome = storm(city, cases, kills)
    print(
        f"{cases} Vorgänge, {outcome.kills}, {outcome.calls} Aufrufe, {outcome.seconds:.0f} s: {outcome.problems}"
    )
    lines = [(name, float(number), 0.0, "") for name, number in sorted(outcome.problems.items())]
    return report("faults_processes", lines, {"cases": cases, **asdict(outcome)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
