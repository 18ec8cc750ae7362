"""From the login page to the place where somebody wanted to go."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

import requests
from allauth.account.views import LoginView as LibraryLoginView
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.openid_connect import views as library_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from stadtkern.foundation.access.api import Actor, public, resident
from stadtkern.foundation.accounts import demo, rules, sign_on
from stadtkern.foundation.accounts.models import Account, Assurance
from stadtkern.foundation.accounts.receivers import FACTORS
from stadtkern.foundation.accounts.session import SECOND_FACTOR
from stadtkern.foundation.shell.api import CONTENT_POLICY

logger = logging.getLogger("stadtkern.accounts")

REQUESTED_ACR = {level: acr for acr, level in rules.ACR_LEVELS.items() if acr.startswith("STORK-QAA-Level-")}
STAFF_START, RESIDENT_START = "/arbeit/", "/vorgaenge/"
LEVEL_TEXTS = {1: "Basis (Passwort)", 3: "substanziell (ELSTER-Zertifikat)", 4: "hoch (Online-Ausweis)"}


def safe_target(request: HttpRequest, default: str) -> str:
    """The page to go to afterwards, only on this site."""
    target = request.POST.get("next") or request.GET.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else default


class LoginView(LibraryLoginView):  # type: ignore[misc]
    """Login by name or e-mail and password, by passkey, or through an identity provider."""

    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        target = safe_target(self.request, "")
        context["providers"] = _provider_links(self.request, target)
        context["demo_accounts"] = demo.login_hints() if sign_on.demo_is_on() else []
        context["next"] = target
        return context

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return allow_providers(request, response)


login = public(LoginView.as_view())


def allow_providers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The form of a provider ends at its origin by a redirect; ``form-action`` must name it."""
    if origins := sign_on.origins(_apps(request)):
        allowed = CONTENT_POLICY.replace("form-action 'self'", "form-action 'self' " + " ".join(origins))
        response.headers["Content-Security-Policy"] = allowed
    return response


def _apps(request: HttpRequest) -> list[SocialApp]:
    apps: list[SocialApp] = get_social_adapter(request).list_apps(request)
    return apps


def _provider_links(
    request: HttpRequest, target: str, *, acr: str = "", connected: frozenset[str] | None = None
) -> list[dict[str, str]]:
    """Name and address of each provider's button. ``connected``: when given, others are bound to this account first."""
    links = []
    for app in _apps(request):
        query = {"process": "login", "next": target} if target else {"process": "login"}
        if connected is not None and app.provider_id not in connected:
            query["process"] = "connect"
        if acr:
            query["auth_params"] = urlencode({"acr_values": acr})
        path = reverse("openid_connect_login", kwargs={"provider_id": app.provider_id})
        links.append(
            {"name": app.name, "url": f"{path}?{urlencode(query)}", "audience": app.settings["audience"]}
        )
    return links


@resident(assurance=0)
def after_login(request: HttpRequest) -> HttpResponse:
    """Where to after the login: staff to their work (second factor first), residents to their cases."""
    account = cast(Account, request.user)
    if account.kind != Account.Kind.STAFF:
        return HttpResponseRedirect(RESIDENT_START)
    if not request.session.get(SECOND_FACTOR):
        return HttpResponseRedirect(f"{reverse('second_factor')}?{urlencode({'next': STAFF_START})}")
    return HttpResponseRedirect(STAFF_START)


@resident(assurance=0)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up (or use) a second factor; without it no page of staff opens."""
    target = safe_target(request, reverse("after_login"))
    if request.session.get(SECOND_FACTOR):
        return HttpResponseRedirect(target)
    has_factor = Authenticator.objects.filter(user=request.user.pk, type__in=FACTORS).exists()
    step = reverse("mfa_reauthenticate") if has_factor else reverse("mfa_activate_totp")
    passkey = "" if has_factor else f"{reverse('mfa_add_webauthn')}?{urlencode({'next': target})}"
    context = {
        "has_factor": has_factor,
        "step_url": f"{step}?{urlencode({'next': target})}",
        "passkey_url": passkey,
    }
    return render(request, "accounts/second_factor.html", context)


@resident(assurance=0)
def assurance(request: HttpRequest) -> HttpResponse:
    """Prove a higher level of assurance and go back to where it was needed; nothing entered is lost."""
    target = safe_target(request, RESIDENT_START)
    needed = _level(request.GET.get("niveau", ""))
    actor: Actor = cast(Any, request).actor
    if actor.assurance >= needed and request.GET.get("next"):
        return HttpResponseRedirect(target)
    connected = SocialAccount.objects.filter(user=request.user.pk).values_list("provider", flat=True)
    links = _provider_links(request, target, acr=REQUESTED_ACR[needed], connected=frozenset(connected))
    context = {
        "needed": LEVEL_TEXTS[needed],
        "current": LEVEL_TEXTS.get(actor.assurance, LEVEL_TEXTS[1]),
        "providers": [link for link in links if link["audience"] == Account.Kind.RESIDENT],
        "target": target,
    }
    return allow_providers(request, render(request, "accounts/assurance.html", context))


def _level(text: str) -> int:
    level = int(text) if text.isdecimal() else Assurance.HIGH
    return level if level in REQUESTED_ACR and level in LEVEL_TEXTS else int(Assurance.HIGH)


def _reachable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An identity provider that does not answer is its failure, not ours: say so and offer the password."""

    @wraps(view)
    def guarded(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (requests.RequestException, ValueError) as error:
            logger.warning("sign-on failed", extra={"provider": provider_id, "kind": type(error).__name__})
            return render(request, "socialaccount/authentication_error.html", status=502)

    return public(guarded)


provider_login = _reachable(library_views.login)
provider_callback = _reachable(library_views.callback)
