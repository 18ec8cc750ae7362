"""German alphabetical order (DIN 5007-1): ä sorts as a, ß as ss, without help of the database or the system."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})


def sort_key(text: str) -> tuple[str, str]:
    """Key for ``sorted``: first without accents and punctuation, the text itself decides between equals."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(c for c in folded if not unicodedata.combining(c) and (c.isalnum() or c.isspace()))
    return " ".join(plain.split()), text


def initial(text: str) -> str:
    """The letter under which a text stands in an A to Z: ``Ämter`` → ``A``; ``#`` for others."""
    first = sort_key(text)[0][:1].upper()
    return first if first.isalpha() and first.isascii() else "#"


def in_order(items: Iterable[T], key: Callable[[T], str]) -> list[T]:
    """Items in German order of ``key``."""
    return sorted(items, key=lambda item: sort_key(key(item)))
