"""Caseworkers' everyday steps: take, assign, note, judge a check, ask a colleague, settle a payment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.cases import policies
from stadtkern.casework.cases.actions.common import (
    lock_for_work,
    move,
    procedure_of,
    save,
    subject_of,
    write_history,
)
from stadtkern.casework.cases.models import CheckVerdict, Message, Participation
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, NotAllowed
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel.errors import Conflict, InvalidInput


@transaction.atomic
def take(*, actor: Actor, case_id: UUID, revision: int | None, now: datetime) -> None:
    """Take a case into one's own work; a received one begins to be reviewed."""
    case = lock_for_work(actor, case_id, revision)
    case.assignee_id = actor.account_id
    if "take" in processes.allowed(subject_of(case)):
        move(case, "take", actor=actor, now=now)
    save(case)
    write_history(case, "taken", actor=actor, now=now, public=True)


@transaction.atomic
def assign(
    *, actor: Actor, case_id: UUID, account_id: UUID | None, revision: int | None, now: datetime
) -> None:
    """Give a case to a colleague, or back to the team (None)."""
    case = lock_for_work(actor, case_id, revision)
    case.assignee_id = account_id
    save(case)
    name = _name_of(account_id) if account_id else ""
    write_history(case, "assigned", actor=actor, now=now, data={"to": name})


@transaction.atomic
def hand_over(*, actor: Actor, case_id: UUID, team_id: UUID, revision: int | None, now: datetime) -> None:
    """Hand a case over to another team of the municipality; it then belongs to nobody in it yet."""
    case = lock_for_work(actor, case_id, revision)
    team = next((team for team in organizations.teams() if team.id == team_id), None)
    if team is None:
        raise InvalidInput("Bitte wählen Sie ein Team aus der Liste.", message_en="Please choose a team.")
    case.team_id, case.office_id, case.assignee_id = team.id, team.office_id, None
    save(case)
    write_history(case, "handed_over", actor=actor, now=now, data={"to": team.name})


def _name_of(account_id: UUID) -> str:
    person = accounts.account(account_id)
    return person.name if person else ""


@transaction.atomic
def add_note(*, actor: Actor, case_id: UUID, text: str, now: datetime) -> None:
    """An internal note (Vermerk)."""
    case = lock_for_work(actor, case_id, None)
    if not text.strip():
        raise InvalidInput("Der Vermerk ist leer.", message_en="The note is empty.")
    Message.objects.create(
        case=case, direction=Message.Direction.NOTE, text=text.strip(), author_name=actor.name, sent_at=now
    )
    write_history(case, "note", actor=actor, now=now)


@transaction.atomic
def judge_check(
    *, actor: Actor, case_id: UUID, check_id: str, ok: bool, reason: str, revision: int | None, now: datetime
) -> None:
    """Overrule a check, with a reason."""
    case = lock_for_work(actor, case_id, revision)
    if check_id not in {check.id for check in procedure_of(case).texts.checks}:
        raise InvalidInput("Diese Prüfung gibt es hier nicht.", message_en="There is no such check.")
    if not reason.strip():
        raise InvalidInput("Bitte begründen Sie Ihr Urteil.", message_en="Please give a reason.")
    CheckVerdict.objects.update_or_create(
        case=case,
        check_id=check_id,
        defaults={"ok": ok, "reason": reason.strip()[:500], "by_name": actor.name, "at": now},
    )
    save(case)
    write_history(
        case, "check_judged", actor=actor, now=now, data={"check": check_id, "ok": ok, "reason": reason}
    )


@transaction.atomic
def ask_colleague(*, actor: Actor, case_id: UUID, account_id: UUID, question: str, now: datetime) -> None:
    """Ask a member of staff of this municipality for a statement; she sees this one case."""
    case = lock_for_work(actor, case_id, None)
    if not question.strip():
        raise InvalidInput(
            "Bitte schreiben Sie, was Sie wissen möchten.", message_en="Please write your question."
        )
    try:
        with transaction.atomic():
            Participation.objects.create(
                case=case,
                account_id=account_id,
                question=question.strip(),
                asked_by_name=actor.name,
                asked_at=now,
            )
    except IntegrityError as error:
        raise Conflict("Diese Person ist schon gefragt worden und hat noch nicht geantwortet.") from error
    write_history(case, "colleague_asked", actor=actor, now=now, data={"to": _name_of(account_id)})


@transaction.atomic
def give_statement(*, actor: Actor, case_id: UUID, text: str, now: datetime) -> None:
    """Answer the question one was asked about a case."""
    case = policies.find(actor, case_id)
    asked = Participation.objects.select_for_update().filter(
        case=case, account_id=actor.key, answered_at__isnull=True
    )
    row = asked.first()
    if row is None:
        raise NotAllowed("Zu diesem Vorgang ist keine Frage an Sie offen.")
    if not text.strip():
        raise InvalidInput("Die Stellungnahme ist leer.", message_en="The statement is empty.")
    row.statement, row.answered_at = text.strip(), now
    row.save(update_fields=["statement", "answered_at"])
    write_history(case, "statement_given", actor=actor, now=now)


@transaction.atomic
def settle_payment(*, actor: Actor, charge_id: UUID, case_id: UUID, now: datetime) -> None:
    """The cash office's booking of an invoice, entered by the caseworker."""
    case = lock_for_work(actor, case_id, None)
    if charge_id not in {charge.id for charge in payments.charges_of(case.pk)}:
        raise InvalidInput("Diese Gebühr gehört nicht zu diesem Vorgang.")
    payments.invoice(actor=actor, charge_id=charge_id, now=now)
