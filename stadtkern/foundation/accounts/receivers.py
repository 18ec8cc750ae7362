"""What happens when somebody logs in or changes a factor: the session learns it, and a login is recorded."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.dispatch import receiver
from django.http import HttpRequest

from stadtkern.foundation.accounts import rules, session, sign_on
from stadtkern.foundation.accounts.models import Account, LoginRecord
from stadtkern.kernel import clock

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@receiver(user_logged_in, dispatch_uid="stadtkern.accounts.login")
def remember_login(request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """Put level and factor of this login into the session, and record it (real time)."""
    sociallogin: SocialLogin | None = kwargs.get("sociallogin")
    records = get_authentication_records(request, user)
    if sociallogin is None:
        assurance, vouched = rules.LOW, False
        amr: list[str] = []
    else:
        app = sociallogin.provider.app
        assurance = sign_on.assurance_of(sociallogin)
        vouched = bool(app.settings.get("vouches_second_factor"))
        amr = sign_on.claims_of(sociallogin).get("amr") or []
        if app.settings.get("audience") != Account.Kind.STAFF:
            vouched, amr = False, []  # a residents' service says nothing about a login as staff
    _note(
        request,
        user,
        records,
        assurance,
        rules.used_second_factor(records, amr=amr, provider_vouches=vouched),
    )


@receiver(social_account_added, dispatch_uid="stadtkern.accounts.connected")
def remember_step_up(request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any) -> None:
    """A resident proved who she is during a session (step-up): keep the identity, raise the level."""
    account: Account = sociallogin.user
    if not request.user.is_authenticated or request.user.pk != account.pk:
        return
    sign_on.keep_identity(account, sociallogin)
    records = get_authentication_records(request, account)
    level = max(sign_on.assurance_of(sociallogin), int(request.session.get(session.ASSURANCE, 0)))
    _note(request, account, records, level, bool(request.session.get(session.SECOND_FACTOR)))


@receiver(authenticator_added, dispatch_uid="stadtkern.accounts.factor_added")
def remember_new_factor(
    request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Setting a factor up proves it once: no need to log in again."""
    if authenticator.type in FACTORS:
        request.session[session.SECOND_FACTOR] = True


@receiver(authenticator_removed, dispatch_uid="stadtkern.accounts.factor_removed")
def forget_factor(request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """Without any factor left, staff set one up before anything else."""
    if not Authenticator.objects.filter(user=user, type__in=FACTORS).exists():
        request.session[session.SECOND_FACTOR] = False


def _note(request: HttpRequest, user: Account, records: Any, assurance: int, second_factor: bool) -> None:
    method = rules.method_of(records)
    request.session[session.ASSURANCE] = assurance
    request.session[session.SECOND_FACTOR] = second_factor
    request.session[session.METHOD] = method
    LoginRecord.objects.create(account=user, at=clock.real_now(), method=method, assurance=assurance)
