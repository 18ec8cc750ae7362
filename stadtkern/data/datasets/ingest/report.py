"""What an ingest found and did, as plain values that cross the process border as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

MOST_PROBLEMS: Final = 1_000  # listed one by one; the rest is counted

INFO, REPAIRED, REJECTED, WARNING, PRIVACY = "info", "repaired", "rejected", "warning", "privacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding: what (``code``), how grave, in which row (as a spreadsheet counts) and column, in German for people."""

    code: str
    severity: str
    message: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the result; types in the words of Table Schema (string, integer, number, boolean, date, datetime, geometry)."""

    name: str
    type: str


@dataclass(slots=True, kw_only=True)
class Report:
    """The result of an ingest. ``repaired`` and ``rejected`` count rows, ``bbox`` is in CRS84, ``crs`` that of the source."""

    dataset: str
    rows: int = 0
    repaired: int = 0
    rejected: int = 0
    columns: list[Column] = field(default_factory=list)
    crs: str | None = None
    bbox: list[float] | None = None
    geometry_types: list[str] = field(default_factory=list)
    format: str = ""
    sha256: str = ""
    size: int = 0
    problems: list[Problem] = field(default_factory=list)
    unlisted: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def from_dict(given: Mapping[str, Any]) -> Report:
    """The report that ``as_dict`` wrote."""
    values = dict(given)
    values["columns"] = [Column(**column) for column in values["columns"]]
    values["problems"] = [Problem(**problem) for problem in values["problems"]]
    return Report(**values)


class Notes:
    """Collects findings; rows that were repaired or rejected are counted once, however many findings they have."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.unlisted: Counter[str] = Counter()
        self._rows: dict[str, set[int]] = {REPAIRED: set(), REJECTED: set()}
        self._more: Counter[str] = Counter()

    def add(
        self, code: str, severity: str, message: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        """One finding."""
        if row is not None and severity in self._rows:
            self._rows[severity].add(row)
        if row is not None and len(self.problems) >= MOST_PROBLEMS:
            self.unlisted[code] += 1
            return
        self.problems.append(Problem(code=code, severity=severity, message=message, row=row, column=column))

    def count(self, severity: str, rows: int) -> None:
        """``rows`` more were repaired or rejected, named by one finding together."""
        self._more[severity] += rows

    def number(self, severity: str) -> int:
        """How many rows were repaired or rejected."""
        return len(self._rows[severity]) + self._more[severity]

    def take(self, other: Notes) -> None:
        """Everything that another collection has found."""
        self.problems += other.problems
        self.unlisted += other.unlisted
        for severity, rows in other._rows.items():
            self._rows[severity] |= rows
        self._more += other._more
