"""Master keys as files: ``DATA_DIR/keys/<tenant>/master.key`` and ``sign-<name>.key``, mode 0600, made on first use."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import shutil
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from stadtkern.foundation.keys.api import KeyUnavailable

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


class FileKeys:
    """The provider for the demo and small installations. Whoever reads the folder reads everything: back it up apart.

    A destroyed tenant leaves an empty ``destroyed`` mark, so that no new key silently takes the place of the lost one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def wrap(self, tenant: UUID, name: str, key: bytes) -> bytes:
        return aes_key_wrap(self._derived(tenant, f"wrap:{name}"), key)

    def unwrap(self, tenant: UUID, name: str, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._derived(tenant, f"wrap:{name}"), wrapped)
        except (InvalidUnwrap, ValueError):
            raise KeyUnavailable() from None

    def sign(self, tenant: UUID, name: str, message: bytes) -> bytes:
        return self._signer(tenant, name).sign(message)

    def public_key(self, tenant: UUID, name: str) -> bytes:
        return self._signer(tenant, name).public_key().public_bytes_raw()

    def mac(self, tenant: UUID, name: str, message: bytes) -> bytes:
        return hmac.digest(self._derived(tenant, f"mac:{name}"), message, "sha256")

    def destroy(self, tenant: UUID) -> None:
        folder = self._folder / str(tenant)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        (folder / "destroyed").touch(mode=0o600)
        _derive.cache_clear()

    def _derived(self, tenant: UUID, label: str) -> bytes:
        if not _NAME.fullmatch(label.partition(":")[2]):
            raise ValueError(f"not a name of a key: {label}")
        return _derive(self._kept(tenant, "master.key"), label)

    def _signer(self, tenant: UUID, name: str) -> Ed25519PrivateKey:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name of a key: {name}")
        return Ed25519PrivateKey.from_private_bytes(self._kept(tenant, f"sign-{name}.key"))

    def _kept(self, tenant: UUID, file_name: str) -> bytes:
        """32 bytes from the file, made on first use; two processes that start together agree on one."""
        folder = self._folder / str(tenant)
        path = folder / file_name
        try:
            if not path.exists():
                if (folder / "destroyed").exists():
                    raise KeyUnavailable()
                _make(path)
            key = path.read_bytes()
        except OSError as error:
            raise KeyUnavailable() from error
        if len(key) != 32:
            raise KeyUnavailable()
        return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails if somebody else was first, and then theirs counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=256)
def _derive(master: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"stadtkern/{label}".encode()).derive(master)
