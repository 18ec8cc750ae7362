"""Storing and deleting files."""

from __future__ import annotations

import hashlib
import io
import secrets
import tempfile
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction

from stadtkern.foundation.files import disk, frames, media, names, sandbox, scanner
from stadtkern.foundation.files.errors import BrokenFile, FileNotFound, FileTooLarge, WrongFileType
from stadtkern.foundation.files.models import Blob, DataKey, StoredFile
from stadtkern.foundation.files.queries import FileInfo, info_of
from stadtkern.foundation.keys import api as keys
from stadtkern.foundation.tenancy import api as tenancy

KEY_NAME = "files"
_IN_MEMORY = 4 * 1024 * 1024
_PART = 256 * 1024


def store(
    content: BinaryIO | bytes,
    *,
    name: str,
    allowed: frozenset[str] | None = None,
    max_bytes: int,
    purpose: str,
    now: datetime,
    trusted: bool = False,
    as_it_came: bool = False,
) -> FileInfo:
    """Check, scan, encrypt and keep a file of the current tenant.

    ``allowed`` are media types (None: documents, images, office files, text). ``trusted`` content was made by
    ourselves: its name tells its type, and it is neither opened nor scanned.
    ``as_it_came``: part of a foreign record, which must not change: an unknown, broken or empty file is kept too (as bytes that no browser
    shows), but it is scanned. Raises ``FileTooLarge``, ``WrongFileType``, ``BrokenFile``,
    ``InfectedFile``, ``ScanUnavailable``, ``KeyUnavailable``.
    """
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    with cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)) as spool:
        size, sha256 = _take_in(source, spool, max_bytes)
        if size == 0 and not as_it_came:
            raise BrokenFile("Die Datei ist leer.", message_en="The file is empty.")
        safe = names.safe_name(name)
        media_type = media.of_own(safe) if trusted else _detect(spool, safe, allowed, as_it_came)
        scan = Blob.Scan.NOT_SCANNED
        if not trusted:
            spool.seek(0)
            if not as_it_came:
                sandbox.check(media_type, spool)
                spool.seek(0)
            scan = Blob.Scan.CLEAN if scanner.scan(spool) else Blob.Scan.NOT_SCANNED
        with transaction.atomic():
            blob = _blob(spool, size=size, sha256=sha256, media_type=media_type, scan=scan, now=now)
            row = StoredFile.objects.create(
                blob=blob,
                name=names.safe_name(name),
                original_name=name.replace("\x00", "")[:255],
                purpose=purpose,
                stored_at=now,
            )
    return info_of(row)


def _detect(spool: BinaryIO, name: str, allowed: frozenset[str] | None, as_it_came: bool) -> str:
    try:
        return media.detect(spool, name=name, allowed=allowed)
    except WrongFileType:
        if not as_it_came:
            raise
        spool.seek(0)
        return media.UNKNOWN


def delete(file_id: UUID) -> None:
    """Erase a file; its content goes with the last file that has it. Raises ``FileNotFound``."""
    with transaction.atomic():
        row = StoredFile.objects.select_related("blob").filter(pk=file_id).first()
        if row is None:
            raise FileNotFound()
        blob = Blob.objects.select_for_update().get(pk=row.blob_id)
        row.delete()
        if not blob.files.exists():
            path = disk.path_of(blob.tenant_id, blob.address, blob.salt)
            blob.delete()
            transaction.on_commit(lambda: disk.remove(path))


def _take_in(source: BinaryIO, spool: BinaryIO, max_bytes: int) -> tuple[int, bytes]:
    """Copy at most ``max_bytes``; size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    while part := source.read(_PART):
        size += len(part)
        if size > max_bytes:
            raise FileTooLarge.over(max_bytes)
        digest.update(part)
        spool.write(part)
    return size, digest.digest()


def _blob(
    spool: BinaryIO, *, size: int, sha256: bytes, media_type: str, scan: Blob.Scan, now: datetime
) -> Blob:
    """The tenant's blob of this content, written if it is new. The row is locked until the commit."""
    tenant = tenancy.current_id()
    address = keys.provider().mac(tenant, KEY_NAME, sha256).hex()
    known = Blob.objects.select_for_update().filter(address=address).first()
    if known is not None:
        if scan == Blob.Scan.CLEAN and known.scan != scan:
            known.scan = scan
            known.save(update_fields=["scan"])
        return known
    epoch, data_key = _current_key(now)
    salt = secrets.token_bytes(32)
    spool.seek(0)
    disk.write(
        disk.path_of(tenant, address, salt),
        lambda target: frames.write(spool, target, data_key=data_key, salt=salt),
    )
    try:
        with transaction.atomic():
            return Blob.objects.create(
                address=address,
                size=size,
                media_type=media_type,
                epoch=epoch,
                salt=salt,
                sealed_sha256=_seal(data_key, salt, sha256),
                scan=scan,
                stored_at=now,
            )
    except IntegrityError:
        # Somebody stored the same content at the same moment; theirs counts.
        disk.remove(disk.path_of(tenant, address, salt))
        return Blob.objects.select_for_update().get(address=address)


def _current_key(now: datetime) -> tuple[int, bytes]:
    """Number and key of the newest epoch; the first one is made on first use."""
    tenant = tenancy.current_id()
    newest = DataKey.objects.order_by("-epoch").first()
    if newest is None:
        wrapped = keys.provider().wrap(tenant, KEY_NAME, secrets.token_bytes(32))
        DataKey.objects.bulk_create(
            [DataKey(epoch=1, wrapped=wrapped, created_at=now)], ignore_conflicts=True
        )
        newest = DataKey.objects.order_by("-epoch").get(epoch=1)
    return newest.epoch, keys.provider().unwrap(tenant, KEY_NAME, bytes(newest.wrapped))


def rotate_key(now: datetime) -> int:
    """From now on new blobs are encrypted with a new data key; returns its epoch."""
    with transaction.atomic():
        epoch, _ = _current_key(now)
        wrapped = keys.provider().wrap(tenancy.current_id(), KEY_NAME, secrets.token_bytes(32))
        DataKey.objects.create(epoch=epoch + 1, wrapped=wrapped, created_at=now)
    return epoch + 1


def _seal(data_key: bytes, salt: bytes, sha256: bytes) -> bytes:
    """The plain checksum would tell which tenants hold the same content."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(data_key).encrypt(nonce, sha256, b"sha256" + salt)
