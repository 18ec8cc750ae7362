"""Secrets that the installation makes for itself and keeps in its data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept_secret(path: Path, *, length: int = 48) -> str:
    """The secret in ``path``, made on first use.

    Two processes that start together agree on one (mode 0600).
    """
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(length) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A hard link fails if somebody else was first; a rename would replace what they already use.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)


def _read(path: Path) -> str:
    if secret := path.read_text(encoding="ascii").strip():
        return secret
    raise RuntimeError(f"{path} ist leer. Stellen Sie die Datei aus einer Sicherung wieder her.")
