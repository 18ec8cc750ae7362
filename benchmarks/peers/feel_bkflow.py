"""Runs FEEL through PyPI bkflow-feel: reads a job from stdin, writes the result as JSON (see benchmarks/bench_feel.py).

Runs in an environment of its own, so it imports nothing of ours."""

from __future__ import annotations

import json
import sys
import time

from bkflow_feel.api import parse_expression


def attempt(text: str) -> object:
    """The value as JSON can hold it, null if the engine fails."""
    try:
        value = parse_expression(text, {})
        return json.loads(
            json.dumps(value, default=lambda v: v.isoformat() if hasattr(v, "isoformat") else str(v))
        )
    except Exception:  # a peer may fail in any way; a failure is a result here
        return None


def table(job: dict) -> dict[str, float]:
    """The seconds of the best round."""
    best, hits = float("inf"), 0
    for _ in range(job["rounds"]):
        start = time.process_time()
        for context in job["contexts"]:
            for rule in job["rules"]:
                if parse_expression(rule, context) is True:
                    hits += 1
                    break
        best = min(best, time.process_time() - start)
    return {"seconds": best, "hits": hits}


if __name__ == "__main__":
    task = json.load(sys.stdin)
    result = [attempt(text) for text in task["texts"]] if task["kind"] == "kit" else table(task)
    json.dump(result, sys.stdout)
