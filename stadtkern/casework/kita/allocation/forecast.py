"""How many children of each single age there will be, from the counts of past years.

Cohorts grow older with ratios of survival and migration; what differs from the plain method (``plain``: five-year mean ratios, three-year
mean births) is that noise is smoothed where it is noise (ADR 0104):

- one factor per year for all ages, recent years count more, drawn slowly back to its mean; the ages differ from it only in part;
- births by a damped trend drawn back to the mean of a generation (older births are read from the children under one where no figure is known);
- nothing younger than the origin is used.

Constants were chosen on the Konstanz series 1983-2020 and are judged on the same series: expect a little less elsewhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from stadtkern.kernel.strict_reading import InputRefused

Children = Mapping[tuple[int, int], int]
Births = Mapping[int, int]

OLDEST: Final = 20
PULL_OF_RECENT: Final = 0.28
"""Share of the latest year in the common factor."""
PROFILE_YEARS: Final = 25
PROFILE_SHARE: Final = 0.55
BACK_TO_MEAN: Final = 0.15
LEVEL: Final = 0.42
TREND: Final = 0.72
DAMPING: Final = 0.87
GENERATION_YEARS: Final = 24
BACK_TO_GENERATION: Final = 0.38
NEWBORN_RECENT: Final = 0.9


def read_children(data: bytes, name: str) -> dict[tuple[int, int], int]:
    """``year,age,children`` -> {(year, age): children}; raises ``InputRefused`` with FILE:LINE:COL."""
    found: dict[tuple[int, int], int] = {}
    for line, row in _rows(data, name, ("year", "age", "children"), ("jahr", "alter", "kinder")):
        key = (_number(row[0], name, line, 1, 1800, 2200), _number(row[1], name, line, 2, 0, 120))
        if key in found:
            raise InputRefused(f"{name}:{line}:1", f"Jahr {key[0]}, Alter {key[1]} steht zweimal da")
        found[key] = _number(row[2], name, line, 3, 0, 10**8)
    return found


def read_births(data: bytes, name: str) -> dict[int, int]:
    """``jahr,geburten`` (or ``year,births``) -> {year: births}; raises ``InputRefused``."""
    found: dict[int, int] = {}
    for line, row in _rows(data, name, ("year", "births"), ("jahr", "geburten")):
        year = _number(row[0], name, line, 1, 1800, 2200)
        if year in found:
            raise InputRefused(f"{name}:{line}:1", f"das Jahr {year} steht zweimal da")
        found[year] = _number(row[1], name, line, 2, 0, 10**8)
    return found


def _rows(
    data: bytes, name: str, english: tuple[str, ...], german: tuple[str, ...]
) -> Iterator[tuple[int, list[str]]]:
    """The wanted columns of each line, whatever their order; comma, semicolon or tab."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\x00" in text:
        raise InputRefused(f"{name}:1:1", "keine Textdatei")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        names = [column.strip().lower() for column in next(reader, [])]
        wanted = next((w for w in (english, german) if set(w) <= set(names)), None)
        if wanted is None:
            raise InputRefused(f"{name}:1:1", f"erwartet werden die Spalten {', '.join(english)}")
        columns = [names.index(column) for column in wanted]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) <= max(columns):
                raise InputRefused(f"{name}:{reader.line_num}:1", "zu wenige Spalten")
            yield reader.line_num, [row[column].strip() for column in columns]
    except csv.Error as error:
        raise InputRefused(f"{name}:{reader.line_num}:1", str(error)) from error


