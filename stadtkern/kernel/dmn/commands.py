"""`stadtkern dmn run`, `stadtkern dmn check` and `stadtkern dmn tck`."""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path

from stadtkern.kernel.dmn import DmnError, load
from stadtkern.kernel.feel import FeelError


def register(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands."""
    verbs = parser.add_subparsers(metavar="run|check|tck", required=True)
    run = verbs.add_parser("run", help="eine Entscheidung auswerten: {result, trace, errors}")
    run.add_argument("model", type=Path, metavar="MODEL.dmn")
    run.add_argument("--decision", required=True, metavar="NAME")
    run.add_argument(
        "--input", default=None, metavar="IN.json", help="Eingaben als JSON-Datei, - für die Standardeingabe"
    )
    run.set_defaults(run=run_decision)
    check = verbs.add_parser("check", help="ein Modell prüfen: {name, decisions, inputs, problems}")
    check.add_argument("model", type=Path, metavar="MODEL.dmn")
    check.set_defaults(run=check_model)
    tck = verbs.add_parser("tck", help="die Fälle des DMN Technology Compatibility Kit auswerten")
    tck.add_argument("folder", type=Path, metavar="DIR")
    tck.add_argument("--json", action="store_true", help="Zahlen je Ordner als ein Objekt")
    tck.set_defaults(run=run_tck)


def run_decision(args: argparse.Namespace) -> int:
    """Prints {result, trace, errors}; 2 if the model or the input is refused."""
    try:
        inputs = _inputs(args.input)
    except (OSError, ValueError) as error:
        place = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        sys.stderr.write(f"{args.input}{place}: kein gültiges JSON-Objekt ({error})\n")
        return 2
    try:
        model = load(args.model)
        result = model.evaluate(args.decision, model.typed_inputs(inputs))
    except (DmnError, FeelError) as error:
        return _refuse(str(args.model), error)
    _print(result.as_json())
    return 0


def _inputs(source: str | None) -> dict[str, object]:
    if source is None:
        return {}
    text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    value = json.loads(text, parse_float=Decimal)
    if not isinstance(value, dict):
        raise ValueError("erwartet wird ein Objekt")
    return value


def check_model(args: argparse.Namespace) -> int:
    """Prints what is in a model and what is wrong with it; 1 if something is."""
    try:
        model = load(args.model)
    except DmnError as error:
        return _refuse(str(args.model), error)
    problems = [p.as_json() for p in model.check()]
    inputs = {name: str(type_) for name, type_ in model.inputs.items()}
    _print(
        {
            "name": model.name,
            "version": model.definitions.version,
            "decisions": list(model.decisions),
            "inputs": inputs,
            "problems": problems,
        }
    )
    return 1 if problems else 0


def run_tck(args: argparse.Namespace) -> int:
    """Runs all cases; failed ones on stderr, the count as last line (or one JSON object)."""
    from stadtkern.kernel.dmn import tck

    if not args.folder.is_dir():
        sys.stderr.write(f"{args.folder}: diesen Ordner gibt es nicht\n")
        return 2
    report = tck.run(args.folder)
    failed = [c for c in report.cases if not c.passed]
    for case in failed:
        sys.stderr.write(f"{case.folder} {case.test} {case.decision}: {case.detail}\n")
    if args.json:
        _print(report.as_json())
    else:
        sys.stdout.write(f"{len(report.cases) - len(failed)} passed, {len(failed)} failed\n")
    return 1 if failed else 0


def _refuse(name: str, error: DmnError | FeelError) -> int:
    sys.stderr.write(f"{name}:{error.line}:{error.column}: {error.message} ({error.code})\n")
    return 2


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
