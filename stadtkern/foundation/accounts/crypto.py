"""Seal small secrets of our own tables (TOTP seeds, client secrets) with a key derived from SECRET_KEY."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PREFIX = "v1:"
_NONCE = 12


class SealBroken(Exception):
    """The text was sealed with another SECRET_KEY, or changed."""


def seal(text: str, *, purpose: str) -> str:
    """``text`` encrypted (AES-256-GCM), only readable for the same ``purpose``."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return _PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text back; raises ``SealBroken``."""
    if not sealed.startswith(_PREFIX):
        raise SealBroken("unknown format")
    raw = base64.urlsafe_b64decode(sealed.removeprefix(_PREFIX))
    try:
        return AESGCM(_key(purpose)).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except InvalidTag as error:
        raise SealBroken("wrong key") from error


def _key(purpose: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"stadtkern.accounts:" + purpose.encode())
    return derive.derive(settings.SECRET_KEY.encode())
