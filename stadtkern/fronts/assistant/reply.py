"""What the assistant answers, as plain values, and how it is written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape

from stadtkern.fronts.assistant.texts import say

OUTCOMES = ("crisis", "emergency", "refuse", "redirect", "clarify", "answer", "answer_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The fields of a source that an answer rests on."""

    key: str
    title: str
    paths: tuple[str, ...] = ()
    url: str = ""
    revision: str = ""
    reviewed_on: date | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of several services that may be meant."""

    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """What is kept for 30 days: nothing that identifies a person."""

    question: str
    language: str
    outcome: str
    keys: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. ``summary`` was generated and verified; ``facts`` are literal fields; ``steps`` what the pipeline did."""

    outcome: str
    language: str
    message: str = ""
    title: str = ""
    facts: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    options: tuple[Option, ...] = ()
    notes: tuple[str, ...] = ()
    official_note: str = ""
    retrieved: bool = False
    steps: tuple[str, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    log: LogEntry | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    def as_text(self) -> str:
        """Everything a person reads, in order."""
        lines = [self.message, self.title, *self.summary, *self.facts]
        lines += [f"- {option.title}" for option in self.options]
        lines += [self._citation(citation) for citation in self.citations]
        return "\n".join(line for line in [*lines, *self.notes, self.official_note] if line)

    def as_html(self) -> str:
        """The same as HTML; every text is escaped, nothing of the question is repeated."""
        parts = [f"<p>{escape(self.message)}</p>"] if self.message else []
        if self.title:
            parts.append(f"<h3>{escape(self.title)}</h3>")
        if self.summary:
            label = escape(say("generated", self.language))
            parts.append(f'<p data-ai-generated="true" title="{label}">{escape(" ".join(self.summary))}</p>')
        for rows in (self.facts, tuple(option.title for option in self.options)):
            if rows:
                parts.append("<ul>" + "".join(f"<li>{escape(row)}</li>" for row in rows) + "</ul>")
        parts += [f"<p>{escape(self._citation(citation))}</p>" for citation in self.citations]
        parts += [f"<p>{escape(note)}</p>" for note in (*self.notes, self.official_note) if note]
        return "\n".join(parts)

    def _citation(self, citation: Citation) -> str:
        parts = [f"{say('source', self.language)}: {citation.title} ({citation.key})"]
        if citation.revision:
            parts.append(f"{say('revision', self.language)} {citation.revision}")
        if citation.reviewed_on:
            parts.append(f"{say('reviewed', self.language)} {citation.reviewed_on:%d.%m.%Y}")
        return ", ".join(parts)
