"""Patterns in the XML Schema dialect: same verdict as an XML Schema processor, but never slow."""

from __future__ import annotations

import time

import pytest
from lxml import etree

from stadtkern.casework.forms.patterns import PatternError, matches, usable
from stadtkern.casework.forms.xsd import XS, is_xsd_pattern

PATTERNS = [
    r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?", r"[0-9]{5}", r"\d{2}", r"\w+", r"[\w.-]+@[\w-]+\.[a-z]{2,}", r"[^@]+",
    r"a|b", r"(ab)*c?", r"[\-\]\\]", r"\.\*", r"[a-c]-[0-9]", r"\D+", r"\p{L}+", r".",
]  # fmt: skip
# libxml2 does not know CJK ideographs as letters, so none are compared
TEXTS = [
    "MZ-AB 123", "MZ-AB 1234E", "mz-ab 1", "55116", "5511", "12", "٣٤", "Müller", "a b", "a.b@c-d.de", "a@b", "ab", "c", "ababc", "-", "]",
    "\\", ".*", "a-5", "a5", "ßé", "x", "", "\n", "_",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_verdict_is_that_of_xml_schema(pattern: str) -> None:
    schema = etree.XMLSchema(
        etree.fromstring(
            f'<xs:schema xmlns:xs="{XS}"><xs:element name="x"><xs:simpleType><xs:restriction base="xs:string">'
            f'<xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>'
        )
    )
    for text in TEXTS:
        node = etree.Element("x")
        node.text = text
        assert matches(pattern, text) == schema.validate(node), text


def test_anchors_that_editors_write_are_ignored() -> None:
    assert matches("^[0-9]{5}$", "55116")
    assert not matches("^[0-9]{5}$", "551161")
    assert matches(r"a\$", "a$")


@pytest.mark.parametrize(
    "pattern", ["(a", "[a-z-[aeiou]]", ".{0,4000}", "(?=a)", r"(a)\1", "\\", "x" * 3000, "*"]
)
def test_what_cannot_be_used_says_so(pattern: str) -> None:
    assert usable(pattern)
    with pytest.raises(PatternError):
        matches(pattern, "a")


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+b", "(.*)*x", "([a-z]+)*1"])
def test_evil_patterns_are_not_slow(pattern: str) -> None:
    start = time.perf_counter()
    assert not matches(pattern, "a" * 10_000)
    assert time.perf_counter() - start < 1


def test_broken_patterns_stay_out_of_the_schema() -> None:
    assert is_xsd_pattern("[0-9]{5}")
    assert not is_xsd_pattern("[0-9")
