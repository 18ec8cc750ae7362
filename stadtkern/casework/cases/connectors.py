"""The built-in connectors that need a case. They work in the transaction that stores their answer: once, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.cases import automatic, letters, queries, records
from stadtkern.casework.cases.actions.common import (
    locked,
    procedure_of,
    put_into_post_box,
    save,
    write_history,
)
from stadtkern.casework.cases.actions.deadlines import begin_pause
from stadtkern.casework.cases.models import Case, Request
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.notifications import api as notifications
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

Answer = Mapping[str, Any]
ANSWER_DAYS = 14


def register() -> None:
    """Make them known (called once, when the application starts)."""
    for name, run in RUNS.items():
        processes.register_builtin(name, run)


def mail(call: processes.Call) -> Answer:
    """Send a text of the package to the applicant, or to the address in ``to``."""
    case, now = _case(call)
    subject, text = _message(case, call.data["text"])
    to = call.data.get("to") or case.applicant_email
    if not to:
        raise processes.ConnectorError("Zu diesem Vorgang gibt es keine E-Mail-Adresse.", final=True)
    notifications.send_mail(to=to, subject=subject, text=text, language=case.language, case_id=case.pk)
    write_history(case, "written_to", actor=_actor(case), now=now, data={"message": call.data["text"]})
    return {"sent_to": to}


def letter(call: processes.Call) -> Answer:
    """A text of the package as a letter: in the record, the post box, and (``print``, the usual case) the print batch."""
    case, now = _case(call)
    subject, text = _message(case, call.data["text"])
    pdf = letters.letter_pdf(case, heading=subject, body=text, now=now)
    file_id = records.file_bytes(
        case, pdf, name=f"Schreiben-{case.number}.pdf", title=subject, kind="letter", direction="out", now=now
    )
    if call.data.get("print") is not False:
        recipient = f"{case.applicant_name}\n{case.applicant_address}"
        notifications.queue_letter(file_id=file_id, recipient=recipient, reference=case.number, now=now)
    put_into_post_box(case, kind="letter", title=subject, now=now, file_id=file_id)
    write_history(
        case, "written_to", actor=_actor(case), now=now, public=True, data={"message": call.data["text"]}
    )
    return {"file_id": str(file_id)}


def charge(call: processes.Call) -> Answer:
    """Owe a fee, once per call; ``invoice``: to be paid on an invoice and not online."""
    case, now = _case(call)
    cents = int(call.data["cents"])
    if not 0 < cents <= 100_000_000 or cents != call.data["cents"]:
        raise processes.ConnectorError("Der Betrag ist nicht plausibel.", final=True)
    found = payments.charge(
        actor=_actor(case),
        case_id=case.pk,
        reference=f"{case.number}-{call.key.rpartition(':')[2]}",
        purpose=call.data.get("purpose") or f"{case.service_title}, {case.number}",
        amount_cents=cents,
        invoice=bool(call.data.get("invoice")),
        now=now,
    )
    return {"charge_id": str(found.id), "open": found.is_open}


def file_note(call: processes.Call) -> Answer:
    """A note (Vermerk) of the process, in the record of the case."""
    case, now = _case(call)
    title = call.data["title"].strip()[:200] or "Vermerk"
    pdf = letters.letter_pdf(case, heading=title, body=call.data["text"], now=now)
    file_id = records.file_bytes(
        case, pdf, name=f"Vermerk-{case.number}.pdf", title=title, kind="note", direction="internal", now=now
    )
    return {"file_id": str(file_id)}


def decide(call: processes.Call) -> Answer:
    """Decide without a person where that is allowed; else say why not, and the person's task stays."""
    case, now = _case(call)
    if call.data.get("kind") not in (None, "grant"):
        raise processes.ConnectorError("Automatisch wird nur bewilligt, nie abgelehnt.", final=True)
    decided, why = automatic.decide(
        case.pk,
        actor=_actor(case),
        legal_basis=call.data["legal_basis"],
        reason=call.data.get("reason") or "",
        proof=processes.to_json(call.data.get("proof")),
        now=now,
    )
    return {"decided": decided, "why": why}


def ask_applicant(call: processes.Call) -> Answer:
    """Ask for what is missing, by a text of the package; nothing when a question is open already."""
    case, now = _case(call)
    if Request.objects.filter(case=case, answered_at__isnull=True).exists():
        return {"asked": False}
    subject, text = _message(case, call.data["text"])
    days = int(call.data.get("days") or ANSWER_DAYS)
    by_on = clock.local(now).date() + timedelta(days=max(1, min(days, 365)))
    request = Request.objects.create(
        case=case, text=text, paths=[], answer_by_on=by_on, asked_at=now, old_submission_id=case.submission_id
    )
    begin_pause(case, reason="Unterlagen nachgefordert", legal_basis="§ 26 Abs. 2 VwVfG", now=now)
    save(case)
    data = {"request": str(request.pk), "text": text, "by_on": by_on.isoformat(), "pause": True}
    write_history(case, "applicant_asked", actor=_actor(case), now=now, public=True, data=data)
    put_into_post_box(case, kind="request", title=subject, now=now)
    return {"asked": True}


def offer_appointments(call: processes.Call) -> Answer:
    """The next free appointments of an office, as texts and moments for a message or a task."""
    office = organizations.office(slug=call.data["office"])
    if office is None:
        raise processes.ConnectorError(f"Das Amt „{call.data['office']}“ gibt es hier nicht.", final=True)
    number = max(1, min(int(call.data.get("count") or 3), 20))
    slots = appointments.free_slots(office_id=office.id, after=_now(call), limit=number)
    shown = "%d.%m.%Y, %H:%M Uhr"
    return {
        "slots": [
            {"id": str(slot.id), "at": slot.starts_at, "text": clock.local(slot.starts_at).strftime(shown)}
            for slot in slots
        ]
    }


RUNS: Mapping[str, Callable[[processes.Call], Answer]] = {
    "mail": mail,
    "letter": letter,
    "payment.charge": charge,
    "record.file": file_note,
    "case.decide": decide,
    "case.ask_applicant": ask_applicant,
    "appointment.offer": offer_appointments,
}


def _case(call: processes.Call) -> tuple[Case, datetime]:
    """The case of a call, locked. Raises ``ConnectorError`` when it is gone or the process belongs to something else."""
    case = None
    if call.subject_kind == "case":
        case = locked(call.subject_id)
    if case is None:
        raise processes.ConnectorError("Diesen Vorgang gibt es nicht mehr.", final=True)
    return case, _now(call)


def _now(call: processes.Call) -> datetime:
    return call.now or clock.now()


def _actor(case: Case) -> Actor:
    tenant: UUID = case.tenant_id
    return system(tenant)


def _message(case: Case, name: str) -> tuple[str, str]:
    """Subject and text of ``messages`` in ``texts.json``, in the applicant's language, filled. Raises ``ConnectorError``."""
    found = procedure_of(case).texts.messages.get(name)
    if found is None:
        raise processes.ConnectorError(f"Den Text „{name}“ gibt es im Paket nicht.", final=True)
    values = letters.context(case, queries.facts_of(case))
    subject, missing = processes.fill_text(found[0](case.language), values)
    text, missing_too = processes.fill_text(found[1](case.language), values)
    if missing or missing_too:
        names = ", ".join(sorted({*missing, *missing_too}))
        raise processes.ConnectorError(f"Für den Text „{name}“ fehlt: {names}.", final=True)
    return subject, text
