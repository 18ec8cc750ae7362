"""Every setting that comes from outside, with its default and meaning.

``docs/settings.md`` and ``deploy/stadtkern.env.example`` are compared with this table by a test. This
module imports
neither Django nor psycopg: the command line reads it before it knows whether it needs a database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit

Role = Literal["app", "owner"]

APP_ROLE: Final = "stadtkern_app"
OWNER_ROLE: Final = "stadtkern_owner"
DATABASE_NAME: Final = "stadtkern"

# How a parent process tells its children where the database is; not meant to be set by people.
INTERNAL_URL: Final[Mapping[Role, str]] = {
    "app": "STADTKERN_DATABASE_URL",
    "owner": "STADTKERN_DATABASE_OWNER_URL",
}
EXTERNAL_URL: Final[Mapping[Role, str]] = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL"}


class EnvironmentProblem(Exception):
    """Something outside the program is missing or wrong (exit code 3).

    The message tells people what to do.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable: its name, its default as text ("" = none) and what it means."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(name="PORT", default="8000", meaning="Port of the web server."),
    Setting(name="BIND", default="127.0.0.1", meaning="Address the web server listens on."),
    Setting(name="DATA_DIR", default="./var", meaning="Folder of all data: database, files, keys, mail."),
    Setting(
        name="DATABASE_URL",
        default="",
        meaning="PostgreSQL 18 of your own, application role (NOSUPERUSER, owns no table). Empty: embedded.",
        secret=True,
    ),
    Setting(
        name="DATABASE_OWNER_URL",
        default="",
        meaning="The same database as the role that owns the tables; migrate, backup and restore use it.",
        secret=True,
    ),
    Setting(
        name="SECRET_KEY",
        default="",
        meaning="Signs sessions and tokens. Empty: made once and kept in DATA_DIR/secrets.",
        secret=True,
    ),
    Setting(
        name="PUBLIC_URL",
        default="http://localhost:{PORT}",
        meaning="Address under which people reach the installation; https: secure cookies and HSTS.",
    ),
    Setting(name="BEHIND_TLS", default="", meaning="1 when a proxy ends TLS; default: from PUBLIC_URL."),
    Setting(
        name="ALLOWED_HOSTS",
        default="localhost,.localhost,127.0.0.1,[::1]",
        meaning="Host names the web server answers to, separated by commas.",
    ),
    Setting(
        name="CSRF_TRUSTED_ORIGINS", default="", meaning="Further origins (with scheme) that may send forms."
    ),
    Setting(
        name="TRUSTED_PROXY_COUNT",
        default="0",
        meaning="How many proxies of our own stand before the web server (whose client address is believed).",
    ),
    Setting(name="DEFAULT_TENANT", default="mainz", meaning="Municipality shown where the host names none."),
    Setting(name="DEBUG", default="0", meaning="1 shows technical error pages. Never in production."),
    Setting(name="STADTKERN_DEMO", default="0", meaning="1: demo accounts, date and identity provider."),
    Setting(
        name="DEMO_DATE",
        default="",
        meaning="Day the demo starts on (YYYY-MM-DD); time passes from there. Only with STADTKERN_DEMO=1.",
    ),
    Setting(name="WEB_WORKERS", default="2", meaning="Processes of the web server."),
    Setting(name="WEB_THREADS", default="4", meaning="Threads per process of the web server."),
    Setting(name="WORKER_CONCURRENCY", default="4", meaning="Jobs the worker runs at the same time."),
    Setting(name="LOG_LEVEL", default="INFO", meaning="DEBUG, INFO, WARNING or ERROR."),
    Setting(
        name="METRICS_TOKEN",
        default="",
        meaning="Bearer token for /metrics. Empty: only callers on this machine may read it.",
        secret=True,
    ),
    Setting(
        name="BACKUP_PASSPHRASE",
        default="",
        meaning="Wraps the keys in a backup. Without it a backup carries no keys.",
        secret=True,
    ),
    Setting(
        name="POSTGRES_FSYNC",
        default="1",
        meaning="0 only for tests: the embedded database no longer survives a power failure.",
    ),
    Setting(
        name="STATIC_ROOT",
        default="",
        meaning="Folder of the collected static files; DATA_DIR/staticfiles if empty.",
    ),
    Setting(
        name="STATICFILES_BACKEND",
        default="whitenoise.storage.CompressedManifestStaticFilesStorage",
        meaning="How static files are stored.",
    ),
    Setting(name="UPLOAD_MAX_BYTES", default="26214400", meaning="Largest single upload in bytes."),
    Setting(
        name="EMAIL_BACKEND",
        default="django.core.mail.backends.filebased.EmailBackend",
        meaning="How mail leaves; the default writes files to DATA_DIR/mail.",
    ),
    Setting(name="EMAIL_HOST", default="localhost", meaning="Mail server."),
    Setting(name="EMAIL_PORT", default="25", meaning="Port of the mail server."),
    Setting(name="EMAIL_HOST_USER", default="", meaning="Login at the mail server."),
    Setting(name="EMAIL_HOST_PASSWORD", default="", meaning="Password at the mail server.", secret=True),
    Setting(name="EMAIL_USE_TLS", default="0", meaning="1: STARTTLS."),
    Setting(name="DEFAULT_FROM_EMAIL", default="stadtkern@localhost", meaning="Sender of all mail."),
    Setting(name="CLAMD_SOCKET", default="", meaning="Socket of clamd for virus scans. Empty: no scan."),
    Setting(name="KEY_PROVIDER", default="file", meaning="Where the keys of the municipalities lie: file."),
)

