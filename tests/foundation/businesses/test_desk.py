"""The list of business accounts at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from stadtkern.foundation.access.api import system
from stadtkern.foundation.businesses import actions

pytestmark = pytest.mark.django_db
LIST = "/arbeit/unternehmen/"


@pytest.fixture
def desk(client: Any, make_actor: Any) -> Any:
    """The browser of a caseworker, logged in with a second factor."""
    from stadtkern.foundation.accounts.models import Account

    account = Account.objects.get(pk=make_actor("caseworker").account_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["second_factor"], session["assurance"] = True, 4
    session.save()
    return client


def test_the_list_shows_what_is_to_check_first_and_finds_by_register(
    desk: Any, found: Any, make_actor: Any, mainz: Any, now: datetime
) -> None:
    boss = make_actor(assurance=3)
    checked = found(boss, legal_name="Alt GmbH", register_number="HRB 11")
    gone = found(boss, legal_name="Weg GmbH", register_number="HRB 22")
    found(boss, legal_name="Neu GmbH", register_number="HRB 33")
    actions.mark_checked(actor=system(mainz.pk), business_id=checked, with_what="Auszug", now=now)
    actions.close_business(actor=boss, business_id=gone, now=now)
    page = desk.get(LIST).content.decode()
    assert page.index("Neu GmbH") < page.index("Alt GmbH") and f"{LIST}{checked}/" in page
    assert "geschlossen" in page and "Mainz HRB 33" in page
    only = desk.get(LIST, {"q": "HRB 22"}).content.decode()
    assert "Weg GmbH" in only and "Neu GmbH" not in only
    assert "Kein Unternehmen gefunden" in desk.get(LIST, {"q": "qqqq"}).content.decode()


def test_more_accounts_need_no_more_queries(
    desk: Any, found: Any, make_actor: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    boss = make_actor(assurance=3)
    found(boss)
    desk.get(LIST)
    with django_assert_max_num_queries(100) as one:
        desk.get(LIST)
    for number in range(3):
        found(boss, legal_name=f"Weitere {number} GmbH")
    with django_assert_max_num_queries(len(one)):
        desk.get(LIST)
