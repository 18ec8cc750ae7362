"""Erasing what was sent, when the case it belongs to is erased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from stadtkern.casework.forms.actions.drafts import forget_files
from stadtkern.casework.forms.models import Draft, DraftFile, Submission, SubmissionFile
from stadtkern.foundation.files import api as files


@transaction.atomic
def erase_chain(root_id: UUID, *, keep_files: Collection[UUID] = ()) -> int:
    """Erase an application with all its versions, amendments in the making and uploads; returns how many versions.

    ``keep_files`` are files that somebody else still needs (documents of a record). Not for callers without a policy.
    """
    rows = list(Submission.objects.filter(Q(pk=root_id) | Q(root_id=root_id)).order_by("-number"))
    for draft in Draft.objects.filter(Q(amends__in=rows) | Q(submission__in=rows)).order_by("id"):
        forget_files(draft)
        draft.delete()
    ids = set(SubmissionFile.objects.filter(submission__in=rows).values_list("file_id", flat=True))
    for row in rows:  # the newest first: each names its predecessor
        row.delete()
    used = set(SubmissionFile.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
    used |= set(DraftFile.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
    for file_id in sorted(ids - used - set(keep_files)):
        files.delete(file_id)
    return len(rows)


def expired_drafts(now: datetime) -> list[tuple[UUID, datetime]]:
    """Drafts whose time is over and that the hourly job has not erased yet (at most 10,000)."""
    rows = Draft.objects.filter(expires_at__lte=now).order_by("expires_at", "id")
    return list(rows.values_list("id", "expires_at")[:10_000])
