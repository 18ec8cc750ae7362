"""Decisions without a person: only where everything is clear; drawn, stopped or unclear cases stay with people."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from stadtkern.casework.cases import actions, automatic
from stadtkern.casework.cases.demo_samples import PACKAGES
from stadtkern.casework.cases.models import Case, CaseEvent, Decision
from stadtkern.casework.forms import api as forms
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.files import api as files
from stadtkern.foundation.jobs.testing import run_pending
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput

pytestmark = pytest.mark.django_db

CERTIFICATE, PARKING = "meldebescheinigung", "bewohnerparkausweis"
ANH = {
    "familienname": "Đặng", "vornamen": "Thị Ngọc Ánh", "geburtsdatum": "1994-08-21", "geburtsort": "Mainz",
    "strasse": "Buchbinderstraße", "hausnummer": "7", "plz": "55118", "ort": "Mainz", "hausnummernzusatz": None,
}  # fmt: skip
LUKASZ = {
    "familienname": "Ørsted", "vornamen": "Łukasz Jan", "geburtsdatum": "1979-11-30", "strasse": "Musterweg",
    "hausnummer": "3", "hausnummernzusatz": None, "plz": "55131", "ort": "Mainz", "hauptwohnung": True, "zone": "A",
    "antragsart": "verlaengerung", "ausweis_nr": "A-10234", "kennzeichen": "MZ-LO 7", "halter": "selbst",
}  # fmt: skip


@pytest.fixture
def online(city: Any, now: datetime) -> Any:
    """Both services online, the test registers connected, nobody drawn (unless a test says so)."""
    from stadtkern.casework.forms import demo as forms_demo
    from stadtkern.casework.processes.builtin import registers
    from stadtkern.casework.services import actions as services
    from stadtkern.foundation.organizations.models import Office, Team

    actor = system(city.pk)
    office = Office.objects.create(slug="buergeramt", name="Bürgeramt", address="Musterplatz 1\n55116 Mainz")
    Team.objects.create(slug="team-buergeramt", name="Team Bürgeramt", office=office)
    service_id = services.adopt(actor=actor, slug=CERTIFICATE, now=clock.now())
    services.publish(actor=actor, service_id=service_id, version=1, now=clock.now())
    forms_demo.load_package(CERTIFICATE)
    for name in ("melderegister", "bewohnerparkausweise"):
        source = registers._test_register(name)
        assert source is not None
        registers.register_source(name, source)
    yield city
    registers._sources.clear()


@pytest.fixture(autouse=True)
def nobody_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automatic, "is_drawn", lambda case_id, percent: percent == 100)


@pytest.fixture
def resident(make_actor: Any) -> Actor:
    actor: Actor = make_actor(name="Thị Ngọc Ánh Đặng", assurance=4)
    return actor


@pytest.fixture
def send(online: Any, resident: Actor, now: datetime) -> Any:
    """The sample of a service with other answers in it."""

    def sent(slug: str, answers: dict[str, Any]) -> Case:
        values = json.loads((PACKAGES / slug / "sample.json").read_text("utf-8"))
        aliases = json.loads((PACKAGES / slug / "rules.json").read_text("utf-8"))["aliases"]
        for alias, value in answers.items():
            *groups, name = aliases[alias].split("/")
            place = values
            for group in groups:
                place = place.setdefault(group, {})
            place.pop(name, None)
            if value is not None:
                place[name] = value
        info = forms.create_submission(actor=resident, service_slug=slug, values=values, now=now)
        return Case.objects.get(root_submission_id=info.id, parent=None)

    return sent


def test_a_clear_certificate_is_issued_without_a_person(send: Any) -> None:
    case = send(CERTIFICATE, ANH)
    assert processes.allowed(("case", case.pk)) == {"take", "withdraw"}, (
        "the person's task is there from the start"
    )
    run_pending()
    case.refresh_from_db()
    assert (case.state, case.state_kind) == ("decided", "closed") and case.decided_at is not None
    decision = Decision.objects.get()
    assert decision.automatic and decision.proposed_by is None and decision.released_at is not None
    assert "Automatisch geprüft wurde" in decision.reason and "§ 18 Abs. 1 BMG" in decision.reason
    assert {row.get("decision") for row in decision.proof} >= {
        "check_address_in_town",
        "check_purpose_matches",
    }
    assert processes.verify().discrepancies == ()
    assert decision.file_id is not None and files.info(decision.file_id).media_type == "application/pdf"


def test_the_letter_says_that_it_was_made_automatically(send: Any) -> None:
    import pypdfium2 as pdfium

    send(CERTIFICATE, ANH)
    run_pending()
    file_id = Decision.objects.get().file_id
    assert file_id is not None
    pages = pdfium.PdfDocument(files.read(file_id))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    assert "automatisch erlassen" in text and "Automatisch geprüft wurde" in text


@pytest.mark.parametrize(
    "answers",
    [
        {**ANH, "geburtsort": "Plzeň"},
        {**ANH, "hausnummernzusatz": "b"},
        {**ANH, "plz": "65183", "ort": "Wiesbaden"},
        {**ANH, "art": "aufenthalt", "zweck": "heirat"},
        {},
    ],
)
def test_what_is_not_clear_stays_with_a_person(
    send: Any, answers: dict[str, Any], now: datetime, online: Any
) -> None:
    case = send(CERTIFICATE, answers)
    run_pending()
    case.refresh_from_db()
    assert case.state == "received" and not Decision.objects.exists()
    assert processes.open_incidents() == []
    assert processes.allowed(("case", case.pk)) == {"take", "withdraw"}


def test_stopped_and_drawn_cases_go_to_a_person(send: Any, online: Any, now: datetime) -> None:
    actor = system(online.pk)
    automatic.change_setting(
        actor=actor, slug=CERTIFICATE, stopped=True, sample_percent=10, reason="Register gestört", now=now
    )
    stopped = send(CERTIFICATE, ANH)
    run_pending()
    automatic.change_setting(
        actor=actor, slug=CERTIFICATE, stopped=False, sample_percent=100, reason="Alles ansehen", now=now
    )
    drawn = send(CERTIFICATE, ANH)
    run_pending()
    why = {event.case_id: event.data["why"] for event in CaseEvent.objects.filter(kind="automatic_declined")}
    assert why == {stopped.pk: "stopped", drawn.pk: "sample"} and not Decision.objects.exists()
    with pytest.raises(InvalidInput):
        automatic.change_setting(
            actor=actor, slug=CERTIFICATE, stopped=False, sample_percent=0, reason="nie", now=now
        )


def test_a_person_who_was_faster_keeps_the_case(send: Any, online: Any, now: datetime) -> None:
    case = send(CERTIFICATE, ANH)
    actions.take(actor=system(online.pk), case_id=case.pk, revision=None, now=now)
    run_pending()
    case.refresh_from_db()
    assert case.state == "in_review" and not Decision.objects.exists()


def test_a_renewed_permit_waits_for_its_fee(send: Any, online: Any, now: datetime) -> None:
    case = send(PARKING, LUKASZ)
    run_pending()
    case.refresh_from_db()
    assert case.state == "received"
    for charge in payments.charges_of(case.pk):
        payments.invoice(actor=system(online.pk), charge_id=charge.id, now=now)
    run_pending()
    case.refresh_from_db()
    assert case.state == "decided" and Decision.objects.get().automatic


def test_the_draw_is_the_same_whenever_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    ids = [UUID(int=number * 2**64 + number) for number in range(5_000)]
    drawn = [automatic.is_drawn(each, 10) for each in ids]
    assert drawn == [automatic.is_drawn(each, 10) for each in ids]
    assert 400 < sum(drawn) < 600
    assert all(automatic.is_drawn(each, 100) for each in ids)
