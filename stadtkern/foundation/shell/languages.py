"""Which languages a page is offered in. Every page in German and English; a room may register more for its own pages."""

from __future__ import annotations

BASE = ("de", "en")
NAMES = {
    "de": "Deutsch",
    "en": "English",
    "tr": "Türkçe",
    "uk": "Українська",
    "ar": "العربية",
    "ru": "Русский",
    "pl": "Polski",
    "fr": "Français",
    "it": "Italiano",
    "fa": "فارسی",
}

_more: dict[str, tuple[str, ...]] = {}


def register_page_languages(prefix: str, languages: tuple[str, ...]) -> None:
    """Pages below ``prefix`` are complete in these languages, too (``tools/messages.py missing`` holds that)."""
    unknown = [language for language in languages if language not in NAMES]
    if unknown:
        raise ValueError(f"languages without a name: {unknown}")
    _more[prefix] = languages


def offered(path: str) -> tuple[str, ...]:
    """The languages of the page at ``path``."""
    more = (languages for prefix, languages in _more.items() if path.startswith(prefix))
    return (*BASE, *(language for languages in more for language in languages))


def chosen(path: str, asked: str) -> str:
    """The language to show: what was asked for if the page has it, else German."""
    return asked if asked in offered(path) else "de"
