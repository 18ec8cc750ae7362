"""One way to write a JSON value as bytes, so that its hash means something (RFC 8785 without fractions).

Numbers with a fraction are refused: their spelling is where canonical JSON goes wrong. Write cents, or text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

JSON = None | bool | int | str | Sequence["JSON"] | Mapping[str, "JSON"]

LARGEST_INTEGER = 2**53 - 1


def canonical(value: JSON) -> bytes:
    """UTF-8 without blanks, keys in the order of their UTF-16 code units.

    Raises ``TypeError`` for what JSON or this rule does not know, ``ValueError`` for numbers that are too large,
    lone surrogates and the character U+0000 (PostgreSQL cannot store it).
    """
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _ordered(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("U+0000 cannot be stored")
        return str(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError("numbers beyond 2**53 change on their way through JSON; write them as text")
        return int(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys must be text")
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
