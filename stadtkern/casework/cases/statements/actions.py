"""Every write to statements. One action is one transaction and one audit entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.cases import downloads, queries, records
from stadtkern.casework.cases.actions.common import lock_for_work, save, subject_of, take_state, write_history
from stadtkern.casework.cases.models import Case
from stadtkern.casework.cases.statements import mails
from stadtkern.casework.cases.statements.errors import StatementClosed
from stadtkern.casework.cases.statements.models import Contact, Statement
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.jobs import api as jobs
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, InvalidInput, NotVisible

REMIND_BEFORE = timedelta(days=3)
MAX_PARTIES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who is asked: an office or a team of the house, or somebody outside with name and e-mail."""

    name: str
    office_id: UUID | None = None
    team_id: UUID | None = None
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is asked, what is shown for it, until when, and what silence means."""

    question: str
    due_on: date
    silence: str = Statement.Silence.NO_OBJECTION
    file_ids: tuple[UUID, ...] = ()
    groups: tuple[str, ...] = ()


def office_party(office_id: UUID) -> Party:
    """An office as a party; raises ``InvalidInput``."""
    found = next((office for office in organizations.offices() if office.id == office_id), None)
    if found is None:
        raise InvalidInput("Dieses Amt gibt es nicht.", message_en="There is no such office.")
    return Party(name=found.name, office_id=found.id)


def team_party(team_id: UUID) -> Party:
    """A team as a party; raises ``InvalidInput``."""
    found = next((team for team in organizations.teams() if team.id == team_id), None)
    if found is None:
        raise InvalidInput("Dieses Team gibt es nicht.", message_en="There is no such team.")
    return Party(name=found.name, team_id=found.id)


def contact_party(slug: str) -> Party:
    """An outside body of the directory as a party; raises ``InvalidInput``."""
    row = Contact.objects.filter(slug=slug, active=True).first()
    if row is None:
        raise InvalidInput(
            f"„{slug}“ steht nicht im Verzeichnis der Träger öffentlicher Belange.",
            message_en=f"“{slug}” is not in the directory of outside bodies.",
        )
    return Party(name=row.name, email=row.email)


@transaction.atomic
def consult(
    *,
    actor: Actor,
    case_id: UUID,
    parties: Sequence[Party],
    inquiry: Inquiry,
    revision: int | None,
    now: datetime,
) -> None:
    """Ask several parties at once. Where the process of the case provides for it, it asks them and waits for all."""
    case = lock_for_work(actor, case_id, revision)
    _judge(case, parties, inquiry, now=now)
    if "consult" not in processes.allowed(subject_of(case)):
        for party in parties:
            request_statement(actor=actor, case=case, party=party, inquiry=inquiry, now=now)
        return
    asked = [as_context(party, inquiry, actor) for party in parties]
    situation = processes.act(
        subject=subject_of(case), action="consult", data={"beteiligte": asked}, actor=actor, now=now
    )
    take_state(case, situation.state, now=now)
    save(case)


@transaction.atomic
def stop_waiting(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    """The process goes on without the statements that are still missing; they can come in all the same."""
    case = lock_for_work(actor, case_id, None)
    situation = processes.act(subject=subject_of(case), action="go_on", actor=actor, now=now)
    take_state(case, situation.state, now=now)
    save(case)
    write_history(case, "statements_left", actor=actor, now=now)


def as_context(party: Party, inquiry: Inquiry, actor: Actor) -> dict[str, Any]:
    """A request as a variable of the process; ``of_context`` of the connector reads it."""
    return {
        "name": party.name,
        "office": str(party.office_id or ""),
        "team": str(party.team_id or ""),
        "email": party.email,
        "question": inquiry.question.strip(),
        "due_on": inquiry.due_on,
        "silence": str(inquiry.silence),
        "files": [str(key) for key in inquiry.file_ids],
        "groups": list(inquiry.groups),
        "asked_by": str(actor.account_id or ""),
        "asked_by_name": actor.name,
    }


def _judge(case: Case, parties: Sequence[Party], inquiry: Inquiry, *, now: datetime) -> None:
    if case.state_kind == Case.StateKind.CLOSED:
        raise Conflict("Der Vorgang ist entschieden.", message_en="The case is decided.")
    if not parties:
        raise InvalidInput("Bitte wählen Sie, wen Sie fragen.", message_en="Please choose whom to ask.")
    if len(parties) > MAX_PARTIES:
        raise InvalidInput("Das sind zu viele Beteiligte.", message_en="Too many parties.")
    if not inquiry.question.strip() or len(inquiry.question) > 10_000:
        raise InvalidInput(
            "Bitte schreiben Sie, was Sie wissen möchten (höchstens 10.000 Zeichen).",
            message_en="Please write your question (at most 10,000 characters).",
        )
    if inquiry.due_on <= clock.local(now).date():
        raise InvalidInput(
            "Die Frist muss in der Zukunft liegen.", message_en="The date must be in the future."
        )
    if inquiry.silence not in Statement.Silence.values:
        raise InvalidInput(
            "Bitte wählen Sie, was ohne Antwort gilt.", message_en="Please choose what silence means."
        )
    if not set(inquiry.file_ids) <= downloads.all_files(case):
        raise NotVisible()
    if not set(inquiry.groups) <= set(group_names(case)):
        raise InvalidInput(
            "Diesen Teil des Antrags gibt es nicht.", message_en="No such part of the application."
        )


def group_names(case: Case) -> list[str]:
    """The parts of the application that may be released, by name."""
    return [name for name, _answers in queries.answers_of(case, "de", file_url="desk:file")]


@transaction.atomic
def request_statement(
    *,
    actor: Actor,
    case: Case,
    party: Party,
    inquiry: Inquiry,
    now: datetime,
    key: str | None = None,
    asked_by: tuple[UUID | None, str] | None = None,
) -> UUID:
    """Ask one party (once per ``key``) and tell it by mail. Returns the statement's id."""
    if key is not None and (known := Statement.objects.filter(key=key).values_list("pk", flat=True).first()):
        return known
    by_id, by_name = asked_by or (actor.account_id, actor.name)
    remind = inquiry.due_on - REMIND_BEFORE
    try:
        with transaction.atomic():
            row = Statement.objects.create(
                case=case,
                key=key,
                office_id=party.office_id,
                team_id=party.team_id,
                party_name=party.name[:200],
                party_email=party.email,
                question=inquiry.question.strip(),
                file_ids=list(inquiry.file_ids),
                groups=list(inquiry.groups),
                asked_by_id=by_id,
                asked_by_name=by_name[:200],
                asked_at=now,
                due_on=inquiry.due_on,
                remind_on=remind if remind > clock.local(now).date() else None,
                silence=inquiry.silence,
            )
    except IntegrityError:
        return Statement.objects.values_list("pk", flat=True).get(key=key)  # the same call a moment ago
    _note(row, "statement_asked", actor=actor, now=now)
    mails.ask(row)
    return row.pk


