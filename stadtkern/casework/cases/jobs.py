"""Background work of cases: filing receipts, erasing what was kept long enough."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.cases import records
from stadtkern.casework.cases.models import Case, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import system
from stadtkern.foundation.jobs.api import job, periodic
from stadtkern.kernel import clock


@job(name="cases.file_receipt", queue="default", retry=8)
def file_receipt(*, tenant_id: str, case_id: str) -> None:
    """Make the receipt PDF and the machine-readable application, and file both. Can run twice: filing is once."""
    case = Case.objects.get(pk=UUID(case_id))
    now = clock.now()
    item = PostBoxItem.objects.filter(case=case, kind="receipt").first()
    if item is None or item.file_id is not None:
        return
    pdf = forms.receipt_pdf(case.submission_id)
    data = forms.payload_json(case.submission_id)
    submission = forms.submission(case.submission_id)
    with transaction.atomic():
        title = f"Eingangsbestätigung {case.number}"
        file_id = records.file_bytes(
            case, pdf, name=f"Eingang-{case.number}.pdf", title=title, kind="receipt", direction="in", now=now
        )
        title = f"Antragsdaten {case.number}"
        records.file_bytes(
            case,
            data,
            name=f"Antrag-{case.number}.json",
            title=title,
            kind="application",
            direction="in",
            now=now,
        )
        for number, evidence in enumerate(submission.file_ids, start=1):
            title = f"Anlage {number} zum Antrag"
            records.file_stored(case, evidence, title=title, kind="evidence", direction="in", now=now)
        PostBoxItem.objects.filter(pk=item.pk, file_id__isnull=True).update(file_id=file_id)


@job(name="cases.fee_is_paid", queue="default")
def fee_is_paid(*, tenant_id: str, case_id: str) -> None:
    """Tell the process of the case that its fee is paid; nobody need wait for that. Can run twice: it waits once."""
    processes.deliver_message(
        name="paid",
        correlation="fee",
        payload={},
        subject=("case", UUID(case_id)),
        actor=system(UUID(tenant_id)),
        now=clock.now(),
    )


@periodic(cron="23 3 * * *", name="cases.retention")
def erase_what_is_over(*, now: datetime) -> None:
    """Every night: cases, bookings, drafts and records of logins whose time is over."""
    from stadtkern.casework.cases import retention  # actions enqueue the jobs of this file

    retention.forget_logins()
    retention.run(now)
