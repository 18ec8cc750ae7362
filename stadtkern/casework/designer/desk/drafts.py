"""The list of procedures and drafts, a new draft, and the overview of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stadtkern.casework.designer.desk.common import gate


@gate
@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """All procedures of the municipality with their state, and the drafts in work."""
    return render(request, "designer/list.html", {})
