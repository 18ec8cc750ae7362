"""Statements: asked in parallel, by process or by hand; outsiders see only what was released; silence has a rule."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadtkern.casework.cases import actions as case_actions
from stadtkern.casework.cases.models import CaseEvent
from stadtkern.casework.cases.statements import access, actions, errors, jobs
from stadtkern.casework.cases.statements.models import Contact, Statement
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.jobs.testing import run_pending
from stadtkern.foundation.notifications.models import Mail
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput, NotVisible
from tests.casework.cases.test_pages import browse  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db
DUE = date(2025, 10, 28)


def inquiry(**more: Any) -> actions.Inquiry:
    return actions.Inquiry(**{"question": "Was spricht dagegen?", "due_on": DUE, **more})


@pytest.fixture
def festival(apply, make_actor, team, now):
    clock.shift_to(now, real_start=clock.real_now())
    worker = make_actor("caseworker", team=team("sondernutzung"), name="S. Berger")
    case = apply("sondernutzung-strassenfest", actor=make_actor(name="Ida Roth", assurance=4), now=now)
    case_actions.take(actor=worker, case_id=case.pk, revision=None, now=now)
    for slug, name in (("polizei", "Polizei"), ("feuerwehr", "Feuerwehr"), ("nahverkehr", "Nahverkehr")):
        Contact.objects.create(slug=slug, name=name, email=f"{slug}@stelle.example")
    case.refresh_from_db()
    return worker, case


def ask_all(worker: Any, case: Any, now: Any, **more: Any) -> list[Statement]:
    parties = [actions.contact_party(slug) for slug in ("polizei", "feuerwehr", "nahverkehr")]
    actions.consult(
        actor=worker, case_id=case.pk, parties=parties, inquiry=inquiry(**more), revision=None, now=now
    )
    run_pending()
    return list(Statement.objects.filter(case=case).order_by("party_name"))


def give(row: Statement, now: Any, verdict: str = "agree", text: str = "") -> None:
    actor = access_guest(row)
    actions.answer(
        actor=actor, statement_id=row.pk, verdict=verdict, text=text, file_ids=(), by_name="A. Weiß", now=now
    )


def access_guest(row: Statement) -> Any:
    from stadtkern.foundation.access.api import Actor

    return Actor(kind="guest", tenant_id=row.tenant_id)


def allowed(case: Any) -> frozenset[str]:
    return processes.allowed(("case", case.pk))


def test_the_process_asks_all_at_once_and_goes_on_when_all_have_answered(festival, now) -> None:
    worker, case = festival
    rows = ask_all(worker, case, now)
    assert [row.party_name for row in rows] == ["Feuerwehr", "Nahverkehr", "Polizei"]
    assert all(row.key and row.asked_by_name == "S. Berger" for row in rows)
    case.refresh_from_db()
    assert case.state == "in_review" and allowed(case) == {"go_on", "withdraw"}
    give(rows[0], now)
    give(rows[1], now, "conditions", "Umleitung ausschildern.")
    run_pending()
    assert "decide" not in allowed(case)
    give(rows[2], now, "object", "Zu eng.")
    run_pending()
    assert "decide" in allowed(case)
    found = processes.variables(("case", case.pk))["stellungnahmen"]
    assert {row["stelle"]: row["ergebnis"] for row in found} == {
        "Feuerwehr": "agree",
        "Nahverkehr": "conditions",
        "Polizei": "object",
    }
    assert not Statement.objects.filter(told_at=None).exists()


def test_silence_after_the_deadline_counts_by_its_rule(festival, now) -> None:
    worker, case = festival
    rows = ask_all(worker, case, now)
    give(rows[0], now)
    run_pending()
    clock.shift_to(now + timedelta(days=12), real_start=clock.real_now())
    jobs.by_the_clock(now=clock.now())
    assert Statement.objects.filter(reminded_at__isnull=False).count() == 2
    jobs.by_the_clock(now=clock.now())
    reminders = Mail.objects.filter(subject__startswith="Erinnerung")
    assert reminders.count() == 2, "once each"
    clock.shift_to(now + timedelta(days=15), real_start=clock.real_now())
    jobs.by_the_clock(now=clock.now())
    assert Statement.objects.filter(status="silent").count() == 2
    assert "decide" in allowed(case), "told in the same round"
    found = processes.variables(("case", case.pk))["stellungnahmen"]
    assert [row["ergebnis"] for row in found].count("no_objection") == 2
    late = Statement.objects.filter(status="silent").first()
    give(late, clock.now(), "object", "Wir haben doch Bedenken.")
    late.refresh_from_db()
    assert late.late and late.status == "answered"


def test_an_answer_that_the_process_did_not_hear_is_told_again(festival, now, monkeypatch) -> None:
    worker, case = festival
    rows = ask_all(worker, case, now)
    monkeypatch.setattr(processes, "deliver_message", lambda **_: 0)
    for row in rows:
        give(row, now)
    run_pending()
    assert "decide" not in allowed(case)
    monkeypatch.undo()
    jobs.by_the_clock(now=now)
    assert "decide" in allowed(case)


def test_nobody_has_to_wait_longer_than_she_wants(festival, now, browse) -> None:  # noqa: F811
    worker, case = festival
    ask_all(worker, case, now)
    client = browse(worker)
    assert "Nicht länger warten" in client.get(f"/arbeit/vorgang/{case.pk}/stellungnahmen/").content.decode()
    page = client.get(f"/arbeit/vorgang/{case.pk}/").content.decode()
    assert "Der Ablauf wartet auf Stellungnahmen." in page and "Polizei" in page
    way = client.get(f"/arbeit/vorgang/{case.pk}/ablauf/").content.decode()
    assert "Als Nächstes: Stellungnahme oder Fristablauf" in way and "3 mal" in way
    client.post(f"/arbeit/vorgang/{case.pk}/stellungnahmen/", {"weiter": "1"})
    assert "decide" in allowed(case)


def test_the_same_call_asks_once(festival, now) -> None:
    worker, case = festival
    party, before = actions.contact_party("polizei"), Mail.objects.count()
    first, second = (
        actions.request_statement(
            actor=worker, case=case, party=party, inquiry=inquiry(), key="call-1", now=now
        )
        for _ in range(2)
    )
    assert first == second and Mail.objects.count() == before + 2, "one mail with the link, one with the code"


def test_an_unknown_party_is_a_failure_that_can_be_repaired(festival, now) -> None:
    worker, case = festival
    processes.act(
        subject=("case", case.pk), action="consult", data={"beteiligte": ["polizei", "gibtesnicht"]}, actor=worker, now=now
    )  # fmt: skip
    run_pending()
    failure = processes.failures(subject=("case", case.pk))[0]
    assert failure.label == "Stellungnahme erbitten" and "gibtesnicht" in failure.message
    Contact.objects.create(slug="gibtesnicht", name="Wasserwerk", email="w@stelle.example")
    processes.retry(incident_id=failure.id, variables={}, actor=worker, now=now)
    run_pending()
    assert Statement.objects.count() == 2 and not processes.failures()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"question": " "}, InvalidInput),
        ({"due_on": date(2025, 10, 14)}, InvalidInput),
        ({"silence": "yes"}, InvalidInput),
        ({"groups": ("Geheim",)}, InvalidInput),
        ({"file_ids": (__import__("uuid").uuid4(),)}, NotVisible),
    ],
)
def test_a_bad_inquiry_asks_nobody(festival, now, wrong, why) -> None:
    worker, case = festival
    with pytest.raises(why):
        ask_all(worker, case, now, **wrong)
    assert not Statement.objects.exists()


def test_outsiders_see_what_was_released_and_nothing_else(festival, now, client) -> None:
    worker, case = festival
    released, hidden = actions.group_names(case)[1], actions.group_names(case)[0]
    row = ask_all(worker, case, now, groups=(released,))[0]
    address = f"/stellungnahme/{row.pk}/"
    assert "Feuerwehr" not in client.get(address).content.decode(), "nothing before the code"
    for _ in range(3):
        assert client.post(address, {"code": "AAAAA-AAAAA"}).status_code == 422
    client.post(address, {"code": access.code_of(row.pk).lower()})
    page = client.get(address).content.decode()
    assert row.question in page and released in page
    assert hidden not in page and "Ida Roth" not in page
    other = Statement.objects.exclude(pk=row.pk).first()
    assert 'name="code"' in client.get(f"/stellungnahme/{other.pk}/").content.decode(), "each its own code"
    reads = [entry for entry in audit.entries_for("statement", row.pk) if entry.action == "statements.read"]
    assert len(reads) == 1 and reads[0].actor_kind == "guest"
    unreleased = next(iter(__import__("stadtkern.casework.cases.downloads", fromlist=["x"]).all_files(case)))
    assert client.get(f"{address}datei/{unreleased}/").status_code == 404
    for path in (f"/arbeit/vorgang/{case.pk}/", f"/vorgaenge/{case.pk}/"):
        assert client.get(path).status_code in (302, 403, 404)


def test_outsiders_answer_with_files(festival, now, client) -> None:
    worker, case = festival
    row = ask_all(worker, case, now)[0]
    address = f"/stellungnahme/{row.pk}/"
    client.post(address, {"code": access.code_of(row.pk)})
    refused = client.post(address, {"verdict": "object", "text": "", "name": "B. Roth"})
    assert refused.status_code == 422 and "Bedenken" in refused.content.decode()
    picture = SimpleUploadedFile("plan.png", _png(), content_type="image/png")
    client.post(
        address, {"verdict": "conditions", "text": "Rettungsgasse.", "name": "B. Roth", "files": picture}
    )
    row.refresh_from_db()
    assert row.verdict == "conditions" and row.answered_by_name == "B. Roth" and len(row.answer_file_ids) == 1
    record = __import__("stadtkern.casework.records.api", fromlist=["x"]).contents(case.record_id)
    assert row.answer_file_ids[0] in {document.file_id for document in record.documents}
    assert client.get(f"{address}datei/{row.answer_file_ids[0]}/").status_code == 200
    with pytest.raises(errors.StatementClosed):
        give(row, now)


def _png() -> bytes:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (20, 20), (1, 2, 3)).save(buffer, "PNG")
    return buffer.getvalue()


def test_codes_cannot_be_guessed(festival, now, client) -> None:
    worker, case = festival
    row = ask_all(worker, case, now)[0]
    for _ in range(access.TRIES):
        assert client.post(f"/stellungnahme/{row.pk}/", {"code": "X"}).status_code == 422
    assert client.post(f"/stellungnahme/{row.pk}/", {"code": access.code_of(row.pk)}).status_code == 429


def test_what_is_taken_back_is_closed_to_outsiders(festival, now, client) -> None:
    worker, case = festival
    row = ask_all(worker, case, now)[0]
    client.post(f"/stellungnahme/{row.pk}/", {"code": access.code_of(row.pk)})
    actions.cancel(actor=worker, statement_id=row.pk, now=now)
    assert client.get(f"/stellungnahme/{row.pk}/").status_code == 404


def test_the_mails_name_nobody_and_keep_link_and_code_apart(festival, now) -> None:
    worker, case = festival
    party = actions.contact_party("feuerwehr")
    actions.request_statement(actor=worker, case=case, party=party, inquiry=inquiry(), now=now)
    row = Statement.objects.get()
    link, code = Mail.objects.filter(recipient=row.party_email).order_by("queued_at", "id")
    assert f"/stellungnahme/{row.pk}/" in link.text and access.code_of(row.pk) not in link.text
    assert access.code_of(row.pk) in code.text and "/stellungnahme/" not in code.text
    assert not re.search("Roth|Ida", link.text + code.text)


def test_another_office_answers_at_its_desk(festival, now, browse, make_actor, team) -> None:  # noqa: F811
    worker, case = festival
    colleague = make_actor("caseworker", team=team("bewohnerparken"), name="T. Kramer")
    stranger = make_actor("caseworker", team=team("finanzen"), name="U. Voss")
    party = actions.team_party(team("bewohnerparken").pk)
    actions.consult(
        actor=worker,
        case_id=case.pk,
        parties=[party, actions.contact_party("polizei")],
        inquiry=inquiry(),
        revision=None,
        now=now,
    )
    run_pending()
    row = Statement.objects.get(team=team("bewohnerparken"))
    with pytest.raises(NotVisible):
        access.find_asked(stranger, row.pk)
    client = browse(colleague)
    assert case.number in client.get("/arbeit/stellungnahmen/").content.decode()
    client.post(f"/arbeit/stellungnahmen/{row.pk}/", {"verdict": "agree", "text": ""})
    row.refresh_from_db()
    assert row.status == "answered" and row.answered_by_name == "T. Kramer"
    assert client.get(f"/arbeit/vorgang/{case.pk}/").status_code == 404, "the case itself stays closed to her"
    assert client.get(f"/stellungnahme/{row.pk}/").status_code == 200
    assert CaseEvent.objects.filter(case=case, kind="statement_received").count() == 1


def test_a_case_without_that_step_asks_by_hand(apply, make_actor, team, now, browse) -> None:  # noqa: F811
    clock.shift_to(now, real_start=clock.real_now())
    worker = make_actor("caseworker", team=team("finanzen"), name="S. Berger")
    case = apply("hundesteuer-anmeldung", actor=make_actor(name="Lena", assurance=4), now=now)
    client = browse(worker)
    address = f"/arbeit/vorgang/{case.pk}/stellungnahmen/"
    assert "Noch niemand" in client.get(address).content.decode()
    entered = {
        "name": "Tierheim", "email": "tierheim@stelle.example", "question": "Ist der Hund bekannt?", "silence": "continue",
        "due_day": "28", "due_month": "10", "due_year": "2025",
    }  # fmt: skip
    assert client.post(f"{address}erbitten/", {**entered, "email": "x"}).status_code == 422
    assert client.post(f"{address}erbitten/", entered).status_code == 302
    row = Statement.objects.get()
    assert (
        row.key is None
        and row.is_outside
        and "Eine Stellungnahme fehlt noch" in client.get(address).content.decode()
    )
    detail = f"/arbeit/stellungnahme/{row.pk}/"
    assert access.code_of(row.pk) not in client.get(detail).content.decode()
    assert access.code_of(row.pk) in client.get(f"{detail}?code=1").content.decode()
    client.post(detail, {"erinnern": "1"})
    client.post(detail, {"frist": "1", "due_day": "5", "due_month": "11", "due_year": "2025"})
    row.refresh_from_db()
    assert row.due_on == date(2025, 11, 5) and row.reminded_at is None
    client.post(detail, {"zuruecknehmen": "1"})
    row.refresh_from_db()
    assert row.status == "cancelled"


def test_the_directory_of_outside_bodies(mainz, make_actor, browse, now) -> None:  # noqa: F811
    clock.shift_to(now, real_start=clock.real_now())
    client = browse(make_actor("service_manager", name="M. Lenz"))
    page = "/arbeit/stellungnahmen/verzeichnis/"
    assert "Noch ist keine Stelle" in client.get(page).content.decode()
    wrong = client.post(f"{page}neu/", {"name": "Wasserwerk", "email": "wasser"})
    assert wrong.status_code == 422 and 'value="Wasserwerk"' in wrong.content.decode()
    entered = {"name": "Wasserwerk Süd", "email": "w@stelle.example", "active": "1"}
    assert client.post(f"{page}neu/", entered).status_code == 302
    assert client.post(f"{page}neu/", entered).status_code == 409, "once"
    row = Contact.objects.get()
    assert actions.contact_party(row.slug).email == "w@stelle.example"
    client.post(f"{page}{row.pk}/", {"name": "Wasserwerk", "email": "neu@stelle.example"})
    row.refresh_from_db()
    assert (row.name, row.email, row.active) == ("Wasserwerk", "neu@stelle.example", False)
    with pytest.raises(InvalidInput):
        actions.contact_party(row.slug)
    assert browse(make_actor("caseworker", name="X")).get(page).status_code == 403


def test_files_of_answers_go_with_the_case_unless_the_record_keeps_them(festival, now) -> None:
    from stadtkern.casework.cases.events import CaseErased
    from stadtkern.casework.cases.statements.receivers import erase_answers
    from stadtkern.foundation.files import api as files

    worker, case = festival
    kept, loose = (
        files.store(_png(), name=f"{name}.png", max_bytes=9_999, purpose="case-statement", now=now).id
        for name in ("akte", "lose")
    )
    row_id = actions.request_statement(
        actor=worker, case=case, party=actions.contact_party("polizei"), inquiry=inquiry(), now=now
    )
    row = Statement.objects.get(pk=row_id)
    actions.answer(
        actor=access_guest(row),
        statement_id=row.pk,
        verdict="agree",
        text="",
        file_ids=[kept],
        by_name="A",
        now=now,
    )
    Statement.objects.filter(pk=row.pk).update(answer_file_ids=[kept, loose])
    erase_answers(
        CaseErased(case_id=case.pk, service_slug=case.service_slug, record_id=case.record_id, at=now)
    )
    assert [info.id for info in files.infos([kept, loose])] == [kept]
