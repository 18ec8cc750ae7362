"""The stop switch, the sample, and the list of outside systems in the browser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from stadtkern.casework.cases import automatic
from stadtkern.casework.cases.models import AutomaticSetting
from stadtkern.casework.processes.models import AllowedHost
from stadtkern.foundation.access.api import system

pytestmark = pytest.mark.django_db
LIST, CHANGE, HOSTS = (
    "/arbeit/automatik/",
    "/arbeit/automatik/bewohnerparkausweis/",
    "/verwaltung/aussensysteme/",
)


@pytest.fixture
def login(client: Any, make_actor: Any, mainz: Any) -> Any:
    """A browser of somebody with a role, logged in with a second factor."""
    from stadtkern.foundation.accounts.models import Account

    def browse(role: str) -> Any:
        account = Account.objects.get(pk=make_actor(role).account_id)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["second_factor"], session["assurance"] = True, 4
        session.save()
        return client

    return browse


def test_a_manager_stops_a_service_with_a_reason(city: Any, login: Any) -> None:
    client = login("service_manager")
    page = client.get(LIST).content.decode()
    assert "Bewohnerparkausweis" in page and "Hundesteuer" not in page and "in Betrieb" in page
    wrong = client.post(CHANGE, {"stopped": "1", "sample_percent": "10", "reason": " "})
    assert wrong.status_code == 422 and not AutomaticSetting.objects.exists()
    wrong = client.post(CHANGE, {"sample_percent": "0", "reason": "ohne Stichprobe"})
    assert wrong.status_code == 422 and 'href="#sample_percent"' in wrong.content.decode()
    assert f'href="{LIST}"' in wrong.content.decode()  # the way back
    done = client.post(CHANGE, {"stopped": "1", "sample_percent": "25", "reason": "Register gestört"})
    assert done.status_code == 302
    assert automatic.setting_of("bewohnerparkausweis").stopped
    assert "angehalten" in client.get(LIST).content.decode()
    assert "Register gestört" in client.get(CHANGE).content.decode()
    assert client.get("/arbeit/automatik/hundesteuer-anmeldung/").status_code == 404


def test_who_may_not_does_not(city: Any, login: Any, now: datetime) -> None:
    client = login("caseworker")
    assert client.get(LIST).status_code in (403, 404)
    assert client.post(CHANGE, {"stopped": "1", "sample_percent": "1", "reason": "x"}).status_code in (
        403,
        404,
    )
    assert client.get(HOSTS).status_code in (403, 404)
    automatic.change_setting(
        actor=system(city.pk), slug="x", stopped=True, sample_percent=5, reason="Probe", now=now
    )


def test_the_administration_allows_and_forbids_systems(city: Any, login: Any) -> None:
    client = login("administrator")
    assert "Noch kein Außensystem" in client.get(HOSTS).content.decode()
    wrong = client.post(HOSTS, {"host": "https://x.example/", "purpose": "Probe"})
    assert wrong.status_code == 422 and "https://x.example/" in wrong.content.decode()
    wrong = client.post(HOSTS, {"host": "x.example", "purpose": " "})
    assert wrong.status_code == 422 and 'href="#purpose"' in wrong.content.decode()
    assert client.post(HOSTS, {"host": "Register.Land.Example", "purpose": "Meldedaten"}).status_code == 302
    row = AllowedHost.objects.get()
    assert (row.host, row.private) == ("register.land.example", False)
    assert "Meldedaten" in client.get(HOSTS).content.decode()
    client.post(f"{HOSTS}{row.pk}/entfernen/")
    assert not AllowedHost.objects.exists()
