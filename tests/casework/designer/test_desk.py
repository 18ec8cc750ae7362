"""Pages of the workshop: who enters, what is said, what is refused; plays, packages, values of a municipality."""

from __future__ import annotations

import html
import io
import json
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from stadtkern.casework.designer import actions, elements, queries
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.packages.parameters import BadValue, parse_value
from tests.casework.designer.conftest import log_in
from tests.casework.designer.test_path import DOG, HOME, begin, fields

pytestmark = pytest.mark.django_db
SECTIONS = ("staende", "schreiben", "bausteine", "pruefungen", "eckdaten", "nachrichten")
PAGES = (
    "", "name/", "ablauf/", "ablauf/datei/", "ablauf/element/pruefen/", "ablauf/element/f_was_nun_warten/",
    "ablauf/element/bahn_amt/", "ablauf/element/vier_augen/", "texte/", *(f"texte/{name}/" for name in SECTIONS), "parameter/",
    "formular/", "unterschied/", "uebergeben/", "veroeffentlichen/", "tests/", "tests/spielen/", "tests/fall/standard/",
)  # fmt: skip


@pytest.fixture
def client(author: Any) -> Client:
    return log_in(author)


@pytest.fixture
def draft(city: Any, client: Client) -> ProcedureDraft:
    return begin(client)


def test_all_pages_open_in_both_languages(client: Client, draft: ProcedureDraft) -> None:
    for page in (*PAGES, f"../werte/{DOG}/", "../neu/", "../einlesen/", "../"):
        for language in ("de", "en"):
            response = client.get(f"{HOME}{draft.pk}/{page}?lang={language}".replace(f"{draft.pk}/../", ""))
            assert response.status_code == 200, page
            assert response.content.decode().count("<h1") == 1, page


@pytest.mark.parametrize("role", ["caseworker", "service_manager", "administrator", None])
def test_others_do_not_enter(role: str | None, make_actor: Any, draft: ProcedureDraft) -> None:
    other = log_in(make_actor(role))
    for page in PAGES:
        assert other.get(f"{HOME}{draft.pk}/{page}").status_code in (403, 404)
    assert other.post(f"{HOME}{draft.pk}/verwerfen/").status_code in (403, 404)
    assert other.post(f"{HOME}{draft.pk}/ablauf/pruefen/", b"<x/>", content_type="application/xml").status_code in (403, 404)  # fmt: skip


def test_drafts_stay_in_their_municipality(client: Client, draft: ProcedureDraft, bodenheim: Any) -> None:
    from stadtkern.foundation.tenancy import api as tenancy

    with tenancy.act_for(bodenheim.pk):
        assert not ProcedureDraft.objects.filter(pk=draft.pk).exists()


def test_two_drafts_of_one_procedure_are_refused(client: Client, draft: ProcedureDraft) -> None:
    response = client.post(f"{HOME}neu/", {"origin": "service", "service": DOG})
    assert response.status_code == 422 and "schon gearbeitet" in response.content.decode()


def test_a_save_on_an_old_page_is_refused(client: Client, draft: ProcedureDraft) -> None:
    page = f"{HOME}{draft.pk}/texte/eckdaten/"
    sent = fields(client, page)
    assert client.post(page, sent | {"file_plan": "1"}).status_code == 302
    assert client.post(page, sent | {"file_plan": "2"}).status_code == 409


def test_every_section_gives_back_what_it_was_given(client: Client, draft: ProcedureDraft) -> None:
    before = draft.files["texts.json"]
    for name in SECTIONS:
        page = f"{HOME}{draft.pk}/texte/{name}/"
        assert client.post(page, fields(client, page)).status_code == 302, name
    draft.refresh_from_db()
    assert json.loads(draft.files["texts.json"]) == {"messages": {}, **json.loads(before)}


def test_every_element_gives_back_what_it_was_given(client: Client, draft: ProcedureDraft) -> None:
    from stadtkern.casework.designer import elements
    from stadtkern.casework.processes.bpmn import compare, read_bpmn

    document = read_bpmn(draft.files["process.bpmn"].encode())
    for line in elements.listed(document):
        page = f"{HOME}{draft.pk}/ablauf/element/{line.id}/"
        sent = fields(client, page)
        assert client.post(page, sent).status_code == 302, line
    draft.refresh_from_db()
    assert compare(document, read_bpmn(draft.files["process.bpmn"].encode())) == []


def test_a_wrong_expression_is_told_with_its_place_and_not_handed_over(
    client: Client, draft: ProcedureDraft
) -> None:
    page = f"{HOME}{draft.pk}/ablauf/element/f_was_nun_warten/"
    assert client.post(page, fields(client, page) | {"condition": 'aktion == "x"'}).status_code == 302
    shown = client.get(page).content.decode()
    assert "aktion ==" in shown and "Zeile 1, Zeichen" in shown
    assert client.post(f"{HOME}{draft.pk}/uebergeben/", {"revision": "2"}).status_code == 422


