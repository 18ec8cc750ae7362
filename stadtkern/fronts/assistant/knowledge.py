"""Services as the assistant knows them: numbered facts, each with its address (``fee/0``), so that an answer can cite a field."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadtkern.kernel.search import Entry

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ„\d])|\n+")
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.I | re.S)
_COMMAND = re.compile(
    r"\b(?:ignorier\w*|ignore|disregard|vergiss)\b.{0,60}\b(?:anweisung\w*|instruction\w*|regel\w*|rules?|prompts?)\b|system\s?prompt|\bdu bist (?:jetzt|nun)\b|"
    r"\byou are now\b|\b(?:assistant|system|user)\s*:|</?(?:system|instructions?)>",
    re.I,
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fee", re.compile(r"\d[\d.,]*\s*(?:€|Euro|EUR)|gebührenfrei|kostenlos|kostenfrei|keine (?:Gebühr|Kosten)|free of charge", re.I)),
    ("deadline", re.compile(
        r"\b(?:innerhalb|binnen|spätestens|Frist\w*|rechtzeitig|bis zum|unverzüglich|sofort)\b|\bbevor\b|"
        r"\b(?:\w+ )?(?:Wochen?|Monate?n?|Tagen?) (?:vor|nach)\b|within \w+ (?:days|weeks|months)", re.I)),
    ("duration", re.compile(r"\b(?:Bearbeitungs(?:zeit|dauer)|Wartezeit|dauert|Dauer)\b|processing time|takes (?:about|up)", re.I)),
    ("documents", re.compile(r"\b(?:mitbringen|bringen Sie|Unterlagen|vorlegen|legen Sie|benötigen Sie|benötigt werden|Nachweis\w*|Kopie|Passfoto|Lichtbild)\b|please bring", re.I)),
    ("hours", re.compile(r"\b(?:Öffnungszeit\w*|geöffnet|\d{1,2}(?:[.:]\d{2})? ?Uhr)\b|opening hours", re.I)),
    ("online", re.compile(r"\b(?:online|Online\w*|per E-Mail|BundID|BayernID)\b")),
    ("office", re.compile(r"\b(?:Bürgerbüro\w*|Standesamt\w*|Kreisverwaltungsreferat|\w*behörde|\w*amt|Dienststelle|Servicezentrum|Adresse)\b")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing a source says. ``kinds``: the questions it can answer (fee, deadline, duration, documents, hours, online, office)."""

    path: str
    text: str
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A service with its facts, where it can be read, which revision it is and when somebody last reviewed it."""

    key: str
    title: str
    facts: tuple[Fact, ...]
    synonyms: tuple[str, ...] = ()
    summary: str = ""
    url: str = ""
    revision: str = ""
    reviewed_on: date | None = None
    updated_on: date | None = None
    title_en: str = ""
    language: str = "de"

    def about(self, kind: str) -> tuple[Fact, ...]:
        """Facts that answer this kind of question."""
        return tuple(fact for fact in self.facts if kind in fact.kinds)

    def entry(self) -> Entry:
        """What the search knows of it."""
        text = "\n".join(fact.text for fact in self.facts)
        boost = 0.97 if self.reviewed_on is None else 1.0
        return Entry(
            key=self.key,
            title=self.title,
            synonyms=self.synonyms,
            summary=self.summary,
            text=text,
            group="service",
            boost=boost,
        )


def clean(text: str) -> str:
    """Text of an imported page: no markup, no script, nothing that speaks to a machine. Content is data."""
    bare = html.unescape(_TAG.sub(" ", text))
    bare = _TAG.sub(" ", bare)
    lines = (" ".join(line.split()) for line in bare.splitlines())
    return "\n".join(line for line in lines if line and not _COMMAND.search(line))


def sentences(text: str) -> list[str]:
    """The sentences and lines of a cleaned text."""
    return [part.strip() for part in _SENTENCE.split(clean(text)) if len(part.strip()) > 2]


def from_row(row: Mapping[str, Any]) -> Source:
    """A row of the exchange format (id, name, keywords, fees, description, updated)."""
    facts: list[Fact] = []
    for number, text in enumerate(sentences(str(row.get("fees") or ""))):
        facts.append(Fact(path=f"fee/{number}", text=text, kinds=frozenset({"fee"})))
    for number, text in enumerate(sentences(str(row.get("description") or ""))):
        facts.append(Fact(path=f"text/{number}", text=text, kinds=_kinds(text)))
    keywords = row.get("keywords") or ""
    listed = keywords if isinstance(keywords, list) else str(keywords).split(",")
    updated = str(row.get("updated") or "")
    return Source(
        key=str(row["id"]),
        title=clean(str(row.get("name") or "")),
        facts=tuple(facts),
        synonyms=tuple(clean(str(word)) for word in listed if str(word).strip()),
        summary=clean(str(row.get("summary") or "")),
        url=str(row.get("url") or ""),
        revision=updated,
        updated_on=date.fromisoformat(updated[:10]) if re.match(r"\d{4}-\d{2}-\d{2}", updated) else None,
    )


def from_service(
    data: Mapping[str, Any], language: str = "de", *, url: str = "", revision: str = ""
) -> Source:
    """A ``service.json`` (the content of a service in this house): every field becomes facts."""
    facts: list[Fact] = []

    def add(path: str, text: str, *kinds: str) -> None:
        if text := clean(text):
            facts.append(Fact(path=path, text=text, kinds=frozenset(kinds)))

    for number, fee in enumerate(data.get("fees") or ()):
        add(f"fee/{number}", _fee(fee, language), "fee")
    for number, deadline in enumerate(data.get("deadlines") or ()):
        add(f"deadline/{number}", _text(deadline["label"], language), "deadline")
    add("processing_time", _text(data.get("processing_time"), language), "duration")
    for number, document in enumerate(data.get("documents") or ()):
        add(f"document/{number}", _text(document["label"], language), "documents")
    for number, step in enumerate(data.get("steps") or ()):
        add(f"step/{number}", _text(step, language))
    for number, text in enumerate(sentences(_text(data.get("description"), language))):
        facts.append(
            Fact(path=f"text/{number}", text=text, kinds=_kinds(text) - {"fee", "duration", "documents"})
        )
    reviewed = str(data.get("reviewed_on") or "")
    return Source(
        key=str(data["slug"]),
        title=_text(data["title"], language),
        title_en=_text(data["title"], "en"),
        language=language,
        facts=tuple(facts),
        synonyms=tuple((data.get("synonyms") or {}).get("de") or ()),
        summary=clean(_text(data.get("summary"), language)),
        url=url,
        revision=revision,
        reviewed_on=date.fromisoformat(reviewed) if reviewed else None,
    )


def from_rows(rows: Iterable[Mapping[str, Any]]) -> Sequence[Source]:
    """All rows of a corpus."""
    return [from_row(row) for row in rows]


def _kinds(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _KINDS if pattern.search(text))


def _text(value: object, language: str) -> str:
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get("de") or "")
    return str(value or "")


def _fee(fee: Mapping[str, Any], language: str) -> str:
    label, cents = _text(fee.get("label"), language), fee.get("amount_cents")
    if cents is None:
        return f"{label}: {'depends on the case' if language == 'en' else 'je nach Fall'}"
    if cents == 0:
        return f"{label}: {'free of charge' if language == 'en' else 'kostenfrei'}"
    amount = f"{cents / 100:.2f}" if language == "en" else f"{cents / 100:.2f}".replace(".", ",")
    return f"{label}: {amount} Euro"
