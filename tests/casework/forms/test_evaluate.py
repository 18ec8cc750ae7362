"""Judging submissions: presence, choice, repetition, rules, pruning; and that nothing hostile gets through."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtkern.casework.forms.evaluate import Evaluation, evaluate
from stadtkern.casework.forms.model import CodeList, CodeListReference, Datatype, Form, Kind
from stadtkern.casework.forms.ruleset import Ruleset, parse_ruleset
from tests.casework.forms.samples import COMPLETE, DOGS, UPLOAD, at, field, form, group
from tests.casework.forms.strategies import answers, forms

TODAY = date(2025, 10, 14)


def judge(raw: Any, rules: dict[str, Any] | None = None, to: Form = DOGS, **more: Any) -> Evaluation:
    return evaluate(to, parse_ruleset(rules or {}), raw, today=TODAY, **more)


def codes(evaluation: Evaluation) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in evaluation.problems]


def test_a_complete_submission_is_kept_as_it_is() -> None:
    result = judge(COMPLETE)
    assert result.ok
    assert result.values == COMPLETE


def test_everything_missing_is_named_in_the_order_of_the_form() -> None:
    assert codes(judge({})) == [
        ("F1", "required_choice"),
        ("G2[0]/F21", "required"),
        ("G3", "choice_missing"),
    ]
    first = judge({}).problems[1]
    assert (first.message, first.message_en) == ("Bitte füllen Sie „F21“ aus.", "Please fill in “F21”.")


def test_an_optional_group_is_absent_until_something_is_said() -> None:
    assert judge(COMPLETE | {"G4": {"F41": " ", "F42": ""}}).values == COMPLETE
    assert codes(judge(COMPLETE | {"G4": {"F42": "x"}})) == [("G4/F41", "required")]


def test_a_wrong_value_counts_as_said_and_is_not_also_missing() -> None:
    wrong = {**COMPLETE, "G2": [{"F21": "x" * 21, "F22": "31.2.2025", "F23": "d"}]}
    assert codes(judge(wrong)) == [
        ("G2[0]/F21", "too_long"),
        ("G2[0]/F22", "not_date"),
        ("G2[0]/F23", "not_in_list"),
    ]


def test_empty_repetitions_keep_their_index_and_are_not_stored() -> None:
    raw = {**COMPLETE, "G2": [{"F21": ""}, {"F21": "Rex"}, {"F22": "x"}]}
    result = judge(raw)
    assert codes(result) == [("G2[2]/F21", "required"), ("G2[2]/F22", "not_date")]
    assert result.values["G2"] == [{"F21": "Rex"}, {}]
    assert judge({**COMPLETE, "G2": [{}, {"F21": "Rex"}]}).values["G2"] == [{"F21": "Rex"}]


def test_too_many_repetitions() -> None:
    assert ("G2", "too_many") in codes(judge({**COMPLETE, "G2": [{"F21": "a"}] * 4}))
    assert ("F6", "too_many") in codes(judge({**COMPLETE, "F6": ["a", "b", "c"]}))
    assert len(judge({**COMPLETE, "F6": ["a"] * 100_000}).values["F6"]) == 2


def test_too_few_repetitions_are_missed() -> None:
    pair = form(at(group("G1", at(field("F1"), "0:1")), "2:3"), at(field("F2"), "2:*"))
    assert codes(judge({"G1": [{"F1": "a"}], "F2": ["x"]}, to=pair)) == [("G1", "too_few"), ("F2", "too_few")]
    assert codes(judge({}, to=pair)) == [("G1", "too_few"), ("F2", "required")]


@pytest.mark.parametrize(
    ("given_", "kept", "found"),
    [
        ({"G31": {"F311": "DE02120300000000202051"}}, {"G31": {"F311": "DE02120300000000202051"}}, []),
        ({"G32": {}}, {"G32": {}}, []),
        ({"_choice": "G32", "G31": {"F311": "unfertig"}}, {"G32": {}}, []),
        ({"_choice": "G31"}, {"G31": {}}, [("G3/G31/F311", "required")]),
        ({"_choice": "G99"}, {}, [("G3", "choice_missing")]),
        ({"_choice": ["G31"]}, {}, [("G3", "choice_missing")]),
        ({"G31": {}, "G32": {}}, {}, [("G3", "choice_missing")]),
        ({"G31": {"F311": "falsch"}}, {"G31": {}}, [("G3/G31/F311", "pattern")]),
    ],
)
def test_choice_groups(given_: dict[str, Any], kept: dict[str, Any], found: list[tuple[str, str]]) -> None:
    result = judge({**COMPLETE, "G3": given_})
    assert codes(result) == found
    assert result.values.get("G3") == kept


def test_two_answered_alternatives_are_refused() -> None:
    pick = form(at(group("G1", at(field("F1"), "0:1"), at(field("F2"), "0:1"), choice=True)))
    assert codes(judge({"G1": {"F1": "a", "F2": "b"}}, to=pick)) == [("G1", "choice_many")]
    assert judge({"G1": {"F1": "a", "F2": "b", "_choice": "F2"}}, to=pick).values == {"G1": {"F2": "b"}}


def test_nobody_can_set_locked_fields_or_labels() -> None:
    raw = {**COMPLETE, "F5": "1,00", "G3": {"G32": {"F321": "x"}}}
    assert judge(raw).values.get("F5") is None
    assert judge(raw).values["G3"] == {"G32": {}}
    assert judge(raw, prefilled={"F5": 12.5}).values["F5"] == 12.5


def test_unknown_fields_are_named_and_dropped() -> None:
    result = judge({**COMPLETE, "F99": 1, "G4": {"<script>": 1}})
    assert codes(result) == [("F99", "unknown_field"), ("G4/<script>", "unknown_field")]
    assert result.values == COMPLETE
    assert len(judge({f"X{i}": 1 for i in range(1000)}).problems) < 60


@pytest.mark.parametrize(
    "raw", [None, [], "x", 7, [[[]]], {"G2": "x"}, {"G2": {"F21": "Rex"}}, {"F1": [True]}, {"G4": [1, 2]}]
)
def test_wrong_shapes_do_not_break_anything(raw: Any) -> None:
    assert isinstance(judge(raw), Evaluation)


def test_a_single_object_where_a_list_belongs_is_taken_as_its_only_item() -> None:
    assert judge({**COMPLETE, "G2": {"F21": "Rex"}}).values["G2"] == [{"F21": "Rex"}]


# --- rules ---------------------------------------------------------------------------------------------------------

ALIASES = {
    "zugezogen": "F1",
    "name": "G2/F21",
    "wurf": "G2/F22",
    "nachweis": "G2/F24",
    "iban": "G3/G31/F311",
    "grund": "G4/F41",
    "steuer": "F5",
}


def rule(at_: str, valid_if: str) -> dict[str, Any]:
    return {"id": "v", "at": at_, "valid_if": valid_if, "message": {"de": "Falsch.", "en": "Wrong."}}


def test_a_hidden_field_is_neither_missed_nor_kept_nor_seen_by_other_rules() -> None:
    rules = {
        "aliases": ALIASES,
        "conditions": [{"path": "G4", "visible_if": "zugezogen = true"}],
        "validations": [rule("F1", "grund = null")],
    }
    hidden = judge({**COMPLETE, "F1": False, "G4": {"F41": "alt"}}, rules)
    assert (hidden.ok, hidden.values.get("G4"), hidden.hidden >= {"G4"}) == (True, None, True)
    assert not hidden.is_visible("G4/F41")
    assert codes(judge({**COMPLETE, "G4": {"F41": "alt"}}, rules)) == [("F1", "rule")]


def test_a_group_that_a_condition_shows_must_be_answered() -> None:
    rules = {"aliases": ALIASES, "conditions": [{"path": "G4", "visible_if": "zugezogen = true"}]}
    assert codes(judge(COMPLETE, rules)) == [("G4/F41", "required")]


def test_conditions_look_at_their_own_instance() -> None:
    rules = {"aliases": ALIASES, "conditions": [{"path": "G2/F22", "visible_if": 'name = "Rex"'}]}
    raw = {**COMPLETE, "G2": [{"F21": "Rex", "F22": "1.1.2020"}, {"F21": "Bello", "F22": "1.1.2021"}]}
    result = judge(raw, rules)
    assert result.values["G2"] == [{"F21": "Rex", "F22": "2020-01-01"}, {"F21": "Bello"}]
    assert result.hidden == {"G2[1]/F22", "G3/G32"}


def test_validations_in_a_repeated_group_name_the_instance() -> None:
    rules = {"aliases": ALIASES, "validations": [rule("G2/F22", "wurf <= heute")]}
    raw = {**COMPLETE, "G2": [{"F21": "a", "F22": "1.1.2020"}, {"F21": "b", "F22": "1.1.2026"}, {"F21": "c"}]}
    result = judge(raw, rules)
    assert codes(result) == [("G2[1]/F22", "rule")]
    assert (result.problems[0].rule, result.problems[0].message_en) == ("v", "Wrong.")


def test_outside_a_repeated_group_an_alias_is_a_list() -> None:
    rules = {
        "aliases": ALIASES,
        "validations": [
            rule("F1", 'count(name) = 2 and name[1] = "a" and count(wurf) = 2 and wurf[1] = null')
        ],
    }
    raw = {**COMPLETE, "G2": [{"F21": "a"}, {}, {"F21": "b", "F22": "1.1.2020"}]}
    assert judge(raw, rules).ok
    assert codes(judge(COMPLETE, rules)) == [("F1", "rule")]
    assert (
        judge({}, {"aliases": ALIASES, "validations": [rule("F5", "count(name) = 0")]}).problems[-1].code
        != "rule"
    )


def test_uploads_are_lists_of_facts() -> None:
    rules = {
        "aliases": ALIASES,
        "validations": [rule("G2/F24", "count(nachweis) = 1 and nachweis[1].size = 10")],
    }
    assert judge({**COMPLETE, "G2": [{"F21": "a", "F24": [UPLOAD]}]}, rules).ok
    assert codes(judge(COMPLETE, rules)) == [("G2[0]/F24", "rule")]


def test_a_missing_value_does_not_break_a_comparison() -> None:
    rules = {"aliases": ALIASES, "validations": [rule("G2/F22", 'wurf < date("2000-01-01")')]}
    raw = {**COMPLETE, "G2": [{"F21": "a"}]}
    assert judge(raw, rules).ok


def test_a_validation_is_silent_where_something_is_already_wrong() -> None:
    rules = {"aliases": ALIASES, "validations": [rule("F1", "zugezogen = true")]}
    assert codes(judge({**COMPLETE, "F1": None}, rules)) == [("F1", "required_choice")]
    assert codes(judge({**COMPLETE, "F1": False}, rules)) == [("F1", "rule")]


def test_calculations_win_over_input_and_feed_each_other() -> None:
    sums = form(
        at(group("G1", at(field("F1", Datatype.NUM))), "1:*"),
        at(field("F2", Datatype.NUM_CURRENCY, kind=Kind.LOCKED), "0:1"),
        at(field("F3", Datatype.TEXT), "0:1"),
        at(field("F4", Datatype.DATE, kind=Kind.HIDDEN), "0:1"),
    )
    rules = {
        "aliases": {"betrag": "G1/F1", "summe": "F2", "text": "F3"},
        "calculations": [
            {"path": "F3", "value": 'if summe > 100 then "viel" else "wenig"'},
            {"path": "F2", "value": "sum(betrag) / 3"},
            {"path": "F4", "value": "heute"},
        ],
        "conditions": [{"path": "F3", "visible_if": "summe != null"}],
    }
    result = judge({"G1": [{"F1": "200"}, {"F1": "200"}], "F2": 7, "F3": "mein"}, rules, to=sums)
    assert result.ok
    assert result.values == {"G1": [{"F1": 200}, {"F1": 200}], "F2": 133.33, "F3": "viel", "F4": "2025-10-14"}
    assert result.calculated == {"F2": 133.33, "F3": "viel", "F4": "2025-10-14"}


def test_rules_that_chase_each_other_stop() -> None:
    both = form(at(field("F1"), "0:1"), at(field("F2"), "0:1"))
    rules = {
        "aliases": {"a": "F1", "b": "F2"},
        "conditions": [{"path": "F1", "visible_if": "b = null"}, {"path": "F2", "visible_if": "a = null"}],
        "calculations": [{"path": "F1", "value": 'if b = null then "x" else null'}],
    }
    assert isinstance(judge({"F1": "x", "F2": "y"}, rules, to=both), Evaluation)


def test_an_expensive_rule_is_stopped_and_told() -> None:
    rules = {
        "aliases": ALIASES,
        "validations": [rule("F1", "count(for a in 1..100000, b in 1..100000 return 1) > 0")],
    }
    result = judge(COMPLETE, rules)
    assert codes(result) == [("F1", "rule_failed")]
    assert result.rule_errors


def test_problems_of_one_page() -> None:
    result = judge({})
    assert [problem.path for problem in result.problems_under(["G2"])] == ["G2[0]/F21"]
    assert [problem.path for problem in result.problems_under(["F1", "G3"])] == ["F1", "G3"]


def test_code_lists_of_the_installation_are_used() -> None:
    reference = CodeListReference(uri="urn:x", version="1")
    listed = form(at(field("F1", kind=Kind.SELECT, code_list=reference)))
    codes_ = CodeList(
        uri="urn:x", version="1", columns=("k", "n"), rows=tuple((str(i), f"N{i}") for i in range(10_000))
    )
    assert judge({"F1": "9999"}, to=listed, code_lists={"urn:x_1": codes_}).ok
    assert codes(judge({"F1": "10000"}, to=listed, code_lists={"urn:x": codes_})) == [("F1", "not_in_list")]


def test_english_questions_in_english_sentences() -> None:
    result = judge({}, labels_en={"F1": "New in town?"})
    assert result.problems[0].text("en") == "Please choose an option for “New in town?”."
    assert result.problems[0].text("de") == "Bitte wählen Sie bei „F1“ etwas aus."


# --- properties ------------------------------------------------------------------------------------------------------


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(forms, st.data())
def test_nothing_raises_and_kept_values_are_judged_the_same_again(
    any_form: Form, data: st.DataObject
) -> None:
    first = evaluate(any_form, Ruleset(), data.draw(answers(any_form)), today=TODAY)
    json.dumps(first.values, allow_nan=False)
    again = evaluate(any_form, Ruleset(), json.loads(json.dumps(first.values)), today=TODAY)
    if first.ok:
        assert again.ok
        assert again.values == first.values


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rules_never_raise_on_hostile_answers(data: st.DataObject) -> None:
    rules = {
        "aliases": ALIASES,
        "conditions": [
            {"path": "G4", "visible_if": "zugezogen = true"},
            {"path": "G2/F22", "visible_if": "name != null"},
        ],
        "validations": [rule("G2/F22", "wurf <= heute"), rule("G3/G31/F311", 'substring(iban, 1, 2) = "DE"')],
        "calculations": [{"path": "F5", "value": "count(name) * 12.505"}],
    }
    result = judge(data.draw(answers(DOGS)), rules)
    if result.ok:
        assert judge(json.loads(json.dumps(result.values)), rules).values == result.values
