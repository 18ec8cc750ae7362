"""Every write to accounts: one action, one transaction, one audit entry."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.urls import reverse

from stadtkern.foundation.accounts import crypto, policies, rules
from stadtkern.foundation.accounts.events import AccountErased
from stadtkern.foundation.accounts.models import Account, AppPassword, Identity, LoginRecord, SignOnProvider
from stadtkern.foundation.accounts.sign_on import CLIENT_SECRET
from stadtkern.foundation.tenancy.events import tell
from stadtkern.kernel import clock, events
from stadtkern.kernel.errors import Conflict, NotAllowed

if TYPE_CHECKING:
    from stadtkern.foundation.access.actor import Actor


class LoginTaken(Conflict):
    """Another account has this login name or address."""

    code = "login-taken"
    message = "Diesen Anmeldenamen oder diese E-Mail-Adresse gibt es schon."
    message_en = "This login name or e-mail address already exists."


@transaction.atomic
def create_staff_account(
    *, actor: Actor, login: str, name: str, email: str, now: datetime, language: str = "de"
) -> UUID:
    """A staff account of the current municipality without a password (see ``set_password_path``). Raises ``LoginTaken``."""
    policies.require_administrator(actor)
    login, email = login.strip(), email.strip().lower()
    if (
        EmailAddress.objects.filter(email__iexact=email).exists()
        or Account.objects.filter(username__iexact=login).exists()
    ):
        raise LoginTaken()
    try:
        with transaction.atomic():
            row = Account(
                username=login,
                email=email,
                kind=Account.Kind.STAFF,
                display_name=name.strip(),
                language=language,
                home_id=actor.tenant_id,
            )
            row.set_unusable_password()
            row.save()
    except IntegrityError as error:
        raise LoginTaken() from error
    if email:
        EmailAddress.objects.create(user=row, email=email, primary=True, verified=True)
    tell(actor=actor, action="accounts.create_staff", obj=("account", row.pk), now=now)
    return row.pk


@transaction.atomic
def update_staff_account(*, actor: Actor, account_id: UUID, name: str, email: str, now: datetime) -> None:
    """Change name and address of a staff account. Raises ``NotVisible``, ``LoginTaken``."""
    row = policies.find_staff(actor, account_id)
    email = email.strip().lower()
    if EmailAddress.objects.filter(email__iexact=email).exclude(user=row).exists():
        raise LoginTaken()
    changed = [
        key for key, old, new in (("name", row.display_name, name), ("email", row.email, email)) if old != new
    ]
    row.display_name, row.email = name.strip(), email
    row.save(update_fields=["display_name", "email"])
    EmailAddress.objects.filter(user=row).delete()
    if email:
        EmailAddress.objects.create(user=row, email=email, primary=True, verified=True)
    tell(actor=actor, action="accounts.update_staff", obj=("account", row.pk), now=now, changed=changed)


@transaction.atomic
def set_active(*, actor: Actor, account_id: UUID, active: bool, now: datetime) -> None:
    """Block a staff account at once (sessions and app passwords end), or open it again."""
    row = policies.find_staff(actor, account_id)
    if row.pk == actor.account_id and not active:
        raise NotAllowed(
            "Das eigene Konto können Sie nicht sperren. Bitten Sie eine andere Person aus der Verwaltung."
        )
    row.is_active = active
    row.save(update_fields=["is_active"])
    if not active:
        end_sessions(row.pk)
        AppPassword.objects.filter(account=row, revoked_at=None).update(revoked_at=clock.real_now())
    action = "accounts.activate" if active else "accounts.deactivate"
    tell(actor=actor, action=action, obj=("account", row.pk), now=now)


@transaction.atomic
def reset_second_factor(*, actor: Actor, account_id: UUID, now: datetime, reason: str = "") -> None:
    """Remove all factors of a staff account (lost phone): she sets up a new one at the next login."""
    row = policies.find_staff(actor, account_id)
    Authenticator.objects.filter(user=row).delete()
    end_sessions(row.pk)
    tell(actor=actor, action="accounts.reset_second_factor", obj=("account", row.pk), now=now, reason=reason)


def set_password_path(*, actor: Actor, account_id: UUID, now: datetime) -> str:
    """A path (valid for three days, once) with which the person sets her first or a new password."""
    row = policies.find_staff(actor, account_id)
    uid, token = user_pk_to_url_str(row), default_token_generator.make_token(row)
    tell(actor=actor, action="accounts.password_link", obj=("account", row.pk), now=now)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


@transaction.atomic
def erase_own_account(*, actor: Actor, now: datetime) -> None:
    """A resident deletes the account (Art. 17 GDPR). Cases keep the id only; open cases go on by post or code."""
    row = Account.objects.select_for_update().get(pk__in=[actor.account_id])
    if row.kind != Account.Kind.RESIDENT:
        raise NotAllowed("Konten von Beschäftigten schließt die Verwaltung Ihrer Kommune.")
    end_sessions(row.pk)
    for model in (Identity, AppPassword, LoginRecord):
        model.objects.filter(account=row).delete()
    for library_model in (EmailAddress, Authenticator, SocialAccount):
        library_model.objects.filter(user=row).delete()
    row.username = f"geloescht-{row.pk}"
    row.display_name = row.first_name = row.last_name = row.email = ""
    row.is_active = False
    row.set_unusable_password()
    row.save()
    tell(actor=actor, action="accounts.erase", obj=("account", row.pk), now=now)
    events.publish(AccountErased(account_id=row.pk, now=now))


def end_sessions(account_id: UUID) -> None:
    """Log an account out everywhere."""
    for session in UserSession.objects.filter(user_id=account_id).order_by("pk"):
        session.end()


@transaction.atomic
def save_sign_on(
    *, actor: Actor, provider_id: UUID | None, values: dict[str, object], client_secret: str, now: datetime
) -> UUID:
    """Create or change a sign-on service; an empty ``client_secret`` keeps the old one. Raises ``LoginTaken``-like conflict."""
    policies.require_administrator(actor)
    row = (
        policies.sign_on_providers(actor).filter(pk=provider_id).first() if provider_id else SignOnProvider()
    )
    if row is None:
        raise NotAllowed()
    for name, value in values.items():
        setattr(row, name, value)
    if client_secret:
        row.client_secret_sealed = crypto.seal(client_secret, purpose=CLIENT_SECRET)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("Dieses Kürzel ist schon vergeben. Wählen Sie ein anderes.") from error
    tell(actor=actor, action="accounts.save_sign_on", obj=("sign_on", row.pk), now=now, fields=sorted(values))
    return row.pk


@transaction.atomic
def delete_sign_on(*, actor: Actor, provider_id: UUID, now: datetime) -> None:
    """Remove a sign-on service; people keep their accounts."""
    deleted, _ = policies.sign_on_providers(actor).filter(pk=provider_id).delete()
    if deleted:
        tell(actor=actor, action="accounts.delete_sign_on", obj=("sign_on", provider_id), now=now)


def forget_logins(*, now: datetime) -> int:
    """Erase the records of logins older than ``rules.LOGINS_KEPT``, of the whole installation (real time)."""
    return LoginRecord.objects.filter(at__lt=now - rules.LOGINS_KEPT).delete()[0]
