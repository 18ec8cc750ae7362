"""rules.json: strict reading, checks against a form, open free-text rules, and the six shipped packages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stadtkern.casework.forms.evaluate import evaluate
from stadtkern.casework.forms.model import CodeListReference, Datatype, Kind, Rule
from stadtkern.casework.forms.ruleset import RulesetError, open_rules, parse_ruleset, ruleset_to_json
from stadtkern.casework.forms.ruleset_check import check_ruleset
from stadtkern.casework.forms.xdf import read_form
from tests.casework.forms.samples import at, field, form, group

PACKAGES = sorted(
    (Path(__file__).resolve().parents[3] / "stadtkern" / "content" / "services").glob("*/rules.json")
)
FORM = form(
    at(field("F1", Datatype.BOOL), "0:1"),
    at(
        group(
            "G2",
            at(field("F21", rules=(Rule(id="R1", name="Alter", text="F21 muss …"),))),
            at(field("F22"), "0:1"),
        )
    ),
    at(field("F3", kind=Kind.LABEL), "1:1"),
    rules=(Rule(id="R2", name="Ganzes", text="Alles muss stimmen."), Rule(id="R3", name="leer")),
)
MESSAGE = {"de": "Falsch.", "en": "Wrong."}


def problems(data: dict[str, Any]) -> list[tuple[str, str]]:
    waived = [{"source_rule": id, "reason": "Test"} for id in ("R1", "R2")]
    return [
        (item.code, item.where) for item in check_ruleset(parse_ruleset({"waived": waived, **data}), FORM)
    ]


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.parent.name)
def test_shipped_packages_fit_their_forms(path: Path) -> None:
    ruleset = parse_ruleset(path.read_bytes())
    shipped = read_form((path.parent / "form.xdf3.xml").read_bytes())

    assert check_ruleset(ruleset, shipped) == ()
    assert open_rules(ruleset, shipped) == ()
    assert parse_ruleset(json.loads(json.dumps(ruleset_to_json(ruleset)))) == ruleset
    assert evaluate(shipped, ruleset, {}, today=date(2025, 10, 14)).rule_errors == ()


def test_there_are_packages() -> None:
    assert PACKAGES


def test_a_fitting_rule_set_has_no_problems() -> None:
    data = {
        "aliases": {"zugezogen": "F1", "name": "G2/F21"},
        "conditions": [{"path": "G2/F22", "visible_if": "zugezogen = true"}],
        "validations": [
            {"id": "v", "at": "G2/F21", "valid_if": "string length(name) > 2", "message": MESSAGE}
        ],
        "calculations": [{"path": "G2/F22", "value": "upper case(name)"}],
        "pages": [
            {"id": "p", "title": {"de": "Seite", "en": "Page"}, "paths": ["F1", "F3", "G2/F21", "G2/F22"]}
        ],
    }
    assert problems(data) == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"aliases": {"a": "G9/F1"}}, [("unknown-path", "aliases.a")]),
        ({"aliases": {"heute": "F1"}}, [("bad-alias", "aliases.heute")]),
        ({"aliases": {"if": "F1"}}, [("bad-alias", "aliases.if")]),
        ({"aliases": {"a b": "F1"}}, [("bad-alias", "aliases.a b")]),
        ({"conditions": [{"path": "F9", "visible_if": "true"}]}, [("unknown-path", "conditions[0].path")]),
        ({"calculations": [{"path": "F3", "value": "1"}]}, [("not-calculable", "calculations[0].path")]),
        ({"calculations": [{"path": "G2", "value": "1"}]}, [("not-calculable", "calculations[0].path")]),
        (
            {"conditions": [{"path": "F1", "visible_if": "altr > 3"}]},
            [("unknown-alias", "conditions[0].visible_if")],
        ),
        (
            {"conditions": [{"path": "F1", "visible_if": "1 +"}]},
            [("bad-expression", "conditions[0].visible_if")],
        ),
        (
            {"conditions": [{"path": "F1", "visible_if": "true"}, {"path": "F1", "visible_if": "true"}]},
            [("duplicate", "conditions[1]")],
        ),
        ({"waived": [{"source_rule": "R1", "reason": "x"}]}, [("open-rule", "R2")]),
        ({"waived": []}, [("open-rule", "R2"), ("open-rule", "R1")]),
        (
            {"waived": [{"source_rule": id, "reason": "x"} for id in ("R1", "R2", "R9")]},
            [("unknown-rule", "source_rule R9")],
        ),
        (
            {"validations": [{"id": "v", "at": "F1", "valid_if": "true", "message": {"de": "x"}}]},
            [("no-translation", "validations[0].message.en")],
        ),
        (
            {"pages": [{"id": "p", "title": "x", "paths": ["F1", "F3", "F1", "G9"]}]},
            [
                ("twice-on-pages", "pages[0].paths[2]"),
                ("unknown-path", "pages[0].paths[3]"),
                ("not-on-a-page", "pages"),
                ("not-on-a-page", "pages"),
            ],
        ),
    ],
)
def test_what_does_not_fit(data: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert problems(data) == found


def test_the_place_in_an_expression() -> None:
    data = {"conditions": [{"path": "F1", "visible_if": "true and\n  unbekannt > 1"}]}
    (found,) = check_ruleset(
        parse_ruleset({**data, "waived": [{"source_rule": id, "reason": "x"} for id in ("R1", "R2")]}), FORM
    )
    assert (found.line, found.column) == (2, 3)


@pytest.mark.parametrize(
    "data",
    [
        {"aliases": {"a": "F1"}, "conditions": [{"path": "F1", "visible_if": "a = true"}]},
        {
            "aliases": {"a": "F1", "b": "G2"},
            "conditions": [{"path": "F1", "visible_if": "b != null"}, {"path": "G2", "visible_if": "a"}],
        },
        {
            "aliases": {"a": "G2/F21", "b": "G2/F22"},
            "calculations": [{"path": "G2/F21", "value": "b"}, {"path": "G2/F22", "value": "a"}],
        },
        {"aliases": {"a": "G2/F21"}, "conditions": [{"path": "G2", "visible_if": 'a = "x"'}]},
    ],
)
def test_cycles_are_refused(data: dict[str, Any]) -> None:
    assert "cycle" in [code for code, _ in problems(data)]


def test_a_chain_is_no_cycle() -> None:
    data = {
        "aliases": {"a": "F1", "b": "G2/F21"},
        "conditions": [{"path": "G2/F21", "visible_if": "a"}, {"path": "G2/F22", "visible_if": 'b = "x"'}],
    }
    assert [code for code, _ in problems(data)] == ["required-but-hidden"]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ("{", "$"), (b"\xff", "$"), ("[]", "$"), ({"unfug": 1}, "$.unfug"), ({"aliases": []}, "aliases"),
        ({"aliases": {"a": 1}}, "aliases.a"), ({"conditions": {}}, "conditions"), ({"conditions": [1]}, "conditions[0]"),
        ({"conditions": [{"path": "F1"}]}, "conditions[0].visible_if"),
        ({"conditions": [{"path": "F1", "visible_if": " "}]}, "conditions[0].visible_if"),
        ({"validations": [{"id": "v", "at": "F1", "valid_if": "true", "message": None}]}, "validations[0].message"),
        ({"pages": [{"id": "p", "title": "x", "paths": "F1"}]}, "pages[0].paths"),
        ({"conditions": [{"path": "F1", "visible_if": "true"}] * 2001}, "conditions"),
        ("[" * 100_000, "$"),
    ],
)  # fmt: skip
def test_unreadable_rules_are_refused_with_the_place(data: Any, where: str) -> None:
    with pytest.raises(RulesetError) as caught:
        parse_ruleset(data)
    assert caught.value.where == where


def test_broken_json_names_line_and_column() -> None:
    with pytest.raises(RulesetError) as caught:
        parse_ruleset('{\n  "aliases": {,}\n}')
    assert (caught.value.line, caught.value.column) == (2, 15)


def test_a_required_field_must_not_be_hidden() -> None:
    data = {"conditions": [{"path": "G2/F21", "visible_if": "true"}, {"path": "F3", "visible_if": "true"}]}
    assert problems(data) == [("required-but-hidden", "conditions[0].path")]


def test_patterns_that_cannot_be_matched_and_lists_that_are_not_there() -> None:
    reference = CodeListReference(uri="urn:x", version="1")
    weak = form(at(field("F1", pattern="(?=a)")), at(field("F2", kind=Kind.SELECT, code_list=reference)))
    check = [(item.code, item.where) for item in check_ruleset(parse_ruleset({}), weak, [])]
    assert check == [("unusable-pattern", "F1"), ("missing-code-list", "F2")]
    assert len(check_ruleset(parse_ruleset({}), weak, ["urn:x"])) == 1
    assert len(check_ruleset(parse_ruleset({}), weak)) == 1


def test_a_rule_sees_the_values_of_the_municipality_and_only_those_declared() -> None:
    rules = parse_ruleset(
        {"aliases": {}, "conditions": [{"path": "G1", "visible_if": "parameter.grenze > 3"}]}
    )
    asked = form(at(group("G1", at(field("F1"))), "0:1"))
    assert [p.code for p in check_ruleset(rules, asked, parameters=["grenze"])] == []
    wrong = check_ruleset(rules, asked, parameters=["gebuehr"])
    assert [(p.code, p.column) for p in wrong] == [("unknown-parameter", 1)]
    shown = evaluate(asked, rules, {"G1": {"F1": "x"}}, today=date(2025, 10, 14), parameters={"grenze": 4})
    assert shown.values == {"G1": {"F1": "x"}}
    assert evaluate(asked, rules, {"G1": {"F1": "x"}}, today=date(2025, 10, 14)).values == {}
