"""The search of the site: one index per municipality and language, rebuilt when the catalogue moved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from stadtkern.casework.services import api as services
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.fronts.site import texts
from stadtkern.kernel.search import Entry, Hit, Index

LEAST_EVIDENCE = 0.9  # below this a result is chance
GROUPS = ("service", "situation", "office", "news", "help")

_kept: dict[tuple[UUID, str], tuple[tuple[object, ...], Index]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Results by group, and what the person might have meant."""

    groups: list[tuple[str, list[Entry]]]
    total: int
    did_you_mean: str | None


def index(language: str) -> Index:
    """The index of the current municipality, from this process's memory if the catalogue has not moved."""
    key = (tenancy.current_id(), language)
    version = (services.catalog_version(), *(item.slug for item in texts.news()))
    kept = _kept.get(key)
    if kept is not None and kept[0] == version:
        return kept[1]
    with _lock:
        kept = _kept.get(key)
        if kept is None or kept[0] != version:
            _kept[key] = (version, Index(_entries(language), language))
    return _kept[key][1]


def forget(tenant_id: UUID | None = None) -> None:
    """Drop what this process keeps (of one municipality or all)."""
    for key in list(_kept):
        if tenant_id is None or key[0] == tenant_id:
            _kept.pop(key, None)


def search(query: str, language: str, *, per_group: int = 10) -> Found:
    """Answers to a question in everyday words, grouped; the group with the best answer first."""
    engine = index(language)
    meant = engine.did_you_mean(query)
    hits = engine.search(query, limit=60, least=LEAST_EVIDENCE)
    if not hits and meant:
        hits = engine.search(meant, limit=60, least=LEAST_EVIDENCE)
    hits = _clear(hits)
    groups: dict[str, list[Entry]] = {}
    for hit in hits:
        groups.setdefault(hit.entry.group, []).append(hit.entry)
    limited = [(name, entries[:per_group]) for name, entries in groups.items()]
    return Found(
        groups=limited,
        total=sum(len(entries) for _, entries in limited),
        did_you_mean=meant,
    )


def suggest(beginning: str, language: str) -> list[Entry]:
    """Type-ahead."""
    return index(language).complete(beginning, limit=6)


def _clear(hits: list[Hit]) -> list[Hit]:
    """Only results near the best one: a long tail of weak matches helps nobody."""
    if not hits:
        return []
    return [hit for hit in hits if hit.score >= 0.18 * hits[0].score]


def address(entry: Entry) -> str:
    """Where an entry lives."""
    kind, _, slug = entry.key.partition(":")
    names = {
        "service": "site:service",
        "situation": "site:situation",
        "office": "site:office",
        "news": "site:news-item",
        "help": "site:help-page",
    }
    return reverse(names[kind], args=[slug])


def _entries(language: str) -> Iterator[Entry]:
    for service in services.services():
        content = service.content
        text = [content.description.in_language(language)]
        text += [document.label.in_language(language) for document in content.documents]
        yield Entry(
            key=f"service:{service.slug}",
            title=service.title(language),
            synonyms=content.synonyms.get(language) or content.synonyms.get("de", ()),
            summary=service.summary(language),
            text="\n".join(text),
            group="service",
            german=service.title("de"),
        )
    for row in texts.situations():
        title, summary = row.title.in_language(language), row.text.in_language(language)
        yield Entry(key=f"situation:{row.slug}", title=title, summary=summary, group="situation", boost=0.8)
    for office in organizations.offices():
        teams = ", ".join(team.name for team in organizations.teams(office.id))
        yield Entry(
            key=f"office:{office.slug}", title=office.label(language), text=teams, group="office", boost=0.8
        )
    for item in texts.news():
        title, body = item.title.in_language(language), item.text.in_language(language)
        yield Entry(key=f"news:{item.slug}", title=title, text=body, group="news", boost=0.7)
    for page in texts.help_pages():
        yield Entry(
            key=f"help:{page.slug}",
            title=page.title,
            summary=page.summary,
            text=page.source,
            group="help",
            boost=0.6,
        )
