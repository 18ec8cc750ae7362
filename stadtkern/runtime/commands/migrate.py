"""``stadtkern migrate``: bring the schema up to date."""

from __future__ import annotations

import argparse

from stadtkern.runtime import boot
from stadtkern.runtime.output import result_json, say


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="nur prüfen: 1, wenn Migrationen ausstehen")
    parser.add_argument("--json", action="store_true", help="Ergebnis als JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    with boot.database(migrate_empty=False):
        pending = boot.pending_migrations()
        if not args.check and pending:
            boot.migrate()
    if args.json:
        result_json({"pending" if args.check else "applied": pending})
    else:
        say("\n".join(pending) or "Das Schema ist aktuell.")
    return 1 if args.check and pending else 0
