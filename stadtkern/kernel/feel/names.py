"""Finds names in a row of tokens: names may hold spaces, keywords and the signs . / - ' + * (DMN 1.5, 10.3.1.2, rule 27-31)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from stadtkern.kernel.feel.errors import FeelError
from stadtkern.kernel.feel.lexer import Token, tokenize

KEYWORDS = frozenset(
    [
        "and",
        "or",
        "in",
        "between",
        "then",
        "else",
        "return",
        "satisfies",
        "instance",
        "of",
        "if",
        "for",
        "some",
        "every",
        "function",
        "external",
        "true",
        "false",
        "null",
    ]
)
Pattern = tuple[tuple[str, bool], ...]


@lru_cache(maxsize=4096)
def pattern(name: str) -> Pattern | None:
    """The tokens of a name; None if it cannot stand in an expression without quotes."""
    try:
        tokens = tokenize(name.strip())[:-1]
    except FeelError:
        return None
    if not tokens or tokens[0].kind != "word" or any(t.kind in ("string", "at") for t in tokens):
        return None
    return tuple((t.text, t.spaced) for t in tokens)


def normalize(name: str) -> str:
    """One space where there are several."""
    return " ".join(name.split())


class Names:
    """The names known at a place, with local ones on top."""

    __slots__ = ("_by_first", "parents")

    def __init__(self, names: Iterable[str], *parents: Names) -> None:
        self.parents = parents
        self._by_first: dict[str, list[tuple[Pattern, str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Makes one more name known."""
        tokens = pattern(name)
        if tokens is not None and (len(tokens) > 1 or tokens[0][0] in KEYWORDS):
            known = self._by_first.setdefault(tokens[0][0], [])
            known.append((tokens, normalize(name)))
            known.sort(key=lambda entry: -len(entry[0]))

    def longest(self, tokens: list[Token], at: int) -> tuple[str, int] | None:
        """The longest known name of several tokens that starts here, and how many tokens it has."""
        best: tuple[str, int] | None = None
        first = tokens[at].text
        levels: list[Names] = [self]
        while levels:
            level = levels.pop()
            for parts, name in level._by_first.get(first, ()):
                if (best is None or len(parts) > best[1]) and _fits(parts, tokens, at):
                    best = (name, len(parts))
            levels.extend(level.parents)
        return best


def _fits(parts: Pattern, tokens: list[Token], at: int) -> bool:
    if at + len(parts) > len(tokens):
        return False
    for index, (text, spaced) in enumerate(parts):
        token = tokens[at + index]
        if token.text != text or token.kind in ("string", "at") or (index and token.spaced != spaced):
            return False
    return True
