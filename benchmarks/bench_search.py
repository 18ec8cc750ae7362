"""Search: ranks and refusals on the shared questions beside three peers, and the time of a search in a large catalogue.

    python -m benchmarks.bench_search

Peers in the same run on the same texts: PostgreSQL full text (OR, ts_rank, embedded server), BM25 over Snowball stems and tantivy
(`.venv-bench/bin/pip install PyStemmer tantivy`; one that is not installed is reported as null). Times: 5,000 services and 20,000
pages generated from the names of the service catalogue. Budgets: issue 7."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stadtkern.kernel.search import Entry, Index
from stadtkern.kernel.search.commands import _entries, _question, _rows
from stadtkern.kernel.search.measure import Question, measure
from stadtkern.kernel.search.scope import judge

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("STADTKERN_SHARED", ROOT.parent / "shared" / "data")) / "front"
RESULTS = ROOT / "benchmarks" / "results" / "search.json"
PEER = [str(ROOT / ".venv-bench" / "bin" / "python"), str(ROOT / "benchmarks" / "peers" / "search_peers.py")]
SERVICES, PAGES = 5_000, 20_000
WEIGHTS = "'{0.1, 0.2, 0.6, 1.0}'"


def ranks(results: Sequence[Sequence[str]], questions: Sequence[Question]) -> dict[str, float]:
    """r1, r3, r5 and mrr10 of lists of keys."""
    inside = [(keys, question) for keys, question in zip(results, questions, strict=True) if question.answers]
    places = [
        next((n for n, key in enumerate(keys[:10], 1) if key in question.answers), 0)
        for keys, question in inside
    ]
    figures = {f"r{depth}": sum(0 < place <= depth for place in places) / len(places) for depth in (1, 3, 5)}
    figures["mrr10"] = sum(1 / place for place in places if place) / len(places)
    return {name: round(value, 3) for name, value in figures.items()}


def postgresql(entries: Sequence[Entry], questions: Sequence[Question]) -> dict[str, float]:
    """Full text with the German configuration: any word, title and search words before text, ts_rank."""
    import psycopg

    from stadtkern.runtime.postgres import EmbeddedPostgres

    weighted = "setweight(to_tsvector('german', %s), 'A') || setweight(to_tsvector('german', %s), 'B') || to_tsvector('german', %s)"
    asked = "replace(plainto_tsquery('german', %s)::text, '&', '|')::tsquery"
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), fsync=False) as server,
        psycopg.connect(server.url("owner")) as connection,
    ):
        connection.execute("CREATE TEMP TABLE texts (key text, words tsvector)")
        for entry in entries:
            row = (entry.key, entry.title, " ".join(entry.synonyms), entry.text)
            connection.execute(f"INSERT INTO texts VALUES (%s, {weighted})", row)
        found = []
        for question in questions:
            rows = connection.execute(
                f"SELECT key FROM texts, (SELECT {asked} AS q) a WHERE words @@ q ORDER BY ts_rank({WEIGHTS}, words, q) DESC, key LIMIT 10",
                (question.text,),
            )
            found.append([str(row[0]) for row in rows])
    return ranks(found, questions)


def peers(entries: Sequence[Entry], questions: Sequence[Question]) -> dict[str, Any]:
    """The figures of all peers; null where one is not installed."""
    rows = [[entry.key, entry.title, " ".join(entry.synonyms), entry.text] for entry in entries]
    job = json.dumps({"entries": rows, "questions": [question.text for question in questions], "limit": 10})
    found: dict[str, Any] = {"PostgreSQL full text (OR, ts_rank)": postgresql(entries, questions)}
    if not Path(PEER[0]).exists():
        return found
    done = subprocess.run(PEER, input=job, capture_output=True, text=True, timeout=300, check=True)
    for name, results in json.loads(done.stdout).items():
        found[name] = ranks(results, questions) if results else None
    return found


def large(entries: Sequence[Entry]) -> list[Entry]:
    """A catalogue of a large city: real names of services, texts from real sentences, deterministic."""
    dice = random.Random(7)
    with (SHARED / "leika_ozg_2019.csv").open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    sentences = [text for entry in entries for text in entry.text.split("\n") if text]
    words = sorted({word for name in names for word in name.split() if len(word) > 4})

    def text(count: int) -> str:
        return " ".join(dice.choice(sentences) for _ in range(count))

    services = [
        Entry(key=f"s{n}", title=names[n % len(names)], text=text(6), group="service")
        for n in range(SERVICES)
    ]
    pages = [
        Entry(key=f"p{n}", title=" ".join(dice.sample(words, 3)), text=text(3), group="page")
        for n in range(PAGES)
    ]
    return services + pages


def speed(entries: Sequence[Entry], questions: Sequence[Question]) -> dict[str, float]:
    """Building and searching the large catalogue: wall clock and CPU of this process."""
    everything = large(entries)
    began = time.process_time()
    index = Index(everything)
    figures: dict[str, float] = {"entries": len(index), "build_cpu_s": round(time.process_time() - began, 1)}
    walls, cpus, beginnings = [], [], []
    for question in [*questions, *questions]:
        wall, cpu = time.perf_counter(), time.process_time()
        judge(index, question.text)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
        wall = time.perf_counter()
        index.complete(question.text[:4])
        beginnings.append((time.perf_counter() - wall) * 1000)
    for name, times in (("search", walls), ("search_cpu", cpus), ("type_ahead", beginnings)):
        times.sort()
        figures[f"{name}_p50_ms"] = round(times[len(times) // 2], 2)
        figures[f"{name}_p95_ms"] = round(times[int(len(times) * 0.95)], 2)
    return figures


def main() -> dict[str, Any]:
    """Everything, written and printed."""
    entries = list(_entries([SHARED / "services_muenchen.jsonl", SHARED / "services_extra.jsonl"]))
    questions = [_question(row) for row in _rows(SHARED / "questions_dev.jsonl")]
    own = measure(Index(entries), questions)
    result: dict[str, Any] = {
        "stadtkern": {
            **{f"r{depth}": round(share, 3) for depth, share in own.recall.items()},
            "mrr10": round(own.mean_reciprocal_rank, 3),
            "in": {"answered": own.inside[0], "refused": own.inside[1]},
            "out": {"answered": own.outside[0], "refused": own.outside[1]},
        },
        "peers": peers(entries, questions),
        "speed": speed(entries, questions),
    }
    result["budgets"] = {
        "R@1 >= .55": own.recall[1] >= 0.55,
        "R@5 >= .82": own.recall[5] >= 0.82,
        "at most 8 of 75 refused": own.inside[1] <= 8,
        "at most 2 of 7 answered out of scope": own.outside[0] <= 2,
        "search p95 <= 20 ms (CPU)": result["speed"]["search_cpu_p95_ms"] <= 20,
        "type-ahead p95 <= 50 ms": result["speed"]["type_ahead_p95_ms"] <= 50,
    }
    RESULTS.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return result


if __name__ == "__main__":
    if not SHARED.exists():
        sys.exit("shared data not found (set STADTKERN_SHARED to its folder)")
    sys.exit(0 if all(main()["budgets"].values()) else 1)
