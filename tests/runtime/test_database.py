"""What the application may do in the database, and what it may not."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection

from stadtkern.runtime import boot

pytestmark = pytest.mark.django_db


def scalar(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
        assert row is not None
        return row[0]


def test_umlauts_have_lower_case() -> None:
    assert scalar("SELECT lower('ÄÖÜẞ')") == "äöüß"


def test_application_is_neither_superuser_nor_above_row_security() -> None:
    assert scalar("SELECT current_user") == "stadtkern_app"
    assert (
        scalar(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles "
            "WHERE rolname = current_user"
        )
        is False
    )


def test_application_owns_no_table() -> None:
    assert scalar("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE loot (id int)",
        "ALTER TABLE django_session DISABLE ROW LEVEL SECURITY",
        "TRUNCATE django_session",
        "DROP TABLE django_session",
        "SET ROLE stadtkern_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE SCHEMA loot",
        "COPY django_session TO '/tmp/loot'",
        "COPY django_session TO PROGRAM 'cat'",
        "ALTER ROLE stadtkern_app BYPASSRLS",
        "GRANT stadtkern_owner TO stadtkern_app",
    ],
)
def test_application_cannot(statement: str) -> None:
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_schema_is_complete() -> None:
    assert boot.pending_migrations() == []


class TestTransactionalTests:
    """Two tests that commit: the second must not see what the first left."""

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("turn", [1, 2])
    def test_start_from_the_migrated_state(self, turn: int) -> None:
        from django.contrib.sessions.models import Session
        from django.utils import timezone

        assert not Session.objects.exists()
        Session.objects.create(session_key=f"left-by-{turn}", session_data="", expire_date=timezone.now())
