"""The deadline stands still and runs again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.cases.actions.common import lock_for_work, procedure_of, save, write_history
from stadtkern.casework.cases.deadlines import due_date
from stadtkern.casework.cases.models import Case, Pause
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, InvalidInput


@transaction.atomic
def pause_deadline(
    *, actor: Actor, case_id: UUID, reason: str, legal_basis: str, revision: int | None, now: datetime
) -> None:
    """Stop the deadline from today, with reason and legal basis."""
    case = lock_for_work(actor, case_id, revision)
    begin_pause(case, reason=reason, legal_basis=legal_basis, now=now)
    save(case)
    data = {"reason": reason, "legal_basis": legal_basis}
    write_history(case, "deadline_paused", actor=actor, now=now, public=True, data=data)


@transaction.atomic
def resume_deadline(*, actor: Actor, case_id: UUID, revision: int | None, now: datetime) -> None:
    """Let the deadline run again from today; the due date moves by the days it stood still."""
    case = lock_for_work(actor, case_id, revision)
    if not end_pause(case, now=now):
        raise Conflict("Die Frist läuft schon.", message_en="The deadline is already running.")
    save(case)
    due = case.due_on.isoformat() if case.due_on else None
    write_history(case, "deadline_resumed", actor=actor, now=now, public=True, data={"due_on": due})


def begin_pause(case: Case, *, reason: str, legal_basis: str, now: datetime) -> None:
    """Open a pause; raises ``Conflict`` when one is open. The caller saves the case."""
    if not reason.strip() or not legal_basis.strip():
        raise InvalidInput(
            "Bitte nennen Sie Grund und Rechtsgrundlage der Unterbrechung.",
            message_en="Please give reason and legal basis.",
        )
    if Pause.objects.filter(case=case, to_on__isnull=True).exists():
        raise Conflict("Die Frist steht schon still.", message_en="The deadline is already paused.")
    Pause.objects.create(
        case=case,
        from_on=clock.local(now).date(),
        reason=reason.strip()[:300],
        legal_basis=legal_basis.strip()[:200],
    )


def end_pause(case: Case, *, now: datetime) -> bool:
    """Close an open pause and compute the due date anew. The caller saves the case."""
    today = clock.local(now).date()
    if not Pause.objects.filter(case=case, to_on__isnull=True).update(to_on=today):
        return False
    pauses = Pause.objects.filter(case=case, to_on__isnull=False).order_by("from_on")
    case.due_on = due_date(
        procedure_of(case),
        received_on=clock.local(case.received_at).date(),
        pauses=[(pause.from_on, pause.to_on) for pause in pauses if pause.to_on is not None],
        state=organizations.current().state,
    )
    return True
