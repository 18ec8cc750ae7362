"""Judgements of a round on plain values: which step may follow which, what a pre-flight finding means, how numbers are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Level = Literal["red", "yellow"]

MOVES: Final[dict[str, tuple[str, ...]]] = {
    "draft": ("frozen", "cancelled"),
    "frozen": ("preflight", "cancelled"),
    "preflight": ("drawn", "preflight", "cancelled"),
    "drawn": ("run", "cancelled"),
    "run": ("certified", "cancelled"),
    "certified": ("confirming", "cancelled"),
    "confirming": ("offered", "cancelled"),
    "offered": ("closed",),
    "closed": (),
    "cancelled": (),
}
STEPS: Final = (
    "draft",
    "frozen",
    "preflight",
    "drawn",
    "run",
    "certified",
    "confirming",
    "offered",
    "closed",
)
REMIND_AT: Final = (5, 2, 1)
"""Working days before an offer ends on which the family is reminded."""
FEW: Final = 3
"""Fewer children than this behind a number: a range is told instead."""
SMALL: Final = 5
"""Fewer children than this in a group: no figures are published."""
ADVISED: Final = 3


def may_move(state: str, target: str) -> bool:
    """Whether the step is in the table."""
    return target in MOVES.get(state, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the pre-flight: ``red`` stops the round. ``subject``: kind and id to link to, ``name`` what the page calls it."""

    code: str
    level: Level
    kind: str
    subject: str
    name: str
    count: int = 1

    def data(self) -> dict[str, object]:
        """As it is stored."""
        return {
            "code": self.code,
            "level": self.level,
            "kind": self.kind,
            "subject": self.subject,
            "name": self.name,
            "count": self.count,
        }


def red(findings: Iterable[dict[str, object]]) -> int:
    """How many findings stop the round."""
    return sum(1 for row in findings if row.get("level") == "red")


def months(first: date, last: date) -> list[date]:
    """The firsts of the months in [first, last)."""
    found, day = [], first.replace(day=1)
    while day < last:
        found.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def seats_by_month(available: Sequence[int]) -> list[int]:
    """How many seats become free for good with each month: free from then until the end of the period, and not counted before.

    ``available[m]`` = staffed - blocked - occupied in month m (may be negative: more contracts than staff).
    """
    found, least = [0] * len(available), None
    for at in range(len(available) - 1, -1, -1):
        least = max(0, available[at]) if least is None else min(least, max(0, available[at]))
        found[at] = least
    return [count - (found[at - 1] if at else 0) for at, count in enumerate(found)]


def told(count: int) -> tuple[int, int]:
    """A count as it is told to a family: itself, or the range 1 to 2 when fewer than three children stand behind it."""
    return (count, count) if count == 0 or count >= FEW else (1, FEW - 1)


def hidden(count: int) -> int | None:
    """A count as it is published: None when fewer than five stand behind it."""
    return count if count == 0 or count >= SMALL else None
