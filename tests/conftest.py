"""Fixtures for all tests. The database is real, row security is on: tests connect as the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from stadtkern.kernel import clock
from stadtkern.runtime.testing import fresh_database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A migrated database of its own for this run."""
    with django_db_blocker.unblock(), fresh_database():
        yield


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a module, rolled back behind the last one.

    What a module's tests only read is built once in it; each test changes it within a savepoint of its own. Not for
    modules whose tests commit (``transaction=True``): they build their world themselves.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def now() -> datetime:
    """A fixed Tuesday in the demo autumn, 10:00 in Mainz."""
    return datetime(2025, 10, 14, 10, 0, tzinfo=clock.ZONE)


@pytest.fixture
def mainz(db: None) -> Iterator[Any]:
    """A municipality, and the test acts for it."""
    from stadtkern.foundation.tenancy import api as tenancy

    municipality = make_municipality("mainz", "Mainz", ags="07315000")
    with tenancy.act_for(municipality.pk):
        yield municipality


@pytest.fixture
def bodenheim(db: None) -> Any:
    """A second municipality (the test does not act for it)."""
    return make_municipality("bodenheim", "Bodenheim", ags="07339006")


def make_municipality(slug: str, name: str, *, ags: str = "") -> Any:
    from stadtkern.foundation.organizations.api import forget
    from stadtkern.foundation.organizations.models import Municipality

    forget()
    return Municipality.objects.create(
        slug=slug, name=name, ags=ags, domains=[f"{slug}.localhost"], sender_email=f"stadt@{slug}.example"
    )


@pytest.fixture
def office(mainz: Any) -> Any:
    """An office of Mainz with one team."""
    from stadtkern.foundation.organizations.models import Office, Team

    office = Office.objects.create(slug="steuern", name="Amt für Finanzen")
    Team.objects.create(slug="hundesteuer", name="Team Hundesteuer", office=office)
    return office


@pytest.fixture
def make_actor(mainz: Any) -> Any:
    """``make_actor("caseworker", office=…, team=…)`` makes an account with that role and gives its actor.

    Without a role: a resident.
    """
    from stadtkern.foundation.access.api import Actor, actor_for
    from stadtkern.foundation.access.models import RoleAssignment
    from stadtkern.foundation.accounts.models import Account

    def make(
        role: str | None = None, *, office: Any = None, team: Any = None, name: str = "", assurance: int = 1
    ) -> Actor:
        number = Account.objects.count() + 1
        account = Account.objects.create(
            username=f"{role or 'resident'}{number}",
            display_name=name or f"{role or 'Person'} {number}",
            email=f"person{number}@example.org",
            kind="staff" if role else "resident",
        )
        if role:
            RoleAssignment.objects.create(
                account=account,
                role=role,
                office=office,
                team=team,
                valid_from_on=date(2025, 1, 1),
            )
        return actor_for(
            account_id=UUID(str(account.pk)),
            kind="staff" if role else "resident",
            name=str(account),
            on=date(2025, 10, 14),
            assurance=assurance,
        )

    return make


@pytest.fixture(autouse=True)
def _real_time_again() -> Iterator[None]:
    yield
    clock.reset()
