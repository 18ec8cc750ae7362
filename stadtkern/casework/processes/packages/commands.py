"""`stadtkern package check` and `test`: packages of procedures as files, without Django (export, import: `designer.commands`)."""

from __future__ import annotations

import argparse
from pathlib import Path

from stadtkern.casework.processes.packages.model import Package, PackageRefused
from stadtkern.runtime.output import result, result_json, say

DONE, FOUND_WRONG, REFUSED, ENVIRONMENT = 0, 1, 2, 3


def add_pure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``check`` and ``test``."""
    checked = verbs.add_parser("check", help="was das Paket am Betrieb hindert, alles auf einmal, als JSON")
    checked.set_defaults(run=run_check)
    tested = verbs.add_parser("test", help="die Testfälle des Pakets durchspielen")
    tested.set_defaults(run=run_test)
    for verb in (checked, tested):
        verb.add_argument("file", type=Path, metavar="FILE.zip|DIR")
        verb.add_argument("--json", action="store_true", help="Ausgabe als JSON (bei check immer)")


def run_check(args: argparse.Namespace) -> int:
    """0: it may go live; 1: problems; 2: no package at all."""
    from stadtkern.casework.processes.packages.check import check

    package = read_package(args.file)
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

    package = read_package(args.file)
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


def read_package(path: Path) -> Package | None:
    """The package in a file or folder; None, and the reason on stderr, when it is none."""
    from stadtkern.casework.processes.packages.archive import read

    try:
        return read(path)
    except PackageRefused as error:
        where = f"{path}/{error.path}" if error.path else str(path)
        say(f"{where}:{error.line}:{error.column}: {error.reason}")
        return None
