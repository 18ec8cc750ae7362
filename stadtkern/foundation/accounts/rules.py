"""Judgements about logins: level of assurance, second factor, scopes. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

NONE, LOW, SUBSTANTIAL, HIGH = 0, 1, 3, 4

# BundID names levels after STORK (its interface description; Level 1 password, 3 Elster, 4 eID), Keycloak and eIDAS
# nodes after the implementing regulation (EU) 2015/1502.
ACR_LEVELS: Final[Mapping[str, int]] = {
    "STORK-QAA-Level-1": LOW,
    "STORK-QAA-Level-2": LOW,
    "STORK-QAA-Level-3": SUBSTANTIAL,
    "STORK-QAA-Level-4": HIGH,
    "http://eidas.europa.eu/LoA/low": LOW,
    "http://eidas.europa.eu/LoA/substantial": SUBSTANTIAL,
    "http://eidas.europa.eu/LoA/high": HIGH,
    "low": LOW,
    "substantial": SUBSTANTIAL,
    "high": HIGH,
}

LOGINS_KEPT: Final = timedelta(
    days=180
)  # records of logins: long enough to notice a misuse, Art. 5 (1) (e) GDPR

LEVEL_NAMES: Final[Mapping[str, int]] = {"none": NONE, "low": LOW, "substantial": SUBSTANTIAL, "high": HIGH}

# What an app password may open. Every scope is one kind of interface, so that a lost phone opens only what it used.
SCOPES: Final[Mapping[str, Any]] = {
    "submissions": _("Anträge einreichen und ihren Stand abfragen (Programmierschnittstelle)"),
    "cases": _("Vorgänge lesen und bearbeiten (Programmierschnittstelle, nur Beschäftigte)"),
    "files": _("Akten als Laufwerk (WebDAV)"),
    "kita": _("Kitas, Bewerbungen und Verträge (Programmierschnittstelle, nur Beschäftigte)"),
    "calendar": _("Termine und Fristen als Kalender (iCalendar)"),
}

STAFF_SCOPES: Final = frozenset({"cases", "kita"})

_SECOND_FACTOR_AMR: Final = frozenset(
    {"mfa", "otp", "hwk", "swk", "sc", "fido", "ngcmfa"}
)  # RFC 8176, Entra ID


def assurance_of_acr(acr: str, own_levels: Mapping[str, int] | None = None) -> int:
    """The level behind the ``acr`` claim. An unknown value proves no more than a password (LOW)."""
    levels = {**ACR_LEVELS, **(own_levels or {})}
    level = levels.get(acr, LOW)
    return level if level in (LOW, SUBSTANTIAL, HIGH) else LOW


def used_second_factor(
    records: Sequence[Mapping[str, Any]], *, amr: Iterable[str] = (), provider_vouches: bool = False
) -> bool:
    """Whether this login had a second factor: ours (TOTP, passkey), or one its provider vouches for."""
    if any(record.get("method") == "mfa" for record in records):
        return True
    return provider_vouches or bool(_SECOND_FACTOR_AMR & set(amr))


def method_of(records: Sequence[Mapping[str, Any]]) -> str:
    """A short name of how somebody logged in, e.g. ``password+totp`` or ``oidc:mainz-bundid``."""
    names: list[str] = []
    for record in records:
        name = str(record.get("method", ""))
        if name == "mfa":
            name = str(record.get("type", "mfa"))
        elif name == "socialaccount":
            name = f"oidc:{record.get('provider', '')}"
        if name and name not in names:
            names.append(name)
    return "+".join(names)[:40] or "session"


def unknown_scopes(scopes: Iterable[str]) -> list[str]:
    """Scopes that do not exist."""
    return sorted(set(scopes) - set(SCOPES))
