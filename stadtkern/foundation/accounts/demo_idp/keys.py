"""Keys of the demo provider, made on first use and kept in DATA_DIR/secrets."""

from __future__ import annotations

import os
from pathlib import Path

from allauth.idp.oidc.models import PrivateKey
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from stadtkern.foundation.accounts import secrets_file


def client_secret() -> str:
    """The secret of our own client at the demo provider."""
    return secrets_file.derived("demo-idp-client")


def signing_key() -> PrivateKey:
    """The RSA key that signs ID tokens."""
    path = Path(settings.DATA_DIR) / "secrets" / "demo-idp.pem"
    if not path.exists():
        _make(path)
    return PrivateKey(pem=path.read_text(encoding="ascii"))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    try:
        os.link(draft, path)  # fails if another process was first: both use that one
    except FileExistsError:
        pass
    finally:
        draft.unlink()
