"""A municipality's own values and the package's defaults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from stadtkern.casework.processes.packages.parameters import (
    BadValue,
    as_json,
    effective,
    parse_parameters,
    parse_value,
)

ROWS = [
    {"name": "steuer_cents", "type": "number", "unit": "Cent", "label": {"de": "Steuer"}, "default": 18600},
    {"name": "ab", "type": "date", "label": {"de": "gilt ab"}, "default": "2025-01-01"},
    {"name": "anschrift", "type": "text", "label": {"de": "Anschrift"}, "default": ""},
    {"name": "marke", "type": "boolean", "label": {"de": "Marke beilegen"}, "default": True},
]


def test_own_values_win_and_defaults_fill_in() -> None:
    parameters, problems = parse_parameters(ROWS)
    assert problems == []
    values = effective(parameters, {"steuer_cents": "120,50", "marke": "false", "unknown": 1})
    assert values == {
        "steuer_cents": Decimal("120.50"),
        "ab": date(2025, 1, 1),
        "anschrift": "",
        "marke": False,
    }


def test_an_own_value_of_the_wrong_kind_does_not_stop_the_service() -> None:
    parameters, _ = parse_parameters(ROWS)
    assert effective(parameters, {"steuer_cents": "viel"})["steuer_cents"] == 18600


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1.234,5", Decimal("1234.5")),
        ("number", "0,5", Decimal("0.5")),
        ("number", "1234.5", Decimal("1234.5")),
        ("number", -3, Decimal(-3)),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("boolean", "true", True),
    ],
)
def test_values_are_read_as_people_write_them(kind: str, text: object, value: object) -> None:
    assert parse_value(kind, text) == value
    assert parse_value(kind, as_json(parse_value(kind, text))) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "1e99"),
        ("number", "NaN"),
        ("number", True),
        ("number", None),
        ("date", "2023-02-29"),
        ("boolean", 1),
        ("text", 3),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(kind: str, value: object) -> None:
    with pytest.raises(BadValue):
        parse_value(kind, value)


def test_every_faulty_declaration_is_named() -> None:
    rows = [
        {"name": "A b", "type": "number"},
        {"name": "a", "type": "money"},
        ROWS[0],
        ROWS[0],
        "x",
        {"name": "b", "type": "text"},
    ]
    parameters, problems = parse_parameters(rows)
    assert [path for path, _ in problems] == ["$[0]", "$[1]", "$[3].name", "$[4]", "$[5]"]
    assert [parameter.name for parameter in parameters] == ["steuer_cents"]
