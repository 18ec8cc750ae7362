"""A new case goes to the office and the team that the rules of the service name, by area."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from stadtkern.casework.cases.rules import MatterAddress, matter_address
from stadtkern.casework.services import responsibilities
from stadtkern.casework.services.models import Service
from stadtkern.foundation.access.api import system
from stadtkern.foundation.organizations.models import Office, Team
from stadtkern.foundation.places.models import District, Street

pytestmark = pytest.mark.django_db
DOG = "hundesteuer-anmeldung"


def _settle(slug: str, area: str, office: Office, team: Team | None, now: datetime) -> None:
    service = Service.objects.get(slug=slug)
    values = responsibilities.Values(
        office_id=office.pk, team_id=team.pk if team else None, valid_from_on=date(2025, 1, 1)
    )
    responsibilities.add(
        actor=system(service.tenant_id), service_id=service.pk, areas=[area], values=values, now=now
    )


@pytest.fixture
def teams(city: Any) -> dict[str, Team]:
    finance = Office.objects.get(slug="finanzen")
    return {
        name: Team.objects.create(slug=name.lower(), name=name, office=finance) for name in ("Aaa", "Zzz")
    }


def test_by_default_the_first_team_of_the_office(
    apply: Any, teams: Any, make_actor: Any, now: datetime
) -> None:
    assert apply(DOG, actor=make_actor(), now=now).team_id == teams["Aaa"].pk


def test_a_rule_for_everywhere_names_the_team(apply: Any, teams: Any, make_actor: Any, now: datetime) -> None:
    _settle(DOG, "", Office.objects.get(slug="finanzen"), teams["Zzz"], now)
    assert apply(DOG, actor=make_actor(), now=now).team_id == teams["Zzz"].pk
    Team.objects.filter(pk=teams["Zzz"].pk).update(active=False)
    assert apply(DOG, actor=make_actor(), now=now, key="second").team_id == teams["Aaa"].pk


def test_the_applicants_district_decides(apply: Any, teams: Any, make_actor: Any, now: datetime) -> None:
    district = District.objects.create(key="west", name="West")
    Street.objects.create(name="Am Demofeld", district=district, postcode="55118")  # as in the sample
    local = Office.objects.get(slug="bewohnerparken")
    _settle(DOG, "west", local, None, now)
    second = apply(DOG, actor=make_actor(), now=now, key="second")
    assert (second.office_id, second.team_id) == (local.pk, Team.objects.get(office=local).pk)


def test_the_place_of_the_matter_goes_before_the_home() -> None:
    facts = {"strasse": "Zuhause", "hausnummer": 3, "plz": "55116", "fest_strasse": "Marktplatz"}
    assert matter_address(facts) == MatterAddress(street="Marktplatz")
    home = {"strasse": "Zuhause", "hausnummer": 3, "plz": "55116", "fest_strasse": None}
    assert matter_address(home) == MatterAddress(street="Zuhause", number="3", postcode="55116")
    assert matter_address({"ortsbezirk": "west", "b_strasse": ["a", "b"]}).district == "west"
