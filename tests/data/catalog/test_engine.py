"""Records to RDF and back, repairs by name, sources of all kinds, limits, changes, duplicates. No database."""

from __future__ import annotations

import gzip
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph

from stadtkern.data.catalog.engine import codec, fetching, formats, graphs, values, vocabularies, writing
from stadtkern.data.catalog.engine.changes import compare, duplicates
from stadtkern.data.catalog.engine.found import FoundDistribution, FoundEntry
from stadtkern.data.catalog.engine.harvesting import Limits, Reading, read_page, read_source
from stadtkern.data.catalog.engine.mending import Defaults, Mended, Refused, mend
from stadtkern.data.catalog.engine.mending_access import OTHER_CLOSED
from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.data.catalog.engine.records import Entry, Place, text
from stadtkern.data.catalog.engine.repairs import REPAIRS, Notes, counted
from tests.data.catalog.samples import CITY, EU, LICENCE, OLD_RDF, catalogue, full_entry, listed

DEFAULTS = Defaults(source="https://quelle.example/katalog.rdf")


def mended(data: bytes) -> list[Mended]:
    found = [mend(entry, DEFAULTS) for entry in read_page(data, "katalog").entries]
    assert all(isinstance(one, Mended) for one in found)
    return [one for one in found if isinstance(one, Mended)]


class TestRecords:
    def test_the_sample_fills_every_field(self) -> None:
        entry = full_entry()
        assert [field.name for field in fields(Entry) if not getattr(entry, field.name)] == []

    def test_json_and_back(self) -> None:
        entry = full_entry()
        stored = json.loads(json.dumps(codec.to_json(entry)))
        assert codec.from_json(Entry, stored) == entry
        assert codec.from_json(Entry, {**stored, "of_a_newer_release": 1}) == entry
        assert codec.fingerprint(entry) != codec.fingerprint(replace(entry, version="4"))

    @pytest.mark.parametrize("kind", ["rdf", "ttl", "jsonld"])
    def test_rdf_and_back_needs_no_repair(self, kind: str) -> None:
        entries = [full_entry(1), full_entry(2, high_value=False)]
        data = writing.serialize(writing.catalogue_graph(catalogue(), listed(*entries)), kind)
        back = mended(data)
        assert counted(repair for one in back for repair in one.repairs) == {}
        assert [one.entry for one in back] == entries

    def test_a_distribution_address_shared_by_two_datasets_is_written_once(self) -> None:
        one, two = full_entry(1), full_entry(2)
        shared = replace(two, distributions=(replace(two.distributions[0], id=one.distributions[0].id),))
        graph = writing.catalogue_graph(catalogue(), listed(one, shared))
        back = mended(writing.serialize(graph, "ttl"))
        assert {len(entry.entry.distributions) for entry in back} == {1, 2}
        assert len({d.id for entry in back for d in entry.entry.distributions}) == 3

    def test_pages_are_linked(self) -> None:
        base = "https://daten.mainz.example/catalog.ttl"
        paging = writing.Paging(
            collection=base, this=f"{base}?page=2", total=5, next=f"{base}?page=3", previous=base
        )
        page = read_page(
            writing.serialize(writing.catalogue_graph(catalogue(), listed(full_entry()), paging), "ttl"), base
        )
        assert (page.next, page.total) == (f"{base}?page=3", 5)

    def test_the_text_in_a_language(self) -> None:
        assert text((("de", "a"), ("en", "b")), "en") == "b"
        assert text((("", "a"), ("fr", "b")), "de") == "a"
        assert text((), "de") == ""


