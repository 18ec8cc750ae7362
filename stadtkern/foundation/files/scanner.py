"""Asking clamd whether a file carries malware (protocol INSTREAM)."""

from __future__ import annotations

import socket
from typing import BinaryIO

from django.conf import settings

from stadtkern.foundation.files.errors import InfectedFile, ScanUnavailable

_CHUNK = 64 * 1024
_TIMEOUT = 30.0


def is_configured() -> bool:
    """Whether the installation has a scanner (``CLAMD_SOCKET``: a path, or host:port)."""
    return bool(settings.CLAMD_SOCKET)


def scan(content: BinaryIO) -> bool:
    """True when scanned and clean, False when no scanner is configured.

    Raises ``InfectedFile``, and ``ScanUnavailable`` when the configured scanner does not answer (fail closed).
    """
    if not is_configured():
        return False
    try:
        answer = _ask(content)
    except OSError as error:
        raise ScanUnavailable() from error
    if answer.endswith(b"FOUND"):
        raise InfectedFile()
    if not answer.endswith(b"OK"):
        raise ScanUnavailable()
    return True


def _ask(content: BinaryIO) -> bytes:
    with _connect(settings.CLAMD_SOCKET) as connection:
        connection.sendall(b"zINSTREAM\0")
        while chunk := content.read(_CHUNK):
            connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
        connection.sendall(b"\0\0\0\0")
        answer = b""
        while not answer.endswith(b"\0") and (part := connection.recv(4096)):
            answer += part
    return answer.rstrip(b"\0\n ")


def _connect(address: str) -> socket.socket:
    if "/" in address:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_TIMEOUT)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_TIMEOUT)
