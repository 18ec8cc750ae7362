"""Which municipality or provider (tenant) a row belongs to.

Two layers keep tenants apart: policies (``foundation.access``) and, behind them, PostgreSQL's row level security.
The application connects as a role that owns no table; every tenant table carries ``tenant_id`` and the policy
``tenant_id = current_setting('stadtkern.tenant')``. Without a current tenant no row is visible.

``api``     the current tenant: ``act_for``, ``current_id``, ``TenantModel``
``rls``     the migration operation that switches row security on
"""
