"""Jobs that failed for good: what, where, and once more."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.foundation.access.api import Actor, Role, staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.jobs import queries
from stadtkern.kernel import clock


@require_safe
@staff(Role.ADMINISTRATOR)
def failed(request: HttpRequest) -> HttpResponse:
    """The failed jobs of this municipality."""
    rows = [
        {"job": job, "failed_at": clock.local(job.failed_at) if job.failed_at else None}
        for job in queries.failed_jobs()
    ]
    context = {
        "rows": rows,
        "waiting": queries.waiting_jobs(),
        "alive": queries.worker_is_alive(),
        "breadcrumb": [(_("Aufträge"), "")],
    }
    return render(request, "jobs/desk/list.html", context)


@require_POST
@staff(Role.ADMINISTRATOR)
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Let a failed job run again."""
    actor: Actor = cast(Any, request).actor
    with transaction.atomic():
        queries.retry_failed(number)
        audit.record(
            actor=actor,
            action="jobs.retry",
            obj=("job", UUID(int=number)),
            now=clock.now(),
            details={"number": number},
            retention="administration",
        )
    messages.success(request, _("Der Auftrag %(number)s läuft noch einmal.") % {"number": number})
    return redirect("jobs:list")
