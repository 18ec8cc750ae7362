"""Restoring: one transaction for the rows; files and keys are moved into place just before it commits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from stadtkern.runtime.backup import BackupRefused, keybox
from stadtkern.runtime.backup.read import Backup
from stadtkern.runtime.backup.tables import ACCOUNTS, MUNICIPALITIES, Table, all_tables, schema_state
from stadtkern.runtime.backup.write import CHUNK


def restore_backup(
    *, backup: Backup, url: str, data_dir: Path, replace: bool, passphrase: str
) -> dict[str, Any]:
    """Restore everything or nothing. ``url`` is the owner's.

    Raises ``BackupRefused`` if the schema differs, the municipality (or, for a full backup, any) exists and
    ``replace`` was not asked for, or the keys cannot be unwrapped.
    """
    keys = _keys(backup, passphrase)
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SET LOCAL lock_timeout = '10s'")
            tables = _checked_tables(connection, backup)
            _refuse_existing(connection, backup, replace)
            with _triggers_off(connection, tables):
                rows = _restore_rows(connection, backup, tables)
            with _moved_into_place(backup, data_dir, keys):
                connection.commit()
    except psycopg.errors.LockNotAvailable as error:
        raise BackupRefused(
            "Andere Programme benutzen die Datenbank gerade. Beenden Sie Stadtkern und versuchen Sie es erneut."
        ) from error
    except psycopg.errors.UniqueViolation as error:
        raise BackupRefused(
            f"Ein Eintrag der Sicherung ist hier schon anders vergeben ({error.diag.constraint_name}). "
            "Es wurde nichts verändert."
        ) from error
    except (psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
        raise BackupRefused(
            f"Die Daten der Sicherung passen nicht zusammen ({error.diag.table_name or error.sqlstate}). "
            "Es wurde nichts verändert."
        ) from error
    files = sum(1 for name in backup.manifest["members"] if name.startswith(("files/", "datasets/")))
    return {"tenant": backup.manifest["tenant"], "rows": rows, "files": files, "keys": len(keys)}


def _keys(backup: Backup, passphrase: str) -> dict[str, bytes]:
    if not backup.manifest["has_keys"]:
        return {}
    if not passphrase:
        raise BackupRefused("Die Sicherung enthält Schlüssel. Setzen Sie BACKUP_PASSPHRASE.")
    keys = keybox.unwrap((backup.folder / "keys.bin").read_bytes(), passphrase)
    if backup.tenant and any(Path(name).parts[:2] != ("keys", str(backup.tenant)) for name in keys):
        raise BackupRefused("Die Sicherung einer Kommune enthält fremde Schlüssel.")
    return keys


def _checked_tables(connection: psycopg.Connection[Any], backup: Backup) -> list[Table]:
    here, there = set(schema_state(connection)), set(backup.manifest["schema"])
    if here != there:
        example = sorted(here ^ there)[0]
        raise BackupRefused(
            f"Die Sicherung stammt von Version {backup.manifest['version']} mit einem anderen Datenbankschema "
            f"(zum Beispiel {example}). Spielen Sie sie mit dieser Version ein und aktualisieren Sie danach."
        )
    known = {table.name: table for table in all_tables(connection)}
    for name, columns in backup.tables.items():
        if name not in known or set(columns) != set(known[name].columns):
            raise BackupRefused(f"Die Tabelle {name} der Sicherung gibt es hier nicht oder anders.")
        if not backup.table_file(name).is_file():
            raise BackupRefused(f"Die Tabelle {name} fehlt in der Sicherung.")
    return [known[name] for name in known if name in backup.tables]


def _refuse_existing(connection: psycopg.Connection[Any], backup: Backup, replace: bool) -> None:
    slug = (backup.manifest["tenant"] or {}).get("slug")
    rows = connection.execute(
        sql.SQL("SELECT id, slug FROM {}").format(sql.Identifier(MUNICIPALITIES))
    ).fetchall()
    if backup.tenant is None:
        if rows and not replace:
            raise BackupRefused(
                "Diese Installation ist nicht leer. Mit --replace wird alles durch die Sicherung ersetzt."
            )
        return
    for known_id, known_slug in rows:
        if known_id == backup.tenant and not replace:
            raise BackupRefused(
                f"{slug} gibt es hier schon. Mit --replace wird der Stand der Sicherung hergestellt."
            )
        if known_id != backup.tenant and known_slug == slug:
            raise BackupRefused(f"Unter dem Kürzel {slug} gibt es hier eine andere Kommune.")


def _restore_rows(connection: psycopg.Connection[Any], backup: Backup, tables: list[Table]) -> int:
    if backup.tenant is None:
        return _restore_all(connection, backup, tables)
    return _restore_tenant(connection, backup, tables, backup.tenant)


def _restore_all(connection: psycopg.Connection[Any], backup: Backup, tables: list[Table]) -> int:
    everything = sql.SQL(", ").join(sql.Identifier(table.name) for table in all_tables(connection))
    connection.execute(
        sql.SQL(
            "TRUNCATE {}, procrastinate_events, procrastinate_periodic_defers, "
            "procrastinate_workers, django_session CASCADE"
        ).format(everything)
    )
    rows = 0
    for table in tables:
        rows += _copy_in(connection, backup, table, table.name)
        for column in table.numbered:
            connection.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max({}), 0) + 1, false) FROM {}"
                ).format(sql.Identifier(column), sql.Identifier(table.name)),
                [table.name, column],
            )
    return rows


def _restore_tenant(
    connection: psycopg.Connection[Any], backup: Backup, tables: list[Table], tenant: UUID
) -> int:
    """Through staging tables:

    No row of the archive can reach another municipality, whatever the archive says.
    """
    for table in reversed(tables):
        if table.of_a_tenant:
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE tenant_id = %s").format(sql.Identifier(table.name)), [tenant]
            )
    rows = 0
    new_accounts: list[UUID] = []
    for table in tables:
        staging = f"restore_{table.name}"[:63]
        connection.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT * FROM {} WITH NO DATA").format(
                sql.Identifier(staging), sql.Identifier(table.name)
            )
        )
        _copy_in(connection, backup, table, staging)
        rows += _merge(connection, table, staging, tenant, new_accounts)
    return rows


def _merge(
    connection: psycopg.Connection[Any], table: Table, staging: str, tenant: UUID, new_accounts: list[UUID]
) -> int:
    owner = {MUNICIPALITIES: "id"}.get(table.name, "tenant_id" if table.of_a_tenant else None)
    if owner:
        foreign = connection.execute(
            sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {} IS DISTINCT FROM %s)").format(
                sql.Identifier(staging), sql.Identifier(owner)
            ),
            [tenant],
        ).fetchone()
        if foreign and foreign[0]:
            raise BackupRefused(
                f"Die Tabelle {table.name} der Sicherung enthält Zeilen einer anderen Kommune."
            )
    columns = [column for column in table.columns if table.of_a_tenant or column not in table.numbered]
    condition: sql.Composable = sql.SQL("true")
    if not owner and table.name != ACCOUNTS:
        # What hangs on an account comes only with a new account: a known one keeps its own factors and
        # addresses.
        condition = sql.SQL("{} = ANY({}::uuid[])").format(
            sql.Identifier(table.columns_to(ACCOUNTS)[0]), sql.Literal(new_accounts)
        )
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    known = sql.SQL("")
    if table.name == MUNICIPALITIES:
        updates = sql.SQL(", ").join(
            sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(column))
            for column in columns
            if column != "id"
        )
        known = sql.SQL("ON CONFLICT (id) DO UPDATE SET {}").format(updates)  # type: ignore[assignment]
    elif table.name == ACCOUNTS:
        known = sql.SQL("ON CONFLICT (id) DO NOTHING RETURNING id")
    done = connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {names} FROM {staging} WHERE {condition} {known}"
        ).format(
            table=sql.Identifier(table.name),
            names=names,
            staging=sql.Identifier(staging),
            condition=condition,
            known=known,
        )
    )
    if table.name == ACCOUNTS:
        new_accounts.extend(row[0] for row in done.fetchall())
    return done.rowcount


def _copy_in(connection: psycopg.Connection[Any], backup: Backup, table: Table, target: str) -> int:
    columns = sql.SQL(", ").join(map(sql.Identifier, backup.tables[table.name]))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(target), columns)
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy, backup.table_file(table.name).open("rb") as file:
            while piece := file.read(CHUNK):
                copy.write(piece)
        return cursor.rowcount


@contextmanager
def _triggers_off(connection: psycopg.Connection[Any], tables: list[Table]) -> Iterator[None]:
    """Guards of append-only tables judge new writes; a restore brings back what they let pass before."""
    for table in tables:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table.name)))
    yield
    # ALTER TABLE refuses while deferred checks are waiting.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table.name)))


@contextmanager
def _moved_into_place(backup: Backup, data_dir: Path, keys: dict[str, bytes]) -> Iterator[None]:
    """Swap in files and keys around the commit; what was there comes back if it fails."""
    tenant = str(backup.tenant) if backup.tenant else ""
    targets = [Path("files") / tenant, Path("datasets") / tenant, *([Path("keys") / tenant] if keys else [])]
    aside = backup.folder / "before"
    swapped: list[Path] = []
    try:
        for target in targets:
            place = data_dir / target
            if place.exists():
                (aside / target).parent.mkdir(parents=True, exist_ok=True)
                place.rename(aside / target)
            swapped.append(target)
            if (backup.folder / target).exists():
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                (backup.folder / target).rename(place)
        keybox.store(data_dir, keys)
        yield
    except BaseException:
        for target in swapped:
            shutil.rmtree(data_dir / target, ignore_errors=True)
            if (aside / target).exists():
                (aside / target).rename(data_dir / target)
        raise
