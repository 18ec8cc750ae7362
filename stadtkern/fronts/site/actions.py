"""Every write to the news: one action, one transaction, one audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations import api as organizations
from stadtkern.fronts.site import policies, search
from stadtkern.fronts.site.models import NewsMessage
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, InvalidInput


class NewsIncomplete(InvalidInput):
    """Some fields of a piece of news are missing or wrong; ``problems`` by field."""

    code = "news-incomplete"
    message = "Die Meldung ist noch nicht vollständig."
    message_en = "The news item is not complete yet."

    def __init__(self, problems: Mapping[str, tuple[str, str]]) -> None:
        self.problems = dict(problems)
        extra = {"fields": {field: german for field, (german, _english) in problems.items()}}
        super().__init__(extra=extra)

    def by_field(self, language: str) -> dict[str, str]:
        """The sentences in ``language``."""
        return {field: texts[language == "en"] for field, texts in self.problems.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsValues:
    """What an editor writes. ``visible_to_on`` is the first day on which it is gone."""

    title_de: str
    text_de: str
    title_en: str = ""
    text_en: str = ""
    period_de: str = ""
    period_en: str = ""
    label_de: str = ""
    label_en: str = ""
    visible_from_on: date | None = None
    visible_to_on: date | None = None


@transaction.atomic
def save_news(
    *, actor: Actor, news_id: UUID | None, values: NewsValues, revision: int | None = None, now: datetime
) -> UUID:
    """Write a new piece of news (a draft) or change one. Raises ``NewsIncomplete``, ``Conflict``."""
    policies.require_editor(actor)
    row = policies.find(actor, news_id, lock=True) if news_id else NewsMessage()
    if news_id and revision is not None and row.revision != revision:
        raise Conflict()
    _check(values, published=row.state == NewsMessage.State.PUBLISHED)
    for name, value in asdict(values).items():
        setattr(row, name, value)
    if news_id:
        row.revision += 1
    else:
        row.slug = _free_slug(values.title_de)
    row.changed_at = now
    row.save()
    search.forget(row.tenant_id)
    _record(actor, "site.edit_news" if news_id else "site.write_news", row, now)
    return row.pk


@transaction.atomic
def publish_news(*, actor: Actor, news_id: UUID, now: datetime) -> None:
    """Make it public, from its day or from today."""
    row = policies.find(actor, news_id, lock=True)
    if row.state == NewsMessage.State.PUBLISHED:
        raise Conflict(
            "Diese Meldung ist schon veröffentlicht.", message_en="This news item is published already."
        )
    row.visible_from_on = row.visible_from_on or clock.local(now).date()
    if row.visible_to_on is not None and row.visible_to_on <= clock.local(now).date():
        raise NewsIncomplete(
            {"visible_to": ("Dieser Tag ist schon vorbei.", "This day is in the past already.")}
        )
    _check(_values(row), published=True)
    row.state = NewsMessage.State.PUBLISHED
    row.revision += 1
    row.changed_at = now
    row.save()
    search.forget(row.tenant_id)
    _record(actor, "site.publish_news", row, now)


@transaction.atomic
def withdraw_news(*, actor: Actor, news_id: UUID, now: datetime) -> None:
    """Take it off the public pages; it becomes a draft again."""
    row = policies.find(actor, news_id, lock=True)
    if row.state != NewsMessage.State.PUBLISHED:
        raise Conflict(
            "Diese Meldung ist nicht veröffentlicht.", message_en="This news item is not published."
        )
    row.state = NewsMessage.State.DRAFT
    row.revision += 1
    row.changed_at = now
    row.save()
    search.forget(row.tenant_id)
    _record(actor, "site.withdraw_news", row, now)


@transaction.atomic
def delete_news(*, actor: Actor, news_id: UUID, now: datetime) -> None:
    """Throw a draft away."""
    row = policies.find(actor, news_id, lock=True)
    if row.state == NewsMessage.State.PUBLISHED:
        raise Conflict("Ziehen Sie die Meldung zuerst zurück.", message_en="Withdraw the news item first.")
    _record(actor, "site.delete_news", row, now)
    row.delete()


def _values(row: NewsMessage) -> NewsValues:
    return NewsValues(
        title_de=row.title_de,
        text_de=row.text_de,
        visible_from_on=row.visible_from_on,
        visible_to_on=row.visible_to_on,
    )


def _check(values: NewsValues, *, published: bool) -> None:
    problems: dict[str, tuple[str, str]] = {}
    if not values.title_de.strip():
        problems["title_de"] = ("Geben Sie der Meldung eine Überschrift.", "Give the news item a title.")
    if not values.text_de.strip():
        problems["text_de"] = ("Schreiben Sie den Text der Meldung.", "Write the text of the news item.")
    for name, most in (("title", 200), ("text", 10_000), ("period", 100), ("label", 60)):
        for code in ("de", "en"):
            if len(getattr(values, f"{name}_{code}")) > most:
                problems[f"{name}_{code}"] = (f"Höchstens {most} Zeichen.", f"At most {most} characters.")
    if published and values.visible_from_on is None:
        problems["visible_from"] = ("Geben Sie an, ab wann sie sichtbar ist.", "Say from when it is visible.")
    if values.visible_to_on and values.visible_to_on <= (values.visible_from_on or date.min):
        problems["visible_to"] = (
            "Das Ende muss nach dem Beginn liegen.",
            "The end must be after the beginning.",
        )
    if problems:
        raise NewsIncomplete(problems)


def _free_slug(title: str) -> str:
    stem = organizations.short_name(title) or "meldung"
    taken = set(NewsMessage.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug
        for number in range(1, 10_000)
        if (slug := stem if number == 1 else f"{stem}-{number}") not in taken
    )


def _record(actor: Actor, action: str, row: NewsMessage, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=("news", row.pk),
        now=now,
        details={"slug": row.slug},
        retention="administration",
    )
