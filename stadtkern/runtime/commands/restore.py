"""``stadtkern restore FILE [--replace]``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from stadtkern.runtime import boot, environment
from stadtkern.runtime.output import result_json, say


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="DATEI", help="Sicherung (.tar.gz)")
    parser.add_argument(
        "--replace", action="store_true", help="vorhandene Kommune oder Installation ersetzen"
    )
    parser.add_argument("--json", action="store_true", help="Ergebnis als JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Checks the whole file first; then everything is restored or nothing."""
    from stadtkern.runtime.backup.read import unpack
    from stadtkern.runtime.backup.restore import restore_backup

    with boot.database() as settings:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Beside the data, so that files move into place by renaming.
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as folder:
            backup = unpack(args.file, Path(folder))
            summary = restore_backup(
                backup=backup,
                url=environment.database_url("owner"),
                data_dir=settings.data_dir,
                replace=args.replace,
                passphrase=settings.backup_passphrase,
            )
    if args.json:
        result_json(summary)
    else:
        say(f"{summary['rows']} Zeilen und {summary['files']} Dateien wiederhergestellt.")
    return 0
