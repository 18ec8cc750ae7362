"""Pages of the work list: counts that stop at a thousand, and keys instead of offsets where the list is deep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from stadtkern.casework.cases import policies, worklist
from stadtkern.casework.cases.models import Case
from stadtkern.foundation.access.api import Actor

PER_PAGE = 50
LIMIT = 1000  # more are not counted: nobody works through them, and counting reads them all
DEEPEST = 100  # the last page that a number alone reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A number that is exact up to ``LIMIT``."""

    number: int

    @property
    def is_more(self) -> bool:
        return self.number > LIMIT

    def __str__(self) -> str:
        return (
            _("mehr als %(number)s") % {"number": f"{LIMIT:,}".replace(",", ".")}
            if self.is_more
            else f"{self.number:,}".replace(",", ".")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its cases, how many there are, and where the neighbouring pages begin (query strings)."""

    cases: list[Case]
    counted: Counted
    number: int
    before: str
    after: str
    numbers: list[int]  # 0 is a gap


def page_of(actor: Actor, filters: worklist.Filters, today: date, data: Mapping[str, str]) -> Page:
    """The page of ``?seite=`` (and ``?nach=``, the case before it, beyond page ``DEEPEST``); wrong ones give a near one."""
    rows, order = worklist.found_by(actor, filters, today), filters.order
    ids = rows.order_by(*order.fields).values_list("pk", flat=True)
    number = max(1, int(data["seite"])) if data.get("seite", "").isdecimal() and len(data["seite"]) < 9 else 1
    first = list(ids[: LIMIT + 1])
    counted = Counted(number=len(first))
    known = max(1, -(-min(len(first), LIMIT) // PER_PAGE))
    last = _last(actor, data.get("nach", "")) if number > DEEPEST and counted.is_more else None
    if last is not None:
        found = worklist.behind(rows, order, last, PER_PAGE + 1)
    else:
        number = min(number, DEEPEST if counted.is_more else known)
        begin = (number - 1) * PER_PAGE
        found = first[begin : begin + PER_PAGE + 1]
        if counted.is_more and begin + PER_PAGE >= LIMIT:
            found = list(ids[begin : begin + PER_PAGE + 1])
    after = ""
    if len(found) > PER_PAGE:
        key = f"&nach={found[PER_PAGE - 1]}" if number >= DEEPEST else ""
        after = f"seite={number + 1}{key}"
    return Page(
        cases=_in_order(found[:PER_PAGE]),
        counted=counted,
        number=number,
        before=f"seite={min(number - 1, DEEPEST)}" if number > 1 else "",
        after=after,
        numbers=numbers_around(number, known),
    )


def _last(actor: Actor, case_id: str) -> Case | None:
    """The case after which a deep page begins."""
    try:
        key = UUID(case_id)
    except ValueError:
        return None
    return policies.visible_to(actor).filter(pk=key).first()


def _in_order(ids: list[UUID]) -> list[Case]:
    rows = {case.pk: case for case in worklist.shown(Case.objects.filter(pk__in=ids)).order_by("id")}
    return [rows[key] for key in ids if key in rows]


def numbers_around(number: int, known: int) -> list[int]:
    """The numbers that a list shows: the ends, the neighbours of the present one, 0 for a gap."""
    wanted = {1, number, *(n for n in (known, number - 1, number + 1) if 1 <= n <= known)}
    shown: list[int] = []
    for each in sorted(wanted):
        if shown and each > shown[-1] + 1:
            shown.append(0)
        shown.append(each)
    return shown
