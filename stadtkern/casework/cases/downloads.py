"""Documents of a case as downloads. Only what belongs to the case leaves through here."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse

from stadtkern.casework.cases.models import Case, Message, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.records import api as records
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import NotVisible

SHOWN_INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})


def file_of(case: Case, file_id: UUID, *, public: bool) -> HttpResponse:
    """The bytes of a file of the case; raises ``NotVisible`` for any other file."""
    if file_id not in (public_files(case) if public else all_files(case)):
        raise NotVisible()
    info = files.info(file_id)
    content = files.read(file_id)
    response = HttpResponse(content, content_type=info.media_type)
    kind = "inline" if info.media_type in SHOWN_INLINE else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(info.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def preview_of(case: Case, file_id: UUID, page: int) -> HttpResponse:
    """A PNG of one page of a file of the case."""
    if file_id not in all_files(case):
        raise NotVisible()
    response = HttpResponse(files.preview(file_id, page=page, width=600), content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response


def public_files(case: Case) -> frozenset[UUID]:
    """What the applicant may open: her post box, her messages, what she sent herself."""
    found = set(
        PostBoxItem.objects.filter(case=case, file_id__isnull=False).values_list("file_id", flat=True)
    )
    messages = Message.objects.filter(case=case).exclude(direction=Message.Direction.NOTE)
    for ids in messages.values_list("file_ids", flat=True):
        found.update(ids)
    found.update(forms.submission(case.submission_id).file_ids)
    return frozenset(item for item in found if item is not None)


def all_files(case: Case) -> frozenset[UUID]:
    """Everything of the case, the record included."""
    found = set(public_files(case))
    for ids in Message.objects.filter(case=case).values_list("file_ids", flat=True):
        found.update(ids)
    if case.record_id is not None:
        found.update(document.file_id for document in records.contents(case.record_id).documents)
    return frozenset(found)
