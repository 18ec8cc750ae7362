"""Fails when a model has changed without a migration. Needs no database server of its own."""

from __future__ import annotations

import sys

from stadtkern.runtime import boot


def main() -> int:
    with boot.database():
        from django.core.management import call_command

        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
