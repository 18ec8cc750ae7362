"""The contract that every key provider keeps."""

from __future__ import annotations

import os
import secrets
from uuid import uuid4

import pytest

from stadtkern.foundation.keys import api
from stadtkern.foundation.keys.file import FileKeys

TENANT, OTHER = uuid4(), uuid4()


@pytest.fixture
def keys(tmp_path):
    return FileKeys(tmp_path / "keys")


def test_wrapped_keys_come_back(keys):
    key = secrets.token_bytes(32)
    wrapped = keys.wrap(TENANT, "files", key)
    assert key not in wrapped
    assert keys.unwrap(TENANT, "files", wrapped) == key


def test_a_wrapped_key_is_of_use_only_to_its_tenant_and_purpose(keys):
    wrapped = keys.wrap(TENANT, "files", secrets.token_bytes(32))
    for tenant, name, value in (
        (OTHER, "files", wrapped),
        (TENANT, "audit", wrapped),
        (TENANT, "files", wrapped[:-1] + bytes([wrapped[-1] ^ 1])),
        (TENANT, "files", b""),
    ):
        with pytest.raises(api.KeyUnavailable):
            keys.unwrap(tenant, name, value)


def test_signatures_verify_with_the_public_key_only(keys):
    signature = keys.sign(TENANT, "audit", b"message")
    assert api.verify(keys.public_key(TENANT, "audit"), signature, b"message")
    assert not api.verify(keys.public_key(TENANT, "audit"), signature, b"massage")
    assert not api.verify(keys.public_key(OTHER, "audit"), signature, b"message")
    assert not api.verify(keys.public_key(TENANT, "other"), signature, b"message")
    assert not api.verify(b"short", signature, b"message")


def test_macs_differ_by_tenant_purpose_and_message(keys):
    macs = {
        keys.mac(tenant, name, message)
        for tenant in (TENANT, OTHER)
        for name in ("files", "index")
        for message in (b"a", b"b")
    }
    assert len(macs) == 8
    assert keys.mac(TENANT, "files", b"a") in macs


def test_a_destroyed_tenant_stays_destroyed(keys):
    wrapped = keys.wrap(TENANT, "files", secrets.token_bytes(32))
    keys.mac(OTHER, "files", b"x")
    keys.destroy(TENANT)
    for use in (
        lambda: keys.unwrap(TENANT, "files", wrapped),
        lambda: keys.sign(TENANT, "audit", b""),
        lambda: keys.mac(TENANT, "files", b""),
    ):
        with pytest.raises(api.KeyUnavailable):
            use()
    keys.mac(OTHER, "files", b"x")


def test_names_cannot_leave_the_folder(keys):
    with pytest.raises(ValueError, match="not a name"):
        keys.sign(TENANT, "../../etc", b"")


class TestFiles:
    """What holds for keys in files alone."""

    def test_they_are_private(self, keys, tmp_path):
        keys.sign(TENANT, "audit", b"")
        keys.mac(TENANT, "files", b"")
        modes = {oct(os.stat(p).st_mode & 0o777) for p in (tmp_path / "keys").rglob("*.key")}
        assert modes == {"0o600"}

    def test_another_process_reads_the_same_keys(self, keys, tmp_path):
        assert FileKeys(tmp_path / "keys").mac(TENANT, "f", b"") == keys.mac(TENANT, "f", b"")

    def test_a_cut_key_file_is_not_used(self, keys, tmp_path):
        keys.mac(TENANT, "files", b"")
        (tmp_path / "keys" / str(TENANT) / "master.key").write_bytes(b"short")
        with pytest.raises(api.KeyUnavailable):
            keys.mac(TENANT, "files", b"")
