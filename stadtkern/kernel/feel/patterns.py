"""Regular expressions of XPath (which FEEL prescribes) as patterns of the `regex` package, which knows a time limit.

Source: XPath and XQuery Functions and Operators 3.1, 5.6.1; XML Schema Part 2, appendix G. What these do not know
(look-around, named groups, `\\Z`) is refused."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from stadtkern.kernel.feel.blocks import BLOCKS

MAX_PATTERN = 1_000
MAX_DEPTH = 40
SECONDS = 1.0
ESCAPED = {"n": "\\n", "r": "\\r", "t": "\\t", **{c: "\\" + c for c in "\\|.?*+(){}-[]^$"}}
Ranges = tuple[tuple[int, int], ...]


class PatternError(ValueError):
    """The pattern is not one of XPath."""


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> regex.Pattern[str] | None:
    """The pattern ready to use; None if pattern or flags are wrong."""
    if len(pattern) > MAX_PATTERN or not set(flags) <= set("smixq"):
        return None
    options = regex.IGNORECASE if "i" in flags else 0
    try:
        text = regex.escape(pattern) if "q" in flags else _Translator(pattern, flags).translate()
        return regex.compile(text, options | (regex.MULTILINE if "m" in flags else 0))
    except (PatternError, regex.error, OverflowError, RecursionError):
        return None


class _Translator:
    """Reads the pattern once from left to right."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.at = 0
        self.flags = flags
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0

    def translate(self) -> str:
        out = self.branches()
        if self.at < len(self.text):
            raise PatternError
        return out

    def peek(self) -> str:
        """The next character, white space left out if the flag x says so."""
        while "x" in self.flags and self.text[self.at : self.at + 1] in (" ", "\t", "\n", "\r"):
            self.at += 1
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        self.at += 1
        return char

    def branches(self) -> str:
        """a|b|c."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError
        found = [self.branch()]
        while self.peek() == "|":
            self.at += 1
            found.append(self.branch())
        self.depth -= 1
        return "|".join(found)

    def branch(self) -> str:
        pieces: list[str] = []
        while (char := self.peek()) and char not in "|)":
            anchor = char in "^$"
            atom = self.atom()
            pieces.append(atom + ("" if anchor else self.quantifier()))
        return "".join(pieces)

    def quantifier(self) -> str:
        """?, *, +, {n}, {n,}, {n,m}, each possibly reluctant."""
        char = self.peek()
        if char and char in "?*+":
            self.at += 1
            out = char
        elif char == "{":
            found = regex.compile(r"\{(\d+)(,(\d*))?\}").match(self.text, self.at)
            if (
                not found
                or (found[3] and int(found[3]) < int(found[1]))
                or int(found[3] or found[1]) > 10_000
            ):
                raise PatternError
            self.at, out = found.end(), found[0]
        else:
            return ""
        if self.peek() == "?":
            self.at += 1
            return out + "?"
        return out

    def atom(self) -> str:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return self.char_class()
        if char == "\\":
            return self.escape()
        if char == ".":
            return "[\\s\\S]" if "s" in self.flags else "[^\\n\\r]"
        if char == "^":
            return "^" if "m" in self.flags else "\\A"
        if char == "$":
            return "$" if "m" in self.flags else "\\Z"
        if char in "?*+{}])":
            raise PatternError
        return regex.escape(char)

    def group(self) -> str:
        if self.text.startswith("?:", self.at):
            self.at += 2
            opening, number = "(?:", 0
        elif self.peek() == "?":
            raise PatternError
        else:
            self.groups += 1
            opening, number = "(", self.groups
        inner = self.branches()
        if self.take() != ")":
            raise PatternError
        if number:
            self.closed.add(number)
        return f"{opening}{inner})"

    def escape(self) -> str:
        """What a backslash outside of brackets means."""
        char = self.text[self.at : self.at + 1]
        if char.isascii() and char.isdigit() and char != "0":
            return self.back_reference()
        return "".join(self.class_escape())

    def back_reference(self) -> str:
        """\\1: the longest number of a group that is already closed."""
        digits = regex.compile(r"\d+").match(self.text, self.at)
        assert digits is not None
        for length in range(len(digits[0]), 0, -1):
            number = int(digits[0][:length])
            if number in self.closed:
                self.at += length
                return f"(?:\\{number})"
        raise PatternError

    def class_escape(self) -> tuple[str, str]:
        """An escape as (text outside of brackets, nothing) — also used inside of brackets."""
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if char and char in ESCAPED:
            return ESCAPED[char], ""
        if char and char in "pP":
            name = regex.compile(r"\{([A-Za-z0-9-]+)\}").match(self.text, self.at)
            if not name:
                raise PatternError
            self.at = name.end()
            return _exact(category(name[1]), char == "P"), ""
        if char and char in "sSdDwWiIcC":
            return _exact(multi(char.lower()), char.isupper()), ""
        raise PatternError

    def char_class(self) -> str:
        """[a-z-[aeiou]\\p{Lu}] with white space kept; the result is one atom."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError
        negative = self.text[self.at : self.at + 1] == "^"
        self.at += negative
        plain: list[str] = []
        exact: list[str] = []
        minus = ""
        first = True
        while True:
            char = self.text[self.at : self.at + 1]
            if char == "]" and not first:
                self.at += 1
                break
            if char == "-" and self.text[self.at + 1 : self.at + 2] == "[" and not first:
                self.at += 2
                minus = self.char_class()
                if self.text[self.at : self.at + 1] != "]":
                    raise PatternError
                self.at += 1
                break
            self.class_part(plain, exact)
            first = False
        self.depth -= 1
        return _combine(plain, exact, negative, minus)

    def class_part(self, plain: list[str], exact: list[str]) -> None:
        """One character, range or escape inside brackets."""
        start = self.class_char()
        if len(start) > 2 and start[0] in "[(":
            exact.append(start)
            return
        following = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at : self.at + 1] == "-" and following and following not in "][":
            self.at += 1
            end = self.class_char()
            if (len(end) > 2 and end[0] in "[(") or _code(end) < _code(start):
                raise PatternError
            plain.append(f"{start}-{end}")
        else:
            plain.append(start)

    def class_char(self) -> str:
        char = self.text[self.at : self.at + 1]
        if char == "\\":
            self.at += 1
            return self.class_escape()[0]
        if not char or char in "[]":
            raise PatternError
        self.at += 1
        return "\\" + char if char in "\\^-[]&~|" else char


