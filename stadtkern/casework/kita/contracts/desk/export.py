"""Everything of a provider as a file, for the day it leaves or changes its software."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.interfaces import exporting
from stadtkern.kernel import clock


@desk()
@require_safe
def export(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
    """The ZIP; taking it is logged. A GET: nothing of the provider changes."""
    file = exporting.export(actor=request.actor, provider_id=provider_id, now=clock.now())  # type: ignore[attr-defined]
    return FileResponse(file, as_attachment=True, filename="kita-daten.zip", content_type="application/zip")