class TestVocabularies:
    def test_every_list_says_where_it_comes_from(self) -> None:
        for name in vocabularies.all_names():
            one = vocabularies.known(name)
            assert one.scheme and one.version and one.source and one.licence and one.concepts
            assert all(concept.de and concept.en for concept in one.concepts.values())

    def test_every_spelling_means_a_value_of_its_list(self) -> None:
        for name, spellings in vocabularies._stored("spellings.json").items():
            for tail, written in spellings.items():
                for word in written:
                    assert vocabularies.known(name).resolve(word).endswith(tail), (name, word)

    @pytest.mark.parametrize(
        ("name", "written", "meant"),
        [
            ("licence", "https://www.govdata.de/dl-de/by-2-0", LICENCE),
            (
                "licence",
                "http://creativecommons.org/licenses/by/4.0/",
                "http://dcat-ap.de/def/licenses/cc-by/4.0",
            ),
            ("licence", "frei nach Absprache", ""),
            ("language", EU + "language/GER", EU + "language/DEU"),
            ("language", "Deutsch", EU + "language/DEU"),
            ("frequency", EU + "frequency/IRREGULAR", EU + "frequency/IRREG"),
            ("theme", "Umwelt", EU + "data-theme/ENVI"),
            ("file_type", "Shapefile", EU + "file-type/SHP"),
        ],
    )
    def test_resolve(self, name: str, written: str, meant: str) -> None:
        assert vocabularies.known(name).resolve(written) == meant

    def test_formats_know_each_other(self) -> None:
        known = vocabularies.known("file_type").concepts
        assert set(formats.BY_FORMAT) <= set(known)
        assert formats.media_type("text/csv; charset=utf-8") == "text/csv"
        assert formats.media_type("CSV") == ""
        assert (
            formats.media_of_address("https://x.example/a.b/Datei.GEOJSON?x=1.csv") == "application/geo+json"
        )


