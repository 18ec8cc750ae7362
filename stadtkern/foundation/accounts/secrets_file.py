"""Secrets of the demo and the set-up code, derived from one random value kept in DATA_DIR/secrets (mode 0600)."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings


def derived(name: str, *, length: int = 24) -> str:
    """A secret for ``name``, the same for this installation at every start."""
    return base64.b32encode(_digest(name))[:length].decode().lower()


def derived_totp(name: str) -> str:
    """A TOTP seed (base32, 160 bit) for ``name``."""
    return base64.b32encode(_digest(f"totp:{name}")[:20]).decode()


def _digest(name: str) -> bytes:
    return hmac.new(
        _root(Path(settings.DATA_DIR) / "secrets" / "installation.key"), name.encode(), hashlib.sha256
    ).digest()


@functools.cache
def _root(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
