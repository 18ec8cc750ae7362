"""The static check: what a process designer is told while typing."""

from __future__ import annotations

import pytest

from stadtkern.kernel.feel import FeelType, check, check_unary_tests
from stadtkern.kernel.feel.types import BOOLEAN, DATE, NUMBER, STRING, context_of, list_of

TYPES: dict[str, FeelType] = {
    "Alter": NUMBER,
    "Name": STRING,
    "geboren am": DATE,
    "Adresse": context_of({"PLZ": STRING, "Haus-Nr": NUMBER}),
    "Hunde": list_of(context_of({"Rasse": STRING, "Wurftag": DATE})),
}


@pytest.mark.parametrize(
    "text",
    [
        'Alter >= 18 and Name = "x"',
        "Adresse.PLZ + Name",
        "Adresse.Haus-Nr + 1",
        'count(Hunde[Rasse = "Dackel"]) > 1',
        'Hunde[1].Wurftag + duration("P1Y")',
        "for h in Hunde return h.Rasse",
        "every h in Hunde satisfies h.Wurftag < geboren am",
        "if Alter > 1 then null else Name",
        "geboren am.year",
        "sort(Hunde, function(a, b) a.Rasse < b.Rasse)",
        "Alter in [1..5]",
        "Hunde.Rasse",
        "round half up(Alter * 1.5, 2)",
    ],
)
def test_right_texts_pass(text: str) -> None:
    assert check(text, TYPES) == []


@pytest.mark.parametrize(
    ("text", "code", "column", "suggestion"),
    [
        ("Altr > 3", "feel-unknown-name", 1, "Alter"),
        ("1 + Adresse.PLT", "feel-unknown-member", 5, "PLZ"),
        ("cuont(Hunde)", "feel-unknown-function", 1, "count"),
        ("Name + 1", "feel-operands", 1, None),
        ("Alter = Name", "feel-operands", 1, None),
        ("Alter and true", "feel-not-boolean", 1, None),
        ("if Alter then 1 else 2", "feel-not-boolean", 4, None),
        ('Hunde[Rase = "x"]', "feel-unknown-name", 7, "Rasse"),
        ("upper case(Name, Name)", "feel-arguments", 1, None),
        ("Name(1)", "feel-not-function", 1, None),
        ("-Name", "feel-operand", 1, None),
        ("Alter +", "feel-syntax", 8, None),
    ],
)
def test_mistakes_are_found_with_place_and_suggestion(
    text: str, code: str, column: int, suggestion: str | None
) -> None:
    found = check(text, TYPES)
    assert [(f.code, f.position.column, f.suggestion) for f in found] == [(code, column, suggestion)]
    assert found[0].message and found[0].message_en


def test_the_result_type_is_checked() -> None:
    assert check("Alter + 1", TYPES, expected=BOOLEAN)[0].code == "feel-type-mismatch"
    assert check("Alter > 1", TYPES, expected=BOOLEAN) == []


def test_unary_tests_are_checked_against_the_input() -> None:
    assert check_unary_tests('< 18, "x"', {}, NUMBER)[0].code == "feel-operands"
    assert check_unary_tests("< 18, [20..30]", {}, NUMBER) == []
    assert check_unary_tests("-", {}, NUMBER) == []
