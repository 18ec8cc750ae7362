"""What other modules use of accounts."""

from __future__ import annotations

from typing import Any

from django.utils.http import urlencode

from stadtkern.foundation.accounts import secrets_file, sign_on
from stadtkern.foundation.accounts.actions import (
    LoginTaken,
    create_staff_account,
    forget_logins,
    reset_second_factor,
    set_active,
    set_password_path,
    update_staff_account,
)
from stadtkern.foundation.accounts.app_passwords import AppLogin, TooManyAttempts
from stadtkern.foundation.accounts.app_passwords import authenticate as authenticate_app_password
from stadtkern.foundation.accounts.app_passwords import create as create_app_password
from stadtkern.foundation.accounts.app_passwords import login_by_secret as app_login_by_secret
from stadtkern.foundation.accounts.app_passwords import login_of as app_login_of
from stadtkern.foundation.accounts.models import Assurance
from stadtkern.foundation.accounts.queries import (
    AccountInfo,
    IdentityInfo,
    account,
    accounts,
    by_login,
    identity,
    old_logins,
)
from stadtkern.foundation.accounts.rules import LEVEL_NAMES, SCOPES
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR

__all__ = [
    "ASSURANCE",
    "LEVEL_NAMES",
    "SCOPES",
    "SECOND_FACTOR",
    "AccountInfo",
    "AppLogin",
    "Assurance",
    "IdentityInfo",
    "LoginTaken",
    "TooManyAttempts",
    "account",
    "accounts",
    "app_login_by_secret",
    "app_login_of",
    "authenticate_app_password",
    "by_login",
    "create_app_password",
    "create_staff_account",
    "demo_accounts",
    "demo_staff",
    "forget_logins",
    "has_sign_on",
    "identity",
    "level_of",
    "login_url",
    "old_logins",
    "reset_second_factor",
    "set_active",
    "set_password_path",
    "setup_code",
    "step_up_url",
    "update_staff_account",
]


def level_of(name: str) -> int:
    """The number behind ``none``, ``low``, ``substantial``, ``high`` (service.json); raises ``KeyError``."""
    return LEVEL_NAMES[name]


def login_url(target: str) -> str:
    """The login page, leading back to ``target``."""
    return f"/accounts/login/?{urlencode({'next': target})}"


def step_up_url(target: str, level: int) -> str:
    """The page where somebody proves a higher level and returns to ``target``; nothing entered is lost."""
    return f"/accounts/vertrauensniveau/?{urlencode({'niveau': str(level), 'next': target})}"


def setup_code() -> str:
    """What somebody with access to the machine enters to set up an empty installation in the browser."""
    return secrets_file.derived("setup", length=12)


def has_sign_on() -> bool:
    """Whether the current municipality has an identity provider."""
    return bool(sign_on.active_providers())


def demo_accounts() -> list[dict[str, object]]:
    """The demo's logins for ``demo.json`` (empty outside of the demo)."""
    from stadtkern.foundation.accounts import demo

    return demo.demo_accounts()


def demo_staff() -> list[dict[str, Any]]:
    """The demo's staff with ``login``, ``tenant``, ``roles`` and maybe ``office``, ``team``, ``absences``."""
    from stadtkern.foundation.accounts import demo

    return demo.staff()
