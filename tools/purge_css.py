"""Keep only those rules of a style sheet whose KERN classes our markup uses.

KERN ships 340 KB of CSS, most of it utilities and grid. A selector stays if every ``.kern-…`` class outside of
parentheses is used. A class written in a template as ``kern-btn--{{ variant }}`` counts as the prefix ``kern-btn--``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_CLASS = re.compile(r"\.(kern-[a-z0-9_-]+)")
_WORD = re.compile(r"kern-[a-z0-9_-]+")
_NESTING_RULES = ("@media", "@supports", "@layer", "@container")


def used_classes(paths: Iterable[Path]) -> set[str]:
    """Every word that starts with ``kern-`` in the given files."""
    return {word for path in paths for word in _WORD.findall(path.read_text("utf-8"))}


def purge(css: str, used: set[str]) -> str:
    """The style sheet without rules that nothing can match."""
    prefixes = tuple(word for word in used if word.endswith("-"))
    return "".join(_kept(_COMMENT.sub("", css), used, prefixes))


def _kept(css: str, used: set[str], prefixes: tuple[str, ...]) -> Iterator[str]:
    for prelude, body in _blocks(css):
        if body is None:
            yield prelude + ";\n"
        elif prelude.startswith(_NESTING_RULES):
            inner = "".join(_kept(body, used, prefixes))
            if inner.strip():
                yield f"{prelude}{{{inner}}}\n"
        elif prelude.startswith("@"):
            yield f"{prelude}{{{body}}}\n"
        else:
            selectors = [s for s in _split(prelude) if _is_used(s, used, prefixes)]
            if selectors:
                yield f"{','.join(selectors)}{{{body.strip()}}}\n"


def _is_used(selector: str, used: set[str], prefixes: tuple[str, ...]) -> bool:
    outside = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name in used or name.startswith(prefixes) for name in _CLASS.findall(outside))


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Top-level pairs (prelude, body); body None for statements such as ``@charset``."""
    position = 0
    while position < len(css):
        start = _find_outside_strings(css, position, "{;")
        if start < 0:
            return
        prelude = css[position:start].strip()
        if css[start] == ";":
            if prelude:
                yield prelude, None
            position = start + 1
            continue
        end = _closing(css, start)
        yield prelude, css[start + 1 : end]
        position = end + 1


def _find_outside_strings(css: str, position: int, wanted: str) -> int:
    quote = ""
    for index in range(position, len(css)):
        char = css[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in wanted:
            return index
    return -1


def _closing(css: str, start: int) -> int:
    depth, position = 0, start
    while True:
        position = _find_outside_strings(css, position, "{}")
        if position < 0:
            raise ValueError(f"style sheet: no closing brace after position {start}")
        depth += 1 if css[position] == "{" else -1
        if depth == 0:
            return position
        position += 1


def _split(prelude: str) -> list[str]:
    """Selectors of a list; commas inside parentheses do not separate."""
    parts, depth, current = [], 0, ""
    for char in prelude:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()]


def minify(css: str) -> str:
    """Without comments and needless white space (careful: none is removed inside strings)."""
    css = _COMMENT.sub("", css)
    pieces = re.split(r"(\"[^\"]*\"|'[^']*')", css)
    for index in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[index])
        pieces[index] = re.sub(r"\s*([{};])\s*", r"\1", piece)
    return "".join(pieces).replace(";}", "}").strip() + "\n"
