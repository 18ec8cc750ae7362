"""``stadtkern backup [--tenant SLUG] -o FILE``."""

from __future__ import annotations

import argparse
from pathlib import Path

from stadtkern.runtime import boot, environment
from stadtkern.runtime.output import result, result_json, say


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tenant", metavar="KÜRZEL", help="nur diese Kommune (ohne: die ganze Installation)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DATEI", help="Ziel (.tar.gz)")
    parser.add_argument("--json", action="store_true", help="Ergebnis als JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Works beside a running installation; the backup shows one moment of the database."""
    from stadtkern.runtime.backup.write import write_backup

    with boot.database() as settings:
        manifest = write_backup(
            url=environment.database_url("owner"),
            data_dir=settings.data_dir,
            target=args.output,
            tenant=args.tenant,
            passphrase=settings.backup_passphrase,
        )
    members = manifest["members"]
    summary = {
        "file": str(args.output),
        "tenant": manifest["tenant"],
        "rows": sum(entry.get("rows", 0) for entry in members.values()),
        "files": sum(1 for name in members if name.startswith("files/")),
        "keys": manifest["has_keys"],
    }
    if not manifest["has_keys"]:
        say(
            "Ohne BACKUP_PASSPHRASE enthält die Sicherung keine Schlüssel: Bewahren Sie DATA_DIR/keys getrennt auf."
        )
    if args.json:
        result_json(summary)
    else:
        result(str(args.output))
        say(f"{summary['rows']} Zeilen, {summary['files']} Dateien gesichert.")
    return 0
