"""The demo's municipalities, people, roles and places load, and load again without a change."""

from __future__ import annotations

from typing import Any

import pytest

from stadtkern.foundation.access import demo as access_demo
from stadtkern.foundation.access.models import Absence, RoleAssignment
from stadtkern.foundation.accounts import demo as accounts_demo
from stadtkern.foundation.accounts.api import authenticate_app_password
from stadtkern.foundation.accounts.models import Account, AppPassword, Identity
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.organizations import demo as organizations_demo
from stadtkern.foundation.organizations.models import Municipality, Office, Team
from stadtkern.foundation.places import api as places
from stadtkern.foundation.places import demo as places_demo
from stadtkern.foundation.tenancy import api as tenancy

pytestmark = pytest.mark.django_db


def load() -> dict[str, int]:
    for module in (organizations_demo, places_demo, accounts_demo, access_demo):
        module.load()
    found = {"accounts": Account.objects.count(), "passwords": AppPassword.objects.count()}
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            for model in (Office, Team, RoleAssignment, Absence):
                found[f"{municipality.slug} {model.__name__}"] = model.objects.count()
            found[f"{municipality.slug} addresses"] = places.counts().addresses
    return found


def test_the_demo_loads_twice_with_the_same_result(db: Any) -> None:
    first = load()
    assert first == load()
    assert Municipality.objects.count() == 4
    assert first["mainz Office"] >= 13 and first["mainz Absence"] == 1 and first["mainz addresses"] > 500
    assert Identity.objects.count() == 12


def test_mainz_has_its_fifteen_districts_with_outlines_marked_schematic(db: Any) -> None:
    load()
    mainz = organizations.find("mainz")
    assert mainz and mainz.operator
    with tenancy.act_for(mainz.id):
        districts = places.districts()
        assert len(districts) == 15 and all(row.outline and row.schematic for row in districts)
        assert places.boundary() is not None
        street = places.streets("Glockengieß")[0]
        assert places.address_exists(street.name, places.numbers(street.id)[0])
        assert not places.address_exists(street.name, "9999")
        district = places.district_of(street.name, places.numbers(street.id)[0])
        assert district is not None and district.name == street.district_name


def test_every_demo_account_can_be_used_by_a_program(db: Any) -> None:
    load()
    accounts = accounts_demo.accounts()
    roles = {entry["role"] for entry in accounts}
    assert {
        "resident",
        "caseworker",
        "team_lead",
        "counter",
        "service_manager",
        "administrator",
        "auditor",
    } <= roles
    entry = next(entry for entry in accounts if entry["role"] == "caseworker")
    assert entry["totp_secret"]
    login = authenticate_app_password(str(entry["login"]), str(entry["app_password"]), "submissions")
    assert login is not None and login.kind == "staff"
    assert authenticate_app_password(str(entry["login"]), str(entry["password"]), "submissions") is None
