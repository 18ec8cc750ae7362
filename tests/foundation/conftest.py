"""Fixtures for the pages of the foundation."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def sign_in(mainz: Any) -> Any:
    """``sign_in(actor)`` gives a client in which this actor is logged in with a second factor."""
    from stadtkern.foundation.access.middleware import ASSURANCE, SECOND_FACTOR
    from stadtkern.foundation.accounts.models import Account

    def call(actor: Any) -> Client:
        client = Client()
        account = Account.objects.get(pk=actor.account_id)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[SECOND_FACTOR], session[ASSURANCE] = True, 4
        session.save()
        return client

    return call
