"""What was kept long enough is erased, and only that: time moves, holds and objections stop it, a proof stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.appointments.models import Booking, Slot
from stadtkern.casework.cases import actions, commands, jobs, retention, rules
from stadtkern.casework.cases.models import Case, CaseEvent, Message, PostBoxItem
from stadtkern.casework.forms.models import Submission
from stadtkern.foundation.audit.models import Entry
from stadtkern.foundation.files.models import StoredFile
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(apply: Any, make_actor: Any, team: Any, now: datetime) -> Any:
    """A resident whose application was refused, and the two who did it."""
    clock.shift_to(now, real_start=clock.real_now())
    resident = make_actor(name="Lena Becker", assurance=4)
    worker = make_actor("caseworker", team=team("finanzen"), name="S. Berger")
    case = apply("hundesteuer-anmeldung", actor=resident, now=now)
    actions.take(actor=worker, case_id=case.pk, revision=None, now=now)
    actions.send_message(actor=worker, case_id=case.pk, text="Guten Tag", now=now)
    actions.propose_decision(
        actor=worker, case_id=case.pk, kind="refuse", text="Wir lehnen ab\n\nGuten Tag", reason="Weil.", block_ids=[],
        fee_cents=0, delivery="online", revision=None, now=now,
    )  # fmt: skip
    case.refresh_from_db()
    assert case.state == "decided"
    return resident, worker, case


def end_of(case: Case) -> datetime:
    """The first moment after the retention."""
    assert case.retain_until_on is not None
    return datetime.combine(case.retain_until_on, datetime.min.time(), tzinfo=clock.ZONE)


def test_the_end_is_the_new_year_after_the_years_of_the_service() -> None:
    assert rules.retain_until(date(2025, 1, 1), 10) == date(2036, 1, 1)
    assert rules.retain_until(date(2025, 12, 31), 0) == date(2026, 1, 1)


def test_a_case_lives_to_the_last_day_and_then_nothing_of_it_is_left(world: Any) -> None:
    _, _, case = world
    end = end_of(case)
    assert retention.run(end - timedelta(seconds=1))["cases"] == 0
    assert Case.objects.filter(pk=case.pk).exists()
    assert retention.run(end)["cases"] == 1
    for model, field in (
        (Case, "pk"),
        (CaseEvent, "case_id"),
        (Message, "case_id"),
        (PostBoxItem, "case_id"),
    ):
        assert not model.objects.filter(**{field: case.pk}).exists(), model
    assert not Submission.objects.filter(pk=case.root_submission_id).exists()
    assert retention.run(end)["cases"] == 0


def test_a_proof_stays_without_a_name(world: Any) -> None:
    _, _, case = world
    retention.run(end_of(case))
    proof = Entry.objects.get(action="cases.erased", object_id=case.pk)
    assert proof.retention == "permanent"
    assert proof.details is not None
    assert proof.details["retained_until"] == str(case.retain_until_on)
    assert "Becker" not in str(proof.details)
    assert Entry.objects.filter(action="cases.decided", object_id=case.pk).exists()  # by its own class


def test_files_go_but_documents_of_the_record_stay_with_it(world: Any, now: datetime) -> None:
    from stadtkern.casework.records import api as records
    from stadtkern.foundation.files import api as files

    resident, _, case = world
    loose = files.store(
        b"%PDF-1.4 x", name="anlage.pdf", max_bytes=99, purpose="message", now=now, trusted=True
    )
    actions.send_message(actor=resident, case_id=case.pk, text="Anbei", file_ids=[loose.id], now=now)
    filed = {document.file_id for document in records.contents(case.record_id).documents}
    assert loose.id not in filed
    retention.run(end_of(case))
    assert not StoredFile.objects.filter(pk=loose.id).exists()
    assert StoredFile.objects.filter(pk__in=filed).count() == len(filed) > 0


def test_uploads_of_an_application_without_record_are_erased(
    apply: Any, make_actor: Any, now: datetime
) -> None:
    from stadtkern.casework.forms import api as forms

    clock.shift_to(now, real_start=clock.real_now())
    case = apply("sondernutzung-strassenfest", actor=make_actor(assurance=4), now=now)
    sent = forms.submission(case.root_submission_id).file_ids
    assert StoredFile.objects.filter(pk__in=sent).count() == len(sent) > 0
    forms.erase_chain(case.root_submission_id)
    assert not StoredFile.objects.filter(pk__in=sent).exists()


def test_a_hold_needs_a_reason_and_stops_the_erasure(world: Any, now: datetime) -> None:
    _, worker, case = world
    with pytest.raises(InvalidInput):
        actions.hold(actor=worker, case_id=case.pk, reason=" ", revision=None, now=now)
    actions.hold(actor=worker, case_id=case.pk, reason="Klage", revision=None, now=now)
    end = end_of(case)
    assert retention.run(end)["cases"] == 0
    assert retention.plan(end).stopped == {"hold": 1, "objection": 0}
    actions.lift_hold(actor=worker, case_id=case.pk, revision=None, now=now)
    assert retention.run(end)["cases"] == 1


def test_an_open_objection_stops_it_and_both_go_together(world: Any, now: datetime) -> None:
    resident, _, case = world
    objection = actions.object_to_decision(actor=resident, case_id=case.pk, text="Nein", now=now)
    end = end_of(case)
    assert retention.run(end)["cases"] == 0
    assert retention.plan(end).stopped == {"hold": 0, "objection": 1}
    later = now + timedelta(days=800)
    actions.withdraw(actor=resident, case_id=objection, reason="", now=later)
    assert retention.run(end)["cases"] == 0, "the objection must be kept longer than the case"
    assert retention.run(end_of(Case.objects.get(pk=objection)))["cases"] == 1
    assert not Case.objects.exists()


def test_reopening_ends_the_retention(world: Any, now: datetime) -> None:
    _, worker, case = world
    end = end_of(case)
    actions.reopen_case(actor=worker, case_id=case.pk, reason="§ 48 VwVfG", revision=None, now=now)
    assert Case.objects.get(pk=case.pk).retain_until_on is None
    assert retention.run(end)["cases"] == 0


def test_what_changes_between_plan_and_erasure_is_seen(world: Any, now: datetime) -> None:
    _, worker, case = world
    end = end_of(case)
    actions.hold(actor=worker, case_id=case.pk, reason="Klage", revision=None, now=now)
    assert actions.erase_case(actor=worker, case_id=case.pk, today=end.date(), now=end) is False


def test_bookings_are_forgotten_ninety_days_after_the_appointment(world: Any, now: datetime) -> None:
    from stadtkern.foundation.organizations.models import Office

    resident, _, case = world
    slot = Slot.objects.create(
        office=Office.objects.get(slug="finanzen"), starts_at=now, ends_at=now + timedelta(minutes=20)
    )
    appointments.book(actor=resident, slot_id=slot.pk, case_id=case.pk, name="Lena Becker", now=now)
    over = slot.ends_at + appointments.KEPT
    assert retention.run(over)["bookings"] == 0
    assert [item.kind for item in retention.plan(over + timedelta(seconds=1)).items] == ["bookings"]
    assert retention.run(over + timedelta(seconds=1))["bookings"] == 1
    assert not Booking.objects.exists()


def test_records_of_logins_are_forgotten_after_half_a_year(make_actor: Any) -> None:
    from stadtkern.foundation.accounts.models import LoginRecord

    account = make_actor().account_id
    for days in (1, 179, 181):
        LoginRecord.objects.create(
            account_id=account, at=clock.real_now() - timedelta(days=days), method="password", assurance=1
        )
    assert retention.old_logins() == 1
    assert retention.forget_logins() == 1
    assert LoginRecord.objects.count() == 2


def test_the_dry_run_lists_and_changes_nothing(world: Any, now: datetime) -> None:
    _, _, case = world
    clock.shift_to(end_of(case), real_start=clock.real_now())
    answer = commands.work(tenant="mainz", dry_run=True)
    (mainz,) = answer["tenants"]
    assert answer["dry_run"] is True
    assert mainz["counts"]["cases"] == 1
    assert {
        "kind": "cases",
        "id": str(case.pk),
        "since": str(case.retain_until_on),
        "reference": case.number,
    } in mainz["items"]
    assert Case.objects.filter(pk=case.pk).exists()
    assert commands.work(tenant="mainz", dry_run=False)["tenants"][0]["counts"]["cases"] == 1
    assert not Case.objects.filter(pk=case.pk).exists()


def test_the_nightly_job_does_it_and_one_failure_does_not_stop_the_others(
    world: Any, apply: Any, monkeypatch: Any, now: datetime
) -> None:
    resident, _, case = world
    other = apply("hundesteuer-anmeldung", actor=resident, now=now, key="2")
    actions.withdraw(actor=resident, case_id=other.pk, reason="", now=now)
    real = retention.disposal.erase_case

    def fails(**arguments: Any) -> bool:
        if arguments["case_id"] == case.pk:
            raise OSError("disk")
        return real(**arguments)

    monkeypatch.setattr(retention.disposal, "erase_case", fails)
    with pytest.raises(RuntimeError, match="1 of 2"):
        jobs.erase_what_is_over(now=end_of(case) + timedelta(days=4000))
    assert list(Case.objects.values_list("pk", flat=True)) == [case.pk]


def test_another_municipality_is_not_touched(world: Any, bodenheim: Any) -> None:
    from stadtkern.foundation.tenancy import api as tenancy

    _, _, case = world
    with tenancy.act_for(bodenheim.pk):
        assert retention.run(end_of(case))["cases"] == 0
    assert Case.objects.filter(pk=case.pk).exists()
