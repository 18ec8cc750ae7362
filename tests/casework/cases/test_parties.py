"""Applications for a business and by power of attorney: whose they are, who sees them, and for how long."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from stadtkern.casework.cases import actions, parties, policies
from stadtkern.casework.cases.demo_samples import PACKAGES, with_files
from stadtkern.casework.cases.models import Case, CaseEvent, Message, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.forms import policies as form_policies
from stadtkern.casework.forms.models import Draft, Submission
from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.foundation.accounts.models import Account
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import actions as businesses
from stadtkern.foundation.businesses.models import Business, Member
from stadtkern.kernel import clock

pytestmark = pytest.mark.django_db

FESTIVAL = "sondernutzung-strassenfest"
DOG = "hundesteuer-anmeldung"
RIGHTS = ("read", "receive", "apply")


@pytest.fixture(autouse=True)
def its_day(now):
    clock.shift_to(now, real_start=clock.real_now())


@pytest.fixture
def send(city, now, again):
    """``send(actor, party)`` begins the sample for a party and sends it; the case."""

    def call(actor, party, slug=FESTIVAL):
        values = with_files(json.loads((PACKAGES / slug / "sample.json").read_text("utf-8")))
        plain = forms.create_submission(actor=actor, service_slug=slug, values=values, now=now)
        stored = Submission.objects.get(pk=plain.id)
        draft = forms.start_draft(
            actor=again(actor), service_slug=slug, now=now, party_id=party, prefill=stored.values
        )
        from stadtkern.casework.forms.models import DraftFile

        for file_id in plain.file_ids:
            DraftFile.objects.create(draft_id=draft.id, file_id=file_id, added_at=now)
        sent = forms.submit_draft(actor=again(actor), draft_id=draft.id, now=now)
        return Case.objects.get(root_submission_id=sent.id, parent=None)

    return call


@pytest.fixture
def cast(make_actor, city, found, join, empower):
    """Who acts, of a business and around it; names are drawn."""
    names = random.sample(
        ["Ada Lind", "Ben Roth", "Cem Uzun", "Dora Falk", "Emil Graf", "Fee Hahn", "Gero Ihle"], 7
    )
    people = dict(
        zip(("boss", "maker", "reader", "adviser", "clerk", "client", "stranger"), names, strict=True)
    )
    found_people = {key: make_actor(name=name, assurance=4) for key, name in people.items()}
    boss, adviser = found_people["boss"], found_people["adviser"]
    business = found(boss)
    join(boss, business, found_people["maker"], "apply")
    join(boss, business, found_people["reader"], "read")
    firm = found(adviser, register_number="PR 12", legal_form="partg")
    join(adviser, firm, found_people["clerk"], "read")
    return {**found_people, "business": business, "firm": firm}


def remove(cast, key, now):
    member = Member.objects.get(account_id=cast[key].account_id, business_id=cast["business"])
    businesses.remove_member(actor=cast["boss"], business_id=cast["business"], member_id=member.pk, now=now)


def test_a_case_belongs_to_the_business_and_says_who_sent_it(cast, send, now):
    case = send(cast["maker"], cast["business"])
    business = Business.objects.get(pk=cast["business"])
    assert (case.business_id, case.applicant_id) == (business.pk, None)
    assert case.applicant_name == business.legal_name and business.city in case.applicant_address
    submission = forms.submission(case.submission_id)
    assert (submission.account_id, submission.acted_by_id) == (None, cast["maker"].account_id)
    entry = next(
        one for one in audit.entries_for("submission", submission.id) if one.action == "forms.submit"
    )
    assert entry.details["for"] == str(business.pk) and "power" not in entry.details


def test_nobody_applies_for_a_party_without_the_right(cast, empower, again, now):
    power = empower(cast["boss"], cast["client"], business=cast["business"], services=[DOG])
    for key in ("reader", "stranger", "client", "clerk", "adviser"):
        with pytest.raises(NotAllowed):
            forms.start_draft(
                actor=again(cast[key]), service_slug=FESTIVAL, now=now, party_id=cast["business"]
            )
    forms.start_draft(actor=again(cast["client"]), service_slug=DOG, now=now, party_id=cast["business"])
    businesses.end_power(actor=cast["boss"], power_id=power, now=now)
    with pytest.raises(NotAllowed):
        forms.start_draft(actor=again(cast["client"]), service_slug=DOG, now=now, party_id=cast["business"])


def test_the_form_knows_the_business_and_only_the_name_of_a_person(cast, empower, again, now):
    draft = forms.start_draft(
        actor=again(cast["maker"]), service_slug=FESTIVAL, now=now, party_id=cast["business"]
    )
    text = json.dumps(draft.values, ensure_ascii=False)
    business = Business.objects.get(pk=cast["business"])
    assert business.legal_name in text and business.register_number in text and business.street in text
    empower(cast["client"], cast["adviser"])
    other = forms.start_draft(
        actor=again(cast["adviser"]), service_slug=DOG, now=now, party_id=cast["client"].account_id
    )
    account = Account.objects.get(pk=cast["client"].account_id)
    assert account.email not in json.dumps(other.values)
    assert Draft.objects.get(pk=other.id).contact_email == account.email


def everybody(cast, again):
    return {key: again(one) for key, one in cast.items() if hasattr(one, "mandates")}


def test_list_and_check_agree_for_everybody_and_every_right(cast, send, empower, again, now):
    """The break-out matrix: person x right x case, asked as a filter and as a check; and who should be in it."""
    empower(
        cast["boss"],
        cast["adviser"],
        business=cast["business"],
        to_business=cast["firm"],
        services=[FESTIVAL],
    )
    empower(cast["client"], cast["adviser"], rights=("apply",))
    festival, dog = send(cast["maker"], cast["business"]), send(cast["maker"], cast["business"], DOG)
    private = send(cast["adviser"], cast["client"].account_id, DOG)
    expected = {
        ("festival", "read"): {"boss", "maker", "reader", "adviser", "clerk"},
        ("festival", "receive"): {"boss", "maker", "reader", "adviser", "clerk"},
        ("festival", "apply"): {"boss", "maker", "adviser"},
        ("dog", "read"): {"boss", "maker", "reader"},
        ("dog", "receive"): {"boss", "maker", "reader"},
        ("dog", "apply"): {"boss", "maker"},
        ("private", "read"): {"client", "adviser"},
        ("private", "receive"): {"client"},
        ("private", "apply"): {"client", "adviser"},
    }
    for (name, right), who in expected.items():
        case = {"festival": festival, "dog": dog, "private": private}[name]
        people = everybody(cast, again)
        listed = {key for key, one in people.items() if policies.own(one, right).filter(pk=case.pk).exists()}
        checked = {key for key, one in people.items() if policies.may(one, case, right)}
        assert listed == checked == who, (name, right)


def test_drafts_too_and_what_one_began_herself_stays_her_own(cast, empower, again, now):
    empower(cast["boss"], cast["adviser"], business=cast["business"])
    empower(cast["client"], cast["adviser"])
    begun = {
        "business": forms.start_draft(actor=again(cast["maker"]), service_slug=FESTIVAL, now=now, party_id=cast["business"]),
        "power": forms.start_draft(actor=again(cast["adviser"]), service_slug=DOG, now=now, party_id=cast["client"].account_id),
        "own": forms.start_draft(actor=again(cast["client"]), service_slug=DOG, now=now),
    }  # fmt: skip
    expected = {
        "business": {"boss", "maker", "adviser"},
        "power": {"client", "adviser"},
        "own": {"client"},
    }
    for name, who in expected.items():
        row = Draft.objects.select_related("version__definition").get(pk=begun[name].id)
        people = everybody(cast, again)
        assert {key for key, one in people.items() if form_policies.may_open(one, row)} == who, name
        listed = {
            key
            for key, one in people.items()
            if form_policies.drafts_visible_to(one).filter(pk=row.pk).exists()
        }
        assert listed == who, name


def test_a_draft_of_a_party_gets_no_code_that_would_outlive_the_right(cast, again, now):
    from stadtkern.casework.forms.actions import renew_code

    draft = forms.start_draft(
        actor=again(cast["maker"]), service_slug=FESTIVAL, now=now, party_id=cast["business"]
    )
    with pytest.raises(NotAllowed):
        renew_code(actor=again(cast["maker"]), draft_id=draft.id, now=now)


def browser(actor):
    client = Client(raise_request_exception=False)
    client.force_login(
        Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session[ASSURANCE], session[SECOND_FACTOR] = 4, True
    session.save()
    return client


def addresses(case, draft):
    submission, item = case.submission_id, PostBoxItem.objects.filter(case=case).first()
    names = [
        "case",
        "receipt",
        "payload-json",
        "payload-xml",
        "message",
        "withdraw",
        "amend",
        "differences",
    ]
    found = [reverse(f"cases:{name}", args=[case.pk]) for name in names]
    found += [reverse("cases:post-item", args=[case.pk, item.pk])]
    found += [reverse(f"forms:{name}", args=[submission]) for name in ("received", "payload-json")]
    found += [
        reverse("forms:apply-summary", args=[FESTIVAL, draft]),
        reverse("forms:apply-leave", args=[FESTIVAL, draft]),
    ]
    return found


@pytest.mark.parametrize("way", ["removed", "revoked", "over"])
def test_whoever_lost_the_right_sees_nothing_any_more(cast, send, empower, again, now, way):
    """With the same browser that sent the application: pages, files, the draft, lists and the post box."""
    who = cast["maker"] if way == "removed" else cast["adviser"]
    if way != "removed":
        last = clock.today() + timedelta(days=1) if way == "over" else None
        power = empower(cast["boss"], cast["adviser"], business=cast["business"], to_on=last)
    client, case = browser(who), send(who, cast["business"])
    draft = forms.start_draft(actor=again(who), service_slug=FESTIVAL, now=now, party_id=cast["business"]).id
    places = addresses(case, draft)
    before = {place: client.get(place).status_code for place in places}
    assert set(before.values()) <= {200, 302}, before
    if way == "removed":
        remove(cast, "maker", now)
    elif way == "revoked":
        businesses.end_power(actor=cast["boss"], power_id=power, now=now)
    else:
        clock.shift_to(now + timedelta(days=1), real_start=clock.real_now())
    after = {place: client.get(place).status_code for place in places}
    assert set(after.values()) == {404}, after
    assert {client.post(place).status_code for place in places} <= {404, 405}
    for place in ("/vorgaenge/", "/postfach/", "/meine-daten/", f"/antrag/{FESTIVAL}/", "/unternehmen/"):
        assert case.number not in client.get(place).text
    still = browser(cast["boss"])
    assert still.get(places[0]).status_code == 200


def test_a_reader_reads_and_a_narrow_power_hides_the_post(cast, send, empower, again, now):
    empower(cast["boss"], cast["stranger"], business=cast["business"], rights=())
    case = send(cast["maker"], cast["business"])
    Message.objects.create(case=case, direction="to_applicant", text="Nur für Empfänger", sent_at=now)
    page = reverse("cases:case", args=[case.pk])
    reader, narrow = browser(cast["reader"]), browser(cast["stranger"])
    text = reader.get(page).text
    assert "Nur für Empfänger" in text and "zurücknehmen" not in text
    assert reader.post(reverse("cases:withdraw", args=[case.pk])).status_code == 403
    assert "Nur für Empfänger" not in narrow.get(page).text
    assert case.number not in narrow.get("/postfach/").text and case.number in narrow.get("/vorgaenge/").text
    item = PostBoxItem.objects.filter(case=case).first()
    assert narrow.post(reverse("cases:post-item", args=[case.pk, item.pk])).status_code == 403
    with pytest.raises(NotAllowed):
        actions.withdraw(actor=again(cast["reader"]), case_id=case.pk, reason="", now=now)
    with pytest.raises(NotVisible):
        actions.withdraw(actor=again(cast["clerk"]), case_id=case.pk, reason="", now=now)


def test_the_history_and_the_log_say_who_acted_for_whom(cast, send, empower, again, now):
    power = empower(cast["boss"], cast["adviser"], business=cast["business"])
    case = send(cast["adviser"], cast["business"])
    actions.send_message(actor=again(cast["adviser"]), case_id=case.pk, text="Guten Tag", now=now)
    event = CaseEvent.objects.get(case=case, kind="message")
    assert event.actor_name == f"{cast['adviser'].name} (in Vollmacht)"
    assert cast["adviser"].name in Message.objects.get(case=case).author_name
    entry = next(one for one in audit.entries_for("case", case.pk) if one.action == "cases.message")
    assert entry.details["for"] == str(cast["business"]) and entry.details["power"] == str(power)
    browser(cast["adviser"]).get(reverse("cases:case", args=[case.pk]))
    read = next(one for one in audit.entries_for("case", case.pk) if one.action == "cases.read_for")
    assert read.actor_id == cast["adviser"].account_id and read.details["power"] == str(power)


def test_staff_see_who_sent_it_and_whether_the_business_is_checked(
    cast, send, empower, make_actor, team, now
):
    power = empower(cast["boss"], cast["adviser"], business=cast["business"])
    case = send(cast["adviser"], cast["business"])
    clerk = make_actor("caseworker", team=team("sondernutzung"))
    page = browser(clerk).get(reverse("desk:case", args=[case.pk])).text
    assert cast["adviser"].name in page and "noch nicht geprüft" in page and "in Vollmacht" in page
    businesses.end_power(actor=cast["boss"], power_id=power, now=now)
    assert "die Vollmacht gilt nicht mehr" in browser(clerk).get(reverse("desk:case", args=[case.pk])).text


def test_an_amendment_and_an_objection_stay_with_the_business(cast, send, again, now):
    case = send(cast["maker"], cast["business"])
    draft = forms.start_amendment(actor=again(cast["boss"]), submission_id=case.submission_id, now=now)
    forms.submit_draft(actor=again(cast["boss"]), draft_id=draft.id, now=now)
    case.refresh_from_db()
    newest = forms.submission(case.submission_id)
    assert (newest.business_id, newest.acted_by_id) == (cast["business"], cast["boss"].account_id)
    assert newest.account_id is None and newest.number == 2


def test_the_question_for_whom_comes_before_the_form(cast, again, empower, now):
    empower(cast["boss"], cast["client"], business=cast["business"], services=[FESTIVAL])
    begin = reverse("forms:begin", args=[FESTIVAL])
    alone = browser(cast["stranger"])
    assert alone.post(begin).status_code == 302
    client = browser(cast["client"])
    page = client.post(begin)
    assert (
        page.status_code == 200
        and f"In Vollmacht für {Business.objects.get(pk=cast['business'])}" in page.text
    )
    assert client.post(begin, {"gefragt": "1"}).status_code == 422
    assert client.post(begin, {"fuer": "falsch"}).status_code == 422
    assert client.post(begin, {"fuer": str(cast["firm"])}).status_code == 422
    assert Draft.objects.filter(acted_by_id=cast["client"].account_id).count() == 0
    assert client.post(begin, {"fuer": str(cast["business"])}).status_code == 302
    assert Draft.objects.get(acted_by_id=cast["client"].account_id).business_id == cast["business"]
    assert client.post(begin, {"fuer": "ich"}).status_code == 302
    assert Draft.objects.filter(account_id=cast["client"].account_id).count() == 1


def test_the_list_is_grouped_by_party(cast, send):
    mine, theirs = send(cast["boss"], cast["business"]), send(cast["boss"], cast["business"], DOG)
    text = browser(cast["boss"]).get("/vorgaenge/").text
    name = Business.objects.get(pk=cast["business"]).legal_name
    assert text.index("Für mich") < text.index(f"<h3>{name}") < text.index(mine.number)
    assert theirs.number in text


def test_a_closed_business_stays_while_a_case_names_it(cast, send, now):
    from stadtkern.foundation.businesses import jobs

    case = send(cast["maker"], cast["business"])
    assert parties.reads_online(case)
    businesses.close_business(actor=cast["boss"], business_id=cast["business"], now=now)
    jobs.erase(now)
    assert not parties.reads_online(case), "nobody opens its post box: the decision is proposed as a letter"
    assert Business.objects.filter(pk=cast["business"]).exists() and Case.objects.filter(pk=case.pk).exists()


def test_another_municipality_notices_nothing(cast, send, bodenheim):
    from stadtkern.foundation.access.mandates import mandates_of
    from stadtkern.foundation.tenancy import api as tenancy

    case = send(cast["maker"], cast["business"])
    with tenancy.act_for(bodenheim.pk):
        boss = replace(cast["boss"], tenant_id=bodenheim.pk, mandates=mandates_of(cast["boss"].account_id))
        assert not list(boss.mandates) and not policies.own(boss).filter(pk=case.pk).exists()
        assert not Business.objects.exists()
