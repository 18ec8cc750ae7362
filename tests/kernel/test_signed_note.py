"""Signed notes: the example of C2SP signed-note, and everything that must be refused."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stadtkern.kernel import signed_note

# https://pkg.go.dev/golang.org/x/mod/sumdb/note, example of Open.
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_the_example_of_the_specification_opens():
    name, identifier, key = VERIFIER.split("+", 2)
    public_key = base64.b64decode(key)[1:]
    assert signed_note.key_id(name, public_key).hex() == identifier
    text = signed_note.opened(EXAMPLE, name=name, public_key=public_key, verify=verify)
    assert text.startswith("If you think")


KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
TEXT = signed_note.Checkpoint(origin="stadtkern/x", size=5, root=b"r" * 32).text()
NOTE = signed_note.sign(TEXT, name="stadtkern/x", public_key=PUBLIC, signer=KEY.sign)


def test_round_trip():
    text = signed_note.opened(NOTE, name="stadtkern/x", public_key=PUBLIC, verify=verify)
    assert signed_note.parse_checkpoint(text) == signed_note.Checkpoint(
        origin="stadtkern/x", size=5, root=b"r" * 32
    )


def test_signatures_of_witnesses_are_skipped():
    assert signed_note.opened(
        NOTE + "— witness AAAAAAAA\n", name="stadtkern/x", public_key=PUBLIC, verify=verify
    )


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        NOTE.replace("\n5\n", "\n6\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— stadtkern/x", "— stadtkern/y"),
        NOTE[:-10] + "\n",
        NOTE + "— zu viele Wörter hier\n",
    ],
)
def test_refused_notes(note):
    with pytest.raises(signed_note.BadNote):
        text = signed_note.opened(note, name="stadtkern/x", public_key=PUBLIC, verify=verify)
        assert signed_note.parse_checkpoint(text).size == 5


@pytest.mark.parametrize(
    "text", ["", "a\n5\n", "a\n05\ncg==\n", "a\n-1\ncg==\n", "a\n٥\ncg==\n", "\n5\ncg==\n", "a\n5\n*\n"]
)
def test_refused_checkpoints(text):
    with pytest.raises(signed_note.BadNote):
        signed_note.parse_checkpoint(text)


def test_texts_that_could_be_misread_are_not_signed():
    for text in ("no end", "blank\n\nline\n"):
        with pytest.raises(signed_note.BadNote):
            signed_note.sign(text, name="x", public_key=PUBLIC, signer=KEY.sign)
