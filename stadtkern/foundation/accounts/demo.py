"""The demo's people: staff and synthetic residents with a fixed password; TOTP seeds belong to this installation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from stadtkern.foundation.accounts import secrets_file
from stadtkern.foundation.accounts.app_passwords import digest_of
from stadtkern.foundation.accounts.demo_idp.keys import client_secret
from stadtkern.foundation.accounts.models import Account, AppPassword, Assurance, Identity
from stadtkern.foundation.accounts.rules import LEVEL_NAMES, SCOPES, STAFF_SCOPES
from stadtkern.foundation.accounts.sign_on import DEMO_CLIENT, DEMO_KEY
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

PASSWORD: Final = "stadtkern-demo"
DEVICE: Final = "demo.json"


def content(name: str) -> Any:
    """A demo file of the product, or an empty list where this build has none."""
    path = resources.files("stadtkern.content") / "demo" / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def staff() -> list[dict[str, Any]]:
    """The persons of staff.json: login, name, roles, team, office, tenant."""
    return [_complete(person) for person in content("staff.json")]


def _complete(person: Mapping[str, Any]) -> dict[str, Any]:
    roles = person.get("roles") or [person.get("role", "caseworker")]
    return {**person, "tenant": person.get("tenant") or settings.DEFAULT_TENANT, "roles": roles}


def residents() -> list[dict[str, Any]]:
    """The persons of residents.json."""
    return list(content("residents.json"))


@transaction.atomic
def load() -> None:
    """Create or refresh all demo accounts and the demo provider's client; safe to repeat."""
    password = _shared_hash()
    homes = {row.slug: row.id for row in organizations.municipalities()}
    for person in staff():
        home = homes.get(person.get("tenant", settings.DEFAULT_TENANT))
        _keep_staff(person, password, home)
    for person in residents():
        _keep_resident(person, password)
    _keep_client()


def _shared_hash() -> str:
    """One hash for all demo accounts: hashing forty times would cost the start two seconds."""
    known = (
        Account.objects.filter(app_passwords__name=DEVICE)
        .order_by("id")
        .values_list("password", flat=True)
        .first()
    )
    return known if known and check_password(PASSWORD, known) else make_password(PASSWORD)


def _keep_staff(person: Mapping[str, Any], password: str, home: Any) -> None:
    account = _keep_account(
        person["login"], person["name"], _email(person), Account.Kind.STAFF, password, home
    )
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, secrets_file.derived_totp(account.username))


def _keep_resident(person: Mapping[str, Any], password: str) -> None:
    given, family = person["given_names"], person["family_name"]
    login = login_of(person)
    account = _keep_account(login, f"{given} {family}", _email(person), Account.Kind.RESIDENT, password, None)
    Account.objects.filter(pk=account.pk).update(first_name=given[:150], last_name=family[:150])
    pseudonym = str(person.get("pseudonym") or f"DEMO-{secrets_file.derived('bpk:' + login, length=20)}")
    street = person.get("street", "")
    if number := person.get("house_number"):
        street = f"{street} {number}"
    Identity.objects.update_or_create(
        account=account,
        defaults={
            "given_names": given,
            "family_name": family,
            "birth_date": date.fromisoformat(person["birth_date"]) if person.get("birth_date") else None,
            "street": street,
            "postcode": person.get("postcode", ""),
            "city": person.get("city", ""),
            "pseudonym": pseudonym,
            "assurance": LEVEL_NAMES.get(person.get("assurance_level", "high"), Assurance.HIGH),
        },
    )
    SocialAccount.objects.update_or_create(user=account, provider=DEMO_KEY, defaults={"uid": pseudonym})


def login_of(person: Mapping[str, Any]) -> str:
    """The login name of a resident of residents.json."""
    return str(person.get("login") or person["email"].split("@")[0])


def _email(person: Mapping[str, Any]) -> str:
    return str(person.get("email") or f"{login_of(person)}@example.org").lower()


def _keep_account(login: str, name: str, email: str, kind: str, password: str, home: Any) -> Account:
    values = {"display_name": name, "email": email, "kind": kind, "home_id": home, "password": password}
    account, _ = Account.objects.update_or_create(username=login, defaults={**values, "is_active": True})
    EmailAddress.objects.get_or_create(
        user=account, email=email, defaults={"primary": True, "verified": True}
    )
    scopes = sorted(SCOPES) if kind == Account.Kind.STAFF else sorted(set(SCOPES) - STAFF_SCOPES)
    AppPassword.objects.update_or_create(
        digest=digest_of(secrets_file.derived(f"app:{login}")),
        defaults={
            "account": account,
            "name": DEVICE,
            "scopes": scopes,
            "created_at": clock.real_now(),
            "revoked_at": None,
        },
    )
    return account


def _keep_client() -> None:
    """The municipality's pages as a client of the demo provider. Any host of this installation may be called back."""
    client = Client.objects.filter(pk=DEMO_CLIENT).first() or Client(pk=DEMO_CLIENT)
    client.name = "Online-Dienste der Kommune"
    client.set_scopes(["openid", "profile", "email"])
    client.type = Client.Type.CONFIDENTIAL
    client.set_redirect_uris(redirect_uris())
    if not client.check_secret(client_secret()):
        client.set_secret(client_secret())
    client.save()


def redirect_uris() -> list[str]:
    """Where the demo provider may send people back to: every address of every municipality on this port."""
    base = settings.PUBLIC_URL.rstrip("/")
    scheme, _, host = base.partition("://")
    port = host.rpartition(":")[2] if ":" in host else ""
    hosts = [
        host,
        "localhost",
        "127.0.0.1",
        *(f"{row.slug}.localhost" for row in organizations.municipalities()),
    ]
    named = [name if ":" in name or not port else f"{name}:{port}" for name in hosts]
    return [f"{scheme}://{name}/accounts/oidc/{DEMO_KEY}/login/callback/" for name in dict.fromkeys(named)]


def demo_accounts() -> list[dict[str, object]]:
    """Role, tenant, login, password, TOTP seed and app password of every demo account."""
    if not settings.DEMO:
        return []
    found: list[dict[str, object]] = []
    for person in staff():
        roles = person.get("roles") or [person.get("role", "caseworker")]
        found.append(
            _entry(
                str(_role_name(roles[0])),
                person.get("tenant", settings.DEFAULT_TENANT),
                person["login"],
                True,
            )
        )
    for person in residents():
        found.append(
            _entry("resident", person.get("tenant", settings.DEFAULT_TENANT), login_of(person), False)
        )
    return found


def _role_name(role: Any) -> str:
    return str(role["role"]) if isinstance(role, dict) else str(role)


def _entry(role: str, tenant: str, login: str, totp: bool) -> dict[str, object]:
    return {
        "role": role,
        "tenant": tenant,
        "login": login,
        "password": PASSWORD,
        "totp_secret": secrets_file.derived_totp(login) if totp else None,
        "app_password": secrets_file.derived(f"app:{login}"),
    }


def login_hints() -> list[dict[str, object]]:
    """One account per role, for the demo's login page."""
    seen: set[object] = set()
    hints = []
    for entry in demo_accounts():
        if entry["tenant"] == settings.DEFAULT_TENANT and entry["role"] not in seen:
            seen.add(entry["role"])
            hints.append(entry)
    return hints


def accounts() -> list[dict[str, object]]:
    """The name under which ``runtime.demo`` asks for ``demo.json``."""
    return demo_accounts()
