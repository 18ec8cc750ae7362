"""What the demo provider says about a test person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from stadtkern.foundation.accounts.demo_idp.keys import signing_key
from stadtkern.foundation.accounts.models import Account, Identity
from stadtkern.foundation.accounts.sign_on import DEMO_KEY, DEMO_PATH

DEFAULT_ACR = "STORK-QAA-Level-4"


def acr_key(code: str) -> str:
    """Where the level chosen for an authorization code is kept until the token is fetched."""
    return f"demo-idp-acr:{code}"


class DemoIdpAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Test persons are the synthetic residents; their subject is the sector-specific pseudonym (bPK)."""

    scope_display = {
        "openid": _("Ihr Kennzeichen bei dieser Kommune"),
        "email": _("Ihre E-Mail-Adresse"),
        "profile": _("Name, Geburtsdatum und Anschrift"),
    }

    def get_issuer(self) -> str:
        return str(self.request.build_absolute_uri(DEMO_PATH))

    def list_private_keys(self, **kwargs: Any) -> list[PrivateKey]:
        return [signing_key()]

    def get_user_sub(self, client: Client, user: Account) -> str:
        row = SocialAccount.objects.filter(user_id=user.pk, provider=DEMO_KEY).order_by("pk").first()
        return row.uid if row else str(user.pk)

    def get_user_by_sub(self, client: Client, sub: str) -> Account | None:
        row = SocialAccount.objects.filter(provider=DEMO_KEY, uid=sub, user__is_active=True).first()
        return row.user if row else None

    def get_claims(
        self, purpose: Any, user: Any, client: Any, scopes: Any, email: Any = None, **kw: Any
    ) -> Any:
        claims = super().get_claims(purpose, user, client, scopes, email=email, **kw)
        if "profile" in scopes and (identity := Identity.objects.filter(account=user).first()):
            claims.update(_profile(identity))
        return claims

    def populate_id_token(
        self, id_token: dict[str, Any], client: Client, scopes: Iterable[str], **kwargs: Any
    ) -> None:
        acr = cache.get(acr_key(str(self.request.POST.get("code", "")))) or DEFAULT_ACR
        id_token["acr"] = acr
        id_token["amr"] = ["hwk", "pin"] if acr == DEFAULT_ACR else ["pwd"]


def _profile(identity: Identity) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "given_name": identity.given_names,
        "family_name": identity.family_name,
        "bpk": identity.pseudonym,
        "address": {
            "street_address": identity.street,
            "postal_code": identity.postcode,
            "locality": identity.city,
            "country": "DE",
        },
    }
    if identity.birth_date:
        claims["birthdate"] = identity.birth_date.isoformat()
    return claims
