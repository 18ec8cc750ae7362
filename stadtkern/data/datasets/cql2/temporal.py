"""Instants and intervals: Allen's relations of CQL2 (21-065, 8.5). An instant is an interval whose ends are the same.

Dates are days, timestamps are points in UTC. When both sides are days they are compared as days; else a day begins at 0:00 and, as the
end of an interval, ends with its last microsecond. ``..`` is an open end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from stadtkern.data.datasets.cql2.fragments import DATE, DATETIME, Fragment, wrong

RELATIONS: Final[dict[str, str]] = {
    "t_after": "{a0} > {b1}",
    "t_before": "{a1} < {b0}",
    "t_contains": "{a0} < {b0} AND {a1} > {b1}",
    "t_disjoint": "({a1} < {b0} OR {a0} > {b1})",
    "t_during": "{a0} > {b0} AND {a1} < {b1}",
    "t_equals": "{a0} = {b0} AND {a1} = {b1}",
    "t_finishedby": "{a0} < {b0} AND {a1} = {b1}",
    "t_finishes": "{a0} > {b0} AND {a1} = {b1}",
    "t_intersects": "{a0} <= {b1} AND {a1} >= {b0}",
    "t_meets": "{a1} = {b0}",
    "t_metby": "{a0} = {b1}",
    "t_overlappedby": "{a0} > {b0} AND {a0} < {b1} AND {a1} > {b1}",
    "t_overlaps": "{a0} < {b0} AND {a1} > {b0} AND {a1} < {b1}",
    "t_startedby": "{a0} = {b0} AND {a1} > {b1}",
    "t_starts": "{a0} = {b0} AND {a1} < {b1}",
}
_PART: Final = re.compile(r"\{([ab][01])\}")
OPEN: Final = ("..", "")


@dataclass(frozen=True, slots=True)
class Span:
    """Two ends; None is open."""

    begin: Fragment | None
    end: Fragment | None


def literal(node: dict[str, Any]) -> Fragment:
    """``{"date": …}`` or ``{"timestamp": …}``."""
    if "date" in node:
        return Fragment("?::DATE", (_day(node["date"]),), DATE)
    return Fragment("?::TIMESTAMPTZ", (_moment(node["timestamp"]),), DATETIME)


def span(node: Any, value: Callable[[Any], Fragment]) -> Span:
    """One side of a relation: an interval of literals or columns, or an instant."""
    if isinstance(node, dict) and set(node) == {"interval"}:
        ends = node["interval"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise wrong("Ein Zeitraum braucht zwei Enden.", "An interval needs two ends.")
        return Span(*(_end(end, value) for end in ends))
    one = _temporal(value(node))
    return Span(one, one)


def _end(node: Any, value: Callable[[Any], Fragment]) -> Fragment | None:
    if isinstance(node, str):
        if node in OPEN:
            return None
        return literal({"date": node} if len(node) == 10 else {"timestamp": node})
    return _temporal(value(node))


def _temporal(found: Fragment) -> Fragment:
    if found.kind not in (DATE, DATETIME):
        raise wrong(
            "Ein Zeitvergleich braucht ein Datum oder einen Zeitpunkt.",
            "A temporal comparison needs a date or a timestamp.",
        )
    return found


def relation(operator: str, a: Span, b: Span) -> Fragment:
    """One of Allen's relations as SQL."""
    ends = {"a0": a.begin, "a1": a.end, "b0": b.begin, "b1": b.end}
    days = all(end is None or end.kind == DATE for end in ends.values())
    parameters: list[Any] = []

    def filled(match: re.Match[str]) -> str:
        place = match[1]
        end = ends[place]
        if end is None:
            word = "infinity" if place.endswith("1") else "-infinity"
            return f"'{word}'::{'DATE' if days else 'TIMESTAMPTZ'}"
        parameters.extend(end.parameters)
        instant = ends[place[0] + "0"] is ends[place[0] + "1"]
        return _as_moment(end, last=place.endswith("1") and not instant) if not days else end.sql

    return Fragment("(" + _PART.sub(filled, RELATIONS[operator]) + ")", tuple(parameters))


def _as_moment(end: Fragment, *, last: bool) -> str:
    if end.kind == DATETIME:
        return f"({end.sql})::TIMESTAMPTZ"
    return f"(({end.sql})::TIMESTAMPTZ" + (" + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND)" if last else ")")


def compared(operator: str, left: Fragment, right: Fragment) -> Fragment:
    """``=`` and its like between days and points in time."""
    if left.kind == right.kind == DATE:
        return Fragment(f"({left.sql} {operator} {right.sql})", left.parameters + right.parameters)
    sql = f"({_as_moment(left, last=False)} {operator} {_as_moment(right, last=False)})"
    return Fragment(sql, left.parameters + right.parameters)


def _day(text: Any) -> date:
    try:
        if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(
            f"„{str(text)[:40]}“ ist kein Datum (JJJJ-MM-TT).",
            f"“{str(text)[:40]}” is not a date (YYYY-MM-DD).",
        ) from None


def _moment(text: Any) -> datetime:
    try:
        if not isinstance(text, str) or not re.fullmatch(
            r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", text, re.ASCII
        ):
            raise ValueError(text)
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise wrong(
            f"„{str(text)[:40]}“ ist kein Zeitpunkt (JJJJ-MM-TTThh:mm:ssZ).",
            f"“{str(text)[:40]}” is not a timestamp (YYYY-MM-DDThh:mm:ssZ).",
        ) from None
