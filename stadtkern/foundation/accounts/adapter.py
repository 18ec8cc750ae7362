"""How django-allauth behaves in this house."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Residents may sign up; staff accounts are made by administrators."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Identity providers (BundID via Keycloak, Entra ID, the demo provider)."""
