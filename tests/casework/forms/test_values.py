"""Reading one value: what people type, what programs send, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtkern.casework.forms.messages import TEXTS, Fault, problem
from stadtkern.casework.forms.model import Datatype, Kind, Value
from stadtkern.casework.forms.values import is_blank, parse_value
from tests.casework.forms.samples import UPLOAD, field
from tests.casework.forms.strategies import fields, junk


def read(datatype: Datatype, raw: Any, **limits: Any) -> Any:
    result = parse_value(field("F1", datatype, **limits), raw)
    return result.code if isinstance(result, Fault) else result


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1.234,56", 1234.56), ("1234,56", 1234.56), ("1234.56", 1234.56), ("1.234", 1234), ("1.234.567", 1234567),
        ("0,5", 0.5), ("-3", -3), ("−3", -3), ("+3", 3), (" 7 ", 7), ("1 000", 1000), (12.5, 12.5), (12.0, 12), (7, 7),
        ("1,2,3", "not_number"), ("1.23.4", "not_number"), ("zwölf", "not_number"), ("1e5", "not_number"),
        ("NaN", "not_number"), (float("nan"), "not_number"), (float("inf"), "not_number"), (True, "not_number"),
        ("1" * 16, "too_many_digits"), (10**400, "too_many_digits"), ("1" * 5000, "not_number"), ([1], "not_number"),
        ("٣", "not_number"),
    ],
)  # fmt: skip
def test_numbers_in_german_and_program_notation(raw: Any, value: Any) -> None:
    assert read(Datatype.NUM, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12,50 €", 12.5),
        ("12,50 EUR", 12.5),
        ("1.000 €", 1000),
        ("12,505", "not_currency"),
        ("€", "not_currency"),
        ("5", 5),
    ],
)
def test_amounts_of_money(raw: str, value: Any) -> None:
    assert read(Datatype.NUM_CURRENCY, raw) == value


@pytest.mark.parametrize(("raw", "value"), [("3", 3), ("3,0", 3), ("3,5", "not_integer"), (4.0, 4)])
def test_whole_numbers(raw: Any, value: Any) -> None:
    assert read(Datatype.NUM_INT, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("24.12.2025", "2025-12-24"), ("1.2.2025", "2025-02-01"), ("24. 12. 2025", "2025-12-24"),
        ("2025-12-24", "2025-12-24"), ("29.2.2024", "2024-02-29"), ("29.2.2025", "not_date"), ("2025-02-30", "not_date"),
        ("24.12.25", "not_date"), ("heute", "not_date"), (20251224, "not_date"), ("20251224", "not_date"),
        ("0000-01-01", "not_date"), ("2025-W01-1", "not_date"),
    ],
)  # fmt: skip
def test_dates(raw: Any, value: str) -> None:
    assert read(Datatype.DATE, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("14:30", "14:30:00"),
        ("9.05 Uhr", "09:05:00"),
        ("14:30:15", "14:30:15"),
        ("24:00", "not_time"),
        ("1430", "not_time"),
    ],
)
def test_times(raw: str, value: str) -> None:
    assert read(Datatype.TIME, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("24.12.2025 14:30", "2025-12-24T14:30:00"), ("2025-12-24T14:30", "2025-12-24T14:30:00"),
        ("2025-12-24T14:30:00+01:00", "2025-12-24T14:30:00+01:00"), ("24.12.2025 um 14.30 Uhr", "2025-12-24T14:30:00"),
        ("24.12.2025", "not_datetime"), ("2025-12-24T25:00", "not_datetime"),
    ],
)  # fmt: skip
def test_moments(raw: str, value: str) -> None:
    assert read(Datatype.DATETIME, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("ja", True),
        ("Nein", False),
        ("true", True),
        ("0", False),
        (True, True),
        ("vielleicht", "not_bool"),
        (2, "not_bool"),
    ],
)
def test_yes_and_no(raw: Any, value: Any) -> None:
    assert read(Datatype.BOOL, raw) == value


@pytest.mark.parametrize(
    ("limits", "raw", "value"),
    [
        ({"min_length": "2"}, "a", "too_short"),
        ({"max_length": "3"}, "abcd", "too_long"),
        ({"max_length": "3"}, " abc ", "abc"),
        ({"pattern": "[0-9]{5}"}, "55116", "55116"),
        ({"pattern": "[0-9]{5}"}, "5511", "pattern"),
        ({"pattern": "[0-9]{15}"}, "276 0981 0235 6789", "276098102356789"),
        (
            {"pattern": "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"},
            "de02 1203 0000 0000 2020 51",
            "DE02120300000000202051",
        ),
        ({"pattern": "(a+)+b"}, "a" * 5000, "pattern"),
        ({"pattern": "(?=kaputt"}, "egal", "egal"),
        ({}, "a\r\nb", "a\nb"),
        ({}, "u\u0308", "ü"),
        ({}, "a\x00b", "control_character"),
        ({}, "\ud800", "control_character"),
        ({}, "x" * 10_001, "too_long"),
        ({}, {"a": 1}, "shape"),
        ({}, 12, "12"),
    ],
)
def test_texts(limits: dict[str, str], raw: Any, value: str) -> None:
    assert read(Datatype.TEXT, raw, **limits) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [("Łukasz Đorđević", "Łukasz Đorđević"), ("C̆ele", "C̆ele"), ("Иван", "not_latin"), ("名", "not_latin")],
)
def test_latin_texts(raw: str, value: str) -> None:
    assert read(Datatype.TEXT_LATIN, raw) == value


def test_the_foreign_character_and_its_place_are_named() -> None:
    found = parse_value(field("F1", Datatype.TEXT_LATIN), "Anna Ж")
    assert isinstance(found, Fault)
    told = problem("F1", found, label="Vorname")
    assert told.message == (
        "„Vorname“: Das Zeichen „Ж“ (U+0416) an Stelle 6 gehört nicht zu den zulässigen lateinischen Zeichen (DIN 91379)."
    )
    assert "position 6" in told.message_en


@pytest.mark.parametrize(
    ("datatype", "limits", "raw", "code"),
    [
        (Datatype.NUM, {"min_value": "1"}, "0", "below_min"),
        (Datatype.NUM, {"max_value": "9.5"}, "9,6", "above_max"),
        (Datatype.NUM_INT, {"max_value": "12"}, "13", "above_max"),
        (Datatype.DATE, {"min_value": "1900-01-01"}, "31.12.1899", "too_early"),
        (Datatype.DATE, {"max_value": "2030-12-31"}, "1.1.2031", "too_late"),
        (Datatype.TIME, {"min_value": "08:00"}, "7:59", "too_early"),
        (Datatype.DATETIME, {"max_value": "2025-01-01T00:00:00"}, "1.1.2025 0:01", "too_late"),
    ],
)
def test_ranges(datatype: Datatype, limits: dict[str, str], raw: str, code: str) -> None:
    assert read(datatype, raw, **limits) == code


def test_codes_come_from_the_list() -> None:
    chosen = field("F1", kind=Kind.SELECT, values=(Value(code="001", name="Assistenzhund"),))
    codes = frozenset({"001"})
    assert parse_value(chosen, " 001 ", codes) == "001"
    for wrong in ("1", "Assistenzhund", ["001"], "0" * 300, {"a": 1}):
        assert isinstance(parse_value(chosen, wrong, codes), Fault)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"media_type": "text/html"}, "file_type"), ({"size": 1001}, "file_size"), ({"size": -1}, "not_file"),
        ({"size": "10"}, "not_file"), ({"sha256": "kurz"}, "not_file"), ({"name": None}, "not_file"), ({"name": "\x00"}, "not_file"),
        ({"name": "x" * 501}, "not_file"),
    ],
)  # fmt: skip
def test_uploads(change: dict[str, Any], code: str | None) -> None:
    upload = field("F1", Datatype.FILE, media_types=("application/pdf",), max_size=1000)
    result = parse_value(upload, {**UPLOAD, **change, "unfug": 1})
    assert (result.code if isinstance(result, Fault) else None) == code
    if code is None:
        assert result == UPLOAD


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fields, junk, st.one_of(st.none(), st.frozensets(st.text(max_size=3))))
def test_nothing_raises_and_reading_again_gives_the_same(
    any_field: Any, raw: Any, codes: frozenset[str] | None
) -> None:
    if is_blank(raw):
        return
    first = parse_value(any_field, raw, codes)
    if isinstance(first, Fault):
        told = problem("F", first, label="Feld {x}")
        assert told.message and told.message_en and first.code in TEXTS
    elif not is_blank(first):
        assert parse_value(any_field, first, codes) == first


def test_every_sentence_names_the_field_or_the_form() -> None:
    for code, (german, english) in TEXTS.items():
        if code != "too_large":
            assert "{label}" in german and "{label}" in english, code
