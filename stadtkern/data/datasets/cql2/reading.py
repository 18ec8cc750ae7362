"""A filter as a tree of JSON values, refused before it can hurt: length, nesting, unknown words."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from stadtkern.data.datasets.errors import FilterRefused

MOST_SIGNS: Final = 50_000
DEEPEST: Final = 60
MOST_NODES: Final = 5_000
CHAIN: Final = re.compile(r"(?:[-+(]\s*|\bnot\b\s*){40,}", re.IGNORECASE)  # the library recurses on these


def from_text(text: str) -> Any:
    """The tree of CQL2 text. Raises ``FilterRefused``."""
    import cql2

    if len(text) > MOST_SIGNS:
        raise too_big()
    if _depth(text) > DEEPEST or CHAIN.search(text) or len(re.findall(r"\bnot\b", text, re.IGNORECASE)) > 500:
        raise too_deep()
    try:
        tree = cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise _unreadable(str(error)) from error
    _measured(tree)
    return tree


def from_json(text: str) -> Any:
    """The tree of CQL2 JSON. Raises ``FilterRefused``."""
    if len(text) > MOST_SIGNS * 4:
        raise too_big()
    try:
        tree = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise FilterRefused(
            "Der Filter ist kein gültiges JSON.", message_en="The filter is not valid JSON."
        ) from error
    return checked(tree)


def checked(tree: Any) -> Any:
    """A tree that came as JSON already."""
    _measured(tree)
    return tree


def _depth(text: str) -> int:
    deepest = depth = 0
    quote = ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif sign == ")":
            depth -= 1
    return deepest


def _measured(tree: Any) -> None:
    waiting, seen = [(tree, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > 2 * DEEPEST or seen > MOST_NODES * 10:
            raise too_deep()
        if isinstance(node, dict):
            waiting += [(child, depth + 1) for child in node.values()]
        elif isinstance(node, list):
            waiting += [(child, depth + 1) for child in node]


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def too_big() -> FilterRefused:
    """The filter has too many signs."""
    return FilterRefused("Der Filter ist zu lang.", message_en="The filter is too long.")


def too_deep() -> FilterRefused:
    """The filter is nested too deeply."""
    return FilterRefused(
        "Der Filter ist zu tief verschachtelt.", message_en="The filter is nested too deeply."
    )


def _unreadable(reason: str) -> FilterRefused:
    place = re.search(r"-->\s*(\d+):(\d+)", reason)
    at = f" an Stelle {place[2]}" if place else ""
    at_en = f" at position {place[2]}" if place else ""
    return FilterRefused(f"Der Filter ist{at} nicht lesbar.", message_en=f"The filter cannot be read{at_en}.")
