"""Signed notes and checkpoints of transparency logs: C2SP signed-note and tlog-checkpoint. Pure; keys stay outside.

A checkpoint is ``origin``, size and root (base 64) in three lines. A note is a text, a blank line, and signature lines
``— name base64(key id || signature)``; the key id is SHA-256(name || 0x0A || 0x01 || public key), 4 bytes (Ed25519).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass


class BadNote(ValueError):
    """The text is not a signed note or not a checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is signed: the state of a log."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, public_key: bytes) -> bytes:
    """The four bytes that say which key signed."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public_key).digest()[:4]


def sign(text: str, *, name: str, public_key: bytes, signer: Callable[[bytes], bytes]) -> str:
    """A note: ``text`` (ending in a line end) with one Ed25519 signature."""
    if not text.endswith("\n") or "\n\n" in text:
        raise BadNote("the text must end in one line end and have no blank line")
    signature = base64.b64encode(key_id(name, public_key) + signer(text.encode())).decode()
    return f"{text}\n\u2014 {name} {signature}\n"


def opened(note: str, *, name: str, public_key: bytes, verify: Callable[[bytes, bytes, bytes], bool]) -> str:
    """The text of a note that carries a right signature of this key; raises ``BadNote``.

    ``verify(public_key, signature, message)``. Signatures of other keys (witnesses) are skipped.
    """
    text, blank, signatures = note.rpartition("\n\n")
    if not blank:
        raise BadNote("no signature")
    text += "\n"
    wanted = key_id(name, public_key)
    lines = [line.split(" ") for line in signatures.splitlines()]
    if any(len(words) != 3 or words[0] != "\u2014" for words in lines):
        raise BadNote("not a signature line")
    for _, signer, encoded in lines:
        signature = _decoded(encoded) if signer == name else b""
        if signature[:4] == wanted and verify(public_key, signature[4:], text.encode()):
            return text
    raise BadNote("no right signature of this key")


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in the text of a note; raises ``BadNote``."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or not lines[0]:
        raise BadNote("a checkpoint has three lines")
    if not lines[1].isascii() or not lines[1].isdecimal() or (lines[1][0] == "0" and lines[1] != "0"):
        raise BadNote("the size is not a number")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=_decoded(lines[2]))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base 64") from None
