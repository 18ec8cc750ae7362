"""Published facts about an index: single values with their source, possibly inequalities, most of them missing. Nothing is filled in."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from stadtkern.kernel.strict_reading import InputRefused, Table

_BOUND: Final = re.compile(r"(<=|>=|<|>|≤|≥)\s*(.+)")
LAST_YEAR: Final = 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is known of a number: both ends the same for a published value, one end infinite for an inequality."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether the number itself is known."""
        return self.low == self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row: a city in one area (``scope``) of one edition. ``row`` counts as a spreadsheet does, the header is 1."""

    row: int
    year: int
    scope: str
    city: str
    score: Span | None
    rank: Span | None
    rank_change: int | None
    score_change: float | None
    status: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFacts:
    """What was published about a whole edition; each value may be missing."""

    row: int
    year: int
    cities: int | None
    parameters: int | None
    data_points: int | None
    threshold: float | None
    leader: str
    leader_score: float | None


def read_facts(table: Table) -> list[Fact]:
    """Facts: year, scope, city, score, rank; optional rank_change (+ is better), score_change, status, source."""
    table.require(["year", "scope", "city", "score", "rank"])
    table.unique(["year", "scope", "city"], "Die Angabe für")
    return [_fact(table, row) for row in range(len(table.rows))]


def _fact(table: Table, row: int) -> Fact:
    city, scope = table.text(row, "city"), table.text(row, "scope")
    for column, given in (("scope", scope), ("city", city)):
        if not given:
            raise InputRefused(table.place(row, column), "fehlt")
    rank = _span(table, row, "rank", 1, 1_000_000)
    if rank is not None and not all(math.isinf(end) or end == int(end) for end in (rank.low, rank.high)):
        raise InputRefused(table.place(row, "rank"), "ein Rang ist eine ganze Zahl")
    return Fact(
        row=row + 2,
        year=_year(table, row),
        scope=scope,
        city=city,
        score=_span(table, row, "score", 0, 100),
        rank=rank,
        rank_change=_change(table, row),
        score_change=table.number(row, "score_change", -100, 100),
        status=table.text(row, "status"),
        source=table.text(row, "source"),
    )


def _year(table: Table, row: int) -> int:
    year = table.whole(row, "year", 1900, LAST_YEAR)
    if year is None:
        raise InputRefused(table.place(row, "year"), "fehlt")
    return year


def _change(table: Table, row: int) -> int | None:
    return table.whole(row, "rank_change", -1_000_000, 1_000_000)


def _span(table: Table, row: int, column: str, low: float, high: float) -> Span | None:
    """A value, or an inequality such as ``<= 20``."""
    given = table.text(row, column)
    found = _BOUND.fullmatch(given)
    if found is None:
        value = table.number(row, column, low, high)
        return None if value is None else Span(low=value, high=value)
    value = table.parsed(found.group(2).strip(), row, column, low, high)
    if found.group(1) in {"<", "<=", "≤"}:
        return Span(low=low, high=value)
    return Span(low=value, high=high)


def read_editions(table: Table) -> dict[int, EditionFacts]:
    """Editions by year: cities, parameters, data_points, top10_threshold, leader, leader_score; each may be missing."""
    table.require(["year"])
    table.unique(["year"], "Die Ausgabe")
    found = {}
    for row in range(len(table.rows)):
        year = _year(table, row)
        found[year] = EditionFacts(
            row=row + 2,
            year=year,
            cities=table.whole(row, "cities", 1, 1_000_000),
            parameters=table.whole(row, "parameters", 1, 1_000_000),
            data_points=table.whole(row, "data_points", 1, 10**12),
            threshold=table.number(row, "top10_threshold", 0, 100),
            leader=table.text(row, "leader"),
            leader_score=table.number(row, "leader_score", 0, 100),
        )
    return found
