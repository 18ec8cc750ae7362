"""Sources and runs in the database: taken, changed, removed, doubted; own entries; commands; export judged by the official shapes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stadtkern.data.catalog import actions, api, exports, jobs, policies
from stadtkern.data.catalog.engine import codec, writing
from stadtkern.data.catalog.engine.fetching import from_file
from stadtkern.data.catalog.engine.graphs import read_graph
from stadtkern.data.catalog.engine.harvesting import read_page
from stadtkern.data.catalog.engine.judging import judge
from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.data.catalog.engine.records import Entry
from stadtkern.data.catalog.models import CatalogEntry, CatalogState, HarvestRun, HarvestSource
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role, system
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.tenancy import api as tenancy
from tests.data.catalog.samples import OLD_RDF, catalogue, full_entry, listed
from tests.shared import shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(mainz: Any) -> Actor:
    return system(mainz.pk)


@pytest.fixture
def source(platform: Actor, now: datetime) -> HarvestSource:
    return actions.keep_source(
        actor=platform, name="Nachbarstadt", address="https://q.example/k.ttl", now=now
    )


def answers(*entries: Entry) -> Any:
    """A source with these datasets; without any it answers in HTML."""
    data = (
        writing.serialize(writing.catalogue_graph(catalogue(), listed(*entries)), "ttl")
        if entries
        else b"<html></html>"
    )
    return lambda address, *, most_bytes, seconds: data


def harvest(actor: Actor, source: HarvestSource, now: datetime, *entries: Entry) -> HarvestRun:
    return actions.harvest(actor=actor, source_id=source.pk, fetch=answers(*entries), now=now)


def figures(run: HarvestRun) -> tuple[int, int, int, int]:
    return run.taken, run.changed, run.unchanged, run.removed


class TestRuns:
    def test_taken_changed_unchanged_removed(
        self, platform: Actor, source: HarvestSource, now: datetime
    ) -> None:
        one, two, three = full_entry(1), full_entry(2), full_entry(3)
        assert figures(harvest(platform, source, now, one, two)) == (2, 0, 0, 0)
        later = now + timedelta(days=1)
        run = harvest(platform, source, later, one, replace(two, version="4"), three)
        assert figures(run) == (1, 1, 1, 0)
        assert figures(harvest(platform, source, later, replace(two, version="4"), three)) == (0, 0, 2, 1)
        assert set(CatalogEntry.objects.values_list("identifier", flat=True)) == {"mainz-2", "mainz-3"}
        changed = CatalogEntry.objects.get(identifier="mainz-2")
        assert (changed.listed_at, changed.changed_at, changed.record["version"]) == (now, later, "4")
        assert run.details["changed"] == [two.id]

    def test_a_source_that_answers_html_changes_nothing(
        self, platform: Actor, source: HarvestSource, now: datetime
    ) -> None:
        harvest(platform, source, now, full_entry(1))
        before = CatalogState.objects.get().version
        run = harvest(platform, source, now)
        assert (run.state, run.reason) == (HarvestRun.State.REFUSED, "not-rdf")
        assert "HTML" in run.message
        assert run.finished_at is not None
        assert CatalogEntry.objects.count() == 1
        assert CatalogState.objects.get().version == before

    def test_a_reading_that_breaks_off_removes_nothing(
        self, platform: Actor, source: HarvestSource, now: datetime
    ) -> None:
        harvest(platform, source, now, full_entry(1), full_entry(2))
        base = "https://q.example/k.ttl"
        paging = writing.Paging(collection=base, this=base, total=2, next=f"{base}?page=2")
        first = writing.serialize(writing.catalogue_graph(catalogue(), listed(full_entry(1)), paging), "ttl")

        def fetch(address: str, *, most_bytes: int, seconds: float) -> bytes:
            if address != base:
                raise SourceRefused("status-502", "kaputt", address)
            return first

        run = actions.harvest(actor=platform, source_id=source.pk, fetch=fetch, now=now)
        assert (run.state, run.reason, run.kept, run.removed) == (
            HarvestRun.State.INCOMPLETE,
            "status-502",
            1,
            0,
        )
        assert CatalogEntry.objects.count() == 2

    def test_a_source_that_lost_most_is_doubted(
        self, platform: Actor, source: HarvestSource, now: datetime
    ) -> None:
        many = [full_entry(number) for number in range(1, 13)]
        harvest(platform, source, now, *many)
        run = harvest(platform, source, now, many[0])
        assert (run.reason, run.kept, run.removed) == ("more-than-half-gone", 11, 0)

    def test_what_another_source_has_is_a_duplicate(
        self, platform: Actor, source: HarvestSource, now: datetime
    ) -> None:
        harvest(platform, source, now, full_entry(1))
        other = actions.keep_source(
            actor=platform, name="Land", address="https://land.example/k.ttl", now=now
        )
        again = replace(full_entry(1), id="https://land.example/d/1", distributions=())
        run = harvest(platform, other, now, again, full_entry(2))
        assert (run.taken, run.doubled) == (1, 1)
        assert run.details["doubled"][0][0] == again.id

    def test_repairs_are_counted_and_kept(
        self, platform: Actor, source: HarvestSource, now: datetime
    ) -> None:
        run = actions.harvest(actor=platform, source_id=source.pk, fetch=lambda *_a, **_k: OLD_RDF, now=now)
        assert run.repairs["licence-missing"] == 1
        row = CatalogEntry.objects.get()
        assert [stored[0] for stored in row.repairs].count("address-doubled") == run.repairs[
            "address-doubled"
        ]

    def test_every_run_is_in_the_log(self, platform: Actor, source: HarvestSource, now: datetime) -> None:
        harvest(platform, source, now, full_entry(1))
        found = [entry.action for entry in audit.entries_for("catalog-source", source.pk)]
        assert set(found) == {"catalog.keep-source", "catalog.harvest"}

    def test_another_municipality_sees_nothing(
        self, platform: Actor, source: HarvestSource, now: datetime, bodenheim: Any
    ) -> None:
        harvest(platform, source, now, full_entry(1))
        with tenancy.act_for(bodenheim.pk):
            assert not CatalogEntry.objects.exists()
            assert not HarvestRun.objects.exists()
            with pytest.raises(NotVisible):
                policies.find_source(system(bodenheim.pk), source.pk)


class TestSources:
    def test_only_data_editors(self, make_actor: Any, source: HarvestSource, now: datetime) -> None:
        clerk = make_actor(Role.CASEWORKER)
        with pytest.raises(NotAllowed):
            actions.keep_source(actor=clerk, name="x", address="https://x.example/", now=now)
        assert not policies.sources_for(clerk).exists()
        editor = make_actor(Role.DATA_EDITOR)
        assert policies.find_source(editor, source.pk) == source

    @pytest.mark.parametrize(
        ("name", "address", "field"),
        [
            ("", "https://x.example/", "name"),
            ("x", "ftp://x.example/", "address"),
            ("x", "https://x .example", "address"),
            ("x", "", "address"),
        ],
    )
    def test_what_is_no_source(
        self, platform: Actor, name: str, address: str, field: str, now: datetime
    ) -> None:
        with pytest.raises(actions.BadSource) as refused:
            actions.keep_source(actor=platform, name=name, address=address, now=now)
        assert refused.value.extra["field"] == field

    def test_an_address_is_a_source_once(self, platform: Actor, source: HarvestSource, now: datetime) -> None:
        with pytest.raises(actions.BadSource, match="schon eine Quelle"):
            actions.keep_source(actor=platform, name="zweimal", address=source.address, now=now)

    def test_removing_a_source_removes_its_entries(
        self, platform: Actor, source: HarvestSource, now: datetime
    ) -> None:
        harvest(platform, source, now, full_entry(1), full_entry(2))
        assert actions.remove_source(actor=platform, source_id=source.pk, now=now) == 2
        assert not CatalogEntry.objects.exists()

    def test_what_is_due(
        self, platform: Actor, source: HarvestSource, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Any] = []
        monkeypatch.setattr(jobs, "harvest_soon", asked.append)
        jobs.due(now=now)
        assert asked == [source.pk]
        harvest(platform, source, now, full_entry(1))
        jobs.due(now=now + timedelta(hours=1))
        assert asked == [source.pk]
        jobs.due(now=now + timedelta(days=1))
        assert asked == [source.pk, source.pk]
        actions.switch_source(actor=platform, source_id=source.pk, active=False, now=now)
        jobs.due(now=now + timedelta(days=9))
        assert len(asked) == 2


class TestOwnData:
    def test_put_replace_withdraw(self, mainz: Any, now: datetime) -> None:
        entry = full_entry(1)
        slug = api.put(entry=entry, owner="datasets", now=now)
        assert api.put(entry=replace(entry, version="9"), owner="datasets", now=now) == slug
        row = CatalogEntry.objects.get()
        assert codec.from_json(Entry, row.record).version == "9"
        assert not api.withdraw(identifier=entry.identifier, owner="other", now=now)
        assert api.withdraw(identifier=entry.identifier, owner="datasets", now=now)
        assert not CatalogEntry.objects.exists()

    def test_an_address_belongs_to_one_room(self, mainz: Any, now: datetime) -> None:
        api.put(entry=full_entry(1), owner="datasets", now=now)
        with pytest.raises(api.ForeignAddress):
            api.put(entry=full_entry(1), owner="relief", now=now)

    def test_a_new_address_keeps_the_entry(self, mainz: Any, now: datetime) -> None:
        slug = api.put(entry=full_entry(1), owner="datasets", now=now)
        moved = replace(full_entry(1), id="https://neu.example/d/1")
        assert api.put(entry=moved, owner="datasets", now=now) == slug
        assert CatalogEntry.objects.get().address == moved.id


class TestExport:
    def test_the_whole_catalogue_breaks_no_rule(
        self, platform: Actor, source: HarvestSource, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        actions.harvest(actor=platform, source_id=source.pk, fetch=lambda *_a, **_k: OLD_RDF, now=now)
        api.put(entry=full_entry(1), owner="datasets", now=now)
        monkeypatch.setattr(writing, "PART", 1)
        data = b"".join(exports.whole_as_turtle())
        assert judge(read_graph(data, "export")).findings == ()
        assert {entry.id for entry in read_page(data).entries} == {
            "https://alt.example/d/1",
            full_entry(1).id,
        }

    @pytest.mark.parametrize("kind", ["rdf", "ttl", "jsonld"])
    def test_served_by_address(self, mainz: Any, now: datetime, client: Any, kind: str) -> None:
        api.put(entry=full_entry(1), owner="datasets", now=now)
        answer = client.get(f"/catalog.{kind}", headers={"host": "mainz.localhost"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(writing.MEDIA_TYPES[kind])
        (found,) = read_page(answer.content).entries
        assert found.id == full_entry(1).id
        again = client.get(
            f"/catalog.{kind}", headers={"host": "mainz.localhost", "if-none-match": answer["ETag"]}
        )
        assert again.status_code == 304

    @pytest.mark.parametrize(
        ("accept", "target"),
        [
            ("application/rdf+xml", "/catalog.rdf"), ("text/turtle;q=0.9, text/html;q=0.1", "/catalog.ttl"), ("application/ld+json", "/catalog.jsonld"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "/daten/"), ("", "/daten/"), ("image/png", "/daten/"),
        ],
    )  # fmt: skip
    def test_content_negotiation(self, mainz: Any, client: Any, accept: str, target: str) -> None:
        headers = {"host": "mainz.localhost", **({"accept": accept} if accept else {})}
        answer = client.get("/catalog", headers=headers)
        assert (answer.status_code, answer["Location"]) == (303, target)
        assert "Accept" in answer["Vary"]

    def test_pages(self, mainz: Any, now: datetime, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exports, "PAGE", 2)
        for number in range(1, 6):
            api.put(entry=full_entry(number), owner="datasets", now=now)
        seen: list[str] = []
        address = "/catalog.ttl"
        while address:
            answer = client.get(address, headers={"host": "mainz.localhost"})
            page = read_page(answer.content)
            assert page.total == 5
            seen += [entry.id for entry in page.entries]
            assert bool(page.next) == ('rel="next"' in answer.get("Link", ""))
            address = page.next.partition("/catalog")[2] and "/catalog" + page.next.partition("/catalog")[2]
        assert len(seen) == len(set(seen)) == 5
        for wrong in ("0", "4", "-1", "x", "99999999999"):
            assert (
                client.get(f"/catalog.ttl?page={wrong}", headers={"host": "mainz.localhost"}).status_code
                == 404
            )


def test_commands(
    platform: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from stadtkern.runtime import boot
    from stadtkern.runtime.cli import main

    monkeypatch.setattr(boot, "database", lambda: nullcontext())
    path, out = tmp_path / "alt.rdf", tmp_path / "aus.ttl"
    path.write_bytes(OLD_RDF)
    assert main(["catalog", "harvest", str(path), "--tenant", "mainz", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["taken"], told["kind"]) == ("done", 1, "rdf")
    assert told["repairs"]["licence-missing"] == 1
    assert main(["catalog", "harvest", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1
    assert HarvestSource.objects.get().address == "file:alt.rdf"
    assert main(["catalog", "export", "-o", str(out)]) == 0
    assert main(["catalog", "validate", str(out)]) == 0
    path.write_text("<html></html>")
    assert main(["catalog", "harvest", str(path)]) == 2
    assert main(["catalog", "harvest", str(tmp_path / "fehlt.rdf")]) == 2
    assert main(["catalog", "harvest", str(path), "--tenant", "nirgends"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["katalog-bremen-2021.rdf.gz", "katalog-destatis.rdf.gz"])
def test_a_real_catalogue_through_the_database(
    platform: Actor, source: HarvestSource, now: datetime, name: str
) -> None:
    path = shared_data(f"geo/dcat/{name}")
    run = actions.harvest(actor=platform, source_id=source.pk, fetch=from_file, read_from=str(path), now=now)
    assert (run.state, run.refused) == (HarvestRun.State.DONE, 0)
    again = actions.harvest(
        actor=platform, source_id=source.pk, fetch=from_file, read_from=str(path), now=now
    )
    assert figures(again) == (0, 0, run.taken, 0)
    assert judge(read_graph(b"".join(exports.whole_as_turtle()), name), path.parent).findings == ()
