"""App passwords: one secret per device or program, with scopes, shown once; the only Basic login."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from stadtkern.foundation.accounts import rules
from stadtkern.foundation.accounts.models import Account, AppPassword
from stadtkern.foundation.tenancy.events import Acting, tell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput, NotVisible

MAX_PER_ACCOUNT: Final = 20
MAX_FAILURES: Final = 10
FAILURE_WINDOW: Final = 300
_USED_STEP: Final = timedelta(minutes=10)


class TooManyAttempts(DomainError):
    """The login is paused after repeated wrong passwords."""

    code = "too-many-attempts"
    status = 429
    message = "Zu viele Fehlversuche. Bitte warten Sie fünf Minuten."
    message_en = "Too many failed attempts. Please wait five minutes."


@dataclass(frozen=True, slots=True, kw_only=True)
class AppLogin:
    """A program that logged in with an app password of an account."""

    account_id: UUID
    kind: str
    name: str
    scopes: frozenset[str]
    language: str


def digest_of(secret: str) -> str:
    """What is stored. The secret has 160 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(f"stadtkern-app-password:{secret}".encode()).hexdigest()


def new_secret() -> str:
    """``xxxx-xxxx-…``: 32 characters that can be typed."""
    raw = base64.b32encode(secrets.token_bytes(20)).decode().lower()
    return "-".join(raw[i : i + 4] for i in range(0, 32, 4))


@transaction.atomic
def create(
    *, actor: Acting, name: str, scopes: list[str], now: datetime, secret: str | None = None
) -> tuple[UUID, str]:
    """A new app password of the actor's own account: (id, secret). The secret is never readable again."""
    wrong = rules.unknown_scopes(scopes)
    if wrong or not scopes or not name.strip() or actor.account_id is None:
        raise InvalidInput("Geben Sie einen Namen an und wählen Sie mindestens einen Zweck.")
    if AppPassword.objects.filter(account_id=actor.account_id, revoked_at=None).count() >= MAX_PER_ACCOUNT:
        raise InvalidInput(
            f"Mehr als {MAX_PER_ACCOUNT} App-Passwörter sind nicht möglich. Sperren Sie eines davon."
        )
    secret = secret or new_secret()
    row = AppPassword.objects.create(
        account_id=actor.account_id,
        name=name.strip()[:100],
        scopes=sorted(set(scopes)),
        digest=digest_of(secret),
        created_at=clock.real_now(),
    )
    tell(
        actor=actor,
        action="accounts.create_app_password",
        obj=("app_password", row.pk),
        now=now,
        scopes=row.scopes,
    )
    return row.pk, secret


@transaction.atomic
def revoke(*, actor: Acting, password_id: UUID, now: datetime) -> None:
    """Block one of the actor's own app passwords at once; raises ``NotVisible``."""
    own = AppPassword.objects.filter(account_id__in=[actor.account_id])
    row = own.filter(pk=password_id, revoked_at=None).first()
    if row is None:
        raise NotVisible()
    row.revoked_at = clock.real_now()
    row.save(update_fields=["revoked_at"])
    tell(actor=actor, action="accounts.revoke_app_password", obj=("app_password", row.pk), now=now)


def authenticate(username: str, password: str, scope: str, *, client: str = "") -> AppLogin | None:
    """The program behind a Basic login, or None. Raises ``TooManyAttempts`` (counted per login and ``client``)."""
    key = "app-password:" + hashlib.sha256(f"{username.lower()}|{client}".encode()).hexdigest()
    if int(cache.get(key, 0)) >= MAX_FAILURES:
        raise TooManyAttempts()
    row = (
        AppPassword.objects.select_related("account")
        .filter(digest=digest_of(password), revoked_at=None, account__is_active=True)
        .first()
    )
    if row is None or username.lower() not in _names(row.account) or scope not in row.scopes:
        cache.set(key, int(cache.get(key, 0)) + 1, timeout=FAILURE_WINDOW)
        return None
    _mark_used(row)
    account = row.account
    return AppLogin(
        account_id=account.pk,
        kind=account.kind,
        name=str(account),
        scopes=frozenset(row.scopes),
        language=account.language,
    )


def login_of(header: str, scope: str, *, client: str = "") -> AppLogin | None:
    """The same from a Basic header (RFC 7617); None when it is something else or wrong."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return authenticate(name, secret, scope, client=client) if name else None


def login_by_secret(secret: str, scope: str) -> AppLogin | None:
    """The program behind a secret alone, for addresses that are secrets (calendars cannot log in). 160 random bits cannot be guessed."""
    row = (
        AppPassword.objects.select_related("account")
        .filter(digest=digest_of(secret[:100]), revoked_at=None, account__is_active=True)
        .first()
    )
    if row is None or row.scopes != [scope]:  # an address is no place for a password that opens more
        return None
    _mark_used(row)
    account = row.account
    return AppLogin(
        account_id=account.pk,
        kind=account.kind,
        name=str(account),
        scopes=frozenset(row.scopes),
        language=account.language,
    )


def _names(account: Account) -> set[str]:
    return {name.lower() for name in (account.username, account.email) if name}


def _mark_used(row: AppPassword) -> None:
    """At most every ten minutes, so that reading does not become writing."""
    now = clock.real_now()
    if row.last_used_at is None or now - row.last_used_at > _USED_STEP:
        AppPassword.objects.filter(pk=row.pk).update(last_used_at=now)
