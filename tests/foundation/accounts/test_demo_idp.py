"""The demo's BundID end to end: our pages as client, our provider as provider, over real HTTP on one port."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from stadtkern.foundation.accounts import demo, sign_on
from stadtkern.foundation.accounts.models import Account, Identity, LoginRecord

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

PERSON = {
    "login": "erika",
    "given_names": "Erika Maria",
    "family_name": "Beispiel",
    "birth_date": "1981-05-04",
    "street": "Musterweg",
    "house_number": "3",
    "postcode": "55116",
    "city": "Mainz",
    "email": "erika@example.org",
}


@pytest.fixture
def browser(live_server: Any, mainz: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    settings.PUBLIC_URL = live_server.url
    monkeypatch.setattr(demo, "staff", list)
    monkeypatch.setattr(demo, "residents", lambda: [PERSON])
    demo.load()
    return Browser(live_server.url)


class Browser:
    """Follows pages and forms like a person with scripts off."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.base + path, timeout=20)

    def submit(self, page: requests.Response, to: str, **values: Any) -> requests.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text[:2000]
        data = {"csrfmiddlewaretoken": token[1], **values}
        return self.http.post(self.base + to, data=data, headers={"Referer": page.url}, timeout=20)


def log_in_with_bundid(
    browser: Browser, acr: str = "STORK-QAA-Level-4", start: str = "/accounts/login/"
) -> Any:
    page = browser.get(start)
    action = re.search(r'action="(/accounts/oidc/bundid-demo/login/[^"]*)"', page.text)
    assert action, page.text[-3000:]
    chooser = browser.submit(page, action[1].replace("&amp;", "&"))
    assert "Erika Maria Beispiel" in chooser.text
    target = parse_qs(urlsplit(chooser.url).query)["next"][0]
    person = Account.objects.get(username="erika")
    consent = browser.submit(chooser, "/demo-idp/personen/", next=target, person=str(person.pk), acr=acr)
    assert "weitergeben" in consent.text, consent.text[-2000:]
    signed = re.search(r'name="request"[^>]*value="([^"]+)"', consent.text)
    assert signed
    scopes = ["openid", "profile", "email"]
    return browser.submit(consent, "/demo-idp/authorize", request=signed[1], scopes=scopes, action="grant")


def test_a_test_person_logs_in_with_level_high(browser: Browser) -> None:
    response = log_in_with_bundid(browser)
    assert urlsplit(response.url).path == "/vorgaenge/", response.url
    record = LoginRecord.objects.get()
    assert (record.assurance, record.method) == (4, "oidc:bundid-demo")
    identity = Identity.objects.get(account__username="erika")
    assert identity.family_name == "Beispiel" and identity.street == "Musterweg 3"
    assert identity.birth_date is not None and identity.birth_date.year == 1981


def test_the_level_chosen_at_the_provider_is_the_level_of_the_login(browser: Browser) -> None:
    log_in_with_bundid(browser, acr="STORK-QAA-Level-3")
    assert LoginRecord.objects.get().assurance == 3


def test_refusing_consent_changes_nothing(browser: Browser) -> None:
    page = browser.get("/accounts/login/")
    action = re.search(r'action="(/accounts/oidc/bundid-demo/login/[^"]*)"', page.text)
    assert action
    chooser = browser.submit(page, action[1].replace("&amp;", "&"))
    target = parse_qs(urlsplit(chooser.url).query)["next"][0]
    person = Account.objects.get(username="erika")
    consent = browser.submit(
        chooser, "/demo-idp/personen/", next=target, person=str(person.pk), acr="STORK-QAA-Level-4"
    )
    signed = re.search(r'name="request"[^>]*value="([^"]+)"', consent.text)
    assert signed
    response = browser.submit(consent, "/demo-idp/authorize", request=signed[1], action="cancel")
    assert "abgebrochen" in response.text
    assert not LoginRecord.objects.exists()


def test_the_provider_publishes_what_clients_need(browser: Browser) -> None:
    config = browser.get("/demo-idp/.well-known/openid-configuration").json()
    assert config["issuer"] == f"{browser.base}/demo-idp"
    keys = requests.get(config["jwks_uri"], timeout=10).json()["keys"]
    assert keys and keys[0]["kty"] == "RSA"
    assert config["token_endpoint"].startswith(browser.base)


def test_a_foreign_callback_is_refused(browser: Browser) -> None:
    browser.http.cookies.clear()
    page = browser.get("/demo-idp/personen/?next=/demo-idp/authorize")
    person = Account.objects.get(username="erika")
    evil = (
        f"/demo-idp/authorize?client_id={sign_on.DEMO_CLIENT}&response_type=code&scope=openid"
        "&redirect_uri=https://evil.example/callback"
    )
    response = browser.submit(
        page, "/demo-idp/personen/", next=evil, person=str(person.pk), acr="STORK-QAA-Level-4"
    )
    assert urlsplit(response.url).netloc == urlsplit(browser.base).netloc
    assert "code=" not in response.url


def test_outside_of_the_demo_there_is_no_provider(browser: Browser, settings: Any) -> None:
    settings.DEMO = False
    for path in (".well-known/openid-configuration", ".well-known/jwks.json", "authorize", "personen/"):
        assert browser.get(f"/demo-idp/{path}").status_code == 404
    assert "BundID (Demo)" not in browser.get("/accounts/login/").text
