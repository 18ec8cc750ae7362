"""The chart as values: two bars per service, before as an outline, now filled, each with its number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, ROW, BAR, LEFT = 640, 62, 16, 4
LONGEST = 500  # of a bar; the number stands behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A service in the chart: positions and lengths in the units of the drawing."""

    label: str
    y: int
    before: int
    now: int
    before_width: int
    now_width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The whole drawing."""

    rows: tuple[Bars, ...]
    width: int
    height: int


def before_and_now(values: Sequence[tuple[str, int, int]]) -> Chart | None:
    """(label, before, now) per service; None without any."""
    longest = max((max(before, now) for _label, before, now in values), default=0)
    if not longest:
        return None
    rows = tuple(
        Bars(
            label=label,
            y=index * ROW,
            before=before,
            now=now,
            before_width=_width(before, longest),
            now_width=_width(now, longest),
        )
        for index, (label, before, now) in enumerate(values)
    )
    return Chart(rows=rows, width=WIDTH, height=len(rows) * ROW)


def _width(value: int, longest: int) -> int:
    return max(round(LONGEST * value / longest), 2)
