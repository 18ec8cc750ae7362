"""The demo city fits together: people belong to offices that exist, addresses lie in the streets that are delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from stadtkern.foundation.access.models import Role
from stadtkern.foundation.places.reading import Delivery, read_outlines, read_streets
from stadtkern.kernel.din91379 import first_foreign
from tests.content.packages import DEMO, ONLINE, read_json, service

TENANTS = ("mainz", "bodenheim", "nieder-olm", "ingelheim")
ORTSBEZIRKE = {
    "Altstadt",
    "Bretzenheim",
    "Drais",
    "Ebersheim",
    "Finthen",
    "Gonsenheim",
    "Hartenberg-Münchfeld",
    "Hechtsheim",
    "Laubenheim",
    "Lerchenberg",
    "Marienborn",
    "Mombach",
    "Neustadt",
    "Oberstadt",
    "Weisenau",
}


def places(tenant: str) -> Delivery:
    delivery = Delivery()
    read_outlines((DEMO / "places" / tenant / "outlines.geojson").read_bytes(), delivery)
    read_streets((DEMO / "places" / tenant / "streets-synthetic.csv").read_bytes(), delivery)
    return delivery


def offices(tenant: str) -> dict[str, set[str]]:
    """Teams by office slug."""
    return dict(_flat(read_json(DEMO / "offices.json")[tenant]))


def _flat(rows: list[dict[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    for row in rows:
        yield row["slug"], {team["slug"] for team in row["teams"]}
        yield from _flat(row.get("children", []))


@pytest.mark.parametrize("tenant", TENANTS)
def test_places_are_read_without_a_problem(tenant: str) -> None:
    found = places(tenant)
    assert found.problems == []
    assert found.boundary is not None and "BKG" in found.boundary.source
    assert len(_points(found.boundary.geometry)) <= 400
    assert all(row.longitude and row.latitude and row.number and row.postcode for row in found.addresses)


def test_mainz_has_its_fifteen_districts_marked_as_schematic() -> None:
    found = places("mainz")
    assert {district.name for district in found.districts} == ORTSBEZIRKE
    assert all(district.schematic for district in found.districts)
    assert len({row.street for row in found.addresses}) == 150
    assert {row.district for row in found.addresses} == ORTSBEZIRKE


@pytest.mark.parametrize("tenant", TENANTS[1:])
def test_the_neighbours_have_twenty_streets(tenant: str) -> None:
    assert len({row.street for row in places(tenant).addresses}) == 20


def _points(geometry: Any) -> list[list[float]]:
    if isinstance(geometry, dict):
        return _points(geometry["coordinates"])
    if geometry and isinstance(geometry[0], (int, float)):
        return [geometry]
    return [point for part in geometry for point in _points(part)]


@pytest.mark.parametrize("tenant", TENANTS)
def test_slugs_are_unique_and_contacts_are_fictitious(tenant: str) -> None:
    flat = list(_flat(read_json(DEMO / "offices.json")[tenant]))
    teams = [team for _, members in flat for team in members]
    assert len({slug for slug, _ in flat}) == len(flat)
    assert len(set(teams)) == len(teams)
    text = (DEMO / "offices.json").read_text(encoding="utf-8")
    assert text.count(".example") == text.count('"email"') and text.count(" 000-") == text.count('"phone"')


def test_staff_belong_to_offices_and_have_known_roles() -> None:
    staff = read_json(DEMO / "staff.json")
    logins = {person["login"] for person in staff}
    assert len(logins) == len(staff)
    for person in staff:
        assert person["synthetic"] is True and first_foreign(person["name"]) is None
        assert person["deputy"] is None or person["deputy"] in logins - {person["login"]}
        for role in person["roles"]:
            assert role["role"] in Role.values
            if "office" in role:
                assert role["team"] in offices(person["tenant"])[role["office"]], person["login"]


@pytest.mark.parametrize("slug", ONLINE)
def test_every_online_service_has_two_people_who_can_decide(slug: str) -> None:
    office = service(slug)["office"]
    deciding = [
        person["login"]
        for person in read_json(DEMO / "staff.json")
        if person["tenant"] == "mainz"
        for role in person["roles"]
        if role.get("office") == office and role["role"] in ("caseworker", "team_lead")
    ]
    assert len(deciding) >= 2


def test_all_roles_have_a_demo_account_in_mainz() -> None:
    roles = {
        role["role"]
        for person in read_json(DEMO / "staff.json")
        if person["tenant"] == "mainz"
        for role in person["roles"]
    }
    assert roles == set(Role.values)


def test_residents_live_in_delivered_streets_and_stretch_the_alphabet() -> None:
    residents = read_json(DEMO / "residents.json")
    known = {(row.street, row.number, row.postcode) for row in places("mainz").addresses}
    names = [f"{person['given_names']} {person['family_name']}" for person in residents]
    assert len(residents) == 12
    assert all(first_foreign(name) is None for name in names)
    assert sum(not name.isascii() for name in names) >= 4
    assert {person["assurance_level"] for person in residents} == {"none", "low", "substantial", "high"}
    for person in residents:
        assert (person["street"], person["house_number"], person["postcode"]) in known
        assert person["email"].endswith(".example") and person["synthetic"] is True


def test_news_are_labelled_and_undated() -> None:
    news = read_json(DEMO / "news.json")
    assert len(news) == 6
    for item in news:
        assert item["synthetic"] is True and item["published_on"] is None and item["label"]["de"]
        assert all(set(item[key]) == {"de", "en"} for key in ("title", "text", "period", "label"))