class TestRepair:
    def test_an_old_catalogue(self) -> None:
        (one,) = mended(OLD_RDF)
        entry = one.entry
        assert text(entry.description) == "Alle Ausgaben & Einnahmen\nErgebnis"
        assert (entry.issued, entry.modified) == ("2012-07-04", "2021-01-28T01:51:03")
        assert entry.languages == (EU + "language/DEU",)
        assert entry.frequency == EU + "frequency/IRREG"
        assert entry.themes == (EU + "data-theme/GOVE",)
        assert ("", "Seltsames") in entry.keywords
        assert entry.contributor_ids == ("http://dcat-ap.de/def/contributors/transparenzportalBremen",)
        assert (entry.custodians[0].name, entry.custodians[0].mail) == (
            "Der Senator fuer Finanzen",
            "office@finanzen.example",
        )
        assert entry.contact is not None
        assert (entry.contact.mail, entry.contact.telephone) == ("zahl@alt.example", "+494213610")
        assert (entry.temporal[0].start, entry.temporal[0].end) == ("2020-01-01", "")
        assert entry.spatial == (
            Place(id="http://dcat-ap.de/def/politicalGeocoding/regionalKey/040110000000"),
        )
        assert entry.publisher.name == "alt.example"
        first, second = entry.distributions
        assert (first.id, first.access_url) == (
            entry.id + "#distribution-1",
            "http://alt.example/Haushalt%202020.csv",
        )
        assert (first.byte_size, first.format, first.media_type) == (
            1_500_000,
            EU + "file-type/CSV",
            "text/csv",
        )
        assert first.checksum is not None
        assert first.checksum.algorithm == "md5"
        assert (second.licence, second.format) == (OTHER_CLOSED, EU + "file-type/PDF")

    def test_every_repair_is_named(self) -> None:
        (one,) = mended(OLD_RDF)
        named = counted(one.repairs)
        assert set(named) <= set(REPAIRS)
        assert {
            "address-as-text", "address-doubled", "address-repaired", "agent-class", "agent-mail", "contact-class", "contact-mail",
            "contact-telephone", "date-repaired", "format-from-media-type", "identifier-missing", "licence-mapped",
            "licence-missing", "media-type-repaired", "period-names", "period-open", "property-moved", "publisher-named",
            "size-repaired", "text-markup", "theme-as-keyword", "value-mapped",
        } == set(named)  # fmt: skip
        assert all(one.sentence("de") and one.sentence("en") for one in one.repairs)

    def test_an_unknown_repair_cannot_be_noted(self) -> None:
        with pytest.raises(KeyError):
            Notes().add("made-up", "here")

    def test_nothing_is_taken_without_title_and_identifier(self) -> None:
        assert isinstance(mend(FoundEntry(id="https://x.example/1"), DEFAULTS), Refused)

    def test_silence_is_never_an_open_licence(self) -> None:
        found = FoundEntry(id="https://x.example/1", titles=(("", "Titel"),))
        found.distributions = [
            FoundDistribution(access_urls=["https://x.example/a.csv"]),
            FoundDistribution(access_urls=["https://x.example/b.csv"], licences=["frei, bitte nett fragen"]),
            FoundDistribution(access_urls=["https://x.example/c.csv"], licences=["https://x.example/lizenz"]),
        ]
        one = mend(found, DEFAULTS)
        assert isinstance(one, Mended)
        assert [d.licence for d in one.entry.distributions] == [
            OTHER_CLOSED,
            OTHER_CLOSED,
            "https://x.example/lizenz",
        ]
        assert one.entry.distributions[1].rights == "frei, bitte nett fragen"
        assert {"licence-missing", "licence-text", "licence-unknown"} <= set(counted(one.repairs))

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("2020", "2020"), ("2020-05", "2020-05"), ("2020-05-17", "2020-05-17"), ("17.5.2020", "2020-05-17"),
            ("2020-05-17T10:00:00Z", "2020-05-17T10:00:00Z"), ("2020-05-17 10:00", "2020-05-17T10:00:00"), ("2020-13-01", ""),
            ("31.02.2020", ""), ("gestern", ""), ("0000", ""), ("2020-05-17T25:00", "2020-05-17"), ("99999999999999999999", ""),
        ],
    )  # fmt: skip
    def test_dates(self, written: str, read: str) -> None:
        if written == "2020-05-17T25:00":
            read = ""
        assert values.moment([written], "here", Notes()) == read

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("https://x.example/ä b", "https://x.example/ä%20b"), ("www.mainz.de/daten", "https://www.mainz.de/daten"),
            ("mainz.de", "https://mainz.de"), ("javascript:alert(1)", ""), ("http://", ""), ("http://[::1", ""),
            ("http://x.example:99999/", ""), ("kein Link", ""), ("ftp://x.example/a", "ftp://x.example/a"),
            ('https://x.example/"><script>', "https://x.example/%22%3E%3Cscript%3E"),
        ],
    )  # fmt: skip
    def test_addresses_of_the_web(self, written: str, read: str) -> None:
        assert values.address(written, "here", Notes(), web=True) == read

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("tel:+49-6131-12 0", "+496131120"),
            ("(0049) 6131/12-0", "+496131120"),
            ("06131 120", "+496131120"),
            ("Zentrale", ""),
        ],
    )
    def test_telephones(self, written: str, read: str) -> None:
        assert values.telephone(written, "here", Notes()) == read

    def test_control_characters_and_second_copies_go(self) -> None:
        notes = Notes()
        words = "Ein ganz langer Satz über Daten."
        assert values.plain_text(f"{words}\n{words}\x00", "here", notes) == words
        assert set(counted(notes.repairs)) == {"text-characters", "text-repeated"}


