"""The demo's residents find something when they log in: a decision, a question, a case in review, a draft."""

from __future__ import annotations

import json
from collections import defaultdict
from importlib import resources
from typing import Any

import pytest

from stadtkern.casework.cases import demo_residents
from stadtkern.casework.cases.models import Case
from stadtkern.kernel import clock

DEMO = resources.files("stadtkern.content") / "demo"


def test_every_resident_has_every_story_but_the_one_who_never_logs_in() -> None:
    people = {person["login"] for person in json.loads((DEMO / "residents.json").read_text("utf-8"))}
    stories = defaultdict(set)
    for entry in json.loads((DEMO / "applications.json").read_text("utf-8")):
        stories[entry["login"]].add(entry["story"])
    firms = (DEMO / "businesses.json").read_text("utf-8")
    for_firms = {login for login in people if f'"{login}"' in firms}
    assert people - {"chidi.okonkwo"} - for_firms <= set(stories) <= people - {"chidi.okonkwo"}
    told = {login: found for login, found in stories.items() if login not in for_firms}
    assert told and all(found == {"decided", "question", "review", "draft"} for found in told.values())


@pytest.mark.django_db
def test_the_stories_are_told_by_the_actions_of_the_product(
    city: Any, make_actor: Any, team: Any, now: Any, client: Any
) -> None:
    from stadtkern.foundation.accounts.models import Account, Identity

    clock.shift_to(now, real_start=clock.real_now())
    make_actor("caseworker", team=team("finanzen"), name="S. Berger")
    make_actor("caseworker", team=team("bewohnerparken"), name="T. Okafor")
    zoe = Account.objects.create(username="zoe.celik", display_name="Zoë Çelik", email="zoe@resident.example")
    Identity.objects.create(
        account=zoe, given_names="Zoë Marija", family_name="Çelik-Nowák", birth_date="1988-03-14",
        street="Am Demofeld 12", postcode="55118", city="Mainz", assurance=4,
    )  # fmt: skip
    demo_residents.make(now, demo_residents.teams())
    decided, review = Case.objects.filter(applicant=zoe).order_by("received_at")
    assert (decided.state, review.state) == ("decided", "in_review")
    assert decided.applicant_address == "Am Demofeld 12\n55118 Mainz"
    assert decided.post_box.get(kind="decision").file_id is not None
    assert review.post_box.filter(kind="message").exists()
    client.force_login(zoe, backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        path: client.get(path).content.decode() for path in ("/vorgaenge/", "/postfach/", "/meine-daten/")
    }
    assert decided.number in pages["/vorgaenge/"] and review.number in pages["/vorgaenge/"]
    assert f"Bescheid {decided.number}" in pages["/postfach/"]
    assert decided.number in pages["/meine-daten/"]
