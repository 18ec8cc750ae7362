"""The work list: what an actor has to do, filtered, sorted, with traffic lights. No query per row, no scan per page.

Every order has an index (``models.Case.Meta``), and every condition on it is one that PostgreSQL may check inside an
index under row security: comparisons and ``starts_with`` leak nothing, ``LIKE`` might and would be a scan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, Func, OuterRef, QuerySet, Value
from django.db.models.lookups import Lookup
from django.utils.translation import gettext_noop

from stadtkern.casework.cases import policies, rules
from stadtkern.casework.cases.models import Case, NameWord, Participation, Pause
from stadtkern.foundation.access.api import Actor

SCOPES = {
    "meine": gettext_noop("Meine"),
    "team": gettext_noop("Mein Team"),
    "frei": gettext_noop("Noch niemandem zugewiesen"),
    "vertretung": gettext_noop("In Vertretung"),
    "gefragt": gettext_noop("Ich bin gefragt"),
    "freigabe": gettext_noop("Wartet auf Freigabe"),
    "alle": gettext_noop("Alle"),
}
OPEN = ("open", "waiting")
MAX_WORDS = 4  # of a search for a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A sorting: one column, then the id. Empty values come last, and first in the reverse order (as in the index)."""

    field: str
    descending: bool = False

    @property
    def fields(self) -> list[str]:
        sign = "-" if self.descending else ""
        return [f"{sign}{self.field}"] if self.is_unique else [f"{sign}{self.field}", f"{sign}id"]

    @property
    def is_unique(self) -> bool:
        return self.field == "number"

    def reverse(self) -> Order:
        return replace(self, descending=not self.descending)


COLUMNS = {
    "frist": "due_on",
    "eingang": "received_at",
    "nummer": "number",
    "name": "applicant_name",
    "leistung": "service_title",
}
SORTS: Mapping[str, Order] = {
    **{key: Order(field=field) for key, field in COLUMNS.items()},
    **{f"-{key}": Order(field=field, descending=True) for key, field in COLUMNS.items()},
}


class StartsWith(Lookup):  # type: ignore[type-arg]  # not generic at run time
    """``starts_with(column, text)``: unlike ``LIKE`` it may use an index under row security (it is leakproof)."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_params, *right_params)


CharField.register_lookup(StartsWith)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the page's filters say; unknown values fall back to the default."""

    scope: str = "team"
    state: str = "offen"
    service: str = ""
    due: str = ""
    query: str = ""
    sort: str = "frist"

    @property
    def order(self) -> Order:
        return SORTS[self.sort]


def read_filters(data: Mapping[str, str]) -> Filters:
    """Filters from a query string; nothing a user types can break it."""
    sort = data.get("sort", "frist")
    return Filters(
        scope=data.get("bereich", "") if data.get("bereich", "") in SCOPES else "team",
        state=data.get("stand", "")
        if data.get("stand", "") in {"offen", "wartet", "erledigt", "alle"}
        else "offen",
        service=data.get("leistung", "")[:60],
        due=data.get("frist", "") if data.get("frist", "") in {"rot", "gelb"} else "",
        query=data.get("q", "").replace("\x00", "").strip()[:100],
        sort=sort if sort in SORTS else "frist",
    )


def found_by(actor: Actor, filters: Filters, today: date) -> QuerySet[Case]:
    """The cases of the filters, in no order."""
    rows = _scope(actor, filters.scope)
    if filters.query:
        rows = _search(policies.visible_to(actor), filters.query)
    elif filters.state == "offen":
        rows = rows.filter(state_kind__in=OPEN)
    elif filters.state in ("wartet", "erledigt"):
        rows = rows.filter(state_kind="waiting" if filters.state == "wartet" else "closed")
    if filters.service:
        rows = rows.filter(service_slug=filters.service)
    if filters.due:
        days = 0 if filters.due == "rot" else 3
        rows = rows.filter(due_on__lte=date.fromordinal(today.toordinal() + days), state_kind__in=OPEN)
    return rows


def cases_for(actor: Actor, filters: Filters, today: date) -> QuerySet[Case]:
    """The cases of the filters, sorted, as the list shows them."""
    return shown(found_by(actor, filters, today)).order_by(*filters.order.fields)


def shown(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what a line of the list needs: ``is_paused`` and ``assignee_name``."""
    paused = Pause.objects.filter(case=OuterRef("pk"), to_on__isnull=True)
    return rows.annotate(is_paused=Exists(paused), assignee_name=F("assignee__display_name"))


def _scope(actor: Actor, scope: str) -> QuerySet[Case]:
    if scope == "meine":
        return Case.objects.filter(assignee_id=actor.account_id)
    if scope == "vertretung":
        return Case.objects.filter(assignee_id__in=actor.deputizes_for)
    if scope == "gefragt":
        asked = Participation.objects.filter(
            case=OuterRef("pk"), account_id=actor.key, answered_at__isnull=True
        )
        return Case.objects.filter(Exists(asked))
    rows = policies.in_work_of(actor) if not actor.has("auditor") else policies.visible_to(actor)
    if scope == "frei":
        return rows.filter(assignee__isnull=True)
    if scope == "freigabe":
        return rows.filter(state="awaiting_second")
    return rows


def _search(rows: QuerySet[Case], query: str) -> QuerySet[Case]:
    """By number (its beginning), or by name (the beginning of each of its words, without accents)."""
    if any(letter.isdigit() for letter in query):
        return rows.filter(number__begins=query.upper())
    for word in query.replace(",", " ").replace("-", " ").split()[:MAX_WORDS]:
        folded = Func(Value(word, CharField()), function="cases_fold", output_field=CharField())
        rows = rows.filter(pk__in=NameWord.objects.filter(word__begins=folded).values("case_id"))
    return rows


def light_of(case: Case, today: date) -> rules.TrafficLight:
    """The traffic light of a row of ``cases_for``."""
    paused = bool(getattr(case, "is_paused", False))
    return rules.traffic_light(due_on=case.due_on, today=today, state_kind=case.state_kind, paused=paused)


def behind(rows: QuerySet[Case], order: Order, case: Case, limit: int) -> list[UUID]:
    """The ids of the next ``limit`` rows after ``case``, in the order; asks in pieces at which an index can begin."""
    found: list[UUID] = []
    for piece in _pieces(rows, order, case):
        if len(found) < limit:
            ids = piece.order_by(*order.fields).values_list("pk", flat=True)
            found += ids[: limit - len(found)]
    return found


def _pieces(rows: QuerySet[Case], order: Order, case: Case) -> list[QuerySet[Case]]:
    field, step, value = order.field, "lt" if order.descending else "gt", getattr(case, order.field)
    if order.is_unique:
        return [rows.filter(**{f"{field}__{step}": value})]
    empty = rows.filter(**{f"{field}__isnull": True})
    if value is None:
        rest = [rows.filter(**{f"{field}__isnull": False})] if order.descending else []
        return [empty.filter(**{f"id__{step}": case.pk}), *rest]
    pieces = [
        rows.filter(**{field: value, f"id__{step}": case.pk}),
        rows.filter(**{f"{field}__{step}": value}),
    ]
    return [*pieces, empty] if field == "due_on" and not order.descending else pieces


def neighbours(actor: Actor, case: Case) -> tuple[UUID | None, UUID | None]:
    """The cases before and after this one in the open list of the actor's responsibility, by due date (J/K)."""
    rows, order = policies.in_work_of(actor).filter(state_kind__in=OPEN), SORTS["frist"]
    before, after = behind(rows, order.reverse(), case, 1), behind(rows, order, case, 1)
    return (before[0] if before else None), (after[0] if after else None)
