"""Every service page is complete in both languages and points only at what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.content.packages import DEMO, ONLINE, SERVICES, read_json, service, slugs

KEYS = {
    "slug",
    "leika_key",
    "title",
    "summary",
    "description",
    "synonyms",
    "life_situations",
    "office",
    "audience",
    "assurance_level",
    "fees",
    "deadlines",
    "processing_time",
    "documents",
    "legal_basis",
    "steps",
    "related",
    "online",
    "reviewed_on",
    "external_url",
}


@pytest.fixture(params=slugs())
def data(request: pytest.FixtureRequest) -> dict[str, Any]:
    return service(request.param)


def test_there_are_enough_services_and_25_and_more_are_online() -> None:
    assert len(slugs()) >= 40 and len(ONLINE) >= 25
    assert sorted(slug for slug in slugs() if service(slug)["online"]) == sorted(ONLINE)


def test_leika_keys_are_well_formed_and_unique() -> None:
    keys = [service(slug)["leika_key"] for slug in slugs()]
    assert all(re.fullmatch(r"99\d{12}", key) for key in keys)
    assert len(set(keys)) == len(keys)


def test_shape(data: dict[str, Any]) -> None:
    assert set(data) == KEYS
    assert data["slug"] in slugs()
    assert set(data["audience"]) <= {"citizen", "business"} and data["audience"]
    assert data["assurance_level"] in ("none", "low", "substantial", "high")
    assert date.fromisoformat(data["reviewed_on"]) <= date(2025, 10, 14)
    assert data["external_url"] is None
    assert data["steps"] and data["legal_basis"] and data["fees"]


def test_both_languages_are_complete(data: dict[str, Any]) -> None:
    for path, text in _texts(data):
        assert set(text) == {"de", "en"}, path
        assert all(value and value == value.strip() for value in text.values() if isinstance(value, str)), (
            path
        )
    assert data["description"]["de"].count("\n\n") == data["description"]["en"].count("\n\n")
    assert 1 <= data["description"]["de"].count("\n\n") <= 3


def _texts(value: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if "de" in value:
            yield path, value
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{index}]")


def test_summary_is_one_sentence(data: dict[str, Any]) -> None:
    for text in data["summary"].values():
        assert len(text) <= 140 and text.endswith(".")


def test_amounts_are_cents(data: dict[str, Any]) -> None:
    for fee in data["fees"]:
        assert fee["amount_cents"] is None or (type(fee["amount_cents"]) is int and fee["amount_cents"] >= 0)
        assert fee["legal_basis"]


def test_it_points_at_what_exists(data: dict[str, Any]) -> None:
    assert set(data["related"]) <= set(slugs()) - {data["slug"]}
    assert set(data["life_situations"]) <= {row["slug"] for row in read_json(DEMO / "life_situations.json")}
    assert data["office"] in set(_office_slugs(read_json(DEMO / "offices.json")["mainz"]))


def _office_slugs(offices: list[dict[str, Any]]) -> Iterator[str]:
    for office in offices:
        yield office["slug"]
        yield from _office_slugs(office.get("children", []))


def test_every_life_situation_leads_to_a_service() -> None:
    used = {life for slug in slugs() for life in service(slug)["life_situations"]}
    assert {row["slug"] for row in read_json(DEMO / "life_situations.json")} == used


@pytest.mark.parametrize("slug", slugs())
def test_only_online_services_have_a_form(slug: str) -> None:
    parts = {path.name for path in (SERVICES / slug).iterdir()} - {"service.json"}
    whole = {
        "form.xdf3.xml",
        "form.en.json",
        "rules.json",
        "sample.json",
        "sample-problem.json",
        "package.json",
        "process.bpmn",
        "texts.json",
        "parameters.json",
        "decisions",
        "tests",
    }
    assert parts == (whole if slug in ONLINE else set())
