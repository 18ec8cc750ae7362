"""Editing decision models as values, and what the analysis of a table finds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtkern.casework.processes import decisions_edit as edit
from stadtkern.casework.processes import decisions_table as t
from stadtkern.casework.processes.decisions_check import Known, report
from stadtkern.casework.processes.decisions_cover import analyse
from stadtkern.kernel.dmn import load, write
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.feel.types import BOOLEAN, NUMBER


def table(
    policy: str, inputs: list[str], rules: list[list[str]], outputs: int = 1, **clause: str
) -> m.DecisionTable:
    columns = tuple(
        m.InputClause(text, text, clause.get("type", ""), clause.get("values", "")) for text in inputs
    )
    results = tuple(
        m.OutputClause(f"o{n}", f"o{n}", "", "", clause.get("default", "")) for n in range(outputs)
    )
    rows = tuple(
        m.Rule(f"r{n}", tuple(cells[: len(inputs)]), tuple(cells[len(inputs) :]), ())
        for n, cells in enumerate(rules)
    )
    return m.DecisionTable("t", "", "", policy, "", columns, results, rows)


def gaps(found: m.DecisionTable, **values: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [gap.cells for gap in analyse(found, values).gaps]


# -- gaps, overlaps, unreachable rules --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["< 18", ">= 18"], []),
        (["< 18", "> 18"], ["18"]),
        (["[0..10)", "[10..20]"], ["< 0", "> 20"]),
        (["<= 5", "> 7"], ["(5..7]"]),
        (["-"], []),
        (["true"], ["false"]),
        (["true", "false"], []),
        (['"a"', '"b"'], ['not("a", "b")']),
        (['"a"', 'not("a")'], []),
        (['< date("2024-01-01")', '> date("2024-01-01")'], ['date("2024-01-01")']),
        (['<= date("2024-01-01")', '>= date("2024-01-02")'], []),
        (['<= date and time("2024-01-01T00:00:00Z")', '> date and time("2024-01-01T00:00:00Z")'], []),
        (["null", "< 5", ">= 5"], []),
        (["null", "< 5"], [">= 5"]),
        (["< x", ">= 5"], []),
        (["1, 2, 3"], ["< 1", "(1..2)", "(2..3)", "> 3"]),
    ],
)
def test_gaps_of_one_column(cells: list[str], expected: list[str]) -> None:
    found = table("U", ["wert"], [[cell, "1"] for cell in cells])
    assert [cells[0] for cells in gaps(found)] == expected


def test_what_is_counted_is_whole_and_never_negative() -> None:
    found = table("U", ["count(hunde)"], [["0", "1"], ["1", "2"], [">= 2", "3"]])
    assert gaps(found) == []
    assert gaps(table("U", ["count(hunde)"], [["1", "2"], ["> 2", "3"]])) == [("< 1",), ("2",)]


def test_a_list_of_values_closes_a_column() -> None:
    found = table("U", ["rasse"], [['"a"', "1"]])
    assert gaps(found, rasse=("a", "b")) == [('"b"',)]
    assert gaps(table("U", ["rasse"], [['"a"', "1"]], values='"a", "b"')) == [('"b"',)]


def test_a_gap_over_two_columns_has_an_example_that_no_rule_takes() -> None:
    found = table("U", ["n", "b"], [["< 3", "true", "1"], [">= 3", "-", "2"]])
    (gap,) = analyse(found).gaps
    assert gap.cells == ("< 3", "false")
    assert gap.example == (("n", "2"), ("b", "false"))
    assert gaps(t.set_cell(t.set_cell(t.add_rule(found), 2, 0, "< 3"), 2, 1, "false")) == []


def test_a_default_leaves_no_gap() -> None:
    assert gaps(table("U", ["n"], [["1", "1"]], default="0")) == []


def test_overlaps_are_found_where_they_are_a_mistake() -> None:
    rules = [["<= 5", "1"], [">= 5", "2"], [">= 9", "2"]]
    found = analyse(table("U", ["n"], rules)).overlaps
    assert [(o.first, o.second, o.agree, o.example) for o in found] == [
        (0, 1, False, (("n", "5"),)),
        (1, 2, True, (("n", "9"),)),
    ]
    assert [(o.first, o.second) for o in analyse(table("A", ["n"], rules)).overlaps] == [(0, 1)]
    for policy in "FPCRO":
        assert analyse(table(policy, ["n"], rules)).overlaps == ()


def test_rules_behind_others_never_decide() -> None:
    rules = [["< 5", "1"], [">= 5", "2"], ["[3..7]", "3"]]
    (hidden,) = analyse(table("F", ["n"], rules)).unreachable
    assert (hidden.rule, hidden.behind) == (2, (0, 1))
    assert analyse(table("F", ["n"], [rules[0], rules[2]])).unreachable == ()
    ranked = table("P", ["n"], [["-", '"nein"'], ["> 5", '"ja"']])
    ranked = t.set_output(ranked, 0, replace(ranked.outputs[0], values='"nein", "ja"'))
    (hidden,) = analyse(ranked).unreachable
    assert (hidden.rule, hidden.behind) == (1, (0,))


def test_a_rule_that_contradicts_itself() -> None:
    found = analyse(table("U", ["n"], [["[7..3]", "1"], ["-", "2"]])).unreachable
    assert [(u.rule, u.behind) for u in found] == [(0, ())]


def test_nothing_is_claimed_about_cells_that_use_other_values() -> None:
    found = analyse(table("U", ["n"], [["< grenze", "1"], [">= grenze", "2"]]))
    assert (found.gaps, found.overlaps, found.unclear) == ((), (), (0,))


CELLS = st.sampled_from(["-", "< 2", "<= 2", "2", "> 2", "[1..3]", "(1..3)", "not(2)", "0, 4", "null"])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4), st.sampled_from("UF"))
def test_the_engine_agrees_with_every_example(rows: list[tuple[str, str]], policy: str) -> None:
    found = table(policy, ["a", "b"], [[*row, str(n)] for n, row in enumerate(rows)])
    d = m.Definitions("d", "urn:d", "1.5", (), (), (m.InputData("i_a", "a", ""), m.InputData("i_b", "b", ""), m.Decision("x", "x", "", ("#i_a", "#i_b"), found)))  # fmt: skip
    loaded = load(write(d))
    coverage = analyse(found)

    def hits(example: tuple[tuple[str, str], ...]) -> list[int]:
        result = loaded.evaluate(
            "x", {name: None if text in ("null", "-") else _number(text) for name, text in example}
        )
        return [hit.number - 1 for table_ in result.trace for hit in table_.hits]

    for gap in coverage.gaps:
        assert hits(gap.example) == []
    for overlap in coverage.overlaps:
        assert {overlap.first, overlap.second} <= set(hits(overlap.example))
    if not coverage.gaps and not coverage.overlaps:
        for a in range(-1, 6):
            for b in range(-1, 6):
                assert len(hits((("a", str(a)), ("b", str(b))))) == 1
    if policy == "F":
        reached = {
            hits((("a", a), ("b", b)))[0] for a in POINTS for b in POINTS if hits((("a", a), ("b", b)))
        }
        assert {u.rule for u in coverage.unreachable} == set(range(len(rows))) - reached


POINTS = ["null", *(str(n / 2) for n in range(-2, 11))]


def _number(text: str) -> object:
    return Decimal("1") if text == "not(null)" else Decimal(text)


# -- edits ------------------------------------------------------------------------------------------------------------


def dogs() -> m.Definitions:
    d = edit.new_model("Hunde", "urn:hunde")
    d = edit.add_decision(d, "zahl", kind="literal")
    d = edit.set_literal(d, "zahl", "count(rasse)")
    d = edit.add_decision(d, "steuer")
    found = t.set_input(edit.table_of(d, "steuer"), 0, m.InputClause("", "zahl", "number", ""))
    found = t.set_cell(t.set_cell(found, 0, 0, "> 0"), 0, 1, "zahl * parameter.satz")
    return edit.follow(edit.put_logic(d, "steuer", found), {"rasse": "", "parameter": "", "plz": ""})


def test_requirements_follow_the_expressions() -> None:
    d = dogs()
    assert [e.name for e in d.elements] == ["parameter", "rasse", "zahl", "steuer"]
    assert edit.decision_of(d, "steuer").requires == ("#i_parameter", "#zahl")
    assert edit.decision_of(d, "zahl").requires == ("#i_rasse",)
    loaded = load(write(d))
    assert loaded.evaluate("steuer", {"rasse": ["a", "b"], "parameter": {"satz": 10}}).value == 20


def test_inputs_that_nobody_uses_any_more_go() -> None:
    d = edit.set_literal(dogs(), "zahl", "2")
    d = edit.follow(d, {"rasse": "", "parameter": ""})
    assert [e.name for e in d.elements] == ["parameter", "zahl", "steuer"]


def test_what_cannot_be_read_keeps_its_requirements() -> None:
    d = edit.follow(edit.set_literal(dogs(), "zahl", "count(rasse"), {"rasse": ""})
    assert edit.decision_of(d, "zahl").requires == ("#i_rasse",)


def test_a_new_name_goes_through_all_expressions() -> None:
    d = edit.rename(dogs(), "zahl", "Zahl der Hunde")
    found = edit.table_of(d, "steuer")
    assert found.inputs[0].text == found.inputs[0].label == "Zahl der Hunde"
    assert found.rules[0].outputs == ("Zahl der Hunde * parameter.satz",)
    assert load(write(d)).evaluate("steuer", {"rasse": ["a"], "parameter": {"satz": 7}}).value == 7


@pytest.mark.parametrize("name", ["", "1a", "a-b", "if", "a and b", "zahl", "x" * 121])
def test_names_that_feel_cannot_use_are_refused(name: str) -> None:
    with pytest.raises(t.EditRefused):
        edit.rename(dogs(), "steuer", name)


def test_a_decision_that_is_needed_stays() -> None:
    with pytest.raises(t.EditRefused, match="steuer"):
        edit.remove_decision(dogs(), "zahl")
    assert [e.name for e in edit.remove_decision(dogs(), "steuer").elements] == ["parameter", "rasse", "zahl"]


def test_rows_and_columns_move_together() -> None:
    found = table("U", ["a", "b"], [["1", "2", "x"], ["3", "4", "y"]])
    moved = t.move_input(t.move_rule(found, 1, 0), 1, 0)
    assert [(*rule.tests, *rule.outputs) for rule in moved.rules] == [("4", "3", "y"), ("2", "1", "x")]
    assert [clause.text for clause in moved.inputs] == ["b", "a"]
    wide = t.add_output(
        t.add_input(found, m.InputClause("c", "c", "", ""), 1), m.OutputClause("p", "p", "", "", "")
    )
    assert wide.rules[0].tests == ("1", "-", "2") and wide.rules[0].outputs == ("x", "")
    narrow = t.remove_output(t.remove_input(wide, 1), 1)
    assert narrow == found
    copied = t.copy_rule(found, 0)
    assert copied.rules[1].tests == copied.rules[0].tests and len({rule.id for rule in copied.rules}) == 3
    assert t.set_policy(found, "C", "SUM").aggregation == "SUM"
    assert t.set_policy(t.set_policy(found, "C", "SUM"), "F", "SUM").aggregation == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda f: t.remove_rule(f, 5),
        lambda f: t.set_cell(f, 0, 9, "x"),
        lambda f: t.remove_input(f, 3),
        lambda f: t.remove_output(f, 0),
        lambda f: t.set_policy(f, "X"),
    ],
)
def test_impossible_edits_are_refused(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(t.EditRefused):
        change(table("U", ["a"], [["1", "2"]]))


# -- cells --------------------------------------------------------------------------------------------------------------


def test_mistakes_are_found_at_their_cell() -> None:
    d = dogs()
    found = t.set_cell(edit.table_of(d, "steuer"), 0, 0, '> "a"')
    found = t.set_cell(found, 0, 1, "zahll * 2")
    found = t.add_rule(t.set_output(found, 0, replace(found.outputs[0], type_ref="boolean")))
    found = t.set_cell(t.set_cell(found, 1, 0, "5 +"), 1, 1, "3")
    d = edit.follow(edit.put_logic(d, "steuer", found), {"rasse": "", "parameter": ""})
    cells = report(d, "steuer", {}).cells
    by_place = {(c.row, c.column): c for c in cells}
    assert set(by_place) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert by_place[0, 1].code == "feel-unknown-name" and by_place[0, 1].suggestion == "zahl"
    assert (by_place[0, 1].offset, by_place[0, 1].length) == (0, 5)
    assert by_place[1, 0].offset == 3
    assert by_place[1, 1].code == "feel-type-mismatch"


def test_types_of_the_form_are_known() -> None:
    d = edit.add_decision(edit.new_model("x", "urn:x"), "e", kind="literal")
    known = {"alter": Known(type=NUMBER), "ja": Known(type=BOOLEAN)}
    d = edit.follow(edit.set_literal(d, "e", "alter + ja"), dict.fromkeys(known, ""))
    (cell,) = report(d, "e", known).cells
    assert cell.code == "feel-operands"


def test_a_result_outside_the_list_of_the_column() -> None:
    found = table("U", ["true"], [["-", '"c"']])
    found = t.set_output(found, 0, replace(found.outputs[0], values='"a", "b"'))
    d = replace(edit.new_model("x", "urn:x"), elements=(m.Decision("d", "d", "", (), found),))
    assert [c.code for c in report(d, "d", {}).cells] == ["dmn-output-value"]
