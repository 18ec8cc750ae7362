"""Rules on plain values: who a child is, which months are possible, ways."""

from __future__ import annotations

from datetime import date

import pytest

from stadtkern.casework.kita import form, rules
from stadtkern.casework.kita.public.register import reordered

DAY = date(2024, 5, 2)


@pytest.mark.parametrize(
    ("given", "family"),
    [
        (" zoë ", "Müller-Łęcka"),
        ("Zoe", "Mueller Lecka"),
        ("ZOË", "müller  łęcka"),
    ],
)
def test_the_same_child_however_it_is_typed(given: str, family: str) -> None:
    assert rules.identity(given, family, DAY) == rules.identity("Zoë", "Müller-Łęcka", DAY)


@pytest.mark.parametrize(
    ("given", "family", "day"),
    [
        ("Zoé", "Müllér", DAY),
        ("Ida", "Müller-Łęcka", DAY),
        ("Zoë", "Müller-Łęcka", date(2024, 5, 3)),
        ("", "Zoë Müller-Łęcka", DAY),
    ],
)
def test_other_children_are_others(given: str, family: str, day: date) -> None:
    assert rules.identity(given, family, day) != rules.identity("Zoë", "Müller-Łęcka", DAY)


@pytest.mark.parametrize(
    ("birth", "school"),
    [
        (date(2020, 8, 31), date(2026, 8, 1)),
        (date(2020, 9, 1), date(2027, 8, 1)),
        (date(2020, 2, 29), date(2026, 8, 1)),
    ],
)
def test_school_begins_for_those_who_are_six_by_the_end_of_august(birth: date, school: date) -> None:
    assert rules.school_start(birth) == school


def test_months_and_claims_over_leap_days() -> None:
    assert rules.claim_on(date(2024, 2, 29)) == date(2025, 3, 1)
    assert rules.months_between(date(2024, 8, 31), date(2025, 2, 28)) == 5
    assert rules.months_between(date(2025, 3, 1), date(2025, 2, 1)) < 0
    assert rules.add_months(date(2025, 12, 14), 1) == date(2026, 1, 1)


def test_a_seat_takes_ages_hours_and_time() -> None:
    seat = rules.SeatKind(from_months=24, to_months=72, max_hours=7, free_from=date(2026, 10, 1))
    at = {"months": 24, "hours": 7, "start": date(2026, 10, 1)}
    assert seat.takes(**at)  # type: ignore[arg-type]
    for change in ({"months": 23}, {"months": 72}, {"hours": 8}, {"start": date(2026, 9, 1)}):
        assert not seat.takes(**{**at, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Große Bleiche 12", ("Große Bleiche", "12")),
        (" Am Demofeld 3 a, 55118 Mainz", ("Am Demofeld", "3 a")),
        ("Große Bleiche", None),
        ("", None),
    ],
)
def test_street_and_number(text: str, parts: tuple[str, str] | None) -> None:
    assert rules.address(text) == parts


def test_straight_lines() -> None:
    mainz, wiesbaden = (8.2711, 49.9987), (8.2402, 50.0826)
    assert 9_300 < rules.metres(mainz, wiesbaden) < 9_700
    assert rules.metres(mainz, mainz) == 0 and rules.walk_minutes(0) == 1
    assert rules.walk_minutes(750) == 13


def test_the_ranking_moves_one_step_and_forgets_nothing() -> None:
    class Sent(dict):  # type: ignore[type-arg]
        def getlist(self, key: str) -> list[str]:
            return [self[key]] if key in self else []

    keys = ["a", "b", "c"]
    assert reordered(keys, Sent(up="b")) == ["b", "a", "c"]
    assert reordered(keys, Sent(up="a")) == keys and reordered(keys, Sent(down="c")) == keys
    assert reordered(keys, Sent(down="a")) == ["b", "a", "c"]
    assert reordered(keys, Sent(out="b")) == ["a", "c"]
    assert reordered(keys, Sent(add="b")) == keys and reordered(keys, Sent(add="d")) == [*keys, "d"]
    full = [str(number) for number in range(rules.MOST_WISHES)]
    assert reordered(full, Sent(add="z")) == full


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("alleinerziehend", "Ja", True),
        ("alleinerziehend", "vielleicht", None),
        ("wochenstunden_1", " 39 ", 39),
        ("wochenstunden_1", "-1", None),
        ("wochenstunden_1", "²", None),
        ("bekenntnis", "katholisch", "katholisch"),
        ("bekenntnis", "anders", None),
        ("haertefall", "ja", None),  # nobody may claim what only the office knows
        ("gibt_es_nicht", "ja", None),
    ],
)
def test_answers_are_heard_only_as_the_catalogues_ask(name: str, text: str, value: object) -> None:
    assert form.heard(name, text) == value
