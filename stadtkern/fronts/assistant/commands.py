"""``stadtkern assistant``: ask it and check its behaviour on files, without a database.

stadtkern assistant eval --cases CASES.jsonl --corpus FILE.jsonl [--corpus FILE.jsonl] [--model fake-NAME] [--city NAME] [--json]
stadtkern assistant ask QUESTION --corpus FILE.jsonl … [--model fake-NAME] [--city NAME] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stadtkern.fronts.assistant import fakes, knowledge
from stadtkern.fronts.assistant.evaluate import judge_case
from stadtkern.fronts.assistant.model import ChatModel
from stadtkern.fronts.assistant.pipeline import Assistant


class _Refused(Exception):
    """A file cannot be read; the text starts with FILE:LINE:COL."""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    evaluate = verbs.add_parser("eval", help="Verhalten gegen Fälle prüfen")
    evaluate.add_argument(
        "--cases", required=True, type=Path, help="JSON Lines mit id, user, expected, checks"
    )
    evaluate.set_defaults(run=_evaluate)
    asking = verbs.add_parser("ask", help="eine Frage stellen")
    asking.add_argument("question")
    asking.set_defaults(run=_ask)
    for verb in (evaluate, asking):
        verb.add_argument(
            "--corpus", action="append", required=True, type=Path, help="JSON Lines mit id, name, …"
        )
        verb.add_argument(
            "--model", choices=["off", *(f"fake-{name}" for name in fakes.NAMES)], default="off"
        )
        verb.add_argument(
            "--city", default="", help="eigene Stadt; ohne Angabe die im Bestand am meisten genannte"
        )
        verb.add_argument("--json", action="store_true")


def _evaluate(args: argparse.Namespace) -> int:
    try:
        cases = _rows(args.cases, ("id", "user", "expected"))
        assistant = _assistant(args)
    except _Refused as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    verdicts = [judge_case(case, assistant.answer(str(case["user"]))) for case in cases]
    failed = sum(bool(verdict.problems) for verdict in verdicts)
    if args.json:
        rows = [
            {"id": v.id, "outcome": v.outcome, "passed": not v.problems, "problems": v.problems}
            for v in verdicts
        ]
        answer = {"cases": rows, "passed": len(verdicts) - failed, "failed": failed}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return 1 if failed else 0
    for verdict in verdicts:
        state = "fail" if verdict.problems else "pass"
        sys.stdout.write(
            "\t".join([verdict.id, verdict.outcome, state, ", ".join(verdict.problems)]).rstrip() + "\n"
        )
    sys.stdout.write(f"{len(verdicts) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


def _ask(args: argparse.Namespace) -> int:
    try:
        reply = _assistant(args).answer(args.question)
    except _Refused as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    if args.json:
        sys.stdout.write(json.dumps(asdict(reply), ensure_ascii=False, default=str) + "\n")
    else:
        sys.stdout.write(reply.as_text() + "\n")
    return 0


def _assistant(args: argparse.Namespace) -> Assistant:
    sources = [knowledge.from_row(row) for path in args.corpus for row in _rows(path, ("id",))]
    model: ChatModel | None = None if args.model == "off" else fakes.fake(args.model.removeprefix("fake-"))
    return Assistant(sources, city=args.city, model=model)


def _rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, Any]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _Refused(f"{path}:0:0: {error}") from error
    rows = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise _Refused(f"{path}:{number}:{error.pos}: kein JSON ({error.msg})") from error
        missing = [name for name in needed if not isinstance(row, dict) or name not in row]
        if missing:
            raise _Refused(f"{path}:{number}:0: es fehlt {', '.join(missing)}")
        rows.append(row)
    return rows
