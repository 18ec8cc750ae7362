"""A ready database and a configured Django, for every command that needs them.

    with boot.database():
        from stadtkern.casework.forms import api

``database()`` joins or starts the embedded server (or uses DATABASE_URL), tells children and settings where
it is,
sets Django up, and migrates an empty database. ``as_owner()`` works as the role that owns the tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from stadtkern.runtime import environment
from stadtkern.runtime.environment import Environment, EnvironmentProblem
from stadtkern.runtime.postgres import EmbeddedPostgres, Server

MIGRATION_LOCK = 0x57AD7_0001  # advisory lock: one process migrates at a time


@contextmanager
def database(*, migrate_empty: bool = True) -> Iterator[Environment]:
    """Everything a command needs; the embedded server is left (and stopped by its last user) afterwards.

    Raises ``EnvironmentProblem`` when the database cannot be reached.
    """
    settings = environment.read()
    if _told_by_parent():
        set_up_django()
        yield settings
        return
    with server(settings):
        set_up_django()
        try:
            if migrate_empty and _is_empty():
                migrate()
            yield settings
        finally:
            _close_connections()


@contextmanager
def server(settings: Environment) -> Iterator[EmbeddedPostgres | None]:
    """Hold the embedded server and announce its address; yields None with DATABASE_URL (nothing to hold)."""
    if not settings.embedded:
        yield None
        return
    postgres = EmbeddedPostgres(settings.data_dir, fsync=settings.fsync)
    announce(postgres.start())
    try:
        yield postgres
    finally:
        for name in environment.INTERNAL_URL.values():
            os.environ.pop(name, None)
        postgres.stop()


def _told_by_parent() -> bool:
    """A supervisor (or a test run) holds the database for us."""
    return all(os.environ.get(name) for name in environment.INTERNAL_URL.values())


def announce(running: Server) -> None:
    """Tell settings and child processes where the embedded server is."""
    for role, name in environment.INTERNAL_URL.items():
        os.environ[name] = running.url(role)


def set_up_django() -> None:
    """``django.setup()`` with our settings; safe to repeat."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from stadtkern.runtime.demo import apply_clock

    apply_clock()


@contextmanager
def as_owner() -> Iterator[None]:
    """Let Django's default connection work as the owner of the tables: migrations, backup, restore.

    Row level security does not apply to the owner; nothing that answers people runs in here.
    """
    from django.db import connection

    owner = environment.database_settings("owner")
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({key: owner[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    connection.settings_dict["OPTIONS"] = owner["OPTIONS"]
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def migrate(*, quiet: bool = True) -> None:
    """Bring the schema up to date as the owner.

    Two processes that start together migrate one after the other.
    """
    from django.core.management import call_command
    from django.db import connection

    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            cursor.execute("SET lock_timeout = '10s'")  # a migration must not stop the running city
        call_command("migrate", interactive=False, verbosity=0 if quiet else 1)


def pending_migrations() -> list[str]:
    """``app.name`` of every migration that is not applied yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _is_empty() -> bool:
    from django.db import Error, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.django_migrations') IS NULL")
            return bool(cursor.fetchone()[0])
    except Error as error:
        raise EnvironmentProblem(f"Die Datenbank ist nicht erreichbar ({type(error).__name__}).") from error


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
