"""Criteria catalogues: what is refused and where, what is counted and why, and who gains by a change."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stadtkern import content
from stadtkern.casework.kita.allocation.rounds import Child, Contract, Family, Kita, Round, SeatClass
from stadtkern.casework.kita.criteria.catalogue import Catalogue, valid_on
from stadtkern.casework.kita.criteria.facts import FACTS, SIBLING, problem
from stadtkern.casework.kita.criteria.points import Evidence, Scorer, Standing, points
from stadtkern.casework.kita.criteria.reading import examine, read_catalogue
from stadtkern.casework.kita.criteria.trial import Applicant, try_catalogues
from stadtkern.kernel.strict_reading import InputRefused, load_json

SHIPPED = sorted((Path(content.__file__).parent / "kita/criteria").glob("*.json"))
ON = date(2026, 8, 1)


def document(rule: str = "if alleinerziehend then 20 else 0", **changes: Any) -> dict[str, Any]:
    criterion = {
        "id": "allein",
        "label": {"de": "Alleinerziehend", "en": "Single parent"},
        "definition": {"de": "Lebt allein mit dem Kind."},
        "proof": {"label": {"de": "Bescheinigung"}, "valid_months": 12},
        "legal_note": "§ 24 (1) SGB VIII",
        "points": rule,
    }
    return {
        "format": "kita-criteria-1",
        "id": "stadt",
        "version": 1,
        "title": {"de": "Gemeinsame Kriterien"},
        "scope": {"level": "global"},
        "valid_from": "2026-01-01",
        "valid_to": None,
        "criteria": [criterion],
        **changes,
    }


def catalogue(rule: str, **changes: Any) -> Catalogue:
    return read_catalogue(document(rule, **changes))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_catalogues_are_right_and_say_that_they_are_examples(path: Path) -> None:
    read = read_catalogue(load_json(path.read_bytes(), path.name))
    assert read.note is not None and "Beispiel" in read.note.de
    assert all(criterion.label.en and criterion.definition.en for criterion in read.criteria)
    assert read.asked


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        (["format"], "x", "/format"),
        (["version"], 0, "/version"),
        (["valid_to"], "2026-01-01", "/valid_to"),
        (["valid_from"], "1.1.2026", "/valid_from"),
        (["scope"], {"level": "provider"}, "/scope/key"),
        (["scope"], {"level": "globl"}, "/scope/level"),
        (["criteria", 0, "id"], "Allein erziehend", "/criteria/0/id"),
        (["criteria", 0, "label"], {"en": "x"}, "/criteria/0/label/de"),
        (["criteria", 0, "proof", "valid_months"], 0, "/criteria/0/proof/valid_months"),
        (["criteria", 0, "points"], "", "/criteria/0/points"),
        (["criteria", 0, "points"], "if allein_erziehend then 20 else 0", "/criteria/0/points"),
        (["criteria", 0, "points"], "alleinerziehend", "/criteria/0/points"),
        (["criteria", 0, "points"], '"20"', "/criteria/0/points"),
        (["criteria", 0, "points"], "20 +", "/criteria/0/points"),
        (["criteria"], [document()["criteria"][0]] * 2, "/criteria/1/id"),
    ],
)
def test_a_wrong_catalogue_is_refused_with_its_place(place: list[Any], value: object, path: str) -> None:
    wrong = copy.deepcopy(document())
    at: Any = wrong
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(InputRefused) as refused:
        read_catalogue(wrong)
    assert refused.value.place == path


def test_every_wrong_rule_is_found_at_once_with_line_column_and_suggestion() -> None:
    rules = ["if alleinerziehend\n  then 20 else allein", "wochenstundn_1 * 2", "20"]
    listed = [{**document(rule)["criteria"][0], "id": f"k{at}"} for at, rule in enumerate(rules)]
    _, found = examine(document(criteria=listed))
    assert [(f.path, f.line, f.column) for f in found] == [
        ("/criteria/0/points", 2, 16),
        ("/criteria/1/points", 1, 1),
    ]
    assert "wochenstunden_1" in found[1].message


FACTS_OF_ANNA = {"alleinerziehend": True, "wochenstunden_1": 30}


@pytest.mark.parametrize(
    ("evidence", "points_now", "standing"),
    [
        (None, 20, Standing.COUNTED),
        ({}, 0, Standing.PROOF_MISSING),
        ({"allein": Evidence(accepted=False)}, 0, Standing.PROOF_REJECTED),
        ({"allein": Evidence(accepted=True)}, 20, Standing.COUNTED),
        ({"allein": Evidence(accepted=True, valid_to=date(2026, 8, 2))}, 20, Standing.COUNTED),
        ({"allein": Evidence(accepted=True, valid_to=ON)}, 0, Standing.PROOF_EXPIRED),
    ],
)
def test_points_need_a_proof_that_holds(
    evidence: dict[str, Evidence] | None, points_now: int, standing: Standing
) -> None:
    found = points(read_catalogue(document()), FACTS_OF_ANNA, evidence=evidence, on=ON)
    (part,) = found.parts
    assert (found.total, found.possible, part.standing) == (points_now, 20, standing)
    assert part.facts == {"alleinerziehend": True}


@pytest.mark.parametrize(
    ("rule", "facts", "value", "standing"),
    [
        ("if alleinerziehend then 20 else 0", {"alleinerziehend": False}, 0, Standing.NOT_MET),
        ("if alleinerziehend then 20 else 0", {}, 0, Standing.UNKNOWN),
        ("wochenstunden_1 + 1", {}, 0, Standing.UNKNOWN),
        ("wochenstunden_1 / 4", {"wochenstunden_1": 30}, 0, Standing.FAULTY),
        ("wochenstunden_1 / 4", {"wochenstunden_1": 28}, 7, Standing.COUNTED),
        ("wochenstunden_1 * 10000000", {"wochenstunden_1": 30}, 0, Standing.FAULTY),
        (
            "if wochenstunden_1 > 5 or alleinerziehend then 3 else 0",
            {"wochenstunden_1": 9},
            3,
            Standing.COUNTED,
        ),
        ("min(3, kinder_im_haushalt - 1) * 2", {"kinder_im_haushalt": 6}, 6, Standing.COUNTED),
    ],
)
def test_what_a_rule_gives(rule: str, facts: dict[str, Any], value: int, standing: Standing) -> None:
    (part,) = points(catalogue(rule), facts, on=ON).parts
    assert (part.possible, part.standing) == (value, standing)
    if standing is Standing.UNKNOWN:
        assert part.missing


def test_yes_and_one_are_different_answers() -> None:
    """Python takes True and 1 for the same key; a scorer that mixed them up would tell a wrong reason."""
    one = Scorer([catalogue("wochenstunden_1"), catalogue("if alleinerziehend then 1 else 0", id="b")])
    assert [p.points for p in one.points({"wochenstunden_1": 1, "alleinerziehend": True}, on=ON).parts] == [
        1,
        1,
    ]
    assert [p.points for p in one.points({"wochenstunden_1": 0, "alleinerziehend": False}, on=ON).parts] == [
        0,
        0,
    ]


def test_the_valid_version_counts() -> None:
    old = catalogue("10", valid_to="2026-07-01")
    new = catalogue("11", version=2, valid_from="2026-07-01")
    local = catalogue("1", id="ev", scope={"level": "provider", "key": "ev"})
    assert valid_on([local, new, old], date(2026, 6, 30)) == [old, local]
    assert valid_on([local, new, old], date(2026, 7, 1)) == [new, local]
    assert local.counts_at("ev", "k1") and not local.counts_at("stadt", "ev")


def test_values_are_what_the_fact_says() -> None:
    assert problem("alleinerziehend", 1) == "erwartet wird ja oder nein"
    assert problem("wochenstunden_1", True) == "erwartet wird eine ganze Zahl"
    assert problem("bekenntnis", "jedi") is not None
    assert problem("geburtsdatum", ON) is None and problem("nichts", 1) is not None
    assert all(problem(name, None) is None for name in FACTS)


def test_a_trial_names_winners_and_losers_by_group() -> None:
    """One Kita, six seats, twelve children: points move from single parents to families nearby."""
    names = [f"c{at}" for at in range(12)]
    given = Round(
        kitas=[Kita(id="a", seats=[(SeatClass(), 6)]), Kita(id="b", seats=[(SeatClass(), 3)])],
        children=[Child(id=name, age="U2", ticket=at) for at, name in enumerate(names)],
        families=[Family(children=[n], wishes=[[Contract(kita="a")], [Contract(kita="b")]]) for n in names],
    )
    people = [
        Applicant(
            id=name,
            facts={"alleinerziehend": at < 6},
            at={"a": {"gleicher_ortsbezirk": at >= 6}},
            groups=["allein" if at < 6 else "zwei", *(["selten"] if at < 4 else [])],
        )
        for at, name in enumerate(names)
    ]
    before = [catalogue("if alleinerziehend then 20 else 0")]
    after = [catalogue("if gleicher_ortsbezirk then 20 else 0", version=2)]
    trial = try_catalogues(given, people, providers={}, before=before, after=after, on=ON)
    groups = {group.group: group for group in trial.groups}
    assert (groups["allein"].first_before, groups["allein"].first_after) == (6, 0)
    assert (groups["zwei"].winners, groups["zwei"].losers) == (6, 0)
    assert (groups["allein"].winners, groups["allein"].losers) == (0, 6)
    assert groups[""].placed_before == groups[""].placed_after == 9
    assert groups["selten"].children is None and groups["selten"].losers is None
    assert len(trial.changes) == 12
    same = try_catalogues(given, people, providers={}, before=before, after=before, on=ON)
    assert not same.changes


def test_the_document_is_json_all_the_way() -> None:
    for path in SHIPPED:
        assert json.loads(path.read_text("utf-8"))["format"] == "kita-criteria-1"


def test_a_sibling_counts_by_the_word_of_the_kita_only() -> None:
    given = document("if geschwister_hier then 12 else 0")
    given["criteria"][0].pop("proof")
    read = read_catalogue(given)
    assert read.criteria[0].confirmed_by_kita
    for evidence, expected in (
        (None, (Standing.COUNTED, 12)),  # a preview
        ({}, (Standing.UNCONFIRMED, 0)),
        ({SIBLING: Evidence(accepted=True)}, (Standing.COUNTED, 12)),
        ({SIBLING: Evidence(accepted=False)}, (Standing.DENIED, 0)),
    ):
        [part] = points(read, {"geschwister_hier": True}, evidence=evidence, on=ON).parts
        assert (part.standing, part.points) == expected and part.possible == 12
        assert Scorer([read]).total({"geschwister_hier": True}, evidence=evidence, on=ON) == expected[1]
    [part] = points(read, {"geschwister_hier": False}, evidence={}, on=ON).parts
    assert part.standing is Standing.NOT_MET
    given["criteria"][0]["id"] = SIBLING
    with pytest.raises(InputRefused):
        read_catalogue(given)
    assert not catalogue("if geschwister_hier then 1 else 0").criteria[0].confirmed_by_kita, (
        "it asks for a paper"
    )
