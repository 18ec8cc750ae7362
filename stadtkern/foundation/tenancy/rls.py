"""Row level security as a migration operation."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.special import RunSQL

CURRENT_TENANT = "(SELECT NULLIF(current_setting('stadtkern.tenant', true), '')::uuid)"


class EnableRowSecurity(RunSQL):
    """Switch row security on for ``table`` (its column ``tenant_id`` must equal the session's tenant).

    Only the application role is subject to it; the owner, who migrates, sees all rows.
    """

    def __init__(self, table: str) -> None:
        if not table.replace("_", "").isalnum():
            raise ValueError(f"not a table name: {table}")
        self.table = table
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'CREATE POLICY tenant_isolation ON "{table}" '
                f"USING (tenant_id = {CURRENT_TENANT}) WITH CHECK (tenant_id = {CURRENT_TENANT})",
            ],
            reverse_sql=[
                f'DROP POLICY tenant_isolation ON "{table}"',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.table], {})
