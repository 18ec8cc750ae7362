"""Blobs on the disk: written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings


def path_of(tenant: UUID, address: str, salt: bytes | memoryview) -> Path:
    """The mark from the salt keeps a content that is stored again apart from its predecessor that is being removed."""
    return _folder(tenant) / address[:2] / address[2:4] / f"{address}.{bytes(salt[:4]).hex()}"


def _folder(tenant: UUID) -> Path:
    return Path(settings.DATA_DIR) / "files" / str(tenant)


def write(path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Write beside, sync, rename, sync the folder: after a crash the file is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(path: Path) -> None:
    """Idempotent."""
    path.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()


def all_of(tenant: UUID) -> Iterator[Path]:
    """Every file in the tenant's folder, unfinished ones too."""
    if _folder(tenant).is_dir():
        yield from (path for path in _folder(tenant).rglob("*") if path.is_file())