class TestSources:
    def test_ckan(self) -> None:
        package = {
            "id": "u-1", "name": "baeume", "title": "Bäume", "notes": "Alle Bäume", "state": "active", "license_id": "dl-de-by-2.0",
            "organization": {"title": "Stadt Mainz"}, "maintainer": "Team", "maintainer_email": "daten@mainz.example",
            "tags": [{"name": "baum"}], "groups": [{"name": "envi"}], "metadata_modified": "2025-02-03T10:11:12.123456",
            "extras": [{"key": "contributorID", "value": '["http://dcat-ap.de/def/contributors/destatis"]'}, {"key": "frequency", "value": "annually"},
                       {"key": "spatial", "value": '{"type":"Polygon","coordinates":[[[8.1,49.9],[8.4,49.9],[8.4,50.0],[8.1,49.9]]]}'}],
            "resources": [{"id": "r1", "url": "https://x.example/b.csv", "format": "CSV", "size": 12, "hash": "abc"}, {"id": "r2", "url": ""}],
        }  # fmt: skip
        answer = {
            "success": True,
            "result": {
                "count": 3,
                "results": [package, {**package, "id": "u-2", "name": "weg", "state": "deleted"}],
            },
        }
        address = "https://ckan.example/api/3/action/package_search?rows=2&start=0"
        page = read_page(json.dumps(answer).encode(), address)
        assert (page.kind, page.total) == ("ckan", 3)
        assert page.next == "https://ckan.example/api/3/action/package_search?rows=2&start=2"
        (found,) = page.entries
        one = mend(found, DEFAULTS)
        assert isinstance(one, Mended)
        entry = one.entry
        assert (entry.id, entry.identifier) == ("https://ckan.example/dataset/baeume", "u-1")
        assert (entry.publisher.name, entry.themes, entry.frequency) == (
            "Stadt Mainz",
            (EU + "data-theme/ENVI",),
            EU + "frequency/ANNUAL",
        )
        assert entry.spatial[0].box == (8.1, 49.9, 8.4, 50.0)
        assert entry.contributor_ids == ("http://dcat-ap.de/def/contributors/destatis",)
        csv, without = entry.distributions
        assert (csv.licence, csv.format, csv.byte_size, csv.checksum) == (
            LICENCE,
            EU + "file-type/CSV",
            12,
            None,
        )
        assert without.access_url == "https://ckan.example/dataset/baeume"

    def test_ckan_that_refuses(self) -> None:
        with pytest.raises(SourceRefused, match="success: false"):
            read_page(b'{"success": false, "result": null}', "https://ckan.example/api")

    def test_ogc_api(self) -> None:
        collection = {
            "id": "weinlagen", "title": "Weinlagen", "description": "Alle Lagen",
            "extent": {"spatial": {"bbox": [[6.1, 48.9, 8.5, 50.9]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]}},
            "links": [{"rel": "items", "type": "application/geo+json", "href": "collections/weinlagen/items?f=json"},
                      {"rel": "license", "href": "https://www.govdata.de/dl-de/by-2-0"}],
        }  # fmt: skip
        document = {"title": "OGC", "links": [{"rel": "self", "href": "x"}], "collections": [collection]}
        page = read_page(json.dumps(document).encode(), "https://ogc.example/api/collections")
        one = mend(page.entries[0], DEFAULTS)
        assert isinstance(one, Mended)
        assert one.entry.id == "https://ogc.example/api/collections/weinlagen"
        assert one.entry.distributions[0].licence == LICENCE
        assert one.entry.distributions[0].format == EU + "file-type/GEOJSON"
        assert one.entry.services[0].endpoint_url == "https://ogc.example/api"
        assert one.entry.temporal[0].start == "2020-01-01T00:00:00Z"
        landing = {
            "links": [{"rel": "data", "href": "/api/collections"}, {"rel": "conformance", "href": "/c"}]
        }
        assert (
            read_page(json.dumps(landing).encode(), "https://ogc.example/api").next
            == "https://ogc.example/api/collections"
        )

    def test_wfs(self) -> None:
        data = """<?xml version="1.0"?><wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"
 xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink">
 <ows:ServiceIdentification><ows:Title>Pläne</ows:Title><ows:AccessConstraints>{"id":"dl-de/by-2-0","url":"https://www.govdata.de/dl-de/by-2-0"}</ows:AccessConstraints></ows:ServiceIdentification>
 <ows:ServiceProvider><ows:ProviderName>Stadt</ows:ProviderName><ows:ServiceContact><ows:ContactInfo><ows:Address><ows:ElectronicMailAddress>a@b.example</ows:ElectronicMailAddress></ows:Address></ows:ContactInfo></ows:ServiceContact></ows:ServiceProvider>
 <ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="https://wfs.example/ows?"/></ows:HTTP></ows:DCP>
  <ows:Parameter name="outputFormat"><ows:AllowedValues><ows:Value>application/gml+xml; version=3.2</ows:Value><ows:Value>application/geo+json</ows:Value></ows:AllowedValues></ows:Parameter></ows:Operation></ows:OperationsMetadata>
 <wfs:FeatureTypeList><wfs:FeatureType><wfs:Name>app:plan</wfs:Name><wfs:Title>Bebauungspläne</wfs:Title><wfs:Abstract>Alle</wfs:Abstract>
  <ows:Keywords><ows:Keyword>Plan</ows:Keyword></ows:Keywords><ows:WGS84BoundingBox><ows:LowerCorner>8.1 49.9</ows:LowerCorner><ows:UpperCorner>8.4 50.1</ows:UpperCorner></ows:WGS84BoundingBox></wfs:FeatureType></wfs:FeatureTypeList>
</wfs:WFS_Capabilities>""".encode()
        page = read_page(data, "https://wfs.example/ows?service=WFS&request=GetCapabilities")
        one = mend(page.entries[0], DEFAULTS)
        assert isinstance(one, Mended)
        entry = one.entry
        assert (entry.id, text(entry.title), entry.spatial[0].box) == (
            "https://wfs.example/ows#app:plan",
            "Bebauungspläne",
            (8.1, 49.9, 8.4, 50.1),
        )
        assert {d.media_type or d.format for d in entry.distributions} == {
            "application/gml+xml",
            "application/geo+json",
        }
        assert all(
            d.licence == LICENCE and "typeNames=app%3Aplan" in d.access_url for d in entry.distributions
        )
        assert len({d.id for d in entry.distributions}) == 2

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"<!DOCTYPE html><html><body>Wartung</body></html>", "not-rdf"),
            (b"", "not-rdf"),
            (b'<?xml version="1.0"?><!DOCTYPE rdf [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "doctype"),
            (b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a>', "not-rdf"),
            (b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "no-datasets"),
            (b'{"@context": "https://boese.example/context.jsonld", "@id": "x"}', "foreign-context"),
            (b'{"@context": {"@import": "https://boese.example/c"}, "@id": "x"}', "foreign-context"),
            (b'{"@context": [', "not-json"),
            (b'{"a": 1}', "unknown-json"),
            (b"<<<a b c .", "not-rdf"),
            (b"@prefix x: <http://x/> . x:a x:b", "not-rdf"),
            (b"<?xml version='1.0'?>" + b"<a>" * 300 + b"</a>" * 300, "too-deep"),
            (b"\xff\xfe\x00\x01\x02", "not-rdf"),
        ],
    )  # fmt: skip
    def test_what_is_refused_and_why(self, data: bytes, reason: str) -> None:
        with pytest.raises(SourceRefused) as refused:
            read_page(data, "https://quelle.example/")
        assert refused.value.reason == reason
        assert "quelle.example" in refused.value.message

    def test_a_file_compressed_into_a_bomb(self, tmp_path: Path) -> None:
        path = tmp_path / "bombe.rdf.gz"
        path.write_bytes(gzip.compress(b" " * 3_000_000))
        with pytest.raises(SourceRefused) as refused:
            fetching.from_file(str(path), most_bytes=1_000_000, seconds=1)
        assert refused.value.reason == "too-large"

    @pytest.mark.parametrize(
        "address", ["http://127.0.0.1/k.rdf", "http://[::1]/k.rdf", "https://10.0.0.1/", "http://x:y:z/"]
    )
    def test_addresses_of_the_own_network_are_not_called(self, address: str) -> None:
        with pytest.raises(SourceRefused) as refused:
            fetching.from_web()(address, most_bytes=1000, seconds=1.0)
        assert refused.value.reason in ("not-allowed", "unreachable")


