"""News: written, previewed, published, expired; by editors only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from stadtkern.foundation.access.api import NotAllowed, system
from stadtkern.foundation.audit.models import Entry
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.fronts.site import actions, demo, search, texts
from stadtkern.fronts.site.models import NewsMessage
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
HOME = "/arbeit/aktuelles/"
TEXT = {"title_de": "Brücke gesperrt", "text_de": "Die Brücke ist zu.\n\nNehmen Sie die andere."}


def _log_in(client: Client, actor: Any) -> Client:
    from stadtkern.foundation.accounts.models import Account

    account = Account.objects.get(pk=actor.account_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


@pytest.fixture
def editor(client: Client, make_actor: Any) -> Client:
    search.forget()
    return _log_in(client, make_actor("service_manager"))


def _day(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def test_from_the_first_word_to_the_end(editor: Client) -> None:
    assert "Noch keine Meldungen" in editor.get(HOME).content.decode()
    place = editor.post(f"{HOME}neu/", TEXT)["Location"]
    row = NewsMessage.objects.get()
    assert (row.slug, row.state, place) == ("bruecke-gesperrt", "draft", f"{HOME}{row.pk}/")
    assert editor.get("/aktuelles/bruecke-gesperrt/").status_code == 404
    assert "Nehmen Sie die andere." in editor.get(f"{place}vorschau/").content.decode()
    english = {**TEXT, "title_en": "Bridge closed", "text_en": "It is closed.", "revision": "1"}
    assert editor.post(place, english).status_code == 302
    assert "Bridge closed" in editor.get(f"{place}vorschau/?sprache=en").content.decode()
    editor.post(f"{place}veroeffentlichen/")
    for path in ("/", "/aktuelles/", "/aktuelles/bruecke-gesperrt/", "/suche/?q=Brücke"):
        assert "Brücke gesperrt" in editor.get(path).content.decode(), path
    assert "Bridge closed" in editor.get("/aktuelles/?lang=en").content.decode()
    row.refresh_from_db()
    assert row.visible_from_on == clock.today()
    editor.post(f"{place}loeschen/")
    assert NewsMessage.objects.exists(), "public news cannot be deleted"
    editor.post(f"{place}zurueckziehen/")
    assert editor.get("/aktuelles/bruecke-gesperrt/").status_code == 404
    editor.post(f"{place}loeschen/")
    assert not NewsMessage.objects.exists()
    written = Entry.objects.filter(action__startswith="site.").order_by("id").values_list("action", flat=True)
    assert [action.removeprefix("site.") for action in written] == [
        "write_news", "edit_news", "publish_news", "withdraw_news", "delete_news",
    ]  # fmt: skip


def test_news_appear_and_expire_by_themselves(mainz: Any, now: datetime) -> None:
    today = clock.local(now).date()
    actor = system(mainz.pk)
    values = actions.NewsValues(
        **TEXT, visible_from_on=today + timedelta(days=2), visible_to_on=today + timedelta(days=4)
    )
    news_id = actions.save_news(actor=actor, news_id=None, values=values, now=now)
    actions.publish_news(actor=actor, news_id=news_id, now=now)
    shown = [bool(texts.news(today + timedelta(days=days))) for days in range(6)]
    assert shown == [False, False, True, True, False, False]
    with pytest.raises(Conflict):
        actions.publish_news(actor=actor, news_id=news_id, now=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_de": " "}, "title_de"),
        ({"text_de": ""}, "text_de"),
        ({"title_en": "x" * 201}, "title_en"),
        (_day("visible_from", date(2026, 5, 2)) | _day("visible_to", date(2026, 5, 2)), "visible_to"),
        ({"visible_from_day": "31", "visible_from_month": "2", "visible_from_year": "2026"}, "visible_from"),
    ],
)
def test_mistakes_keep_the_input(editor: Client, changes: dict[str, str], field: str) -> None:
    response = editor.post(f"{HOME}neu/", {**TEXT, "label_de": "Bleibt da", **changes})
    page = response.content.decode()
    assert response.status_code == 422 and f'href="#{field}"' in page and "Bleibt da" in page
    assert not NewsMessage.objects.exists()


def test_two_editors_do_not_overwrite_each_other(editor: Client) -> None:
    place = editor.post(f"{HOME}neu/", TEXT)["Location"]
    assert editor.post(place, {**TEXT, "title_de": "Erste", "revision": "1"}).status_code == 302
    stale = editor.post(place, {**TEXT, "title_de": "Zweite", "revision": "1"})
    assert stale.status_code == 422 and "Zweite" in stale.content.decode()
    assert NewsMessage.objects.get().title_de == "Erste"


def test_what_people_type_is_text(editor: Client) -> None:
    place = editor.post(f"{HOME}neu/", {**TEXT, "text_de": "<script>alert(1)</script>"})["Location"]
    editor.post(f"{place}veroeffentlichen/")
    for path in (f"{place}vorschau/", "/aktuelles/bruecke-gesperrt/"):
        assert "<script>alert" not in editor.get(path).content.decode()


@pytest.mark.parametrize("role", ["caseworker", "administrator", None])
def test_others_write_nothing(
    client: Client, make_actor: Any, mainz: Any, now: datetime, role: str | None
) -> None:
    values = actions.NewsValues(**TEXT)
    news_id = actions.save_news(actor=system(mainz.pk), news_id=None, values=values, now=now)
    actor = make_actor(role)
    _log_in(client, actor)
    for path in ("", "neu/", f"{news_id}/", f"{news_id}/vorschau/"):
        assert client.get(HOME + path).status_code in (302, 403, 404)
    assert client.post(f"{HOME}{news_id}/veroeffentlichen/").status_code in (302, 403, 404)
    assert NewsMessage.objects.get().state == "draft"
    with pytest.raises(NotAllowed):
        actions.save_news(actor=actor, news_id=None, values=values, now=now)


def test_another_municipality_sees_none(editor: Client, bodenheim: Any) -> None:
    place = editor.post(f"{HOME}neu/", TEXT)["Location"]
    editor.post(f"{place}veroeffentlichen/")
    assert texts.news()
    with tenancy.act_for(bodenheim.pk):
        assert not texts.news() and not NewsMessage.objects.exists()


def test_the_demo_city_has_news_and_keeps_changes(mainz: Any) -> None:
    demo.load()
    assert len(texts.news()) == len(texts.demo_news())
    NewsMessage.objects.filter(slug=texts.demo_news()[0].slug).update(title_de="Geändert")
    demo.load()
    assert NewsMessage.objects.count() == len(texts.demo_news())
    assert NewsMessage.objects.filter(title_de="Geändert").exists()
