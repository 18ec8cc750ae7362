"""File names: what people sent is kept, what we show and print is safe. Pure."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120

# Marks that turn the direction of writing: "rechnung_<RLO>fdp.exe" looks like a PDF.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RESERVED = re.compile(r'[\\/:*?"<>|]')


def safe_name(original: str) -> str:
    """A name without path, control and direction marks, at most 120 characters, with its ending kept."""
    name = unicodedata.normalize("NFC", original.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if c not in _DIRECTION and unicodedata.category(c)[0] != "C")
    name = _RESERVED.sub("_", " ".join(name.split())).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or not 0 < len(ending) <= 10:
        stem, ending = name, ""
    stem = stem[: MAX_NAME - len(ending) - 1].rstrip(" .") or "Datei"
    return f"{stem}.{ending}" if ending else stem


def visible_name(original: str) -> str:
    """The original name with everything invisible spelled out, as ``⟨U+202E⟩``."""
    return "".join(
        f"⟨U+{ord(c):04X}⟩" if c in _DIRECTION or unicodedata.category(c)[0] == "C" else c for c in original
    )


def ending_of(name: str) -> str:
    """The ending in lower case without its dot, or nothing."""
    return name.rpartition(".")[2].lower() if "." in name else ""
