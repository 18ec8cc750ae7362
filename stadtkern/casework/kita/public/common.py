"""What the public pages of kita share: the actor, remembered Kitas, months and hours to choose from, errors by field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita import rules, words
from stadtkern.casework.kita.criteria.catalogue import Words
from stadtkern.foundation.access.api import Actor

PICKED = "kita_picked"
MOST_PICKED = 12


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def picked(request: HttpRequest) -> list[str]:
    """Keys of the Kitas remembered in this browser."""
    kept = request.session.get(PICKED, [])
    return [str(key) for key in kept][:MOST_PICKED] if isinstance(kept, list) else []


def open_here(request: HttpRequest, key: UUID) -> None:
    """Let a guest's browser session open a draft, as it opens a case."""
    cases.remember(request, key)


def month_options(today: date) -> list[tuple[str, str]]:
    """First days of the coming months."""
    return [(day.isoformat(), words.month(day)) for day in rules.start_months(today)]


def hour_options() -> list[tuple[str, str]]:
    return [(str(hours), _("%(hours)s Stunden") % {"hours": hours}) for hours in rules.HOURS]


def by_field(problems: Iterable[rules.Problem]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Problems for the summary and for the fields."""
    pairs = [(item.field, item.text(_)) for item in problems]
    return pairs, dict(reversed(pairs))


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Startseite"), "/"), (_("Kita"), "/kita/"), *more]


def base(request: HttpRequest, *more: tuple[str, str], **context: Any) -> dict[str, Any]:
    """The context of a page: breadcrumb, how many Kitas are remembered, and the page's own."""
    trail = [*more[:-1], (more[-1][0], "")] if more else []
    return {"breadcrumb": crumbs(*trail) if trail else [(_("Startseite"), "/"), (_("Kita"), "")],
            "picked": picked(request), **context}  # fmt: skip


def in_language(text: Words) -> str:
    """A text of a catalogue: German, or English for everybody else."""
    return text.in_language("de" if get_language() == "de" else "en")
