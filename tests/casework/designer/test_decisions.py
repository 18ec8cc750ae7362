"""The decisions of a draft: edit a table with buttons alone, see mistakes at the cell, try it out, save, publish as a file."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from stadtkern.casework.designer.decisions import store
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.kernel.dmn import load
from tests.casework.designer.conftest import log_in
from tests.casework.designer.test_path import DOG, HOME, begin

pytestmark = pytest.mark.django_db
PATH = "decisions/verfahren.dmn"


@pytest.fixture
def client(city: Any, author: Any) -> Client:
    return log_in(author)


@pytest.fixture
def row(client: Client) -> ProcedureDraft:
    return begin(client)


def table_page(row: ProcedureDraft, decision: str = "steuer") -> str:
    return f"{HOME}{row.pk}/entscheidungen/verfahren/{decision}/"


def fields(content: str) -> dict[str, str]:
    """What a browser would send, without any button."""
    form = content[content.index('<form method="post" class="sk-') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ('type="radio"' not in tag or " checked" in tag):
            found[name[1]] = html.unescape(value[1] if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def press(client: Client, page: str, sent: dict[str, str], do: str, status: int = 200) -> str:
    response = client.post(page, {**sent, "do": do})
    assert response.status_code == status, re.findall(r"sk-errors.*?</div>", response.content.decode(), re.S)
    return response.content.decode()


def test_the_list_names_every_decision_and_what_it_needs(client: Client, row: ProcedureDraft) -> None:
    content = client.get(f"{HOME}{row.pk}/entscheidungen/").content.decode()
    assert "steuer" in content and "parameter, hunde, gefaehrliche_hunde" in content
    assert content.count("<rect") > 10 and content.count("<line ") > 10


def test_what_is_shown_is_saved_unchanged(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    sent = fields(client.get(page).content.decode())
    assert sent["policy"] == "C:SUM" and sent["r-2-2"].startswith("(hunde - 2)")
    press(client, page, sent, "save", 302)
    before, revision = row.files[PATH], row.revision
    row.refresh_from_db()
    assert row.files[PATH] == before and row.revision == revision


def test_rules_and_columns_by_buttons_then_saved(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    content = press(client, page, fields(client.get(page).content.decode()), "copy-rule:0")
    assert "Noch nicht gespeichert" in content
    sent = fields(content)
    assert sent["rules"] == "5" and sent["r-1-2"] == sent["r-0-2"]
    sent = fields(press(client, page, sent, "down-rule:1"))
    sent = fields(press(client, page, sent, "add-input"))
    assert sent["inputs"] == "3" and sent["r-4-2"] == "-"
    sent["in-2-text"], sent["r-2-2"] = "zugezogen", "true"
    sent = fields(press(client, page, sent, "check"))
    press(client, page, sent, "save", 302)
    row.refresh_from_db()
    model = load(row.files[PATH].encode())
    assert "zugezogen" in model.inputs
    given = {
        "gefaehrlich": [False],
        "parameter": {"steuer_ersthund_cents": 100, "steuer_zweithund_cents": 10},
    }
    assert model.evaluate("steuer", {**given, "zugezogen": False}).value == 100
    assert "2 Regeln" not in content
    sent = fields(client.get(page).content.decode())
    sent = fields(press(client, page, sent, "remove-input:2"))
    press(client, page, sent, "save", 302)
    row.refresh_from_db()
    assert "zugezogen" not in load(row.files[PATH].encode()).inputs


def test_a_mistake_stands_at_its_cell_with_the_place_marked(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    sent = fields(client.get(page).content.decode()) | {"r-0-2": "2 * hundee", "r-1-0": ">= 2 +"}
    content = press(client, page, sent, "check")
    assert "<title>Fehler:" in content.replace("\n", "")
    cell = content[content.index('id="r-0-2"') :][:900]
    assert (
        'aria-invalid="true"' in cell and "2 * <mark>hundee</mark>" in cell and "Meinten Sie „hunde“?" in cell
    )
    assert content.count('aria-invalid="true"') == 2
    assert sent["r-1-0"] in html.unescape(content)


def test_the_check_while_typing_says_the_same_and_keeps_nothing(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    sent = fields(client.get(page).content.decode()) | {"r-0-2": "2 * hundee"}
    answer = client.post(f"{page}pruefen/", sent).json()
    assert list(answer["fields"]) == ["r-0-2"]
    assert answer["fields"]["r-0-2"]["marked"] == "hundee" and answer["errors"] == 1
    before = row.revision
    row.refresh_from_db()
    assert row.revision == before


def test_gaps_are_shown_and_closed_by_a_button(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    sent = fields(client.get(page).content.decode()) | {"policy": "U", "out-0-default": ""}
    content = press(client, page, sent, "check")
    assert "Widerspruch" in content and "Regel 1 und Regel 2 treffen zusammen zu" in content
    assert "Lücke" in content and "close-gap:0" in content
    sent = fields(press(client, page, sent, "close-gap:0"))
    assert sent["rules"] == "5" and sent["r-4-0"] == "< 1" and sent["r-4-1"] == "< 1"


def test_trying_out_shows_rules_and_result(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    sent = fields(client.get(page).content.decode()) | {"try-gefaehrlich": "[false, false, true]"}
    content = press(client, page, sent, "try")
    assert '<code class="sk-feel">90000</code>' in content
    assert (
        "Regel 1 trifft zu" in content
        and "Regel 4 trifft zu" in content
        and "Regel 3 trifft zu" not in content
    )
    assert content.count("sk-decision-hit") == 3
    content = press(client, page, sent | {"try-gefaehrlich": "[false"}, "try")
    assert 'id="try-gefaehrlich-error"' in content


def test_an_unsaved_table_can_be_tried(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    sent = fields(client.get(page).content.decode()) | {"r-0-2": "7", "try-gefaehrlich": "[false]"}
    assert '<code class="sk-feel">7</code>' in press(client, page, sent, "try")
    row.refresh_from_db()
    assert "<text>7</text>" not in row.files[PATH]


def test_a_new_decision_is_a_table_or_an_expression(client: Client, row: ProcedureDraft) -> None:
    home = f"{HOME}{row.pk}/entscheidungen/"
    sent = {
        "revision": str(row.revision),
        "name": "alter der person",
        "question": "Wie alt?",
        "kind": "literal",
    }
    response = client.post(home, sent)
    assert response.status_code == 302
    page = response["Location"]
    sent = fields(client.get(page).content.decode())
    content = press(
        client,
        page,
        sent | {"literal": "years and months duration(geburtsdatum, antragsdatum).years +"},
        "check",
    )
    assert content.count('aria-invalid="true"') == 1
    good = sent | {"literal": "years and months duration(geburtsdatum, antragsdatum).years", "type": "number"}
    press(client, page, good, "save", 302)
    row.refresh_from_db()
    model = load(row.files[PATH].encode())
    from datetime import date

    given = {"geburtsdatum": date(2000, 5, 1), "antragsdatum": date(2025, 4, 30)}
    assert model.evaluate("alter der person", given).value == 24
    refused = client.post(home, {"revision": str(row.revision), "name": "if", "kind": "table"})
    assert refused.status_code == 422 and "als Name nicht möglich" in refused.content.decode()


def test_renaming_and_removing(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row, "hunde")
    sent = fields(client.get(page).content.decode())
    press(client, page, sent | {"name": "zahl der hunde"}, "save", 302)
    row.refresh_from_db()
    assert "(zahl der hunde - 2)" in row.files[PATH]
    sent = fields(client.get(page).content.decode())
    refused = press(client, page, sent, "remove", 422)
    assert "wird noch gebraucht von: steuer" in refused
    page = table_page(row)
    press(client, page, fields(client.get(page).content.decode()), "remove", 302)
    row.refresh_from_db()
    assert "steuer_ersthund" not in row.files[PATH] and client.get(page).status_code == 404


def test_two_people_do_not_overwrite_each_other(client: Client, row: ProcedureDraft, second: Any) -> None:
    page = table_page(row)
    first = fields(client.get(page).content.decode())
    other = log_in(second)
    press(other, page, first | {"r-0-2": "1"}, "save", 302)
    content = press(client, page, first | {"r-0-2": "2"}, "save", 422)
    assert "inzwischen geändert" in content and 'name="r-0-2"' in content
    row.refresh_from_db()
    assert "<text>1</text>" in row.files[PATH]


@pytest.mark.parametrize(
    "sent",
    [
        {"rules": "999999"},
        {"rules": "-1", "inputs": "x"},
        {"do": "remove-rule:99"},
        {"do": "remove-output:0"},
        {"policy": "Z"},
        {"do": "add-rule:1", "rules": "500"},
        {"name": "\x00"},
    ],
)
def test_sent_by_hand_nothing_breaks(client: Client, row: ProcedureDraft, sent: dict[str, str]) -> None:
    page = table_page(row)
    full = fields(client.get(page).content.decode()) | {"do": "check"} | sent
    assert client.post(page, full).status_code in (200, 422)


def test_a_control_character_is_refused_when_saving(client: Client, row: ProcedureDraft) -> None:
    page = table_page(row)
    full = fields(client.get(page).content.decode()) | {"r-0-2": '"\x01"'}
    assert "darf in einem Text nicht stehen" in press(client, page, full, "save", 422)


def test_every_field_has_a_label(client: Client, row: ProcedureDraft) -> None:
    content = client.get(table_page(row)).content.decode()
    ids = set(re.findall(r'<(?:input|textarea|select)(?![^>]*type="hidden")[^>]* id="([^"]+)"', content))
    assert ids - {"desk-q"} <= set(re.findall(r'<label[^>]*for="([^"]+)"', content))
    assert len(ids) > 30
    assert len(re.findall(r' id="([^"]+)"', content)) == len(set(re.findall(r' id="([^"]+)"', content)))


def test_in_english(client: Client, row: ProcedureDraft) -> None:
    client.cookies["sprache"] = "en"
    content = client.get(table_page(row)).content.decode()
    assert "Add a rule" in content and "Regel hinzufügen" not in content


def test_others_do_not_find_it(city: Any, row: ProcedureDraft, make_actor: Any) -> None:
    stranger = log_in(make_actor("caseworker"))
    assert stranger.get(table_page(row)).status_code in (403, 404)
    assert row.slug == DOG


def test_a_decision_may_ask_for_what_a_task_asks_for(city: Any) -> None:
    process = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:stadtkern="urn:stadtkern:bpmn:1" id="d"
     targetNamespace="urn:t"><process id="p" isExecutable="true"><startEvent id="a"/><userTask id="t" name="Messen"><extensionElements>
     <stadtkern:field name="meter" type="number" label="Breite in Metern"/>
     <stadtkern:field name="zustand" label="Zustand" options="gut:Gut|schlecht:Schlecht"/></extensionElements></userTask></process></definitions>"""
    row = ProcedureDraft(slug="x", files={"rules.json": "{}", "process.bpmn": process})
    known = store.known(row)
    assert (known["meter"].type.kind, known["meter"].label) == ("number", "Breite in Metern")
    assert known["zustand"].values == ("gut", "schlecht")
    assert store.known(ProcedureDraft(slug="x", files={"rules.json": "{}", "process.bpmn": "<"})).keys() == {
        "action"
    }
