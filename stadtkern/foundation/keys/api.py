"""One interface to the keys of the municipalities; which provider answers is a setting (``KEY_PROVIDER``).

``name`` is a purpose inside the tenant, such as "files" or "audit"; keys of different names are independent.
All providers pass the same contract test (``tests/foundation/keys``).
"""

from __future__ import annotations

from functools import cache
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from stadtkern.kernel.errors import DomainError

__all__ = ["KeyProvider", "KeyUnavailable", "provider", "verify"]


class KeyUnavailable(DomainError):
    """The key is missing, destroyed or out of reach: nothing is read or written without it (fail closed)."""

    code = "key-unavailable"
    status = 503
    message = (
        "Der Schlüssel der Kommune ist gerade nicht erreichbar. Bitte versuchen Sie es später noch einmal."
    )
    message_en = "The municipality's key cannot be reached at the moment. Please try again later."


class KeyProvider(Protocol):
    """Where master keys live. Every method raises ``KeyUnavailable``."""

    def wrap(self, tenant: UUID, name: str, key: bytes) -> bytes:
        """Encrypt a data key (16, 24 or 32 bytes) with the master key."""

    def unwrap(self, tenant: UUID, name: str, wrapped: bytes) -> bytes:
        """Decrypt what ``wrap`` made; changed or foreign input raises ``KeyUnavailable`` too."""

    def sign(self, tenant: UUID, name: str, message: bytes) -> bytes:
        """An Ed25519 signature (64 bytes)."""

    def public_key(self, tenant: UUID, name: str) -> bytes:
        """The public key (32 bytes) of ``sign``."""

    def mac(self, tenant: UUID, name: str, message: bytes) -> bytes:
        """HMAC-SHA-256 (32 bytes): addresses and blind indexes that only this tenant can compute."""

    def destroy(self, tenant: UUID) -> None:
        """Forget all keys of the tenant, for good."""


def provider() -> KeyProvider:
    """The provider of this installation."""
    return _provider(settings.KEY_PROVIDER, str(settings.DATA_DIR))


@cache
def _provider(kind: str, data_dir: str) -> KeyProvider:
    if kind == "file":
        from pathlib import Path

        from stadtkern.foundation.keys.file import FileKeys

        return FileKeys(Path(data_dir) / "keys")
    raise KeyUnavailable(f"Der Schlüsselanbieter {kind!r} ist nicht bekannt (KEY_PROVIDER).")


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the Ed25519 signature is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
