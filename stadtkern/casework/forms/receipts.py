"""What the applicant keeps: the receipt as PDF, the answers as JSON and XML. Who may have it is checked before."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from stadtkern.casework.forms import hooks
from stadtkern.casework.forms.answers import groups_of
from stadtkern.casework.forms.loading import load
from stadtkern.casework.forms.models import Submission
from stadtkern.casework.forms.payload import to_json_payload, to_xml_payload
from stadtkern.casework.forms.runner.tree import without_file_ids
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock


def _row(submission_id: UUID) -> Submission:
    row = Submission.objects.select_related("version__definition").filter(pk=submission_id).first()
    if row is None:
        raise NotVisible()
    return row


def receipt_pdf(submission_id: UUID) -> bytes:
    """The receipt as a tagged PDF: what was sent, when, under which number and with which hash."""
    from stadtkern.foundation.documents import api as documents  # typst loads only where a PDF is made

    row = _row(submission_id)
    data = receipt_data(row)
    return documents.render_pdf("receipt", data, title=str(data["title"]), language=row.language)


def receipt_data(row: Submission) -> dict[str, Any]:
    """What the template of the receipt shows."""
    loaded = load(row.version)
    english = not row.language.startswith("de")
    case = hooks.case_of(row.pk)
    at = clock.local(row.submitted_at)
    heading = "Receipt" if english else "Eingangsbestätigung"
    title = loaded.title_in(row.language)
    return {
        "title": f"{heading}: {title}",
        "heading": heading,
        "service": title,
        "case_number": case.number if case else "",
        "submitted_at": at.strftime("%d.%m.%Y, %H:%M") + ("" if english else " Uhr"),
        "version": f"{loaded.form.key}, {row.version.number}",
        "sha256": row.sha256,
        "sections": [
            {"title": group.label, "rows": [[answer.label, answer.text] for answer in group.answers]}
            for group in groups_of(loaded, row.values, row.language)
        ],
    }


def payload_json(submission_id: UUID) -> bytes:
    """The answers nested by element id, as FIT-Connect sends them, without our internal file ids."""
    row = _row(submission_id)
    values = without_file_ids(to_json_payload(load(row.version).form, row.values))
    return json.dumps(values, ensure_ascii=False, indent=2).encode()


def payload_xml(submission_id: UUID) -> bytes:
    """The answers as XML by the form's own schema."""
    row = _row(submission_id)
    return to_xml_payload(load(row.version).form, without_file_ids(row.values))
