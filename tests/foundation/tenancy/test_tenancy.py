"""The current tenant in Python and in the database session agree, also after errors."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from stadtkern.foundation.organizations.models import Office
from stadtkern.foundation.tenancy import api as tenancy

pytestmark = pytest.mark.django_db


def session_tenant() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('stadtkern.tenant', true)")
        return cursor.fetchone()[0] or ""


def test_rows_of_another_tenant_do_not_exist(mainz, bodenheim, office):
    with tenancy.act_for(bodenheim.pk):
        assert not Office.objects.exists()
    assert Office.objects.get() == office


def test_writing_for_another_tenant_is_refused(mainz, bodenheim):
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Office.objects.create(tenant_id=bodenheim.pk, slug="x", name="X")


def test_without_a_tenant_nothing_is_visible(mainz, office):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('stadtkern.tenant', '', false)")
        cursor.execute("SELECT count(*) FROM organizations_office")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT set_config('stadtkern.tenant', %s, false)", [str(mainz.pk)])


def test_the_session_is_restored_after_a_database_error(mainz, bodenheim):
    with pytest.raises(DatabaseError), transaction.atomic(), tenancy.act_for(bodenheim.pk):
        connection.cursor().execute("SELECT 1/0")
    assert session_tenant() == str(mainz.pk)
    with tenancy.act_for(bodenheim.pk):
        assert session_tenant() == str(bodenheim.pk)
    assert session_tenant() == str(mainz.pk)


def test_without_a_tenant_python_refuses(db):
    with pytest.raises(tenancy.NoTenant):
        tenancy.current_id()


def test_a_row_that_is_gone_before_the_commit_binds_nothing(mainz, office):
    """Stored and deleted again in one transaction: the check of its keys finds nothing to complain about."""
    with transaction.atomic():
        parent = Office.objects.create(slug="oben", name="Oben")
        child = Office.objects.create(slug="unten", name="Unten", parent=parent)
        child.delete()
        parent.delete()
    connection.check_constraints()
