"""`stadtkern feel EXPR [--context JSON]`: evaluates an expression and prints its value as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal

from stadtkern.kernel.feel import FeelError, compile, to_json
from stadtkern.kernel.feel.engine import special_names
from stadtkern.kernel.feel.format import format_text


def register(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments."""
    parser.add_argument("expression", metavar="EXPR", help="der Ausdruck, oder - für die Standardeingabe")
    parser.add_argument("--context", default="{}", metavar="JSON", help="die Werte der Namen, oder @DATEI")
    parser.add_argument("--format", action="store_true", help="den Ausdruck nur ordentlich schreiben")
    parser.add_argument("--json", action="store_true", help="Wert und Hinweise als ein Objekt")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 with the value on stdout; 2 with the position on stderr if the expression or the context is wrong."""
    text = sys.stdin.read() if args.expression == "-" else str(args.expression)
    context = _context(args.context)
    if context is None:
        return 2
    names, members = special_names(context)
    try:
        if args.format:
            sys.stdout.write(format_text(text, names) + "\n")
            return 0
        outcome = compile(text, names, members=members).run(context)
    except FeelError as error:
        sys.stderr.write(f"EXPR:{error.line}:{error.column}: {error.message} ({error.code})\n")
        return 2
    for problem in outcome.problems:
        sys.stderr.write(f"Hinweis, Zeichen {problem.offset + 1}: {problem.message} ({problem.code})\n")
    value = to_json(outcome.value)
    shown = (
        {"value": value, "problems": [_problem(p.code, p.offset, p.message) for p in outcome.problems]}
        if args.json
        else value
    )
    sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n")
    return 0


def _problem(code: str, offset: int, message: str) -> dict[str, object]:
    return {"code": code, "offset": offset, "message": message}


def _context(text: str) -> dict[str, object] | None:
    """The context object; None (and a message) if it is not one."""
    try:
        if text.startswith("@"):
            with open(text[1:], encoding="utf-8") as file:
                text = file.read()
        value = json.loads(text, parse_float=Decimal)
    except (OSError, ValueError) as error:
        place = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        sys.stderr.write(f"--context{place}: kein gültiges JSON ({error})\n")
        return None
    if not isinstance(value, dict):
        sys.stderr.write('--context: erwartet wird ein Objekt wie {"Alter": 20}\n')
        return None
    return value
