"""Staff pages: import, rules, publishing, comparing, entering on behalf of others; who may do what."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from stadtkern.casework.forms import actions
from stadtkern.casework.forms.actions import rules as edits
from stadtkern.casework.forms.errors import NotPublishable, RuleRefused, VersionFixed
from stadtkern.casework.forms.info import version_info
from stadtkern.casework.forms.models import CodeListEntry, CodeListVersion, Draft, FormVersion, Submission
from stadtkern.casework.forms.ruleset import Ruleset, open_rules
from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.kernel.errors import Conflict
from tests.casework.forms.django_fixtures import DOG_TAX, PACKAGES, PARKING, sample

pytestmark = pytest.mark.django_db

FORM = PACKAGES / DOG_TAX / "form.xdf3.xml"


@pytest.fixture
def log_in(make_actor, client):
    client.defaults["HTTP_HOST"] = "mainz.localhost"

    def enter(role: str) -> Client:
        from stadtkern.foundation.accounts.models import Account

        actor = make_actor(role)
        client.force_login(Account.objects.get(pk=actor.account_id))
        session = client.session
        session["second_factor"] = True
        session.save()
        client.actor = actor
        return client

    return enter


@pytest.fixture
def manager(log_in):
    return log_in("service_manager")


@pytest.fixture
def imported(online, manager, now):
    """A version in progress without any rules."""
    done = actions.import_form(
        actor=manager.actor, service_slug="neue-leistung", data=FORM.read_bytes(), name="form.xml", now=now
    )
    return FormVersion.objects.get(pk=done.version.id)


def xml_file(data: bytes, name: str = "form.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/xml")


# --- import ---------------------------------------------------------------------------------------------------------


def test_a_form_is_imported_by_upload(online, manager):
    online(DOG_TAX)
    answer = manager.post(
        reverse("forms_desk:import"),
        {"service": DOG_TAX, "file": xml_file(FORM.read_bytes()), "note": "Satzung 2026"},
    )
    row = FormVersion.objects.get(number=2)
    assert answer["Location"] == reverse("forms_desk:version", args=[row.pk])
    assert (row.state, row.note) == ("draft", "Satzung 2026")
    assert row.ruleset["aliases"], "the rules of version 1 are taken over"
    page = manager.get(answer["Location"])
    assert "kann veröffentlicht werden" in page.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<kaputt", "Zeile 1"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
        (b'<a xmlns="urn:unbekannt"/>', "Namensraum"),
        (b"\x00\x01\x02", "Zeile 1"),
        (b"", "Zeile 1"),
    ],
)
def test_refused_files_say_where(online, manager, data, words):
    online(DOG_TAX)
    answer = manager.post(reverse("forms_desk:import"), {"service": DOG_TAX, "file": xml_file(data)})
    text = answer.content.decode()
    assert answer.status_code == 422 and words in text
    assert FormVersion.objects.count() == 1


def test_a_missing_node_is_refused_with_the_line(online, manager):
    online(DOG_TAX)
    broken = re.sub(
        rb"<([a-z0-9]+:)?freigabestatus.*?</\1?freigabestatus>", b"", FORM.read_bytes(), count=1, flags=re.S
    )
    answer = manager.post(reverse("forms_desk:import"), {"service": DOG_TAX, "file": xml_file(broken)})
    assert answer.status_code == 422 and re.search(r"Zeile \d+", answer.content.decode())


# --- rules ----------------------------------------------------------------------------------------------------------


def test_open_rules_keep_a_version_from_going_live(imported, manager, now):
    assert open_rules(version_info(imported).ruleset, version_info(imported).form)
    with pytest.raises(NotPublishable) as caught:
        actions.publish(actor=manager.actor, version_id=imported.pk, now=now)
    assert any("noch nicht übersetzt" in reason for reason in caught.value.reasons)
    page = manager.get(reverse("forms_desk:rules", args=[imported.pk])).content.decode()
    assert "Freitextregeln sind noch zu übersetzen" in page and "offen" in page


def test_a_rule_is_translated_on_its_page(imported, manager):
    names = edits.proposed_aliases(version_info(imported))
    data = {f"a:{path}": name for name, path in names.items()} | {"revision": imported.revision}
    assert manager.post(reverse("forms_desk:aliases", args=[imported.pk]), data).status_code == 302
    imported.refresh_from_db()
    moved = next(name for name, path in names.items() if path == "G17000001010/F17000001011")
    page = reverse("forms_desk:rule", args=[imported.pk, "R17000001001"])
    sent = {"kind": "condition", "path": "G17000001010/F17000001012", "revision": imported.revision}
    wrong = manager.post(page, {**sent, "expression": f"{moved}x = true"})
    assert wrong.status_code == 422
    assert f"Meinten Sie „{moved}“?" in wrong.content.decode().replace("&quot;", '"')
    broken = manager.post(page, {**sent, "expression": f"{moved} = = true"})
    assert broken.status_code == 422 and "Zeile 1, Spalte" in broken.content.decode()
    assert manager.post(page, {**sent, "expression": f"{moved} = true"}).status_code == 302
    imported.refresh_from_db()
    assert imported.ruleset["conditions"][0]["source_rule"] == "R17000001001"
    stale = manager.post(page, {**sent, "expression": f"{moved} = false"})
    assert stale.status_code == 422, "the revision is old: nothing is overwritten"
    remove = {"remove": "condition:0", "revision": imported.revision}
    assert manager.post(reverse("forms_desk:rules", args=[imported.pk]), remove).status_code == 302
    imported.refresh_from_db()
    assert imported.ruleset["conditions"] == []


def test_waiving_a_rule_needs_a_reason(imported, manager, now):
    arguments = {
        "actor": manager.actor,
        "version_id": imported.pk,
        "revision": imported.revision,
        "kind": "waiver",
    }
    with pytest.raises(RuleRefused):
        edits.add_rule(**arguments, source_rule="R17000001017", reason="nein", now=now)
    done = edits.add_rule(
        **arguments, source_rule="R17000001017", reason="Das prüft das Kassenverfahren.", now=now
    )
    assert done.ruleset.waived[0].source_rule == "R17000001017"
    with pytest.raises(Conflict):
        edits.add_rule(**arguments, source_rule="R17000001001", reason="Das prüft jemand anders.", now=now)


def test_rules_from_a_file_then_publish_while_version_1_goes_on(online, manager, now):
    online(DOG_TAX)
    first = FormVersion.objects.get()
    sent = actions.create_submission(
        actor=replace(manager.actor, scopes=frozenset({"submissions"})),
        service_slug=DOG_TAX,
        values=sample(DOG_TAX),
        now=now,
    )
    manager.post(reverse("forms_desk:import"), {"service": DOG_TAX, "file": xml_file(FORM.read_bytes())})
    second = FormVersion.objects.get(number=2)
    rules = SimpleUploadedFile("rules.json", (PACKAGES / DOG_TAX / "rules.json").read_bytes())
    manager.post(
        reverse("forms_desk:rules-file", args=[second.pk]), {"file": rules, "revision": second.revision}
    )
    page = manager.get(reverse("forms_desk:publish", args=[second.pk])).content.decode()
    assert "ersetzt Fassung 1" in page
    assert (
        manager.post(reverse("forms_desk:publish", args=[second.pk]), {"drafts": "finish"}).status_code == 302
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("retired", "published")
    assert Submission.objects.get(pk=sent.id).version_id == first.pk


def test_a_broken_rules_file_says_where(imported, manager):
    broken = SimpleUploadedFile("rules.json", b'{"conditions": [{"path": 7}]}')
    answer = manager.post(
        reverse("forms_desk:rules-file", args=[imported.pk]), {"file": broken, "revision": imported.revision}
    )
    assert answer.status_code == 422 and "conditions[0].path" in answer.content.decode()


def test_published_versions_never_change(online, manager, now):
    from django.db import DatabaseError, transaction

    online(DOG_TAX)
    row = FormVersion.objects.get()
    with pytest.raises(VersionFixed):
        actions.save_ruleset(
            actor=manager.actor, version_id=row.pk, ruleset=Ruleset(), revision=row.revision, now=now
        )
    with pytest.raises(VersionFixed):
        actions.delete_version(actor=manager.actor, version_id=row.pk, now=now)
    for change in ({"ruleset": {}}, {"model": {}}, {"number": 9}, {"state": "draft"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            FormVersion.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


# --- reading pages --------------------------------------------------------------------------------------------------


def test_every_page_of_a_version_opens(online, manager, django_assert_max_num_queries):
    online(DOG_TAX)
    row = FormVersion.objects.get()
    manager.post(reverse("forms_desk:copy", args=[row.pk]))
    copy = FormVersion.objects.get(number=2)
    pages = [
        reverse("forms_desk:forms"),
        reverse("forms_desk:import"),
        reverse("forms_desk:code-lists"),
        reverse("forms_desk:compare", args=[row.pk, copy.pk]),
        *(
            reverse(f"forms_desk:{name}", args=[version.pk])
            for name in ("version", "rules", "aliases", "retire", "publish", "rule-new", "rules-file")
            for version in (row, copy)
        ),
        reverse("forms_desk:rule", args=[row.pk, "R17000001001"]),
        reverse("forms_desk:delete", args=[copy.pk]),
    ]
    for page in pages:
        with django_assert_max_num_queries(14):
            assert manager.get(page).status_code == 200, page


@pytest.mark.parametrize("kind", ["xdf3.xml", "xsd", "schema.json", "rules.json"])
def test_exports(online, manager, kind):
    online(DOG_TAX)
    answer = manager.get(reverse("forms_desk:export", args=[FormVersion.objects.get().pk, kind]))
    assert answer.status_code == 200 and f".{kind}" in answer["Content-Disposition"]


def test_an_exported_form_comes_back_equal(online, manager, now):
    online(DOG_TAX)
    row = FormVersion.objects.get()
    data = manager.get(reverse("forms_desk:export", args=[row.pk, "xdf3.xml"])).content
    again = actions.import_form(actor=manager.actor, service_slug="kopie", data=data, name="x.xml", now=now)
    assert again.version.form == version_info(row).form


def test_the_preview_submits_nothing(online, manager, now):
    online(DOG_TAX)
    row = FormVersion.objects.get()
    answer = manager.post(reverse("forms_desk:preview", args=[row.pk]), follow=True)
    assert "Vorschau: Hier wird nichts eingereicht" in answer.content.decode()
    draft = Draft.objects.get()
    actions.save_answers(actor=manager.actor, draft_id=draft.pk, answers=sample(DOG_TAX), now=now)
    summary = manager.get(reverse("forms_desk:preview-summary", args=[DOG_TAX, draft.pk])).content.decode()
    assert "endet es hier" in summary and "Antrag abschicken" not in summary
    assert manager.post(reverse("forms_desk:preview-send", args=[DOG_TAX, draft.pk])).status_code == 403
    assert not Submission.objects.exists()


# --- code lists -----------------------------------------------------------------------------------------------------


def code_list(rows: int, version: str = "1") -> bytes:
    entries = "".join(
        f"<Row><Value ColumnRef='code'><SimpleValue>{i:05}</SimpleValue></Value>"
        f"<Value ColumnRef='name'><SimpleValue>Beruf {i} ä&lt;b&gt;</SimpleValue></Value></Row>"
        for i in range(rows)
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<gc:CodeList xmlns:gc='http://docs.oasis-open.org/codelist/ns/genericode/1.0/'>"
        f"<Identification><ShortName>Berufe</ShortName><Version>{version}</Version><CanonicalUri>urn:test:berufe</CanonicalUri>"
        f"<CanonicalVersionUri>urn:test:berufe_{version}</CanonicalVersionUri></Identification>"
        "<ColumnSet><Column Id='code' Use='required'><ShortName>code</ShortName><Data Type='string'/></Column>"
        "<Column Id='name' Use='required'><ShortName>name</ShortName><Data Type='string'/></Column>"
        "<Key Id='k'><ShortName>k</ShortName><ColumnRef Ref='code'/></Key></ColumnSet>"
        f"<SimpleCodeList>{entries}</SimpleCodeList></gc:CodeList>"
    ).encode()


def test_ten_thousand_rows_are_imported_and_searched(online, manager):
    answer = manager.post(
        reverse("forms_desk:code-lists"), {"file": xml_file(code_list(10_000))}, follow=True
    )
    assert "10000 Einträge" in answer.content.decode() and CodeListEntry.objects.count() == 10_000
    row = CodeListVersion.objects.get()
    found = manager.get(reverse("forms_desk:code-list", args=[row.pk]), {"q": "Beruf 9999"}).content.decode()
    assert "09999" in found and "00001" not in found and "<b>" not in found
    again = manager.post(reverse("forms_desk:code-lists"), {"file": xml_file(code_list(10_000))})
    assert again.status_code == 302 and CodeListVersion.objects.count() == 1
    other = manager.post(reverse("forms_desk:code-lists"), {"file": xml_file(code_list(3))})
    assert other.status_code == 422


# --- on behalf ------------------------------------------------------------------------------------------------------


def test_the_counter_enters_an_application(online, log_in, now):
    online(DOG_TAX)
    counter = log_in("counter")
    assert "Hund anmelden" in counter.get(reverse("forms_desk:entry")).content.decode()
    start = reverse("forms_desk:entry-start", args=[DOG_TAX])
    refused = counter.post(start, {"name": "", "channel": "api", "email": "kein"})
    assert refused.status_code == 422 and refused.content.decode().count("sk-errors") == 1
    answer = counter.post(
        start, {"name": "Ada Beispiel", "channel": "post", "address": "Musterweg 1\n55116 Mainz"}, follow=True
    )
    assert "Sie erfassen im Namen von Ada Beispiel" in answer.content.decode()
    draft = Draft.objects.get()
    actions.save_answers(actor=counter.actor, draft_id=draft.pk, answers=sample(DOG_TAX), now=now)
    done = counter.post(reverse("forms_desk:entry-send", args=[DOG_TAX, draft.pk]), follow=True)
    assert "für Ada Beispiel" in done.content.decode()
    sent = Submission.objects.get()
    assert (sent.channel, sent.account_id, sent.entered_by_id) == ("post", None, counter.actor.account_id)
    assert sent.contact_address.startswith("Musterweg")


@pytest.mark.parametrize(
    "role", ["caseworker", "team_lead", "counter", "administrator", "auditor", "records_manager"]
)
def test_only_service_managers_see_forms(online, log_in, role, now):
    online(DOG_TAX)
    row = FormVersion.objects.get()
    staff = log_in(role)
    assert staff.get(reverse("forms_desk:forms")).status_code == 403
    assert staff.get(reverse("forms_desk:version", args=[row.pk])).status_code == 403
    with pytest.raises(NotVisible):
        actions.publish(actor=staff.actor, version_id=row.pk, now=now)
    with pytest.raises(NotAllowed):
        actions.import_form(actor=staff.actor, service_slug="x", data=b"", name="x", now=now)
    with pytest.raises(NotAllowed):
        actions.import_code_list(actor=staff.actor, data=b"", now=now)
    expected = 200 if role == "counter" else 403
    assert staff.get(reverse("forms_desk:entry")).status_code == expected


def test_residents_and_guests_never_see_staff_pages(online, client, mainz):
    online(PARKING)
    client.defaults["HTTP_HOST"] = "mainz.localhost"
    for name in ("forms", "entry", "import", "code-lists"):
        assert client.get(reverse(f"forms_desk:{name}"))["Location"].startswith("/accounts/login/")


# --- command --------------------------------------------------------------------------------------------------------


def test_the_command_imports_a_file(mainz, capsys, tmp_path):
    import json

    assert actions.import_form_file(FORM, service=DOG_TAX, tenant="mainz") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["service"], printed["number"], printed["form"]) == (DOG_TAX, 1, "S17000001001V1.0.0")
    broken = tmp_path / "x.xml"
    broken.write_text("<a/>")
    assert actions.import_form_file(broken, service="x", tenant="mainz") == 2
    assert capsys.readouterr().err.startswith(f"{broken}:1:1: ")
    assert actions.import_form_file(FORM, service="x", tenant="atlantis") == 3
