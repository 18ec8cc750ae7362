"""Why score and rank moved: own progress, movement of the others, change of method. Exact and without remainder.

The three players change from the edition before to the edition after: the row of the city itself; the rows and the set of all other cities;
the indicators, areas, weights and directions. A part is the Shapley value: the mean effect of the player's change over the six orders in
which the changes could have come. The parts sum to the whole change, and no order is preferred (Shapley 1953; Shorrocks 2013).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from stadtkern.kernel.strict_reading import (
    InputRefused,
    as_list,
    as_number,
    as_object,
    as_text,
    as_whole,
    member,
)
from stadtkern.steering.cityindex.engine.composite import Aggregation, evaluated, leaves_of, ranks
from stadtkern.steering.cityindex.engine.frames import Array, Frame, frame_of_areas
from stadtkern.steering.cityindex.engine.normalising import Normalisation, normalised

PLAYERS: Final = ("own", "others", "method")
Coalition = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A frame of two levels and the values by city and indicator; what is absent is a gap."""

    frame: Frame
    rows: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Movement:
    """Two editions seen from one city."""

    focus: str
    before: Edition
    after: Edition
    normalisation: Normalisation = "minmax"
    aggregation: Aggregation = "arithmetic"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the city is in one (real or mixed) edition."""

    score: float
    rank: int
    mean: float
    areas: Mapping[str, float]
    contributions: Mapping[str, float]


def shapley(players: Sequence[str], value: Callable[[Coalition], Array]) -> dict[str, Array]:
    """Exact Shapley values of a value function (also of several values at once), 2^n calls."""
    known = {
        frozenset(chosen): value(frozenset(chosen))
        for size in range(len(players) + 1)
        for chosen in combinations(players, size)
    }
    count = len(players)
    parts: dict[str, Array] = {}
    for player in players:
        part = np.zeros_like(known[frozenset()], dtype=np.float64)
        for without, worth in known.items():
            if player not in without:
                share = (
                    math.factorial(len(without))
                    * math.factorial(count - len(without) - 1)
                    / math.factorial(count)
                )
                part = part + share * (known[without | {player}] - worth)
        parts[player] = part
    return parts


def standing(movement: Movement, changed: Coalition) -> Standing:
    """The city's standing when only the named players have changed."""
    frame = (movement.after if "method" in changed else movement.before).frame
    own = (movement.after if "own" in changed else movement.before).rows[movement.focus]
    field = (movement.after if "others" in changed else movement.before).rows
    rows = [own, *(row for city, row in field.items() if city != movement.focus)]
    values = np.array([[row.get(code, np.nan) for code in frame.codes] for row in rows], dtype=np.float64)
    matrix = normalised(frame, values, movement.normalisation)
    found = evaluated(frame, leaves_of(frame, matrix), aggregation=movement.aggregation)
    total = found[frame.root]
    areas = {group.code: float(found[group.code][0, 0]) for group in frame.groups[:-1]}
    return Standing(
        score=float(total[0, 0]),
        rank=int(ranks(total)[0, 0]),
        mean=float(total[~np.isnan(total)].mean()) if not np.isnan(total).all() else math.nan,
        areas=areas,
        contributions=_contributions(frame, matrix[0], areas) if movement.aggregation == "arithmetic" else {},
    )


def _contributions(frame: Frame, own: Array, areas: Mapping[str, float]) -> dict[str, float]:
    """How many points of the total every indicator gives; with arithmetic means they sum to it."""
    values = dict(zip(frame.codes, own.tolist(), strict=True))
    present = [area for area in frame.children[frame.root] if not np.isnan(areas[area])]
    total = sum(frame.weights[area] for area in present)
    found: dict[str, float] = {}
    for area in present:
        codes = [code for code in frame.children[area] if not np.isnan(values[code])]
        inside = sum(frame.weights[code] for code in codes)
        for code in codes:
            share = frame.weights[area] / total * frame.weights[code] / inside
            found[code] = found.get(code, 0.0) + share * values[code]
    return found


def decomposed(movement: Movement) -> dict[str, object]:
    """The answer as a document: standing before and after, the parts of score and rank, per indicator and area, counterfactual ranks."""
    codes = list(dict.fromkeys((*movement.before.frame.codes, *movement.after.frame.codes)))
    seen: dict[Coalition, Standing] = {}

    def value(changed: Coalition) -> Array:
        found = seen[changed] = standing(movement, changed)
        return np.array([found.score, found.rank, *(found.contributions.get(code, 0.0) for code in codes)])

    parts = shapley(PLAYERS, value)
    before, after = seen[frozenset()], seen[frozenset(PLAYERS)]
    document: dict[str, object] = {
        "score_before": before.score,
        "score_after": after.score,
        "rank_before": before.rank,
        "rank_after": after.rank,
        "mean_before": before.mean,
        "mean_after": after.mean,
        "area_before": dict(before.areas),
        "area_after": dict(after.areas),
        "score_shapley": {player: float(part[0]) for player, part in parts.items()},
        "rank_shapley": {player: float(part[1]) for player, part in parts.items()},
        "counterfactual_rank_own_after_in_field_before": seen[frozenset({"own"})].rank,
        "counterfactual_rank_own_before_in_field_after": seen[frozenset({"others"})].rank,
        "cities_before": len(movement.before.rows),
        "cities_after": len(movement.after.rows),
    }
    if movement.aggregation == "arithmetic":
        document["indicator_shapley"] = {
            player: {code: float(part[2 + at]) for at, code in enumerate(codes)}
            for player, part in parts.items()
        }
    return document


