"""The findings of the pre-flight as people read them: one line per kind with its count, the cases behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.rounds import words
from stadtkern.casework.kita.rounds.desk import words as staff_words
from stadtkern.foundation.access.api import NotVisible, Role
from stadtkern.foundation.shell.api import paginate

SHOWN = 20
"""So many cases of a kind are on the page of the round; the others on a page of their own."""
PER_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One Kita or one registration, with how many seats or wishes of it are meant."""

    name: str
    href: str
    count: int


@dataclass(slots=True, kw_only=True)
class Group:
    """All findings of one kind. ``unnamed``: counted, but too many to be kept one by one."""

    code: str
    text: str
    red: bool
    count: int = 0
    unnamed: int = 0
    cases: list[Case] = field(default_factory=list)

    @property
    def first(self) -> list[Case]:
        return self.cases[:SHOWN]

    @property
    def more(self) -> bool:
        return len(self.cases) > SHOWN or self.unnamed > 0


def groups(checks: Sequence[Mapping[str, Any]]) -> list[Group]:
    """By kind, in the order in which they were stored (red ones first)."""
    found: dict[str, Group] = {}
    for item in checks:
        code = item["code"]
        group = found.setdefault(
            code, Group(code=code, text=words.said(staff_words.FINDINGS, code), red=item["level"] == "red")
        )
        if item["kind"] in ("facility", "registration"):
            group.count += 1
            group.cases.append(Case(name=item["name"], href=_href(item), count=item["count"]))
        else:
            group.count += item["count"]
            group.unnamed += item["count"] if item["kind"] == "more" else 0
    return list(found.values())


def _href(item: Mapping[str, Any]) -> str:
    address = "kita-desk:kita" if item["kind"] == "facility" else "kita:own"
    return reverse(address, args=[item["subject"]])


@desk(Role.KITA_OFFICE)
@require_safe
def of_kind(request: HttpRequest, round_id: UUID, code: str) -> HttpResponse:
    """All cases of one kind."""
    from stadtkern.casework.kita.rounds.desk.rounds import crumbs, find

    row = find(request, round_id)
    group = next((item for item in groups(row.checks) if item.code == code), None)
    if group is None:
        raise NotVisible()
    context = {
        "row": row,
        "group": group,
        "page": paginate(request, group.cases, PER_PAGE),
        "breadcrumb": crumbs((row.name, reverse("kita-rounds:round", args=[row.pk])), (group.text, "")),
    }
    return render(request, "kita/desk/rounds/findings.html", context)
