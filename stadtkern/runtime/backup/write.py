"""Writing a backup: one snapshot of the database, then the stored files, then the manifest."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from stadtkern.runtime.backup import BackupRefused, keybox
from stadtkern.runtime.backup.tables import (
    ACCOUNTS,
    JOB_COLUMNS,
    MUNICIPALITIES,
    Table,
    all_tables,
    schema_state,
    tenant_tables,
)
from stadtkern.runtime.version import version

FORMAT: Final = "stadtkern-backup/1"
CHUNK: Final = 1024 * 1024
FILES: Final = ("files", "datasets")  # folders of DATA_DIR with one folder per municipality


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is backed up: one tenant with the accounts it refers to, or everything (``tenant`` None)."""

    tenant: UUID | None
    slug: str | None
    accounts: tuple[UUID, ...] = ()


def write_backup(
    *, url: str, data_dir: Path, target: Path, tenant: str | None, passphrase: str
) -> dict[str, Any]:
    """Write ``target`` (mode 0600) in one step and return its manifest. ``url`` is the owner's.

    Raises ``BackupRefused`` for an unknown municipality.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(
                fileobj=raw, mode="w:gz", compresslevel=6, format=tarfile.PAX_FORMAT
            ) as archive:
                manifest = _Writer(archive, data_dir, passphrase).write(url, tenant)
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


class _Writer:
    def __init__(self, archive: tarfile.TarFile, data_dir: Path, passphrase: str) -> None:
        self.archive = archive
        self.data_dir = data_dir
        self.passphrase = passphrase
        self.members: dict[str, dict[str, Any]] = {}

    def write(self, url: str, slug: str | None) -> dict[str, Any]:
        with psycopg.connect(url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            # An owner whose rows were filtered would write an incomplete backup; this turns that into an
            # error.
            connection.execute("SET LOCAL row_security = off")
            tables = all_tables(connection)
            scope = _scope(connection, tables, slug)
            chosen = tables if scope.tenant is None else tenant_tables(tables)
            state = schema_state(connection)
            for table in chosen:
                self._table(connection, table, scope)
        self._files(scope)
        self._keys(scope)
        manifest = {
            "format": FORMAT,
            "version": version(),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "tenant": {"id": str(scope.tenant), "slug": scope.slug} if scope.tenant else None,
            "schema": state,
            "tables": {table.name: list(table.columns) for table in chosen},
            "has_keys": "keys.bin" in self.members,
            "members": self.members,
        }
        content = json.dumps(manifest, indent=1).encode()
        self._add("manifest.json", io.BytesIO(content), len(content))
        return manifest

    def _table(self, connection: psycopg.Connection[Any], table: Table, scope: Scope) -> None:
        with tempfile.TemporaryFile() as spool:
            digest, rows = hashlib.sha256(), 0
            with connection.cursor() as cursor, cursor.copy(_copy_out(table, scope)) as copy:
                for piece in copy:
                    data = bytes(piece)
                    spool.write(data)
                    digest.update(data)
                    rows += data.count(b"\n")  # COPY escapes line ends inside values
            size = spool.tell()
            spool.seek(0)
            name = f"tables/{table.name}.copy"
            self._add(name, spool, size)
            self.members[name] = {"sha256": digest.hexdigest(), "bytes": size, "rows": rows}

    def _files(self, scope: Scope) -> None:
        """Blobs never change; one that is deleted while we read is no longer wanted."""
        for path in _stored_files(self.data_dir, scope):
            name = str(path.relative_to(self.data_dir))
            try:
                with path.open("rb") as file:
                    size = os.fstat(file.fileno()).st_size
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                    file.seek(0)
                    self._add(name, file, size)
            except FileNotFoundError:
                continue
            self.members[name] = {"sha256": digest, "bytes": size}

    def _keys(self, scope: Scope) -> None:
        if not self.passphrase:
            return
        folders = [f"keys/{scope.tenant}"] if scope.tenant else ["keys", "secrets"]
        paths = [
            path
            for folder in folders
            for path in sorted((self.data_dir / folder).rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        ]
        if paths:
            content = keybox.wrap(self.data_dir, paths, self.passphrase)
            self._add("keys.bin", io.BytesIO(content), len(content))
            self.members["keys.bin"] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}

    def _add(self, name: str, source: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self.archive.addfile(member, source)


def _scope(connection: psycopg.Connection[Any], tables: list[Table], slug: str | None) -> Scope:
    if slug is None:
        return Scope(tenant=None, slug=None)
    row = connection.execute(
        sql.SQL("SELECT id FROM {} WHERE slug = %s").format(sql.Identifier(MUNICIPALITIES)), [slug]
    ).fetchone()
    if row is None:
        raise BackupRefused(f"Die Kommune {slug!r} gibt es hier nicht.")
    tenant = row[0]
    accounts: set[UUID] = set()
    query = sql.SQL("SELECT DISTINCT {column} FROM {table} WHERE {owner} = %s AND {column} IS NOT NULL")
    for table in tables:
        if table.of_a_tenant:
            for column in table.columns_to(ACCOUNTS):
                found = connection.execute(_named(query, column, table.name, "tenant_id"), [tenant])
                accounts.update(account for (account,) in found)
    home = connection.execute(_named(query, "id", ACCOUNTS, "home_id"), [tenant])
    accounts.update(account for (account,) in home)
    return Scope(tenant=tenant, slug=slug, accounts=tuple(sorted(accounts)))


def _named(query: sql.SQL, column: str, table: str, owner: str) -> sql.Composed:
    return query.format(
        column=sql.Identifier(column), table=sql.Identifier(table), owner=sql.Identifier(owner)
    )


def _copy_out(table: Table, scope: Scope) -> sql.Composed:
    """The rows of ``table`` that belong to ``scope``, in the order of its columns."""
    columns = sql.SQL(", ").join(
        sql.SQL(JOB_COLUMNS[column])
        if table.name == "procrastinate_jobs" and column in JOB_COLUMNS
        else sql.Identifier(column)
        for column in table.columns
    )
    return sql.SQL("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT").format(
        columns, sql.Identifier(table.name), _filter(table, scope)
    )


def _filter(table: Table, scope: Scope) -> sql.Composable:
    if table.name == "procrastinate_jobs":
        return sql.SQL("status IN ('todo', 'doing')")
    if scope.tenant is None:
        return sql.SQL("true")
    if table.of_a_tenant:
        return sql.SQL("tenant_id = {}").format(sql.Literal(scope.tenant))
    if table.name == MUNICIPALITIES:
        return sql.SQL("id = {}").format(sql.Literal(scope.tenant))
    column = "id" if table.name == ACCOUNTS else table.columns_to(ACCOUNTS)[0]
    return sql.SQL("{} = ANY({}::uuid[])").format(sql.Identifier(column), sql.Literal(list(scope.accounts)))


def _stored_files(data_dir: Path, scope: Scope) -> Iterator[Path]:
    for kind in FILES:
        folder = data_dir / kind / str(scope.tenant) if scope.tenant else data_dir / kind
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.endswith(".part"):
                yield path