def _number(text: str, name: str, line: int, column: int, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and low <= int(text) <= high):
        raise InputRefused(
            f"{name}:{line}:{column}", f"{text!r} ist keine ganze Zahl zwischen {low} und {high}"
        )
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known at the origin."""

    origin: int
    oldest: int
    children: Children
    births: Births
    years: list[int]


def forecast(
    children: Children, births: Births, *, years: int, origin: int | None = None
) -> list[dict[str, int | float]]:
    """[{year, age, children}] for the years after the origin (default: the last year counted)."""
    known = _known(children, births, origin)
    newborn = _newborn(known, years)
    ratios = _ratios(known, years)
    return _grow(known, newborn, ratios)


def plain(
    children: Children, births: Births, *, years: int, origin: int | None = None
) -> list[dict[str, int | float]]:
    """The plain cohort method, as the bar: five-year mean ratios, three-year mean births."""
    known = _known(children, births, origin)
    recent = known.years[-5:]
    ratios = [fmean(_ratio(known, year, age) for year in recent) for age in range(1, known.oldest + 1)]
    share = fmean(known.children[year, 0] / known.births[year] for year in recent if year in known.births)
    born = fmean(known.births[year] for year in sorted(known.births)[-3:])
    return _grow(known, [born * share] * years, [ratios] * years)


def _known(children: Children, births: Births, origin: int | None) -> _Known:
    last = max((year for year, _ in children), default=0)
    origin = last if origin is None else origin
    oldest = -1
    while oldest < OLDEST and (origin, oldest + 1) in children:
        oldest += 1
    if oldest < 1:
        raise InputRefused("--origin", f"für {origin} fehlen Kinder nach Altersjahren ab 0")
    years: list[int] = []
    year = origin
    while all(children.get((year - 1, age), 0) > 0 for age in range(oldest)) and all(
        (year, age) in children for age in range(oldest + 1)
    ):
        years.insert(0, year)
        year -= 1
    if len(years) < 5:
        raise InputRefused("--origin", f"vor {origin} sind keine fünf Jahre ohne Lücke bekannt")
    known = {year: count for year, count in births.items() if year <= origin and count > 0}
    if not any(year in known for year in years[-5:]):
        raise InputRefused("--origin", f"bis {origin} fehlen Geburten der letzten fünf Jahre")
    return _Known(
        origin=origin,
        oldest=oldest,
        children={key: count for key, count in children.items() if key[0] <= origin},
        births=known,
        years=years,
    )


def _ratio(known: _Known, year: int, age: int) -> float:
    return known.children[year, age] / known.children[year - 1, age - 1]


def _newborn(known: _Known, years: int) -> list[float]:
    """Children under one in the coming years."""
    first = min(known.births)
    older = [year - 1 for year in known.years if year - 1 < first]
    history = [float(known.children[year, 0]) for year in older]
    history += [float(known.births[year]) for year in sorted(known.births)]
    level, trend = fmean(history[:3]), 0.0
    for born in history[1:]:
        before = level
        level = LEVEL * born + (1 - LEVEL) * (level + DAMPING * trend)
        trend = TREND * (level - before) + (1 - TREND) * DAMPING * trend
    generation = fmean(history[-GENERATION_YEARS:])
    counted = [year for year in known.years if year in known.births]
    share = _weighted(
        [(known.children[year, 0] / known.births[year], known.origin - year) for year in counted],
        NEWBORN_RECENT,
    )
    found, slope = [], 0.0
    for ahead in range(1, years + 1):
        slope += trend * DAMPING**ahead
        born = level + slope
        found.append(max(0.0, born + (generation - born) * (1 - (1 - BACK_TO_GENERATION) ** ahead)) * share)
    return found


def _ratios(known: _Known, years: int) -> list[list[float]]:
    """Per coming year the ratio from each age to the next."""
    ages = range(1, min(known.oldest, 6) + 1)
    common = {
        year: sum(known.children[year, age] for age in ages)
        / sum(known.children[year - 1, age - 1] for age in ages)
        for year in known.years
    }
    factor = _weighted([(common[year], known.origin - year) for year in known.years], PULL_OF_RECENT)
    usual = fmean(common[year] for year in known.years[-15:])
    recent = known.years[-PROFILE_YEARS:]
    profile = [
        PROFILE_SHARE * fmean(_ratio(known, year, age) - common[year] for year in recent)
        for age in range(1, known.oldest + 1)
    ]
    found = []
    for ahead in range(years):
        stays = (1 - BACK_TO_MEAN) ** ahead
        found.append([max(0.0, factor * stays + usual * (1 - stays) + own) for own in profile])
    return found


def _weighted(values: list[tuple[float, int]], recent: float) -> float:
    """Mean in which a year counts (1 - recent) times the next one."""
    weights = [(1 - recent) ** back for _, back in values]
    return sum(value * weight for (value, _), weight in zip(values, weights, strict=True)) / sum(weights)


def _grow(known: _Known, newborn: list[float], ratios: list[list[float]]) -> list[dict[str, int | float]]:
    now = [float(known.children[known.origin, age]) for age in range(known.oldest + 1)]
    found: list[dict[str, int | float]] = []
    for ahead, (born, grown) in enumerate(zip(newborn, ratios, strict=True), 1):
        now = [born, *(count * ratio for count, ratio in zip(now, grown, strict=False))]
        found += [
            {"year": known.origin + ahead, "age": age, "children": round(count, 1)}
            for age, count in enumerate(now)
        ]
    return found


def back_test(
    children: Children, births: Births, origins: range, *, years: int = 4, ages: range = range(6)
) -> tuple[list[float], list[float]]:
    """Mean absolute percentage error per year ahead: this method and the plain one, over the same cells."""
    errors: tuple[list[list[float]], list[list[float]]] = (
        [[] for _ in range(years)],
        [[] for _ in range(years)],
    )
    for origin in origins:
        for method, cells in zip((forecast, plain), errors, strict=True):
            for row in method(children, births, years=years, origin=origin):
                actual = children.get((int(row["year"]), int(row["age"])), 0)
                if actual and row["age"] in ages:
                    cells[int(row["year"]) - origin - 1].append(abs(row["children"] - actual) / actual * 100)
    return [fmean(cell) for cell in errors[0]], [fmean(cell) for cell in errors[1]]
