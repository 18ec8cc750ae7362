"""All settings, read once and typed. Every variable is described in docs/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django

from stadtkern.runtime.environment import database_settings

ROOT = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DATA_DIR = Path(os.environ.get("DATA_DIR", "var")).absolute()
DEMO = _flag("STADTKERN_DEMO", False)
DEMO_DATE = os.environ.get("DEMO_DATE", "")
DEBUG = _flag("DEBUG", False)


def _secret_key() -> str:
    """From the environment, else a random one kept in DATA_DIR (mode 0600)."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    from stadtkern.runtime.secrets import kept_secret

    return kept_secret(DATA_DIR / "secrets" / "django.key")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "localhost,.localhost,127.0.0.1,[::1]")
PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS", "")
BEHIND_TLS = _flag("BEHIND_TLS", PUBLIC_URL.startswith("https://"))
DEFAULT_TENANT = os.environ.get("DEFAULT_TENANT", "mainz")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "stadtkern.foundation.accounts",  # before allauth: its templates win
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
    "django_linear_migrations",
    # The house, from the cellar to the roof.
    "stadtkern.foundation.tenancy",
    "stadtkern.foundation.places",
    "stadtkern.foundation.organizations",
    "stadtkern.foundation.access",
    "stadtkern.foundation.audit",
    "stadtkern.foundation.files",
    "stadtkern.foundation.jobs",
    "stadtkern.foundation.documents",
    "stadtkern.foundation.notifications",
    "stadtkern.foundation.businesses",
    "stadtkern.foundation.shell",
    "stadtkern.casework.services",
    "stadtkern.casework.records",
    "stadtkern.casework.appointments",
    "stadtkern.casework.payments",
    "stadtkern.casework.forms",
    "stadtkern.casework.processes",
    "stadtkern.casework.cases",
    "stadtkern.casework.cases.statements",
    "stadtkern.casework.kita",
    "stadtkern.casework.relief",
    "stadtkern.casework.designer",
    "stadtkern.data.datasets",
    "stadtkern.data.catalog",
    "stadtkern.fronts.site",
    "stadtkern.fronts.workplace",
]

MIDDLEWARE = [
    "stadtkern.runtime.requests.Observe",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "stadtkern.foundation.shell.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "stadtkern.foundation.organizations.middleware.CurrentMunicipality",
    "stadtkern.foundation.shell.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stadtkern.foundation.shell.middleware.Problems",  # outside of allauth, whose own signals are exceptions
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "stadtkern.foundation.access.middleware.CurrentActor",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # django.forms cannot be an app here: its label is taken by our room of that name.
        "DIRS": [ROOT / "templates", Path(django.__file__).parent / "forms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stadtkern.foundation.shell.context.frame",
            ],
            "builtins": ["stadtkern.foundation.shell.templatetags.kern"],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/nach-anmeldung/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "stadtkern.foundation.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "stadtkern.foundation.accounts.adapter.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
# Guessing is limited per account; many people share one address (an office, a library, the load test).
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "60/m/ip,5/300s/key", "signup": "100/m/ip"}
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_STORE_TOKENS = False
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "1" if BEHIND_TLS else "0"))
IDP_OIDC_ADAPTER = "stadtkern.foundation.accounts.demo_idp.adapter.DemoIdpAdapter"
MFA_ADAPTER = "stadtkern.foundation.accounts.adapter.MFAAdapter"
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # http://localhost is a secure context for browsers
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True

# Rate limits and authorization codes are shared by all web processes, so they live in PostgreSQL.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "stadtkern.foundation.shell.views.csrf_failure"

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

STATIC_URL = "/static/"
# Per installation, so that a second one from the same checkout does not pull the files from under the first.
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or DATA_DIR / "staticfiles").absolute()
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": os.environ.get(
            "STATICFILES_BACKEND", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_MAX_BYTES = int(os.environ.get("UPLOAD_MAX_BYTES", str(25 * 1024 * 1024)))

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "stadtkern@localhost")

CLAMD_SOCKET = os.environ.get("CLAMD_SOCKET", "")
KEY_PROVIDER = os.environ.get("KEY_PROVIDER", "file")

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = "stadtkern.runtime.logs.configure"
LOGGING = {"level": os.environ.get("LOG_LEVEL", "INFO")}
