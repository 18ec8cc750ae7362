"""Pages of the demo provider: choose a person, consent; and allauth's token endpoints, only in the demo."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from allauth.idp.oidc import views as oidc
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from stadtkern.foundation.access.api import public
from stadtkern.foundation.accounts.demo_idp.adapter import DEFAULT_ACR, acr_key
from stadtkern.foundation.accounts.models import Account
from stadtkern.foundation.accounts.session import DEMO_PERSON
from stadtkern.foundation.accounts.sign_on import DEMO_KEY

LEVELS = (
    ("STORK-QAA-Level-4", "Online-Ausweis (hoch)", "Online ID card (high)"),
    ("STORK-QAA-Level-3", "ELSTER-Zertifikat (substanziell)", "ELSTER certificate (substantial)"),
    ("STORK-QAA-Level-1", "Benutzername und Passwort (Basis)", "User name and password (basic)"),
)
View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """404 outside of the demo; otherwise open to everybody, as an identity provider is."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return public(guarded)


@require_http_methods(["GET", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """Choose the test person and the means of identification."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("idp:oidc:authorization")
    if request.method == "POST":
        chosen = _person(request.POST.get("person", ""))
        acr = request.POST.get("acr", DEFAULT_ACR)
        if chosen is not None and acr in {level[0] for level in LEVELS}:
            request.session[DEMO_PERSON] = {"id": str(chosen.pk), "acr": acr}
            return HttpResponseRedirect(target)
    rows = SocialAccount.objects.filter(provider=DEMO_KEY, user__is_active=True).select_related(
        "user", "user__identity"
    )
    people = sorted(((str(row.user_id), _described(row.user)) for row in rows), key=lambda person: person[1])
    wrong = request.method == "POST"
    english = getattr(request, "LANGUAGE_CODE", "de") == "en"
    levels = [(acr, name_en if english else name_de) for acr, name_de, name_en in LEVELS]
    return render(
        request,
        "accounts/demo_idp/persons.html",
        {"people": people, "levels": levels, "next": target, "wrong": wrong, "chosen": ""},
        status=422 if wrong else 200,
    )


def _described(account: Account) -> str:
    identity = account.identity
    born = f", geboren {identity.birth_date:%d.%m.%Y}" if identity.birth_date else ""
    return f"{account}{born}"


def _person(text: str) -> Account | None:
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    row = SocialAccount.objects.filter(provider=DEMO_KEY, user_id=wanted, user__is_active=True).first()
    return row.user if row else None


class AuthorizationView(oidc.AuthorizationView):  # type: ignore[misc]
    """Consent for the person chosen at this provider, which is not the login of the municipality's pages."""

    template_name = "accounts/demo_idp/consent.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        str(
            cast(Any, request).actor.kind
        )  # settle who is logged in at the municipality before the person takes over
        chosen = request.session.get(DEMO_PERSON)
        person = _person(chosen["id"]) if chosen else None
        if person is None or chosen is None:
            return redirect(f"{reverse('demo_idp_persons')}?{urlencode({'next': request.get_full_path()})}")
        before = request.user
        request.user = person
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
            rendered = getattr(response, "render", None)
            if rendered is not None:
                rendered()
        finally:
            request.user = before
        self._remember_level(request, response, chosen["acr"])
        return response

    def _login_required(self, request: HttpRequest) -> HttpResponse | None:
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["person"] = self.request.user
        return context

    def _remember_level(self, request: HttpRequest, response: HttpResponse, acr: str) -> None:
        query = parse_qs(urlsplit(response.get("Location", "")).query)
        if code := query.get("code"):
            cache.set(acr_key(code[0]), acr, timeout=120)
        if code or "error" in query:
            request.session.pop(DEMO_PERSON, None)  # the next login chooses again


configuration = demo_only(oidc.configuration)
jwks = demo_only(oidc.jwks)
token = csrf_exempt(demo_only(oidc.token))
user_info = csrf_exempt(demo_only(oidc.user_info))
revoke = csrf_exempt(demo_only(oidc.revoke))
device_code = csrf_exempt(demo_only(oidc.device_code))
logout = demo_only(oidc.logout)
authorization = csrf_exempt(
    demo_only(AuthorizationView.as_view())
)  # the view checks the token itself on consent
choose_person = demo_only(persons)
