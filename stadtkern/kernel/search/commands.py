"""``stadtkern search``: measure and try the search on files, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stadtkern.kernel.search.index import Entry, Index
from stadtkern.kernel.search.measure import Question, measure
from stadtkern.kernel.search.scope import judge


class _Refused(Exception):
    """A file cannot be read; the text starts with FILE:LINE:COL."""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    evaluate = verbs.add_parser("eval", help="Trefferquote gegen Fragen mit bekannten Antworten")
    evaluate.add_argument(
        "--corpus", action="append", required=True, type=Path, help="JSON Lines mit id, name, …"
    )
    evaluate.add_argument(
        "--questions", required=True, type=Path, help="JSON Lines mit id, question, answers"
    )
    evaluate.add_argument("--language", default="de")
    evaluate.add_argument("--json", action="store_true")
    evaluate.set_defaults(run=_evaluate)
    query = verbs.add_parser("query", help="eine Frage stellen")
    query.add_argument("question")
    query.add_argument("--corpus", action="append", required=True, type=Path)
    query.add_argument("--language", default="de")
    query.add_argument("--limit", type=int, default=5)
    query.add_argument("--json", action="store_true")
    query.set_defaults(run=_query)


def _evaluate(args: argparse.Namespace) -> int:
    try:
        index = Index(_entries(args.corpus), args.language)
        questions = [_question(row) for row in _rows(args.questions)]
    except _Refused as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    result = measure(index, questions)
    figures = {
        "r1": round(result.recall[1], 3),
        "r3": round(result.recall[3], 3),
        "r5": round(result.recall[5], 3),
        "mrr10": round(result.mean_reciprocal_rank, 3),
        "in": {"answered": result.inside[0], "refused": result.inside[1]},
        "out": {"answered": result.outside[0], "refused": result.outside[1]},
        "documents": len(index),
        "questions": result.questions,
        "median_ms": round(result.median_ms, 2),
        "p95_ms": round(result.p95_ms, 2),
        "r5_by_kind": {kind: round(share, 3) for kind, share in result.by_kind.items()},
        "missed": list(result.missed),
        "misjudged": list(result.misjudged),
    }
    if args.json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    else:
        for name in ("r1", "r3", "r5", "mrr10", "in", "out", "p95_ms"):
            sys.stdout.write(f"{name}\t{figures[name]}\n")
    return 0


def _query(args: argparse.Namespace) -> int:
    try:
        index = Index(_entries(args.corpus), args.language)
    except _Refused as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    judged = judge(index, args.question, limit=args.limit)
    hits = judged.hits
    found = [{"id": hit.entry.key, "title": hit.entry.title, "score": round(hit.score, 4)} for hit in hits]
    if args.json:
        answer: dict[str, object] = {"results": found, "did_you_mean": index.did_you_mean(args.question)}
        answer |= {"answered": judged.answered, "reason": judged.topic or judged.reason}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{row['score']:.3f}  {row['id']}  {row['title']}\n" for row in found)
    return 0


def _entries(paths: list[Path]) -> Iterator[Entry]:
    for path in paths:
        for row in _rows(path):
            keywords = row.get("keywords") or ""
            words = keywords if isinstance(keywords, list) else keywords.split(",")
            yield Entry(
                key=str(row["id"]),
                title=str(row.get("name") or row.get("title") or ""),
                synonyms=tuple(word.strip() for word in words if word.strip()),
                summary=str(row.get("summary") or ""),
                text=str(row.get("description") or ""),
            )


def _question(row: dict[str, Any]) -> Question:
    return Question(
        id=str(row["id"]),
        text=str(row["question"]),
        answers=frozenset(str(answer) for answer in row.get("answers") or ()),
        kind=str(row.get("type") or ""),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _Refused(f"{path}:0:0: {error}") from error
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError as error:
            raise _Refused(f"{path}:{number}:{error.pos}: kein JSON ({error.msg})") from error
