"""Reading files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stadtkern.foundation.files import disk, frames, sandbox
from stadtkern.foundation.files.errors import DamagedBlob, FileNotFound, FileTooLarge
from stadtkern.foundation.files.models import Blob, DataKey, StoredFile
from stadtkern.foundation.keys import api as keys

READ_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """A file as others see it. ``scan`` is "clean" or "not_scanned"."""

    id: UUID
    name: str
    original_name: str
    size: int
    media_type: str
    sha256: str
    purpose: str
    scan: str
    stored_at: datetime


def info(file_id: UUID) -> FileInfo:
    """One file of the current tenant; raises ``FileNotFound``."""
    return info_of(_row(file_id))


def infos(file_ids: Iterable[UUID]) -> list[FileInfo]:
    """Files of the current tenant in the order asked for; unknown ones are left out."""
    wanted = list(file_ids)
    rows = {row.pk: row for row in StoredFile.objects.select_related("blob").filter(pk__in=wanted)}
    unwrapped: dict[int, bytes] = {}
    return [info_of(rows[id], unwrapped) for id in wanted if id in rows]


@contextmanager
def open_stream(file_id: UUID) -> Iterator[BinaryIO]:
    """The content, decrypted while reading, seekable; raises ``FileNotFound``, ``DamagedBlob``, ``KeyUnavailable``."""
    blob = _row(file_id).blob
    try:
        source = disk.path_of(blob.tenant_id, blob.address, blob.salt).open("rb")
        with source:
            reader = frames.Reader(source, data_key=_data_key(blob), salt=bytes(blob.salt), size=blob.size)
            with io.BufferedReader(reader, frames.CHUNK) as stream:
                yield cast(BinaryIO, stream)
    except (frames.Damaged, FileNotFoundError) as error:
        raise DamagedBlob() from error


def read(file_id: UUID, *, limit: int = READ_LIMIT) -> bytes:
    """The whole content; raises ``FileTooLarge`` above ``limit``."""
    if _row(file_id).blob.size > limit:
        raise FileTooLarge.over(limit)
    with open_stream(file_id) as stream:
        return stream.read()


def preview(file_id: UUID, *, page: int = 0, width: int = 600) -> bytes:
    """One page of a PDF or image as PNG (made in a process with limits); raises ``BrokenFile``, ``FileNotFound``."""
    media_type = _row(file_id).blob.media_type
    with open_stream(file_id) as stream:
        return sandbox.preview(media_type, stream, page=page, width=max(50, min(width, 2000)))


def info_of(row: StoredFile, unwrapped: dict[int, bytes] | None = None) -> FileInfo:
    blob = row.blob
    return FileInfo(
        id=row.pk,
        name=row.name,
        original_name=row.original_name,
        size=blob.size,
        media_type=blob.media_type,
        sha256=_sha256(blob, unwrapped),
        purpose=row.purpose,
        scan=blob.scan,
        stored_at=row.stored_at,
    )


def _row(file_id: UUID) -> StoredFile:
    row = StoredFile.objects.select_related("blob").filter(pk=file_id).first()
    if row is None:
        raise FileNotFound()
    return row


def _data_key(blob: Blob, unwrapped: dict[int, bytes] | None = None) -> bytes:
    if unwrapped is not None and blob.epoch in unwrapped:
        return unwrapped[blob.epoch]
    wrapped = bytes(DataKey.objects.get(epoch=blob.epoch).wrapped)
    key = keys.provider().unwrap(blob.tenant_id, "files", wrapped)
    if unwrapped is not None:
        unwrapped[blob.epoch] = key
    return key


def _sha256(blob: Blob, unwrapped: dict[int, bytes] | None) -> str:
    sealed, salt = bytes(blob.sealed_sha256), bytes(blob.salt)
    try:
        plain = AESGCM(_data_key(blob, unwrapped)).decrypt(sealed[:12], sealed[12:], b"sha256" + salt)
    except InvalidTag:
        raise DamagedBlob() from None
    return plain.hex()
