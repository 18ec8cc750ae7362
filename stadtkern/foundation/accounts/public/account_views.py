"""The page of one's own account."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.foundation.access.api import Actor, resident
from stadtkern.foundation.accounts import actions, policies, rules
from stadtkern.foundation.accounts import app_passwords as app_password_actions
from stadtkern.foundation.accounts.models import Account, LoginRecord
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput

LOGINS_SHOWN = 10


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = cast(Any, request).actor
    return actor


@require_safe
@resident(assurance=0)
def overview(request: HttpRequest) -> HttpResponse:
    """What is stored about the login, and where to change it."""
    account = cast(Account, request.user)
    context = {
        "account": account,
        "identity": getattr(account, "identity", None),
        "logins": LoginRecord.objects.filter(account=account)[:LOGINS_SHOWN],
        "factors": Authenticator.objects.filter(user=account).order_by("type", "pk"),
        "connections": SocialAccount.objects.filter(user=account).order_by("provider"),
        "password_count": policies.app_passwords_of(_actor(request)).count(),
        "can_delete": account.kind == Account.Kind.RESIDENT,
    }
    return render(request, "accounts/overview.html", context)


@require_http_methods(["GET", "POST"])
@resident(assurance=0)
def app_passwords(request: HttpRequest) -> HttpResponse:
    """List, create (shown once) and revoke app passwords."""
    actor = _actor(request)
    name, chosen, errors, secret = "", list[str](), list[tuple[str, str]](), ""
    if request.method == "POST":
        name, chosen = request.POST.get("name", ""), request.POST.getlist("scopes")
        errors = _errors(name, chosen)
        if not errors:
            try:
                _id, secret = app_password_actions.create(
                    actor=actor, name=name, scopes=chosen, now=clock.now()
                )
            except InvalidInput as error:
                errors = [("name", error.text(actor.language))]
    scopes = [
        (key, text, key in chosen)
        for key, text in rules.SCOPES.items()
        if actor.is_staff or key not in rules.STAFF_SCOPES
    ]
    context = {
        "passwords": list(policies.app_passwords_of(actor)),
        "scopes": scopes,
        "chosen": [] if secret else chosen,
        "name": "" if secret else name,
        "errors": errors,
        "secret": secret,
        "secret_name": name,
        "login": cast(Account, request.user).username,
    }
    return render(request, "accounts/app_passwords.html", context, status=422 if errors else 200)


def _errors(name: str, chosen: list[str]) -> list[tuple[str, str]]:
    errors = []
    if not name.strip():
        errors.append(("name", _("Geben Sie dem Gerät oder Programm einen Namen.")))
    if not chosen:
        errors.append(("scopes", _("Wählen Sie mindestens einen Zweck.")))
    return errors


@require_http_methods(["GET", "POST"])
@resident(assurance=0)
def revoke_app_password(request: HttpRequest, password_id: UUID) -> HttpResponse:
    """Ask, then block the app password at once."""
    actor = _actor(request)
    row = policies.app_passwords_of(actor).filter(pk=password_id).first()
    if row is None:
        return redirect("app_passwords")
    if request.method == "POST":
        app_password_actions.revoke(actor=actor, password_id=password_id, now=clock.now())
        messages.success(request, _("Das App-Passwort ist gesperrt."))
        return redirect("app_passwords")
    return render(request, "accounts/app_password_revoke.html", {"password": row})


@require_http_methods(["GET", "POST"])
@resident(assurance=0)
def delete_account(request: HttpRequest) -> HttpResponse:
    """Explain, confirm by the word, delete."""
    account = cast(Account, request.user)
    error = ""
    if request.method == "POST":
        if request.POST.get("confirm") == "yes":
            actions.erase_own_account(actor=_actor(request), now=clock.now())
            logout(request)
            messages.success(request, _("Ihr Konto ist gelöscht."))
            return HttpResponseRedirect("/")
        error = _("Bestätigen Sie, dass Sie das Konto löschen möchten.")
    context = {"account": account, "error": error, "is_staff_account": account.kind != Account.Kind.RESIDENT}
    return render(request, "accounts/delete_account.html", context, status=422 if error else 200)
