"""Adopting, editing, publishing services; templates that change meanwhile; who may do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from stadtkern.casework.services import actions, dldb, queries, shipped
from stadtkern.casework.services.content import BadContent, Text, parse
from stadtkern.casework.services.events import ServicePublished
from stadtkern.casework.services.models import Service, ServiceVersion
from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import events as bus
from stadtkern.kernel.errors import Conflict
from tests.shared import shared_data

pytestmark = pytest.mark.django_db
SLUG = "hundesteuer-anmeldung"


@pytest.fixture
def office(mainz: Any) -> Any:
    from stadtkern.foundation.organizations.models import Office

    return Office.objects.create(slug="finanzen", name="Amt für Finanzen")


@pytest.fixture
def manager(make_actor: Any) -> Any:
    return make_actor("service_manager")


@pytest.fixture
def dog_tax(manager: Any, office: Any, now: datetime) -> Service:
    return Service.objects.get(pk=actions.adopt(actor=manager, slug=SLUG, now=now))


def _edited(**changes: Any) -> Any:
    return replace(shipped.load(SLUG).content, **changes)


def test_publishing_announces_and_makes_visible(dog_tax: Service, manager: Any, now: datetime) -> None:
    heard: list[ServicePublished] = []
    bus.subscribe(ServicePublished)(heard.append)
    assert queries.find(SLUG) is None
    before = queries.catalog_version()
    actions.publish(actor=manager, service_id=dog_tax.pk, version=1, now=now)
    found = queries.find(SLUG)
    assert found is not None and found.online and found.process is not None
    assert queries.catalog_version() == before + 1
    assert [(event.slug, event.version) for event in heard] == [(SLUG, 1)]
    with pytest.raises(actions.NothingToPublish):
        actions.publish(actor=manager, service_id=dog_tax.pk, version=1, now=now)


def test_public_text_stays_until_the_next_publication(dog_tax: Service, manager: Any, now: datetime) -> None:
    actions.publish(actor=manager, service_id=dog_tax.pk, version=1, now=now)
    changed = _edited(summary=Text(de="Neu", en="New"))
    number = actions.save_draft(
        actor=manager, service_id=dog_tax.pk, content=changed, base_version=1, now=now
    )
    assert number == 2
    assert queries.content_of(SLUG) == shipped.load(SLUG).content
    actions.publish(actor=manager, service_id=dog_tax.pk, version=2, now=now)
    assert queries.content_of(SLUG) == changed
    assert ServiceVersion.objects.get(service=dog_tax, number=1).content["summary"]["de"] != "Neu"


def test_two_editors_do_not_overwrite_each_other(
    dog_tax: Service, manager: Any, make_actor: Any, now: datetime
) -> None:
    other = make_actor("service_manager")
    actions.publish(actor=manager, service_id=dog_tax.pk, version=1, now=now)
    actions.save_draft(
        actor=other, service_id=dog_tax.pk, content=_edited(summary=Text(de="A")), base_version=1, now=now
    )
    with pytest.raises(Conflict):
        actions.save_draft(
            actor=manager,
            service_id=dog_tax.pk,
            content=_edited(summary=Text(de="B")),
            base_version=1,
            now=now,
        )


def test_own_draft_is_replaced_and_foreign_draft_kept(
    dog_tax: Service, manager: Any, make_actor: Any, now: datetime
) -> None:
    for text in ("eins", "zwei"):
        assert (
            actions.save_draft(
                actor=manager,
                service_id=dog_tax.pk,
                content=_edited(summary=Text(de=text)),
                base_version=1,
                now=now,
            )
            == 1
        )
    other = make_actor("service_manager")
    number = actions.save_draft(
        actor=other, service_id=dog_tax.pk, content=_edited(summary=Text(de="drei")), base_version=1, now=now
    )
    assert number == 2


def test_withdrawn_service_disappears_but_its_process_remains(
    dog_tax: Service, manager: Any, now: datetime
) -> None:
    actions.publish(actor=manager, service_id=dog_tax.pk, version=1, now=now)
    actions.unpublish(actor=manager, service_id=dog_tax.pk, now=now, reason="Satzung geändert")
    assert queries.find(SLUG) is None
    assert queries.process_of(SLUG) is not None


def test_new_template_follows_only_where_nothing_was_changed(
    dog_tax: Service, manager: Any, now: datetime
) -> None:
    fresh = _edited(summary=Text(de="Neuer Stand der Vorlage"))
    assert actions.receive_upstream(actor=manager, slug=SLUG, content=fresh, now=now) == "updated"
    assert actions.receive_upstream(actor=manager, slug=SLUG, content=fresh, now=now) == "unchanged"
    own = replace(fresh, processing_time=Text(de="drei Tage"))
    newest = dog_tax.versions.order_by("-number")[0].number
    actions.save_draft(actor=manager, service_id=dog_tax.pk, content=own, base_version=newest, now=now)
    later = replace(fresh, summary=Text(de="Noch neuer"), steps=())
    assert actions.receive_upstream(actor=manager, slug=SLUG, content=later, now=now) == "pending"
    assert dog_tax.versions.order_by("-number")[0].content["summary"]["de"] == "Neuer Stand der Vorlage"
    actions.accept_upstream(actor=manager, service_id=dog_tax.pk, accepted=frozenset({"summary"}), now=now)
    merged = parse(dog_tax.versions.order_by("-number")[0].content)
    assert (merged.summary.de, merged.processing_time.de, len(merged.steps)) == ("Noch neuer", "drei Tage", 3)
    dog_tax.refresh_from_db()
    assert dog_tax.upstream_pending is None


def test_without_office_nothing_is_published(manager: Any, mainz: Any, now: datetime) -> None:
    service_id = actions.adopt(actor=manager, slug=SLUG, now=now)
    with pytest.raises(actions.OfficeMissing):
        actions.publish(actor=manager, service_id=service_id, version=1, now=now)


def test_slug_is_unique_per_municipality(dog_tax: Service, manager: Any, now: datetime) -> None:
    with pytest.raises(actions.AlreadyThere):
        actions.adopt(actor=manager, slug=SLUG, now=now)


@pytest.mark.parametrize("role", [None, "caseworker", "team_lead", "auditor", "administrator"])
def test_others_may_not_edit(dog_tax: Service, make_actor: Any, role: str | None, now: datetime) -> None:
    actor = make_actor(role)
    with pytest.raises((NotAllowed, NotVisible)):
        actions.publish(actor=actor, service_id=dog_tax.pk, version=1, now=now)
    with pytest.raises(NotAllowed):
        actions.adopt(actor=actor, slug="meldebescheinigung", now=now)


def test_manager_of_one_office_leaves_others_alone(
    dog_tax: Service, make_actor: Any, mainz: Any, now: datetime
) -> None:
    from stadtkern.foundation.organizations.models import Office

    elsewhere = Office.objects.create(slug="gruen", name="Grün- und Umweltamt")
    with pytest.raises(NotAllowed):
        actions.publish(
            actor=make_actor("service_manager", office=elsewhere), service_id=dog_tax.pk, version=1, now=now
        )


def test_other_municipality_sees_nothing(
    dog_tax: Service, manager: Any, bodenheim: Any, now: datetime
) -> None:
    actions.publish(actor=manager, service_id=dog_tax.pk, version=1, now=now)
    with tenancy.act_for(bodenheim.pk):
        assert queries.find(SLUG) is None
        assert not ServiceVersion.objects.exists()


@pytest.mark.parametrize("slug", shipped.slugs())
def test_every_template_is_complete(slug: str) -> None:
    template = shipped.load(slug)
    content = template.content
    assert content.slug == slug
    assert parse(content.to_json()) == content
    for text in (content.title, content.summary, content.description, content.processing_time):
        assert text.de and text.en
    assert content.office and content.legal_basis and content.reviewed_on
    assert (template.process is not None) == content.online


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": {"en": "Dog"}}, "title.de"),
        ({"leika_key": "99"}, "leika_key"),
        ({"fees": [{"label": "x", "amount_cents": -1}]}, "fees.0.amount_cents"),
        ({"fees": [{"label": "x", "amount_cents": 1.5}]}, "fees.0.amount_cents"),
        ({"documents": "keine"}, "documents"),
        ({"reviewed_on": "2025-02-30"}, "reviewed_on"),
        ({"assurance_level": "very high"}, "assurance_level"),
        ({"external_url": "javascript:alert(1)"}, "external_url"),
        ({"slug": "../etc"}, "slug"),
    ],
)
def test_bad_content_is_refused_with_its_place(change: dict[str, Any], path: str) -> None:
    data = {**shipped.load(SLUG).content.to_json(), **change}
    with pytest.raises(BadContent) as caught:
        parse(data)
    assert path in [place for place, _ in caught.value.extra["problems"]]


def test_dldb_services_become_drafts_and_come_again(manager: Any, mainz: Any, now: datetime) -> None:
    """Import of a foreign catalogue: drafts first, the second time nothing new."""
    contents = dldb.read(shared_data("front/dldb_services_sample.json").read_bytes())
    outcomes = [actions.take_in(actor=manager, content=content, now=now, note="DLDB") for content in contents]
    assert outcomes == ["created"] * 8
    assert Service.objects.filter(slug="personalausweis-1063441").count() == 1
    assert not queries.services()
    again = actions.take_in(actor=manager, content=contents[0], now=now, note="DLDB")
    assert again != "created"
    assert Service.objects.count() == 8
