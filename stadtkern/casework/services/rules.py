"""Judgements about the content of services: differences, overrides, when a review is due. No database."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stadtkern.casework.services.content import FIELDS

# Pages of the desk stand beside the services; no service may be called like one of them.
RESERVED_SLUGS = frozenset({"neu", "vorlagen", "einlesen", "zustaendigkeiten"})

REVIEW_EVERY = timedelta(days=365)

LABELS = {
    "slug": "Kürzel",
    "leika_key": "Leistungsschlüssel",
    "title": "Name",
    "summary": "Kurztext",
    "description": "Volltext",
    "synonyms": "Suchwörter",
    "life_situations": "Lebenslagen",
    "office": "Zuständiges Amt",
    "audience": "Für wen",
    "assurance_level": "Vertrauensniveau",
    "fees": "Kosten",
    "deadlines": "Fristen",
    "processing_time": "Bearbeitungsdauer",
    "documents": "Unterlagen",
    "legal_basis": "Rechtsgrundlagen",
    "steps": "Ablauf",
    "related": "Verwandte Leistungen",
    "online": "Online",
    "reviewed_on": "Fachlich geprüft am",
    "external_url": "Adresse außerhalb",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that differs; ``pieces`` = [(kind, text)] with kind same, out or in."""

    field: str
    label: str
    pieces: tuple[tuple[str, str], ...]


def changed_fields(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the fields that differ, in the order of the page."""
    before = old or {}
    return tuple(name for name in FIELDS if before.get(name) != new.get(name))


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[Change]:
    """What changed from ``old`` to ``new``, word by word."""
    before = old or {}
    return [
        Change(
            field=name, label=LABELS[name], pieces=_words(readable(before.get(name)), readable(new.get(name)))
        )
        for name in changed_fields(before, new)
    ]


def readable(value: Any) -> str:
    """A field as lines of text, for people who compare."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, Mapping):
        if set(value) <= {"de", "en"}:
            return "\n".join(f"{key}: {readable(text)}" for key, text in value.items() if text)
        return " · ".join(part for part in (readable(item) for item in value.values()) if part)
    if isinstance(value, list | tuple):
        return "\n".join(f"– {readable(item)}" for item in value)
    return str(value)


def _words(old: str, new: str) -> tuple[tuple[str, str], ...]:
    before, after = _tokens(old), _tokens(new)
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(before[a:b])))
            continue
        if a < b:
            pieces.append(("out", "".join(before[a:b])))
        if c < d:
            pieces.append(("in", "".join(after[c:d])))
    return tuple(pieces)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    word = ""
    for char in text:
        word += char
        if char.isspace():
            tokens.append(word)
            word = ""
    return [*tokens, word] if word else tokens


def merge(local: Mapping[str, Any], upstream: Mapping[str, Any], accepted: frozenset[str]) -> dict[str, Any]:
    """The local content with the accepted fields of the new upstream."""
    return {name: upstream.get(name) if name in accepted else local.get(name) for name in FIELDS}


def review_due(reviewed_on: date | None, today: date) -> bool:
    """Whether the last review is older than a year, or there was none."""
    return reviewed_on is None or reviewed_on + REVIEW_EVERY <= today
