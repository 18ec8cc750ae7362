"""The decision: proposed by one person, released by a second where the service demands it, delivered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.cases import letters, queries, records, rules
from stadtkern.casework.cases.actions.common import (
    lock_for_work,
    move,
    procedure_of,
    put_into_post_box,
    save,
    write_history,
)
from stadtkern.casework.cases.actions.deadlines import end_pause
from stadtkern.casework.cases.errors import BlockedByChecks, PaymentMissing, ReasonMissing, SecondPersonNeeded
from stadtkern.casework.cases.events import CaseDecided
from stadtkern.casework.cases.models import Case, Decision
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.casework.records import api as record_room
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.notifications import api as notifications
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock, events
from stadtkern.kernel.errors import Conflict, InvalidInput


@transaction.atomic
def propose_decision(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    text: str,
    reason: str,
    block_ids: Sequence[str],
    fee_cents: int,
    delivery: str,
    revision: int | None,
    now: datetime,
) -> UUID:
    """Decide, or propose the decision when a second person must release it. Returns the decision's id.

    Raises ``BlockedByChecks`` for a positive decision with open blocking checks, ``ReasonMissing`` for a burdening
    one without reason, ``PaymentMissing`` while a fee due before processing is open.
    """
    case = lock_for_work(actor, case_id, revision)
    procedure = procedure_of(case)
    facts = queries.facts_of(case)
    _judge(case, procedure, kind=kind, text=text, reason=reason, fee_cents=fee_cents)
    situation = move(case, "decide", actor=actor, now=now)
    second = "release" in situation.actions  # the process says whether a second person must look
    assert actor.account_id is not None
    decision = Decision.objects.create(
        case=case,
        kind=kind,
        text=text.strip(),
        reason=reason.strip(),
        block_ids=list(block_ids),
        remedy=processes.fill_text(procedure.texts.remedy, letters.context(case, facts))[0],
        fee_cents=fee_cents,
        delivery=delivery,
        proposed_by_id=actor.account_id,
        proposed_at=now,
        needs_release=second,
    )
    if second:
        save(case)
        write_history(
            case, "decision_proposed", actor=actor, now=now, data={"decision": str(decision.pk), "kind": kind}
        )
    else:
        deliver_decision(actor, case, decision, now=now)
    return decision.pk


@transaction.atomic
def release_decision(
    *, actor: Actor, case_id: UUID, decision_id: UUID, revision: int | None, now: datetime
) -> None:
    """Release a colleague's proposal (four eyes); raises ``SecondPersonNeeded`` for one's own."""
    case = lock_for_work(actor, case_id, revision)
    decision = _proposal(case, decision_id)
    if decision.proposed_by_id == actor.account_id:
        raise SecondPersonNeeded()
    move(case, "release", actor=actor, now=now)
    deliver_decision(actor, case, decision, now=now)


@transaction.atomic
def send_back(
    *, actor: Actor, case_id: UUID, decision_id: UUID, reason: str, revision: int | None, now: datetime
) -> None:
    """Give a proposal back with a reason."""
    case = lock_for_work(actor, case_id, revision)
    decision = _proposal(case, decision_id)
    if not reason.strip():
        raise InvalidInput(
            "Bitte schreiben Sie, was geändert werden soll.", message_en="Please say what to change."
        )
    decision.sent_back_reason = reason.strip()
    decision.save(update_fields=["sent_back_reason"])
    move(case, "send_back", actor=actor, now=now)
    save(case)
    write_history(case, "decision_sent_back", actor=actor, now=now, data={"reason": reason.strip()})


@transaction.atomic
def close_case(*, actor: Actor, case_id: UUID, revision: int | None, now: datetime) -> None:
    """Close a decided case: its record goes to the files (zdA)."""
    case = lock_for_work(actor, case_id, revision)
    move(case, "close", actor=actor, now=now)
    save(case)
    write_history(case, "closed", actor=actor, now=now, public=True)
    if case.record_id is not None:
        record_room.close_record(actor=actor, record_id=case.record_id, now=now)


@transaction.atomic
def reopen_case(*, actor: Actor, case_id: UUID, reason: str, revision: int | None, now: datetime) -> None:
    """Take a decided or closed case up again (§§ 48, 49, 51 VwVfG), with a reason."""
    case = lock_for_work(actor, case_id, revision)
    if not reason.strip():
        raise InvalidInput("Bitte begründen Sie die Wiederaufnahme.", message_en="Please give a reason.")
    move(case, "reopen", actor=actor, now=now)
    case.decided_at = None
    save(case)
    write_history(case, "reopened", actor=actor, now=now, public=True, data={"reason": reason.strip()})
    if case.record_id is not None:
        record_room.reopen_record(actor=actor, record_id=case.record_id, reason=reason.strip(), now=now)


def _judge(
    case: Case, procedure: processes.Procedure, *, kind: str, text: str, reason: str, fee_cents: int
) -> None:
    if kind not in procedure.texts.decision_kinds:
        raise InvalidInput("Diese Entscheidung sieht die Leistung nicht vor.")
    if not text.strip():
        raise InvalidInput("Der Text des Bescheids fehlt.", message_en="The text of the decision is missing.")
    if not 0 <= fee_cents <= 100_000_000:
        raise InvalidInput("Die Gebühr ist nicht plausibel.", message_en="The fee is not plausible.")
    if kind != Decision.Kind.GRANT and not reason.strip():
        raise ReasonMissing()
    if kind == Decision.Kind.GRANT:
        open_checks = [shown.check.id for shown in queries.checks_of(case) if shown.blocks]
        if open_checks:
            raise BlockedByChecks(extra={"checks": open_checks})
        due_first = procedure.texts.fee.when == "before_submit"
        if due_first and any(
            charge.is_open and charge.method != "INVOICE" for charge in payments.charges_of(case.pk)
        ):
            raise PaymentMissing()


def _proposal(case: Case, decision_id: UUID) -> Decision:
    decision = (
        Decision.objects.select_for_update()
        .filter(pk=decision_id, case=case, released_at__isnull=True, sent_back_reason="")
        .first()
    )
    if decision is None:
        raise Conflict(
            "Dieser Vorschlag ist nicht mehr offen.", message_en="This proposal is no longer open."
        )
    return decision


def deliver_decision(actor: Actor, case: Case, decision: Decision, *, now: datetime) -> None:
    """Fix the letter, file it, lay it into the post box or the print queue, charge the fee."""
    today = clock.local(now).date()
    decision.released_by_id, decision.released_at = actor.account_id, now
    decision.notified_on = rules.notified_on(today)
    decision.objection_until_on = rules.objection_until(decision.notified_on, organizations.current().state)
    if decision.fee_cents and procedure_of(case).texts.fee.when != "before_submit":
        payments.charge(
            actor=actor,
            case_id=case.pk,
            reference=f"{case.number}-B",
            purpose=f"{case.service_title}, {case.number}",
            amount_cents=decision.fee_cents,
            invoice=True,
            now=now,
        )
    pdf = letters.decision_pdf(case, decision, now=now)
    title = f"Bescheid {case.number}"
    decision.file_id = records.file_bytes(
        case, pdf, name=f"Bescheid-{case.number}.pdf", title=title, kind="decision", direction="out", now=now
    )
    decision.save()
    end_pause(case, now=now)
    case.decided_at = now
    save(case)
    data = {"kind": decision.kind, "decision": str(decision.pk), "delivery": decision.delivery}
    write_history(case, "decided", actor=actor, now=now, public=True, data=data)
    put_into_post_box(case, kind="decision", title=title, now=now, file_id=decision.file_id)
    if decision.delivery == Decision.Delivery.LETTER:
        recipient = f"{case.applicant_name}\n{case.applicant_address}"
        notifications.queue_letter(
            file_id=decision.file_id, recipient=recipient, reference=case.number, now=now
        )
    events.publish(CaseDecided(case_id=case.pk, service_slug=case.service_slug, kind=decision.kind, at=now))
