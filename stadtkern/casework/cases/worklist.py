"""The work list: what an actor has to do, filtered, sorted, with traffic lights. No query per row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from stadtkern.casework.cases import policies, rules
from stadtkern.casework.cases.models import Case, Participation, Pause
from stadtkern.foundation.access.api import Actor

SCOPES = {
    "meine": "Meine",
    "team": "Mein Team",
    "frei": "Noch niemandem zugewiesen",
    "vertretung": "In Vertretung",
    "gefragt": "Ich bin gefragt",
    "freigabe": "Wartet auf Freigabe",
    "alle": "Alle",
}
SORTS: Mapping[str, list[Any]] = {
    "frist": [F("due_on").asc(nulls_last=True), "id"],
    "-frist": [F("due_on").desc(nulls_last=True), "id"],
    "eingang": ["received_at", "id"],
    "-eingang": ["-received_at", "id"],
    "nummer": ["number"],
    "-nummer": ["-number"],
    "name": ["applicant_name", "id"],
    "-name": ["-applicant_name", "id"],
    "leistung": ["service_title", "id"],
    "-leistung": ["-service_title", "id"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the page's filters say; unknown values fall back to the default."""

    scope: str = "team"
    state: str = "offen"
    service: str = ""
    due: str = ""
    query: str = ""
    sort: str = "frist"


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


def cases_for(actor: Actor, filters: Filters, today: date) -> QuerySet[Case]:
    """The cases of the filters, sorted, with ``is_paused`` and ``assignee_name``."""
    rows = _scope(actor, filters.scope)
    if filters.query:
        rows = _search(policies.visible_to(actor), filters.query)
    elif filters.state == "offen":
        rows = rows.filter(state_kind__in=["open", "waiting"])
    elif filters.state in ("wartet", "erledigt"):
        rows = rows.filter(state_kind="waiting" if filters.state == "wartet" else "closed")
    if filters.service:
        rows = rows.filter(service_slug=filters.service)
    if filters.due:
        days = 0 if filters.due == "rot" else 3
        rows = rows.filter(
            due_on__lte=date.fromordinal(today.toordinal() + days), state_kind__in=["open", "waiting"]
        )
    paused = Pause.objects.filter(case=OuterRef("pk"), to_on__isnull=True)
    return rows.annotate(is_paused=Exists(paused), assignee_name=F("assignee__display_name")).order_by(
        *SORTS[filters.sort]
    )


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
    """By number (beginning), or by name (beginning of the whole name or of a part)."""
    if any(letter.isdigit() for letter in query):
        return rows.filter(number__istartswith=query)
    return rows.filter(Q(applicant_name__istartswith=query) | Q(applicant_name__icontains=f" {query}"))


def light_of(case: Case, today: date) -> rules.TrafficLight:
    """The traffic light of a row of ``cases_for``."""
    paused = bool(getattr(case, "is_paused", False))
    return rules.traffic_light(due_on=case.due_on, today=today, state_kind=case.state_kind, paused=paused)


def neighbours(actor: Actor, case: Case) -> tuple[UUID | None, UUID | None]:
    """The cases before and after this one in the open list of the actor's responsibility, by due date (J/K)."""
    rows = policies.in_work_of(actor).filter(state_kind__in=["open", "waiting"])
    if case.due_on is None:
        before = rows.filter(due_on__isnull=False).order_by("-due_on", "-id")
        after = rows.filter(due_on__isnull=True, id__gt=case.pk).order_by("id")
    else:
        before = rows.filter(Q(due_on__lt=case.due_on) | Q(due_on=case.due_on, id__lt=case.pk)).order_by(
            "-due_on", "-id"
        )
        after = rows.filter(Q(due_on__gt=case.due_on) | Q(due_on=case.due_on, id__gt=case.pk)).order_by(
            "due_on", "id"
        )
    return before.values_list("pk", flat=True).first(), after.values_list("pk", flat=True).first()
