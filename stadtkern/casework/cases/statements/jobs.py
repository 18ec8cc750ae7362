"""Background work of statements. Every job may run twice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from stadtkern.foundation.access.api import system
from stadtkern.foundation.jobs.api import job, periodic
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock


@job(name="statements.tell_process", queue="default")
def tell_process(*, tenant_id: str, statement_id: str) -> None:
    """The process that asked goes on."""
    from stadtkern.casework.cases.statements import actions

    actions.tell(actor=system(UUID(tenant_id)), statement_id=UUID(statement_id), now=clock.now())


@periodic(cron="*/15 * * * *", name="statements.by_the_clock")
def by_the_clock(*, now: datetime) -> None:
    """Remind, let deadlines pass, and tell processes once more what they did not hear (a crash in between)."""
    from stadtkern.casework.cases.statements import actions
    from stadtkern.casework.cases.statements.models import Statement

    actor = system(tenancy.current_id())
    actions.remind_due(now=now)
    actions.let_pass(actor=actor, now=now)
    waiting = Statement.objects.filter(key__isnull=False, told_at=None).exclude(status=Statement.Status.OPEN)
    open_cases = waiting.exclude(case__state_kind="closed").order_by("id")
    for key in list(open_cases.values_list("pk", flat=True)[:500]):
        actions.tell(actor=actor, statement_id=key, now=now)