def _code(char: str) -> int:
    return ord({"\\n": "\n", "\\r": "\r", "\\t": "\t"}.get(char, char[-1]))


def _combine(plain: list[str], exact: list[str], negative: bool, minus: str) -> str:
    """A class as one atom; what categories match does not depend on the flag i."""
    base = f"[{'^' if negative else ''}{''.join(plain)}]"
    if exact:
        parts = ([f"[{''.join(plain)}]"] if plain else []) + exact
        either = "(?:" + "|".join(parts) + ")"
        base = f"(?:(?!{either})[\\s\\S])" if negative else either
    return f"(?:(?!{minus}){base})" if minus else base


def _exact(ranges: Ranges, negative: bool) -> str:
    body = "".join(_span(low, high) for low, high in ranges)
    return f"(?-i:[{'^' if negative else ''}{body}])"


def _span(low: int, high: int) -> str:
    return f"\\U{low:08X}" if low == high else f"\\U{low:08X}-\\U{high:08X}"


@lru_cache(maxsize=1)
def _categories() -> dict[str, Ranges]:
    """All general categories of Unicode with their ranges; takes a fifth of a second, once, and only if needed."""
    found: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    for code in range(1, 0x110001):
        kind = unicodedata.category(chr(code)) if code < 0x110000 else ""
        if kind != current:
            found.setdefault(current, []).append((start, code - 1))
            start, current = code, kind
    return {kind: tuple(ranges) for kind, ranges in found.items()}


@lru_cache(maxsize=128)
def category(name: str) -> Ranges:
    """The characters of a category (Lu, L) or block (IsBasicLatin)."""
    if name.startswith("Is"):
        if name[2:] not in BLOCKS:
            raise PatternError
        return (BLOCKS[name[2:]],)
    ranges = [r for kind, found in _categories().items() if kind.startswith(name) for r in found]
    if not ranges or len(name) > 2:
        raise PatternError
    return tuple(sorted(ranges))


@lru_cache(maxsize=8)
def multi(letter: str) -> Ranges:
    """\\s, \\d, \\w, \\i and \\c."""
    if letter == "s":
        return ((9, 10), (13, 13), (32, 32))
    if letter == "d":
        return category("Nd")
    if letter == "w":
        return tuple(sorted(r for kind in "LMNS" for r in category(kind)))
    initial = [*category("L"), *category("Nl"), (58, 58), (95, 95)]
    if letter == "i":
        return tuple(sorted(initial))
    return tuple(sorted([*initial, *category("Nd"), *category("M"), (45, 46), (0xB7, 0xB7)]))
