"""The tree of an index, and reading it with its values from two tables (COINr's layout: iData and iMeta)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stadtkern.kernel.strict_reading import InputRefused, Table

Array = NDArray[np.float64]
ROOT: Final = "total"
PERCENT: Final = (0.0, 100.0)
_KNOWN_BESIDE: Final = frozenset({"uName", "uCode", "Time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A measured quantity; ``direction`` -1 where less is better, ``scale`` the lowest and highest value it can have, if it says so."""

    code: str
    parent: str
    weight: float = 1.0
    direction: int = 1
    scale: tuple[float, float] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The fixed scale; an indicator without one is a percentage."""
        return self.scale or PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A mean of indicators or groups; the root has no parent."""

    code: str
    parent: str | None
    weight: float = 1.0
    level: int = 2


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Indicators in the order of the columns, groups from the leaves to the root."""

    indicators: tuple[Indicator, ...]
    groups: tuple[Group, ...]

    @property
    def root(self) -> str:
        """The code of the index itself."""
        return self.groups[-1].code

    @property
    def nodes(self) -> tuple[Indicator | Group, ...]:
        """Indicators and groups."""
        return (*self.indicators, *self.groups)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Of the indicators."""
        return tuple(i.code for i in self.indicators)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Of every indicator and group."""
        return {node.code: node.weight for node in self.nodes}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Per group, without those of weight 0."""
        found: dict[str, list[str]] = {group.code: [] for group in self.groups}
        for node in self.nodes:
            if node.parent is not None and node.weight > 0:
                found[node.parent].append(node.code)
        return {code: tuple(codes) for code, codes in found.items()}

    @cached_property
    def directions(self) -> Array:
        """+1 or -1 per indicator."""
        return np.array([i.direction for i in self.indicators], dtype=np.float64)


def frame_of_areas(
    areas: Mapping[str, Iterable[str]],
    weights: Mapping[str, float] | None = None,
    directions: Mapping[str, int] | None = None,
) -> Frame:
    """Two levels: the index is the mean of areas, an area the mean of its indicators; weight 1 where none is given."""
    weighed, directed = weights or {}, directions or {}
    indicators = tuple(
        Indicator(code=code, parent=area, weight=weighed.get(code, 1.0), direction=directed.get(code, 1))
        for area, codes in areas.items()
        for code in codes
    )
    groups = [Group(code=area, parent=ROOT, weight=weighed.get(area, 1.0)) for area in areas]
    return Frame(indicators=indicators, groups=(*groups, Group(code=ROOT, parent=None, level=3)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The values of all cities: one row per city, one column per indicator, NaN for gaps."""

    frame: Frame
    cities: tuple[str, ...]
    values: Array


def read_frame(meta: Table) -> Frame:
    """The frame from META: Level, iCode, Parent, Weight, Direction, Type; optional ScaleMin, ScaleMax."""
    meta.require(["Level", "iCode", "Direction", "Weight", "Parent", "Type"])
    meta.unique(["iCode"], "Der Code")
    indicators: list[Indicator] = []
    groups: list[tuple[int, Group]] = []
    for row in range(len(meta.rows)):
        kind = meta.text(row, "Type")
        if kind == "Indicator":
            indicators.append(_indicator(meta, row))
        elif kind == "Aggregate":
            groups.append((row, _group(meta, row)))
    if not indicators or not groups:
        raise InputRefused(meta.name, "Erwartet werden Zeilen mit Type »Indicator« und »Aggregate«.")
    roots = [(row, group) for row, group in groups if group.parent is None]
    if len(roots) != 1:
        at = meta.place(roots[1][0] if roots else groups[0][0], "Parent")
        raise InputRefused(at, f"Genau ein Aggregat hat keinen Parent; gefunden: {len(roots)}.")
    _check_parents(meta, groups)
    ordered = sorted((group for _, group in groups), key=lambda group: group.level)
    frame = Frame(indicators=tuple(indicators), groups=tuple(ordered))
    for row, group in groups:
        if not frame.children[group.code]:
            raise InputRefused(meta.place(row, "iCode"), f"»{group.code}« hat keinen Bestandteil mit Gewicht")
    return frame


def _indicator(meta: Table, row: int) -> Indicator:
    direction = meta.whole(row, "Direction", -1, 1)
    if direction not in {1, -1}:
        raise InputRefused(meta.place(row, "Direction"), "erwartet wird 1 oder -1")
    low, high = meta.number(row, "ScaleMin"), meta.number(row, "ScaleMax")
    if (low is None) != (high is None) or (low is not None and high is not None and low >= high):
        raise InputRefused(meta.place(row, "ScaleMax"), "eine Skala nennt ScaleMin und ein größeres ScaleMax")
    parent = meta.text(row, "Parent")
    if not parent:
        raise InputRefused(meta.place(row, "Parent"), "der Indikator gehört zu keinem Aggregat")
    return Indicator(
        code=meta.text(row, "iCode"),
        parent=parent,
        weight=_weight(meta, row),
        direction=direction,
        scale=None if low is None or high is None else (low, high),
    )


def _group(meta: Table, row: int) -> Group:
    level = meta.whole(row, "Level", 2, 20)
    if level is None:
        raise InputRefused(meta.place(row, "Level"), "fehlt")
    parent = meta.text(row, "Parent") or None
    return Group(code=meta.text(row, "iCode"), parent=parent, weight=_weight(meta, row), level=level)


def _weight(meta: Table, row: int) -> float:
    weight = meta.number(row, "Weight", 0, 1e9)
    return 1.0 if weight is None else weight


def _check_parents(meta: Table, groups: list[tuple[int, Group]]) -> None:
    """A parent exists and stands on a higher level, so that no chain of parents comes back to itself."""
    levels = {group.code: group.level for _, group in groups}
    own = {group.code: group for _, group in groups}
    for row in range(len(meta.rows)):
        if meta.text(row, "Type") not in {"Indicator", "Aggregate"}:
            continue
        parent, code = meta.text(row, "Parent"), meta.text(row, "iCode")
        if not parent:
            continue
        if parent not in levels:
            raise InputRefused(meta.place(row, "Parent"), f"das Aggregat »{parent}« gibt es nicht")
        level = own[code].level if code in own else 1
        if levels[parent] <= level:
            raise InputRefused(
                meta.place(row, "Parent"),
                f"»{parent}« (Ebene {levels[parent]}) kann nicht über »{code}« (Ebene {level}) stehen",
            )


def read_panel(data: Table, frame: Frame, *, within_scales: bool = False) -> Panel:
    """The values from DATA: uCode and a column per indicator; what leaves a declared scale is refused, ``within_scales`` takes percentages as declared."""
    data.require(["uCode", *frame.codes])
    data.unique(["uCode"], "Die Stadt")
    values = np.full((len(data.rows), len(frame.indicators)), np.nan)
    for row in range(len(data.rows)):
        if not data.text(row, "uCode"):
            raise InputRefused(data.place(row, "uCode"), "fehlt")
        for column, indicator in enumerate(frame.indicators):
            limits = indicator.ends if within_scales else indicator.scale or (-math.inf, math.inf)
            found = data.number(row, indicator.code, *limits)
            if found is not None:
                values[row, column] = found
    cities = tuple(data.text(row, "uCode") for row in range(len(data.rows)))
    return Panel(frame=frame, cities=cities, values=values)


def unknown_columns(data: Table, meta: Table) -> list[str]:
    """Columns of DATA that META does not know: they count for nothing, and people should hear of it."""
    known = {meta.text(row, "iCode") for row in range(len(meta.rows))} | _KNOWN_BESIDE
    return [column for column in data.header if column not in known]
