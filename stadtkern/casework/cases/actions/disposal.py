"""The end of a case: a hold that keeps it, and erasure when its retention has ended."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.cases.actions.common import lock_for_work, save, subject_of, write_history
from stadtkern.casework.cases.events import CaseErased
from stadtkern.casework.cases.models import Case, Decision, Message, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.casework.records import api as record_room
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.kernel import events
from stadtkern.kernel.errors import InvalidInput


@transaction.atomic
def hold(*, actor: Actor, case_id: UUID, reason: str, revision: int | None, now: datetime) -> None:
    """Keep a case beyond its retention (a lawsuit, an audit; Art. 17 (3) (e) GDPR), with a reason."""
    case = lock_for_work(actor, case_id, revision)
    if not reason.strip():
        raise InvalidInput("Bitte begründen Sie die Löschsperre.", message_en="Please give a reason.")
    case.held_at, case.held_reason = case.held_at or now, reason.strip()[:500]
    save(case)
    write_history(case, "held", actor=actor, now=now, data={"reason": case.held_reason})


@transaction.atomic
def lift_hold(*, actor: Actor, case_id: UUID, revision: int | None, now: datetime) -> None:
    """The case follows its retention again."""
    case = lock_for_work(actor, case_id, revision)
    if case.held_at is None:
        return
    case.held_at, case.held_reason = None, ""
    save(case)
    write_history(case, "hold_lifted", actor=actor, now=now)


@transaction.atomic
def erase_case(*, actor: Actor, case_id: UUID, today: date, now: datetime) -> bool:
    """Erase a case with its objections, application, messages, fees and files; False if something stops it now.

    What stays: the entries of the audit log until their own class ends, one entry about the erasure itself for ever (ids
    and numbers only), and the documents that a record holds (the record has a disposal of its own).
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None or case.parent_id is not None:
        return False
    family = [*Case.objects.select_for_update().filter(parent=case).order_by("id"), case]
    if any(not is_due(each, today) for each in family):
        return False
    own = _own_files(family)
    filed = record_room.filed_among([*own, *_sent_files(case)])
    versions = forms.erase_chain(case.root_submission_id, keep_files=filed)
    for each in family:
        processes.erase(subject_of(each))
        appointments.erase_of_case(each.pk)
        payments.erase_of_case(each.pk)
        _leave_proof(actor, each, versions=versions, filed=len(filed), now=now)
        events.publish(
            CaseErased(case_id=each.pk, service_slug=each.service_slug, record_id=each.record_id, at=now)
        )
        each.delete()
    for file_id in sorted(own - filed):
        if file_id in {info.id for info in files.infos([file_id])}:
            files.delete(file_id)
    return True


def is_due(case: Case, today: date) -> bool:
    """Closed, its retention has ended, and nobody holds it."""
    ended = case.retain_until_on is not None and case.retain_until_on <= today
    return case.state_kind == Case.StateKind.CLOSED and ended and case.held_at is None


def _own_files(family: list[Case]) -> set[UUID]:
    """Files that belong to the cases themselves: letters, what lies in the post box, what came with messages."""
    found = set(Decision.objects.filter(case__in=family).values_list("file_id", flat=True))
    found |= set(PostBoxItem.objects.filter(case__in=family).values_list("file_id", flat=True))
    for ids in Message.objects.filter(case__in=family).values_list("file_ids", flat=True):
        found |= set(ids)
    return {file_id for file_id in found if file_id is not None}


def _sent_files(case: Case) -> set[UUID]:
    return {file_id for version in forms.chain(case.root_submission_id) for file_id in version.file_ids}


def _leave_proof(actor: Actor, case: Case, *, versions: int, filed: int, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="cases.erased",
        obj=("case", case.pk),
        details={
            "service": case.service_slug,
            "retained_until": str(case.retain_until_on),
            "versions": versions,
            "events": case.events.count(),
            "messages": case.messages.count(),
            "decisions": case.decisions.count(),
            "files_left_in_record": filed,
        },
        retention="permanent",
        now=now,
    )
