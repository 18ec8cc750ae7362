"""An empty installation becomes a municipality with a working administrator, in the browser and by command."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.accounts.models import Account
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.organizations import commands
from stadtkern.foundation.organizations.models import Municipality
from stadtkern.foundation.tenancy import api as tenancy

pytestmark = pytest.mark.django_db

DATA = {
    "name": "Stadt Neuburg",
    "ags": "09185149",
    "admin_login": "ada",
    "admin_email": "ada@neuburg.example",
}


@pytest.fixture(autouse=True)
def nothing_yet(db: Any) -> None:
    organizations.forget()


def test_every_page_leads_to_the_set_up(client: Client) -> None:
    assert client.get("/")["Location"] == "/einrichten/"
    page = client.get("/einrichten/")
    assert page.status_code == 200 and "Richten Sie Ihre Kommune ein" in page.content.decode()


def test_without_the_code_nobody_takes_the_installation(client: Client) -> None:
    response = client.post("/einrichten/", {**DATA, "code": "geraten"})
    assert response.status_code == 422 and "Stadt Neuburg" in response.content.decode()
    assert not Municipality.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_from_nothing_to_the_checklist(client: Client) -> None:
    import time

    response = client.post("/einrichten/", {**DATA, "code": accounts.setup_code()})
    assert response.status_code == 302 and "/password/reset/key/" in response["Location"]
    organizations.forget()
    form = client.get(response["Location"], follow=True)
    password = {"password1": "ein-neues-haus-bauen", "password2": "ein-neues-haus-bauen"}
    client.post(form.redirect_chain[-1][0], password)
    client.post("/accounts/login/", {"login": "ada", "password": "ein-neues-haus-bauen"})
    assert client.get("/verwaltung/")["Location"].startswith("/accounts/zweiter-faktor/")
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    page = client.get("/verwaltung/").content.decode()
    assert "Schritte bis zum fertigen Auftritt" in page and "Straßenliste" in page
    row = Municipality.objects.get()
    assert (row.slug, row.state, row.operator) == ("stadt-neuburg", "DE-BY", True)
    assert client.get("/einrichten/")["Location"] == "/verwaltung/"
    with tenancy.act_for(row.pk):
        actions = {entry.action for entry in audit.entries_for("municipality", row.pk)}
    assert "organizations.create_municipality" in actions


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands.register_init(parser)
    return parser.parse_args(list(words))


@contextmanager
def no_start() -> Any:
    yield


def test_the_command_prints_the_link_and_refuses_a_second_time(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stadtkern.runtime.boot.database", no_start)
    words = [
        "--name",
        "Stadt Neuburg",
        "--ags",
        "09185149",
        "--admin-login",
        "ada",
        "--admin-email",
        "a@n.example",
    ]
    assert commands.init(arguments(*words)) == 0
    assert "/accounts/password/reset/key/" in capsys.readouterr().out
    assert Account.objects.get(username="ada").kind == "staff"
    assert commands.init(arguments(*words)) == 2
    assert "schon eine Kommune" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["--name", "X"], ["--name", "X", "--ags", "99", "--admin-login", "a", "--admin-email", "b@c.de"]],
)
def test_the_command_refuses_missing_and_wrong_values(
    words: list[str], capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stadtkern.runtime.boot.database", no_start)
    assert commands.init(arguments(*words)) == 2
    assert capsys.readouterr().out == "" and not Municipality.objects.exists()
