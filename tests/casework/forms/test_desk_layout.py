"""The pages of a form are set in the browser; building blocks (0103) are read, put in and taken out."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from stadtkern.casework.forms import actions, layout
from stadtkern.casework.forms.actions import layout as edits
from stadtkern.casework.forms.actions.importing import import_form_file
from stadtkern.casework.forms.errors import BlockRefused
from stadtkern.casework.forms.info import version_info
from stadtkern.casework.forms.model import Group
from stadtkern.casework.forms.models import BuildingBlock, FormVersion
from stadtkern.casework.forms.ruleset import Page
from stadtkern.casework.forms.runner.pages import pages_of
from stadtkern.casework.forms.xdf import read_form, write_message
from stadtkern.foundation.access.api import NotAllowed
from stadtkern.foundation.audit.models import Entry
from stadtkern.kernel.errors import Conflict
from tests.casework.forms.django_fixtures import DOG_TAX, PACKAGES, PARKING
from tests.casework.forms.pages_sent import pages_sent
from tests.casework.forms.test_desk import log_in, manager, xml_file  # noqa: F401  (fixtures)
from tests.shared import shared_data

pytestmark = pytest.mark.django_db

FORM = PACKAGES / DOG_TAX / "form.xdf3.xml"


@pytest.fixture
def draft(online, manager, now):  # noqa: F811
    """Version 2 of the dog tax, in progress, with all its rules."""
    online(DOG_TAX)
    first = FormVersion.objects.get()
    done = actions.copy_version(actor=manager.actor, version_id=first.pk, now=now)
    return FormVersion.objects.get(pk=done.id)


@pytest.fixture
def group_file() -> bytes:
    """A group message of its own: a group of another form under an id that the dog tax does not have."""
    form = read_form((PACKAGES / PARKING / "form.xdf3.xml").read_bytes())
    known = {position.id for _path, position in read_form(FORM.read_bytes()).walk()}
    group = next(
        child.element
        for child in form.children
        if isinstance(child.element, Group) and not known & layout.elements(child.element).keys()
    )
    return write_message(
        group, message_id="7b1f6a3e-5d3a-4c0e-9c55-0c7f0d7a0001", created_at="2025-10-01T00:00:00Z"
    )


def test_pages_are_renamed_reordered_and_merged(manager: Client, draft):  # noqa: F811
    url = reverse("forms_desk:pages", args=[draft.pk])
    before = pages_of(version_info(draft).loaded, "de")
    sent = pages_sent(manager.get(url).content.decode())
    assert len(sent["unit"]) == sum(len(page.paths) for page in before)
    sent |= {
        "page-0-de": "Zuerst der Hund",
        "page-0-en": "First the dog",
        "page-0-order": "2",
        "page-1-order": "1",
    }
    last = len(before) - 1
    for number, path in enumerate(sent["unit"]):
        if path in before[last].paths:
            sent[f"unit-{number}-page"] = str(last - 1)
    assert manager.post(url, {**sent, "do": "save"})["Location"] == url
    draft.refresh_from_db()
    after = pages_of(version_info(draft).loaded, "de")
    assert [page.id for page in after[:2]] == [before[1].id, before[0].id]
    assert after[1].title == "Zuerst der Hund" and len(after) == len(before) - 1
    assert pages_of(version_info(draft).loaded, "en")[1].title == "First the dog"
    assert {path for page in after for path in page.paths} == {path for page in before for path in page.paths}
    assert Entry.objects.filter(action="forms.edit_pages").count() == 1
    manager.post(url, {**pages_sent(manager.get(url).content.decode()), "do": "reset"})
    draft.refresh_from_db()
    assert version_info(draft).ruleset.pages == ()


def test_a_group_is_split_over_two_pages_and_joined_again(manager: Client, draft):  # noqa: F811
    url = reverse("forms_desk:pages", args=[draft.pk])
    info = version_info(draft)
    path = next(child.id for child in info.form.children if layout.can_split(child))
    split = manager.post(url, {**pages_sent(manager.get(url).content.decode()), "do": f"split:{path}"})
    sent = pages_sent(split.content.decode())
    parts = [unit for unit in sent["unit"] if unit.startswith(f"{path}/")]
    assert len(parts) > 1 and path not in sent["unit"]
    more = pages_sent(manager.post(url, {**sent, "do": "add"}).content.decode())
    new = int(more["pages"]) - 1
    nameless = {**more, f"unit-{more['unit'].index(parts[-1])}-page": str(new), "do": "save"}
    refused = manager.post(url, nameless)
    assert refused.status_code == 422 and "braucht eine Überschrift" in refused.content.decode()
    assert manager.post(url, {**nameless, f"page-{new}-de": "Der Rest"}).status_code == 302
    draft.refresh_from_db()
    assert version_info(draft).ruleset.pages[-1] == Page(
        id="seite-1", title="Der Rest", paths=(parts[-1],), title_en=""
    )
    again = pages_sent(manager.get(url).content.decode())
    joined = pages_sent(manager.post(url, {**again, "do": f"join:{path}"}).content.decode())
    assert path in joined["unit"]


def test_what_does_not_fit_is_refused(manager: Client, draft, now):  # noqa: F811
    url = reverse("forms_desk:pages", args=[draft.pk])
    sent = pages_sent(manager.get(url).content.decode())
    short = {**sent, "unit": sent["unit"][1:], "do": "save"}
    assert manager.post(url, short).status_code == 422
    assert manager.post(url, {**sent, "unit": [*sent["unit"], "G404"], "do": "save"}).status_code == 422
    assert manager.post(url, {**sent, "revision": "99", "do": "save"}).status_code == 422
    with pytest.raises(Conflict):
        edits.set_pages(actor=manager.actor, version_id=draft.pk, revision=99, pages=(), now=now)
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_block_is_read_by_upload_and_by_command(manager: Client, online, group_file, tmp_path, capsys):  # noqa: F811
    online(DOG_TAX)
    answer = manager.post(reverse("forms_desk:blocks"), {"file": xml_file(group_file)})
    row = BuildingBlock.objects.get()
    assert answer["Location"] == reverse("forms_desk:block", args=[row.pk])
    assert row.key in manager.get(answer["Location"]).content.decode()
    path = tmp_path / "baustein.xml"
    path.write_bytes(group_file)
    assert import_form_file(path, service=None, tenant="mainz") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["block"], told["new"], told["block_id"]) == (row.key, False, str(row.pk))
    by_form_page = manager.post(reverse("forms_desk:import"), {"file": xml_file(group_file)})
    assert by_form_page["Location"] == answer["Location"] and BuildingBlock.objects.count() == 1
    refused = manager.post(reverse("forms_desk:blocks"), {"file": xml_file(FORM.read_bytes())})
    assert refused.status_code == 422 and "ganzes Formular" in refused.content.decode()
    assert manager.post(reverse("forms_desk:blocks"), {"file": xml_file(b"<a>")}).status_code == 422
    manager.post(answer["Location"])
    assert not BuildingBlock.objects.exists()


def test_every_group_message_of_the_shared_data_is_read(make_actor, now):
    actor = make_actor("service_manager")
    files = [
        path
        for path in sorted(shared_data("services/fim").rglob("*.xml"))
        if b"datenfeldgruppe.0103" in path.read_bytes()[:4000]
    ]
    valid = 0
    for path in files:
        try:
            edits.import_block(actor=actor, data=path.read_bytes(), name=path.name, now=now)
        except Exception as error:
            assert type(error).__name__ in ("XdfError", "Conflict"), path
        else:
            valid += 1
    assert files and valid


@pytest.fixture
def shelf(manager, group_file, now):  # noqa: F811
    done = edits.import_block(actor=manager.actor, data=group_file, name="b.xml", now=now)
    return BuildingBlock.objects.get(pk=done.id)


def test_a_block_is_put_in_shown_exported_and_taken_out(manager: Client, draft, shelf):  # noqa: F811
    url = reverse("forms_desk:parts", args=[draft.pk])
    info = version_info(draft)
    first, group = info.form.children[0].id, edits.group_of(shelf)
    page = manager.get(url).content.decode()
    assert f'value="|{first}"' in page and str(shelf.pk) in page
    sent = {"revision": "1", "block": str(shelf.pk), "place": f"|{first}", "least": "0", "most": "3"}
    assert manager.post(url, sent)["Location"] == url
    draft.refresh_from_db()
    info = version_info(draft)
    assert [child.id for child in info.form.children[:2]] == [first, group.id]
    assert (info.form.children[1].min, info.form.children[1].max) == (0, 3)
    assert any(group.id in page.paths for page in pages_of(info.loaded, "de"))
    exported = read_form(manager.get(reverse("forms_desk:export", args=[draft.pk, "xdf3.xml"])).content)
    assert exported == info.form
    assert manager.post(reverse("forms_desk:preview", args=[draft.pk])).status_code == 302
    twice = manager.post(url, {**sent, "revision": "2"})
    assert twice.status_code == 422 and "steht an dieser Stelle schon" in twice.content.decode()
    assert manager.post(url, {**sent, "revision": "1"}).status_code == 422
    assert manager.post(url, {"remove": group.id, "revision": "2"}).status_code == 302
    draft.refresh_from_db()
    assert version_info(draft).form.at(group.id) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"block": "x"}, "block"),
        ({"place": "G404|"}, "place"),
        ({"place": "|G404"}, "place"),
        ({"least": "4"}, "least"),
        ({"most": "0"}, "least"),
        ({"least": "viel"}, "least"),
    ],
)
def test_mistakes_keep_the_input(manager: Client, draft, shelf, changes, field):  # noqa: F811
    sent = {"revision": "1", "block": str(shelf.pk), "place": "|", "least": "1", "most": "3", **changes}
    answer = manager.post(reverse("forms_desk:parts", args=[draft.pk]), sent)
    assert answer.status_code == 422 and f'href="#{field}"' in answer.content.decode()


def test_a_block_gets_a_page_where_pages_are_set(manager, draft, shelf, now):  # noqa: F811
    info = version_info(draft)
    pages = tuple(Page(id=p.id, title=p.title, paths=p.paths) for p in pages_of(info.loaded, "de"))
    edits.set_pages(actor=manager.actor, version_id=draft.pk, revision=1, pages=pages, now=now)
    after = edits.insert_block(
        actor=manager.actor, version_id=draft.pk, revision=2, block_id=shelf.pk, parent="",
        after=info.form.children[0].id, least=1, most=None, now=now,
    )  # fmt: skip
    group = edits.group_of(shelf)
    found = next(number for number, page in enumerate(after.ruleset.pages) if group.id in page.paths)
    assert info.form.children[0].id in after.ruleset.pages[found - 1].paths


def test_ids_that_mean_something_else_are_refused(manager, draft, now):  # noqa: F811
    form = version_info(draft).form
    group = next(child.element for child in form.children if isinstance(child.element, Group))
    import dataclasses

    other = dataclasses.replace(group, name="Ganz anders", question="Ganz anders")
    data = write_message(
        other, message_id="7b1f6a3e-5d3a-4c0e-9c55-0c7f0d7a0002", created_at="2025-10-01T00:00:00Z"
    )
    done = edits.import_block(actor=manager.actor, data=data, name="b.xml", now=now)
    parent = next(
        path for path, at in form.walk() if isinstance(at.element, Group) and not at.element.choice and path != group.id
    )  # fmt: skip
    with pytest.raises(BlockRefused, match="anderem Inhalt"):
        edits.insert_block(
            actor=manager.actor, version_id=draft.pk, revision=1, block_id=done.id, parent=parent, after="",
            least=1, most=1, now=now,
        )  # fmt: skip


def test_published_versions_and_other_people(log_in, draft, shelf, now):  # noqa: F811
    public = FormVersion.objects.get(state="published")
    client = log_in("caseworker")
    for name, args in (("pages", [public.pk]), ("parts", [public.pk]), ("blocks", []), ("block", [shelf.pk])):
        assert client.get(reverse(f"forms_desk:{name}", args=args)).status_code in (403, 404)
    with pytest.raises(NotAllowed):
        edits.import_block(actor=client.actor, data=b"", name="x", now=now)
    editor = log_in("service_manager")
    page = editor.get(reverse("forms_desk:pages", args=[public.pk])).content.decode()
    assert "wird nicht mehr geändert" in page and "Seiten speichern" not in page
    answer = editor.post(reverse("forms_desk:pages", args=[public.pk]), {**pages_sent(page), "do": "save"})
    assert answer.status_code == 422
    sent = {"revision": "1", "block": str(UUID(str(shelf.pk))), "place": "|", "least": "1", "most": "1"}
    assert editor.post(reverse("forms_desk:parts", args=[public.pk]), sent).status_code == 422


def test_the_pages_of_the_desk_speak_english(manager: Client, draft, shelf):  # noqa: F811
    manager.cookies["sprache"] = "en"
    for name, words in (
        ("pages", "Pages of the form"),
        ("parts", "Groups and building blocks"),
        ("version", "Quality"),
    ):
        page = manager.get(reverse(f"forms_desk:{name}", args=[draft.pk]))
        assert words in page.content.decode(), name
