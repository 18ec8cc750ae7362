"""We say "Sie": also where a library's German says "du"."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import allauth
from django.utils import translation

FAMILIAR = re.compile(
    r"\b(du|dein|deine[mnrs]?|dich|dir|gib|bist|kannst|hast|musst|möchtest)\b", re.IGNORECASE
)
CATALOG = Path(allauth.__file__).parent / "locale/de/LC_MESSAGES/django.mo"


def library_texts() -> list[str]:
    """The ids of the login library's texts whose own German is familiar."""
    with CATALOG.open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return [key for key, text in known.items() if isinstance(key, str) and key and FAMILIAR.search(text)]


def test_no_text_of_the_login_library_says_du() -> None:
    texts = library_texts()
    assert len(texts) > 20  # else the library has changed, and our German for it can go
    with translation.override("de"):
        familiar = {
            key: translation.gettext(key) for key in texts if FAMILIAR.search(translation.gettext(key))
        }
    assert not familiar


def test_placeholders_are_kept() -> None:
    with translation.override("de"):
        for key in library_texts():
            names = set(re.findall(r"%\(\w+\)s|%[ds]", key))
            assert set(re.findall(r"%\(\w+\)s|%[ds]", translation.gettext(key))) == names, key


def test_english_stays() -> None:
    with translation.override("en"):
        assert translation.gettext("You have signed out.") == "You have signed out."
