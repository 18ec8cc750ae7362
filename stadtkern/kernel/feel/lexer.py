"""Splits a FEEL text into tokens. Names may contain spaces, so words stay single tokens and the parser joins them
(DMN 1.5, 10.3.1.2, rules 26-31)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stadtkern.kernel.feel.errors import FeelError

SYMBOLS = ("**", "..", "<=", ">=", "!=", "->", *"+-*/=<>()[]{},:.'")
ESCAPES = {'"': '"', "\\": "\\", "'": "'", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
WORD = re.compile(
    r"[A-Za-z_?\u00B7-\u00D6\u00D8-\u00F6\u00F8-\u167F\u1681-\u1FFF\u200C\u200D\u203F-\u2040\u2070-\u2FFF\u3001-\uFEFE\uFF00-\U000EFFFF]"
    r"[A-Za-z0-9_?\u00B7-\u00D6\u00D8-\u00F6\u00F8-\u167F\u1681-\u1FFF\u200C\u200D\u203F-\u2040\u2070-\u2FFF\u3001-\uFEFE\uFF00-\U000EFFFF]*"
)
SPACE = re.compile(r"[\s\u0085\u180E\u200B\uFEFF]+")
PLAIN_STRING = re.compile(r'[^"\\\n\r]*')


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: `kind` is number, string, at, word, symbol or end."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool


def tokenize(text: str, limit: int = 200_000) -> list[Token]:
    """All tokens with an end token last. Raises FeelError for characters FEEL does not know."""
    if len(text) > limit:
        raise FeelError("feel-too-long", "", 0, limit=limit)
    tokens: list[Token] = []
    pos, size = 0, len(text)
    spaced = False
    while pos < size:
        ahead = _skip(text, pos)
        if ahead != pos:
            pos, spaced = ahead, True
            continue
        token = _next(text, pos, spaced)
        tokens.append(token)
        pos, spaced = token.end, False
    tokens.append(Token("end", "", size, size, spaced))
    return tokens


def _skip(text: str, pos: int) -> int:
    """The position after white space or a comment here."""
    if space := SPACE.match(text, pos):
        return space.end()
    if text.startswith("//", pos):
        end = text.find("\n", pos)
        return len(text) if end < 0 else end
    if text.startswith("/*", pos):
        end = text.find("*/", pos + 2)
        if end < 0:
            raise FeelError("feel-comment", text, pos)
        return end + 2
    return pos


def _next(text: str, pos: int, spaced: bool) -> Token:
    char = text[pos]
    if char == '"':
        value, end = _string(text, pos)
        return Token("string", value, pos, end, spaced)
    if char == "@" and text[pos + 1 : pos + 2] == '"':
        value, end = _string(text, pos + 1)
        return Token("at", value, pos, end, spaced)
    if number := NUMBER.match(text, pos):
        return Token("number", number[0], pos, number.end(), spaced)
    if word := WORD.match(text, pos):
        return Token("word", word[0], pos, word.end(), spaced)
    for symbol in SYMBOLS:
        if text.startswith(symbol, pos):
            return Token("symbol", symbol, pos, pos + len(symbol), spaced)
    raise FeelError("feel-character", text, pos, found=repr(char))


def _string(text: str, pos: int) -> tuple[str, int]:
    """The value of the string literal that starts here, and where it ends."""
    start, parts = pos, []
    pos += 1
    while pos < len(text):
        plain = PLAIN_STRING.match(text, pos)
        assert plain is not None
        parts.append(plain[0])
        pos = plain.end()
        char = text[pos : pos + 1]
        if char == '"':
            return _join_surrogates("".join(parts)), pos + 1
        if char == "\\":
            value, pos = _escape(text, pos)
            parts.append(value)
        elif char:
            parts.append(char)
            pos += 1
    raise FeelError("feel-string", text, start)


def _escape(text: str, pos: int) -> tuple[str, int]:
    code = text[pos + 1 : pos + 2]
    if code in ESCAPES and code:
        return ESCAPES[code], pos + 2
    width = {"u": 4, "U": 6}.get(code, 0)
    digits = text[pos + 2 : pos + 2 + width]
    if (
        width
        and re.fullmatch(r"[0-9A-Fa-f]+", digits)
        and len(digits) == width
        and int(digits, 16) <= 0x10FFFF
    ):
        return chr(int(digits, 16)), pos + 2 + width
    return "\\" + code, pos + 1 + len(code)


def _join_surrogates(value: str) -> str:
    """Two \\uD83D\\uDC0E escapes are one character."""
    if any("\ud800" <= c <= "\udfff" for c in value):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
