"""Registers, numbers, rights: tables of examples from law."""

from __future__ import annotations

from datetime import date

import pytest

from stadtkern.foundation.businesses import rules

GMBH = {
    "legal_name": "Beispiel GmbH", "legal_form": "gmbh", "register_court": "Mainz", "register_number": "HRB 12345",
    "street": "Weg", "house_number": "1", "postcode": "55116", "city": "Mainz", "email": "a@example.org",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"legal_name": " "}, [("legal_name", "missing")]),
        ({"legal_form": "ltd"}, [("legal_form", "missing")]),
        ({"register_court": ""}, [("register_court", "missing")]),
        ({"register_number": ""}, [("register_number", "missing")]),
        ({"register_number": "12345"}, [("register_number", "register_number")]),
        ({"register_number": "HRA 12345"}, [("register_number", "register_kind")]),
        ({"legal_form": "kg", "register_number": "HRA 7"}, []),
        ({"legal_form": "sole", "register_number": "", "register_court": ""}, []),
        ({"legal_form": "sole", "register_court": ""}, [("register_court", "missing")]),
        ({"postcode": "5511"}, [("postcode", "postcode")]),
        ({"economy_id": "DE123456789"}, [("economy_id", "economy_id")]),
        ({"economy_id": "DE123456788-00001"}, []),
    ],
)
def test_what_a_business_must_say_depends_on_its_legal_form(change, found):
    assert rules.problems_of_business({**GMBH, **change}) == found


def test_numbers_are_written_as_the_register_does():
    assert rules.register_number(" hrb012345b ") == "HRB 12345 B"
    assert rules.register_number("GNR 7") == "GnR 7"
    assert rules.register_number("irgendwas") == "irgendwas"


def test_the_check_digit_finds_every_single_wrong_digit():
    good = "DE123456788"
    assert rules.is_economy_id(good)
    for place in range(2, 11):
        for digit in "0123456789":
            wrong = good[:place] + digit + good[place + 1 :]
            assert rules.is_economy_id(wrong) == (wrong == good)


TODAY = date(2025, 10, 14)


@pytest.mark.parametrize(
    ("services", "from_on", "to_on", "found"),
    [
        (None, TODAY, None, []),
        (["x"], TODAY, date(2025, 10, 15), []),
        ([], TODAY, None, [("services", "services")]),
        (None, None, None, [("from_on", "date")]),
        (None, TODAY, TODAY, [("to_on", "period")]),
        (None, date(2026, 1, 1), date(2025, 12, 31), [("to_on", "period")]),
    ],
)
def test_a_power_has_a_scope_and_a_period_that_is_not_over(services, from_on, to_on, found):
    problems = rules.problems_of_power(
        rights=["read"], services=services, from_on=from_on, to_on=to_on, today=TODAY
    )
    assert problems == found


def test_through_a_business_nobody_gets_more_than_her_role():
    everything = rules.rights_of_power(apply=True, receive=True)
    assert rules.rights_through("read", everything) == {"read", "receive"}
    assert rules.rights_through("administer", rules.rights_of_power(apply=False, receive=False)) == {"read"}


def test_ended_powers_are_kept_three_full_years():
    assert rules.kept_until(date(2025, 2, 1)) == date(2029, 1, 1)
