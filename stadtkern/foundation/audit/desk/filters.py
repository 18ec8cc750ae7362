"""Reading the filters of the address, and saying in words what was wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit.queries import Filter
from stadtkern.kernel import clock

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filter, the raw values for the form, and errors [(field id, text)]."""

    filter: Filter
    values: dict[str, str]
    errors: list[tuple[str, str]]

    @property
    def query(self) -> str:
        """For links that keep the filter."""
        return urlencode({key: value for key, value in self.values.items() if value})


def read(query: QueryDict) -> Asked:
    """From ``wer, handlung, art, gegenstand, von, bis``; what cannot be read does not narrow and is reported."""
    values = {
        key: query.get(key, "").strip() for key in ("wer", "handlung", "art", "gegenstand", "von", "bis")
    }
    errors: list[tuple[str, str]] = []
    since = _day(values["von"], "von", errors)
    until = _day(values["bis"], "bis", errors)
    wanted = Filter(
        actor_id=_account(values["wer"], errors),
        action=values["handlung"],
        object_kind=values["art"],
        object_id=_uuid(values["gegenstand"], errors),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    return Asked(filter=wanted, values=values, errors=errors)


def _account(text: str, errors: list[tuple[str, str]]) -> UUID | None:
    """By id or login."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        found = accounts.by_login(text)
    if found is None:
        errors.append(("wer", _("Ein Konto „%(login)s“ gibt es nicht.") % {"login": text}))
        return NOBODY
    return found.id


def _uuid(text: str, errors: list[tuple[str, str]]) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        errors.append(("gegenstand", _("Die Kennung des Gegenstands ist nicht vollständig.")))
        return NOBODY


def _day(text: str, field: str, errors: list[tuple[str, str]]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        errors.append((field, _("Bitte geben Sie das Datum als Tag wie 2025-10-14 ein.")))
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.ZONE)
