"""Characters that our fonts cannot print are spelled out, so that nothing disappears from a document unnoticed."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right

# What Noto Sans (the shipped version) has, without marks that are invisible or turn the direction of writing.
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x00AC),
    (0x00AE, 0x0377),
    (0x037A, 0x037F),
    (0x0384, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03E1),
    (0x03F0, 0x052F),
    (0x1AB0, 0x1AC0),
    (0x1C80, 0x1C88),
    (0x1D00, 0x1DF9),
    (0x1DFB, 0x1F15),
    (0x1F18, 0x1F1D),
    (0x1F20, 0x1F45),
    (0x1F48, 0x1F4D),
    (0x1F50, 0x1F57),
    (0x1F59, 0x1F59),
    (0x1F5B, 0x1F5B),
    (0x1F5D, 0x1F5D),
    (0x1F5F, 0x1F7D),
    (0x1F80, 0x1FB4),
    (0x1FB6, 0x1FC4),
    (0x1FC6, 0x1FD3),
    (0x1FD6, 0x1FDB),
    (0x1FDD, 0x1FEF),
    (0x1FF2, 0x1FF4),
    (0x1FF6, 0x1FFE),
    (0x2000, 0x200A),
    (0x2010, 0x2027),
    (0x202F, 0x205F),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
    (0x2090, 0x209C),
    (0x20A0, 0x20BF),
    (0x20F0, 0x20F0),
    (0x2100, 0x215F),
    (0x2184, 0x2184),
    (0x2189, 0x2189),
    (0x25CC, 0x25CC),
    (0x2C60, 0x2C7F),
    (0x2DE0, 0x2E52),
    (0xA640, 0xA69F),
    (0xA700, 0xA7BF),
    (0xA7C2, 0xA7CA),
    (0xA7F5, 0xA7FF),
    (0xA92E, 0xA92E),
    (0xAB30, 0xAB6B),
    (0xFB00, 0xFB06),
    (0xFE20, 0xFE2F),
    (0xFFFD, 0xFFFD),
)
# From DejaVu Sans Mono, which typst brings and the templates name as the second font.
EXTRA = frozenset("≤≥∞√→←↑↓✓✗☐☑☒■□●○")
_DROPPED = frozenset("\u00ad\u200b\u2060\ufeff")  # soft hyphen, zero width: nothing to see, nothing lost
_STARTS = [first for first, _ in RANGES]


def printable(text: str) -> str:
    """``text`` in NFC with ``[U+202E]`` for what cannot be printed; line ends and tabs stay."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(_shown(c) for c in normal)


def _shown(c: str) -> str:
    if c in "\n\r\t" or c in EXTRA or has_glyph(ord(c)):
        return c
    return "" if c in _DROPPED else f"[U+{ord(c):04X}]"


def has_glyph(code: int) -> bool:
    """Whether Noto Sans can print the character."""
    place = bisect_right(_STARTS, code) - 1
    return place >= 0 and code <= RANGES[place][1]
