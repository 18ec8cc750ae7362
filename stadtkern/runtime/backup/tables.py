"""The tables of the installation, as PostgreSQL describes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg

ACCOUNTS: Final = "accounts_account"
MUNICIPALITIES: Final = "organizations_municipality"

# Sessions, caches and the worker's own notes: worthless or harmful after a restore.
VOLATILE: Final = frozenset(
    {
        "django_migrations",
        "django_session",
        "usersessions_usersession",
        "cache_entry",
        "allauth_idp_oidc_token",
        "account_emailconfirmation",
        "procrastinate_workers",
        "procrastinate_events",
        "procrastinate_periodic_defers",
    }
)
# Global tables about accounts that say nothing about a person of one municipality.
NOT_WITH_A_TENANT: Final = frozenset(
    {"allauth_idp_oidc_client", "accounts_account_groups", "accounts_account_user_permissions"}
)
# Waiting and interrupted jobs start again after a restore; the worker that had them does not exist any more.
JOB_COLUMNS: Final = {"status": "'todo'::procrastinate_job_status", "worker_id": "NULL::bigint"}

_COLUMNS = """
    SELECT c.relname, a.attname,
           a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%%', false)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND a.attgenerated = ''
    ORDER BY c.relname, a.attnum
"""
_REFERENCES = """
    SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, a.attname
    FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table:

    Its writable columns, those numbered by a sequence, and (table, column) of its foreign keys.
    """

    name: str
    columns: tuple[str, ...]
    numbered: frozenset[str]
    references: tuple[tuple[str, str], ...]

    @property
    def of_a_tenant(self) -> bool:
        return "tenant_id" in self.columns

    def columns_to(self, other: str) -> list[str]:
        """The foreign key columns that point to ``other``."""
        return [column for target, column in self.references if target == other]


def all_tables(connection: psycopg.Connection[Any]) -> list[Table]:
    """Every table worth keeping, those that are referred to first."""
    columns: dict[str, list[tuple[str, bool]]] = {}
    for name, column, numbered in connection.execute(_COLUMNS):
        columns.setdefault(name, []).append((column, numbered))
    references: dict[str, list[tuple[str, str]]] = {}
    for name, target, column in connection.execute(_REFERENCES):
        references.setdefault(name, []).append((target, column))
    found = {
        name: Table(
            name=name,
            columns=tuple(column for column, _ in listed),
            numbered=frozenset(column for column, numbered in listed if numbered),
            references=tuple(references.get(name, [])),
        )
        for name, listed in columns.items()
        if name not in VOLATILE
    }
    return list(_in_order(found))


def tenant_tables(tables: Iterable[Table]) -> list[Table]:
    """The tables of a tenant's backup: its own rows, its municipality, the accounts it refers to."""
    return [
        table
        for table in tables
        if table.of_a_tenant
        or table.name in {MUNICIPALITIES, ACCOUNTS}
        or (table.columns_to(ACCOUNTS) and table.name not in NOT_WITH_A_TENANT)
    ]


def schema_state(connection: psycopg.Connection[Any]) -> list[str]:
    """``app.name`` of every applied migration, sorted."""
    rows = connection.execute("SELECT app || '.' || name FROM django_migrations")
    return sorted({str(row[0]) for row in rows})


def _in_order(tables: dict[str, Table]) -> Iterable[Table]:
    """References first; where tables refer to each other the deferred constraints settle it at commit."""
    done: set[str] = set()

    def visit(name: str) -> Iterable[Table]:
        if name in done or name not in tables:
            return
        done.add(name)
        for target, _ in tables[name].references:
            yield from visit(target)
        yield tables[name]

    for name in sorted(tables):
        yield from visit(name)
