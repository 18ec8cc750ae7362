"""Occupancy as a picture: bars for children, three lines for staffed, planned and permitted seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadtkern.casework.kita import words
from stadtkern.casework.kita.queries.occupancy import Month

WIDTH, HEIGHT, LEFT, BOTTOM = 960, 260, 36, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One month: its bar, and above the staff the part that has none."""

    x: int
    y: int
    height: int
    width: int
    over_y: int
    over_height: int
    label: str
    tick: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    staffed: str
    planned: str
    permitted: str
    top: int


def draw(months: Sequence[Month]) -> Drawn:
    """The picture of these months; the table below it says the same."""
    top = max(1, *(max(month.permitted, month.occupied, month.planned) for month in months))
    base = HEIGHT - BOTTOM
    step = (WIDTH - LEFT) // max(1, len(months))

    def y(value: int) -> int:
        return round(base - value / top * (base - 14))

    bars = []
    for at, month in enumerate(months):
        seated = min(month.occupied, month.staffed)
        bars.append(
            Bar(
                x=LEFT + at * step + 4,
                y=y(seated),
                height=base - y(seated),
                width=step - 8,
                over_y=y(month.occupied),
                over_height=y(seated) - y(month.occupied),
                label=f"{words.month(month.on)}: {month.occupied}",
                tick=f"{month.on:%m/%y}" if at % 3 == 0 else "",
            )
        )

    def line(values: Sequence[int]) -> str:
        parts = []
        for at, value in enumerate(values):
            parts.append(
                f"{'M' if not at else 'L'}{LEFT + at * step} {y(value)}L{LEFT + (at + 1) * step} {y(value)}"
            )
        return "".join(parts)

    return Drawn(
        width=WIDTH,
        height=HEIGHT,
        base=base,
        bars=tuple(bars),
        staffed=line([month.staffed for month in months]),
        planned=line([month.planned for month in months]),
        permitted=line([month.permitted for month in months]),
        top=top,
    )
