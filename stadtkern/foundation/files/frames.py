"""The encrypted format on disk: AES-256-GCM in chunks (the STREAM construction), readable from any place.

    magic "SKF1" | chunk size, 4 bytes big endian | chunk, chunk, ...

Every chunk is ciphertext plus 16 bytes tag; all hold ``chunk size`` bytes of content but the last, which holds the
rest (0 bytes only in an empty file). Key: HKDF-SHA-256 of data key and the blob's 32-byte salt, used for one blob.
Nonce: chunk number (11 bytes) and 1 in the last chunk, else 0; header and salt are authenticated with every chunk.
So no chunk can be changed, moved, left out, added or taken from another blob without being noticed.
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from typing_extensions import Buffer

MAGIC = b"SKF1"
CHUNK = 64 * 1024
TAG = 16
HEADER = len(MAGIC) + 4


class Damaged(Exception):
    """The frames are not what was written."""


def blob_key(data_key: bytes, salt: bytes) -> bytes:
    """The key of one blob."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"stadtkern/blob").derive(data_key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def write(source: BinaryIO, target: BinaryIO, *, data_key: bytes, salt: bytes) -> None:
    """Encrypt ``source`` from its current place to its end."""
    cipher = AESGCM(blob_key(data_key, salt))
    header = MAGIC + CHUNK.to_bytes(4, "big")
    target.write(header)
    number, chunk = 0, source.read(CHUNK)
    while True:
        following = source.read(CHUNK) if len(chunk) == CHUNK else b""
        last = not following
        target.write(cipher.encrypt(_nonce(number, last), chunk, header + salt))
        if last:
            return
        number, chunk = number + 1, following


class Reader(io.RawIOBase):
    """The content as a seekable binary stream; raises ``Damaged`` while reading."""

    def __init__(self, source: BinaryIO, *, data_key: bytes, salt: bytes, size: int) -> None:
        header = source.read(HEADER)
        self._chunk = int.from_bytes(header[len(MAGIC) :], "big")
        if header[: len(MAGIC)] != MAGIC or not 0 < self._chunk <= 16 * 1024 * 1024:
            raise Damaged("not a blob")
        self._count = max(1, -(-size // self._chunk))
        if os.fstat(source.fileno()).st_size != HEADER + size + TAG * self._count:
            raise Damaged("wrong length")
        self._source, self._size, self._place = source, size, 0
        self._cipher, self._bound = AESGCM(blob_key(data_key, salt)), header + salt
        self._kept: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        if self._size == 0:
            self._decrypted(0)
        if self._place >= self._size or not len(view):
            return 0
        number, start = divmod(self._place, self._chunk)
        part = self._decrypted(number)[start : start + len(view)]
        view[: len(part)] = part
        self._place += len(part)
        return len(part)

    def _decrypted(self, number: int) -> bytes:
        if self._kept[0] != number:
            self._source.seek(HEADER + number * (self._chunk + TAG))
            sealed = self._source.read(self._chunk + TAG)
            try:
                content = self._cipher.decrypt(_nonce(number, number == self._count - 1), sealed, self._bound)
            except InvalidTag:
                raise Damaged(f"chunk {number}") from None
            self._kept = (number, content)
        return self._kept[1]

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()
