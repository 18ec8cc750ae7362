"""One step before the servers start, in a process of its own: static files, schema, demo data.

The supervisor stays small (no Django) and alive while this works.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from stadtkern.runtime import boot, demo, environment
from stadtkern.runtime.cli import guarded
from stadtkern.runtime.output import say
from stadtkern.runtime.web import end_with_supervisor


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare and return an exit code like a command."""
    parser = argparse.ArgumentParser(prog="stadtkern prepare")
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--url", required=True)
    args = parser.parse_args(arguments)
    end_with_supervisor()
    return guarded(lambda: _prepare(args.demo, args.url))


def _prepare(with_demo: bool, url: str) -> int:
    boot.set_up_django()
    _collect_static_files()
    if boot.pending_migrations():
        _step("Datenbankschema", boot.migrate)
    if with_demo:
        _step("Demo-Stadt", lambda: demo.load())
        _fresh_statistics()
        demo.write_accounts(url, demo.accounts(), environment.read().data_dir)
    return 0


def _fresh_statistics() -> None:
    """What was loaded in bulk is unknown to the planner until autovacuum comes by; lists would be ten times slower until then."""
    from django.db import connection

    with boot.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_user_tables WHERE n_live_tup > 1000"
            " AND last_analyze IS NULL AND last_autoanalyze IS NULL)"
        )
        if cursor.fetchone()[0]:
            cursor.execute("ANALYZE")


def _collect_static_files() -> None:
    """Only when the built front end is newer than what was collected."""
    from django.conf import settings
    from django.core.management import call_command

    manifest = settings.STATIC_ROOT / "staticfiles.json"
    sources = [path for folder in settings.STATICFILES_DIRS for path in folder.rglob("*") if path.is_file()]
    newest = max((path.stat().st_mtime for path in sources), default=0.0)
    if "Manifest" not in settings.STORAGES["staticfiles"]["BACKEND"]:
        return
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        _step("Oberfläche", lambda: call_command("collectstatic", interactive=False, verbosity=0, clear=True))


def _step(name: str, action: Callable[[], object]) -> None:
    import time

    began = time.monotonic()
    action()
    say(f"{name}: {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
