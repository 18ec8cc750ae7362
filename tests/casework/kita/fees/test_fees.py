"""What a place costs: examples by hand, properties over all situations, tariffs that are refused."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern import content
from stadtkern.casework.kita.fees.calculator import Situation, course, euros, free_from, monthly_cost
from stadtkern.casework.kita.fees.tariff import example, read_tariff
from stadtkern.kernel.strict_reading import InputRefused

EXAMPLE: dict[str, Any] = json.loads(
    (Path(content.__file__).parent / "kita/fees/example.json").read_text("utf-8")
)
BORN = date(2025, 3, 15)
LEYLA = Situation(birth_date=BORN, hours=7, net_income_cents=280_000)


@pytest.mark.parametrize(
    ("changes", "month", "care", "lunch"),
    [
        ({}, date(2026, 9, 1), 23_000, 8_000),
        ({"hours": 8}, date(2026, 9, 30), 29_500, 8_000),
        ({"hours": 12}, date(2026, 9, 1), 33_000, 8_000),
        ({"net_income_cents": 300_000}, date(2026, 9, 1), 23_000, 8_000),
        ({"net_income_cents": 300_001}, date(2026, 9, 1), 31_000, 8_000),
        ({"net_income_cents": None}, date(2026, 9, 1), 52_000, 8_000),
        ({"net_income_cents": 0}, date(2026, 9, 1), 0, 8_000),
        ({"children": 2}, date(2026, 9, 1), 16_100, 8_000),
        ({"children": 3}, date(2026, 9, 1), 9_200, 8_000),
        ({"children": 7}, date(2026, 9, 1), 0, 8_000),
        ({"benefits": True}, date(2026, 9, 1), 0, 0),
        ({"lunch": False}, date(2026, 9, 1), 23_000, 0),
        ({"lunch_supported": True}, date(2026, 9, 1), 23_000, 0),
        ({}, date(2027, 2, 1), 23_000, 8_000),
        ({}, date(2027, 3, 1), 0, 8_000),
    ],
)
def test_examples(changes: dict[str, Any], month: date, care: int, lunch: int) -> None:
    cost = monthly_cost(example(), replace(LEYLA, **changes), month)
    assert [line.cents for line in cost.lines] == [care, lunch]
    assert cost.cents == care + lunch
    assert all(step.text and step.text_en and step.legal_basis for line in cost.lines for step in line.steps)


def test_the_course_shows_when_the_fee_ends() -> None:
    costs = course(example(), LEYLA, date(2026, 12, 1), 6)
    assert [cost.month for cost in costs] == [date(2026, 12, 1), *(date(2027, m, 1) for m in range(1, 6))]
    assert [cost.lines[0].cents for cost in costs] == [23_000] * 3 + [0] * 3
    later = replace(example(), birthday_month="charged")
    assert free_from(later, BORN) == date(2027, 4, 1) and free_from(later, date(2025, 3, 1)) == date(
        2027, 3, 1
    )


def test_the_trace_says_why() -> None:
    steps = monthly_cost(example(), replace(LEYLA, children=2), date(2026, 9, 1)).lines[0].steps
    assert [step.code for step in steps] == ["income", "hours", "children"]
    assert "3.000,00 €" in steps[0].text and "70 Prozent" in steps[2].text
    free = monthly_cost(example(), LEYLA, date(2027, 3, 1)).lines[0].steps
    assert (free[0].code, free[0].legal_basis) == ("age", "§ 26 KiTaG")


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(
    st.integers(1, 12),
    st.integers(0, 800_000),
    st.integers(1, 6),
    st.integers(0, 40),
    st.integers(0, 100_000),
)
def test_more_income_or_hours_never_cost_less_and_more_children_never_more(
    hours: int, income: int, children: int, ahead: int, more: int
) -> None:
    tariff, month = example(), date(2025 + (2 + ahead) // 12, (2 + ahead) % 12 + 1, 1)
    one = Situation(birth_date=BORN, hours=hours, net_income_cents=income, children=children)
    cost = monthly_cost(tariff, one, month).cents
    assert monthly_cost(tariff, replace(one, net_income_cents=income + more), month).cents >= cost
    assert monthly_cost(tariff, replace(one, hours=hours + 1), month).cents >= cost
    assert monthly_cost(tariff, replace(one, children=children + 1), month).cents <= cost
    assert monthly_cost(tariff, replace(one, net_income_cents=None), month).cents >= cost


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        (["hours"], [7, 7, 9, 10], "/hours"),
        (["brackets", 1, "up_to_cents"], 150_000, "/brackets/1/up_to_cents"),
        (["brackets", 7, "up_to_cents"], 500_000, "/brackets/7/up_to_cents"),
        (["brackets", 2, "fee_cents"], [1, 2, 3, 4], "/brackets/2/fee_cents"),
        (["brackets", 1, "fee_cents"], [6500, 9000, 8000, 13000], "/brackets/1/fee_cents"),
        (["brackets", 1, "fee_cents", 0], 65.5, "/brackets/1/fee_cents/0"),
        (["share_by_children"], [70, 100], "/share_by_children"),
        (["birthday_month"], "maybe", "/birthday_month"),
        (["fee_free_months"], [13], "/fee_free_months/0"),
    ],
)
def test_a_wrong_tariff_is_refused_with_its_place(place: list[Any], value: object, path: str) -> None:
    wrong = copy.deepcopy(EXAMPLE)
    at: Any = wrong
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(InputRefused) as refused:
        read_tariff(wrong)
    assert refused.value.place == path


def test_what_cannot_be_is_refused() -> None:
    wrong: list[dict[str, Any]] = [{"hours": 0}, {"children": 0}, {"net_income_cents": -1}]
    for changes in wrong:
        with pytest.raises(ValueError):
            monthly_cost(example(), replace(LEYLA, **changes), date(2026, 9, 1))
    with pytest.raises(ValueError):
        monthly_cost(example(), LEYLA, date(2024, 9, 1))
    assert euros(123_450) == "1.234,50 €" and euros(5, "en") == "€0.05"
    assert "Erfunden" in example().note