def pages(*contents: bytes) -> Any:
    """A source of these pages at …/1, …/2 and so on."""

    def fetch(address: str, *, most_bytes: int, seconds: float) -> bytes:
        number = int(address.rsplit("/", 1)[-1])
        if number > len(contents):
            raise SourceRefused("status-500", "kaputt", address)
        return contents[number - 1]

    return fetch


def turtle(*entries: Entry, further: str = "") -> bytes:
    base = "https://q.example/1"
    paging = writing.Paging(collection=base, this=f"{base}?{entries[0].id}", total=9, next=further)
    return writing.serialize(writing.catalogue_graph(catalogue(), listed(*entries), paging), "ttl")


class TestReading:
    def test_page_by_page(self) -> None:
        fetch = pages(turtle(full_entry(1), further="https://q.example/2"), turtle(full_entry(2)))
        reading = read_source("https://q.example/1", fetch)
        assert (len(reading.mended), reading.pages, reading.complete, reading.kind) == (2, 2, True, "rdf")
        assert reading.publisher is not None
        assert reading.publisher.name == CITY.name

    def test_a_page_that_fails_makes_the_reading_incomplete(self) -> None:
        reading = read_source(
            "https://q.example/1", pages(turtle(full_entry(1), further="https://q.example/2"))
        )
        assert (len(reading.mended), reading.broken) == (1, "status-500")

    def test_a_source_that_never_ends(self) -> None:
        def endless(address: str, *, most_bytes: int, seconds: float) -> bytes:
            number = int(address.rsplit("/", 1)[-1])
            return turtle(full_entry(number), further=f"https://q.example/{number + 1}")

        reading = read_source("https://q.example/1", endless, limits=Limits(pages=5))
        assert (reading.pages, reading.broken) == (5, "too-many-pages")
        reading = read_source("https://q.example/1", endless, limits=Limits(entries=3))
        assert reading.broken == "too-many-datasets"
        ticks = iter(range(1000))
        reading = read_source(
            "https://q.example/1", endless, limits=Limits(seconds=9), clock=lambda: float(next(ticks))
        )
        assert reading.broken == "too-slow"

    def test_a_source_that_repeats_itself(self) -> None:
        same = turtle(full_entry(1), further="https://q.example/2")
        assert read_source("https://q.example/1", pages(same, same)).broken == "repeats-itself"
        back = turtle(full_entry(2), further="https://q.example/1")
        assert read_source("https://q.example/1", pages(same, back)).broken == "repeats-itself"

    def test_a_next_page_elsewhere_is_not_followed(self) -> None:
        reading = read_source(
            "https://q.example/1", pages(turtle(full_entry(1), further="https://boese.example/2"))
        )
        assert (reading.pages, reading.complete) == (1, True)

    def test_duplicates_are_left_out_and_named(self) -> None:
        newer = replace(full_entry(1), id="https://andere.example/1", modified="2026-01-01")
        reading: Reading = read_source(
            "https://q.example/1", pages(turtle(full_entry(1), newer, full_entry(3)))
        )
        assert reading.doubled == {"https://daten.mainz.example/d/1": "https://andere.example/1"}
        assert "https://daten.mainz.example/d/1" not in reading.mended

    def test_titles_alone_make_no_duplicate(self) -> None:
        entries = [replace(full_entry(n), title=(("de", "Haushalt"),)) for n in (1, 2)]
        assert duplicates(entries) == {}


