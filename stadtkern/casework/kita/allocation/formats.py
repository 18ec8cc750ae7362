"""The four instance formats (``kita-hr-1``, ``kita-seats-1``, ``kita-siblings-1``, ``kita-ties-1``), read without trust; the fifth is ``roundfile``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from stadtkern.kernel.strict_reading import (
    LARGEST,
    InputRefused,
    as_list,
    as_object,
    as_text,
    as_whole,
    as_wholes,
    distinct,
    load_json,
    member,
)

MOST_CHILDREN: Final = 2_000_000
MOST_KITAS: Final = 100_000
MOST_SEATS: Final = 1_000_000
MOST_CLASSES: Final = 512
MOST_POINTS: Final = 10**9

Row = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictRound:
    """``kita-hr-1``: seats without further distinction, points per wish, a lottery number per child (bigger wins)."""

    name: str
    capacity: Row
    wishes: Sequence[Row]
    points: Sequence[Row]
    lottery: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRound:
    """``kita-seats-1``: ``fits[kind]`` is a bit mask of the seat classes a child of this kind may use."""

    name: str
    seats: Sequence[Row]
    fits: Row
    kind: Row
    wishes: Sequence[Row]
    points: Sequence[Row]
    lottery: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRound:
    """``kita-siblings-1``: joint wishes, one entry per child of the family (-1: this child gets nothing in it)."""

    name: str
    capacity: Sequence[Row]
    age_groups: Sequence[str]
    age_group: Row
    families: Sequence[Row]
    wishes: Sequence[Sequence[Row]]
    points: Row
    bonus: Mapping[tuple[int, int], int]
    lottery: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class TiesRound:
    """``kita-ties-1``: points that tie, no lottery."""

    name: str
    capacity: Row
    wishes: Sequence[Row]
    points: Sequence[Row]


class RoundEntry(NamedTuple):
    """One child in one wish: its Kita, its points there, the seat classes that fit as a bit mask."""

    kita: int
    points: int
    mask: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundInstance:
    """``kita-round-1``: a published round of the city (``roundfile``). ``keeps``: families whose last wish is the place
    they hold, with priority over everybody in that Kita;
    ``excused``: families with joint wishes that the office decides about apart, because no stable result was found with them."""

    name: str
    seats: Sequence[Row]
    families: Sequence[Row]
    wishes: Sequence[Sequence[Sequence[RoundEntry | None]]]
    keeps: frozenset[int]
    ids: Sequence[str]
    beacon: bytes
    commitment: bytes
    frozen_sha256: bytes
    granted: Sequence[tuple[int, int]]
    excused: frozenset[int] = frozenset()


Instance = StrictRound | SeatRound | FamilyRound | TiesRound | RoundInstance


def read_file(path: Path) -> tuple[Instance, str]:
    """The instance and the SHA-256 of its bytes; raises ``InputRefused``, ``OSError``."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return read_instance(load_json(data, str(path))), digest


def read_instance(document: object) -> Instance:
    """Raises ``InputRefused``."""
    top = as_object(document, "")
    form = as_text(member(top, "format", ""), "/format")
    if form == "kita-round-1":
        from stadtkern.casework.kita.allocation.roundfile import read_round

        return read_round(top)
    if form not in _READERS:
        raise InputRefused("/format", f"{form!r} ist keines der Formate {', '.join(_READERS)}, kita-round-1")
    kitas = as_whole(member(top, "kitas", ""), "/kitas", 0, MOST_KITAS)
    children = as_whole(member(top, "children", ""), "/children", 0, MOST_CHILDREN)
    name = as_text(top.get("name", form), "/name")
    return _READERS[form](top, name, children, kitas)


def _strict(top: Mapping[str, object], name: str, children: int, kitas: int) -> StrictRound:
    wishes, points = _wishes(top, children, kitas)
    return StrictRound(
        name=name,
        capacity=_capacity(top, kitas),
        wishes=wishes,
        points=points,
        lottery=_lottery(top, children),
    )


