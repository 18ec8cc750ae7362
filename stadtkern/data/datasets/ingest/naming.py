"""Names of columns: as in the file where possible, but harmless, unique and never one of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from stadtkern.data.datasets.engine import LONGEST_NAME, RESERVED
from stadtkern.data.datasets.ingest.report import REPAIRED, Notes

HARMLESS: Final = re.compile(r"[^\w .,()/%€§°²³&+:#\-]")


def clean_names(given: Sequence[str], notes: Notes) -> list[str]:
    """One name per column; what had to change is noted."""
    taken: set[str] = set(RESERVED)
    names: list[str] = []
    for number, raw in enumerate(given, 1):
        name = clean_name(raw) or f"spalte_{number}"
        base, again = name, 2
        while name.casefold() in taken:
            name, again = f"{base}_{again}", again + 1
        taken.add(name.casefold())
        if name != raw.strip() and raw.strip():
            notes.add(
                "column-renamed",
                REPAIRED,
                f"Die Spalte „{raw.strip()[:60]}“ heißt jetzt „{name}“.",
                column=name,
            )
        names.append(name)
    return names


def clean_name(raw: str) -> str:
    """``raw`` in one line, composed (NFC), without quotes and control characters."""
    text = unicodedata.normalize("NFC", raw.replace("\ufeff", ""))
    text = re.sub(r"\s+", " ", text)
    return HARMLESS.sub("_", text).strip()[: LONGEST_NAME - 5].strip()


def slug(name: str) -> str:
    """A short name for addresses: lower case ASCII, German letters spelled out."""
    text = name.casefold()
    for letter, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(letter, spelled)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:60].strip("-") or "datensatz"
