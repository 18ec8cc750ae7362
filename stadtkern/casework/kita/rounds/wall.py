"""A row policy for tables no provider may ever see: ranks of families, hardship (ADR 0142)."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.special import RunSQL

from stadtkern.casework.kita.walls import SETTING


class CloseToProviders(RunSQL):
    """Inside the wall of providers (``walls.inside``) the table is empty and takes nothing."""

    def __init__(self, table: str) -> None:
        if not table.replace("_", "").isalnum():
            raise ValueError(f"not a table name: {table}")
        self.table = table
        outside = f"((SELECT NULLIF(current_setting('{SETTING}', true), '')) IS NULL)"
        super().__init__(
            sql=f'CREATE POLICY office_only ON "{table}" AS RESTRICTIVE USING {outside} WITH CHECK {outside}',
            reverse_sql=f'DROP POLICY office_only ON "{table}"',
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.table], {})
