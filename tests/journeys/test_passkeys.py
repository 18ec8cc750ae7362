"""Passkeys with Chromium's virtual authenticator (WebAuthn over the debugger): staff register one and log in with it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import axe
from tests.journeys.browser import Person

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def scripts() -> bool:
    """A passkey needs scripts: the browser's interface for it is a script's."""
    return True


def give_authenticator(person: Person) -> tuple[Any, str]:
    """Put a device with fingerprint into the person's browser; returns the session of the debugger and its id."""
    debugger = person.context.new_cdp_session(person.page)
    debugger.send("WebAuthn.enable")
    made = debugger.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return debugger, str(made["authenticatorId"])


def confirm_password(person: Person, password: str) -> None:
    """The library asks once more who it is."""
    if person.page.locator("main input[type=password]").count():
        person.page.locator("main input[type=password]").first.fill(password)
        person.page.locator("main form:has(input[type=password]) button").first.click()
        person.page.wait_for_load_state("load")


def register(person: Person, password: str, name: str) -> None:
    """Make a passkey that also replaces the password."""
    person.go("/accounts/2fa/webauthn/add/")
    confirm_password(person, password)
    person.page.locator("main input[name=name]").fill(name)
    passwordless = person.page.locator("main input[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    with person.page.expect_navigation():
        person.page.locator("#mfa_webauthn_add").click()


def test_staff_register_a_passkey_and_log_in_with_it(city: Any, person: Any) -> None:
    worker = city.desk("t.zwei", make=person, scripts=True)
    debugger, device = give_authenticator(worker)
    register(worker, city.password, "Dienstlaptop")
    assert debugger.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    worker.go("/accounts/2fa/webauthn/").sees("Dienstlaptop")

    # the page on which one confirms with it has no barrier either
    worker.go("/accounts/2fa/webauthn/reauthenticate/")
    assert not axe.findings(worker.page, axe.source())

    # without it nobody is in: a new session, the same device, no password and no code
    worker.context.clear_cookies()
    worker.go("/accounts/login/?next=/arbeit/")
    with worker.page.expect_navigation(url=lambda url: "/arbeit/" in url and "login" not in url):
        worker.page.locator("#passkey_login").click()
    worker.go("/arbeit/?bereich=alle&stand=alle").sees("Wartet auf Freigabe")

    # a device without that passkey stays outside
    stranger = person(city.base)
    give_authenticator(stranger)
    stranger.go("/accounts/login/?next=/arbeit/")
    stranger.page.locator("#passkey_login").click()
    stranger.page.wait_for_timeout(1500)
    assert "/accounts/login/" in stranger.page.url
    stranger.problems.clear()  # the library reports the refused device on the console
    stranger.go("/arbeit/")
    assert "/accounts/login/" in stranger.page.url

    # taken away again: the next login needs the password
    worker.go("/accounts/2fa/webauthn/")
    worker.page.locator("main a[href*='/remove/']").first.click()
    worker.page.wait_for_load_state("load")
    confirm_password(worker, city.password)
    if "/remove/" in worker.page.url:
        worker.page.locator("main form button").first.click()
        worker.page.wait_for_load_state("load")
    assert "Dienstlaptop" not in worker.go("/accounts/2fa/webauthn/").text()
