"""Judgements about municipalities and their tree: contrast of colours, cycles, names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

SLUG: Final = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
HEX: Final = re.compile(r"^#[0-9a-fA-F]{6}$")
HOST: Final = re.compile(r"^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$")
LEAST_CONTRAST: Final = 4.5  # WCAG 2.1, 1.4.3 (AA), required by BITV 2.0 § 3 through EN 301 549

STATES: Final[Mapping[str, str]] = {
    "DE-BW": "Baden-Württemberg",
    "DE-BY": "Bayern",
    "DE-BE": "Berlin",
    "DE-BB": "Brandenburg",
    "DE-HB": "Bremen",
    "DE-HH": "Hamburg",
    "DE-HE": "Hessen",
    "DE-MV": "Mecklenburg-Vorpommern",
    "DE-NI": "Niedersachsen",
    "DE-NW": "Nordrhein-Westfalen",
    "DE-RP": "Rheinland-Pfalz",
    "DE-SL": "Saarland",
    "DE-SN": "Sachsen",
    "DE-ST": "Sachsen-Anhalt",
    "DE-SH": "Schleswig-Holstein",
    "DE-TH": "Thüringen",
}
# The first two digits of the official municipality key name the Land.
_AGS: Final = dict(
    zip(
        (f"{number:02d}" for number in range(1, 17)),
        ("SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH"),
        strict=True,
    )
)


def state_of_ags(ags: str) -> str | None:
    """``07315000`` → ``DE-RP``; None for anything that is not an AGS."""
    if not re.fullmatch(r"\d{8}", ags):
        return None
    code = _AGS.get(ags[:2])
    return f"DE-{code}" if code else None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.1, definition "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def color_problem(color: str) -> str | None:
    """Why a colour cannot carry white text, or None."""
    if not HEX.match(color):
        return "Geben Sie die Farbe als # und sechs Ziffern an, zum Beispiel #16233b."
    ratio = contrast(color, "#ffffff")
    if ratio < LEAST_CONTRAST:
        shown = f"{ratio:.1f}".replace(".", ",")
        return f"Weiße Schrift auf dieser Farbe ist zu schwach (Kontrast {shown}, nötig 4,5). Wählen Sie sie dunkler."
    return None


def would_be_cycle(office: UUID, new_parent: UUID | None, parents: Mapping[UUID, UUID | None]) -> bool:
    """Whether ``office`` would lie below itself. ``parents`` has the parent of every office."""
    seen = {office}
    while new_parent is not None:
        if new_parent in seen:
            return True
        seen.add(new_parent)
        new_parent = parents.get(new_parent)
    return False


_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_of(name: str) -> str:
    """``Grünflächenamt`` → ``gruenflaechenamt``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().translate(_UMLAUTS)).strip("-")[:50]
