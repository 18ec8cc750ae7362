"""Reads of accounts worth a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadtkern.foundation.accounts import rules
from stadtkern.foundation.accounts.models import Account, Identity, LoginRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInfo:
    """An account as other modules see it."""

    id: UUID
    kind: str
    login: str
    name: str
    email: str
    language: str
    active: bool
    home_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityInfo:
    """What an identity provider vouched for, and how strongly."""

    given_names: str
    family_name: str
    birth_date: date | None
    street: str
    postcode: str
    city: str
    pseudonym: str
    assurance: int


def info(row: Account) -> AccountInfo:
    """The row as others see it."""
    return AccountInfo(
        id=row.pk,
        kind=row.kind,
        login=row.username,
        name=str(row),
        email=row.email,
        language=row.language,
        active=row.is_active,
        home_id=row.home_id,
    )


def account(account_id: UUID) -> AccountInfo | None:
    """One account, or None."""
    row = Account.objects.filter(pk=account_id).first()
    return info(row) if row else None


def accounts(ids: Iterable[UUID]) -> dict[UUID, AccountInfo]:
    """Several accounts by id, in one query."""
    return {row.pk: info(row) for row in Account.objects.filter(pk__in=set(ids)).order_by("id")}


def by_login(login: str) -> AccountInfo | None:
    """The account of a login name, or None."""
    row = Account.objects.filter(username__iexact=login).first()
    return info(row) if row else None


def identity(account_id: UUID) -> IdentityInfo | None:
    """What is vouched for about the person behind an account, or None."""
    row = Identity.objects.filter(account_id=account_id).first()
    if row is None:
        return None
    return IdentityInfo(
        given_names=row.given_names,
        family_name=row.family_name,
        birth_date=row.birth_date,
        street=row.street,
        postcode=row.postcode,
        city=row.city,
        pseudonym=row.pseudonym,
        assurance=row.assurance,
    )


def old_logins(now: datetime) -> int:
    """How many records of logins ``forget_logins`` would erase."""
    return LoginRecord.objects.filter(at__lt=now - rules.LOGINS_KEPT).count()