class TestChanges:
    def test_what_happened(self) -> None:
        changes = compare({"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"}, complete=True)
        assert (changes.taken, changes.changed, changes.unchanged, changes.removed) == (
            ("d",),
            ("b",),
            ("a",),
            ("c",),
        )

    def test_a_reading_that_broke_off_removes_nothing(self) -> None:
        changes = compare({"a": "1", "b": "1"}, {"a": "1"}, complete=False)
        assert (changes.removed, changes.kept, changes.doubt) == ((), ("b",), "broken-off")

    def test_a_source_that_lost_most_of_its_data_is_doubted(self) -> None:
        known = {str(n): "1" for n in range(20)}
        assert compare(known, {}, complete=True).doubt == "empty"
        assert compare(known, {"0": "1"}, complete=True).doubt == "more-than-half-gone"
        assert len(compare(known, {str(n): "1" for n in range(12)}, complete=True).removed) == 8


def test_the_graph_reader_reports_the_place() -> None:
    with pytest.raises(SourceRefused) as refused:
        graphs.read_graph(b"@prefix x: <http://x/> .\nx:a x:b ;;; .\n x y z", "k.ttl")
    assert refused.value.message.startswith("k.ttl:")


def test_reading_a_graph_is_bounded() -> None:
    assert isinstance(graphs.read_graph(b"<http://a> <http://b> <http://c> .", "x"), Graph)
    with pytest.raises(SourceRefused):
        graphs.read_graph(b" " * (graphs.MOST_BYTES + 1), "x")
