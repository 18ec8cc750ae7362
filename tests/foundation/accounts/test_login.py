"""Login by password and code, in the pages people use."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from stadtkern.foundation.accounts.models import Account, LoginRecord
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR

pytestmark = pytest.mark.django_db

PASSWORD = "ein-langer-satz-2025"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def person(login: str, kind: str, municipality: Any = None) -> Account:
    account = Account(username=login, email=f"{login}@example.org", kind=kind, display_name=login.title())
    account.home = municipality if kind == "staff" else None
    account.set_password(PASSWORD)
    account.save()
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=True)
    return account


@pytest.fixture
def resident(mainz: Any) -> Account:
    return person("berta", "resident")


@pytest.fixture
def clerk(mainz: Any) -> Account:
    return person("carla", "staff", mainz)


def log_in(client: Client, login: str) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": PASSWORD})


def test_the_login_page_asks_for_login_and_password_in_german(client: Client, mainz: Any) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert 'name="login"' in page and 'name="password"' in page
    assert "Mit BundID (Demo) anmelden" in page


def test_a_resident_logs_in_and_is_sent_to_her_cases(client: Client, resident: Account) -> None:
    response = log_in(client, "berta")
    assert response.status_code == 302 and response["Location"] == "/nach-anmeldung/"
    assert client.get("/nach-anmeldung/")["Location"] == "/vorgaenge/"
    record = LoginRecord.objects.get(account=resident)
    assert (record.method, record.assurance) == ("password", 1)
    assert client.session[ASSURANCE] == 1 and client.session[SECOND_FACTOR] is False


def test_a_wrong_password_says_so_and_keeps_the_name(client: Client, resident: Account) -> None:
    response = client.post("/accounts/login/", {"login": "berta", "password": "falsch-falsch"})
    page = response.content.decode()
    assert "berta" in page and "kern-" in page
    assert not LoginRecord.objects.exists()


def test_guessing_is_stopped_per_account(client: Client, resident: Account) -> None:
    for _ in range(6):
        client.post("/accounts/login/", {"login": "berta", "password": "falsch-falsch"})
    assert log_in(client, "berta").status_code != 302


@pytest.mark.django_db(transaction=True)
def test_staff_without_second_factor_set_one_up_before_anything_else(client: Client, clerk: Account) -> None:
    log_in(client, "carla")
    assert client.get("/nach-anmeldung/")["Location"].startswith("/accounts/zweiter-faktor/")
    page = client.get("/accounts/zweiter-faktor/").content.decode()
    assert reverse("mfa_activate_totp") in page
    setup = client.get(reverse("mfa_activate_totp"))
    secret = setup.context["form"].secret
    response = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert response.status_code == 302
    assert client.session[SECOND_FACTOR] is True
    assert client.get("/nach-anmeldung/")["Location"] == "/arbeit/"


def test_staff_with_totp_enter_the_code_after_the_password(client: Client, clerk: Account) -> None:
    TOTP.activate(clerk, SECRET)
    response = log_in(client, "carla")
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert 'name="code"' in client.get("/accounts/2fa/authenticate/").content.decode()
    response = client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert response["Location"] == "/nach-anmeldung/"
    assert client.session[SECOND_FACTOR] is True
    assert LoginRecord.objects.get(account=clerk).method == "password+totp"


def test_the_totp_seed_is_encrypted_at_rest(clerk: Account) -> None:
    authenticator = TOTP.activate(clerk, SECRET).instance
    assert SECRET not in str(authenticator.data)


def test_a_resident_signs_up_with_e_mail_and_password(client: Client, mainz: Any) -> None:
    assert client.get("/accounts/signup/").status_code == 200
    data = {"email": "neu@example.org", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", data)
    assert response.status_code == 302, response.content.decode()[-3000:]
    assert Account.objects.get(email="neu@example.org").kind == "resident"


@pytest.mark.parametrize(
    "name",
    [
        "account_change_password",
        "account_email",
        "account_logout",
        "account_overview",
        "account_delete",
        "app_passwords",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "socialaccount_connections",
        "usersessions_list",
        "assurance",
        "second_factor",
    ],
)
def test_every_page_of_the_account_opens(client: Client, resident: Account, name: str) -> None:
    log_in(client, "berta")
    response = client.get(reverse(name))
    assert response.status_code == 200
    page = response.content.decode()
    assert "<h1" in page and 'lang="de"' in page


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
)
def test_every_page_before_the_login_opens(client: Client, mainz: Any, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_the_step_up_page_keeps_the_target(client: Client, resident: Account) -> None:
    log_in(client, "berta")
    page = client.get("/accounts/vertrauensniveau/?niveau=4&next=/antrag/x/2/").content.decode()
    assert "next=%2Fantrag%2Fx%2F2%2F" in page and "STORK-QAA-Level-4" in page


def test_the_step_up_page_leads_nowhere_else(client: Client, resident: Account) -> None:
    log_in(client, "berta")
    page = client.get("/accounts/vertrauensniveau/?niveau=4&next=https://evil.example/").content.decode()
    assert "next=%2Fvorgaenge%2F" in page
    assert "evil.example" not in page.split("<main")[1].split("</main>")[0]


def test_a_resident_deletes_the_account(client: Client, resident: Account) -> None:
    log_in(client, "berta")
    assert client.post("/konto/loeschen/", {}).status_code == 422
    assert client.post("/konto/loeschen/", {"confirm": "yes"})["Location"] == "/"
    resident.refresh_from_db()
    assert not resident.is_active and resident.email == "" and "berta" not in resident.username
    assert log_in(client, "berta").status_code == 200


def test_a_blocked_account_cannot_log_in(client: Client, resident: Account) -> None:
    Account.objects.filter(pk=resident.pk).update(is_active=False)
    response = log_in(client, "berta")
    assert response.status_code == 200 or response["Location"] == reverse("account_inactive")
