"""``kita-round-1``: a round of the city as it is published. What was frozen, the beacon drawn afterwards, and what
the office decided after that: seats ``granted``, families with joint wishes ``excused`` (named, because no stable result was found with them).

``frozen`` is what the commitment (SHA-256 of its canonical bytes) binds: seats by class, families with joint wishes, and for every child in
every wish ``[Kita, points, [classes that fit]]``. No name, no age, no address: what a class takes was judged at the freeze, and the annex
that says why is bound by ``annex_sha256``. Tickets are not in the file: they follow from beacon, commitment and ids (``lottery``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from stadtkern.casework.kita.allocation.formats import (
    MOST_CHILDREN,
    MOST_CLASSES,
    MOST_KITAS,
    MOST_POINTS,
    MOST_SEATS,
    RoundEntry,
    RoundInstance,
    read_families,
)
from stadtkern.kernel.canonical import canonical
from stadtkern.kernel.strict_reading import (
    InputRefused,
    as_list,
    as_object,
    as_text,
    as_whole,
    as_wholes,
    distinct,
    member,
)

FORMAT: Final = "kita-round-1"
MOST_GRANTED: Final = 1_000


def read_round(top: Mapping[str, object]) -> RoundInstance:
    """Raises ``InputRefused``. Whether the commitment is that of ``frozen`` is for the checker to say (``frozen_sha256``)."""
    frozen = as_object(member(top, "frozen", ""), "/frozen")
    children = as_whole(member(frozen, "children", "/frozen"), "/frozen/children", 0, MOST_CHILDREN)
    kitas = as_whole(member(frozen, "kitas", "/frozen"), "/frozen/kitas", 0, MOST_KITAS)
    seats = _seats(frozen, kitas)
    families = read_families(frozen, "/frozen", children)
    wishes = _wishes(frozen, families, seats)
    keeps = as_wholes(frozen.get("keeps", []), "/frozen/keeps", 0, len(families) - 1)
    for family in keeps:
        if not wishes[family]:
            raise InputRefused("/frozen/keeps", f"Familie {family} hat keinen Wunsch")
    try:
        digest = hashlib.sha256(canonical(frozen)).digest()  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise InputRefused("/frozen", str(error)) from error
    return RoundInstance(
        name=as_text(frozen.get("name", FORMAT), "/frozen/name"),
        seats=seats,
        families=families,
        wishes=wishes,
        keeps=frozenset(keeps),
        ids=_ids(frozen, children),
        beacon=_hex(top, "beacon"),
        commitment=_hex(top, "commitment"),
        frozen_sha256=digest,
        granted=_granted(top, seats),
        excused=_excused(top, families),
    )


def _hex(top: Mapping[str, object], name: str) -> bytes:
    text = as_text(member(top, name, ""), f"/{name}")
    try:
        return bytes.fromhex(text) if text.isalnum() else b""
    except ValueError as error:
        raise InputRefused(f"/{name}", "keine Hexadezimalzahl") from error


def _ids(frozen: Mapping[str, object], children: int) -> list[str]:
    path = "/frozen/ids"
    listed = [
        as_text(value, f"{path}/{at}")
        for at, value in enumerate(as_list(member(frozen, "ids", "/frozen"), path, children))
    ]
    if len(set(listed)) != len(listed):
        raise InputRefused(path, "eine Kennung steht zweimal da")
    return listed


def _seats(frozen: Mapping[str, object], kitas: int) -> list[list[int]]:
    found = []
    for kita, row in enumerate(as_list(member(frozen, "seats", "/frozen"), "/frozen/seats", kitas)):
        counts = as_wholes(row, f"/frozen/seats/{kita}", 0, MOST_SEATS)
        if len(counts) > MOST_CLASSES:
            raise InputRefused(f"/frozen/seats/{kita}", f"mehr als {MOST_CLASSES} Arten von Plätzen")
        found.append(counts)
    return found


def _wishes(
    frozen: Mapping[str, object], families: Sequence[Sequence[int]], seats: Sequence[Sequence[int]]
) -> list[list[tuple[RoundEntry | None, ...]]]:
    top, found = "/frozen/wishes", []
    for f, value in enumerate(as_list(member(frozen, "wishes", "/frozen"), top, len(families))):
        listed = []
        for j, wish in enumerate(as_list(value, f"{top}/{f}")):
            path = f"{top}/{f}/{j}"
            entries = as_list(wish, path, len(families[f]))
            read = tuple(_entry(entry, f"{path}/{at}", seats) for at, entry in enumerate(entries))
            if not any(read):
                raise InputRefused(path, "ein Wunsch, in dem kein Kind einen Platz bekommt")
            listed.append(read)
        _one_priority(listed, f"{top}/{f}")
        found.append(listed)
    return found


def _one_priority(listed: Sequence[Sequence[RoundEntry | None]], path: str) -> None:
    """Points belong to a child at a Kita, not to a wish; else what a Kita chooses would depend on what it is asked for first."""
    known: dict[tuple[int, int], int] = {}
    for wish in listed:
        for child, entry in enumerate(wish):
            if entry is not None and known.setdefault((child, entry.kita), entry.points) != entry.points:
                raise InputRefused(path, "verschiedene Punkte für ein Kind bei einer Kita")


def _entry(value: object, path: str, seats: Sequence[Sequence[int]]) -> RoundEntry | None:
    if value is None:
        return None
    row = as_list(value, path, 3)
    kita = as_whole(row[0], f"{path}/0", 0, len(seats) - 1)
    points = as_whole(row[1], f"{path}/1", -MOST_POINTS, MOST_POINTS)
    fits = as_wholes(row[2], f"{path}/2", 0, len(seats[kita]) - 1)
    distinct(fits, f"{path}/2", "die Platzart")
    if not fits:
        raise InputRefused(f"{path}/2", "keine passende Platzart")
    return RoundEntry(kita, points, sum(1 << place for place in fits))


def _granted(top: Mapping[str, object], seats: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    listed = as_list(top.get("granted", []), "/granted")
    if len(listed) > MOST_GRANTED:
        raise InputRefused("/granted", "zu viele Plätze")
    found = []
    for at, value in enumerate(listed):
        pair = as_wholes(value, f"/granted/{at}", 0, MOST_KITAS, 2)
        if pair[0] >= len(seats) or pair[1] >= len(seats[pair[0]]):
            raise InputRefused(f"/granted/{at}", "diese Platzart gibt es nicht")
        found.append((pair[0], pair[1]))
    return found


def _excused(top: Mapping[str, object], families: Sequence[Sequence[int]]) -> frozenset[int]:
    """Only families with several children: a single child always has its place by right."""
    listed = as_wholes(top.get("excused", []), "/excused", 0, len(families) - 1)
    for family in listed:
        if len(families[family]) == 1:
            raise InputRefused("/excused", f"Familie {family} hat nur ein Kind")
    return frozenset(listed)
