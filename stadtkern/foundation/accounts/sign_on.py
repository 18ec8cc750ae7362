"""Logging in through an identity provider: which ones there are, what they may vouch for, what they tell us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from requests.adapters import HTTPAdapter

from stadtkern.foundation.accounts import crypto, rules
from stadtkern.foundation.accounts.models import Account, Identity, SignOnProvider
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy

DEMO_KEY: Final = "bundid-demo"
DEMO_CLIENT: Final = "stadtkern-demo"
DEMO_PATH: Final = "/demo-idp"
CLIENT_SECRET: Final = "client-secret"

# Claim names of OpenID Connect Core 5.1, and ``bpk`` as Keycloak's BundID extension is usually mapped.
CLAIMS: Final[Mapping[str, str]] = {
    "given_names": "given_name",
    "family_name": "family_name",
    "birth_date": "birthdate",
    "pseudonym": "bpk",
}


def active_providers() -> list[SignOnProvider]:
    """Sign-on services of the current municipality (none outside of one)."""
    if tenancy.current_id_or_none() is None:
        return []
    return list(SignOnProvider.objects.filter(active=True).order_by("name", "id"))


def as_app(row: SignOnProvider) -> SocialApp:
    """The row as allauth wants it (never saved: secrets stay sealed in our own table)."""
    staff = row.audience == SignOnProvider.Audience.STAFF
    return SocialApp(
        provider="openid_connect",
        provider_id=provider_id(row),
        name=row.name,
        client_id=row.client_id,
        secret=crypto.unseal(row.client_secret_sealed, purpose=CLIENT_SECRET)
        if row.client_secret_sealed
        else "",
        settings={
            "server_url": row.server_url,
            "scope": row.scopes or ["openid", "profile", "email"],
            "auth_params": {"acr_values": row.acr_values} if row.acr_values else {},
            "oauth_pkce_enabled": True,
            "audience": row.audience,
            "home": str(row.tenant_id),
            "acr_levels": row.acr_levels,
            "claim_names": row.claim_names,
            "vouches_second_factor": row.vouches_second_factor,
            "verified_email": staff,
            "email_authentication": staff,
        },
    )


def provider_id(row: SignOnProvider) -> str:
    """``mainz.bundid``: slugs have no dot, so no two municipalities can make the same name."""
    return f"{organizations.slug_of(row.tenant_id)}.{row.key}"


def demo_app(request: HttpRequest) -> SocialApp:
    """The demo's BundID: our own provider, reached under the address the browser uses."""
    from stadtkern.foundation.accounts.demo_idp.keys import client_secret

    return SocialApp(
        provider="openid_connect",
        provider_id=DEMO_KEY,
        name="BundID (Demo)",
        client_id=DEMO_CLIENT,
        secret=client_secret(),
        settings={
            "server_url": request.build_absolute_uri(DEMO_PATH),
            "scope": ["openid", "profile", "email"],
            "auth_params": {"acr_values": "STORK-QAA-Level-4"},
            "oauth_pkce_enabled": True,
            "audience": "resident",
        },
    )


def claims_of(sociallogin: SocialLogin) -> dict[str, Any]:
    """ID token and userinfo in one; the signed ID token has the last word."""
    data: Mapping[str, Any] = sociallogin.account.extra_data or {}
    if "id_token" not in data and "userinfo" not in data:
        return dict(data)
    return {**(data.get("userinfo") or {}), **(data.get("id_token") or {})}


def assurance_of(sociallogin: SocialLogin) -> int:
    """The level of this login by the provider's ``acr``."""
    own = sociallogin.provider.app.settings.get("acr_levels") or {}
    return rules.assurance_of_acr(str(claims_of(sociallogin).get("acr", "")), own)


def may_vouch(app: SocialApp, account: Account) -> bool:
    """A service of municipality A can never open an account that municipality B manages; nor residents' services staff."""
    if app.settings.get("audience") == SignOnProvider.Audience.STAFF:
        return account.kind == Account.Kind.STAFF and str(account.home_id) == app.settings.get("home")
    return account.kind == Account.Kind.RESIDENT


def refuse_strangers(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Stop a login for an account the provider may not open, and one that leads to another account than the session's."""
    account = sociallogin.user
    known = sociallogin.is_existing
    if known and not may_vouch(sociallogin.provider.app, account):
        raise ImmediateHttpResponse(render(request, "accounts/sign_on_refused.html", status=403))
    if known:
        keep_identity(account, sociallogin)


def keep_identity(account: Account, sociallogin: SocialLogin) -> Identity | None:
    """Remember what the provider vouches for (residents only). Returns None for staff."""
    if account.kind != Account.Kind.RESIDENT:
        return None
    claims = claims_of(sociallogin)
    names = {**CLAIMS, **(sociallogin.provider.app.settings.get("claim_names") or {})}
    address = claims.get("address") if isinstance(claims.get("address"), dict) else {}
    values = {
        "given_names": _text(claims, names["given_names"]),
        "family_name": _text(claims, names["family_name"]),
        "birth_date": _day(_text(claims, names["birth_date"])),
        "pseudonym": _text(claims, names["pseudonym"]),
        "street": _text(address, "street_address"),
        "postcode": _text(address, "postal_code"),
        "city": _text(address, "locality"),
        "assurance": assurance_of(sociallogin),
    }
    known = {key: value for key, value in values.items() if value not in ("", None)}
    return Identity.objects.update_or_create(account=account, defaults=known)[0]


def reach_ourselves(session: requests.Session, request: HttpRequest) -> None:
    """Requests to our own address go to our own port: names like ``mainz.localhost`` need not resolve here."""
    port = request.META.get("SERVER_PORT") or "8000"
    session.mount(request.build_absolute_uri(f"{DEMO_PATH}/"), _Loopback(port=str(port)))


class _Loopback(HTTPAdapter):
    def __init__(self, *, port: str) -> None:
        self.port = port
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        original = urlsplit(str(request.url))
        request.headers["Host"] = original.netloc
        request.headers["X-Forwarded-Proto"] = original.scheme
        request.url = urlunsplit(("http", f"127.0.0.1:{self.port}", original.path, original.query, ""))
        return super().send(request, *args, **kwargs)


def origins(providers: list[SocialApp]) -> list[str]:
    """Origins of the providers, for the page's ``form-action``: the form leads there by a redirect."""
    found = {
        f"{part.scheme}://{part.netloc}"
        for app in providers
        for part in [urlsplit(app.settings["server_url"])]
    }
    return sorted(found)


def demo_is_on() -> bool:
    """Whether the demo identity provider runs here."""
    return bool(settings.DEMO)


def _text(claims: Any, name: str) -> str:
    value = claims.get(name) if isinstance(claims, Mapping) else None
    return str(value).strip()[:200] if value is not None else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
