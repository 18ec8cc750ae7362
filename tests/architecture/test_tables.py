"""What holds for every table: row security, names of columns, keys, the glossary."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from stadtkern.foundation.tenancy.api import TenantModel

ROOT = Path(__file__).resolve().parents[2]
OURS = [model for model in apps.get_models() if model.__module__.startswith("stadtkern.")]
TENANT = [model for model in OURS if issubclass(model, TenantModel)]

# Tables without a tenant, each with its reason.
GLOBAL = {
    "Municipality": "the tenants themselves",
    "Account": "one login for all municipalities",
    "Identity": "belongs to an account",
    "LoginRecord": "belongs to an account",
    "AppPassword": "belongs to an account",
    "RetentionPeriod": "the same table of periods for all, without personal data",
}

# Unique without the tenant, each with its reason.
UNGUESSABLE = {
    "transaction_id": "random number made for the payment provider",
    "transaction_once": "the same",
}


def ids(found: list[Any]) -> list[str]:
    return [model._meta.label for model in found]


def test_every_table_has_a_tenant_or_a_reason() -> None:
    without = {model.__name__ for model in OURS if not issubclass(model, TenantModel)}
    assert not without - set(GLOBAL), "a new table needs TenantModel, or a reason here"


@pytest.mark.django_db
@pytest.mark.parametrize("model", TENANT, ids=ids(TENANT))
def test_tenant_tables_have_row_security_and_the_policy(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relrowsecurity, r.rolname, array_agg(p.polname::text) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            " LEFT JOIN pg_policy p ON p.polrelid = c.oid WHERE c.oid = %s::regclass GROUP BY 1, 2",
            [model._meta.db_table],
        )
        secured, owner, policies = cursor.fetchone()
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    assert secured and "tenant_isolation" in policies
    assert owner != role, "the application's role owns the table: row security would not apply"


@pytest.mark.django_db
def test_every_table_with_a_tenant_column_is_secured() -> None:
    """Also tables that no model describes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
            " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity"
        )
        assert not cursor.fetchall()


@pytest.mark.django_db
def test_the_application_connects_without_special_rights() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_keys_between_tenant_tables_stay_inside_the_tenant() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname, con.conname FROM pg_constraint con"
            " JOIN pg_class child ON child.oid = con.conrelid AND child.relrowsecurity"
            " JOIN pg_class parent ON parent.oid = con.confrelid AND parent.relrowsecurity"
            " JOIN pg_namespace n ON n.oid = child.relnamespace AND n.nspname = 'public'"
            " WHERE con.contype = 'f' AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = child.oid"
            " AND t.tgname = left('A_' || con.conname, 63) AND t.tgenabled = 'O')"
        )
        assert not cursor.fetchall()


@pytest.mark.parametrize("model", TENANT, ids=ids(TENANT))
def test_unique_keys_do_not_reach_across_tenants(model: Any) -> None:
    """A natural key that is unique without the tenant would tell one municipality what another has."""
    wrong = [
        field.name
        for field in model._meta.local_fields
        if field.unique
        and not field.primary_key
        and not isinstance(field, models.UUIDField | models.OneToOneField)
    ]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and "tenant_id" not in constraint.fields:
            kinds = [model._meta.get_field(name) for name in constraint.fields]
            if not any(isinstance(kind, models.ForeignKey | models.UUIDField) for kind in kinds):
                wrong.append(constraint.name)
    assert not set(wrong) - set(UNGUESSABLE)


@pytest.mark.parametrize("model", OURS, ids=ids(OURS))
def test_times_end_in_at_and_dates_in_on(model: Any) -> None:
    allowed = {"birth_date", "at", "last_login", "date_joined"}
    wrong = []
    for field in model._meta.local_fields:
        if field.name in allowed:
            continue
        if (
            isinstance(field, models.DateTimeField) and not re.search(r"(_at|_until|_since)$", field.name)
        ) or (type(field) is models.DateField and not field.name.endswith("_on")):
            wrong.append(field.name)
    assert not wrong


def test_the_glossary_has_every_model() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    missing = sorted(model.__name__ for model in OURS if f"`{model.__name__}`" not in text)
    assert not missing, f"docs/glossary.md: {', '.join(missing)}"
