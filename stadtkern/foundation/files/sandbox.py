"""Calling the inspector: a fresh process per file, killed when it takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from stadtkern.foundation.files.errors import BrokenFile, WrongFileType

INSPECTOR = Path(__file__).with_name("inspector.py")
TIMEOUT = 25

PASSWORD = BrokenFile(
    "Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort.",
    message_en="The file is protected by a password. Please save it without one.",
)


def check(media_type: str, content: BinaryIO) -> None:
    """Open the file in a process of its own; raises ``BrokenFile`` or ``WrongFileType``."""
    done = _run(["check", media_type], content)
    if done.returncode != 0:
        raise _error(done.stdout)


def preview(media_type: str, content: BinaryIO, *, page: int, width: int) -> bytes:
    """One page as PNG; raises ``BrokenFile``."""
    done = _run(["preview", media_type, str(page), str(width)], content)
    if done.returncode != 0 or not done.stdout.startswith(b"\x89PNG"):
        raise _error(done.stdout)
    return done.stdout


def _run(arguments: list[str], content: BinaryIO) -> subprocess.CompletedProcess[bytes]:
    with tempfile.TemporaryFile() as errors:
        try:
            return subprocess.run(
                [sys.executable, "-I", str(INSPECTOR), *arguments],
                input=content.read(),
                stdout=subprocess.PIPE,
                stderr=errors,
                timeout=TIMEOUT,
                check=False,
                env={"LC_ALL": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired:
            raise BrokenFile() from None


def _error(answer: bytes) -> BrokenFile | WrongFileType:
    try:
        reason = json.loads(answer)["reason"]
    except (ValueError, KeyError, TypeError):
        return BrokenFile()  # killed by a limit
    if reason == "password":
        return PASSWORD
    if reason == "active":
        return WrongFileType(
            "Die Datei enthält Skripte oder Makros. Bitte speichern Sie sie als einfaches PDF.",
            message_en="The file contains scripts or macros. Please save it as a plain PDF.",
        )
    if reason == "too_many_pixels":
        return BrokenFile(
            "Das Bild hat zu viele Bildpunkte (mehr als 60 Megapixel). Bitte verkleinern Sie es.",
            message_en="The image has too many pixels (more than 60 megapixels). Please make it smaller.",
        )
    return BrokenFile()