def _ties(top: Mapping[str, object], name: str, children: int, kitas: int) -> TiesRound:
    wishes, points = _wishes(top, children, kitas)
    return TiesRound(name=name, capacity=_capacity(top, kitas), wishes=wishes, points=points)


def _capacity(top: Mapping[str, object], kitas: int) -> list[int]:
    return as_wholes(member(top, "capacity", ""), "/capacity", 0, MOST_SEATS, kitas)


def _lottery(top: Mapping[str, object], children: int) -> list[int]:
    numbers = as_wholes(member(top, "lottery", ""), "/lottery", -LARGEST, LARGEST, children)
    distinct(numbers, "/lottery", "die Losnummer")
    return numbers


def _wishes(top: Mapping[str, object], children: int, kitas: int) -> tuple[list[list[int]], list[list[int]]]:
    """Wishes and the points at each; equal rows and numbers are shared, so that a big city fits into little memory."""
    lists = as_list(member(top, "wishes", ""), "/wishes", children)
    scores = as_list(member(top, "points", ""), "/points", children)
    names = list(range(kitas))
    shared: dict[tuple[int, ...], list[int]] = {}
    wishes: list[list[int]] = []
    points: list[list[int]] = []
    for child in range(children):
        wish = as_wholes(lists[child], f"/wishes/{child}", 0, kitas - 1)
        distinct(wish, f"/wishes/{child}", "die Kita")
        score = as_wholes(scores[child], f"/points/{child}", -MOST_POINTS, MOST_POINTS, len(wish))
        wishes.append([names[kita] for kita in wish])
        points.append(shared.setdefault(tuple(score), score))
    return wishes, points


def _seats(top: Mapping[str, object], name: str, children: int, kitas: int) -> SeatRound:
    classes = as_list(member(top, "seat_classes", ""), "/seat_classes")
    if len(classes) > MOST_CLASSES:
        raise InputRefused("/seat_classes", f"mehr als {MOST_CLASSES} Arten von Plätzen")
    read = [_seat_class(value, f"/seat_classes/{index}") for index, value in enumerate(classes)]
    types = as_list(member(top, "child_type", ""), "/child_type", children)
    known: dict[tuple[int, int, int, frozenset[str]], int] = {}
    fits: list[int] = []
    kind: list[int] = []
    for index, value in enumerate(types):
        need = _need(value, f"/child_type/{index}")
        if need not in known:
            known[need] = len(fits)
            fits.append(sum(1 << number for number, seat in enumerate(read) if _fit(need, seat)))
        kind.append(known[need])
    listed = as_list(member(top, "seats", ""), "/seats", kitas)
    seats = [as_wholes(row, f"/seats/{k}", 0, MOST_SEATS, len(read)) for k, row in enumerate(listed)]
    wishes, points = _wishes(top, children, kitas)
    return SeatRound(
        name=name,
        seats=seats,
        fits=fits,
        kind=kind,
        wishes=wishes,
        points=points,
        lottery=_lottery(top, children),
    )


_Seat = tuple[frozenset[int], int, int, str]


def _seat_class(value: object, path: str) -> _Seat:
    row = as_object(value, path)
    ages = as_wholes(member(row, "ages", path), f"{path}/ages", 0, 120)
    hours = as_whole(member(row, "max_hours", path), f"{path}/max_hours", 0, 24)
    free = as_whole(member(row, "free_from", path), f"{path}/free_from", 0, LARGEST)
    tag = as_text(row["tag"], f"{path}/tag") if row.get("tag") is not None else ""
    return frozenset(ages), hours, free, tag


def _need(value: object, path: str) -> tuple[int, int, int, frozenset[str]]:
    row = as_object(value, path)
    age = as_whole(member(row, "age", path), f"{path}/age", 0, 120)
    hours = as_whole(member(row, "hours", path), f"{path}/hours", 0, 24)
    start = as_whole(member(row, "start", path), f"{path}/start", 0, LARGEST)
    listed = as_list(row.get("tags", []), f"{path}/tags")
    tags = frozenset(as_text(tag, f"{path}/tags/{index}") for index, tag in enumerate(listed))
    return age, hours, start, tags