@transaction.atomic
def answer(
    *,
    actor: Actor,
    statement_id: UUID,
    verdict: str,
    text: str,
    file_ids: Sequence[UUID],
    by_name: str,
    now: datetime,
) -> None:
    """Give a statement; late ones count as long as the case is open. The caller has checked who may."""
    row = Statement.objects.select_for_update().select_related("case").get(pk=statement_id)
    if row.status not in (Statement.Status.OPEN, Statement.Status.SILENT) or row.case.state_kind == "closed":
        raise StatementClosed()
    if verdict not in Statement.Verdict.values:
        raise InvalidInput(
            "Bitte wählen Sie Ihr Ergebnis.",
            message_en="Please choose your result.",
            extra={"field": "verdict"},
        )
    if verdict != Statement.Verdict.AGREE and not text.strip():
        raise InvalidInput(
            "Bitte schreiben Sie Ihre Auflagen oder Bedenken.",
            message_en="Please write your conditions or objections.",
            extra={"field": "text"},
        )
    if not by_name.strip():
        raise InvalidInput(
            "Bitte nennen Sie Ihren Namen.", message_en="Please give your name.", extra={"field": "name"}
        )
    row.late = row.status == Statement.Status.SILENT
    row.status, row.verdict, row.text = Statement.Status.ANSWERED, verdict, text.strip()[:20_000]
    row.answer_file_ids, row.answered_by_name, row.answered_at = list(file_ids), by_name.strip()[:200], now
    row.save()
    for file_id in file_ids:
        title = f"Stellungnahme {row.party_name}"
        records.file_stored(row.case, file_id, title=title, kind="statement", direction="in", now=now)
    _note(row, "statement_received", actor=actor, now=now, data={"kind": verdict})
    _tell_later(row)


