"""``stadtkern forms schema|check|import``: describe, lint and import forms.

``schema`` and ``check`` are pure: no Django, no database. Exit codes: 0 done, 1 findings that forbid publishing, 2 the file
was refused (stderr starts with ``FILE:LINE:COL``), 3 environment.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from stadtkern.casework.forms.jsonschema import json_schema
from stadtkern.casework.forms.quality import Finding, check_message, fatal
from stadtkern.casework.forms.xdf import Message, XdfError, read_message
from stadtkern.casework.forms.xsd import xml_schema
from stadtkern.runtime.output import result, result_json, say

DONE, FOUND_WRONG, REFUSED, ENVIRONMENT = 0, 1, 2, 3


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs of ``stadtkern forms``."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    schema = verbs.add_parser("schema", help="JSON Schema oder XSD der Einreichung ausgeben")
    schema.add_argument("file", type=Path, metavar="FILE")
    schema.add_argument("--format", choices=("jsonschema", "xsd"), default="jsonschema")
    schema.set_defaults(run=run_schema)
    check = verbs.add_parser("check", help="ein Formular nach den Qualitätsregeln von FIM prüfen")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--json", action="store_true", help="die Ausgabe ist immer JSON")
    check.set_defaults(run=run_check)
    importer = verbs.add_parser(
        "import", help="ein Formular (XDatenfelder 2 oder 3) in die Datenbank einlesen"
    )
    importer.add_argument("file", type=Path, metavar="FILE")
    importer.add_argument("--service", metavar="SLUG", default=None)
    importer.add_argument("--tenant", metavar="SLUG", default="mainz")
    importer.set_defaults(run=run_import)


def run_schema(args: argparse.Namespace) -> int:
    """Print the schema of submissions of the form (or group) in FILE."""
    message = _read(args.file)
    if isinstance(message, int):
        return message
    if args.format == "xsd":
        result(xml_schema(message.root).decode("utf-8"))
    else:
        result_json(json_schema(message.root))
    return DONE


def run_check(args: argparse.Namespace) -> int:
    """Print ``{"findings": [...]}``; 1 when a finding is an error, 0 when there are only warnings and hints."""
    message = _read(args.file, lenient=True)
    if isinstance(message, int):
        return message
    findings = check_message(message)
    result_json({"findings": [finding.as_json() for finding in findings]})
    say(_summary(findings))
    return FOUND_WRONG if fatal(findings) else DONE


def run_import(args: argparse.Namespace) -> int:
    """Import FILE for a tenant; the database is started when none runs."""
    message = _read(args.file)
    if isinstance(message, int):
        return message
    from stadtkern.runtime.boot import database

    with database():
        from stadtkern.casework.forms.actions import import_form_file

        outcome: int = import_form_file(args.file, service=args.service, tenant=args.tenant)
    return outcome


def _read(path: Path, *, lenient: bool = False) -> Message | int:
    """The message of the file, or the exit code when it is refused."""
    try:
        data = path.read_bytes()
    except OSError as error:
        say(f"{path}:1:1: Die Datei lässt sich nicht lesen ({error.strerror}).")
        return REFUSED
    try:
        return read_message(data, lenient=lenient)
    except XdfError as error:
        say(f"{path}:{error.line}:{error.column}: {error.message} [{error.reason}] {error.path}".rstrip())
        return REFUSED


def _summary(findings: tuple[Finding, ...]) -> str:
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.severity] = counts.get(finding.severity, 0) + 1
    told = ", ".join(f"{count} {severity}" for severity, count in sorted(counts.items()))
    return f"{len(findings)} Befunde" + (f" ({told})" if told else "")
