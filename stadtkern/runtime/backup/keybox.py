"""Keys and secrets in a backup: only wrapped with a passphrase (scrypt, AES-256-GCM)."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from stadtkern.runtime.backup import BackupRefused

MAGIC: Final = b"SKKEYS1\n"
SALT: Final = 16
NONCE: Final = 12


def wrap(root: Path, paths: Iterable[Path], passphrase: str) -> bytes:
    """The contents of ``paths`` (relative to ``root``), readable only with the passphrase."""
    content = {str(path.relative_to(root)): base64.b64encode(path.read_bytes()).decode() for path in paths}
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(content).encode(), MAGIC)
    return MAGIC + salt + nonce + sealed


def unwrap(box: bytes, passphrase: str) -> dict[str, bytes]:
    """Path -> content; raises ``BackupRefused`` for a wrong passphrase or a changed box."""
    head = len(MAGIC)
    if not box.startswith(MAGIC):
        raise BackupRefused("Die Schlüssel in der Sicherung haben ein unbekanntes Format.")
    salt, nonce = box[head : head + SALT], box[head + SALT : head + SALT + NONCE]
    try:
        text = AESGCM(_key(passphrase, salt)).decrypt(nonce, box[head + SALT + NONCE :], MAGIC)
    except InvalidTag:
        raise BackupRefused(
            "BACKUP_PASSPHRASE passt nicht zu dieser Sicherung, oder ihre Schlüssel sind beschädigt."
        ) from None
    return {name: base64.b64decode(value) for name, value in json.loads(text).items()}


def store(root: Path, keys: dict[str, bytes]) -> None:
    """Write the keys below ``root`` (mode 0600), each in one step; refuses names that lead elsewhere."""
    for name, content in keys.items():
        parts = Path(name).parts
        if not parts or parts[0] not in {"keys", "secrets"} or ".." in parts:
            raise BackupRefused("Die Sicherung enthält einen Schlüssel an einem unzulässigen Ort.")
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
