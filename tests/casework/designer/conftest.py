"""Two designers and the city of the cases."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.casework.cases.conftest import apply, city, mainz, standing_city, team

__all__ = ["apply", "city", "mainz", "standing_city", "team"]


def log_in(actor: Any) -> Client:
    """A browser of this person, second factor included."""
    from stadtkern.foundation.accounts.models import Account

    client = Client()
    account = Account.objects.get(pk=actor.account_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


@pytest.fixture
def author(make_actor: Any) -> Any:
    """The process designer who draws."""
    return make_actor("process_designer", name="Pia Reinhardt")


@pytest.fixture
def second(make_actor: Any) -> Any:
    """Another process designer."""
    return make_actor("process_designer", name="Oliver Peters")
