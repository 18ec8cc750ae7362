"""Deadlines: examples from the law, and properties that hold for any of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.kernel import german_calendar as cal

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        (date(2025, 10, 14), 1, "days", date(2025, 10, 15)),
        (date(2025, 10, 14), 4, "days", date(2025, 10, 20)),  # Saturday the 18th moves to Monday
        (date(2025, 1, 31), 1, "months", date(2025, 2, 28)),  # § 188 (3) BGB
        (date(2024, 1, 31), 1, "months", date(2024, 2, 29)),
        (date(2025, 9, 3), 1, "months", date(2025, 10, 6)),  # 3 October is a holiday, then a weekend
        (date(2025, 10, 14), 2, "weeks", date(2025, 10, 28)),
        (date(2025, 10, 14), 10, "working_days", date(2025, 10, 28)),
        (date(2025, 12, 23), 1, "working_days", date(2025, 12, 24)),
        (date(2025, 12, 24), 1, "working_days", date(2025, 12, 29)),
    ],
)
def test_deadlines_by_the_civil_code(start, amount, unit, expected):
    assert cal.deadline(start, amount, unit) == expected


def test_all_saints_is_a_holiday_in_rhineland_palatinate_and_not_in_hesse():
    assert not cal.is_working_day(date(2027, 11, 1), "DE-RP")
    assert cal.is_working_day(date(2027, 11, 1), "DE-HE")


def test_a_pause_moves_the_end_by_its_days():
    pause = [(date(2025, 10, 16), date(2025, 10, 23))]
    assert cal.deadline(date(2025, 10, 14), 14, "days", pauses=pause) == date(2025, 11, 4)
    assert cal.deadline(date(2025, 10, 14), 10, "working_days", pauses=pause) == date(2025, 11, 4)


def test_a_pause_after_the_end_changes_nothing():
    pause = [(date(2025, 12, 1), date(2025, 12, 8))]
    assert cal.deadline(date(2025, 10, 14), 14, "days", pauses=pause) == date(2025, 10, 28)


def test_overlapping_pauses_count_once():
    twice = [(date(2025, 10, 16), date(2025, 10, 20)), (date(2025, 10, 18), date(2025, 10, 23))]
    once = [(date(2025, 10, 16), date(2025, 10, 23))]
    assert cal.deadline(date(2025, 10, 14), 14, "days", pauses=twice) == cal.deadline(
        date(2025, 10, 14), 14, "days", pauses=once
    )


def test_unknown_land_is_refused():
    with pytest.raises(ValueError, match="DE-XX"):
        cal.is_working_day(date(2025, 1, 1), "DE-XX")


@given(DAYS, st.integers(0, 60), st.sampled_from(["working_days", "days", "weeks", "months"]))
def test_a_deadline_ends_on_a_working_day_and_not_before_it_begins(start, amount, unit):
    end = cal.deadline(start, amount, unit)
    assert cal.is_working_day(end)
    assert end >= start


@given(DAYS, st.integers(1, 60), st.integers(0, 30), st.integers(1, 30))
def test_a_longer_pause_never_shortens_a_deadline(start, amount, offset, length):
    begin = start + timedelta(days=offset)
    short = cal.deadline(start, amount, "days", pauses=[(begin, begin + timedelta(days=length))])
    longer = cal.deadline(start, amount, "days", pauses=[(begin, begin + timedelta(days=length + 1))])
    assert longer >= short >= cal.deadline(start, amount, "days")
