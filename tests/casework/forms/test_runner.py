"""The runner on a form of our own with every kind of field: controls, long lists, nested groups, what is read back."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.http import QueryDict

from stadtkern.casework.forms import actions, jobs, mydata
from stadtkern.casework.forms.codec import to_json
from stadtkern.casework.forms.loading import load
from stadtkern.casework.forms.model import (
    CodeListReference,
    Constraints,
    Datatype,
    Field,
    Form,
    Group,
    Kind,
    Position,
    Value,
)
from stadtkern.casework.forms.models import Draft, FormDefinition, FormVersion
from stadtkern.casework.forms.ruleset import Calculation, Condition, Ruleset, Validation, ruleset_to_json
from stadtkern.casework.forms.runner import controls, moves, tree
from stadtkern.casework.forms.runner.pages import pages_of, visible_pages
from stadtkern.casework.forms.runner.reading import Reader
from stadtkern.casework.forms.runner.view import PageBuilder
from tests.casework.forms.django_fixtures import DOG_TAX
from tests.casework.forms.test_desk import code_list

TODAY = date(2025, 10, 14)
FEW = tuple(Value(code=str(i), name=f"Wahl {i}") for i in range(3))
MANY = tuple(Value(code=str(i), name=f"Land {i}") for i in range(60))


def field(id: str, *, low: int = 0, high: int | None = 1, **more: object) -> Position:
    return Position(element=Field(id=id, name=id, question=f"Frage {id}", **more), min=low, max=high)


FORM = Form(
    id="S1",
    version="1.0.0",
    title="Alles",
    children=(
        Position(
            element=Group(
                id="G1",
                name="Gruppe 1",
                children=(
                    field("F1", datatype=Datatype.TEXT_LATIN, low=1),
                    field("F2", datatype=Datatype.TEXT, constraints=Constraints(max_length="2000")),
                    field("F3", datatype=Datatype.NUM_CURRENCY),
                    field("F4", datatype=Datatype.DATE),
                    field("F5", datatype=Datatype.TIME),
                    field("F6", datatype=Datatype.BOOL),
                    field("F7", datatype=Datatype.BOOL),
                    field("F8", kind=Kind.SELECT, values=FEW),
                    field("F9", kind=Kind.SELECT, values=MANY),
                    field(
                        "F10",
                        kind=Kind.SELECT,
                        code_list=CodeListReference(uri="urn:test:berufe", version="1"),
                    ),
                    field("F11", kind=Kind.SELECT, values=FEW, high=None),
                    field("F12", datatype=Datatype.TEXT, high=4),
                    field("F13", kind=Kind.LABEL, content="Nur ein Text <b>"),
                    field("F14", datatype=Datatype.NUM_INT),
                    field("F15", kind=Kind.HIDDEN, content="geheim"),
                    field("F16", datatype=Datatype.FILE, high=2),
                    field("F17", datatype=Datatype.NUM_INT),
                ),
            )
        ),
        Position(
            element=Group(
                id="G2",
                name="Gruppe 2",
                children=(
                    field("F20", datatype=Datatype.TEXT),
                    Position(
                        element=Group(
                            id="G3", name="Innen", children=(field("F30", datatype=Datatype.TEXT),)
                        ),
                        min=0,
                        max=None,
                    ),
                ),
            ),
            min=0,
            max=3,
        ),
        Position(
            element=Group(
                id="G4",
                name="Wahl",
                choice=True,
                children=(
                    Position(
                        element=Group(
                            id="G5", name="A", children=(field("F50", datatype=Datatype.TEXT, low=1),)
                        ),
                        min=0,
                    ),
                    field("F51", datatype=Datatype.TEXT),
                ),
            )
        ),
        field("F60", datatype=Datatype.TEXT),
    ),
)
RULES = Ruleset(
    aliases={"geld": "G1/F3", "ja": "G1/F6", "zustimmung": "G1/F7", "anzahl": "G1/F14", "letzte": "F60"},
    conditions=(Condition(path="F60", expression="ja = true"),),
    validations=(
        Validation(
            id="v",
            at="G1/F7",
            expression="zustimmung = true",
            message="Bitte zustimmen.",
            message_en="Please agree.",
        ),
    ),
    calculations=(Calculation(path="G1/F14", expression="if geld = null then 0 else 7"),),
)


@pytest.fixture
def version(online, mainz, now, make_actor):
    actions.import_code_list(actor=make_actor("service_manager"), data=code_list(300), now=now)
    definition = FormDefinition.objects.create(service_slug="alles", title="Alles", created_at=now)
    return FormVersion.objects.create(
        definition=definition, number=1, model=to_json(FORM), ruleset=ruleset_to_json(RULES), created_at=now
    )


@pytest.fixture
def loaded(version):
    return load(version)


def page_view(loaded, values, page=0, **more):
    evaluation = loaded.judge(values, today=TODAY)
    return PageBuilder(loaded, values, evaluation, "de", **more).page(pages_of(loaded, "de")[page])


def controls_of(view):
    return [c for block in view.blocks for c in (block.items if block.block == "group" else [block])]


def read(loaded, sent, values=None, page=0):
    query = QueryDict(mutable=True)
    for key, value in sent.items():
        query.setlist(key, value if isinstance(value, list) else [value])
    return Reader(loaded, query, values or {}).answers(pages_of(loaded, "de")[page].paths)


@pytest.mark.django_db
def test_every_kind_of_field_has_its_control(loaded, django_assert_num_queries):
    with django_assert_num_queries(0):
        view = page_view(loaded, {})
    kinds = {c.name: c.kind for c in controls_of(view)}
    assert kinds == {
        "G1/F1": "input", "G1/F2": "textarea", "G1/F3": "input", "G1/F4": "date", "G1/F5": "input", "G1/F6": "yesno",
        "G1/F7": "consent", "G1/F8": "radios", "G1/F9": "select", "G1/F10": "search", "G1/F11": "checkboxes",
        "G1/F12": "several", "G1/F13": "label", "G1/F14": "locked", "G1/F16": "file", "G1/F17": "input",
    }  # fmt: skip


@pytest.mark.django_db
def test_what_is_read_is_what_was_typed(loaded):
    shown = sorted(page_view(loaded, {}).shown)
    sent = {
        "_f": shown,
        "G1/F1": "Çelik",
        "G1/F3": "1.234,50",
        "G1/F4_day": "1",
        "G1/F4_month": "13",
        "G1/F4_year": "2025",
        "G1/F6": "false",
        "G1/F8": "2",
        "G1/F11": ["0", "2"],
        "_n:G1/F12": "3",
        "G1/F12[0]": "a",
        "G1/F12[2]": "c",
        "G1/F14": "999",
        "G1/F15": "gefälscht",
        "G1/F16": "gefälscht",
    }
    assert read(loaded, sent) == {
        "G1": {
            "F1": "Çelik", "F3": "1.234,50", "F4": "2025-13-01", "F6": "false", "F7": "false",
            "F8": "2", "F11": ["0", "2"], "F12": ["a", "c"],
        }
    }  # fmt: skip


@pytest.mark.django_db
def test_what_was_not_on_the_page_stays(loaded):
    before = {"G1": {"F1": "bleibt", "F16": [{"id": "x"}], "F8": "1"}}
    assert read(loaded, {"_f": ["G1/F2"], "G1/F2": "neu"}, before) == {"G1": {**before["G1"], "F2": "neu"}}


@pytest.mark.django_db
def test_long_lists_are_searched_on_the_server(loaded):
    view = page_view(loaded, {"G1": {"F10": "00042"}}, searches={"G1/F10": "beruf 77"})
    search = next(c for c in controls_of(view) if c.kind == "search")
    assert search.more["total"] == 300
    codes = [code for code, *_ in search.more["options"]]
    assert (
        codes[0] == "00042"
        and "00278" not in codes
        and "00077" in codes
        and len(codes) <= controls.FOUND_AT_MOST + 1
    )
    nothing = page_view(loaded, {}, searches={"G1/F10": "%'; DROP"})
    assert next(c for c in controls_of(nothing) if c.kind == "search").more["nothing"]


@pytest.mark.django_db
def test_nested_groups_grow_and_shrink(loaded):
    answers = {"G2": [{"F20": "a"}]}
    more = moves.Move(kind="add", path="G2[0]/G3").applied(answers, loaded)
    more = moves.Move(kind="add", path="G2").applied(more, loaded)
    assert [len(item.get("G3", [])) for item in more["G2"]] == [2, 0]
    less = moves.Move(kind="remove", path="G2[0]").applied(more, loaded)
    assert less["G2"] == [{}]
    for path in ("G1", "G9", "G2[0]", "../x", ""):
        assert moves.Move(kind="add", path=path).applied(answers, loaded) == answers


@pytest.mark.django_db
def test_pages_appear_with_the_answers(loaded):
    pages = pages_of(loaded, "de")
    hidden = visible_pages(loaded, pages, loaded.judge({}, today=TODAY))
    shown = visible_pages(loaded, pages, loaded.judge({"G1": {"F6": True}}, today=TODAY))
    assert [page.id for page in hidden] == ["g1", "g2", "g4"]
    assert [page.id for page in shown] == ["g1", "g2", "g4", "angaben"]


@pytest.mark.django_db
def test_alternatives_keep_what_was_typed_in_both(loaded):
    view = page_view(loaded, {}, page=2)
    sent = {"_f": sorted(view.shown), "G4/_choice": "G5", "G4/G5/F50": "A", "G4/F51": "B"}
    answers = read(loaded, sent, page=2)
    assert answers == {"G4": {"_choice": "G5", "G5": {"F50": "A"}, "F51": "B"}}
    values = loaded.judge({"G1": {"F1": "x", "F7": True}, **answers}, today=TODAY)
    assert values.values["G4"] == {"G5": {"F50": "A"}} and values.ok


def test_paths_that_are_no_paths_are_refused():
    for path in ("", "a b", "G1[", "G1[-1]", "G1[99999]", "x/" * 40 + "x", "G1//F2", "<script>"):
        with pytest.raises(tree.PathError):
            tree.steps(path)


def test_the_file_hint_does_not_repeat_itself():
    assert re.fullmatch("[A-Za-z, ]+", ", ".join(sorted(controls.FILE_WORDS.values())))


@pytest.mark.django_db
def test_the_hourly_job_erases_what_is_over(online, make_actor, now, mainz):
    from datetime import timedelta

    online(DOG_TAX)
    actions.start_draft(actor=make_actor(), service_slug=DOG_TAX, now=now - timedelta(days=31))
    kept = actions.start_draft(actor=make_actor(), service_slug=DOG_TAX, now=now)
    jobs.expire_drafts(now=now)
    assert [draft.pk for draft in Draft.objects.all()] == [kept.id]


@pytest.mark.django_db
def test_own_data_are_exported_and_drafts_erased(online, make_actor, now):
    from tests.casework.forms.django_fixtures import sample

    online(DOG_TAX)
    actor = make_actor()
    actions.start_draft(actor=actor, service_slug=DOG_TAX, now=now)
    actions.create_submission(actor=actor, service_slug=DOG_TAX, values=sample(DOG_TAX), now=now)
    found = mydata.export_account(actor.account_id)
    assert len(found["drafts"]) == len(found["submissions"]) == 1
    assert found["submissions"][0]["values"]["G17000000010"]["F17000000011"] == "Çelik-Nowák"
    assert mydata.erase_account(actor.account_id) == 1 and not Draft.objects.exists()
