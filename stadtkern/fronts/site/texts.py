"""Texts of the public pages: life situations and the handbook (shipped with the product), and the news."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

import stadtkern.content
from stadtkern.casework.services.api import Text
from stadtkern.kernel import clock

CONTENT = Path(stadtkern.content.__file__).parent
HANDBOOK = Path(settings.ROOT) / "docs" / "handbuch"
_SLUG = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A life situation and what it gathers."""

    slug: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """A message. What the source does not date is not dated: then ``period`` says roughly when."""

    slug: str
    title: Text
    text: Text
    period: Text
    label: Text
    published_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """A page of the handbook."""

    slug: str
    title: str
    summary: str
    source: str


def _text(value: Any) -> Text:
    if isinstance(value, str):
        return Text(de=value)
    return Text(de=(value or {}).get("de", ""), en=(value or {}).get("en", ""))


def _rows(name: str) -> list[dict[str, Any]]:
    path = CONTENT / "demo" / name
    return json.loads(path.read_text("utf-8")) if path.exists() else []


@cache
def situations() -> tuple[Situation, ...]:
    """All life situations in the order of the file."""
    return tuple(
        Situation(slug=row["slug"], title=_text(row["title"]), text=_text(row.get("text")))
        for row in _rows("life_situations.json")
    )


def situation(slug: str) -> Situation | None:
    """One life situation, or None."""
    return next((row for row in situations() if row.slug == slug), None)


def news(on: date | None = None) -> tuple[NewsItem, ...]:
    """The news that are public on a day (today), the newest first."""
    from stadtkern.fronts.site.models import NewsMessage  # not before the apps are ready

    today = on or clock.today()
    rows = NewsMessage.objects.filter(state=NewsMessage.State.PUBLISHED, visible_from_on__lte=today)
    return tuple(
        NewsItem(
            slug=row.slug,
            title=Text(de=row.title_de, en=row.title_en),
            text=Text(de=row.text_de, en=row.text_en),
            period=Text(de=row.period_de, en=row.period_en),
            label=Text(de=row.label_de, en=row.label_en),
            published_on=row.visible_from_on.isoformat() if row.visible_from_on else None,
        )
        for row in rows.exclude(visible_to_on__lte=today)
    )


@cache
def demo_news() -> tuple[NewsItem, ...]:
    return tuple(
        NewsItem(
            slug=row["slug"],
            title=_text(row["title"]),
            text=_text(row["text"]),
            period=_text(row.get("period")),
            label=_text(row.get("label")),
            published_on=row.get("published_on"),
        )
        for row in _rows("news.json")
    )


def help_pages() -> list[HelpPage]:
    """All pages of the handbook, by file name (which starts with a number for the order)."""
    return [page for path in sorted(HANDBOOK.glob("*.md")) if (page := _help_page(path)) is not None]


def help_page(slug: str) -> HelpPage | None:
    """One page of the handbook, or None."""
    if not _SLUG.fullmatch(slug):
        return None
    return next((page for page in help_pages() if page.slug == slug), None)


def _help_page(path: Path) -> HelpPage | None:
    slug = path.stem.lower()
    source = path.read_text("utf-8")
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    if not _SLUG.fullmatch(slug) or not lines or not lines[0].startswith("# "):
        return None
    summary = next((line for line in lines[1:] if not line.startswith(("#", "-", "*", "|", ">", "1."))), "")
    return HelpPage(slug=slug, title=lines[0][2:], summary=summary, source=source)
