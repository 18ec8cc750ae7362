"""The versions of xdomea and what we do with each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stadtkern.casework.records.xdomea.errors import MessageRefused

_NAMESPACE: Final = re.compile(r"urn:xoev-de:xdomea:schema:(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the standard; ``dialect`` is the column of the binding."""

    number: str
    dialect: int
    writable: bool = False

    @property
    def namespace(self) -> str:
        return f"urn:xoev-de:xdomea:schema:{self.number}"


V3_1: Final = Version("3.1.0", 3, True)
V4: Final = Version("4.0.0", 4, True)
KNOWN: Final = {
    each.number: each for each in (Version("2.3.0", 2), Version("2.4.0", 2), Version("3.0.0", 3), V3_1, V4)
}
NEWEST: Final = (4, 0, 0)
DISPOSAL_ONLY: Final = frozenset({"4.0.0"})


def of_namespace(namespace: str, place: str) -> Version:
    """The version behind a namespace; refuses what is no xdomea and what we cannot read yet."""
    found = _NAMESPACE.fullmatch(namespace)
    if not found:
        raise MessageRefused(place, "Das ist keine xdomea-Nachricht (Namensraum unbekannt).")
    number = ".".join(found.groups())
    if number in KNOWN:
        return KNOWN[number]
    newer = tuple(map(int, found.groups())) > NEWEST
    which = "neuer als alles, was hier gelesen wird" if newer else "hier nicht lesbar"
    raise MessageRefused(place, f"xdomea {number} ist {which}; lesbar sind {', '.join(KNOWN)}.")


def to_write(text: str, message: str) -> Version:
    """The version a user asks for (``3.1`` means 3.1.0); refuses what cannot be written."""
    wanted = text if text.count(".") == 2 else f"{text}.0"
    version = KNOWN.get(wanted)
    if version is None or not version.writable:
        raise MessageRefused("--version", f"xdomea {text} wird nicht geschrieben, nur 3.1 und 4.0.0.")
    if wanted in DISPOSAL_ONLY and not message.startswith("05"):
        raise MessageRefused(
            "--version",
            f"xdomea {wanted} gibt es nur für die Aussonderung (0501 bis 0507), nicht für {message}.",
        )
    return version
