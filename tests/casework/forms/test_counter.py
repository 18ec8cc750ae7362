"""Counter staff of one office share begun applications, hand them on, and find a person again, with a purpose."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from stadtkern.casework.forms import actions, counter, policies
from stadtkern.casework.forms.actions.drafts import Person
from stadtkern.casework.forms.models import Draft
from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.foundation.audit.models import Entry
from tests.casework.forms.django_fixtures import DOG_TAX, sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(online, make_actor, now):
    """Two offices: at the first two people, at the other one; the first one has begun an application."""
    from stadtkern.foundation.organizations.models import Office

    online(DOG_TAX)
    here = Office.objects.create(slug="nord", name="Bürgerservice Nord")
    there = Office.objects.create(slug="sued", name="Bürgerservice Süd")
    people = {
        "ann": make_actor("counter", office=here),
        "ben": make_actor("counter", office=here),
        "far": make_actor("counter", office=there),
        "worker": make_actor("caseworker", office=here),
    }
    draft = actions.start_draft(
        actor=people["ann"], service_slug=DOG_TAX, channel="counter", now=now,
        person=Person(name="Zoë Çelik", address="Am Demofeld 12\n55118 Mainz"), prefill=sample(DOG_TAX),
    )  # fmt: skip
    return people | {"draft": draft.id}


def test_the_counter_sees_it_and_nobody_else(city, now):
    def seen(who: str) -> set[UUID]:
        return set(counter.drafts_visible_to(city[who], now).values_list("pk", flat=True))

    assert seen("ann") == seen("ben") == {city["draft"]}
    assert seen("far") == seen("worker") == set()


def test_handing_over_changes_who_works_on_it(city, now):
    for who in ("far", "worker"):
        with pytest.raises(NotVisible):
            counter.hand_over(
                actor=city[who], draft_id=city["draft"], account_id=city[who].account_id, now=now
            )
    with pytest.raises(NotAllowed):
        counter.hand_over(
            actor=city["ann"], draft_id=city["draft"], account_id=city["far"].account_id, now=now
        )
    counter.hand_over(actor=city["ann"], draft_id=city["draft"], account_id=city["ben"].account_id, now=now)
    assert Draft.objects.get(pk=city["draft"]).account_id == city["ben"].account_id
    assert Entry.objects.filter(action="forms.hand_over_draft").count() == 1
    assert policies.find_draft(city["ben"], city["draft"]).pk == city["draft"]
    with pytest.raises(NotVisible):
        policies.find_draft(city["ann"], city["draft"])


def test_a_person_is_found_with_a_purpose_that_is_recorded(city, now):
    def found(who: str, **more):
        values = {"name": "zoë", "born_on": None, "purpose": "Rückfrage am Telefon", **more}
        return counter.find_persons(actor=city[who], now=now, **values)

    assert [row.name for row in found("ben")] == ["Zoë Çelik"]
    assert [row.born_on for row in found("ben", born_on=date(1988, 3, 14))] == ["1988-03-14"]
    assert found("ben", born_on=date(1988, 3, 15)) == [] and found("far") == []
    entry = Entry.objects.filter(action="forms.search_persons").order_by("id")[0]
    assert "Zoë" not in str(entry.__dict__)
    for more in ({"purpose": " "}, {"name": "z"}):
        with pytest.raises(counter.SearchRefused):
            found("ben", **more)
    with pytest.raises(NotAllowed):
        found("worker")


def test_the_pages(city, client: Client, now):
    from stadtkern.foundation.accounts.models import Account

    client.defaults["HTTP_HOST"] = "mainz.localhost"

    def log_in(who: str) -> None:
        client.force_login(Account.objects.get(pk=city[who].account_id))
        session = client.session
        session["second_factor"] = True
        session.save()

    Draft.objects.update(expires_at="2099-01-01T00:00:00Z")
    log_in("ben")
    assert "Angefangen von anderen" in client.get(reverse("forms_desk:entry")).content.decode()
    assert client.post(reverse("forms_desk:entry-hand-over", args=[city["draft"]])).status_code == 302
    assert Draft.objects.get(pk=city["draft"]).account_id == city["ben"].account_id
    page = client.get(reverse("forms_desk:entry")).content.decode()
    assert "Zoë Çelik" in page and "Übergeben an" in page
    search = reverse("forms_desk:entry-search")
    assert client.get(search).status_code == 200
    answer = client.post(search, {"name": "Çelik", "purpose": "Rückfrage zum Antrag"})
    assert answer.status_code == 200 and "Ein Antrag gefunden" in answer.content.decode()
    wrong = client.post(search, {"name": "Çelik"})
    assert wrong.status_code == 422 and 'href="#purpose"' in wrong.content.decode()
    log_in("worker")
    assert client.get(search).status_code in (403, 404)
