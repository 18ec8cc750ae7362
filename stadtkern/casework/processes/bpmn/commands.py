"""`stadtkern bpmn check`, `stadtkern bpmn roundtrip` and `stadtkern bpmn layout`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from stadtkern.casework.processes.bpmn.document import BpmnDocument, read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.errors import BpmnError


def register(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands."""
    verbs = parser.add_subparsers(metavar="check|roundtrip|layout", required=True)
    checked = verbs.add_parser("check", help="was ausführbar ist und was nicht, mit Gründen, als JSON")
    checked.add_argument("file", type=Path, metavar="FILE")
    checked.add_argument(
        "--names",
        metavar="TYPES.json",
        help='bekannte Werte mit Typ, etwa {"Alter": "number"}; andere gelten als Fehler',
    )
    checked.set_defaults(run=run_check)
    trip = verbs.add_parser("roundtrip", help="einlesen und vollständig wieder ausgeben (XML)")
    trip.add_argument("file", type=Path, metavar="FILE")
    trip.set_defaults(run=run_roundtrip)
    drawn = verbs.add_parser("layout", help="ein Diagramm ergänzen, wo keines ist (XML)")
    drawn.add_argument("file", type=Path, metavar="FILE")
    drawn.set_defaults(run=run_layout)


def run_check(args: argparse.Namespace) -> int:
    """0 if everything can be executed, 1 if not, 2 if the file is refused."""
    from stadtkern.casework.processes.bpmn.check import check
    from stadtkern.kernel.feel.types import ALIASES, BUILTIN

    document = _read(args.file)
    if document is None:
        return 2
    types = None
    if args.names:
        try:
            given = json.loads(Path(args.names).read_text(encoding="utf-8"))
            types = {str(name): {**ALIASES, **BUILTIN}[str(kind)] for name, kind in given.items()}
        except (OSError, ValueError, AttributeError, KeyError) as error:
            sys.stderr.write(f"{args.names}: kein JSON-Objekt mit Namen und Typen ({error})\n")
            return 2
    report = check(document, types)
    sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n")
    for found in report.findings:
        if found.severity == "error":
            sys.stderr.write(f"{args.file}:{found.line}:{found.column}: {found.message} ({found.code})\n")
    return 0 if report.executable else 1


def run_roundtrip(args: argparse.Namespace) -> int:
    """The file as it is kept; 2 if it is refused."""
    document = _read(args.file)
    if document is None:
        return 2
    _print(write_bpmn(document))
    return 0


def run_layout(args: argparse.Namespace) -> int:
    """The file with coordinates; 2 if it is refused."""
    from stadtkern.casework.processes.bpmn.layout import add_layout

    document = _read(args.file)
    if document is None:
        return 2
    add_layout(document)
    _print(write_bpmn(document))
    return 0


def _read(path: Path) -> BpmnDocument | None:
    try:
        return read_bpmn(path.read_bytes())
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}\n")
    except BpmnError as error:
        sys.stderr.write(f"{path}:{error.line}:{error.column}: {error.message} ({error.reason})\n")
    return None


def _print(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
