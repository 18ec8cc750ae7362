"""Canonical JSON: the examples of RFC 8785 that have no fractions, and what must be refused."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.kernel.canonical import canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_value_comes_back_and_its_bytes_do_not_depend_on_its_type(value):
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written
    if isinstance(value, dict):
        assert canonical(MappingProxyType(value)) == written


def test_order_of_keys_as_in_rfc_8785_3_2_3():
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    text = canonical(value).decode()
    order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_strings_as_in_rfc_8785_3_2_2():
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


def test_nesting_and_literals():
    assert (
        canonical({"b": [1, None, True], "a": {"y": -5, "x": ()}})
        == b'{"a":{"x":[],"y":-5},"b":[1,null,true]}'
    )


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.5, TypeError),
        (b"x", TypeError),
        ({1: "x"}, TypeError),
        (2**53, ValueError),
        ("a\x00b", ValueError),
        ("\ud800", ValueError),
        ({"a\x00b": 1}, ValueError),
        ({"ä\x00b": 1}, ValueError),
        ([[{"x": [1.0]}]], TypeError),
        (object(), TypeError),
    ],
)
def test_refused(value, error):
    with pytest.raises(error):
        canonical(value)
