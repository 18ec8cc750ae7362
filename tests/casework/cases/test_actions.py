"""From application to decision, objection and record: effects, rights, conflicts."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from stadtkern.casework.cases import actions, policies
from stadtkern.casework.cases.errors import (
    BlockedByChecks,
    CaseChanged,
    PaymentMissing,
    ReasonMissing,
    SecondPersonNeeded,
)
from stadtkern.casework.cases.models import Case, CaseEvent, Decision, PostBoxItem
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes.api import MoveNotAllowed
from stadtkern.casework.records import api as records
from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(make_actor):
    return make_actor(name="Lena Becker", assurance=4)


@pytest.fixture
def caseworker(make_actor, team):
    return make_actor("caseworker", team=team("finanzen"), name="S. Berger")


@pytest.fixture
def dog(apply, resident, now):
    return apply("hundesteuer-anmeldung", actor=resident, now=now)


def settle_checks(case, actor, now):
    from stadtkern.casework.cases import queries

    for shown in queries.checks_of(case):
        if shown.blocks:
            actions.judge_check(
                actor=actor,
                case_id=case.pk,
                check_id=shown.check.id,
                ok=True,
                reason="geprüft",
                revision=None,
                now=now,
            )


def decide(case, actor, now, kind="grant", reason="", delivery="online", revision=None, fee_cents=0):
    return actions.propose_decision(
        actor=actor, case_id=case.pk, kind=kind, text="Bescheid\n\nGuten Tag,\n\nText.", reason=reason, block_ids=[],
        fee_cents=fee_cents, delivery=delivery, revision=revision, now=now,
    )  # fmt: skip


def test_an_application_becomes_a_case_with_number_deadline_team_and_record(dog, team):
    assert dog.number == "HA-2025-000001"
    assert dog.due_on == date(2025, 10, 28)  # ten working days after 14 October
    assert dog.team_id == team("finanzen").pk
    assert dog.state == "received"
    assert records.contents(dog.record_id).reference == dog.number
    assert PostBoxItem.objects.get(case=dog).kind == "receipt"


def test_numbers_have_no_gap_and_no_double(apply, resident, now):
    numbers = [apply("hundesteuer-anmeldung", actor=resident, now=now, key=str(i)).number for i in range(3)]
    assert numbers == ["HA-2025-000001", "HA-2025-000002", "HA-2025-000003"]


def test_sending_twice_opens_one_case(apply, resident, now):
    first = apply("hundesteuer-anmeldung", actor=resident, now=now, key="same")
    assert apply("hundesteuer-anmeldung", actor=resident, now=now, key="same").pk == first.pk
    assert Case.objects.count() == 1


def test_nobody_outside_the_responsibility_sees_the_case(dog, make_actor, team):
    others = [
        make_actor("caseworker", team=team("sondernutzung")),
        make_actor("service_manager"),
        make_actor("administrator"),
        make_actor("counter"),
        make_actor(),
    ]
    for actor in others:
        with pytest.raises(NotVisible):
            policies.find(actor, dog.pk)


def test_an_auditor_reads_and_does_not_work(dog, make_actor, now):
    auditor = make_actor("auditor")
    assert policies.find(auditor, dog.pk) == dog
    with pytest.raises(NotAllowed):
        actions.take(actor=auditor, case_id=dog.pk, revision=None, now=now)


def test_two_caseworkers_cannot_overwrite_each_other(dog, caseworker, make_actor, team, now):
    second = make_actor("caseworker", team=team("finanzen"))
    seen = dog.revision
    actions.take(actor=caseworker, case_id=dog.pk, revision=seen, now=now)
    with pytest.raises(CaseChanged):
        actions.take(actor=second, case_id=dog.pk, revision=seen, now=now)
    dog.refresh_from_db()
    assert dog.assignee_id == caseworker.account_id


def test_asking_back_pauses_and_the_answer_resumes_the_deadline(dog, caseworker, resident, now):
    actions.take(actor=caseworker, case_id=dog.pk, revision=None, now=now)
    actions.ask_applicant(
        actor=caseworker, case_id=dog.pk, text="Bitte die Chipnummer.", answer_by_on=date(2025, 10, 31), pause=True,
        legal_basis="§ 26 VwVfG", revision=None, now=now + timedelta(days=1),
    )  # fmt: skip
    dog.refresh_from_db()
    assert dog.state == "waiting_for_applicant"
    actions.answer_request(actor=resident, case_id=dog.pk, text="276098", now=now + timedelta(days=8))
    dog.refresh_from_db()
    assert dog.state == "in_review"
    assert dog.due_on == date(2025, 11, 4)  # the five working days from 15 to 21 October do not count
    with pytest.raises(Conflict):
        actions.answer_request(actor=resident, case_id=dog.pk, text="noch einmal", now=now)


def test_an_amendment_through_an_interface_is_in_the_public_timeline_as_one_of_the_pages(dog, resident, now):
    from stadtkern.casework.forms import api as forms

    values = json.loads(json.dumps(dict(forms.submission(dog.submission_id).values)))
    values["G17000000010"]["F17000000015"] = "06131 000-9999"
    sent = forms.amend_submission(actor=resident, submission_id=dog.submission_id, values=values, now=now)
    dog.refresh_from_db()
    assert dog.submission_id == sent.id
    line = CaseEvent.objects.get(case=dog, kind="applicant_corrected")
    assert line.public and line.data["new"] == str(sent.id)


def test_a_positive_decision_needs_settled_checks(apply, make_actor, resident, team, now):
    case = apply("hundesteuer-anmeldung", actor=resident, now=now, sample="sample-problem.json")
    worker = make_actor("caseworker", team=team("finanzen"))
    actions.take(actor=worker, case_id=case.pk, revision=None, now=now)
    with pytest.raises(BlockedByChecks):
        decide(case, worker, now)
    settle_checks(case, worker, now)
    decide(case, worker, now)


def test_a_refusal_needs_a_reason(dog, caseworker, now):
    actions.take(actor=caseworker, case_id=dog.pk, revision=None, now=now)
    with pytest.raises(ReasonMissing):
        decide(dog, caseworker, now, kind="refuse")
    assert not Decision.objects.exists()


def test_a_decision_is_filed_delivered_and_can_be_objected_to(dog, caseworker, resident, now):
    actions.take(actor=caseworker, case_id=dog.pk, revision=None, now=now)
    settle_checks(dog, caseworker, now)
    decide(dog, caseworker, now)
    decision = Decision.objects.get()
    assert decision.released_at == now
    assert decision.notified_on == date(2025, 10, 18)
    assert decision.objection_until_on == date(2025, 11, 18)
    assert files.read(decision.file_id).startswith(b"%PDF")
    assert any(document.kind == "decision" for document in records.contents(dog.record_id).documents)
    linked = actions.object_to_decision(
        actor=resident, case_id=dog.pk, text="Mein Hund ist ein Welpe.", now=now
    )
    assert Case.objects.get(pk=linked).parent_id == dog.pk
    with pytest.raises(Conflict):
        actions.object_to_decision(actor=resident, case_id=dog.pk, text="noch einmal", now=now)


def test_four_eyes_the_proposer_cannot_release(apply, make_actor, resident, team, now):
    case = apply("sondernutzung-strassenfest", actor=resident, now=now)
    first = make_actor("caseworker", team=team("sondernutzung"))
    second = make_actor("team_lead", team=team("sondernutzung"))
    actions.take(actor=first, case_id=case.pk, revision=None, now=now)
    settle_checks(case, first, now)
    decision_id = decide(case, first, now)
    case.refresh_from_db()
    assert case.state == "awaiting_second"
    with pytest.raises(SecondPersonNeeded):
        actions.release_decision(
            actor=first, case_id=case.pk, decision_id=decision_id, revision=None, now=now
        )
    actions.release_decision(actor=second, case_id=case.pk, decision_id=decision_id, revision=None, now=now)
    case.refresh_from_db()
    assert case.state == "decided"


def test_a_letter_goes_to_the_print_queue(dog, caseworker, now):
    from stadtkern.foundation.notifications import api as notifications

    actions.take(actor=caseworker, case_id=dog.pk, revision=None, now=now)
    settle_checks(dog, caseworker, now)
    decide(dog, caseworker, now, delivery="letter")
    assert len(notifications.waiting_letters()) == 1


def test_a_fee_before_processing_must_be_paid(apply, make_actor, resident, team, now):
    case = apply("bewohnerparkausweis", actor=resident, now=now)
    (charge,) = payments.charges_of(case.pk)
    worker = make_actor("caseworker", team=team("bewohnerparken"))
    actions.take(actor=worker, case_id=case.pk, revision=None, now=now)
    settle_checks(case, worker, now)
    with pytest.raises(PaymentMissing):
        decide(case, worker, now)
    actions.settle_payment(actor=worker, charge_id=charge.id, case_id=case.pk, now=now)
    decide(case, worker, now)
    assert CaseEvent.objects.filter(case=case, kind="paid", public=True).count() == 1


def test_a_withdrawn_case_is_closed_and_stays_closed(dog, resident, caseworker, now):
    actions.withdraw(actor=resident, case_id=dog.pk, reason="", now=now)
    dog.refresh_from_db()
    assert (dog.state, dog.state_kind, dog.due_on) == ("withdrawn", "closed", None)
    with pytest.raises(MoveNotAllowed):
        actions.withdraw(actor=resident, case_id=dog.pk, reason="", now=now)


def test_another_resident_cannot_touch_the_case(dog, make_actor, now):
    stranger = make_actor()
    for attempt in (
        lambda: actions.withdraw(actor=stranger, case_id=dog.pk, reason="", now=now),
        lambda: actions.answer_request(actor=stranger, case_id=dog.pk, text="x", now=now),
        lambda: actions.send_message(actor=stranger, case_id=dog.pk, text="x", now=now),
        lambda: actions.object_to_decision(actor=stranger, case_id=dog.pk, text="x", now=now),
    ):
        with pytest.raises(NotVisible):
            attempt()


def test_after_closing_nothing_can_be_filed(dog, caseworker, now):
    actions.take(actor=caseworker, case_id=dog.pk, revision=None, now=now)
    settle_checks(dog, caseworker, now)
    decide(dog, caseworker, now)
    actions.close_case(actor=caseworker, case_id=dog.pk, revision=None, now=now)
    record = records.contents(dog.record_id)
    assert record.closed_at == now
    assert record.retention_until_on == date(2036, 1, 1)
    with pytest.raises(records.RecordClosed):
        records.file_document(
            record_id=dog.record_id,
            title="x",
            kind="x",
            direction="in",
            file_id=dog.pk,
            sha256="0" * 64,
            now=now,
        )


def test_a_colleague_who_was_asked_sees_this_case_only(apply, resident, make_actor, caseworker, team, now):
    asked, other = (apply("hundesteuer-anmeldung", actor=resident, now=now, key=k) for k in "ab")
    colleague = make_actor("caseworker", team=team("sondernutzung"))
    actions.ask_colleague(
        actor=caseworker,
        case_id=asked.pk,
        account_id=colleague.account_id,
        question="Ist die Straße frei?",
        now=now,
    )
    assert list(policies.visible_to(colleague)) == [asked]
    with pytest.raises(NotAllowed):
        actions.take(actor=colleague, case_id=asked.pk, revision=None, now=now)
    actions.give_statement(actor=colleague, case_id=asked.pk, text="Ja.", now=now)
    assert other.pk != asked.pk


def test_the_receipt_job_files_receipt_data_and_uploads_once(apply, resident, now):
    from stadtkern.casework.cases.jobs import file_receipt

    case = apply("hundesteuer-anmeldung", actor=resident, now=now, sample="sample-problem.json")
    for _ in range(2):
        file_receipt(tenant_id=str(case.tenant_id), case_id=str(case.pk))
    kinds = [document.kind for document in records.contents(case.record_id).documents]
    assert kinds.count("receipt") == 1
    assert kinds.count("application") == 1
    assert PostBoxItem.objects.get(case=case, kind="receipt").file_id is not None
