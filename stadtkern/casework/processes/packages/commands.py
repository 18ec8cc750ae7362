"""`stadtkern package check|test|export|import`: packages of procedures as files. Only export and import need the database."""

from __future__ import annotations

import argparse
from pathlib import Path

from stadtkern.casework.processes.packages.model import Package, PackageRefused
from stadtkern.runtime.output import result, result_json, say

DONE, FOUND_WRONG, REFUSED, ENVIRONMENT = 0, 1, 2, 3


def register(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands."""
    verbs = parser.add_subparsers(metavar="check|test|export|import", required=True)
    checked = verbs.add_parser("check", help="was das Paket am Betrieb hindert, alles auf einmal, als JSON")
    checked.add_argument("file", type=Path, metavar="FILE.zip|DIR")
    checked.add_argument("--json", action="store_true", help="die Ausgabe ist immer JSON")
    checked.set_defaults(run=run_check)
    tested = verbs.add_parser("test", help="die Testfälle des Pakets durchspielen")
    tested.add_argument("file", type=Path, metavar="FILE.zip|DIR")
    tested.add_argument("--json", action="store_true")
    tested.set_defaults(run=run_test)
    export = verbs.add_parser("export", help="eine Leistung als Paket ausgeben")
    export.add_argument("slug", metavar="SLUG")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip")
    export.set_defaults(run=run_export)
    importer = verbs.add_parser("import", help="ein Paket übernehmen und veröffentlichen")
    importer.add_argument("file", type=Path, metavar="FILE.zip|DIR")
    importer.add_argument("--dry-run", action="store_true", help="nur sagen, was geschähe")
    importer.add_argument(
        "--office",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="das Amt OLD des Pakets heißt hier NEW",
    )
    importer.set_defaults(run=run_import)
    for command in (export, importer):
        command.add_argument("--tenant", default="mainz", help="Kürzel der Kommune (Standard: mainz)")
        command.add_argument("--json", action="store_true", help="die Ausgabe ist immer JSON")


def run_check(args: argparse.Namespace) -> int:
    """0: it may go live; 1: problems; 2: no package at all."""
    from stadtkern.casework.processes.packages.check import check

    package = _read(args.file)
    if package is None:
        return REFUSED
    report = check(package)
    result_json(report.as_json())
    for problem in report.problems:
        if problem.severity == "error":
            place = f":{problem.line}:{problem.column}" if problem.line else ""
            element = f" [{problem.element}]" if problem.element else ""
            say(f"{problem.path}{place}:{element} {problem.message}")
    return DONE if report.ok else FOUND_WRONG


def run_test(args: argparse.Namespace) -> int:
    """The test cases; the last line counts them."""
    from stadtkern.casework.processes.packages.check_form import check_form
    from stadtkern.casework.processes.packages.procedure import compile_package
    from stadtkern.casework.processes.packages.tests import run_tests

    package = _read(args.file)
    if package is None:
        return REFUSED
    procedure, problems = compile_package(package)
    if procedure is None:
        for problem in problems:
            say(f"{args.file}/{problem.path}: {problem.message}")
        return REFUSED
    results = run_tests(package, procedure, check_form(package)[0].aliases)
    if args.json:
        result_json({"tests": [row.as_json() for row in results]})
    else:
        for row in results:
            result(row.as_text())
    passed = sum(row.ok for row in results)
    (say if args.json else result)(f"{passed} passed, {len(results) - passed} failed")
    return DONE if passed == len(results) else FOUND_WRONG


def run_export(args: argparse.Namespace) -> int:
    """Write the published state of a service as a package."""
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.casework.designer import exchange_commands

        return exchange_commands.export(slug=args.slug, output=args.output, tenant=args.tenant)


def run_import(args: argparse.Namespace) -> int:
    """Take a package over; prints what it means for this municipality."""
    package = _read(args.file)
    if package is None:
        return REFUSED
    pairs = [row.partition("=") for row in args.office]
    if not all(old and new for old, _, new in pairs):
        say("--office: geschrieben wird OLD=NEW.")
        return REFUSED
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.casework.designer import exchange_commands

        offices = {old: new for old, _, new in pairs}
        return exchange_commands.import_(package, tenant=args.tenant, dry_run=args.dry_run, offices=offices)


def _read(path: Path) -> Package | None:
    from stadtkern.casework.processes.packages.archive import read

    try:
        return read(path)
    except PackageRefused as error:
        where = f"{path}/{error.path}" if error.path else str(path)
        say(f"{where}:{error.line}:{error.column}: {error.reason}")
        return None
