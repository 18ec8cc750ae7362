"""Notice, settling-in and stretches of cost: examples by hand, properties over all days. No database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.casework.kita.contracts import rules
from stadtkern.casework.kita.contracts.public.costs import euros_of
from stadtkern.casework.kita.fees.calculator import Situation, course
from stadtkern.casework.kita.fees.tariff import example

DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 12, 31))


@pytest.mark.parametrize(
    ("by", "today", "first_day_without"),
    [
        ("family", date(2026, 3, 4), date(2026, 4, 1)),
        ("family", date(2026, 3, 5), date(2026, 5, 1)),
        ("family", date(2026, 2, 1), date(2026, 3, 1)),
        ("kita", date(2026, 3, 4), date(2026, 6, 1)),
    ],
)
def test_notice_is_to_the_end_of_a_month(by: str, today: date, first_day_without: date) -> None:
    assert rules.end_for(by, today) == first_day_without


@given(today=DAYS, last=st.none() | DAYS)
@settings(max_examples=60, deadline=None)
def test_ends_are_firsts_after_the_notice_and_before_the_end(today: date, last: date | None) -> None:
    found = rules.ends("family", today, last)
    assert all(day.day == 1 and (day - today).days >= 28 and (last is None or day < last) for day in found)
    assert found == sorted(set(found))


def test_hours_change_from_next_month_inside_the_contract() -> None:
    months = rules.change_months(date(2026, 3, 15), date(2026, 8, 1), date(2026, 12, 1))
    assert months == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
    assert rules.change_months(date(2026, 9, 15), date(2026, 8, 1), None)[0] == date(2026, 10, 1)


def test_the_start_plan_has_four_parts_in_order() -> None:
    found = rules.phases(date(2026, 8, 3), 15)
    assert [phase.code for phase in found] == ["arrive", "part", "stay", "whole"]
    assert [phase.from_on for phase in found] == sorted({phase.from_on for phase in found})
    assert rules.phases(date(2026, 8, 3), 15)[0].from_on == date(2026, 8, 3), "a Monday"
    assert [phase.code for phase in rules.phases(date(2026, 8, 1), 3)] == ["arrive"], (
        "three days: only to arrive"
    )


@given(wanted=DAYS, days=st.integers(1, 30), others=st.lists(st.tuples(DAYS, st.integers(1, 40)), max_size=8))
@settings(max_examples=80, deadline=None)
def test_a_free_start_has_room_and_is_the_first_one(
    wanted: date, days: int, others: list[tuple[date, int]]
) -> None:
    spans = [(start, rules.settling_end(start, length)) for start, length in others]
    found = rules.free_start(wanted, days, spans)
    end = rules.settling_end(found, days)
    for n in range((end - found).days):
        day = found + timedelta(days=n)
        assert sum(a <= day < b for a, b in spans) < rules.SETTLING_AT_ONCE
    assert found >= wanted


def test_months_of_the_same_cost_are_one_line() -> None:
    born = date(2025, 3, 15)
    costs = course(
        example(), Situation(birth_date=born, hours=7, net_income_cents=280_000), date(2026, 8, 1), 24
    )
    found = rules.stretches(costs)
    assert [(part.from_on, part.to_on, part.cost.cents) for part in found] == [
        (date(2026, 8, 1), date(2027, 3, 1), 31_000),
        (date(2027, 3, 1), None, 8_000),
    ]


@pytest.mark.parametrize(
    ("typed", "cents", "wrong"),
    [
        ("2.800", 280_000, False), ("2800,50 €", 280_050, False), ("", None, False), ("0", 0, False),
        ("2,8,0", None, True), ("viel", None, True), ("-5", None, True), ("2.80", None, True), ("999999", None, True),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(typed: str, cents: int | None, wrong: bool) -> None:
    assert euros_of(typed) == (cents, wrong)
