"""Gives a name another spelling in an expression: only where it is taken from outside, only as a whole name."""

from __future__ import annotations

from collections.abc import Iterable

from stadtkern.kernel.feel.engine import parse, parse_unary_tests
from stadtkern.kernel.feel.free import free_uses


class NameHidden(ValueError):
    """The new name already means something inside the expression, where the old one is used."""


def renamed(text: str, old: str, new: str, names: Iterable[str] = (), *, tests: bool = False) -> str:
    """The text with ``new`` instead of the free name ``old``, all else as it is written; ``names``: other known names.

    Raises ``FeelError`` for a text that cannot be read, ``NameHidden``.
    """
    if old not in text:
        return text
    known = [*names, old]
    tree = parse_unary_tests(text, known) if tests else parse(text, known)
    uses = [(node, bound) for node, bound in free_uses(tree) if node.name == old]
    if any(new in bound for _node, bound in uses):
        raise NameHidden(new)
    for node, _bound in sorted(uses, key=lambda use: use[0].start, reverse=True):
        text = text[: node.start] + new + text[node.end :]
    return text
