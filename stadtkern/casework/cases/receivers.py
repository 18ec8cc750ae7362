"""Reactions to facts of lower rooms."""

from __future__ import annotations

from stadtkern.casework.cases import actions
from stadtkern.casework.cases.actions.common import locked, save, take_state, write_history
from stadtkern.casework.cases.jobs import fee_is_paid
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms.events import FormSubmitted, SubmissionAmended
from stadtkern.casework.payments.api import ChargeSettled
from stadtkern.casework.processes.events import SubjectLocking, SubjectMigrated, SubjectMoved
from stadtkern.foundation.access.api import system
from stadtkern.foundation.jobs import api as jobs
from stadtkern.kernel.events import subscribe


@subscribe(FormSubmitted)
def open_case_of_submission(event: FormSubmitted) -> None:
    """Every submission becomes a case, in the same transaction."""
    actions.open_case(actor=system(event.tenant_id), submission_id=event.submission_id, now=event.now)


@subscribe(SubmissionAmended)
def take_new_version(event: SubmissionAmended) -> None:
    """A new version of an application goes to its case."""
    actions.take_amendment(
        actor=system(event.tenant_id),
        root_submission_id=event.root_id,
        submission_id=event.submission_id,
        now=event.now,
    )


@subscribe(SubjectLocking)
def lock_before_the_process(event: SubjectLocking) -> None:
    """A case is locked before its process, whoever moves it (``processes.locking``)."""
    if event.subject_kind == "case":
        locked(event.subject_id)


@subscribe(SubjectMoved)
def follow_the_process(event: SubjectMoved) -> None:
    """A timer, an outside system or a task moved the process: the case is where its process is."""
    if event.subject_kind != "case":
        return
    case = locked(event.subject_id)
    if case is None or case.state == event.state:
        return
    take_state(case, event.state, now=event.at)
    save(case)
    write_history(case, "moved", actor=system(case.tenant_id), now=event.at, data={"target": event.state})


@subscribe(ChargeSettled)
def note_payment(event: ChargeSettled) -> None:
    """A paid fee is a line of the timeline."""
    case = Case.objects.filter(pk=event.case_id).first()
    if case is not None:
        actor = system(case.tenant_id)
        write_history(case, "paid", actor=actor, now=event.at, public=True)
        jobs.enqueue(fee_is_paid, case_id=case.pk)


@subscribe(SubjectMigrated)
def go_on_under_the_new_version(event: SubjectMigrated) -> None:
    """The process of a case moved to another version: texts, checks and letters are those of the new one."""
    if event.subject_kind != "case":
        return
    case = locked(event.subject_id)
    if case is None:
        return
    case.process_version_id = event.version_id
    if case.state != event.state:
        take_state(case, event.state, now=event.at)
    save(case)
    data = {"target": event.state, "version": str(event.version_id)}
    write_history(case, "migrated", actor=system(case.tenant_id), now=event.at, data=data)
