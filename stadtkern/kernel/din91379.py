"""Names as DIN 91379:2022-08 writes them: which characters are allowed, and the form for searching.

Data types A (names), B (other names, addresses) and C (any text) differ in the non-letters; D adds Greek, E Cyrillic.
``String.Latin+`` (XDatenfelder ``text_latin``) is data type C.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from stadtkern.kernel import din91379_table as table

_GROUPS = {
    "A": table.LATIN + table.N1,
    "B": table.LATIN + table.N1 + table.N2,
    "C": table.LATIN + table.N1 + table.N2 + table.N3 + table.N4,
    "D": table.LATIN + table.N1 + table.N2 + table.N3 + table.N4 + table.E1 + table.GREEK,
    "E": table.LATIN + table.N1 + table.N2 + table.N3 + table.N4 + table.E1 + table.GREEK + table.CYRILLIC,
}
_SEQUENCES = frozenset(table.SEQUENCES.split())
_LONGEST = max(map(len, _SEQUENCES))
_STARTS = frozenset(sequence[0] for sequence in _SEQUENCES)
_SEARCH = dict(pair.split("=") for pair in table.SEARCH_FORM.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignCharacter:
    """The first character that is not allowed: ``position`` counts from 1 in the NFC text."""

    character: str
    position: int

    @property
    def code_points(self) -> str:
        return " ".join(f"U+{ord(char):04X}" for char in self.character)

    @property
    def message(self) -> str:
        return (
            f"Das Zeichen „{_shown(self.character)}“ ({self.code_points}) an Stelle {self.position} "
            "gehört nicht zu den zulässigen lateinischen Zeichen (DIN 91379)."
        )

    @property
    def message_en(self) -> str:
        return (
            f"The character “{_shown(self.character)}” ({self.code_points}) at position {self.position} "
            "is not one of the permitted Latin characters (DIN 91379)."
        )


def normalize(text: str) -> str:
    """NFC, as DIN 91379 demands."""
    return unicodedata.normalize("NFC", text)


def first_foreign(text: str, datatype: str = "C") -> ForeignCharacter | None:
    """The first character of the NFC form outside the data type, or None when all are allowed."""
    allowed = _allowed(datatype)
    nfc = normalize(text)
    index = 0
    while index < len(nfc):
        length = _sequence_length(nfc, index)
        if length == 0:
            char = nfc[index]
            if char not in allowed:
                return ForeignCharacter(character=char, position=index + 1)
            length = 1
        index += length
    return None


def search_form(text: str) -> str:
    """Capital letters A-Z, spaces for everything else: ``Müßig-Đorđe`` becomes ``MUESSIG DORDE``.

    Two spellings that a clerk would look for under one name get the same search form.
    """
    nfc = normalize(text)
    parts: list[str] = []
    index = 0
    while index < len(nfc):
        length = _sequence_length(nfc, index) or 1
        token = nfc[index : index + length]
        parts.append(_SEARCH.get(token) or _default_search(token))
        index += length
    return " ".join("".join(parts).split())


def _default_search(token: str) -> str:
    return token if token.isascii() and token.isalnum() else " "


def _sequence_length(text: str, index: int) -> int:
    if text[index] not in _STARTS:
        return 0
    for length in range(_LONGEST, 1, -1):
        if text[index : index + length] in _SEQUENCES:
            return length
    return 0


@lru_cache(maxsize=8)
def _allowed(datatype: str) -> frozenset[str]:
    return frozenset(_GROUPS[datatype])


def _shown(character: str) -> str:
    return character if character.isprintable() else "\N{OPEN BOX}"
