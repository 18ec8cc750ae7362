"""Everything the official schemas allow is read; everything we write is valid; nothing changes on the way."""

from __future__ import annotations

import dataclasses
import functools

import pytest
from lxml import etree

from stadtkern.casework.records.xdomea import messages, reading, writing
from stadtkern.casework.records.xdomea.translation import lost, to_dialect
from stadtkern.casework.records.xdomea.versions import V3_1, V4, Version
from tests.casework.records import schemas
from tests.shared import shared_data

QUICK = {("2.3.0", "0401"), ("3.1.0", "0401"), ("3.1.0", "0503"), ("4.0.0", "0503")}
BIG = ("0401", "0501", "0503")
ALL = [
    pytest.param(*each, marks=pytest.mark.slow) if each[1] in BIG and each not in QUICK else each
    for each in schemas.messages()
]


@functools.cache
def richest(version: str, code: str, round: int) -> bytes:
    root = schemas.Richest(version, round).message(messages.TYPES[code].element)
    return etree.tostring(root)


@pytest.mark.parametrize(("version", "code"), ALL)
def test_what_the_schema_allows_is_read_and_written_again(version: str, code: str) -> None:
    for round in range(3):
        xml = richest(version, code, round)
        assert schemas.errors(xml, version, code) == [], "the generator itself is wrong"
        message = reading.read(xml)
        assert (message.version.number, message.type.code) == (version, code)
        if message.version.writable:
            written = writing.write(message)
            assert schemas.errors(written, version, code) == []
            assert plain(written) == plain(xml)
            assert reading.read(written) == message
        elif version == "3.0.0" or code not in ("0402", "0506"):  # xdomea 2 answers without naming the object
            as_3_1 = writing.write(ours(message, V3_1))
            assert schemas.errors(as_3_1, "3.1.0", code) == []


@pytest.mark.slow
@pytest.mark.parametrize("code", ["0501", "0503"])
def test_disposal_of_4_is_valid_in_3_1(code: str) -> None:
    for round in range(2):
        message = reading.read(richest("4.0.0", code, round))
        written = writing.write(ours(message, V3_1))
        assert schemas.errors(written, "3.1.0", code) == []


@pytest.mark.slow
@pytest.mark.parametrize("round", [0, 1])
@pytest.mark.parametrize("version", ["2.3.0", "2.4.0", "3.0.0", "3.1.0"])
@pytest.mark.parametrize("code", ["0501", "0503"])
def test_disposal_of_older_versions_is_valid_in_4(version: str, code: str, round: int) -> None:
    message = reading.read(richest(version, code, round))
    assert schemas.errors(writing.write(ours(message, V4)), "4.0.0", code) == []


def test_what_a_version_cannot_say_is_named() -> None:
    message = reading.read(richest("4.0.0", "0503", 0))
    names = {path.rsplit("/", 1)[-1] for path in lost(to_dialect(message.body, 3), 3)}
    assert {"hash", "transfer_end", "proposal_reason", "structural_path"} <= names
    assert "subject" not in names


@pytest.mark.parametrize("name", ["0501", "0502", "0503", "0504"])
def test_sample_messages_are_read_and_stay_what_they_are(name: str) -> None:
    (path,) = shared_data(str(schemas.SAMPLES)).glob(f"*{name}.xml")
    message = reading.read(path.read_bytes(), path.name)
    assert message.type.code == name
    as_3_1 = dataclasses.replace(message, version=V3_1)
    written = writing.write(as_3_1)
    assert schemas.errors(written, "3.1.0", name) == []
    assert reading.read(written) == as_3_1


def ours(message: messages.Message, version: Version) -> messages.Message:
    """The message in our version; the header is always our own, so it may say what older senders could not."""
    asks = None if version is V3_1 and message.type.code not in ("0401", "0501", "0502", "0503") else False
    head = dataclasses.replace(
        message.header,
        message_id=message.header.process_id,
        confirm_receipt=message.header.confirm_receipt or asks,
    )
    return dataclasses.replace(message, version=version, header=head, product="Stadtkern", maker="Stadt")


def plain(xml: bytes) -> bytes:
    """Canonical form without white space between elements."""
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, method="c14n")
