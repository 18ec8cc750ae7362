"""Pytest plugin: one embedded test server for all runs on this machine, one fresh database per run.

Loaded by ``-p stadtkern.runtime.testing`` before Django reads its settings. The migrated schema is kept as a
template database whose name carries the checksum of all migrations, so a run starts in about a second.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SERVER_HOME = Path(tempfile.gettempdir()) / f"stadtkern-tests-{os.getuid()}"
TEMPLATE_LOCK = 0x57AD7_0002

_data_dir = Path(tempfile.mkdtemp(prefix="stadtkern-run-"))
(_data_dir / "staticfiles").mkdir()
os.environ.update(
    {
        "DATA_DIR": str(_data_dir),
        "STADTKERN_DATABASE_URL": "postgresql://stadtkern_app@/unset?host=/nonexistent",
        "STADTKERN_DATABASE_OWNER_URL": "postgresql://stadtkern_owner@/unset?host=/nonexistent",
        "DEBUG": "0",
        "STADTKERN_DEMO": "1",
        "DEMO_DATE": "",
        "SECRET_KEY": "only-for-tests",
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "LOG_LEVEL": "WARNING",
    }
)
for _name in ("DATABASE_URL", "DATABASE_OWNER_URL", "PORT", "PUBLIC_URL", "STATIC_ROOT"):
    os.environ.pop(_name, None)


def pytest_unconfigure() -> None:
    """Throw away what the run stored."""
    shutil.rmtree(_data_dir, ignore_errors=True)


def schema_checksum() -> str:
    """Changes when any migration (ours or a library's version) changes."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("stadtkern/**/migrations/*.py")):
        digest.update(path.read_bytes())
    for path in sorted(ROOT.glob("stadtkern/**/*.sql")):
        digest.update(path.read_bytes())
    import allauth
    import django
    import procrastinate

    digest.update(f"{django.VERSION}{allauth.VERSION}{procrastinate.__version__}".encode())
    return digest.hexdigest()[:16]


@contextmanager
def fresh_database() -> Iterator[str]:
    """Start or join the test server, and make a migrated database for this run; yields its name."""
    import psycopg
    from psycopg import sql

    from stadtkern.runtime import environment
    from stadtkern.runtime.postgres import EmbeddedPostgres, create_database, grant_defaults

    postgres = EmbeddedPostgres(SERVER_HOME, fsync=False)
    server = postgres.start()
    name = f"run_{os.getpid()}"
    template = f"template_{schema_checksum()}"
    admin = psycopg.connect(server.url("superuser", "postgres"), autocommit=True)
    try:
        admin.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if known is None:
            building = f"building_{os.getpid()}"
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(building)))
            create_database(admin, building)
            with psycopg.connect(server.url("superuser", building), autocommit=True) as inside:
                grant_defaults(inside)
            _announce(environment, server, building)
            _migrate()
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(building), sql.Identifier(template)
                )
            )
        _drop_orphans(admin, keep=template)
        _copy(admin, name, template)
        admin.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
        _announce(environment, server, name)
        with _reset_after_transactional_tests(admin, name, template):
            yield name
    finally:
        _close()
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.close()
        postgres.stop()


def _copy(admin: Any, name: str, template: str) -> None:
    """Make ``name`` a fresh copy of ``template`` (about a tenth of a second)."""
    from psycopg import sql

    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER stadtkern_owner STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    # A copy does not inherit the rights of its template: nobody else connects, and no temporary tables.
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO stadtkern_app").format(sql.Identifier(name)))


def _drop_orphans(admin: Any, *, keep: str) -> None:
    """Databases of runs that are gone, and old templates (the newest eight stay)."""
    from psycopg import sql

    from stadtkern.runtime.postgres_keeper import process_exists

    names = [row[0] for row in admin.execute("SELECT datname FROM pg_database ORDER BY oid DESC")]
    old = [name for name in names if name.startswith("template_") and name != keep][8:]
    for name in names:
        kind, _, pid = name.partition("_")
        if kind in {"run", "building"} and pid.isdecimal() and not process_exists(int(pid)):
            old.append(name)
    for name in old:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _reset_after_transactional_tests(admin: Any, name: str, template: str) -> Iterator[None]:
    """Django would TRUNCATE, which the application's role must not;

    A fresh copy also restores migrated rows.
    """
    from unittest.mock import patch

    from django.test import TransactionTestCase

    def reset(test: TransactionTestCase) -> None:
        _close()
        _copy(admin, name, template)

    with patch.object(TransactionTestCase, "_fixture_teardown", reset):
        yield


def _announce(environment: object, server: object, name: str) -> None:
    """Point environment and Django's connection at the database ``name``."""
    from django.db import connection

    from stadtkern.runtime import environment as env
    from stadtkern.runtime.postgres import Server

    assert isinstance(server, Server)
    for role, variable in env.INTERNAL_URL.items():
        os.environ[variable] = server.url(role, name)
    connection.close()
    entry = env.database_settings("app")
    connection.settings_dict.update({key: entry[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    connection.settings_dict["OPTIONS"] = entry["OPTIONS"]
    connection.settings_dict["CONN_MAX_AGE"] = 0


def _migrate() -> None:
    from stadtkern.runtime import boot

    boot.migrate()
    _close()


def _close() -> None:
    from django.db import connections

    connections.close_all()