def test_an_unknown_placeholder_is_told(client: Client, draft: ProcedureDraft) -> None:
    page = f"{HOME}{draft.pk}/texte/schreiben/"
    sent = fields(client, page)
    assert client.post(page, sent | {"letter_grant": "Betreff\n\nGuten Tag {{vornam}}"}).status_code == 302
    assert (
        "{{vornam}}"
        in client.get(page).content.decode().partition("<form")[0] + client.get(page).content.decode()
    )
    draft.refresh_from_db()
    assert any("vornam" in each.message for each in queries.troubles_of(draft) if each.severity == "error")


def test_the_check_answers_while_one_draws(client: Client, draft: ProcedureDraft) -> None:
    address = f"{HOME}{draft.pk}/ablauf/pruefen/"

    def check(xml: str) -> list[dict[str, Any]]:
        answer = client.post(address, xml.encode(), content_type="application/xml")
        assert answer.status_code == 200
        return list(answer.json()["problems"])

    xml = draft.files["process.bpmn"]
    assert not [each for each in check(xml) if each["severity"] == "error"]
    wrong = check(xml.replace('stadtkern:state="in_review"', 'stadtkern:state="weg"'))
    assert [each["element"] for each in wrong if each["severity"] == "error"] == ["pruefen"]
    assert check("<broken")[0]["severity"] == "error"
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_drawing_that_cannot_be_read_is_refused_and_kept_on_the_page(
    client: Client, draft: ProcedureDraft
) -> None:
    page = f"{HOME}{draft.pk}/ablauf/"
    answer = client.post(page, {"revision": "1", "xml": "<definitions>oh"})
    assert answer.status_code == 422 and "oh" in answer.content.decode()
    file = SimpleUploadedFile("x.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert client.post(page + "datei/", {"revision": "1", "file": file}).status_code == 422
    downloaded = client.get(page + "ablauf.bpmn").content
    assert b"BPMNShape" in downloaded
    file = SimpleUploadedFile("x.bpmn", downloaded)
    assert client.post(page + "datei/", {"revision": "1", "file": file}).status_code == 302


def test_whoever_worked_on_it_cannot_publish(
    client: Client, draft: ProcedureDraft, author: Any, second: Any, now: datetime
) -> None:
    other = log_in(second)
    page = f"{HOME}{draft.pk}/texte/eckdaten/"
    assert other.post(page, fields(other, page) | {"retention_years": "11"}).status_code == 302
    draft.refresh_from_db()
    actions.submit(actor=author, draft_id=draft.pk, revision=draft.revision, note="", now=now)
    assert (
        other.post(
            f"{HOME}{draft.pk}/veroeffentlichen/", {"decision": "publish", "revision": "2"}
        ).status_code
        == 422
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureDraft.objects.filter(pk=draft.pk).update(reviewed_by_id=author.account_id)


def test_giving_back_needs_a_reason(
    client: Client, draft: ProcedureDraft, author: Any, second: Any, now: datetime
) -> None:
    actions.submit(actor=author, draft_id=draft.pk, revision=1, note="", now=now)
    other, page = log_in(second), f"{HOME}{draft.pk}/veroeffentlichen/"
    assert other.post(page, {"decision": "back", "reason": " "}).status_code == 422
    assert other.post(page, {"decision": "back", "reason": "Bitte kürzer"}).status_code == 302
    assert "Bitte kürzer" in client.get(f"{HOME}{draft.pk}/").content.decode()


def test_a_new_service_from_the_standard_procedure(
    client: Client, city: Any, author: Any, second: Any, now: datetime
) -> None:
    from stadtkern.casework.services import api as services

    sent = {
        "origin": "standard_four_eyes",
        "title": "Fischereischein beantragen",
        "title_en": "Apply for a fishing licence",
        "office": "finanzen",
    }
    made = client.post(f"{HOME}neu/", sent)
    assert made.status_code == 302
    row = ProcedureDraft.objects.get(slug="fischereischein-beantragen")
    page = f"{HOME}{row.pk}/"
    assert "file_plan" in {each.element for each in queries.troubles_of(row) if each.severity == "error"}
    eckdaten = page + "texte/eckdaten/"
    assert client.post(eckdaten, fields(client, eckdaten) | {"file_plan": "75.10"}).status_code == 302
    row.refresh_from_db()
    assert [each for each in queries.troubles_of(row, run=True) if each.severity == "error"] == []
    number = row.revision
    actions.submit(actor=author, draft_id=row.pk, revision=number, note="", now=now)
    actions.publish(actor=second, draft_id=row.pk, revision=number, now=now)
    found = services.find("fischereischein-beantragen")
    assert found is not None and found.title() == "Fischereischein beantragen" and not found.online


def test_test_cases_run_and_plays_are_kept(client: Client, draft: ProcedureDraft) -> None:
    page = f"{HOME}{draft.pk}/tests/"
    assert client.post(page).status_code == 302
    assert "Alle Testfälle stimmen" in client.get(page).content.decode()
    sent = fields(client, page + "spielen/")
    answer = client.post(page + "spielen/", sent | {"do": '{"task": "sichten", "action": "take"}'})
    shown = answer.content.decode()
    assert answer.status_code == 200, shown.partition("sk-errors")[2][:600]
    assert "Antrag prüfen" in shown
    case = json.dumps(
        {"steps": [{"task": "sichten", "action": "take"}, {"task": "pruefen", "action": "ask_applicant"}]}
    )
    kept = client.post(page + "spielen/", sent | {"case": case, "keep": "1", "name": "Nachfordern"})
    assert kept.status_code == 302, kept.content.decode()
    draft.refresh_from_db()
    made = json.loads(draft.files["tests/nachfordern.json"])
    assert made["expect"]["state"] == "waiting_for_applicant"
    assert client.post(page).status_code == 302
    assert "Alle Testfälle stimmen" in client.get(page).content.decode()
    wrong = client.post(page + "spielen/", sent | {"do": '{"task": "nirgends", "action": "x"}'})
    assert wrong.status_code == 422 and "nicht offen" in wrong.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": '{"task": "nirgends", "action": "x"}'}, "The task “nirgends” is not open. Possible:"),
        ({"do": '{"timer": "bald"}'}, "nor “next”"),
        ({"do": '{"timer": "PT1S"}'}, "No timer is due until then"),
        ({"set": "{", "do": "{}"}, "This cannot be read (line 1, column 2)"),
        ({"input": "[]"}, "Write the values as"),
    ],
)
def test_refusals_of_a_play_speak_english(
    client: Client, draft: ProcedureDraft, sent: Any, said: str
) -> None:
    page = f"{HOME}{draft.pk}/tests/spielen/"
    answer = client.post(f"{page}?lang=en", fields(client, page) | sent)
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and said in shown, shown.partition("sk-errors")[2][:500]


