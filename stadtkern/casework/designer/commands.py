"""`stadtkern package`: check and test need no database (``processes.packages.commands``), export and import do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stadtkern.casework.processes.packages.commands import DONE, FOUND_WRONG, REFUSED, add_pure, read_package
from stadtkern.runtime.output import result_json, say

if TYPE_CHECKING:
    from stadtkern.foundation.access.api import Actor


def register(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands."""
    verbs = parser.add_subparsers(metavar="check|test|export|import", required=True)
    add_pure(verbs)
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


def run_export(args: argparse.Namespace) -> int:
    """Write the published state of a service as a package."""
    from stadtkern.kernel.errors import NotVisible

    with _municipality(args.tenant) as actor:
        from stadtkern.casework.designer import exchange
        from stadtkern.casework.processes.packages.archive import write_zip
        from stadtkern.kernel import clock

        try:
            package = exchange.export_package(actor=actor, slug=args.slug, now=clock.now())
        except NotVisible as error:
            say(f"{args.slug}: {error.message}")
            return REFUSED
    args.output.write_bytes(write_zip(package))
    result_json({"slug": package.slug, "version": package.version, "files": sorted(package.files)})
    return DONE


def run_import(args: argparse.Namespace) -> int:
    """Take a package over; 1: it is not public, because something is missing here (or because of mistakes in it)."""
    package = read_package(args.file)
    if package is None:
        return REFUSED
    pairs = [row.partition("=") for row in args.office]
    if not all(old and new for old, _, new in pairs):
        say("--office: geschrieben wird OLD=NEW.")
        return REFUSED
    offices = {old: new for old, _, new in pairs}
    with _municipality(args.tenant) as actor:
        from stadtkern.casework.designer import exchange
        from stadtkern.kernel import clock
        from stadtkern.kernel.errors import DomainError

        take = exchange.plan_import if args.dry_run else exchange.import_package
        try:
            taken = take(actor=actor, package=package, now=clock.now(), offices=offices)
        except exchange.PackageIncomplete as error:
            result_json({"slug": package.slug, "outcome": "refused", **error.report.as_json()})
            return FOUND_WRONG
        except DomainError as error:
            say(f"{args.file}: {error.message}")
            return REFUSED
    result_json(taken.as_json())
    return DONE if taken.complete else FOUND_WRONG


@contextmanager
def _municipality(slug: str) -> Iterator[Actor]:
    """The database, acting for one municipality as the platform itself."""
    from stadtkern.runtime import boot
    from stadtkern.runtime.environment import EnvironmentProblem

    with boot.database():
        from stadtkern.foundation.access.api import system
        from stadtkern.foundation.organizations import api as organizations
        from stadtkern.foundation.tenancy import api as tenancy

        found = organizations.find(slug)
        if found is None:
            raise EnvironmentProblem(f"Die Kommune {slug!r} gibt es hier nicht.")
        with tenancy.act_for(found.id):
            yield system(found.id)
