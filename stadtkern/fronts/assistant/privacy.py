"""Personal data out of a question: what is found is replaced by its kind, so that neither log nor endpoint sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DATE = r"\d{1,2}\.\s?(?:\d{1,2}\.|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\s?\d{2,4}"
_ISO = r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}"
_NAME = r"[A-ZÄÖÜ][\wäöüß'-]+"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("E-Mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,4})?\b", re.I)),
    (
        "Geburtsdatum",
        re.compile(rf"\b(?:geb(?:oren)?\.?|born)(?:\s+(?:am|on))?:?\s*(?:{_DATE}|{_ISO})", re.I),
    ),
    ("Datum", re.compile(rf"(?<!\d)(?:{_DATE}|{_ISO})(?!\d)")),
    (
        "Telefonnummer",
        re.compile(r"(?<![\w.])(?:\+|00)\d[\d\s/()-]{6,}\d|(?<![\w.])0\d{2,5}[\s/-]?\d[\d\s/-]{4,}\d"),
    ),
    (
        "Steuernummer",
        re.compile(r"(?<!\d)(?:\d{2,3}/\d{3,4}/\d{4,5}|\d{2}\s\d{3}\s\d{3}\s\d{3}|\d{11})(?!\d)"),
    ),
    ("Versicherungsnummer", re.compile(r"\b\d{2}\s?\d{6}\s?[A-Z]\s?\d{3}\b", re.I)),
    ("Ausweisnummer", re.compile(r"\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[CFGHJKLMNPRTVWXYZ0-9]{9,10}\b", re.I)),
    ("Kennzeichen", re.compile(r"\b[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?\b")),
    ("Aktenzeichen", re.compile(r"\b[A-Z]{1,3}-\d{4}-\d{3,}\b")),
    (
        "Adresse",
        re.compile(rf"\b{_NAME}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring)\s+\d+\s?[a-z]?\b", re.I),
    ),
    ("Zahl", re.compile(r"(?<!\d)\d{7,}(?!\d)")),
)
_TITLED = re.compile(
    rf"\b(Herrn?|Frau|Familie|Mr|Mrs|Ms|Dr\.?|Prof\.?)\s+((?:(?:Dr\.?|Prof\.?)\s+)*{_NAME}(?:\s+{_NAME})?)"
)
_INTRODUCED = re.compile(
    rf"\b((?i:ich heiße|mein name ist|my name is|i am called))\s+({_NAME}(?:\s+{_NAME})?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """``text`` with placeholders in brackets, ``bare`` without them (for retrieval), the kinds that were found, and the
    originals, which never leave the process.
    """

    text: str
    bare: str
    kinds: tuple[str, ...]
    originals: tuple[str, ...]


def scrub(question: str) -> Scrubbed:
    """Replace what identifies a person."""
    kinds: list[str] = []
    originals: list[str] = []

    def hide(kind: str, found: str) -> str:
        kinds.append(kind)
        originals.append(found)
        return f"[{kind}]"

    text = question
    for kind, pattern in _PATTERNS:
        text = pattern.sub(lambda found, kind=kind: hide(kind, found[0]), text)  # type: ignore[misc]
    text = _TITLED.sub(lambda found: f"{found[1]} {hide('Name', found[2])}", text)
    text = _INTRODUCED.sub(lambda found: hide("Name", found[2]), text)
    bare = re.sub(r"\[[^\]]*\]", " ", text)
    return Scrubbed(text=text, bare=bare, kinds=tuple(kinds), originals=tuple(originals))
