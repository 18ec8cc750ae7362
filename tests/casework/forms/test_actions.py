"""Drafts and submissions: effects, constraints, idempotency, who may do what."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from stadtkern.casework.forms import actions, api, codes, events, policies
from stadtkern.casework.forms.actions import saving
from stadtkern.casework.forms.canonical import canonical_json
from stadtkern.casework.forms.errors import (
    DraftChanged,
    DraftExpired,
    DraftSent,
    FormNotOnline,
    FormWithdrawn,
    KeyReused,
    LoginTooWeak,
    SubmissionRefused,
    TooManyCodes,
    WrongCode,
)
from stadtkern.casework.forms.models import Draft, DraftFile, FormVersion, Submission
from stadtkern.casework.forms.runner import tree
from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.foundation.files import api as files
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import events as bus
from tests.casework.forms.django_fixtures import DOG_TAX, PARKING, TREE, pdf, picture, sample, with_uploads

pytestmark = pytest.mark.django_db

UPLOAD = "G17000001043/F17000001046"


@pytest.fixture
def dog_tax(online):
    online(DOG_TAX)
    return FormVersion.objects.get()


@pytest.fixture
def draft(dog_tax, make_actor, now):
    return actions.start_draft(actor=make_actor(), service_slug=DOG_TAX, now=now)


@pytest.fixture
def heard():
    found: list[object] = []
    subscribers = []
    for kind in (events.FormSubmitted, events.SubmissionAmended):
        bus.subscribe(kind)(found.append)
        subscribers.append(kind)
    yield found
    for kind in subscribers:
        bus._subscribers[kind].remove(found.append)


def owner_of(draft, make_actor=None):
    from stadtkern.foundation.access.api import Actor

    row = Draft.objects.get(pk=draft.id)
    return Actor(kind="resident", tenant_id=row.tenant_id, account_id=row.account_id, assurance=4)


def fill(draft, values, now):
    owner = owner_of(draft)
    return actions.save_answers(actor=owner, draft_id=draft.id, answers=values, now=now)


def test_the_check_for_one_draft_is_the_filter_for_lists(dog_tax, guest, make_actor, now):
    people = [make_actor(), make_actor(), make_actor("counter"), make_actor("service_manager")]
    infos = [
        actions.start_draft(actor=person, service_slug=DOG_TAX, now=now) for person in (*people[:2], guest)
    ]
    counter, manager = people[2], people[3]
    infos.append(actions.start_draft(actor=counter, service_slug=DOG_TAX, now=now, channel="counter"))
    infos.append(
        actions.start_draft(
            actor=manager, service_slug=DOG_TAX, now=now, channel="preview", version_id=dog_tax.pk
        )
    )
    keys = replace(guest, guest_keys=frozenset(info.id for info in infos))
    same_account = replace(people[0], account_id=counter.account_id)
    seen = 0
    for actor in (*people, guest, keys, same_account, replace(counter, guest_keys=keys.guest_keys)):
        visible = set(policies.drafts_visible_to(actor).values_list("pk", flat=True))
        assert visible == {row.pk for row in Draft.objects.all() if policies.may_open(actor, row)}
        seen += len(visible)
    assert seen


def test_writing_without_a_lock_gives_way_to_whoever_was_faster(draft, now):
    owner = owner_of(draft)
    answers = {"G17000000010": {"F17000000011": "langsam"}}

    def read_and_put(**more):
        row = policies.find_draft(owner, draft.id)
        return row, saving.put(row, answers=answers, base=None, page="person", done=True, now=now, **more)

    row, read = read_and_put()
    actions.save_answers(
        actor=owner, draft_id=draft.id, answers={"G17000000021": {"F17000000022": "Weg"}}, now=now
    )
    assert saving.write_unless_overtaken(row, read) is False
    assert Draft.objects.get(pk=draft.id).values == draft.values | {"G17000000021": {"F17000000022": "Weg"}}

    row, read = read_and_put()
    assert saving.write_unless_overtaken(row, read) is True
    kept = Draft.objects.get(pk=draft.id)
    assert kept.values["G17000000010"] == answers["G17000000010"] and kept.done_pages == ["person"]
    assert saving.write_unless_overtaken(row, read) is False  # the same reading counts once

    row, read = read_and_put()
    actions.discard_draft(actor=owner, draft_id=draft.id, now=now)
    assert saving.write_unless_overtaken(row, read) is False
    assert not Draft.objects.filter(pk=draft.id).exists()


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_pinned_to_the_published_version(draft, dog_tax):
    assert draft.version_id == dog_tax.pk
    assert draft.code == "" and draft.token


def test_a_guest_gets_a_code_once_and_only_its_digest_is_kept(dog_tax, guest, now):
    info = actions.start_draft(actor=guest, service_slug=DOG_TAX, now=now)
    assert len(codes.normalized(info.code)) == 12
    row = Draft.objects.get(pk=info.id)
    assert row.account_id is None
    assert codes.normalized(info.code) not in str(row.__dict__)
    assert (
        actions.open_draft(draft_id=info.id, code=info.code.lower().replace("-", " "), now=now).id == info.id
    )


def test_a_guest_cannot_begin_where_a_login_is_needed(online, guest, make_actor, now):
    online(PARKING)
    with pytest.raises(LoginTooWeak) as caught:
        actions.start_draft(actor=guest, service_slug=PARKING, now=now)
    assert caught.value.level == 1
    assert actions.start_draft(actor=make_actor(), service_slug=PARKING, now=now)


def test_without_a_published_form_nothing_begins(mainz, make_actor, now):
    with pytest.raises(FormNotOnline):
        actions.start_draft(actor=make_actor(), service_slug="gibt-es-nicht", now=now)


def test_wrong_codes_lock_the_draft_for_a_while(dog_tax, guest, now):
    info = actions.start_draft(actor=guest, service_slug=DOG_TAX, now=now)
    for _ in range(8):
        with pytest.raises(WrongCode):
            actions.open_draft(draft_id=info.id, code="0000-0000-0000", now=now)
    with pytest.raises(TooManyCodes):
        actions.open_draft(draft_id=info.id, code=info.code, now=now)
    later = now + timedelta(minutes=16)
    assert actions.open_draft(draft_id=info.id, code=info.code, now=later).id == info.id
    with pytest.raises(WrongCode):
        actions.open_draft(draft_id=uuid4(), code=info.code, now=later)


def test_a_renewed_code_replaces_the_old_one(dog_tax, guest, now):
    info = actions.start_draft(actor=guest, service_slug=DOG_TAX, now=now)
    mine = replace(guest, guest_keys=frozenset({info.id}))
    new = actions.renew_code(actor=mine, draft_id=info.id, now=now)
    with pytest.raises(WrongCode):
        actions.open_draft(draft_id=info.id, code=info.code, now=now)
    assert actions.open_draft(draft_id=info.id, code=new.code, now=now)


def test_everything_typed_is_kept_also_when_it_is_wrong(draft, now):
    kept = fill(draft, {"G17000000010": {"F17000000013": "31.02.2025", "F17000000011": "日本"}}, now)
    assert kept.values["G17000000010"] == {"F17000000013": "31.02.2025", "F17000000011": "日本"}


def test_characters_that_postgresql_cannot_keep_do_not_break_a_draft(draft, now):
    nasty = "a\x00b\ud800c \u202e'; DROP TABLE forms_draft; -- <script>alert(1)</script>"
    kept = fill(draft, {"G17000000010": {"F17000000011": nasty}}, now)
    assert kept.values["G17000000010"]["F17000000011"].startswith("a\ufffdb")
    assert Draft.objects.get(pk=draft.id).values == kept.values


def test_two_windows_never_overwrite_each_other(draft, now):
    path = "G17000000010"
    owner = owner_of(draft)
    base = tree.fingerprint(draft.values, [path])
    first = {path: {"F17000000011": "Aus dem ersten Fenster"}}
    actions.save_answers(actor=owner, draft_id=draft.id, answers=first, base=base, now=now)
    with pytest.raises(DraftChanged):
        second = {path: {"F17000000011": "Aus dem zweiten Fenster"}}
        actions.save_answers(actor=owner, draft_id=draft.id, answers=second, base=base, now=now)
    assert Draft.objects.get(pk=draft.id).values == first
    # the same page sent twice is no conflict, another page neither
    actions.save_answers(actor=owner, draft_id=draft.id, answers=first, base=base, now=now)
    other = {"G17000000021": {"F17000000022": "Am Demofeld"}}
    actions.save_answers(
        actor=owner, draft_id=draft.id, answers=other, base=tree.fingerprint({}, other), now=now
    )
    assert Draft.objects.get(pk=draft.id).values == first | other


def test_a_draft_of_somebody_else_does_not_exist(draft, make_actor, guest, now):
    for stranger in (make_actor(), guest, make_actor("caseworker"), make_actor("administrator")):
        with pytest.raises(NotVisible):
            actions.save_answers(actor=stranger, draft_id=draft.id, answers={}, now=now)
        with pytest.raises(NotVisible):
            actions.submit_draft(actor=stranger, draft_id=draft.id, now=now)


def test_a_draft_of_another_municipality_does_not_exist(draft, bodenheim, now):
    owner = owner_of(draft)
    with tenancy.act_for(bodenheim.pk), pytest.raises(NotVisible):
        actions.save_answers(actor=owner, draft_id=draft.id, answers={}, now=now)


def test_a_lost_session_may_add_but_never_read(draft, now):
    base = tree.fingerprint(draft.values, ["G17000000010"])
    from stadtkern.casework.forms.actions.drafts import keep_answers_of_lost_session

    answers = {"G17000000010": {"F17000000011": "Çelik"}}
    arguments = {"draft_id": draft.id, "answers": answers, "base": base, "page": "person", "now": now}
    assert not keep_answers_of_lost_session(token="falsch", **arguments)
    assert keep_answers_of_lost_session(token=draft.token, **arguments)
    assert Draft.objects.get(pk=draft.id).values == answers


def test_after_the_login_a_guests_draft_moves_into_the_account(dog_tax, guest, make_actor, now):
    info = actions.start_draft(actor=guest, service_slug=DOG_TAX, now=now)
    person = replace(make_actor(), guest_keys=frozenset({info.id}))
    actions.adopt_draft(actor=person, draft_id=info.id, now=now)
    assert [d.id for d in api.drafts_of(replace(person, guest_keys=frozenset()), now)] == [info.id]


def test_uploads_are_judged_by_content_and_belong_to_the_draft(draft, now):
    owner = owner_of(draft)
    done = actions.attach_file(
        actor=owner, draft_id=draft.id, path=UPLOAD, name="a.png", content=picture(), now=now
    )
    [(path, file)] = tree.files_in(done.values)
    assert path.startswith(UPLOAD) and file["media_type"] == "image/png"
    with pytest.raises(files.WrongFileType):
        actions.attach_file(
            actor=owner, draft_id=draft.id, path=UPLOAD, name="b.png", content=b"MZ\x90\x00" * 50, now=now
        )
    with pytest.raises(NotVisible):
        actions.attach_file(
            actor=owner,
            draft_id=draft.id,
            path="G17000000010/F17000000011",
            name="a.png",
            content=picture(),
            now=now,
        )
    actions.remove_file(actor=owner, draft_id=draft.id, path=UPLOAD, file_id=file["id"], now=now)
    assert not DraftFile.objects.exists()
    with pytest.raises(files.FileNotFound):
        files.info(file["id"])


def test_an_expired_draft_is_erased_with_its_uploads(draft, now, mainz):
    from stadtkern.foundation.access.api import system

    owner = owner_of(draft)
    done = actions.attach_file(
        actor=owner, draft_id=draft.id, path=UPLOAD, name="a.png", content=picture(), now=now
    )
    file_id = tree.files_in(done.values)[0][1]["id"]
    later = now + timedelta(days=31)
    with pytest.raises(DraftExpired):
        actions.save_answers(actor=owner, draft_id=draft.id, answers={}, now=later)
    assert actions.expire_drafts(actor=system(mainz.pk), now=later) == 1
    assert not Draft.objects.exists()
    with pytest.raises(files.FileNotFound):
        files.info(file_id)


# --- sending --------------------------------------------------------------------------------------------------------


def test_submitting_writes_once_tells_the_house_and_empties_the_draft(draft, heard, now):
    fill(draft, sample(DOG_TAX), now)
    sent = actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
    again = actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
    assert sent == again and Submission.objects.count() == 1
    assert [event.submission_id for event in heard] == [sent.id]
    assert Draft.objects.get(pk=draft.id).values == {}
    assert sent.contact_email == "zoe.celik@resident.example"
    assert sent.values["G17000001070"] == {"F17000001071": 1, "F17000001072": 120}
    from hashlib import sha256

    assert sent.sha256 == sha256(canonical_json(sent.values)).hexdigest()
    with pytest.raises(DraftSent):
        fill(draft, {"G17000000010": {}}, now)


def test_the_server_refuses_what_the_pages_would_refuse(draft, heard, now):
    values = sample(DOG_TAX)
    values["G17000000010"]["F17000000013"] = "2031-01-01"
    del values["G17000000021"]["F17000000025"]
    fill(draft, values, now)
    with pytest.raises(SubmissionRefused) as caught:
        actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
    assert {problem.path for problem in caught.value.problems} >= {
        "G17000000010/F17000000013",
        "G17000000021/F17000000025",
    }
    assert not heard and not Submission.objects.exists()


def test_when_a_listener_fails_nothing_was_submitted(draft, now):
    fill(draft, sample(DOG_TAX), now)

    def broken(event):
        raise RuntimeError("case could not be opened")

    bus.subscribe(events.FormSubmitted)(broken)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
    finally:
        bus._subscribers[events.FormSubmitted].remove(broken)
    assert not Submission.objects.exists()
    assert Draft.objects.get(pk=draft.id).values


def test_a_submission_cannot_be_changed_even_by_sql(draft, now):
    fill(draft, sample(DOG_TAX), now)
    sent = actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Submission.objects.filter(pk=sent.id).update(values={})


def test_the_login_must_be_strong_enough(online, make_actor, now):
    online("meldebescheinigung")
    weak = make_actor(assurance=1)
    info = actions.start_draft(actor=weak, service_slug="meldebescheinigung", now=now)
    actions.save_answers(actor=weak, draft_id=info.id, answers=sample("meldebescheinigung"), now=now)
    with pytest.raises(LoginTooWeak) as caught:
        actions.submit_draft(actor=weak, draft_id=info.id, now=now)
    assert caught.value.level == 3
    strong = replace(weak, assurance=3)
    assert actions.submit_draft(actor=strong, draft_id=info.id, now=now).assurance == 3


def test_an_amendment_is_a_new_version_and_the_old_one_stays(draft, heard, now):
    owner = owner_of(draft)
    fill(draft, sample(DOG_TAX), now)
    first = actions.submit_draft(actor=owner, draft_id=draft.id, now=now)
    values = sample(DOG_TAX)
    values["G17000000010"]["F17000000015"] = "06131 000-9999"
    second = actions.amend_submission(
        actor=owner, submission_id=first.id, values=values, now=now + timedelta(days=1)
    )
    assert (second.number, second.previous_id, second.root_id) == (2, first.id, first.id)
    changes = {change.path: (change.old, change.new) for change in api.differences(first.id, second.id)}
    assert changes == {
        "G17000000010/F17000000015": ("06131 000-4711", "06131 000-9999"),
        "G17000000060/F17000000063": ("14.10.2025", "15.10.2025"),  # the day of the application is calculated
    }
    assert api.submission(first.id).values["G17000000010"]["F17000000015"] == "06131 000-4711"
    assert [type(event) for event in heard] == [events.FormSubmitted, events.SubmissionAmended]
    assert (heard[1].submission_id, heard[1].root_id) == (second.id, first.id)


def test_an_amending_draft_starts_with_what_was_sent_and_tells_the_house(draft, heard, now):
    owner = owner_of(draft)
    fill(draft, sample(DOG_TAX), now)
    first = actions.submit_draft(actor=owner, draft_id=draft.id, now=now)
    again = actions.start_amendment(actor=owner, submission_id=first.id, now=now)
    assert again.values == first.values
    assert actions.start_amendment(actor=owner, submission_id=first.id, now=now).id == again.id
    answers = {"G17000000021": {**first.values["G17000000021"], "F17000000022": "Neue Straße"}}
    actions.save_answers(actor=owner, draft_id=again.id, answers=answers, now=now)
    second = actions.submit_draft(actor=owner, draft_id=again.id, now=now)
    assert second.root_id == first.id
    assert isinstance(heard[1], events.SubmissionAmended)


def test_strangers_cannot_amend(draft, make_actor, now):
    fill(draft, sample(DOG_TAX), now)
    first = actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
    for stranger in (make_actor(), make_actor("caseworker"), make_actor("administrator")):
        with pytest.raises(NotVisible):
            actions.amend_submission(actor=stranger, submission_id=first.id, values=first.values, now=now)


# --- in one go ------------------------------------------------------------------------------------------------------


def create(actor, now, *, values=None, key="", slug=DOG_TAX, **more):
    return actions.create_submission(
        actor=actor, service_slug=slug, values=values or sample(slug), now=now, idempotency_key=key, **more
    )


def test_the_same_key_and_content_is_one_submission(dog_tax, guest, heard, now):
    first = create(guest, now, key="k-1")
    assert create(guest, now, key="k-1").id == first.id
    assert Submission.objects.count() == 1 and len(heard) == 1
    with pytest.raises(KeyReused):
        create(guest, now, key="k-1", values=sample(DOG_TAX, "sample-problem"))
    assert create(guest, now, key="k-2").id != first.id


def test_uploads_come_as_base64_inside_the_values(online, guest, now):
    online(TREE)
    values = sample(TREE)
    places = [path for path, raw in tree.leaves(values) if isinstance(raw, dict)]
    assert places, "the sample has an upload"
    sent = create(guest, now, values=with_uploads(values), slug=TREE)
    assert len(sent.file_ids) == len(places)
    assert files.read(sent.file_ids[0]) in (picture(), pdf())


@pytest.mark.parametrize(
    "file",
    [
        {"name": "x.png", "content": "kein base64!"},
        {"name": "x.png", "content": base64.b64encode(b"#!/bin/sh\necho").decode()},
        {"name": "x.png"},
        {"name": 7, "content": "AAAA"},
        {"name": "x.png", "sha256": "0" * 64, "id": str(uuid4()), "size": 3, "media_type": "image/png"},
    ],
)
def test_bad_uploads_name_their_place(online, guest, now, file):
    online(TREE)
    values = with_uploads(sample(TREE))
    path = next(path for path, raw in tree.leaves(sample(TREE)) if isinstance(raw, dict))
    with pytest.raises(SubmissionRefused) as caught:
        create(guest, now, values=tree.put(values, path, file), slug=TREE)
    assert any(problem.path.startswith(path.partition("[")[0]) for problem in caught.value.problems)
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        [],
        {"G1": 1},
        {"x" * 5000: "y" * 100_000},
        {"G17000000010": [1, 2]},
        {"G17000001020": "x"},
        {"G17000001020": [[[]]]},
    ],
)
def test_values_of_the_wrong_shape_are_refused_with_places(dog_tax, guest, now, values):
    with pytest.raises(SubmissionRefused) as caught:
        actions.create_submission(actor=guest, service_slug=DOG_TAX, values=values, now=now)
    assert caught.value.problems


def test_counter_enters_on_behalf_and_others_may_not(online, make_actor, now):
    online(PARKING)
    person = api.Person(name="Ada Beispiel", address="Musterweg 1\n55116 Mainz")
    entered = create(
        make_actor("counter"),
        now,
        slug=PARKING,
        channel="counter",
        person=person,
        values=with_uploads(sample(PARKING)),
    )
    assert (entered.account_id, entered.on_behalf_of) == (None, "Ada Beispiel")
    assert entered.entered_by_id is not None
    for role in ("caseworker", "team_lead", "administrator", "service_manager", None):
        with pytest.raises(NotAllowed):
            create(make_actor(role), now, slug=PARKING, channel="counter", person=person)


def test_facts_are_what_rules_see(dog_tax, guest, now):
    sent = create(guest, now)
    facts = api.facts(sent.id)
    assert facts["familienname"] == "Çelik-Nowák" and facts["rasse"] == ["labrador"]
    groups = api.render_answers(sent.id)
    labels = {label: text for _, answers in groups for label, text, _ in answers}
    assert "Labrador Retriever" in labels.values() and "14.03.1988" in labels.values()


# --- two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_are_one_submission(online, guest, now, mainz):
    online(DOG_TAX)
    info = actions.start_draft(actor=guest, service_slug=DOG_TAX, now=now)
    mine = replace(guest, guest_keys=frozenset({info.id}))
    actions.save_answers(actor=mine, draft_id=info.id, answers=sample(DOG_TAX), now=now)
    found: list[object] = []

    def click(number):
        try:
            with tenancy.act_for(mainz.pk):
                found.append(actions.submit_draft(actor=mine, draft_id=info.id, now=now).id)
                found.append(create(guest, now, key="same").id)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[n]) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10 and len(set(found)) == 2
    assert Submission.objects.count() == 2


# --- retired versions -----------------------------------------------------------------------------------------------


def test_drafts_go_on_when_a_new_version_is_published(draft, dog_tax, make_actor, now):
    manager = make_actor("service_manager")
    new = actions.copy_version(actor=manager, version_id=dog_tax.pk, now=now)
    actions.publish(actor=manager, version_id=new.id, now=now)
    dog_tax.refresh_from_db()
    assert dog_tax.state == "retired"
    fill(draft, sample(DOG_TAX), now)
    sent = actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
    assert sent.form_version_id == dog_tax.pk


def test_a_withdrawn_version_says_so_and_answers_move_over(draft, dog_tax, make_actor, now):
    manager = make_actor("service_manager")
    fill(draft, sample(DOG_TAX), now)
    new = actions.copy_version(actor=manager, version_id=dog_tax.pk, now=now)
    actions.publish(actor=manager, version_id=new.id, drafts_may_finish=False, now=now)
    with pytest.raises(FormWithdrawn):
        fill(draft, {"G17000000010": {}}, now)
    moved = actions.move_to_current_version(actor=owner_of(draft), draft_id=draft.id, now=now)
    assert moved.version_id == new.id
    assert moved.values["G17000000010"]["F17000000011"] == "Çelik-Nowák"
    assert actions.submit_draft(actor=owner_of(draft), draft_id=draft.id, now=now)
