"""The one text of the answers that is hashed, and the hash: canonical JSON by RFC 8785.

Stored numbers have at most 15 digits (``values``), so their shortest spelling is unique; ``kernel.canonical`` knows no
fractions on purpose, answers do (hectares, metres).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from stadtkern.casework.forms.runner.tree import without_file_ids


def canonical_json(values: Mapping[str, Any]) -> bytes:
    """The answers as everybody gets them (uploads by name, size, type and hash), in one unambiguous spelling."""
    return _written(without_file_ids(values)).encode()


def payload_sha256(values: Mapping[str, Any]) -> str:
    """The hash on the receipt: SHA-256 over ``canonical_json``."""
    return sha256(canonical_json(values)).hexdigest()


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        return "{" + ",".join(f"{_text(str(key))}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_written(item) for item in value) + "]"
    if isinstance(value, float):
        return _number(value)
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _number(value: float) -> str:
    """The spelling of ECMAScript: plain between 1e-6 and 1e21, with exponent outside."""
    if value == int(value) and abs(value) < 2**53:
        return str(int(value))
    number = Decimal(repr(value))
    if Decimal("1e-6") <= abs(number) < Decimal("1e21"):
        return format(number, "f").rstrip("0").rstrip(".")
    mantissa, _, exponent = f"{number:e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent):+d}"