_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The part of the settings that the runtime itself works with, read and checked once."""

    port: int
    bind: str
    data_dir: Path
    database_url: str
    database_owner_url: str
    demo_date: date | None
    web_workers: int
    web_threads: int
    worker_concurrency: int
    fsync: bool
    backup_passphrase: str

    @property
    def embedded(self) -> bool:
        """Whether the embedded PostgreSQL is used."""
        return not self.database_url


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """Read and check the environment; raises ``EnvironmentProblem`` with the variable's name."""
    source = os.environ if environ is None else environ
    return Environment(
        port=_number(source, "PORT", 1, 65535),
        bind=_text(source, "BIND"),
        data_dir=data_dir(source),
        database_url=_text(source, "DATABASE_URL"),
        database_owner_url=_text(source, "DATABASE_OWNER_URL"),
        demo_date=_day(source, "DEMO_DATE"),
        web_workers=_number(source, "WEB_WORKERS", 1, 64),
        web_threads=_number(source, "WEB_THREADS", 1, 256),
        worker_concurrency=_number(source, "WORKER_CONCURRENCY", 1, 64),
        fsync=flag("POSTGRES_FSYNC", source),
        backup_passphrase=_text(source, "BACKUP_PASSPHRASE"),
    )


def data_dir(environ: Mapping[str, str] | None = None) -> Path:
    """The absolute folder of all data (``DATA_DIR``)."""
    return Path(_text(os.environ if environ is None else environ, "DATA_DIR")).absolute()


def flag(name: str, environ: Mapping[str, str] | None = None) -> bool:
    """A yes/no setting; raises ``EnvironmentProblem`` for anything else."""
    value = _text(os.environ if environ is None else environ, name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise EnvironmentProblem(f"{name} muss 1 oder 0 sein, nicht {value!r}.")


def database_url(role: Role = "app", environ: Mapping[str, str] | None = None) -> str:
    """Where the database is for ``role``: told by a parent process, set by people, or the embedded one."""
    source = os.environ if environ is None else environ
    if told := source.get(INTERNAL_URL[role]):
        return told
    if source.get("DATABASE_URL"):
        return source.get(EXTERNAL_URL[role]) or source["DATABASE_URL"]
    from stadtkern.runtime.postgres import running_server

    server = running_server(data_dir(source))
    return server.url(role) if server else f"postgresql://{APP_ROLE}@/{DATABASE_NAME}"


def database_settings(role: Role = "app", environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One entry of Django's ``DATABASES``.

    Broken connections are noticed and replaced (``CONN_HEALTH_CHECKS``).
    """
    parts = parse_url(database_url(role, environ))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", DATABASE_NAME),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": f"stadtkern-{role}", "connect_timeout": 10, **parts},
    }


def parse_url(url: str) -> dict[str, str]:
    """A ``postgresql://`` address as libpq words; a socket folder may stand in ``?host=`` or percent-encoded.

    Raises ``EnvironmentProblem`` for anything that is not such an address (the address itself is not
    repeated:
    it may carry a password).
    """
    split = urlsplit(url)
    if split.scheme not in {"postgresql", "postgres"}:
        raise EnvironmentProblem("DATABASE_URL muss mit postgresql:// beginnen.")
    words: dict[str, str] = {}
    credentials, _, location = split.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    host, port = _host_and_port(location)
    for word, value in (("user", user), ("password", password), ("host", host), ("port", port)):
        if value:
            words[word] = unquote(value)
    if name := unquote(split.path.lstrip("/")):
        words["dbname"] = name
    words.update(parse_qsl(split.query))
    return words


def socket_url(*, role: str, database: str, socket_dir: str, port: int = 5432) -> str:
    """The address of a server that listens in a socket folder only."""
    return f"postgresql://{role}@/{quote(database)}?host={quote(socket_dir, safe='/')}&port={port}"


def _host_and_port(location: str) -> tuple[str, str]:
    if location.startswith("["):
        host, _, rest = location[1:].partition("]")
        return host, rest.lstrip(":")
    host, _, port = location.partition(":")
    return host, port


def _text(source: Mapping[str, str], name: str) -> str:
    return source.get(name, "").strip() or _BY_NAME[name].default


def _number(source: Mapping[str, str], name: str, low: int, high: int) -> int:
    text = _text(source, name)
    if not text.isdecimal() or not low <= int(text) <= high:
        raise EnvironmentProblem(f"{name} muss eine Zahl von {low} bis {high} sein, nicht {text!r}.")
    return int(text)


def _day(source: Mapping[str, str], name: str) -> date | None:
    text = _text(source, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise EnvironmentProblem(f"{name} muss ein Tag wie 2025-10-20 sein, nicht {text!r}.") from None