@transaction.atomic
def cancel(*, actor: Actor, statement_id: UUID, now: datetime) -> None:
    """Take a request back: nobody can answer or read it any more; the process goes on without it."""
    row = _locked(actor, statement_id)
    if row.status != Statement.Status.OPEN:
        raise StatementClosed()
    row.status = Statement.Status.CANCELLED
    row.save(update_fields=["status"])
    _note(row, "statement_cancelled", actor=actor, now=now)
    _tell_later(row)


@transaction.atomic
def remind(*, actor: Actor, statement_id: UUID, now: datetime) -> None:
    """Remind a party now."""
    row = _locked(actor, statement_id)
    if row.status != Statement.Status.OPEN:
        raise StatementClosed()
    _remind(row, now=now)


@transaction.atomic
def extend(*, actor: Actor, statement_id: UUID, due_on: date, now: datetime) -> None:
    """Give a party more time."""
    row = _locked(actor, statement_id)
    if row.status != Statement.Status.OPEN:
        raise StatementClosed()
    if due_on <= clock.local(now).date():
        raise InvalidInput(
            "Die Frist muss in der Zukunft liegen.", message_en="The date must be in the future."
        )
    row.due_on, row.reminded_at = due_on, None
    row.remind_on = max(due_on - REMIND_BEFORE, clock.local(now).date() + timedelta(days=1))
    row.save(update_fields=["due_on", "remind_on", "reminded_at"])
    mails.extended(row)


def _locked(actor: Actor, statement_id: UUID) -> Statement:
    from stadtkern.casework.cases.statements import access

    found = access.find_of_case(actor, statement_id)
    lock_for_work(actor, found.case_id, None)
    return Statement.objects.select_for_update().select_related("case").get(pk=found.pk)


def _remind(row: Statement, *, now: datetime) -> None:
    row.reminded_at = now
    row.save(update_fields=["reminded_at"])
    mails.remind(row)


def remind_due(*, now: datetime) -> int:
    """Remind everybody whose day has come, once; returns how many."""
    rows = Statement.objects.filter(
        status=Statement.Status.OPEN, reminded_at=None, remind_on__lte=clock.local(now).date()
    )
    done = 0
    for key in list(rows.order_by("remind_on", "id").values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            row = rows.select_for_update().filter(pk=key).first()
            if row is not None:
                _remind(row, now=now)
                done += 1
    return done


def let_pass(*, actor: Actor, now: datetime) -> int:
    """Deadlines that passed without an answer: the rule of silence holds; returns how many."""
    rows = Statement.objects.filter(status=Statement.Status.OPEN, due_on__lt=clock.local(now).date())
    done = 0
    for key in list(rows.order_by("due_on", "id").values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            row = rows.select_for_update(of=("self",)).select_related("case").filter(pk=key).first()
            if row is None:
                continue
            row.status = Statement.Status.SILENT
            row.save(update_fields=["status"])
            _note(row, "statement_silent", actor=actor, now=now, data={"kind": row.silence})
            _tell_later(row)
            done += 1
    return done


def _note(
    row: Statement, kind: str, *, actor: Actor, now: datetime, data: Mapping[str, Any] | None = None
) -> None:
    details = {"statement": str(row.pk), "party": row.party_name, **(data or {})}
    write_history(row.case, kind, actor=actor, now=now, data=details)


def _tell_later(row: Statement) -> None:
    """The process that asked goes on after the commit."""
    from stadtkern.casework.cases.statements.jobs import tell_process

    if row.key is not None:
        jobs.enqueue(tell_process, statement_id=row.pk)


def outcome_of(row: Statement) -> str:
    """The outcome as the process gets it: the verdict, or what silence means."""
    return row.verdict or (row.silence if row.status == Statement.Status.SILENT else str(row.status))


def tell(*, actor: Actor, statement_id: UUID, now: datetime) -> bool:
    """Hand the outcome to the process that waits for it. False: nobody waits (yet); asked again by the clock."""
    row = (
        Statement.objects.filter(pk=statement_id, told_at=None).exclude(status=Statement.Status.OPEN).first()
    )
    if row is None or row.key is None:
        return False
    payload = {"outcome": outcome_of(row), "party": row.party_name, "text": row.text, "late": row.late}
    taken = processes.deliver_message(
        name="statement", correlation=str(row.pk), payload=payload, actor=actor, now=now
    )
    if taken:
        Statement.objects.filter(pk=row.pk).update(told_at=now)
    return bool(taken)
