"""Functions on text (DMN 1.5, 10.3.4.3). Patterns are those of XPath (see `patterns`)."""

from __future__ import annotations

import re
from decimal import Decimal

import regex

from stadtkern.kernel.feel.builtins.registry import builtin
from stadtkern.kernel.feel.patterns import SECONDS, compiled
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.temporal import parse_duration
from stadtkern.kernel.feel.values import DECIMAL, text_of

MAX_REPLACED = 50_000_000
_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SEPARATORS = (" ", ",", ".")


@builtin("substring", "string: string, start position: number, length?: number")
def substring(string: str, start: Decimal, length: Decimal | None) -> object:
    first = int(start)
    if first == 0 or abs(first) > len(string) or (length is not None and length < 1):
        return None
    begin = first - 1 if first > 0 else len(string) + first
    return string[begin:] if length is None else string[begin : begin + int(length)]


@builtin("string length", "string: string")
def string_length(string: str) -> object:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(string: str) -> object:
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(string: str) -> object:
    return string.lower()


@builtin("trim", "string: string")
def trim(string: str) -> object:
    return string.strip()


@builtin("substring before", "string: string, match: string")
def substring_before(string: str, match: str) -> object:
    return string[: string.find(match)] if match in string else ""


@builtin("substring after", "string: string, match: string")
def substring_after(string: str, match: str) -> object:
    return string[string.find(match) + len(match) :] if match in string else ""


@builtin("contains", "string: string, match: string")
def contains(string: str, match: str) -> object:
    return match in string


@builtin("starts with", "string: string, match: string")
def starts_with(string: str, match: str) -> object:
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(string: str, match: str) -> object:
    return string.endswith(match)


@builtin("matches", "input: string, pattern: string, flags?: string|null")
def matches(input_: str, pattern: str, flags: str | None) -> object:
    found = compiled(pattern, flags or "")
    return None if found is None else found.search(input_, timeout=SECONDS) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string|null")
def replace(input_: str, pattern: str, replacement: str, flags: str | None) -> object:
    """Patterns that match the empty text are refused, as XPath does."""
    found = compiled(pattern, flags or "")
    if found is None or len(input_) * len(replacement) > MAX_REPLACED or found.search("", timeout=SECONDS):
        return None
    parts = [replacement] if "q" in (flags or "") else _replacement(replacement, found.groups)
    if parts is None:
        return None

    def fill(hit: regex.Match[str]) -> str:
        return "".join(p if isinstance(p, str) else hit[p] or "" for p in parts)

    return found.sub(fill, input_, timeout=SECONDS)


@builtin("split", "string: string, delimiter: string")
def split(string: str, delimiter: str) -> object:
    found = compiled(delimiter)
    if found is None or found.search("", timeout=SECONDS) is not None:
        return None
    parts, last = [], 0
    for hit in found.finditer(string, timeout=SECONDS):
        parts.append(string[last : hit.start()])
        last = hit.end()
    return [*parts, string[last:]]


@builtin("string join", "list: list, delimiter?: string|null")
def string_join(list_: list[object], delimiter: str | None) -> object:
    texts = [t for t in list_ if isinstance(t, str)]
    return (
        None
        if any(t is not None and not isinstance(t, str) for t in list_)
        else (delimiter or "").join(texts)
    )


@builtin("string", "from: any", runtime=True)
def string_(rt: Runtime, pos: int, value: object) -> object:
    return None if value is None else text_of(value)


@builtin("number", "from: string, grouping separator: string|null, decimal separator: string|null")
def number(text: str, grouping: str | None, point: str | None) -> object:
    if (
        (grouping is not None and grouping not in _SEPARATORS)
        or (point is not None and point not in (",", "."))
        or (grouping == point and point)
    ):
        return None
    plain = text.replace(grouping, "") if grouping else text
    if point and point != ".":
        if "." in plain:
            return None
        plain = plain.replace(point, ".")
    return number_from(plain)


@builtin("number", "from: string")
def number_from(text: str) -> object:
    return DECIMAL.create_decimal(text) if _NUMBER.fullmatch(text) else None


@builtin("number", "from: number")
def number_same(value: Decimal) -> object:
    return value


@builtin("duration", "from: string")
def duration(text: str) -> object:
    return parse_duration(text)


def _replacement(text: str, groups: int) -> list[str | int] | None:
    """`$1` becomes a group (an int); other `$` and stray backslashes are errors in XPath."""
    out: list[str | int] = []
    pos = 0
    while pos < len(text):
        char, following = text[pos], text[pos + 1 : pos + 2]
        if char == "\\":
            if following not in ("\\", "$"):
                return None
            out.append(following)
            pos += 2
        elif char == "$":
            digits = re.match(r"\d+", text[pos + 1 :], re.ASCII)
            if not digits:
                return None
            number, used = _group(digits[0], groups)
            out.append(number if number <= groups else "")
            pos += 1 + used
        else:
            out.append(char)
            pos += 1
    return out


def _group(digits: str, groups: int) -> tuple[int, int]:
    """The longest group number that exists, and how many digits it takes."""
    for length in range(len(digits), 0, -1):
        if int(digits[:length]) <= groups:
            return int(digits[:length]), length
    return int(digits[0]), 1