def _fit(need: tuple[int, int, int, frozenset[str]], seat: _Seat) -> bool:
    """A child fits a seat: age among its ages, hours not longer, start not earlier, tag (if any) among the child's."""
    age, hours, start, tags = need
    ages, longest, free_from, tag = seat
    return age in ages and hours <= longest and start >= free_from and (not tag or tag in tags)


def _siblings(top: Mapping[str, object], name: str, children: int, kitas: int) -> FamilyRound:
    groups = [
        as_text(v, f"/age_groups/{i}")
        for i, v in enumerate(as_list(member(top, "age_groups", ""), "/age_groups"))
    ]
    listed = as_list(member(top, "capacity", ""), "/capacity", kitas)
    capacity = [as_wholes(row, f"/capacity/{k}", 0, MOST_SEATS, len(groups)) for k, row in enumerate(listed)]
    families = read_families(top, "", children)
    wishes = _joint_wishes(top, families, kitas)
    return FamilyRound(
        name=name,
        capacity=capacity,
        age_groups=groups,
        age_group=as_wholes(member(top, "age_group", ""), "/age_group", 0, len(groups) - 1, children),
        families=families,
        wishes=wishes,
        points=as_wholes(member(top, "points", ""), "/points", -MOST_POINTS, MOST_POINTS, children),
        bonus=_bonus(top, children, kitas),
        lottery=_lottery(top, children),
    )


def read_families(top: Mapping[str, object], at: str, children: int) -> list[list[int]]:
    """Every child in exactly one family. ``at``: the path of ``top``. Raises ``InputRefused``."""
    path = f"{at}/families"
    found: list[list[int]] = []
    home = [-1] * children
    for index, value in enumerate(as_list(member(top, "families", at), path)):
        members = as_wholes(value, f"{path}/{index}", 0, children - 1)
        if not members:
            raise InputRefused(f"{path}/{index}", "eine Familie ohne Kind")
        for place, child in enumerate(members):
            if home[child] >= 0:
                raise InputRefused(
                    f"{path}/{index}/{place}", f"Kind {child} gehört schon zu Familie {home[child]}"
                )
            home[child] = index
        found.append(members)
    if -1 in home:
        raise InputRefused(path, f"Kind {home.index(-1)} gehört zu keiner Familie")
    return found


def _joint_wishes(
    top: Mapping[str, object], families: Sequence[Row], kitas: int
) -> list[list[tuple[int, ...]]]:
    found: list[list[tuple[int, ...]]] = []
    for f, value in enumerate(as_list(member(top, "wishes", ""), "/wishes", len(families))):
        listed: list[tuple[int, ...]] = []
        for j, wish in enumerate(as_list(value, f"/wishes/{f}")):
            path = f"/wishes/{f}/{j}"
            entries = as_list(wish, path, len(families[f]))
            read = tuple(
                -1 if kita is None else as_whole(kita, f"{path}/{i}", 0, kitas - 1)
                for i, kita in enumerate(entries)
            )
            if max(read) < 0:
                raise InputRefused(path, "ein Wunsch, in dem kein Kind einen Platz bekommt")
            if read in listed:
                raise InputRefused(path, "derselbe Wunsch steht zweimal da")
            listed.append(read)
        found.append(listed)
    return found


def _bonus(top: Mapping[str, object], children: int, kitas: int) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for index, value in enumerate(as_list(top.get("bonus", []), "/bonus")):
        path = f"/bonus/{index}"
        entry = as_list(value, path, 3)
        child = as_whole(entry[0], f"{path}/0", 0, children - 1)
        kita = as_whole(entry[1], f"{path}/1", 0, kitas - 1)
        if (child, kita) in found:
            raise InputRefused(path, f"für Kind {child} und Kita {kita} steht schon ein Zuschlag da")
        found[child, kita] = as_whole(entry[2], f"{path}/2", -MOST_POINTS, MOST_POINTS)
    return found


_READERS: Final[dict[str, Callable[[Mapping[str, object], str, int, int], Instance]]] = {
    "kita-hr-1": _strict,
    "kita-seats-1": _seats,
    "kita-siblings-1": _siblings,
    "kita-ties-1": _ties,
}
