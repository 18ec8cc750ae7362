"""How django-allauth behaves in this house."""

from __future__ import annotations

import time
from typing import Any, Final

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stadtkern.foundation.accounts import crypto, sign_on
from stadtkern.foundation.accounts.models import Account

TOTP = "totp"
FRESH_LOGIN_SECONDS: Final = 300


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Residents may sign up; staff accounts are made by administrators."""

    # The library's German says "du" in these.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": _("Geben Sie Ihr derzeitiges Passwort ein."),
        "too_many_login_attempts": _("Zu viele Fehlversuche. Bitte warten Sie fünf Minuten."),
        "rate_limited": _("Zu viele Anfragen in kurzer Zeit. Bitte warten Sie einen Moment."),
        "unverified_primary_email": _("Bestätigen Sie zuerst Ihre Hauptadresse."),
        "cannot_remove_primary_email": _("Die Hauptadresse lässt sich nicht entfernen."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return getattr(request, "municipality", None) is not None

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever logged in a moment ago need not prove it again: staff set up their first factor right away."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < FRESH_LOGIN_SECONDS for record in records)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Identity providers of the current municipality, and the demo's own."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        apps = [sign_on.as_app(row) for row in sign_on.active_providers()]
        if settings.DEMO and request is not None:
            apps.append(sign_on.demo_app(request))
        if provider:
            apps = [app for app in apps if provider in (app.provider, app.provider_id)]
        return [app for app in apps if not client_id or app.client_id == client_id]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        sign_on.refuse_strangers(request, sociallogin)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        app = sociallogin.provider.app
        return bool(app.settings.get("audience") == Account.Kind.RESIDENT)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Account:
        account: Account = super().save_user(request, sociallogin, form)
        sign_on.keep_identity(account, sociallogin)
        return account

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Account:
        account: Account = super().populate_user(request, sociallogin, data)
        account.display_name = f"{account.first_name} {account.last_name}".strip()
        return account

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Account, str] | None:
        """Only a municipality's own staff service may find an account by address, and only one it manages."""
        found = super().authenticate_by_email(sociallogin)
        if found is None:
            return None
        account: Account = found[0]
        return found if sign_on.may_vouch(sociallogin.provider.app, account) else None

    def get_requests_session(self) -> requests.Session:
        session: requests.Session = super().get_requests_session()
        if settings.DEMO and self.request is not None:
            sign_on.reach_ourselves(session, self.request)
        return session


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP seeds and recovery codes are encrypted at rest; the issuer is the municipality."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text, purpose=TOTP)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text, purpose=TOTP)

    def get_totp_issuer(self) -> str:
        municipality = getattr(self.request, "municipality", None)
        return str(municipality.name) if municipality else "Stadtkern"

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()
