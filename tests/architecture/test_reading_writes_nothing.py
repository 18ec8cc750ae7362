"""A GET changes nothing but the session and the log."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver

from stadtkern.foundation.accounts.models import Account
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR
from stadtkern.foundation.organizations.models import Municipality
from tests.architecture.test_gates import patterns

pytestmark = pytest.mark.django_db

WRITING = re.compile(
    r'^\s*(?:WITH .* )?(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|MERGE INTO)\s+"?(\w+)', re.I | re.S
)
# Sessions, their list, counters and the log of who read what; nothing of the domain.
# The login library copies the address of an account into its own table when its page is opened.
ALLOWED = {
    "account_emailaddress",
    "django_session",
    "usersessions_usersession",
    "cache_entry",
    "audit_entry",
    "accounts_account",
}


def plain_addresses() -> list[str]:
    """Addresses without arguments."""
    found = []
    for path, pattern in patterns(get_resolver()):
        assert isinstance(pattern, URLPattern)
        if "<" in path or "(" in path or path.startswith(("accounts/logout", "static/", "demo-idp/")):
            continue
        found.append("/" + path.replace("^", "").replace("$", "").replace("\\Z", ""))
    return sorted(set(found))


class Guard:
    """Collects writes of the statements that pass."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        match = WRITING.match(sql)
        if match and match[2] not in ALLOWED:
            self.writes.append(sql[:200])
        return execute(sql, params, many, context)


@pytest.mark.parametrize(
    "role", ["administrator", "service_manager", "caseworker", "counter", "auditor", None]
)
def test_opening_a_page_writes_nothing(role: str | None, mainz: Any, office: Any, make_actor: Any) -> None:
    Municipality.objects.filter(pk=mainz.pk).update(operator=True)
    actor = make_actor(role)
    client = Client(raise_request_exception=False)
    client.force_login(
        Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session[SECOND_FACTOR], session[ASSURANCE] = True, 4
    session.save()
    opened, wrong, broken = 0, [], []
    for address in plain_addresses():
        guard = Guard()
        with connection.execute_wrapper(guard):
            response = client.get(address)
        opened += response.status_code == 200
        wrong += [f"{address}: {sql}" for sql in guard.writes]
        if response.status_code >= 500 and response.status_code != 503:
            broken.append(address)
    assert not wrong
    assert not broken, "these pages fail"
    assert opened > 10


def test_the_guard_sees_writes() -> None:
    guard = Guard()
    with connection.execute_wrapper(guard):
        Municipality.objects.filter(slug="nobody").update(name="x")
    assert guard.writes
