"""The form editor by its addresses: from nothing to an application, as a program or a browser without script would do it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from stadtkern.casework.cases.demo_samples import with_files
from stadtkern.casework.cases.models import Case
from stadtkern.casework.designer import actions
from stadtkern.casework.designer.forms import store
from stadtkern.casework.designer.forms.sheet import read_sheet, write_sheet
from stadtkern.casework.designer.forms.views import troubles
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.designer.queries import troubles_of
from stadtkern.casework.forms import api as forms
from stadtkern.casework.forms.definition import evaluate
from tests.casework.designer.conftest import log_in
from tests.casework.designer.test_path import fields
from tests.casework.forms.pages_sent import pages_sent

pytestmark = pytest.mark.django_db
HOME = "/arbeit/werkstatt/"


class Editor:
    """A draft of a new service, its form by HTTP."""

    def __init__(self, client: Client, title: str = "Straßenfest anmelden") -> None:
        self.client = client
        made = client.post(
            f"{HOME}neu/",
            {
                "origin": "standard",
                "title": title,
                "title_en": "Register a street party",
                "office": "sondernutzung",
            },
        )
        assert made.status_code == 302
        self.draft = made["Location"]
        self.pk = self.draft.rstrip("/").rpartition("/")[2]

    def post(self, address: str, status: int = 302, **data: Any) -> Any:
        answer = self.client.post(f"{self.draft}formular/{address}", data)
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return answer

    def add(self, kind: str, label: str, **data: Any) -> str:
        """A new element; its path stands in the answer's address."""
        answer = self.post("neu/", kind=kind, label=label, **data)
        return str(answer["Location"].partition("stelle=")[2].partition("#")[0].replace("%2F", "/"))

    def page(self, address: str = "") -> str:
        answer = self.client.get(f"{self.draft}formular/{address}")
        assert answer.status_code == 200
        return str(answer.content.decode())

    @property
    def row(self) -> ProcedureDraft:
        return ProcedureDraft.objects.get(pk=self.pk)


@pytest.fixture
def editor(city: Any, author: Any) -> Editor:
    return Editor(log_in(author))


def build(editor: Editor) -> dict[str, str]:
    """Nine elements: a condition, a repeated group, an upload, a calculation, a consent."""
    editor.post("anfangen/", legal_basis="§ 4 Sondernutzungssatzung")
    made = {"fest": editor.add("group", "Das Fest", label_en="The party")}
    made["name"] = editor.add(
        "text", "Wie heißt das Fest?", label_en="What is it called?", parent="Das Fest", alias="festname"
    )
    made["musik"] = editor.add(
        "yesno", "Gibt es Musik?", label_en="Is there music?", parent="Das Fest", alias="musik"
    )
    made["art"] = editor.add("choice", "Welche Musik?", label_en="Which music?", parent=made["fest"], alias="musikart",
                             choices="Kapelle | Kapelle | Band\nVom Band", visible_if="musik = true")  # fmt: skip
    made["staende"] = editor.add("group", "Stände", label_en="Stalls", least="1", most="3")
    made["laenge"] = editor.add("integer", "Wie lang ist der Stand in Metern?", label_en="Length in metres", parent=made["staende"], alias="laenge",
                                rule_1_if="laenge <= 20", rule_1_message="Höchstens 20 Meter.", rule_1_message_en="At most 20 metres.")  # fmt: skip
    made["schluss"] = editor.add("group", "Unterlagen und Gebühr", label_en="Documents and fee")
    made["plan"] = editor.add(
        "file",
        "Lageplan",
        label_en="Site plan",
        parent=made["schluss"],
        media_types="application/pdf",
        max_size="5",
    )
    made["gebuehr"] = editor.add(
        "currency",
        "Gebühr",
        label_en="Fee",
        parent=made["schluss"],
        alias="gebuehr",
        value="10 + 2.5 * sum(laenge)",
    )
    made["ja"] = editor.add(
        "yesno", "Ich habe die Nachbarn gefragt.", label_en="I asked.", parent=made["schluss"], consent="yes"
    )
    return made


def test_a_form_from_nothing_is_complete_and_can_be_read_again(editor: Editor) -> None:
    made = build(editor)
    page = editor.page()
    assert "So kann das Formular veröffentlicht werden" in page
    assert "festname" in page and "musik = true" in page and "1 bis 3 mal" in page
    files = editor.row.files
    rules = json.loads(files["rules.json"])
    assert rules["aliases"]["laenge"] == made["laenge"]
    assert [rule["id"].partition("-")[0] for rule in rules["validations"]] == [
        "pflicht",
        "pruefung",
        "zustimmung",
    ]
    sheet = read_sheet(files)
    again = read_sheet(write_sheet(sheet))
    assert sheet == again and sheet.form.at(made["art"]).element.values[0].code == "Kapelle"  # type: ignore[union-attr]


