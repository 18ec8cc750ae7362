"""Pages of cases: status, content, rights, number of queries, conflicts keep the input."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stadtkern.casework.cases import actions
from stadtkern.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client, mainz):
    """``browse(actor)`` gives a client logged in as that actor (staff with second factor)."""
    from stadtkern.foundation.accounts.models import Account

    def login(actor):
        client.force_login(
            Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
        )
        session = client.session
        session["second_factor"], session["assurance"] = True, 4
        session.save()
        return client

    return login


@pytest.fixture
def world(apply, make_actor, team, now):
    clock.shift_to(now, real_start=clock.real_now())
    resident = make_actor(name="Lena Becker", assurance=4)
    worker = make_actor("caseworker", team=team("finanzen"), name="S. Berger")
    case = apply("hundesteuer-anmeldung", actor=resident, now=now)
    return resident, worker, case


def test_the_work_list_shows_the_case_and_its_deadline(world, browse):
    _, worker, case = world
    page = browse(worker).get("/arbeit/").content.decode()
    assert case.number in page
    assert "noch 14 Tage" in page


def test_the_work_list_needs_no_query_per_row(world, browse, apply, now, django_assert_max_num_queries):
    resident, worker, _ = world
    for index in range(15):
        apply("hundesteuer-anmeldung", actor=resident, now=now, key=str(index))
    client = browse(worker)
    client.get("/arbeit/")
    with django_assert_max_num_queries(16):
        assert client.get("/arbeit/").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["bereich=x&sort=--x&seite=-9", "q=%00%27%22%3B--", "leistung=" + "x" * 500, "frist=rot&stand=alle"],
)
def test_the_filters_survive_anything(world, browse, query):
    _, worker, _ = world
    assert browse(worker).get(f"/arbeit/?{query}").status_code == 200


def test_the_case_page_tells_what_to_do_and_is_logged(world, browse):
    from stadtkern.foundation.audit import api as audit

    _, worker, case = world
    page = browse(worker).get(f"/arbeit/vorgang/{case.pk}/").content.decode()
    assert "Übernehmen" in page
    assert "volljährig" in page
    assert any(entry.action == "cases.read" for entry in audit.entries_for("case", case.pk))


def test_every_step_page_opens(world, browse):
    from stadtkern.casework.cases.desk.step_forms import STEPS

    _, worker, case = world
    client = browse(worker)
    for step in STEPS:
        assert client.get(f"/arbeit/vorgang/{case.pk}/schritt/{step}/").status_code == 200, step
    assert client.get(f"/arbeit/vorgang/{case.pk}/entscheiden/?art=refuse").status_code == 200
    assert client.get(f"/arbeit/vorgang/{case.pk}/druck/").status_code == 200
    assert client.get(f"/arbeit/vorgang/{case.pk}/aenderungen/").status_code == 200
    assert client.get("/arbeit/vorgaenge.csv").status_code == 200


def test_a_conflict_keeps_the_input_and_overwrites_nothing(world, browse, now):
    _, worker, case = world
    client = browse(worker)
    old = case.revision
    actions.take(actor=worker, case_id=case.pk, revision=None, now=now)
    data = {"revision": old, "reason": "Stellungnahme steht aus", "basis": "§ 26 VwVfG"}
    answer = client.post(f"/arbeit/vorgang/{case.pk}/schritt/frist-anhalten/", data)
    assert answer.status_code == 409
    assert "Stellungnahme steht aus" in answer.content.decode()
    assert not case.pauses.exists()


def test_strangers_get_not_found(world, browse, make_actor, team):
    _, _, case = world
    stranger = browse(make_actor("caseworker", team=team("sondernutzung")))
    for path in ("", "schritt/vermerk/", "entscheiden/", "druck/", "aenderungen/"):
        assert stranger.get(f"/arbeit/vorgang/{case.pk}/{path}").status_code == 404, path


def test_the_applicant_follows_her_case(world, browse):
    resident, _, case = world
    client = browse(resident)
    assert case.number in client.get("/vorgaenge/").content.decode()
    page = client.get(f"/vorgaenge/{case.pk}/").content.decode()
    assert "Ihr Antrag ist bei uns eingegangen" in page
    for path in (
        "eingang/",
        "nachricht/",
        "zuruecknehmen/",
        "aenderungen/",
        "antrag.json",
        "antrag.xml",
        "eingang.pdf",
        "berichtigen/",
    ):
        assert client.get(f"/vorgaenge/{case.pk}/{path}").status_code == 200, path
    for path in ("/postfach/", "/meine-daten/", "/meine-daten/export.zip"):
        assert client.get(path).status_code == 200, path


def test_the_applicant_sees_who_read_her_case(world, browse):
    resident, worker, case = world
    browse(worker).get(f"/arbeit/vorgang/{case.pk}/")
    assert "S. Berger" in browse(resident).get("/meine-daten/").content.decode()


def test_another_resident_gets_not_found(world, browse, make_actor):
    _, _, case = world
    client = browse(make_actor())
    for path in ("", "eingang/", "eingang.pdf", "antrag.json", "antworten/", "widerspruch/", "nachricht/"):
        assert client.get(f"/vorgaenge/{case.pk}/{path}").status_code == 404, path


def test_english_pages(world, browse):
    resident, _, case = world
    page = browse(resident).get(f"/vorgaenge/{case.pk}/?lang=en").content.decode()
    assert "We have received your application." in page


def test_wrong_guest_codes_are_limited(world, client):
    _, _, case = world
    for _ in range(10):
        assert client.post("/vorgaenge/zugang/", {"number": case.number, "code": "XXXX"}).status_code == 422
    assert client.post("/vorgaenge/zugang/", {"number": case.number, "code": "XXXX"}).status_code == 429


def test_overdue_cases_are_red_with_reason(world, browse, now):
    _, worker, _case = world
    clock.shift_to(now + timedelta(days=20), real_start=clock.real_now())
    assert "seit 6 Tage" in browse(worker).get("/arbeit/").content.decode()
