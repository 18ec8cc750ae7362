"""The search with facets, the page of a dataset, the desk of sources, and own datasets that list themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from stadtkern.data.catalog import actions, api, exports, own, search
from stadtkern.data.catalog.engine.graphs import read_graph
from stadtkern.data.catalog.engine.judging import judge
from stadtkern.data.catalog.models import CatalogEntry, HarvestSource
from stadtkern.data.datasets import api as datasets
from stadtkern.foundation.access.api import Role, system
from stadtkern.foundation.accounts.models import Account
from tests.data.catalog.samples import EU, OLD_RDF, full_entry

pytestmark = pytest.mark.django_db
HOST = {"host": "mainz.localhost"}


@pytest.fixture(autouse=True)
def fresh() -> Any:
    search.forget()
    yield
    search.forget()


@pytest.fixture
def trees(mainz: Any, now: datetime) -> list[str]:
    """Three datasets: two about trees, one about budgets from elsewhere with a closed licence."""
    source = actions.keep_source(
        actor=system(mainz.pk), name="Altes Portal", address="https://alt.example/k.rdf", now=now
    )
    actions.harvest(actor=system(mainz.pk), source_id=source.pk, fetch=lambda *_a, **_k: OLD_RDF, now=now)
    second = replace(
        full_entry(2),
        themes=(EU + "data-theme/TRAN",),
        modified="2025-05-01",
        title=(("de", "Straßenbäume"),),
    )
    return [api.put(entry=entry, owner="test", now=now) for entry in (full_entry(1), second)]


class TestSearch:
    def test_words(self, trees: list[str]) -> None:
        assert {item.slug for item in search.find("baum", {}).items} == set(trees)
        found = search.find("Haushalt", {})
        assert [item.title for item in found.items] == ["Haushalt 2020"]
        assert search.find("qqqq", {}).total == 0

    def test_without_words_the_newest_first(self, trees: list[str]) -> None:
        assert next(iter(search.find("", {}).items)).title == "Straßenbäume"

    def test_facets_narrow_and_count_without_themselves(self, trees: list[str]) -> None:
        envi, tran = EU + "data-theme/ENVI", EU + "data-theme/TRAN"
        found = search.find("", {"theme": [tran]})
        assert [item.title for item in found.items] == ["Straßenbäume"]
        counts = {value.value: (value.count, value.chosen) for value in found.facets["theme"]}
        assert counts[envi] == (1, False)
        assert counts[tran] == (1, True)
        assert search.find("", {"theme": [envi, tran]}).total == 2
        assert search.find("", {"theme": [tran], "source": ["Altes Portal"]}).total == 0
        assert search.find("", {"theme": ["http://gibt.es/nicht"]}).total == 0

    def test_it_notices_what_changed(self, trees: list[str], now: datetime) -> None:
        assert search.find("", {}).total == 3
        api.withdraw(identifier="mainz-1", owner="test", now=now)
        assert search.find("", {}).total == 2

    def test_the_page(self, trees: list[str], client: Client, django_assert_max_num_queries: Any) -> None:
        client.get("/daten/", headers=HOST)
        with django_assert_max_num_queries(12):
            answer = client.get("/daten/?q=baum&kategorie=" + EU + "data-theme/TRAN", headers=HOST)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "Straßenbäume" in text
        assert "Ein Datensatz" in text
        for odd in (
            "?q=%00",
            "?kategorie=%00",
            "?seite=99",
            "?q=" + "x" * 5000,
            "?format=" + "y" * 3000,
            "?q=<script>",
        ):
            assert client.get("/daten/" + odd, headers=HOST).status_code == 200
        assert "<script>" not in client.get("/daten/?q=<script>", headers=HOST).content.decode().split(
            "</head>"
        )[1].split("<footer")[0].replace("<script src", "")

    def test_an_empty_catalogue(self, mainz: Any, client: Client) -> None:
        assert "noch leer" in client.get("/daten/", headers=HOST).content.decode()


class TestEntry:
    def test_what_it_says(self, trees: list[str], client: Client) -> None:
        text = client.get(f"/daten/eintrag/{trees[0]}/", headers=HOST).content.decode()
        for words in (
            "Bäume der Stadt 1",
            "123,5 kB",
            "Datenlizenz Deutschland Namensnennung 2.0",
            "Stadt Mainz, Grünamt",
            "jährlich",
            "Open-Data-Team",
        ):
            assert words in text, words
        assert client.get("/daten/eintrag/gibt-es-nicht/", headers=HOST).status_code == 404

    def test_one_taken_over_says_where_from_and_what_was_repaired(
        self, trees: list[str], client: Client
    ) -> None:
        slug = CatalogEntry.objects.get(source__isnull=False).slug
        text = client.get(f"/daten/eintrag/{slug}/", headers=HOST).content.decode()
        assert "Altes Portal" in text
        assert "andere geschlossene Lizenz" in text
        assert "eingeschränkte Nutzung" in text

    @pytest.mark.parametrize("kind", ["rdf", "ttl", "jsonld"])
    def test_for_programs(self, trees: list[str], client: Client, kind: str) -> None:
        answer = client.get(f"/daten/eintrag/{trees[0]}.{kind}", headers=HOST)
        assert answer.status_code == 200
        assert len(read_graph(answer.content, kind)) > 50

    def test_addresses_that_are_no_web_addresses_are_no_links(
        self, mainz: Any, client: Client, now: datetime
    ) -> None:
        evil = full_entry(7)
        one = replace(evil.distributions[0], download_url="", access_url="javascript:alert(1)")
        slug = api.put(entry=replace(evil, distributions=(one,)), owner="test", now=now)
        assert "javascript:" not in client.get(f"/daten/eintrag/{slug}/", headers=HOST).content.decode()


class TestDesk:
    @pytest.fixture
    def editor(self, make_actor: Any, client: Client) -> Client:
        client.force_login(
            Account.objects.get(pk=make_actor(Role.DATA_EDITOR).account_id),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        session = client.session
        session["second_factor"] = True
        session.save()
        return client

    def test_add_pause_remove(
        self, editor: Client, trees: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from stadtkern.data.catalog import jobs

        asked: list[Any] = []
        monkeypatch.setattr(jobs, "harvest_soon", asked.append)
        assert "Altes Portal" in editor.get("/arbeit/datenquellen/", headers=HOST).content.decode()
        wrong = editor.post(
            "/arbeit/datenquellen/neu/",
            {"name": "Land", "address": "kein Link", "rhythm": "day"},
            headers=HOST,
        )
        assert wrong.status_code == 422
        assert "kein Link" in wrong.content.decode()
        added = editor.post(
            "/arbeit/datenquellen/neu/",
            {"name": "Land", "address": "https://land.example/k.ttl", "rhythm": "week"},
            headers=HOST,
        )
        source = HarvestSource.objects.get(name="Land")
        assert (added.status_code, asked) == (302, [source.pk])
        here = f"/arbeit/datenquellen/{source.pk}/"
        editor.post(here, {"action": "pause"}, headers=HOST)
        source.refresh_from_db()
        assert not source.active
        assert "Wieder lesen" in editor.get(here, headers=HOST).content.decode()
        assert editor.get(here + "aendern/", headers=HOST).status_code == 200
        assert editor.post(here, {"action": "remove"}, headers=HOST)["Location"] == "/arbeit/datenquellen/"
        assert not HarvestSource.objects.filter(pk=source.pk).exists()

    def test_a_run(self, editor: Client, trees: list[str]) -> None:
        source = HarvestSource.objects.get()
        run = source.runs.get()
        text = editor.get(f"/arbeit/datenquellen/{source.pk}/lauf/{run.pk}/", headers=HOST).content.decode()
        assert "keine Lizenz genannt" in text
        assert "https://alt.example/d/1" in text
        assert editor.get(f"/arbeit/datenquellen/{source.pk}/", headers=HOST).status_code == 200

    def test_others_do_not_enter(self, client: Client, trees: list[str]) -> None:
        assert client.get("/arbeit/datenquellen/", headers=HOST).status_code in (302, 403)


class TestOwnDatasets:
    @pytest.fixture
    def published(self, make_actor: Any, tmp_path: Path, settings: Any, now: datetime) -> Any:
        settings.DATA_DIR = tmp_path / "var"
        path = tmp_path / "baeume.csv"
        path.write_text("Art;lon;lat\nEiche;8,25;49,99\nLinde;8,26;49,98\n")
        first, second = make_actor("data_editor"), make_actor("data_editor")
        key, number = datasets.take_over(actor=first, source=path, file_name="baeume.csv", now=now)
        passport = datasets.Passport(
            title="Bäume im Stadtgebiet", description="Jeder Baum mit Art und Ort, aus dem Baumkataster.", publisher="Grün- und Umweltamt",
            contact_email="daten@mainz.example", licence="dl-by-de/2.0", attribution="Stadt Mainz", themes=("ENVI",),
            keywords=("Baum",), frequency="ANNUAL", privacy="open",
        )  # fmt: skip
        datasets.describe(actor=first, dataset_id=key, passport=passport, now=now)
        datasets.hand_over(actor=first, dataset_id=key, number=number, now=now)
        datasets.release(actor=second, dataset_id=key, number=number, now=now)
        return key, first

    def test_publishing_lists_and_withdrawing_takes_off(self, published: Any, now: datetime) -> None:
        key, actor = published
        entry = exports.entry_of(CatalogEntry.objects.get(identifier=str(key)))
        assert {d.media_type for d in entry.distributions} >= {"text/csv", "application/vnd.apache.parquet"}
        assert judge(read_graph(b"".join(exports.whole_as_turtle()), "own")).findings == ()
        own.compare_all(now)
        assert CatalogEntry.objects.count() == 1
        datasets.withdraw(actor=actor, dataset_id=key, reason="Fehler in den Daten", now=now)
        assert not CatalogEntry.objects.exists()
