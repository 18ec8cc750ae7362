"""Submissions as JSON and XML: both are valid by our own schemas and come back as the same values."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree

from stadtkern.casework.forms.evaluate import evaluate
from stadtkern.casework.forms.jsonschema import json_schema
from stadtkern.casework.forms.model import Datatype, Form, Kind, Value
from stadtkern.casework.forms.payload import to_json_payload, to_xml_payload
from stadtkern.casework.forms.ruleset import Ruleset
from stadtkern.casework.forms.xsd import NAMESPACE, xml_schema
from tests.casework.forms.payload_reader import from_xml_payload
from tests.casework.forms.samples import COMPLETE, DOGS, UPLOAD, at, field, form, group
from tests.casework.forms.strategies import answers

EVERYTHING = form(
    at(field("F1", Datatype.TEXT, max_length="2000"), "0:1"),
    at(field("F2", Datatype.DATE, min_value="1900-01-01"), "0:1"),
    at(field("F3", Datatype.TIME), "0:1"),
    at(field("F4", Datatype.DATETIME), "0:1"),
    at(field("F5", Datatype.BOOL), "0:1"),
    at(field("F6", Datatype.NUM, min_value="-5"), "0:1"),
    at(field("F7", Datatype.NUM_INT, max_value="99"), "0:1"),
    at(field("F8", Datatype.NUM_CURRENCY), "0:3"),
    at(field("F9", Datatype.FILE, max_size=1000), "0:*"),
    at(field("F10", kind=Kind.SELECT, values=(Value(code="a b"), Value(code="ü"))), "0:1"),
    at(field("F11", kind=Kind.LABEL, content="Hinweis")),
    at(group("G1", at(field("F12"), "0:1"), at(group("G2", at(field("F13"), "0:1")), "0:2"))),
    at(field("F14", Datatype.TEXT_LATIN, kind=Kind.HIDDEN, content="fest"), "0:1"),
    version="1.0.0",
)


def kept(to: Form, raw: Any) -> dict[str, Any]:
    result = evaluate(to, Ruleset(), raw, today=date(2025, 10, 14))
    assert result.ok, result.problems
    return result.values


def check_both(to: Form, values: dict[str, Any]) -> None:
    payload = to_json_payload(to, values)
    Draft202012Validator(json_schema(to)).validate(json.loads(json.dumps(payload)))
    document = to_xml_payload(to, values)
    etree.XMLSchema(etree.fromstring(xml_schema(to))).assertValid(etree.fromstring(document))
    assert kept(to, json.loads(json.dumps(payload))) == values
    assert kept(to, from_xml_payload(to, document)) == values


def test_a_complete_submission_goes_out_and_comes_back() -> None:
    check_both(DOGS, kept(DOGS, {**COMPLETE, "G2": [{"F21": "a & <b>\n c", "F24": [UPLOAD]}, {"F21": "b"}]}))
    check_both(DOGS, kept(DOGS, {**COMPLETE, "G3": {"G32": {}}}))


def test_every_datatype_goes_out_and_comes_back() -> None:
    raw = {
        "F1": "Straße\nzwei", "F2": "1.2.2025", "F3": "9:05", "F4": "1.2.2025 9:05", "F5": "nein", "F6": "-1,25",
        "F7": "12", "F8": ["1.234,00", "0,10"], "F9": [UPLOAD, {**UPLOAD, "id": "y"}], "F10": "ü",
        "G1": {"G2": [{"F13": "x"}, {"F13": "y"}]},
    }  # fmt: skip
    values = kept(EVERYTHING, raw)
    assert values["F8"] == [1234, 0.1] and values["F14"] == "fest"
    check_both(EVERYTHING, values)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(st.data())
def test_what_is_judged_good_is_good_by_both_schemas(data: st.DataObject) -> None:
    result = evaluate(EVERYTHING, Ruleset(), data.draw(answers(EVERYTHING)), today=date(2025, 10, 14))
    again = evaluate(EVERYTHING, Ruleset(), result.values, today=date(2025, 10, 14))
    assert again.ok  # nothing here is required, so pruning leaves only good values
    check_both(EVERYTHING, again.values)


def test_xml_numbers_are_never_taken_for_german_thousands() -> None:
    document = f'<S1V1.0.0 xmlns="{NAMESPACE}"><F6>1.234</F6><G1/></S1V1.0.0>'.encode()
    assert kept(EVERYTHING, from_xml_payload(EVERYTHING, document))["F6"] == 1.234


@pytest.mark.parametrize(
    "values",
    [
        {"G1": {}, "F1": 1}, {"G1": {}, "F2": "1.1.2025"}, {"G1": {}, "F7": 100}, {"G1": {}, "F10": "x"}, {"G1": {}, "F11": "x"},
        {"G1": {}, "F8": [1, 2, 3, 4]}, {"G1": {"G2": {}}}, {}, {"G1": {}, "F99": 1}, {"G1": {}, "F9": [{"name": "a"}]},
    ],
)  # fmt: skip
def test_the_json_schema_refuses_what_does_not_fit(values: dict[str, Any]) -> None:
    assert not Draft202012Validator(json_schema(EVERYTHING)).is_valid(values)


def test_the_json_schema_wants_exactly_one_alternative() -> None:
    schema = Draft202012Validator(json_schema(DOGS))
    assert schema.is_valid(COMPLETE)
    for wrong in ({}, {"G31": {"F311": "DE02120300000000202051"}, "G32": {}}):
        assert not schema.is_valid({**COMPLETE, "G3": wrong})
