"""Calling the inspector: a process of its own per file, killed when it takes too long.

The process is forked by the incubator (one per process of ours, started with the first file), which has the decoders loaded. Where
that is not possible, a new interpreter does the same work.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import site
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from stadtkern.foundation.files.errors import BrokenFile, WrongFileType

INSPECTOR = Path(__file__).with_name("inspector.py")
INCUBATOR = Path(__file__).with_name("incubator.py")
TIMEOUT = 25
DONE = b"DONE"
ENVIRON = {"LC_ALL": "C.UTF-8"}

PASSWORD = BrokenFile(
    "Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort.",
    message_en="The file is protected by a password. Please save it without one.",
)


def check(media_type: str, content: BinaryIO) -> None:
    """Open the file in a process of its own; raises ``BrokenFile`` or ``WrongFileType``."""
    done, answer = _run(["check", media_type], content)
    if not done:
        raise _error(answer)


def preview(media_type: str, content: BinaryIO, *, page: int, width: int) -> bytes:
    """One page as PNG; raises ``BrokenFile``."""
    done, answer = _run(["preview", media_type, str(page), str(width)], content)
    if not done or not answer.startswith(b"\x89PNG"):
        raise _error(answer)
    return answer


def _run(arguments: list[str], content: BinaryIO) -> tuple[bool, bytes]:
    """Whether the inspector was content, and what it said. Raises ``BrokenFile`` when it takes too long."""
    place = content.tell()
    for _ in range(2):  # an incubator that was killed is replaced
        with contextlib.suppress(OSError):
            return _fork(arguments, content)
        forget()
        content.seek(place)
    return _new_interpreter(arguments, content)


# --- the incubator ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Incubator:
    orders: socket.socket
    process: subprocess.Popen[bytes]
    owner: int  # our process: after a fork the parent's incubator is not ours


_lock = Lock()
_incubator: _Incubator | None = None


def _ours() -> _Incubator:
    global _incubator
    with _lock:
        if _incubator is None or _incubator.owner != os.getpid() or _incubator.process.poll() is not None:
            _incubator = _start()
        return _incubator


def _start() -> _Incubator:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(INCUBATOR), str(theirs.fileno()), *dict.fromkeys(folders)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRON,
        )
    return _Incubator(orders=ours, process=process, owner=os.getpid())


def forget() -> None:
    """End the incubator; the next file gets a new one."""
    global _incubator
    with _lock:
        if _incubator is not None and _incubator.owner == os.getpid():
            _incubator.orders.close()
            _incubator.process.kill()
            _incubator.process.wait()
        _incubator = None


atexit.register(forget)


def _fork(arguments: list[str], content: BinaryIO) -> tuple[bool, bytes]:
    """Let the incubator fork. Raises ``OSError`` when there is none, ``BrokenFile`` when it takes too long."""
    incubator = _ours()
    answer, theirs = os.pipe()
    try:
        copy = os.memfd_create("upload")
        try:
            with open(copy, "wb", closefd=False) as target:
                while part := content.read(256 * 1024):
                    target.write(part)
            os.lseek(copy, 0, os.SEEK_SET)
            socket.send_fds(incubator.orders, [json.dumps(arguments).encode()], [copy, theirs])
        finally:
            os.close(copy)
            os.close(theirs)
        said = _read(answer)
    finally:
        os.close(answer)
    if not said and incubator.process.poll() is not None:
        raise BrokenPipeError("the incubator died")
    text, mark, code = said.rpartition(DONE)
    return (bool(mark) and code == b"0", text if mark else said)


def _read(answer: int) -> bytes:
    """Until the child closes the pipe, that is until it ends. Raises ``BrokenFile`` after the time is over."""
    parts: list[bytes] = []
    deadline = time.monotonic() + TIMEOUT + 2
    while True:
        ready, _, _ = select.select([answer], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise BrokenFile()
        part = os.read(answer, 1024 * 1024)
        if not part:
            return b"".join(parts)
        parts.append(part)


# --- without it -------------------------------------------------------------------------------------------------------


def _new_interpreter(arguments: list[str], content: BinaryIO) -> tuple[bool, bytes]:
    with tempfile.TemporaryFile() as errors:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(INSPECTOR), *arguments],
                input=content.read(),
                stdout=subprocess.PIPE,
                stderr=errors,
                timeout=TIMEOUT,
                check=False,
                env=ENVIRON,
            )
        except subprocess.TimeoutExpired:
            raise BrokenFile() from None
    return done.returncode == 0, done.stdout


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
