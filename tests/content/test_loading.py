"""The shipped content goes through the product's own doors: every service is published, every form goes live."""

from __future__ import annotations

import pytest

from stadtkern.casework.forms import api as forms
from stadtkern.casework.forms import demo as forms_demo
from stadtkern.casework.services import api as services
from stadtkern.casework.services import demo as services_demo
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.organizations import demo as organizations_demo
from stadtkern.foundation.places import actions as places
from stadtkern.foundation.places import demo as places_demo
from stadtkern.foundation.tenancy import api as tenancy
from tests.content.packages import ONLINE, slugs


@pytest.mark.django_db
def test_the_demo_city_loads_with_all_services_and_forms() -> None:
    for module in (organizations_demo, places_demo, services_demo, forms_demo):
        module.load()
    by_slug = {row.slug: row for row in organizations.municipalities()}
    with tenancy.act_for(by_slug["mainz"].id):
        assert [slug for slug in slugs() if services.find(slug) is None] == []
        assert [slug for slug in ONLINE if forms.published(slug) is None] == []
        assert (places.counts().districts, places.counts().streets) == (15, 150)
    with tenancy.act_for(by_slug["bodenheim"].id):
        assert [slug for slug in services_demo.NEIGHBOURS if services.find(slug) is None] == []
        assert forms.published("hundesteuer-anmeldung") is not None
        assert places.counts().streets == 20
