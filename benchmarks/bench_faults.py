"""Submissions through the JSON interface while server and database are killed: what was acknowledged is there once.

``python -m benchmarks.bench_faults [SUBMISSIONS] [KILLS]``, usually 200 and 8.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import date

from benchmarks.town import SERVICE, report, town
from tests.faults.harness import Installation
from tests.journeys.api import answers
from tests.journeys.people import Town


@dataclass
class Outcome:
    """Acknowledged submission ids by key, tries, and keys that never got an answer."""

    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    tries: int = 0
    given_up: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def send(url: str, key: str, body: bytes, outcome: Outcome, lock: threading.Lock) -> None:
    """Try again with the same key until there is an answer, as a careful client does; then once more."""
    answered = 0
    for _ in range(120):
        request = urllib.request.Request(
            url, data=body, headers={"Content-Type": "application/json", "Idempotency-Key": key}
        )
        with lock:
            outcome.tries += 1
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                document = json.load(answer)
            with lock:
                outcome.acknowledged.setdefault(key, set()).add(document["submission_id"])
            answered += 1
            if answered == 2:
                return
        except urllib.error.HTTPError as error:
            if error.code in (400, 401, 403, 404, 409, 413, 415, 422):
                with lock:
                    outcome.refused.append(f"{error.code} {error.read()[:300]!r}")
                return
            time.sleep(0.5)
        except (OSError, ValueError):
            time.sleep(0.5)
    with lock:
        outcome.given_up.append(key)


def storm(city: Installation, submissions: int, kills: int, *, seed: int = 1) -> Outcome:
    """All submissions over four threads, with kill -9 of web, worker and database spread between them."""
    outcome, lock, people = Outcome(), threading.Lock(), Town(seed)
    url = f"{city.url}/api/v1/services/{SERVICE}/submissions"
    today = date.today()  # noqa: DTZ011  the town runs on the real date
    work = [
        (f"storm-{seed}-{n}", json.dumps(answers(people.resident(today=today))).encode())
        for n in range(submissions)
    ]
    queue = iter(work)

    def run() -> None:
        while True:
            with lock:
                item = next(queue, None)
            if item is None:
                return
            send(url, *item, outcome, lock)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    victims = ["web-worker", "database", "web", "worker"] if kills > 2 else ["database", "web"]
    for number in range(kills):
        goal = submissions * (number + 1) / (kills + 1)
        while len(outcome.acknowledged) < goal and any(thread.is_alive() for thread in threads):
            time.sleep(0.05)
        time.sleep(random.Random(seed + number).uniform(0, 0.3))
        if city.processes().get(victims[number % len(victims)]):  # type: ignore[call-overload]
            city.kill(victims[number % len(victims)])  # type: ignore[arg-type]
    for thread in threads:
        thread.join()
    city.wait_until_ready(60)
    return outcome


def judge(city: Installation, outcome: Outcome) -> dict[str, int]:
    """Lost, double and orphaned, counted in the database."""
    ids = sorted({each for found in outcome.acknowledged.values() for each in found})
    counted = _count(city, ids)
    return {
        "lost": sum(1 for each in ids if counted["cases"].get(each, 0) == 0),
        "double": sum(1 for found in outcome.acknowledged.values() if len(found) > 1)
        + sum(1 for each in ids if counted["cases"].get(each, 0) > 1),
        "extra": int(counted["submissions"]) - len(ids),
        "without_answer": len(outcome.given_up) + len(outcome.refused),
    }


def _count(city: Installation, ids: list[str]) -> dict[str, dict[str, int]]:
    import subprocess

    from benchmarks.town import ROOT

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.prepare", "count", "-"], input=json.dumps(ids),
        cwd=ROOT, env=city.environ(), capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def main(arguments: list[str]) -> int:
    submissions = int(arguments[0]) if arguments else 200
    kills = int(arguments[1]) if len(arguments) > 1 else 8
    with town() as city:
        outcome = storm(city, submissions, kills)
        found = judge(city, outcome)
    print(f"{submissions} Anträge, {kills} Abstürze, {outcome.tries} Versuche: {found} {outcome.refused[:2]}")
    lines = [(name, float(found[name]), 0.0, "") for name in ("lost", "double", "extra", "without_answer")]
    return report("faults", lines, {"submissions": submissions, "kills": kills, "tries": outcome.tries})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