def test_a_property_that_cannot_be_written_is_refused_in_both_languages() -> None:
    with pytest.raises(elements.NotWritable) as refused:
        elements._pairs("outputs", "ohne Gleichheitszeichen")
    assert "Schreiben Sie" in refused.value.text("de") and "write “name" in refused.value.text("en")
    with pytest.raises(BadValue) as value:
        parse_value("number", "viel")
    assert value.value.text("en") == "This must be a number."


def test_out_as_a_package_and_in_again(client: Client, draft: ProcedureDraft, second: Any) -> None:
    data = client.get(f"{HOME}{draft.pk}/paket.zip").content
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert {"service.json", "form.xdf3.xml", "rules.json", "process.bpmn", "texts.json"} <= set(names)
    report = client.post(f"{HOME}einlesen/", {"step": "check", "file": SimpleUploadedFile("p.zip", data)})
    assert report.status_code == 200, report.content.decode()
    shown = report.content.decode()
    assert "gibt es hier schon" in shown and "noch nichts übernommen" in shown
    broken = client.post(
        f"{HOME}einlesen/", {"step": "check", "file": SimpleUploadedFile("p.zip", b"PK nein")}
    )
    assert broken.status_code == 422


def test_own_values_do_not_touch_the_package(
    client: Client, draft: ProcedureDraft, author: Any, second: Any, now: datetime
) -> None:
    page = f"{HOME}{draft.pk}/parameter/"
    sent = fields(client, page)
    row = {
        "0-name": "marke_cents",
        "0-type": "number",
        "0-unit": "Cent",
        "0-label_de": "Steuermarke",
        "0-label_en": "Tag",
        "0-default": "500",
        "0-legal_basis": "Satzung",
    }
    assert client.post(page, sent | row).status_code == 302
    draft.refresh_from_db()
    actions.submit(actor=author, draft_id=draft.pk, revision=draft.revision, note="", now=now)
    actions.publish(actor=second, draft_id=draft.pk, revision=draft.revision, now=now)
    before = queries.published_files(DOG)
    values = f"{HOME}werte/{DOG}/"
    assert client.post(values, {"marke_cents": "viel"}).status_code == 422
    assert client.post(values, {"marke_cents": "1.250,50"}).status_code == 302
    assert queries.own_values(DOG) == {"marke_cents": "1250.50"}
    assert queries.published_files(DOG) == before
    assert client.post(values, {"marke_cents": ""}).status_code == 302
    assert queries.own_values(DOG) == {}
