"""Personal data of this room: drafts and submissions of an account. Purpose: the application (Art. 6 (1) e GDPR).

Drafts live 30 days, submissions as long as the record of their case; ``export_account`` gives all of it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.forms.actions.drafts import forget_files
from stadtkern.casework.forms.models import Draft, Submission
from stadtkern.casework.forms.runner.tree import without_file_ids


def export_account(account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything stored here about an account in the current municipality, as plain data."""
    drafts = (
        Draft.objects.filter(account_id=account_id)
        .select_related("version__definition")
        .order_by("created_at", "id")
    )
    sent = (
        Submission.objects.filter(account_id=account_id)
        .prefetch_related("files")
        .order_by("submitted_at", "id")
    )
    return {
        "drafts": [
            {
                "service": draft.version.definition.service_slug,
                "begun_at": draft.created_at.isoformat(),
                "changed_at": draft.updated_at.isoformat(),
                "erased_at": draft.expires_at.isoformat(),
                "values": without_file_ids(draft.values),
            }
            for draft in drafts
        ],
        "submissions": [
            {
                "id": str(row.pk),
                "service": row.service_slug,
                "submitted_at": row.submitted_at.isoformat(),
                "channel": row.channel,
                "contact_email": row.contact_email,
                "sha256": row.sha256,
                "values": without_file_ids(row.values),
                "files": [
                    {"name": file.name, "size": file.size, "sha256": file.sha256} for file in row.files.all()
                ],
            }
            for row in sent
        ],
    }


@transaction.atomic
def erase_account(account_id: UUID) -> int:
    """Erase the drafts of an account; submissions follow the retention of their cases. Returns how many."""
    drafts = list(Draft.objects.select_for_update().filter(account_id=account_id).order_by("id"))
    for draft in drafts:
        forget_files(draft)
        draft.delete()
    return len(drafts)
