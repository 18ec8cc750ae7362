"""A city with published services, forms and staff, from the shipped packages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stadtkern.casework.cases.demo_samples import PACKAGES, with_files
from tests.conftest import make_municipality
from tests.foundation.businesses.fixtures import again, data, empower, found, join

__all__ = ["again", "data", "empower", "found", "join"]


def build_city() -> Any:
    """Mainz with its offices, and the dog tax, the street festival and the residents' parking permit online."""
    from stadtkern.casework.forms import demo as forms_demo
    from stadtkern.casework.services import actions as services
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.organizations.models import Office, Team
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    mainz = make_municipality("mainz", "Mainz", ags="07315000")
    with tenancy.act_for(mainz.pk):
        for slug, name in (
            ("finanzen", "Amt für Finanzen"),
            ("sondernutzung", "Sondernutzung"),
            ("bewohnerparken", "Bewohnerparken"),
        ):
            office = Office.objects.create(slug=slug, name=name, address="Musterplatz 1\n55116 Mainz")
            Team.objects.create(slug=f"team-{slug}", name=f"Team {name}", office=office)
        actor = system(mainz.pk)
        for slug in ("hundesteuer-anmeldung", "sondernutzung-strassenfest", "bewohnerparkausweis"):
            service_id = services.adopt(actor=actor, slug=slug, now=clock.now())
            services.publish(actor=actor, service_id=service_id, version=1, now=clock.now())
            forms_demo.load_package(slug)
    return mainz


@pytest.fixture(scope="module")
def standing_city(standing: None) -> Any:
    """That city, built once for a module; every test starts from it."""
    return build_city()


@pytest.fixture
def mainz(standing_city: Any, db: None) -> Iterator[Any]:
    """The test acts for it."""
    from stadtkern.foundation.organizations.api import forget
    from stadtkern.foundation.tenancy import api as tenancy

    forget()
    with tenancy.act_for(standing_city.pk):
        yield type(standing_city).objects.get(pk=standing_city.pk)


@pytest.fixture
def city(mainz: Any) -> Any:
    """By its other name."""
    return mainz


@pytest.fixture
def apply(city: Any) -> Any:
    """``apply("hundesteuer-anmeldung", actor=…)`` sends the shipped sample and gives the case."""
    from stadtkern.casework.cases.models import Case
    from stadtkern.casework.forms import api as forms

    def send(
        slug: str,
        *,
        actor: Any,
        now: Any,
        sample: str = "sample.json",
        key: str = "",
        channel: str = "online",
    ) -> Case:
        values = with_files(json.loads((PACKAGES / slug / sample).read_text("utf-8")))
        info = forms.create_submission(
            actor=actor, service_slug=slug, values=values, now=now, channel=channel, idempotency_key=key
        )
        return Case.objects.get(root_submission_id=info.id, parent=None)

    return send


@pytest.fixture
def team(city: Any) -> Any:
    """Gives the team of an office slug."""
    from stadtkern.foundation.organizations.models import Team

    return lambda slug: Team.objects.get(slug=f"team-{slug}")