def test_a_mistake_is_marked_while_typing_and_stands_in_the_way(editor: Editor) -> None:
    made = build(editor)
    answer = editor.client.post(
        f"{editor.draft}formular/pruefen/", {"place": made["art"], "visible_if": "musikk = true"}
    ).json()
    assert (
        answer["fields"]["visible_if"]["marked"] == "musikk"
        and answer["fields"]["visible_if"]["suggestion"] == "musik"
    )
    editor.post(f"element/{made['art']}/", visible_if="musikk = true")
    page = editor.page()
    assert "Ein Fehler steht der Veröffentlichung im Weg" in page and f"element/{made['art']}/" in page
    refused = editor.client.post(f"{editor.draft}uebergeben/", {"revision": editor.row.revision})
    assert refused.status_code == 422 and "musikk" in refused.content.decode()


def test_moving_copying_removing_and_undo(editor: Editor) -> None:
    made = build(editor)
    whole = editor.row.files
    editor.post("verschieben/", up=made["musik"])
    names = [p.element.label for p in read_sheet(editor.row.files).form.at(made["fest"]).element.children]  # type: ignore[union-attr]
    assert names[:2] == ["Gibt es Musik?", "Wie heißt das Fest?"]
    editor.post("verschieben/", place="laenge", parent=made["schluss"])
    assert json.loads(editor.row.files["rules.json"])["aliases"]["laenge"].startswith(made["schluss"])
    editor.post("kopieren/", place=made["fest"])
    aliases = json.loads(editor.row.files["rules.json"])["aliases"]
    copied = next(
        rule
        for rule in json.loads(editor.row.files["rules.json"])["conditions"]
        if rule["path"] != made["art"]
    )
    assert aliases["musik_2"] and copied["visible_if"] == "musik_2 = true"
    assert "3 Elemente darin gehen mit" in editor.page(f"entfernen/?place={made['fest']}")
    assert "Andere Regeln verwenden es noch" not in editor.page(f"entfernen/?place={made['name']}")
    assert "Andere Regeln verwenden es noch" in editor.page(f"entfernen/?place={made['musik']}")
    editor.post("entfernen/", place=made["fest"])
    assert "festname" not in json.loads(editor.row.files["rules.json"])["aliases"]
    for _step in range(4):
        editor.post("rueckgaengig/")
    assert editor.row.files == whole
    stale = editor.client.post(f"{editor.draft}formular/verschieben/", {"up": made["musik"], "revision": "1"})
    assert stale.status_code == 409


def test_another_name_is_followed_by_the_rules(editor: Editor) -> None:
    made = build(editor)
    editor.post(f"element/{made['musik']}/", alias="krach")
    rules = json.loads(editor.row.files["rules.json"])
    assert rules["conditions"][0]["visible_if"] == "krach = true" and "musik" not in rules["aliases"]
    twice = editor.post("element/festname/", 422, alias="krach")
    assert "hat schon ein anderes Feld" in twice.content.decode()


def test_a_name_takes_the_letters_of_the_registers_and_no_others(editor: Editor) -> None:
    editor.post("anfangen/")
    path = editor.add("latin", "Familienname", parent=editor.add("group", "Person"), alias="familienname")
    assert "Name, eine Zeile" in editor.page(f"element/{path}/")
    sheet = read_sheet(editor.row.files)
    group, _slash, id = path.partition("/")

    def refused(name: str) -> list[str]:
        judged = evaluate(sheet.form, sheet.ruleset, {group: {id: name}}, today=date(2025, 10, 14))
        return [problem.path for problem in judged.problems]

    assert refused("Đặng") == [] and refused("Иванов") == [path]


def test_preview_shows_the_real_pages(editor: Editor) -> None:
    build(editor)
    first = editor.post("vorschau/")["Location"]
    page = editor.client.get(first)
    assert page.status_code == 200 and "Wie heißt das Fest?" in page.content.decode()
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "<iframe" in editor.post("vorschau/", 200, width="phone").content.decode()


