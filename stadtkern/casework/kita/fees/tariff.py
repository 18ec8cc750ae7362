"""The tariff of a municipality (``kita-fees-1``), read without trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

from stadtkern.kernel.strict_reading import (
    InputRefused,
    as_list,
    as_object,
    as_text,
    as_whole,
    as_wholes,
    load_json,
    member,
)

FORMAT: Final = "kita-fees-1"
MOST_CENTS: Final = 10_000_000
BIRTHDAY_MONTH: Final = ("charged", "free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """Up to this monthly net income (None: above all others) the fee in cents for each step of hours."""

    up_to_cents: int | None
    fee_cents: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """``hours``: the steps of daily hours, rising; ``share_by_children``: percent of the fee with one, two, ... children."""

    id: str
    title: str
    title_en: str
    note: str
    legal_basis: str
    valid_from: date
    free_from_months: int
    birthday_month: str
    hours: Sequence[int]
    brackets: Sequence[Bracket]
    share_by_children: Sequence[int]
    lunch_cents: int
    lunch_free_months: frozenset[int]
    fee_free_months: frozenset[int]


def read_tariff(document: object) -> Tariff:
    """Raises ``InputRefused`` with the place of the first mistake."""
    top = as_object(document, "")
    as_text(member(top, "format", ""), "/format", [FORMAT])
    hours = as_wholes(member(top, "hours", ""), "/hours", 1, 24)
    if not hours or any(a >= b for a, b in pairwise(hours)):
        raise InputRefused("/hours", "erwartet werden steigende Stunden am Tag")
    title = as_object(member(top, "title", ""), "/title")
    shares = as_wholes(member(top, "share_by_children", ""), "/share_by_children", 0, 100)
    if not shares or any(a < b for a, b in pairwise(shares)):
        raise InputRefused("/share_by_children", "erwartet werden fallende Anteile in Prozent")
    return Tariff(
        id=as_text(member(top, "id", ""), "/id"),
        title=as_text(member(title, "de", "/title"), "/title/de"),
        title_en=as_text(member(title, "en", "/title"), "/title/en"),
        note=as_text(member(top, "note", ""), "/note"),
        legal_basis=as_text(member(top, "legal_basis", ""), "/legal_basis"),
        valid_from=_day(member(top, "valid_from", ""), "/valid_from"),
        free_from_months=as_whole(member(top, "free_from_months", ""), "/free_from_months", 0, 84),
        birthday_month=as_text(member(top, "birthday_month", ""), "/birthday_month", BIRTHDAY_MONTH),
        hours=hours,
        brackets=_brackets(member(top, "brackets", ""), len(hours)),
        share_by_children=shares,
        lunch_cents=as_whole(member(top, "lunch_cents", ""), "/lunch_cents", 0, MOST_CENTS),
        lunch_free_months=_months(top, "lunch_free_months"),
        fee_free_months=_months(top, "fee_free_months"),
    )


def _brackets(value: object, steps: int) -> list[Bracket]:
    found: list[Bracket] = []
    rows = as_list(value, "/brackets")
    for at, row in enumerate(rows):
        path = f"/brackets/{at}"
        given = as_object(row, path)
        last = at == len(rows) - 1
        limit = member(given, "up_to_cents", path)
        if last != (limit is None):
            raise InputRefused(f"{path}/up_to_cents", "nur die letzte Stufe ist nach oben offen (null)")
        up_to = None if limit is None else as_whole(limit, f"{path}/up_to_cents", 1, MOST_CENTS)
        fees = as_wholes(member(given, "fee_cents", path), f"{path}/fee_cents", 0, MOST_CENTS, steps)
        before = found[-1] if found else None
        if (
            before is not None
            and up_to is not None
            and before.up_to_cents is not None
            and up_to <= before.up_to_cents
        ):
            raise InputRefused(f"{path}/up_to_cents", "liegt nicht über der Stufe davor")
        if before is not None and any(a > b for a, b in zip(before.fee_cents, fees, strict=True)):
            raise InputRefused(f"{path}/fee_cents", "wer mehr verdient, zahlte weniger")
        if any(a > b for a, b in pairwise(fees)):
            raise InputRefused(f"{path}/fee_cents", "mehr Stunden kosteten weniger")
        found.append(Bracket(up_to_cents=up_to, fee_cents=fees))
    if not found:
        raise InputRefused("/brackets", "wenigstens eine Stufe")
    return found


def _months(top: Mapping[str, object], name: str) -> frozenset[int]:
    return frozenset(as_wholes(top.get(name, []), f"/{name}", 1, 12))


def _day(value: object, path: str) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InputRefused(path, "erwartet wird ein Tag (JJJJ-MM-TT)") from error


@cache
def example() -> Tariff:
    """The synthetic tariff shipped with the product; a municipality brings its own."""
    path = resources.files("stadtkern.content") / "kita" / "fees" / "example.json"
    return read_tariff(load_json(path.read_bytes(), "example.json"))
