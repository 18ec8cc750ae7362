"""Patterns of form fields: written in the XML Schema dialect, matched in linear time.

Patterns come from imported files and run on everybody's input, so a backtracking engine is out of the question; RE2
cannot explode. What RE2 does not know (class subtraction, ``\\i``, ``\\c``, counts above 1000) is not usable and says so.
"""

from __future__ import annotations

from functools import lru_cache

import re2

_MAX_PATTERN = 2_000  # characters


class PatternError(ValueError):
    """The pattern cannot be used; the message says why."""


def matches(pattern: str, text: str) -> bool:
    """True when the whole text matches. Raises PatternError for an unusable pattern."""
    return compiled(pattern).fullmatch(text) is not None


def usable(pattern: str) -> str | None:
    """None when the pattern works, else the reason in German."""
    try:
        compiled(pattern)
    except PatternError as error:
        return str(error)
    return None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re2._Regexp[str]:
    """The compiled pattern. Raises PatternError. Compiling is cached."""
    if len(pattern) > _MAX_PATTERN:
        raise PatternError(f"Das Muster ist länger als {_MAX_PATTERN} Zeichen.")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    options.dot_nl = False
    try:
        return re2.compile(_translated(without_anchors(pattern)), options=options)
    except (re2.error, UnicodeError) as error:
        raise PatternError(f"Das Muster „{pattern[:80]}“ ist nicht verwendbar ({error}).") from error


def without_anchors(pattern: str) -> str:
    """In XML Schema ``^`` and ``$`` are ordinary characters; editors still write them around a pattern as anchors."""
    inner = pattern
    if inner.startswith("^"):
        inner = inner[1:]
    if inner.endswith("$") and not inner.endswith("\\$"):
        inner = inner[:-1]
    return inner


#: escapes that mean all of Unicode in XML Schema but only ASCII in RE2: (outside a class, inside a class)
_UNICODE_ESCAPES = {
    "d": (r"\p{Nd}", r"\p{Nd}"),
    "D": (r"\P{Nd}", r"\P{Nd}"),
    "w": (r"[\p{L}\p{M}\p{N}\p{S}]", r"\p{L}\p{M}\p{N}\p{S}"),
    "W": (r"[\p{P}\p{Z}\p{C}]", r"\p{P}\p{Z}\p{C}"),
}


def _translated(pattern: str) -> str:
    """The pattern in RE2's dialect. Raises PatternError for subtracted classes, which RE2 would read differently."""
    parts: list[str] = []
    inside = escaped = False
    for char in pattern:
        if escaped:
            parts.append(_UNICODE_ESCAPES[char][inside] if char in _UNICODE_ESCAPES else f"\\{char}")
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            if char == "[" and inside:
                message = "zieht Zeichenklassen voneinander ab; das wird nicht unterstützt."
                raise PatternError(f"Das Muster „{pattern[:80]}“ {message}")
            inside = char == "[" or (inside and char != "]")
            parts.append(char)
    return "".join([*parts, "\\" if escaped else ""])