def test_a_second_person_publishes_it_and_a_resident_applies(
    editor: Editor, second: Any, apply: Any, make_actor: Any, now: datetime
) -> None:
    made = build(editor)
    texts = f"{editor.draft}texte/eckdaten/"
    sent = fields(editor.client, texts)
    name = next(key for key in sent if key.endswith("file_plan"))
    assert editor.client.post(texts, sent | {name: "32.31.01"}).status_code == 302
    handed = editor.client.post(f"{editor.draft}uebergeben/", {"revision": editor.row.revision})
    assert handed.status_code == 302, [each for each in troubles_of(editor.row) if each.severity == "error"]
    done = log_in(second).post(
        f"{editor.draft}veroeffentlichen/", {"decision": "publish", "revision": editor.row.revision}
    )
    assert done.status_code == 302, done.content.decode().partition("sk-errors")[2][:900]
    assert editor.row.state == "published"

    def nested(answers: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for path, value in answers.items():
            group, _slash, field = path.partition("/")
            found.setdefault(group, {})[field] = value
        return found

    answers = nested(
        {made["name"]: "Sommerfest", made["musik"]: True, made["art"]: "Kapelle", made["ja"]: True}
    )
    answers[made["staende"]] = [{made["laenge"].partition("/")[2]: 4}, {made["laenge"].partition("/")[2]: 6}]
    path = made["plan"].split("/")
    answers[path[0]][path[1]] = {"name": "plan.pdf", "media_type": "application/pdf", "size": 1, "sha256": ""}
    info = forms.create_submission(
        actor=make_actor(), service_slug="strassenfest-anmelden", values=with_files(answers), now=now
    )
    case = Case.objects.get(root_submission_id=info.id)
    assert forms.facts(info.id)["gebuehr"] == 35 and forms.facts(info.id)["musikart"] == "Kapelle"
    assert case.state == "received" and case.service_title == "Straßenfest anmelden"


def test_another_name_is_followed_by_the_whole_procedure_in_one_step(
    editor: Editor, author: Any, now: datetime
) -> None:
    made = build(editor)
    files = editor.row.files
    process = files["process.bpmn"].replace(
        'action = "decide"', 'action = "decide" and (musik = true or "musik" != "")'
    )
    texts = json.loads(files["texts.json"])
    texts["decision"]["letters"]["grant"] = {"de": "Musik: {{musik}}, {{musikart}}"}
    changes = {"process.bpmn": process, "texts.json": json.dumps(texts)}
    actions.save_files(
        actor=author, draft_id=editor.row.pk, revision=editor.row.revision, changes=changes, now=now
    )
    whole = editor.row.files
    assert "musik = true or" in whole["process.bpmn"]
    answer = editor.client.post(
        f"{editor.draft}formular/element/{made['musik']}/", {"alias": "krach"}, follow=True
    )
    page = answer.content.decode()
    assert "„musik“ heißt jetzt überall „krach“" in page and "decision.letters.grant" in page
    after = editor.row.files
    assert '(krach = true or "musik" != "")' in after["process.bpmn"]
    assert "Musik: {{krach}}, {{musikart}}" in after["texts.json"]
    editor.post("rueckgaengig/")
    assert editor.row.files == whole
    editor.post(f"element/{made['musik']}/", alias="krach")
    later = {"process.bpmn": editor.row.files["process.bpmn"].replace("krach = true", "krach = false")}
    actions.save_files(
        actor=author, draft_id=editor.row.pk, revision=editor.row.revision, changes=later, now=now
    )
    refused = editor.post("rueckgaengig/", 409)
    assert "seither weitergearbeitet" in refused.content.decode()
    taken = editor.post(f"element/{made['musik']}/", 422, alias="four_eyes")
    assert "bedeutet im Verfahren schon etwas anderes" in taken.content.decode()


def test_the_pages_of_a_draft_are_arranged_and_shown_in_the_preview(editor: Editor, now: datetime) -> None:
    build(editor)
    page = editor.page("seiten/")
    assert "Noch gilt die Voreinstellung" in page and "/seiten/" in editor.page()
    sent = pages_sent(page)
    before = json.loads(editor.row.files["rules.json"])
    assert before.get("pages", []) == [] and sent["page-0-en"] == "The party"
    other = int(sent["pages"]) - 1
    assert other > 0
    sent |= {"page-0-de": "Zuerst das Fest", "page-0-order": str(other + 2), "do": "save"}
    editor.post("seiten/", **sent)
    pages = json.loads(editor.row.files["rules.json"])["pages"]
    assert pages[-1]["title"] == {"de": "Zuerst das Fest", "en": "The party"} and len(pages) == other + 1
    first = editor.client.get(editor.post("vorschau/")["Location"]).content.decode()
    assert "Wie heißt das Fest?" not in first, "its page comes last now"
    split = editor.post(
        "seiten/", 200, **{**pages_sent(editor.page("seiten/")), "do": f"split:{sent['unit'][0]}"}
    )
    assert "Wie heißt das Fest?" in split.content.decode()
    nameless = {**pages_sent(editor.page("seiten/")), "page-0-de": "", "do": "save"}
    assert "Jede Seite braucht eine Überschrift" in editor.post("seiten/", 422, **nameless).content.decode()
    stale = {**pages_sent(editor.page("seiten/")), "revision": "1", "do": "save"}
    assert editor.client.post(f"{editor.draft}formular/seiten/", stale).status_code == 409
    editor.post("rueckgaengig/")
    assert json.loads(editor.row.files["rules.json"]).get("pages", []) == []


def test_an_empty_form_is_said_once_and_no_other_finding_is_lost(editor: Editor) -> None:
    editor.post("anfangen/", title="Antrag 1078")
    row = editor.row
    rules = {"aliases": {"hund1078": "G1/F1"}}
    row.files = {**row.files, "rules.json": json.dumps(rules)}
    found = troubles(row, store.load(row))
    told = [each.message for each in found]
    assert sum("noch leer" in message for message in told) == 1 and not any(
        "FIM 1078" in message for message in told
    )
    assert any("hund1078" in each.message or "hund1078" in each.element for each in found), told
