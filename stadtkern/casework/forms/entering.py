"""Opening a fresh draft in the browser that asked for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from stadtkern.casework.forms.info import DraftInfo


def enter_draft(request: HttpRequest, draft: DraftInfo) -> HttpResponse:
    """Redirect to the first page of the draft (a guest sees her code first), and let this browser open it."""
    from stadtkern.casework.forms.public.views import enter  # the pages import the api's parts

    return enter(request, draft)
