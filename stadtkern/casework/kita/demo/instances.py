"""The demo city as rounds: with contracts, families and points for the engine, and as files for ``stadtkern kita allocate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from itertools import product
from math import hypot
from random import Random
from typing import Final

from stadtkern.casework.kita.allocation.rounds import Child, Contract, Family, Kita, Round, SeatClass
from stadtkern.casework.kita.criteria.catalogue import Catalogue, valid_on
from stadtkern.casework.kita.criteria.facts import SIBLING, Facts
from stadtkern.casework.kita.criteria.points import Evidence
from stadtkern.casework.kita.criteria.reading import read_catalogue
from stadtkern.casework.kita.criteria.trial import Applicant, with_points
from stadtkern.casework.kita.demo.shapes import (
    DemoChild,
    DemoFacility,
    DemoFamily,
    World,
    month_on,
    months_between,
)
from stadtkern.kernel.strict_reading import load_json

BANDS: Final = (("0", 0, 12), ("1", 12, 24), ("2", 24, 36), ("3+", 36, 84))
Held = dict[tuple[str, int], list[tuple[date, str]]]


@cache
def catalogues() -> tuple[Catalogue, ...]:
    """The example catalogues shipped with the product."""
    folder = resources.files("stadtkern.content") / "kita" / "criteria"
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".json")), key=lambda p: p.name)
    return tuple(read_catalogue(load_json(path.read_bytes(), path.name)) for path in paths)


def band(months: int) -> str:
    """The age group of a child on its first day."""
    return next(name for name, lowest, highest in BANDS if lowest <= max(0, min(months, 83)) < highest)


def looking(family: DemoFamily) -> list[DemoChild]:
    """The children of a family who take part in the round."""
    return [child for child in family.children if child.wishes]


def round_of(world: World, *, taking_part: Sequence[int] = (2, 3, 4)) -> Round:
    """The round of the demo year with points from the shipped catalogues.

    Seats are those staffed and not held by children who stay; who wants to move brings its place along. Kitas of providers below level 2
    are not offered. Seats that become free during the year count from that month.
    """
    level = {provider.key: provider.level for provider in world.providers}
    offered = {f.key for f in world.facilities if level[f.provider] in taking_part}
    families = [f for family in world.families for f in _families(family, offered)]
    inside = {name for family in families for name in family.children}
    held = _held(world)
    given = Round(
        kitas=[_kita(world, f, inside, held) for f in world.facilities if f.key in offered],
        children=_children(world, inside, offered),
        families=families,
    )
    people = {person.id: person for person in applicants(world) if person.id in inside}
    valid = valid_on(catalogues(), world.opening)
    return with_points(given, people, world.provider_of, valid, world.opening)


def applicants(world: World) -> list[Applicant]:
    """What points depend on, for every child with wishes; groups: district, age, single parent, language."""
    where = {facility.key: facility for facility in world.facilities}
    found = []
    for family in world.families:
        attended = {child.contract.facility for child in family.children if child.contract}
        for child in looking(family):
            at = {
                wish.facility: _at(family, child, where[wish.facility], attended, where)
                for wish in child.wishes
            }
            months = months_between(child.birth_date, child.start_on)
            found.append(
                Applicant(
                    id=child.id,
                    facts=child.facts,
                    at=at,
                    evidence={name: Evidence(accepted=True) for name in (*child.proofs, SIBLING)},
                    groups=_groups(family, child, months),
                )
            )
    return found


def _groups(family: DemoFamily, child: DemoChild, months: int) -> list[str]:
    found = [family.spot.district, "unter 2" if months < 24 else "ab 2"]
    found += ["alleinerziehend"] if child.facts.get("alleinerziehend") else []
    found += ["andere Sprache zu Hause"] if child.facts.get("deutsch_zuhause") is False else []
    found += ["Wechsel"] if child.contract else []
    return found


def _at(
    family: DemoFamily,
    child: DemoChild,
    facility: DemoFacility,
    attended: set[str],
    where: Mapping[str, DemoFacility],
) -> Facts:
    """Facts of one wish; a child is not its own sibling."""
    others = attended - ({child.contract.facility} if child.contract else set())
    (x, y), (east, north) = family.spot.metres, facility.spot.metres
    return {
        "geschwister_hier": facility.key in others,
        "geschwister_beim_traeger": any(where[key].provider == facility.provider for key in others),
        "gleicher_ortsbezirk": family.spot.district == facility.spot.district,
        "entfernung_m": round(hypot(x - east, y - north)),
        "elternmitarbeit": facility.provider.startswith("initiative"),
    }


def _families(family: DemoFamily, offered: set[str]) -> list[Family]:
    """Joint wishes as the family wants them: same Kita only, same Kita first, or each child by itself."""
    open_to = {
        child.id: [wish for wish in child.wishes if wish.facility in offered] for child in looking(family)
    }
    single = {
        name: [Contract(kita=w.facility, hours=w.hours, start=_month(w.start_on)) for w in wishes]
        for name, wishes in open_to.items()
        if wishes
    }
    new = [child.id for child in looking(family) if child.contract is None and child.id in single]
    alone = [name for name in single if name not in new]
    found = [Family(children=[name], wishes=[[contract] for contract in single[name]]) for name in alone]
    if len(new) < 2 or family.sibling_rule == "any":
        return found + [Family(children=[name], wishes=[[c] for c in single[name]]) for name in new]
    joint = _same_kita(single, new)
    if family.sibling_rule == "same_preferred" or not joint:
        joint += _split(single, new)
    return [*found, Family(children=new, wishes=list(dict.fromkeys(joint)))]


Joint = list[tuple[Contract | None, ...]]


def _same_kita(single: Mapping[str, list[Contract]], names: Sequence[str]) -> Joint:
    """All in one Kita, in the order of the eldest."""
    found: Joint = []
    for kita in dict.fromkeys(contract.kita for contract in single[names[0]]):
        row = tuple(next((c for c in single[name] if c.kita == kita), None) for name in names)
        if all(row):
            found.append(row)
    return found


def _split(single: Mapping[str, list[Contract]], names: Sequence[str]) -> Joint:
    """Each in a Kita of its own, the best pairs of the first four first; then at least one of them."""
    rows = list(product(*(range(min(4, len(single[name]))) for name in names)))
    rows.sort(key=lambda row: (sum(row), row))
    found: Joint = [tuple(single[n][at] for n, at in zip(names, row, strict=True)) for row in rows]
    for at in range(len(names)):
        found += [tuple(c if n == at else None for n in range(len(names))) for c in single[names[at]][:4]]
    return found


def _children(world: World, inside: set[str], offered: set[str]) -> list[Child]:
    ids = [child.id for family in world.families for child in family.children if child.id in inside]
    tickets = dict(zip(ids, Random(f"tickets {world.seed}").sample(range(len(ids)), len(ids)), strict=True))
    found = []
    for family in world.families:
        for child in family.children:
            if child.id in inside:
                found.append(
                    Child(
                        id=child.id,
                        age=band(months_between(child.birth_date, child.start_on)),
                        ticket=tickets[child.id],
                        current=_current(child, world.opening, offered),
                        tags=frozenset({"integration"} if child.integration else ()),
                    )
                )
    return found


def _current(child: DemoChild, opening: date, offered: set[str]) -> Contract | None:
    held = child.contract
    if held is None or held.facility not in offered:
        return None
    return Contract(kita=held.facility, hours=held.hours, start=_month(opening))


def _kita(world: World, facility: DemoFacility, moving: set[str], taken: Held) -> Kita:
    """Free seats by class, and by the month from which they are free."""
    seats: list[tuple[SeatClass, int]] = []
    for number, row in enumerate(facility.seats):
        staying = [(end, name) for end, name in taken.get((facility.key, number), ()) if name not in moving]
        ages = frozenset(
            name for name, lowest, highest in BANDS if lowest < row.to_months and highest > row.from_months
        )
        leaving: dict[str, int] = {}
        for end, _ in staying:
            if end < month_on(world.opening, 12):
                leaving[_month(end)] = leaving.get(_month(end), 0) + 1
        free = {_month(world.opening): row.staffed - len(staying), **dict(sorted(leaving.items()))}
        for month, count in free.items():
            if count > 0:
                seats.append(
                    (
                        SeatClass(ages=ages, max_hours=row.max_hours, free_from=month, tag=row.tag or None),
                        count,
                    )
                )
    return Kita(id=facility.key, seats=seats)


def _held(world: World) -> Held:
    """Who sits where at the opening, and until when."""
    found: Held = {}
    for family in world.families:
        for child in family.children:
            if child.contract and child.contract.to_on > world.opening:
                key = (child.contract.facility, child.contract.seats)
                found.setdefault(key, []).append((child.contract.to_on, child.id))
    return found


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def seats_document(given: Round, name: str) -> dict[str, object]:
    """``kita-seats-1``: every child for itself, with the hours and the month of its first wish."""
    classes: dict[SeatClass, int] = {}
    for kita in given.kitas:
        for seat, _ in kita.seats:
            classes.setdefault(seat, len(classes))
    index = {kita.id: at for at, kita in enumerate(given.kitas)}
    months = sorted({seat.free_from for seat in classes if seat.free_from})
    bands = [band_name for band_name, _, _ in BANDS]
    children = {child.id: child for child in given.children}
    ids, types, wishes, points = [], [], [], []
    for family in given.families:
        for at, child_id in enumerate(family.children):
            child = children[child_id]
            own = [wish[at] for wish in family.wishes]
            listed = list(dict.fromkeys(c.kita for c in own if c))
            first = next(c for c in own if c)
            ids.append(child_id)
            need = {"age": bands.index(child.age), "hours": first.hours, "tags": sorted(child.tags)}
            types.append({**need, "start": sum(m <= (first.start or "") for m in months)})
            wishes.append([index[kita] for kita in listed])
            points.append([child.points + child.local.get(kita, 0) for kita in listed])
    tickets = [children[name].ticket for name in ids]
    rows = []
    for kita in given.kitas:
        row = [0] * len(classes)
        for seat, count in kita.seats:
            row[classes[seat]] += count
        rows.append(row)
    return {
        "format": "kita-seats-1",
        "name": name,
        "children": len(ids),
        "kitas": len(given.kitas),
        "seat_classes": [
            {
                "ages": sorted(bands.index(age) for age in seat.ages or bands),
                "max_hours": seat.max_hours,
                "free_from": months.index(seat.free_from) + 1 if seat.free_from else 0,
                "tag": seat.tag,
            }
            for seat in classes
        ],
        "seats": rows,
        "child_type": types,
        "wishes": wishes,
        "points": points,
        "lottery": [len(given.children) - 1 - ticket for ticket in tickets],
    }


def siblings_document(given: Round, name: str) -> dict[str, object]:
    """``kita-siblings-1``: joint wishes, seats by age group only (hours, months and tags are left out)."""
    groups = ["U2", "2+"]
    index = {kita.id: at for at, kita in enumerate(given.kitas)}
    children = {child.id: at for at, child in enumerate(given.children)}
    capacity = []
    for kita in given.kitas:
        young = sum(count for seat, count in kita.seats if seat.ages and "0" in seat.ages)
        capacity.append([young, sum(count for _, count in kita.seats) - young])
    wishes = []
    for family in given.families:
        listed = [[None if c is None else index[c.kita] for c in wish] for wish in family.wishes]
        wishes.append([wish for at, wish in enumerate(listed) if wish not in listed[:at]])
    return {
        "format": "kita-siblings-1",
        "name": name,
        "children": len(given.children),
        "kitas": len(given.kitas),
        "age_groups": groups,
        "capacity": capacity,
        "age_group": [0 if child.age in ("0", "1") else 1 for child in given.children],
        "families": [[children[member] for member in family.children] for family in given.families],
        "wishes": wishes,
        "points": [child.points for child in given.children],
        "bonus": [
            [at, index[k], extra]
            for at, child in enumerate(given.children)
            for k, extra in child.local.items()
            if k in index
        ],
        "lottery": [len(given.children) - 1 - child.ticket for child in given.children],
    }
