"""The wall between providers, in the database (ADR 0130): a second layer behind the policies, as tenants have one.

Inside ``inside(providers)`` the session sees and writes only rows of these providers in the tables that carry the wall
(``EnableProviderWall`` in their migration: decisions, contracts, blocked seats). Outside of it (families, the youth office,
jobs) the wall is open. Rows without a provider are the office's; everybody may read them, only the office writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.migrations.operations.special import RunSQL

SETTING = "stadtkern.kita_providers"
_BEHIND = f"NULLIF(current_setting('{SETTING}', true), '')"
_OWN = f"provider_id = ANY (string_to_array((SELECT {_BEHIND}), ',')::uuid[])"
_OPEN = f"(SELECT {_BEHIND} IS NULL)"
NOBODY = UUID(int=0)

_inside: ContextVar[tuple[UUID, ...] | None] = ContextVar("kita_providers", default=None)


class EnableProviderWall(RunSQL):
    """Put the wall round ``table`` (it has a column ``provider_id``); row security is on already."""

    def __init__(self, table: str) -> None:
        if not table.replace("_", "").isalnum():
            raise ValueError(f"not a table name: {table}")
        self.table = table
        super().__init__(
            sql=f'CREATE POLICY provider_wall ON "{table}" AS RESTRICTIVE '
            f"USING ({_OPEN} OR provider_id IS NULL OR {_OWN}) WITH CHECK ({_OPEN} OR {_OWN})",
            reverse_sql=f'DROP POLICY provider_wall ON "{table}"',
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.table], {})


@contextmanager
def inside(providers: Iterable[UUID]) -> Iterator[None]:
    """See and write only what belongs to these providers; with none of them, nothing of any provider."""
    before = _inside.get()
    wanted = tuple(sorted(providers)) or (NOBODY,)
    token = _inside.set(wanted)
    _tell(wanted)
    try:
        yield
    finally:
        _inside.reset(token)
        _tell(before)


def _tell(providers: tuple[UUID, ...] | None) -> None:
    if connection.connection is not None and connection.needs_rollback:
        # The transaction failed; its rollback restores what was set before it began, and that is what we would set.
        return
    with connection.cursor() as cursor:
        value = ",".join(str(key) for key in providers or ())
        cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, value])


def tell_new_connection(sender: object, connection: Any, **kwargs: object) -> None:
    """Receiver of ``connection_created``: a connection that opens inside the wall stays inside."""
    wanted = _inside.get()
    if wanted is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, ",".join(map(str, wanted))])
