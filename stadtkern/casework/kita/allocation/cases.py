"""Regression cases (``kita-cases-1``): small rounds with the expected outcome, most of them known failures of real systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stadtkern.casework.kita.allocation.explain import Explainer
from stadtkern.casework.kita.allocation.results import Result
from stadtkern.casework.kita.allocation.rounds import (
    Child,
    Compiled,
    Contract,
    Family,
    Kita,
    Round,
    SeatClass,
    compile_round,
)
from stadtkern.casework.kita.allocation.run import allocate_families
from stadtkern.kernel.strict_reading import (
    LARGEST,
    InputRefused,
    as_list,
    as_object,
    as_text,
    as_whole,
    member,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case; ``problems`` is empty when it passed."""

    id: str
    problems: list[str]


def run_cases(document: object) -> list[Outcome]:
    """Runs every case; raises ``InputRefused`` for a document that holds none."""
    top = as_object(document, "")
    if top.get("format") != "kita-cases-1":
        raise InputRefused("/format", "erwartet wird kita-cases-1")
    found = []
    for index, value in enumerate(as_list(member(top, "cases", ""), "/cases")):
        path = f"/cases/{index}"
        case = as_object(value, path)
        name = as_text(member(case, "id", path), f"{path}/id")
        given = read_round(member(case, "given", path), f"{path}/given")
        expected = as_object(member(case, "expect", path), f"{path}/expect")
        found.append(Outcome(id=name, problems=_compare(compile_round(given), expected, f"{path}/expect")))
    return found


def read_round(value: object, path: str) -> Round:
    """Kitas as {group: count} or {"seats": [...]}, children with their wishes, families with joint ones."""
    top = as_object(value, path)
    kitas = [
        _kita(name, row, f"{path}/kitas/{name}")
        for name, row in as_object(member(top, "kitas", path), path).items()
    ]
    children: list[Child] = []
    families: list[Family] = []
    for index, entry in enumerate(as_list(top.get("children", []), f"{path}/children")):
        _child(as_object(entry, f"{path}/children/{index}"), f"{path}/children/{index}", children, families)
    for index, entry in enumerate(as_list(top.get("families", []), f"{path}/families")):
        _family(as_object(entry, f"{path}/families/{index}"), f"{path}/families/{index}", children, families)
    order = {
        name: [
            as_text(child, f"{path}/priority/{name}") for child in as_list(listed, f"{path}/priority/{name}")
        ]
        for name, listed in as_object(top.get("priority", {}), f"{path}/priority").items()
    }
    return Round(kitas=kitas, children=children, families=families, order=order)


def _kita(name: str, value: object, path: str) -> Kita:
    row = as_object(value, path)
    if "seats" not in row:
        return Kita(
            id=name,
            seats=[
                (SeatClass(ages=frozenset([group])), as_whole(count, f"{path}/{group}", 0, 10_000))
                for group, count in row.items()
            ],
        )
    return Kita(
        id=name,
        seats=[
            _seats(as_object(seat, f"{path}/{i}"), f"{path}/{i}")
            for i, seat in enumerate(as_list(row["seats"], path))
        ],
    )


def _seats(row: Mapping[str, object], path: str) -> tuple[SeatClass, int]:
    ages = None
    if "ages" in row or "group" in row:
        listed = as_list(row["ages"], f"{path}/ages") if "ages" in row else [row["group"]]
        ages = frozenset(as_text(age, f"{path}/ages") for age in listed)
    hours = as_whole(row["max_hours"], f"{path}/max_hours", 0, 24) if "max_hours" in row else None
    free = as_text(row["free_from"], f"{path}/free_from") if "free_from" in row else None
    tag = as_text(row["tag"], f"{path}/tag") if "tag" in row else None
    seat = SeatClass(ages=ages, max_hours=hours, free_from=free, tag=tag)
    return seat, as_whole(member(row, "count", path), f"{path}/count", 0, 10_000)


