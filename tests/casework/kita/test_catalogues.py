"""Catalogues on the desk: readable, tried before they count, published by a second person."""

from __future__ import annotations

import json
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadtkern.casework.kita.actions import catalogues
from stadtkern.casework.kita.jobs import try_catalogue
from stadtkern.casework.kita.models import Catalogue, SeatCount
from stadtkern.casework.kita.queries import points
from stadtkern.casework.kita.rounds.errors import SecondPerson
from stadtkern.foundation.access.api import NotAllowed
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict
from tests.casework.kita.conftest import CONTENT
from tests.casework.kita.test_pages import login, text

pytestmark = pytest.mark.django_db


def document(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTENT / "kita" / "criteria" / "mainz.json").read_text("utf-8"))
    return found | {"valid_from": "2025-10-01"} | changes


def changed() -> dict[str, Any]:
    """Work counts nothing any more, German learners a lot."""
    kept = [item for item in document()["criteria"] if item["id"] != "arbeit"]
    for item in kept:
        if item["id"] == "sprache":
            item["points"] = "if deutsch_zuhause = false then 90 else 0"
    return document(criteria=kept)


@pytest.fixture
def narrow(kitas: SimpleNamespace, register: Any, make_actor: Any) -> SimpleNamespace:
    """Six children want the one seat of Sonne; five are in their last year before school, one speaks another language."""
    SeatCount.objects.filter(seat_class__facility=kitas.sonne).update(staffed=0)
    SeatCount.objects.filter(seat_class__facility=kitas.sonne, seat_class__name="Ü2").update(staffed=1)
    for at, name in enumerate(("Mila", "Ida", "Noah", "Emil", "Lea", "Tim")):
        facts = {"deutsch_zuhause": at != 1}
        born = date(2024, 5, 2) if at == 1 else date(2020, 12, 1 + at)
        register(
            actor=make_actor(name=f"Eltern {name}"), child_given=name, facts=facts, birth=born,
            wishes=(wish("sonne"),),
        )  # fmt: skip
    return kitas


def wish(key: str) -> Any:
    from stadtkern.casework.kita.rules import WishEntry

    return WishEntry(key=key, hours=7, start=date(2026, 8, 1))


def test_a_second_person_publishes_what_was_tried(
    narrow: SimpleNamespace, make_actor: Any, head: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    first, second = make_actor("kita_office", name="Ada Amt"), make_actor("kita_office", name="Bea Zwei")
    before = points.valid_catalogues(now.date())
    with pytest.raises(NotAllowed):
        catalogues.propose(actor=head(provider=narrow.church), document=changed(), now=now)
    desk = login(first)
    upload = SimpleUploadedFile("neu.json", json.dumps(changed()).encode(), "application/json")
    made = desk.post("/arbeit/kita/kriterien/", {"file": upload}, follow=True)
    row = Catalogue.objects.get(published_at=None)
    page = f"/arbeit/kita/kriterien/{row.pk}/"
    assert "Die Probe rechnet" in text(made) and "Fassung 2: noch nicht veröffentlicht" in text(made)
    assert points.valid_catalogues(now.date()) == before, "a proposal counts nowhere"
    try_catalogue(tenant_id="", catalogue_id=str(row.pk))
    tried = text(desk.get(page))
    assert "Von 6 Kindern bekommen 1 einen besseren und 1 einen schlechteren Platz" in tried
    row.refresh_from_db()
    [pool] = row.trial["pools"]
    assert pool["groups"][0]["placed"] == [1, 1] and pool["groups"][0]["children"] == 6
    small = next(item for item in pool["groups"] if item["group"] == "other-language")
    assert small["children"] is None and small["winners"] is None, "a group of one says nothing"
    assert "Entfallen: Arbeit und Ausbildung" in tried and "geändert" in tried and "Bisher" in tried
    with pytest.raises(SecondPerson):
        catalogues.publish(actor=first, key=row.pk, now=now)
    assert "Eine zweite Person veröffentlicht" in tried
    done = login(second).post(f"{page}veroeffentlichen/", follow=True)
    assert "Veröffentlicht von Bea Zwei" in text(done)
    [line] = points.valid_catalogues(now.date())
    assert line.id == row.pk
    with pytest.raises(Conflict):
        catalogues.discard(actor=second, key=row.pk, now=now)


def test_a_provider_reads_the_common_one_and_its_own_proposals_only(
    kitas: SimpleNamespace, register: Any, head: Any, make_actor: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    register()
    own = json.loads((CONTENT / "kita" / "criteria" / "konfession.json").read_text("utf-8"))
    own |= {"valid_from": "2025-01-01", "scope": {"level": "provider", "key": kitas.church.key}}
    manager, other = head(provider=kitas.church), head(provider=kitas.welfare)
    key = catalogues.propose(actor=manager, document=own, now=now)
    catalogues.propose(actor=make_actor("kita_office"), document=changed(), now=now)
    listed, page = "/arbeit/kita/kriterien/", f"/arbeit/kita/kriterien/{key}/"
    seen = text(login(manager).get(listed))
    assert "Eigene Kriterien des Kita-Verbunds, Fassung 1" in seen and "Gemeinsame Kriterien" in seen
    assert seen.count("Warten auf eine zweite Person") == 1 and "Gemeinsame Kriterien, Fassung 2" not in seen
    readable = text(login(manager).get(page))
    assert "Taufbescheinigung" in readable and "wenn die Kita das Geschwisterkind bestätigt" in readable
    stranger = login(other)
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}veroeffentlichen/").status_code == 404
    catalogues.publish(actor=head(provider=kitas.church), key=key, now=now)
    assert Catalogue.objects.get(pk=key).published_at == now


def test_examples_are_named_by_their_titles(
    kitas: SimpleNamespace, make_actor: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    office = login(make_actor("kita_office"))
    page = text(office.get("/arbeit/kita/kriterien/"))
    assert "Eigene Kriterien der Betriebs-Kita" in page and " betrieb " not in page
    assert "Den Träger dieses Beispiels gibt es hier nicht" in page
    adopted = office.post("/arbeit/kita/kriterien/", {"shipped": "mainz"}, follow=True)
    assert "noch nicht veröffentlicht" in text(adopted), "one counts already: a second person is needed"
    assert office.post("/arbeit/kita/kriterien/", {"shipped": "betrieb"}).status_code == 422
    broken = SimpleUploadedFile("x.json", b"{", "application/json")
    assert office.post("/arbeit/kita/kriterien/", {"file": broken}).status_code == 422