def read_movement(
    document: object, normalisation: Normalisation = "minmax", aggregation: Aggregation = "arithmetic"
) -> Movement:
    """A case as JSON: {focus, before, after}, an edition {areas: {area: [indicator]}, rows: {city: {indicator: value}}, weights?, directions?}."""
    case = as_object(document, "")
    focus = as_text(member(case, "focus", ""), "/focus")
    before = _edition(member(case, "before", ""), "/before")
    after = _edition(member(case, "after", ""), "/after")
    for edition, path in ((before, "/before"), (after, "/after")):
        if focus not in edition.rows:
            raise InputRefused(f"{path}/rows", f"die Stadt »{focus}« fehlt")
        if len(edition.rows) < 2:
            raise InputRefused(f"{path}/rows", "erwartet werden wenigstens zwei Städte")
    movement = Movement(
        focus=focus, before=before, after=after, normalisation=normalisation, aggregation=aggregation
    )
    for size in (0, 3, 1, 2):
        for changed in combinations(PLAYERS, size):
            if math.isnan(standing(movement, frozenset(changed)).score):
                path = (
                    "/before"
                    if size == 0
                    else "/after"
                    if size == 3
                    else f"/ (geändert nur {', '.join(changed)})"
                )
                raise InputRefused(
                    path, f"kein Indikator mit einem Wert von »{focus}« unterscheidet die Städte"
                )
    return movement


def _edition(value: object, path: str) -> Edition:
    given = as_object(value, path)
    areas: dict[str, list[str]] = {}
    seen: dict[str, str] = {}
    for area, listed in as_object(member(given, "areas", path), f"{path}/areas").items():
        areas[area] = []
        for at, item in enumerate(as_list(listed, f"{path}/areas/{area}")):
            code = as_text(item, f"{path}/areas/{area}/{at}")
            if code in seen:
                raise InputRefused(f"{path}/areas/{area}/{at}", f"»{code}« steht schon in »{seen[code]}«")
            seen[code] = area
            areas[area].append(code)
        if not areas[area]:
            raise InputRefused(f"{path}/areas/{area}", "kein Indikator")
    if not areas or set(areas) & (set(seen) | {"total"}):
        raise InputRefused(
            f"{path}/areas", "keine Bereiche, oder ein Bereich heißt wie ein Indikator oder »total«"
        )
    weights, directions = _settings(given, path, {*areas, *seen})
    return Edition(frame=frame_of_areas(areas, weights, directions), rows=_rows(given, path, set(seen)))


def _settings(
    given: Mapping[str, object], path: str, known: set[str]
) -> tuple[dict[str, float], dict[str, int]]:
    weights: dict[str, float] = {}
    for code, value in as_object(given.get("weights", {}), f"{path}/weights").items():
        as_text(code, f"{path}/weights", known)
        weights[code] = as_number(value, f"{path}/weights/{code}", 1e-9, 1e9)
    directions: dict[str, int] = {}
    for code, value in as_object(given.get("directions", {}), f"{path}/directions").items():
        as_text(code, f"{path}/directions", known)
        directions[code] = as_whole(value, f"{path}/directions/{code}", -1, 1)
        if not directions[code]:
            raise InputRefused(f"{path}/directions/{code}", "erwartet wird 1 oder -1")
    return weights, directions


def _rows(given: Mapping[str, object], path: str, needed: set[str]) -> dict[str, dict[str, float]]:
    """Values of indicators outside the edition are allowed: the other edition may need them. One that no city has is a renamed one."""
    rows: dict[str, dict[str, float]] = {}
    for city, row in as_object(member(given, "rows", path), f"{path}/rows").items():
        at = f"{path}/rows/{city}"
        values = as_object(row, at).items()
        rows[city] = {code: as_number(value, f"{at}/{code}") for code, value in values if value is not None}
    present = {code for row in rows.values() for code in row}
    for code in sorted(needed - present):
        raise InputRefused(
            f"{path}/rows", f"der Indikator »{code}« hat bei keiner Stadt einen Wert; wurde er umbenannt?"
        )
    return rows
