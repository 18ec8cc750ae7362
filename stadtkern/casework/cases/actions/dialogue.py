"""Between applicant and office: ask, answer, write, withdraw, object."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.cases import objection, records
from stadtkern.casework.cases.actions.common import (
    author_of,
    lock_for_applicant,
    lock_for_work,
    move,
    procedure_of,
    put_into_post_box,
    save,
    subject_of,
    write_history,
)
from stadtkern.casework.cases.actions.deadlines import begin_pause, end_pause
from stadtkern.casework.cases.actions.opening import next_number
from stadtkern.casework.cases.errors import ObjectionTooLate
from stadtkern.casework.cases.events import CaseOpened
from stadtkern.casework.cases.models import Case, Decision, Message, PostBoxItem, Request
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel import clock, events
from stadtkern.kernel.errors import Conflict, InvalidInput


@transaction.atomic
def ask_applicant(
    *,
    actor: Actor,
    case_id: UUID,
    text: str,
    answer_by_on: date,
    pause: bool,
    legal_basis: str,
    revision: int | None,
    now: datetime,
    paths: Sequence[str] = (),
) -> UUID:
    """Ask the applicant for what is missing; with ``pause`` the deadline stands still until she answers."""
    case = lock_for_work(actor, case_id, revision)
    if not text.strip():
        raise InvalidInput("Bitte schreiben Sie, was fehlt.", message_en="Please write what is missing.")
    if answer_by_on <= clock.local(now).date():
        raise InvalidInput(
            "Der Antworttermin muss in der Zukunft liegen.", message_en="The date must be in the future."
        )
    move(case, "ask_applicant", actor=actor, now=now)
    try:
        with transaction.atomic():
            request = Request.objects.create(
                case=case,
                text=text.strip(),
                paths=list(paths),
                answer_by_on=answer_by_on,
                asked_at=now,
                old_submission_id=case.submission_id,
            )
    except IntegrityError as error:
        raise Conflict("Zu diesem Vorgang ist schon eine Nachforderung offen.") from error
    if pause:
        begin_pause(case, reason="Unterlagen nachgefordert", legal_basis=legal_basis, now=now)
    save(case)
    write_history(
        case, "applicant_asked", actor=actor, now=now, public=True,
        data={"request": str(request.pk), "text": text.strip(), "by_on": answer_by_on.isoformat(), "pause": pause},
    )  # fmt: skip
    title = "We need something from you" if case.language == "en" else "Wir brauchen noch etwas von Ihnen"
    put_into_post_box(case, kind="request", title=title, now=now)
    return request.pk


@transaction.atomic
def answer_request(
    *, actor: Actor, case_id: UUID, text: str, now: datetime, file_ids: Sequence[UUID] = ()
) -> None:
    """The applicant answers in words and files, without changing the application; the deadline runs again."""
    case = lock_for_applicant(actor, case_id)
    if not text.strip() and not file_ids:
        raise InvalidInput("Bitte schreiben Sie eine Antwort oder fügen Sie eine Datei bei.")
    Message.objects.create(
        case=case,
        direction=Message.Direction.FROM_APPLICANT,
        text=text.strip(),
        author_name=author_of(case, actor),
        sent_at=now,
        file_ids=list(file_ids),
    )
    for file_id in file_ids:
        records.file_stored(
            case, file_id, title="Nachgereichte Unterlage", kind="evidence", direction="in", now=now
        )
    _answered(actor, case, text=text, new_submission_id=None, now=now)


@transaction.atomic
def take_amendment(*, actor: Actor, root_submission_id: UUID, submission_id: UUID, now: datetime) -> None:
    """The applicant sent a new version of her application: it replaces the one under review, the old one is kept."""
    rows = Case.objects.select_for_update(no_key=True)
    case = rows.filter(root_submission_id=root_submission_id, parent=None).first()
    if case is None:
        raise LookupError(f"no case of submission {root_submission_id}")
    old, case.submission_id = case.submission_id, submission_id
    for file_id in forms.submission(submission_id).file_ids:
        records.file_stored(
            case, file_id, title="Nachgereichte Unterlage", kind="evidence", direction="in", now=now
        )
    if Request.objects.filter(case=case, answered_at__isnull=True).exists():
        _answered(actor, case, text="", new_submission_id=submission_id, now=now)
        _new_facts(case, actor=actor, now=now)
        return
    save(case)
    _new_facts(case, actor=actor, now=now)
    data = {"old": str(old), "new": str(submission_id)}
    write_history(case, "applicant_corrected", actor=actor, now=now, public=True, data=data)


def _new_facts(case: Case, *, actor: Actor, now: datetime) -> None:
    """The process goes on with what the application says now."""
    facts = forms.facts(case.submission_id)
    processes.set_variables(subject=subject_of(case), variables=facts, actor=actor, now=now)


def _answered(actor: Actor, case: Case, *, text: str, new_submission_id: UUID | None, now: datetime) -> None:
    request = Request.objects.select_for_update().filter(case=case, answered_at__isnull=True).first()
    if request is None:
        raise Conflict("Zu diesem Vorgang ist keine Frage offen.", message_en="There is no open question.")
    request.answered_at, request.answer_text, request.new_submission_id = now, text.strip(), new_submission_id
    request.save()
    end_pause(case, now=now)
    move(case, "answer", actor=actor, now=now)
    save(case)
    write_history(
        case, "applicant_answered", actor=actor, now=now, public=True, data={"request": str(request.pk)}
    )


@transaction.atomic
def send_message(
    *, actor: Actor, case_id: UUID, text: str, now: datetime, file_ids: Sequence[UUID] = ()
) -> None:
    """A message from the office to the applicant, or the other way round (by who acts)."""
    own = actor.kind in ("resident", "guest")
    case = lock_for_applicant(actor, case_id) if own else lock_for_work(actor, case_id, None)
    if not text.strip() or len(text) > 20_000:
        raise InvalidInput("Bitte schreiben Sie eine Nachricht (höchstens 20.000 Zeichen).")
    direction = Message.Direction.FROM_APPLICANT if own else Message.Direction.TO_APPLICANT
    Message.objects.create(
        case=case,
        direction=direction,
        text=text.strip(),
        author_name=author_of(case, actor) if own else actor.name,
        sent_at=now,
        file_ids=list(file_ids),
    )
    write_history(case, "message", actor=actor, now=now, public=True, data={"message": direction})
    if not own:
        title = "Message about your case" if case.language == "en" else "Nachricht zu Ihrem Vorgang"
        put_into_post_box(case, kind="message", title=title, now=now)


@transaction.atomic
def withdraw(*, actor: Actor, case_id: UUID, reason: str, now: datetime) -> None:
    """The applicant takes her application back."""
    case = lock_for_applicant(actor, case_id)
    move(case, "withdraw", actor=actor, now=now)
    Request.objects.filter(case=case, answered_at__isnull=True).update(answered_at=now)
    end_pause(case, now=now)
    case.due_on = None
    save(case)
    write_history(case, "withdrawn", actor=actor, now=now, public=True, data={"reason": reason.strip()})


@transaction.atomic
def object_to_decision(*, actor: Actor, case_id: UUID, text: str, now: datetime) -> UUID:
    """Object to the decision of a case (Widerspruch, §§ 68 ff. VwGO): a linked case of its own. Returns its id.

    A late objection is accepted and marked late: the office judges it (reinstatement, § 60 VwGO).
    """
    case = lock_for_applicant(actor, case_id)
    decision = Decision.objects.filter(case=case, released_at__isnull=False).order_by("-released_at").first()
    if decision is None or not procedure_of(case).texts.objection or case.parent_id is not None:
        raise ObjectionTooLate()
    if not text.strip():
        raise InvalidInput("Bitte schreiben Sie, womit Sie nicht einverstanden sind.")
    if case.linked.filter(state_kind__in=["open", "waiting"]).exists():
        raise Conflict(
            "Ihr Widerspruch liegt uns schon vor.", message_en="Your objection is already with us."
        )
    today = clock.local(now).date()
    late = decision.objection_until_on is not None and today > decision.objection_until_on
    version_id = processes.keep(objection.package(), now=now)
    procedure = processes.procedure(version_id)
    linked = Case.objects.create(
        number=next_number("WS", today.year),
        service_slug=case.service_slug,
        service_title=f"Widerspruch: {case.service_title}",
        process_version_id=version_id,
        submission_id=case.submission_id,
        root_submission_id=case.root_submission_id,
        channel="online",
        parent=case,
        office_id=case.office_id,
        team_id=case.team_id,
        applicant_id=case.applicant_id,
        business_id=case.business_id,
        applicant_name=case.applicant_name,
        applicant_address=case.applicant_address,
        applicant_email=case.applicant_email,
        language=case.language,
        received_at=now,
        due_on=objection.due_on(procedure, today),
    )
    processes.start(subject=subject_of(linked), version_id=version_id, facts={}, actor=actor, now=now)
    linked.record_id = records.open_for(linked, procedure, now=now)
    linked.save(update_fields=["record_id"])
    Message.objects.create(
        case=linked,
        direction=Message.Direction.FROM_APPLICANT,
        text=text.strip(),
        author_name=author_of(case, actor),
        sent_at=now,
    )
    data = {"parent": case.number, "late": late}
    write_history(linked, "objection_received", actor=actor, now=now, public=True, data=data)
    write_history(case, "objected", actor=actor, now=now, public=True, data={"number": linked.number})
    title = "We have received your objection" if case.language == "en" else "Ihr Widerspruch ist eingegangen"
    put_into_post_box(linked, kind="receipt", title=title, now=now)
    events.publish(CaseOpened(case_id=linked.pk, service_slug="widerspruch", channel="online", at=now))
    return linked.pk


@transaction.atomic
def mark_read(*, actor: Actor, item_id: UUID, case_id: UUID, now: datetime) -> None:
    """The applicant opened something in her post box."""
    case = lock_for_applicant(actor, case_id, "receive")
    changed = PostBoxItem.objects.filter(pk=item_id, case=case, read_at__isnull=True).update(read_at=now)
    if changed:
        write_history(case, "post_read", actor=actor, now=now)