def _child(row: Mapping[str, object], path: str, children: list[Child], families: list[Family]) -> None:
    name = as_text(member(row, "id", path), f"{path}/id")
    local = as_object(row.get("local_bonus", {}), f"{path}/local_bonus")
    current = row.get("current")
    children.append(
        Child(
            id=name,
            age=as_text(member(row, "group", path), f"{path}/group"),
            points=as_whole(row.get("points", 0), f"{path}/points", -LARGEST, LARGEST),
            local={k: as_whole(v, f"{path}/local_bonus/{k}", -LARGEST, LARGEST) for k, v in local.items()},
            ticket=len(children),
            current=None if current is None else _contract(current, f"{path}/current"),
        )
    )
    wishes = as_list(member(row, "wishes", path), f"{path}/wishes")
    listed = [[_contract(wish, f"{path}/wishes/{j}")] for j, wish in enumerate(wishes)]
    families.append(Family(children=[name], wishes=listed))


def _family(row: Mapping[str, object], path: str, children: list[Child], families: list[Family]) -> None:
    names = [
        as_text(name, f"{path}/children")
        for name in as_list(member(row, "children", path), f"{path}/children")
    ]
    points = as_whole(row.get("points", 0), f"{path}/points", -LARGEST, LARGEST)
    age = as_text(member(row, "group", path), f"{path}/group")
    children += [
        Child(id=name, age=age, points=points, ticket=len(children) + i) for i, name in enumerate(names)
    ]
    wishes = as_list(member(row, "wishes", path), f"{path}/wishes")
    listed = [
        [
            None if entry is None else _contract(entry, f"{path}/wishes/{j}")
            for entry in as_list(wish, path, len(names))
        ]
        for j, wish in enumerate(wishes)
    ]
    families.append(Family(children=names, wishes=listed))


def _contract(value: object, path: str) -> Contract:
    """ "A", ["A", 9] (hours) or ["A", "2026-08"] (start)."""
    if isinstance(value, str):
        return Contract(kita=as_text(value, path))
    entry = as_list(value, path, 2)
    kita = as_text(entry[0], f"{path}/0")
    if isinstance(entry[1], str):
        return Contract(kita=kita, start=entry[1])
    return Contract(kita=kita, hours=as_whole(entry[1], f"{path}/1", 0, 24))


def _compare(compiled: Compiled, expected: Mapping[str, object], path: str) -> list[str]:
    result = allocate_families(compiled.market)
    if result.status == "unknown":
        result = allocate_families(compiled.market, exact=True)
    problems = []
    if expected.get("stable_exists", True) is False:
        problems += _compare_repair(compiled, result)
    elif result.status != "stable_exists":
        problems.append(f"status {result.status}")
    if "assignment" in expected:
        contracts = compiled.contracts(result.wish or ())
        for name, wanted in as_object(expected["assignment"], path).items():
            got = contracts.get(name)
            contract = None if wanted is None else _contract(wanted, f"{path}/assignment/{name}")
            if got != contract:
                problems.append(f"{name}: erwartet {wanted}, gefunden {got}")
    for name, facts in as_object(expected.get("explain", {}), path).items():
        problems += _compare_reason(compiled, result, name, as_object(facts, path))
    return problems


def _compare_repair(compiled: Compiled, result: Result) -> list[str]:
    """It must say so, name a blocking family, and find seats that help."""
    problems = []
    if result.status != "no_stable_matching":
        problems.append(f"status {result.status}")
    if not result.blocking:
        problems.append("keine blockierende Familie genannt")
    repaired = allocate_families(compiled.market, repair=True)
    if len(repaired.extra_seats) != 1 or repaired.blocking:
        problems.append(f"zusätzliche Plätze: {list(repaired.extra_seats)}")
    return problems


def _compare_reason(compiled: Compiled, result: Result, name: str, facts: Mapping[str, object]) -> list[str]:
    child = compiled.child_index[name]
    family = next(f for f, members in enumerate(compiled.market.families) if child in members)
    reason = Explainer(compiled, result.wish or ()).refused(family)[0][0]
    got = {"blocking_seats": reason.blocking_seats, "last_admitted_points": reason.last_admitted_points}
    return [
        f"{name}: {key} {got[key]!r} statt {facts[key]!r}"
        for key in got
        if key in facts and got[key] != facts[key]
    ]
