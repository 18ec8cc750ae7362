"""The youth office publishes the scale of fees."""

from __future__ import annotations

from importlib import resources

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.kita.contracts.actions import publishing
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.desk.kitas import HOME
from stadtkern.casework.kita.models import FeeScale
from stadtkern.foundation.access.api import Role
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MOST_BYTES = 100_000


@desk(Role.KITA_OFFICE)
def scales(request: HttpRequest) -> HttpResponse:
    """The scales, the newest first; a new one as a file."""
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None or (upload.size or 0) > MOST_BYTES:
                error = _("Bitte wählen Sie eine Datei (höchstens 100 KB).")
            else:
                publishing.publish(actor=request.actor, content=upload.read(), now=clock.now())  # type: ignore[attr-defined]
                messages.success(request, _("Veröffentlicht."))
                return redirect("kita-contracts:scales")
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    columns = [Column(label=_("Staffel")), Column(label=_("gilt ab")), Column(label=_("veröffentlicht von"))]
    body = [
        Row(
            cells=[
                Cell(text=str(row.document["title"]["de"])),
                Cell(text=f"{row.valid_from_on:%d.%m.%Y}"),
                Cell(text=row.published_by_name),
            ]
        )
        for row in FeeScale.objects.all()[:50]
    ]
    context = {
        "table": Table(caption=_("Elternbeiträge"), columns=columns, rows=body) if body else None,
        "errors": [("file", error)] if error else [],
        "error": error,
        "breadcrumb": [(_("Kita"), HOME), (_("Elternbeiträge"), "")],
    }
    return render(request, "kita/desk/contracts/scales.html", context, status=422 if error else 200)


@desk(Role.KITA_OFFICE)
@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """The example that comes with the product, to begin with."""
    content = (resources.files("stadtkern.content") / "kita" / "fees" / "example.json").read_bytes()
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="staffel.json"'},
    )
