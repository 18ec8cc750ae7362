"""One way to write a JSON value as bytes, so that its hash means something (RFC 8785 without fractions).

Numbers with a fraction are refused: their spelling is where canonical JSON goes wrong. Write cents, or text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

JSON = None | bool | int | str | Sequence["JSON"] | Mapping[str, "JSON"]

LARGEST_INTEGER = 2**53 - 1


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)


def canonical(value: JSON) -> bytes:
    """UTF-8 without blanks, keys in the order of their UTF-16 code units.

    Raises ``TypeError`` for what JSON or this rule does not know, ``ValueError`` for numbers that are too large,
    lone surrogates and the character U+0000 (PostgreSQL cannot store it).
    """
    # Python sorts by code points: the same order as UTF-16 for every key below the surrogates, which is the rule.
    if _check(value):
        return _ENCODER.encode(value).encode("utf-8")
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _check(value: object) -> bool:
    """Raise for what has no canonical form; True when the encoder may take the value as it is."""
    kind = type(value)
    if isinstance(value, str) and kind is str:
        if "\x00" in value:
            raise ValueError("U+0000 cannot be stored")
        return True
    if value is None or kind is bool:
        return True
    if isinstance(value, int) and kind is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise ValueError("numbers beyond 2**53 change on their way through JSON; write them as text")
        return True
    if isinstance(value, dict) and kind is dict:
        return _check_keys(value) & _check_all(value.values())
    if isinstance(value, list | tuple) and kind in (list, tuple):
        return _check_all(value)
    _ordered(value)  # other mappings, sequences and subclasses: checked and copied, or refused
    return False


def _check_all(items: Iterable[object]) -> bool:
    plain = True
    for item in items:  # all of them: each may have to be refused
        plain = _check(item) and plain
    return plain


def _check_keys(value: dict[object, object]) -> bool:
    plain = True
    for key in value:
        if type(key) is not str:
            raise TypeError("keys must be text")
        plain = plain and key.isascii() and "\x00" not in key
    return plain


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
        if any("\x00" in key for key in value):
            raise ValueError("U+0000 cannot be stored")
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
